# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the counts of the report: each object counts once, however often a run changed it."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Report
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.entry import WHY
from hypothesis import given
from hypothesis import strategies as st

from tests.collection import ROOT
from tests.support.results import Result, add, change, created, deleted, failure, project, report, single

NAME = change("name", "A", "B")
NEW = created("c", "1", "N")
LOST = NEW | {"data": {}, "changed": False, "failed": True, "msg": "lost"}
URL = change("webhook_destination_url", None, "https://hooks.example.org/1", "no_receipt", "send")
GONE = change("id", "x", None, "state_absent", "delete")
STEP = {"action": "update", "id": "x", "fields": ["name"], "note": ""}
MORE = STEP | {"note": "the second one"}
HELD_BACK = {"changed": False, "held_back": True}
LOOP = {"changed": True, "results": [single("d", NAME), single("e")], "msg": "All items completed"}
NUMBER = {"key": "1", "parent": "c"}
COUNTS = ("create", "update", "delete", "unchanged", "failed", "not_attempted", "drifted")


def totals(made: Report, *, planned: bool = False) -> dict[str, int]:
    """Return the totals that are not 0."""
    section = made.planned if planned else made.applied
    assert tuple(section.totals) == COUNTS
    return {name: count for name, count in section.totals.items() if count}


def objects(made: Report) -> list[dict[str, Any]]:
    """Return the applied objects in the document."""
    found: list[dict[str, Any]] = made.document()["applied"]["objects"]
    return found


def test_one_object_of_each_kind() -> None:
    made = report(
        created("c", "1", "New", "new"), single("a", NAME), deleted("b"), single("same"), failure("d"), check=False
    )
    assert totals(made) == {"create": 1, "update": 1, "delete": 1, "unchanged": 1, "failed": 1}
    assert [(entry["id"], entry["action"], entry["changed"], entry["failed"]) for entry in objects(made)] == [
        ("new", "create", True, False),
        ("a", "update", True, False),
        ("b", "delete", True, False),
        ("d", None, False, True),
    ]
    assert made.document()["planned"] is None


def test_planned_and_applied_are_apart() -> None:
    made = report(single("a", NAME), single("b"), check=True)
    add(made, single("a", NAME))
    assert totals(made, planned=True) == {"update": 1, "unchanged": 1}
    assert totals(made) == {"update": 1}


def test_a_loop_without_items_of_ours_prints_nothing() -> None:
    made = report({"changed": False, "results": []})
    assert made.document() == {"version": 1, "planned": None, "applied": None}


def test_changes_of_one_object_merge_from_the_first_value_to_the_last() -> None:
    made = report(
        single("a", NAME | {"reason": "drifted"}, change("calls_enabled", True, False), data={"name": "B"}),
        single("a", change("name", "B", "C"), data={"name": "C"}),
        single("a", data={"name": "C"}),
    )
    (entry,) = objects(made)
    assert entry["changes"] == [
        change("name", "A", "C", "drifted"),
        change("calls_enabled", True, False),
    ]
    assert entry["name"] == "C"
    assert totals(made) == {"update": 1, "drifted": 1}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([created("c", "1", "N", "x"), single("x", NAME)], {"create": 1}),
        ([created("c", "1", "N", "x"), deleted("x")], {"delete": 1}),
        ([single("x", NAME), deleted("x")], {"delete": 1}),
        ([deleted("x"), single("x")], {"delete": 1}),
        ([failure("x", NAME), single("x", NAME)], {"update": 1}),
        ([failure("x", NAME), single("x")], {"unchanged": 1}),
        ([single("x", NAME), failure("x")], {"failed": 1}),
        ([single("x"), failure("x")], {"failed": 1}),
        ([failure(None), single("x")], {"failed": 1, "unchanged": 1}),
        # The rows of a project and the items of a loop count, but not the loop as a whole.
        (
            [project(single("a", NAME), single("b"), single("c")), single("d", NAME), LOOP],
            {"update": 2, "unchanged": 2},
        ),
        # An object without an ID is identified by customer and number.
        ([NEW, NEW, created("other", "1", "N"), created("c", "2", "N")], {"create": 3}),
        ([LOST, created("c", "1", "N", "x")], {"create": 1}),
        ([LOST, LOST], {"failed": 1}),
        ([single("a", NAME, **NUMBER), single("b", NAME, **NUMBER), single("a", **NUMBER)], {"update": 2}),
        ([created("c", "1", "N", "x"), NEW, single("x")], {"create": 1}),
        # A key alone says which object it is only if nothing more is known.
        ([created("c", "1", "N", "x"), failure(None, key="1")], {"failed": 1}),
        ([single("x", key="1"), failure(None, **NUMBER)], {"unchanged": 1, "failed": 1}),
        ([failure(None, parent="c"), single("x", parent="c")], {"unchanged": 1, "failed": 1}),
        # A change that was held back counts as not attempted, and an object without a change as unchanged.
        ([single("x", NAME, **HELD_BACK), single("y", NAME, changed=False)], {"not_attempted": 1, "unchanged": 1}),
        ([single("x", NAME), single("x", NAME, **HELD_BACK)], {"update": 1}),
        # A failed project without a failed row counts as one failure.
        ([project(single("a", NAME), failed=True, msg="2 receipts could not be kept")], {"update": 1, "failed": 1}),
        ([project(single("a"), failure("b"), failed=True, msg="1 of 2")], {"unchanged": 1, "failed": 1}),
        # `failed_when` does not hide an error.
        ([failure("a") | {"failed": False}], {"failed": 1}),
    ],
)
def test_the_last_result_counts_and_earlier_changes_stay(results: list[Result], expected: dict[str, int]) -> None:
    assert totals(report(*results)) == expected


@pytest.mark.parametrize(
    ("later", "changes", "steps"),
    [
        (single("x", change("name", "B", "C"), URL, steps=[MORE]), [change("name", "A", "C"), URL], [STEP, MORE]),
        (single("x", steps=[MORE]), [NAME], [STEP]),
        (single("x", URL, steps=[MORE], **HELD_BACK), [NAME], [STEP]),
        (failure("x", URL, steps=[MORE]), [NAME], [STEP]),
        (deleted("x", steps=[MORE]), [GONE], [STEP, MORE]),
    ],
)
def test_changes_that_were_sent_are_merged_and_others_are_left_out(
    later: Result, changes: list[Result], steps: list[Result]
) -> None:
    (entry,) = objects(report(single("x", NAME, steps=[STEP]), later))
    assert (entry["changes"], entry["steps"], entry["changed"], entry["held_back"]) == (changes, steps, True, False)


def test_an_object_that_is_deleted_and_created_again_is_a_new_one() -> None:
    new = created("c", "1", "N", "y")
    (entry,) = objects(report(deleted("x", **NUMBER), new | {"id": None}))
    assert entry["changes"] == new["changes"]


@pytest.mark.parametrize("known", ["id", "key", "parent", "name", "parent_name"])
def test_facts_about_an_object_are_merged_from_several_tasks(known: str) -> None:
    address = {"resource": "whatsapp_config", "id": "x", **NUMBER, "name": "N", "parent_name": "P"}
    full = single("x", NAME) | address
    for results in ([full, full | {known: None}], [full | {known: None}, full]):
        (entry,) = objects(report(*results))
        assert entry | address == entry


@pytest.mark.parametrize("named", ["name", "parent_name"])
def test_the_last_name_of_an_object_is_shown(named: str) -> None:
    (entry,) = objects(report(single("x", NAME) | {named: "Old"}, single("x", NAME) | {named: ""}))
    assert entry[named] == ""


@pytest.mark.parametrize("reason", WHY)
def test_an_object_has_drifted_if_it_was_changed_at_kapso(reason: str) -> None:
    drifted = reason in ("drifted", "both", "modified_at_server")
    assert totals(report(single("a", NAME | {"reason": reason}))) == {
        "update": 1,
        **({"drifted": 1} if drifted else {}),
    }


def test_a_plan_counts_only_what_did_not_fail() -> None:
    made = report(single("x", NAME), failure("x"), single("y", NAME, **HELD_BACK), deleted("z"), check=True)
    assert made.planned.planned == {"create": 0, "update": 1, "delete": 1}


def test_each_kind_has_its_totals_parents_first() -> None:
    refused = {"failed": True, "msg": "no"}
    customer = {"resource": "customer", "id": "c", "key": None, "parent": None, "name": None, "parent_name": None}
    of_later = single("s", NAME, resource="of_a_later_version")
    made = report(of_later, project(single("a", NAME), failure("b"), undeclared=[customer]), refused)
    document = made.document()["applied"]
    counts = document["resources"]
    assert {name: {what: number for what, number in count.items() if number} for name, count in counts.items()} == {
        "customer": {"undeclared": 1},
        "whatsapp_config": {"update": 1, "failed": 1},
        "of_a_later_version": {"update": 1},
    }
    assert list(counts) == ["customer", "whatsapp_config", "of_a_later_version"]
    assert document["undeclared"] == [{**customer, "host": "localhost"}]


def test_a_stopped_task_is_shown_with_its_reason() -> None:
    made = report(project(single("a", NAME, **HELD_BACK), failed=True, msg="x", stopped="too much"), host="clinic-1")
    assert made.document()["applied"]["stopped"] == [{"task": "Task", "host": "clinic-1", "msg": "too much"}]


def test_a_later_attempt_without_a_write_adds_only_its_failure() -> None:
    (entry,) = objects(report(single("x", NAME), failure("x", change("name", "B", "C"), msg="refused")))
    assert entry["changes"] == [NAME]
    assert (entry["changed"], entry["msg"]) == (True, "refused")


def test_each_failure_without_an_object_counts() -> None:
    refused = {"failed": True, "changed": False, "msg": "no"}
    made = report(refused, project(single("a"), **refused), project(failure("b", msg="no"), **refused))
    assert totals(made) == {"unchanged": 1, "failed": 3}
    assert [(entry["task"], entry["host"], entry["msg"]) for entry in objects(made)] == [
        ("Task", "localhost", "no")
    ] * 3


def test_failed_when_can_make_a_failure() -> None:
    assert totals(report(single("a"), failed=True)) == {"failed": 1}


def test_tasks_under_no_log_are_counted_once_each() -> None:
    hidden = {"censored": "hidden", "changed": True}
    made = Report()
    for task_id in ("1", "1", "2"):
        add(made, hidden, task_id=task_id)
    add(made, hidden | {"results": [hidden]}, task_id="3")
    assert made.document()["applied"] == {
        "totals": dict.fromkeys(COUNTS, 0),
        "resources": {},
        "unseen_tasks": 3,
        "stopped": [],
        "objects": [],
        "undeclared": [],
    }


def test_a_repeated_attempt_counts_only_if_its_object_is_known() -> None:
    made = Report()
    add(made, failure(None), last=False)
    add(made, failure("x", NAME) | {"changed": True}, last=False)
    add(made, single("x"))
    assert totals(made) == {"update": 1}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["changed", "same", "failed", "gone"]))))
def test_the_totals_add_up_to_the_objects_there_are(history: list[tuple[str, str]]) -> None:
    makers: dict[str, Callable[[str], Result]] = {
        "changed": lambda config_id: single(config_id, NAME),
        "same": single,
        "failed": failure,
        "gone": deleted,
    }
    made = report(*(makers[what](config_id) for config_id, what in history))
    counts = made.applied.totals
    assert sum(counts.values()) - counts["drifted"] == len({config_id for config_id, _what in history})


def test_the_document_matches_the_schema() -> None:
    jsonschema: Any = importlib.import_module("jsonschema")  # it has no type information
    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    made = report(created("c", "1", "N"), deleted("b"), failure(None), {"censored": ""}, check=True)
    add(made, single("a", NAME, change("access_token", "(sensitive)", "(sensitive)", "value_changed", "send")))
    for one in (made, Report()):
        document = json.loads(json.dumps(one.document()))
        assert [error.message for error in validator.iter_errors(document)] == []
    document["planned"] = {}
    assert not validator.is_valid(document)


def test_every_reason_that_modules_document_has_words_and_the_page_has_them_all() -> None:
    names = ("kapso_whatsapp_config", "kapso_project")
    module = "".join(Path(ROOT, f"plugins/modules/{name}.py").read_text(encoding="utf-8") for name in names)
    page = Path(ROOT, "docs/plans.md").read_text(encoding="utf-8")
    for code, words in WHY.items():
        assert f"V({code})" in module or f"O(send_write_only={code})" in module
        assert f"| {words} | `{code}` |" in page
