# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan of a project: what it reads, parents of the same run, undeclared objects, rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError, NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.bounds import MaxChanges
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.simulation import ID, instant
from tests.support.whole_run import Ran, at_kapso, run

OTHER = "1b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
NUMBER, SECOND = "100000000000001", "100000000000002"
URL = "https://hooks.example.org/wa"
WHEN = {"updated_at": instant(0)}
NEEDED = {"name": "Shop", "business_account_id": "200000000000001", "access_token": "EXAMPLE-token"}
OWN = {"id": ID, "name": "Own", "external_customer_id": "own", **WHEN}
PHONE_ROW = {
    "id": NUMBER,
    "phone_number_id": NUMBER,
    "name": "Shop",
    "business_account_id": NEEDED["business_account_id"],
    "internal_id": OTHER,
    "customer_id": ID,
    **WHEN,
}
HOOK_ROW = {"id": "hook", "url": URL, "events": ["a"], "active": True, "phone_number_id": NUMBER, **WHEN}
CONFIG_ROW = {"id": OTHER, "name": "Shop", "phone_number_id": NUMBER, "customer_id": ID, **WHEN}
CUSTOMERS, PHONES, HOOKS, CONFIGS = "/customers", "/whatsapp/phone_numbers", "/whatsapp/webhooks", "/whatsapp_configs"
OF_NUMBER, OF_SECOND = f"{PHONES}/{NUMBER}/webhooks", f"{PHONES}/{SECOND}/webhooks"
OF_OWNER = f"{PHONES}?customer_id={ID}"
BY_KEY = "/customers?external_customer_id=own"
ALL = frozenset({"customer", "whatsapp_phone_number", "whatsapp_config", "whatsapp_webhook"})

OWNER = Target(CUSTOMER, None, {"name": "Own"}, given_key={"external_customer_id": "own"}, by_key=True)
PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, NEEDED, given_key={"phone_number_id": NUMBER}, parent_key="own")
BY_PARENT_ID = replace(PHONE, parent_key=None, parent_id=ID)
HOOK = Target(
    WHATSAPP_WEBHOOK, None, {"url": URL, "events": ["a"], "secret_key": "EXAMPLE-key"}, by_key=True, parent_id=NUMBER
)
HOOK_2 = replace(HOOK, desired={**HOOK.desired, "url": f"{URL}/2"})
OLD = Target(CUSTOMER, "a", {"name": "Own"})
WRONG_BASE = "api_url is not the base URL of the Kapso API: it has no list of proof (HTTP 404)"
RESOURCE_OF = {one.path: one for one in (CUSTOMER, WHATSAPP_PHONE_NUMBER, WHATSAPP_CONFIG, WHATSAPP_WEBHOOK)}
HERE = at_kapso(customers=[OWN], phone_numbers=[PHONE_ROW], configs=[CONFIG_ROW], webhooks=[HOOK_ROW])
HERE.update(
    {
        f"{CONFIGS}/{OTHER.upper()}": CONFIG_ROW,
        f"{CUSTOMERS}/{ID.upper()}": OWN,
        OF_NUMBER: [HOOK_ROW],
        OF_OWNER: [PHONE_ROW],
        BY_KEY: [OWN],
    }
)
EMPTY = {**at_kapso(), BY_KEY: []}


def absent(resource: Any, object_id: str, **more: Any) -> Target:
    """Return an entry that deletes the object with that ID."""
    return Target(resource, object_id, {}, state="absent", **more)


def plan(*targets: Target, answers: Any = None, **bounds: Any) -> Ran:
    """Plan these entries in check mode. Assert that each is counted once."""
    ran = run(*targets, answers=HERE if answers is None else answers, check_mode=True, **bounds)
    if ran.project.stopped is None:
        assert ran.progress.done == [len(targets)]
        assert ran.progress.failures == [sum(wrong is not None for wrong in ran.wrong)]
    return ran


def plan_pruned(kind: str, *targets: Target, answers: Any = None) -> Ran:
    """Plan these entries, and the deletion of undeclared objects of one resource."""
    bounds: dict[str, Any] = {"whole": ALL, "prune": {kind}, "max_deletions": MaxChanges(9, is_percentage=False)}
    return run(*targets, answers=HERE if answers is None else answers, check_mode=True, **bounds)


def told(error: ApiError | None) -> tuple[str, str, int] | None:
    """Return the parts of an error."""
    return None if error is None else (error.what, error.advice, error.facts.attempts)


LAST = NotSent("the key ends", "get a key", status=401, stops_run=True)

# What is read


@pytest.mark.parametrize(
    ("targets", "asked"),
    [
        ([], ["/proof"]),
        ([OWNER], [BY_KEY]),
        ([BY_PARENT_ID], [f"{PHONES}/{NUMBER}"]),
        ([PHONE], [BY_KEY, f"{PHONES}/{NUMBER}"]),
        ([HOOK], [OF_NUMBER]),
        ([HOOK, HOOK_2], [OF_NUMBER]),
        ([HOOK, replace(HOOK, parent_id=SECOND)], [HOOKS, OF_SECOND]),
        ([HOOK, replace(HOOK_2, parent_id=SECOND, object_id="hook")], [HOOKS]),
        ([BY_PARENT_ID, OWNER, HOOK], [BY_KEY, f"{PHONES}/{NUMBER}", OF_NUMBER]),
        ([Target(WHATSAPP_CONFIG, OTHER, {}), OWNER], [BY_KEY, f"{CONFIGS}/{OTHER}"]),
        ([PHONE, replace(PHONE, object_id=SECOND, parent_key="other")], [CUSTOMERS, PHONES]),
        ([PHONE, replace(PHONE, object_id=SECOND)], [BY_KEY, PHONES]),
        ([OWNER, PHONE], [BY_KEY, f"{PHONES}/{NUMBER}"]),
        (
            [Target(WHATSAPP_CONFIG, OTHER, {}, parent_key="own"), PHONE],
            [BY_KEY, f"{CONFIGS}/{OTHER}", f"{PHONES}/{NUMBER}"],
        ),
        ([OLD, replace(OLD, object_id="b")], [CUSTOMERS, f"{CUSTOMERS}/a", "/proof", f"{CUSTOMERS}/b"]),
    ],
)
def test_what_is_read(targets: Sequence[Target], asked: list[str]) -> None:
    answers = {**HERE, CUSTOMERS: [OWN, {**OWN, "id": OTHER, "external_customer_id": "other"}], OF_SECOND: []}
    if OLD in targets:
        answers = {CUSTOMERS: 404}
    assert plan(*targets, answers=answers).client.asked == asked


@pytest.mark.parametrize(
    ("apis", "asked"),
    [
        (["platform", "legacy"], [CUSTOMERS, PHONES, CONFIGS, HOOKS]),
        (["platform"], [CUSTOMERS, PHONES, HOOKS]),
        (["legacy"], [CONFIGS]),
    ],
)
def test_whole_lists_are_read_once_parents_first(apis: list[str], asked: list[str]) -> None:
    ran = plan(whole=ALL, apis=apis)

    assert ran.client.asked == asked
    assert set(ran.project.undeclared) == {RESOURCE_OF[path].name for path in asked}


def test_entries_come_before_whole_lists_of_the_same_depth() -> None:
    assert plan(Target(WHATSAPP_CONFIG, OTHER, {}), whole=ALL).client.asked == [CUSTOMERS, CONFIGS, PHONES, HOOKS]


def test_a_key_is_checked_even_if_there_is_nothing_to_read() -> None:
    ran = run(answers={"/proof": LAST})

    assert ran.project.stopped is LAST
    assert run(answers={"/proof": 404}, apis=["legacy"]).project.stopped is not None


def test_a_list_that_cannot_be_read_is_no_reason_to_ask_for_another_one() -> None:
    ran = plan(HOOK, answers={OF_NUMBER: 403})

    assert (ran.client.asked, ran.wrong) == ([OF_NUMBER], ["refused"])


def test_after_an_error_that_stops_the_run_nothing_is_read() -> None:
    ran = plan(OWNER, PHONE, HOOK, answers={**HERE, BY_KEY: LAST})

    assert ran.client.asked == [BY_KEY]
    assert ran.wrong == ["the key ends", *["not tried, because the key ends"] * 2]
    assert ran.project.undeclared == {}


def test_a_stop_leaves_the_rows_of_a_list_unplanned() -> None:
    rows = [{"id": NUMBER, "phone_number_id": NUMBER, "customer_id": ID}, {**PHONE_ROW, "id": SECOND}]
    entries = [Target(WHATSAPP_PHONE_NUMBER, one, {"name": "New"}) for one in (NUMBER, SECOND)]
    ran = run(*entries, answers={PHONES: rows, f"{PHONES}/{NUMBER}": LAST}, check_mode=True)

    assert ran.project.stopped is LAST
    assert ran.wrong == ["the key ends", "not tried, because the key ends"]


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


# Objects that are read one by one


@pytest.mark.parametrize(
    ("answer", "proof", "asked", "wrong"),
    [
        (404, [], [f"{CUSTOMERS}/a", "/proof", f"{CUSTOMERS}/b"], ["refused"] * 2),
        (403, 404, [f"{CUSTOMERS}/a", f"{CUSTOMERS}/b"], ["refused"] * 2),
        (404, 404, [f"{CUSTOMERS}/a", "/proof"], [WRONG_BASE, f"not tried, because {WRONG_BASE}"]),
        ({**OWN, "id": "a"}, 404, [f"{CUSTOMERS}/a", f"{CUSTOMERS}/b"], [None, "refused"]),
    ],
)
def test_the_first_404_is_checked(answer: Any, proof: Any, asked: list[str], wrong: list[str | None]) -> None:
    answers = {f"{CUSTOMERS}/a": answer, "/proof": proof, f"{CUSTOMERS}/b": 404, CUSTOMERS: 404}
    ran = plan(OLD, replace(OLD, object_id="b"), answers=answers)

    assert ran.client.asked == [CUSTOMERS, *asked]
    assert ran.wrong == wrong
    assert (ran.project.stopped is not None) is (WRONG_BASE in wrong)


def test_a_404_that_was_checked_already_is_not_checked_again() -> None:
    ran = plan(BY_PARENT_ID, answers={"/proof": 404})

    assert ran.client.asked == [f"{PHONES}/{NUMBER}", "/proof"]
    assert ran.wrong == [WRONG_BASE]


def test_the_objects_of_one_parent_are_read_with_one_list() -> None:
    none_such = replace(HOOK, parent_id=SECOND)
    ran = plan(HOOK, HOOK_2, none_such, answers={OF_NUMBER: [HOOK_ROW], OF_SECOND: []})

    assert ran.client.asked == [HOOKS, OF_NUMBER, OF_SECOND]
    assert ran.planned == ["update", "create", "create"]
    assert ran.progress.done == [3]


@pytest.mark.parametrize(
    ("state", "status", "wrong"),
    [
        ("absent", 404, None),
        ("present", 404, "refused"),
        ("absent", 403, "refused"),
    ],
)
def test_a_list_of_a_parent_that_cannot_be_read(state: str, status: int, wrong: str | None) -> None:
    ran = plan(replace(HOOK, state=state), replace(HOOK_2, state=state), answers={OF_NUMBER: status})

    assert ran.wrong == [wrong] * 2
    assert [outcome.absent for outcome in ran.outcomes] == [wrong is None] * 2


def test_a_list_of_a_parent_that_the_base_url_does_not_serve() -> None:
    ran = plan(replace(HOOK, state="absent"), answers={OF_NUMBER: 404, "/proof": 404})

    assert ran.wrong == [WRONG_BASE]
    assert ran.project.stopped is ran.outcomes[0].error


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


def test_an_object_with_two_entries_is_deleted_once() -> None:
    ran = plan(absent(WHATSAPP_PHONE_NUMBER, NUMBER), absent(WHATSAPP_CONFIG, OTHER))

    assert ran.planned == ["delete", None]
    assert ran.outcomes[1].absent
