# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the requests that plan a project: few, each once, and none after an error that stops the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)

from tests.support.entries import NUMBER, OTHER, SECOND
from tests.support.example_project import (
    ALL,
    BY_KEY,
    BY_PARENT_ID,
    CONFIG_ROW,
    CONFIGS,
    CUSTOMERS,
    EMPTY,
    HERE,
    HOOK,
    HOOK_2,
    HOOK_ROW,
    HOOKS,
    LAST,
    OF_NUMBER,
    OF_SECOND,
    OLD,
    OWN,
    OWNER,
    PHONE,
    PHONE_ROW,
    PHONES,
    RESOURCE_OF,
    WRONG_BASE,
    plan,
)
from tests.support.simulation import ID
from tests.support.whole_run import run

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


def test_a_list_may_have_many_pages() -> None:
    answers = {CUSTOMERS: [{**OWN, "id": f"id-{number}", "external_customer_id": str(number)} for number in range(301)]}
    ran = plan(answers=answers, whole={"customer"})

    assert ran.client.asked == [CUSTOMERS] * 4
    assert len(ran.project.undeclared["customer"]) == 301


def test_children_of_new_parents_are_no_reason_to_read_a_list() -> None:
    ran = plan(HOOK, replace(HOOK, parent_id=SECOND), PHONE, OWNER, answers={**EMPTY, OF_SECOND: []})

    assert ran.client.asked == [BY_KEY, f"{PHONES}/{NUMBER}", OF_SECOND]


def test_parents_of_another_api_are_not_read() -> None:
    listed = f"/customers/{ID}/whatsapp_configs"
    config = Target(WHATSAPP_CONFIG, None, {"phone_number_id": NUMBER}, by_key=True, parent_id=ID)

    assert plan(config, answers={listed: [CONFIG_ROW]}, apis=["legacy"]).client.asked == [listed]


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

    assert ran.client.asked.count(OF_NUMBER) == 1
    assert ran.wrong == [wrong] * 2
    assert [outcome.absent for outcome in ran.outcomes] == [wrong is None] * 2


def test_a_list_of_a_parent_that_the_base_url_does_not_serve() -> None:
    ran = plan(replace(HOOK, state="absent"), answers={OF_NUMBER: 404, "/proof": 404})

    assert ran.wrong == [WRONG_BASE]
    assert ran.project.stopped is ran.outcomes[0].error
