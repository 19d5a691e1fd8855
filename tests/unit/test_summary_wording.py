# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the texts of the report one by one."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary import wording
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Section
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.entry import Entry

from tests.support.results import Result, add, change, created, deleted, failure, project, report, single

NAME = change("name", "A", "B")
HOOK = {"resource": "whatsapp_webhook", "key": "u"}
OTHER = {"resource": "of_a\n_later_version"}
STOPPED: Result = {"failed": True, "msg": "x", "stopped": "too many; look"}
HELD_BACK = {"changed": False, "held_back": True}


def entry(result: Result) -> Entry:
    """Return the only entry that the report shows."""
    (found,) = report(result).applied.shown
    return found


@pytest.mark.parametrize(
    ("resource", "one", "several"),
    [
        ("whatsapp_phone_number", "number", "phone numbers"),
        ("of_a\n_later_version", "of a\\n later version", "of a\\n later versions"),
        (None, "object", "objects"),  # a failed task
    ],
)
def test_the_nouns_of_kinds_of_objects(resource: str | None, one: str, several: str) -> None:
    assert (wording.noun(resource), wording.nouns(resource)) == (one, several)


@pytest.mark.parametrize(
    ("known", "called"),
    [
        ({"id": "a"}, "configuration a"),
        ({"id": "a", "key": "1"}, "configuration 1"),
        ({"id": "a", "key": "1", "name": "N"}, 'configuration "N" (1)'),
        ({"id": "a", "name": "N", "parent": "c"}, 'configuration "N" (a)'),
        ({"id": "a", "name": "N", "parent": "c", "parent_name": "P"}, 'configuration "N" (a) of "P"'),
        ({"name": "N"}, 'configuration "N"'),
        ({"name": "N", "parent": "c", "parent_name": "P"}, 'configuration "N" of "P" (c)'),
        ({"id": "a", "parent": "c"}, "configuration a of customer c"),
        ({"id": "a", "parent_name": "P"}, 'configuration a of "P"'),
        ({"id": "a", "parent": "c", "parent_name": "P"}, 'configuration a of "P" (c)'),
        ({"parent": "c"}, "configuration of customer c"),
        ({**HOOK, "parent": "1"}, "webhook u of number 1"),
        (HOOK, "webhook u of the project"),
        ({**OTHER, "id": "a"}, "of a\\n later version a"),
        ({**OTHER, "id": "a", "parent": "c"}, "of a\\n later version a of c"),
        # A task without a known object, of a known or an unknown kind.
        ({}, 'task "Task" on localhost'),
        ({"resource": None, "id": "a"}, 'task "Task" on localhost'),
    ],
)
def test_the_label_of_an_object(known: dict[str, Any], called: str) -> None:
    assert wording.subject(entry(single(None, NAME) | {"config_id": None, **known})) == called


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (["a", "b"], ["b", "c"], ["- a", "+ c"]),
        (["a\n"], [{"b": 1}], ["- a\\n", '+ {"b": 1}']),
        ([1], [1], []),
        (None, ["a"], []),
        (["a"], None, []),
    ],
)
def test_a_change_of_a_list_shows_removed_and_added_items(before: Any, after: Any, told: list[str]) -> None:
    (one,) = entry(single("a", change("events", before, after))).changes
    assert wording.items(one) == told


@pytest.mark.parametrize(
    ("result", "planned", "fate", "tone"),
    [
        (single("a", NAME), True, "will be updated", "update"),
        (single("a", NAME), False, "was updated", "update"),
        (single("a", NAME, **HELD_BACK), False, "would be updated", "update"),
        # Only duplicates are deleted.
        (single("a", **HELD_BACK), True, "would be updated", "update"),
        (single("a", changed=True), True, "will be updated", "update"),
        (created("c", "1", "N"), False, "was created", "create"),
        (deleted("a"), True, "will be deleted", "delete"),
        (failure("a", NAME), True, "failed", "failed"),
    ],
)
def test_the_predicate_about_an_object(result: Result, planned: bool, fate: str, tone: str) -> None:
    told = entry(result)
    assert (wording.fate(told, "planned" if planned else "applied"), wording.tone(told)) == (fate, tone)


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (created("c", "1", "N"), None),
        (created("c", "1", "N") | {"changes": [change("name", None, "N", "replaced", "create")]}, "cannot be changed"),
        (deleted("a"), "declared absent"),
        (deleted("a") | {"error": {}, "failed": True}, None),
        (single("a", NAME), None),
        (single("a", changed=True), None),
    ],
)
def test_why_an_object_is_created_or_deleted(result: Result, why: str | None) -> None:
    assert (wording.reason(entry(result)) or "").startswith(why or "")
    assert (wording.reason(entry(result)) is None) == (why is None)


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (single("a", NAME), None),
        (failure("a", msg="WhatsApp configuration a: it is; a: not."), "it is; a: not."),
        (failure(None, msg="webhook u of number 1: it is not.") | {"parent": "1"}, "it is not."),
        (failure(None, msg="webhook u: it is not.") | {"key": "u"}, "it is not."),
        (failure("a", msg="It is not."), "It is not."),
    ],
)
def test_the_message_of_a_failure_is_shown_without_the_object(result: Result, why: str | None) -> None:
    assert wording.why_failed(entry(result)) == why


def undeclared(*ids: str) -> Result:
    """Return the result of a project with these undeclared objects."""
    return project(single("a"), undeclared=[{**HOOK, "id": one, "parent": "1", "name": None} for one in ids])


@pytest.mark.parametrize(
    ("results", "planned", "applied"),
    [
        ([single("a")], "Plan: 0 to create, 0 to update, 0 to delete; 1 unchanged, 0 failed.", "Applied: 0 created"),
        ([undeclared("x")], " 0 failed. 1 at Kapso is not declared.", " 0 failed. 1 at Kapso is not declared."),
        ([undeclared("x", "y")], " 2 at Kapso are not declared.", " 2 at Kapso are not declared."),
        (
            [project(single("a", NAME, **HELD_BACK), **STOPPED)],
            "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed.",
            "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed.",
        ),
        (
            [project(single("a", **HELD_BACK), single("c"), **STOPPED), single("b", NAME)],
            "Plan: 0 to create, 2 to update, 0 to delete; 1 unchanged, 0 failed.",
            "Applied: 0 created, 1 updated, 0 deleted; 1 unchanged, 0 failed. 1 not attempted.",
        ),
    ],
)
def test_the_line_that_counts(results: list[Result], planned: str, applied: str) -> None:
    for check, name, line in ((True, "planned", planned), (False, "applied", applied)):
        made = report(*results, check=check)
        said = wording.totals(made.planned if check else made.applied, name)
        assert line in said
        assert ("not attempted" in said) == ("not attempted" in line)


@pytest.mark.parametrize(
    ("result", "says"),
    [(single("a"), True), (single("a", NAME), False), ({"censored": ""}, False), (project(**STOPPED), False)],
)
def test_nothing_changes_only_if_that_is_known(result: Result, says: bool) -> None:
    assert (wording.nothing(report(result).applied, "applied") is not None) == says


def stopped(*hosts: str, each_why: bool = False) -> Section:
    """Return the section of a run with a stopped task on each host, for one reason or each for its own."""
    made = report()
    for number, host in enumerate(hosts):
        why = {"stopped": f"number {number}"} if each_why else {}
        add(made, project(**{**STOPPED, **why}, changed=False), host=host, task_id=str(number))
    return made.applied


@pytest.mark.parametrize(
    ("hosts", "lines"),
    [
        ("", []),
        ("a", ["Too many; look.", "Nothing was written."]),
        ("aa", ["Too many; look.", "Nothing was written."]),
        ("aba", ["a and b: Too many; look.", "Nothing was written."]),
        ("abcdefg", ["a, b, c, d, e and 2 others: Too many; look.", "Nothing was written."]),
    ],
)
def test_why_tasks_were_stopped(hosts: str, lines: list[str]) -> None:
    made = stopped(*hosts)
    assert wording.stops(made) == lines


@pytest.mark.parametrize(("number", "more"), [(2, []), (10, []), (11, ["And 1 more."])])
def test_each_reason_has_a_line_up_to_ten(number: int, more: list[str]) -> None:
    made = stopped(*"a" * number, each_why=True)
    lines = [f"Number {place}." for place in range(min(number, 10))]
    assert wording.stops(made) == [*lines, *more, "Nothing was written."]


@pytest.mark.parametrize(("hosts", "line"), [("a", "The stopped task wrote"), ("aa", "The stopped tasks wrote")])
def test_if_another_task_wrote_something_only_the_stopped_ones_wrote_nothing(hosts: str, line: str) -> None:
    made = report(single("a", NAME), host="a")
    for number, host in enumerate(hosts):
        add(made, project(**STOPPED), host=host, task_id=str(number))
    assert wording.stops(made.applied)[-1] == f"{line} nothing."
