# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan of a project: parents of the same run, undeclared objects, rules about other objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import NUMBER, OTHER, SECOND, told
from tests.support.example_project import (
    ALL,
    BY_KEY,
    BY_PARENT_ID,
    CONFIGS,
    CUSTOMERS,
    EMPTY,
    HERE,
    HOOK,
    HOOK_2,
    HOOK_ROW,
    HOOKS,
    LAST,
    NEEDED,
    OF_NUMBER,
    OF_OWNER,
    OWN,
    OWNER,
    PHONE,
    PHONE_ROW,
    PHONES,
    absent,
    plan,
    plan_pruned,
)
from tests.support.simulation import ID
from tests.support.whole_run import run

# Parents


def test_children_of_new_parents_are_planned_without_a_read() -> None:
    ran = plan(HOOK, PHONE, OWNER, answers=EMPTY)

    assert ran.client.asked == [BY_KEY, f"{PHONES}/{NUMBER}"]
    assert ran.planned == ["create"] * 3
    assert [one.parent_name for one in ran.outcomes] == ["Shop", "Own", None]
    link = Target(
        SETUP_LINK, None, {}, by_key=True, parent_key="own", options={"reconnect": False, "min_validity": "7d"}
    )
    assert plan(link, OWNER, answers=EMPTY).client.asked == [BY_KEY]


def test_an_object_with_an_id_is_read_although_its_parent_is_new() -> None:
    hook = Target(WHATSAPP_WEBHOOK, "hook", {"active": True}, parent_id=NUMBER)
    ran = plan(hook, PHONE, OWNER, answers={**EMPTY, f"{HOOKS}/hook": HOOK_ROW})

    assert ran.client.asked == [BY_KEY, f"{PHONES}/{NUMBER}", f"{HOOKS}/hook"]
    assert ran.wrong == [None] * 3


def test_a_child_of_a_parent_that_cannot_be_planned_is_not_read() -> None:
    ran = plan(HOOK, BY_PARENT_ID, answers={f"{PHONES}/{NUMBER}": 403})

    what = f"not tried, because WhatsApp phone number {NUMBER} could not be planned: refused"
    assert told(ran.outcomes[0].error) == (what, "wait", 0)
    assert ran.client.asked == [f"{PHONES}/{NUMBER}"]


def test_the_webhooks_of_a_configuration_that_is_created_are_not_read() -> None:
    config = Target(WHATSAPP_CONFIG, None, {"phone_number_id": NUMBER, **NEEDED}, by_key=True, parent_id=ID)
    listed = f"/customers/{ID}/whatsapp_configs"
    ran = plan(HOOK, config, answers={**EMPTY, listed: []})

    assert ran.client.asked == [listed]
    assert ran.planned == ["create"] * 2
    assert ran.outcomes[0].parent_name == "Shop"


@pytest.mark.parametrize(
    ("whole", "asked"),
    [({"whatsapp_webhook"}, [HOOKS, OF_NUMBER]), ({"whatsapp_webhook", "whatsapp_phone_number"}, [PHONES, HOOKS])],
)
def test_a_list_of_all_shows_that_an_object_is_missing_if_its_parent_is_sure(whole: set[str], asked: list[str]) -> None:
    ran = plan(HOOK_2, answers={**HERE, HOOKS: []}, whole=whole)

    assert ran.client.asked == asked
    assert ran.planned == ["create"]


def test_a_list_of_all_shows_that_an_object_without_a_parent_is_missing() -> None:
    assert plan(OWNER, answers=EMPTY, whole={"customer"}).client.asked == [CUSTOMERS]


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [(OWN, [None, None, None]), (404, [f"there is no customer {ID} (HTTP 404)"] * 2 + [None])],
)
def test_the_parent_of_new_numbers_is_read_once(answer: Any, wrong: list[str | None]) -> None:
    more = replace(BY_PARENT_ID, object_id=SECOND, given_key={"phone_number_id": SECOND})
    gone = absent(WHATSAPP_PHONE_NUMBER, "3", parent_id=OTHER)
    answers = {**EMPTY, f"{CUSTOMERS}/{ID}": answer}
    ran = plan(BY_PARENT_ID, more, gone, answers=answers, whole={"whatsapp_phone_number"})

    assert ran.client.asked == [PHONES, f"{CUSTOMERS}/{ID}"]
    assert ran.wrong == wrong


def test_the_parent_of_new_numbers_is_not_read_if_a_list_has_shown_it() -> None:
    ran = plan(BY_PARENT_ID, answers={**EMPTY, CUSTOMERS: [OWN]}, whole={"customer", "whatsapp_phone_number"})

    assert ran.client.asked == [CUSTOMERS, PHONES]
    assert ran.planned == ["create"]


def test_the_parent_of_new_numbers_is_read_even_if_a_new_configuration_has_the_same() -> None:
    config = Target(WHATSAPP_CONFIG, None, {**NEEDED, "phone_number_id": "5"}, by_key=True, parent_id=ID)
    whole = {"whatsapp_phone_number", "whatsapp_config"}
    ran = plan(
        config,
        BY_PARENT_ID,
        answers={**EMPTY, f"{CUSTOMERS}/{ID}": 404, f"{CUSTOMERS}/{ID}/whatsapp_configs": []},
        whole=whole,
    )

    assert ran.wrong == [None, f"there is no customer {ID} (HTTP 404)"]


def test_a_new_number_needs_a_parent() -> None:
    ran = plan(replace(BY_PARENT_ID, parent_id=None), answers=EMPTY, whole={"whatsapp_phone_number"})

    assert ran.wrong == ["it does not exist, and creating it needs customer_id or external_customer_id"]


def test_an_error_about_another_parent_has_its_name_if_it_is_known() -> None:
    elsewhere = replace(BY_PARENT_ID, parent_id=OTHER)

    assert plan(elsewhere).wrong == [f"it belongs to customer {ID}, and cannot be moved"]
    assert plan(elsewhere, OWNER).wrong[0] == f'it belongs to customer "Own" ({ID}), and cannot be moved'


def test_the_names_of_parents() -> None:
    name_of = plan(OWNER).project.name_of

    assert name_of(CUSTOMER, ID.upper()) == "Own"
    assert [name_of(*asked) for asked in ((CUSTOMER, OTHER), (CUSTOMER, None), (None, ID), (WHATSAPP_CONFIG, ID))] == [
        None
    ] * 4


# Undeclared objects


def test_undeclared_objects_are_pruned_by_resource() -> None:
    ran = plan_pruned("whatsapp_webhook")

    (pruned,) = ran.outcomes
    assert (pruned.target.object_id, pruned.target.state, pruned.plan.action) == ("hook", "absent", "delete")
    assert [change.reason for change in pruned.plan.changes] == ["not_declared"]
    assert pruned.before == HOOK_ROW
    assert pruned.target.options == {"scope": None, "match_url": None, "solo": False, "replace": False}
    assert pruned.parent_name == "Shop"
    assert ran.client.asked == [CUSTOMERS, PHONES, CONFIGS, HOOKS]


def test_a_parent_of_a_declared_object_is_not_pruned() -> None:
    assert len(plan_pruned("customer", BY_PARENT_ID).outcomes) == 1
    assert len(plan_pruned("customer", absent(WHATSAPP_PHONE_NUMBER, NUMBER)).outcomes) == 2


def test_a_pruned_object_is_judged_by_its_rules() -> None:
    ran = plan_pruned("customer")

    assert ran.wrong == [f"it has 1 number ({NUMBER})"]
    assert (ran.progress.done, ran.progress.failures) == ([0], [1])
    answers = {**HERE, CUSTOMERS: [OWN, {**OWN, "id": OTHER, "external_customer_id": "other"}]}
    ran = plan_pruned("customer", Target(CUSTOMER, OTHER, {}), answers=answers)
    assert ran.wrong == [None, f"it has 1 number ({NUMBER})"]


def test_objects_to_prune_may_have_ids_in_upper_case() -> None:
    answers = {**HERE, CUSTOMERS: [{**OWN, "id": ID.upper()}]}

    assert len(plan_pruned("customer", BY_PARENT_ID, answers=answers).outcomes) == 1


@pytest.mark.parametrize("is_part", [True, False])
def test_a_part_of_the_entries_does_not_tell_what_is_undeclared(is_part: bool) -> None:
    ran = plan(OWNER, whole=ALL, is_part=is_part)

    names = set() if is_part else {"customer", "whatsapp_phone_number", "whatsapp_config", "whatsapp_webhook"}
    assert {name for name, rows in ran.project.undeclared.items()} == names


@pytest.mark.parametrize(("within_owners", "number"), [(True, 0), (False, 1)])
def test_undeclared_objects_of_other_owners_may_not_count(within_owners: bool, number: int) -> None:
    answers = {**HERE, CUSTOMERS: [OWN, {**OWN, "id": OTHER, "external_customer_id": "other"}]}
    ran = plan(OWNER, answers=answers, whole={"customer"}, within_owners=within_owners)

    assert len(ran.project.undeclared["customer"]) == number


def test_nothing_is_pruned_from_a_list_that_cannot_be_read() -> None:
    ran = plan_pruned("whatsapp_webhook", answers={**HERE, HOOKS: 404})

    what = "not all webhooks can be read, so none of them is pruned"
    assert told(ran.project.stopped) == (what, "remove webhooks from prune", 0)


# Rules about other objects, and objects that are deleted with others


@pytest.mark.parametrize(
    ("more", "whole", "wrong"),
    [
        ((), set(), f"it has 1 number ({NUMBER})"),
        ((absent(WHATSAPP_PHONE_NUMBER, NUMBER),), set(), None),
        ((absent(WHATSAPP_CONFIG, OTHER.upper()),), set(), None),
        ((absent(WHATSAPP_CONFIG, OTHER),), ALL, None),
        ((absent(WHATSAPP_CONFIG, ID),), set(), f"it has 1 number ({NUMBER})"),
        ((replace(BY_PARENT_ID, desired={}, parent_id=None),), set(), f"it has 1 number ({NUMBER})"),
        ((), {"whatsapp_phone_number"}, f"it has 1 number ({NUMBER})"),
    ],
)
def test_a_rule_sees_objects_as_the_run_leaves_them(more: Sequence[Target], whole: Any, wrong: str | None) -> None:
    ran = plan(absent(CUSTOMER, ID.upper() if whole else ID), *more, whole=whole)

    assert ran.wrong[0] == wrong
    assert ran.planned[0] == (None if wrong else "delete")
    assert (OF_OWNER in ran.client.asked) is ("whatsapp_phone_number" not in whole)


def test_a_rule_sees_the_objects_of_its_owner_in_a_whole_list() -> None:
    answers = {**HERE, PHONES: [{**PHONE_ROW, "customer_id": owner} for owner in (OTHER,)]}

    assert plan(absent(CUSTOMER, ID), answers=answers, whole={"whatsapp_phone_number"}).planned == ["delete"]


def test_a_failed_read_for_a_rule_is_the_error_of_the_entry() -> None:
    ran = plan(absent(CUSTOMER, ID), answers={**HERE, OF_OWNER: 403})

    assert (ran.wrong, ran.planned) == (["refused"], [None])
    stopped = run(absent(CUSTOMER, ID), answers={**HERE, OF_OWNER: LAST}, check_mode=True)
    assert stopped.project.stopped is LAST


FORCED = absent(CUSTOMER, ID, options={"force": True})
ALONG = f"customer {ID}, which it belongs to, is declared absent in the same run"


@pytest.mark.parametrize(
    ("kept", "wrong"),
    [
        (HOOK, ALONG),
        (BY_PARENT_ID, ALONG),
        (Target(WHATSAPP_PHONE_NUMBER, NUMBER, {"name": "New"}), ALONG),
        (Target(WHATSAPP_CONFIG, OTHER, {}), ALONG),
        (replace(HOOK, state="absent"), None),
    ],
)
def test_nothing_is_kept_below_an_object_that_is_deleted(kept: Target, wrong: str | None) -> None:
    ran = plan(kept, FORCED)

    assert ran.wrong == [wrong, None]
    assert ran.planned[1] == "delete"
    if wrong is not None:
        assert (ran.planned[0], ran.outcomes[0].changed) == (None, False)


def test_one_entry_is_not_tried_if_the_other_one_about_the_object_cannot_be_planned() -> None:
    other = Target(WHATSAPP_CONFIG, None, {"phone_number_id": NUMBER, "name": "New"}, by_key=True, parent_id=ID)
    ran = plan(
        replace(BY_PARENT_ID, desired={"name": "New"}),
        other,
        answers={**HERE, f"/customers/{ID}/whatsapp_configs": 403},
    )

    assert ran.wrong[1] == "refused"
    assert (ran.wrong[0] or "").startswith("not tried, because WhatsApp configuration")


def test_after_a_stop_both_entries_about_an_object_name_its_cause() -> None:
    config = Target(WHATSAPP_CONFIG, OTHER, {"name": "New"})
    ran = plan(config, replace(PHONE, parent_key=None), answers={**HERE, f"{PHONES}/{NUMBER}": LAST})

    assert ran.wrong == ["not tried, because the key ends", "the key ends"]
    assert ran.progress.failures == [1]


def test_an_object_with_two_entries_is_deleted_once() -> None:
    ran = plan(absent(WHATSAPP_PHONE_NUMBER, NUMBER), absent(WHATSAPP_CONFIG, OTHER))

    assert ran.planned == ["delete", None]
    assert ran.outcomes[1].absent
