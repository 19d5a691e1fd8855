# SPDX-License-Identifier: GPL-3.0-or-later
"""Test when write-only fields are sent in consecutive runs, with servers of different behavior.

tests/unit/test_plan_hidden.py, test_plan_answers.py and test_plan_movement.py test the rules of the plan.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.examples import HIDDEN, ROTATED, TOKEN, WRITE_ONLY
from tests.support.runner import Runner, reasons

HOUR = 3600
EDITED = dict.fromkeys(HIDDEN, "modified_at_server")


def edit(operator: Runner, **fields: Any) -> None:
    """Change the object at the server, an hour later."""
    operator.kapso.advance(HOUR)
    operator.kapso.edit(operator.object_id, **fields)


def assert_quiet(operator: Runner, **declared: Any) -> None:
    """Run again, and assert that there is no write and no warning."""
    result = operator.run(**declared)
    assert (result["changed"], result["changes"], result["warnings"]) == (False, [], [])
    assert operator.kapso.short() == "GET"


HABITS: list[dict[str, Any]] = [
    {"api_version": "omits"},
    {"api_version": "nulls"},
    {"api_version": "echoes"},
    {"mask_secrets": True},
    {"milliseconds": True},
    {"milliseconds": "mixed"},
]


@pytest.mark.parametrize("habits", HABITS, ids=str)
def test_sent_fields_are_not_sent_again_and_every_edit_is_undone(operator: Runner, habits: dict[str, Any]) -> None:
    operator.kapso.settings(**habits)
    assert operator.run(**WRITE_ONLY)["changed"]
    assert operator.sent == [HIDDEN]
    assert_quiet(operator, **WRITE_ONLY)
    for value in ("canary-of-another", "canary-of-a-third"):
        edit(operator, access_token=value)
        predicted, real = operator.dry_run(**WRITE_ONLY), operator.run(**WRITE_ONLY)
        assert real["changed"]
        assert predicted["changes"] == real["changes"]
        assert operator.state["access_token"] == TOKEN
        assert_quiet(operator, **WRITE_ONLY)


@pytest.mark.parametrize("field", sorted(HIDDEN))
def test_a_rotated_value_is_sent_alone(operator: Runner, field: str) -> None:
    operator.run(**WRITE_ONLY)
    rotated = {**WRITE_ONLY, field: "https://new.example.org/wa"}
    assert reasons(operator.dry_run(**rotated)) == {field: "value_changed"}
    assert reasons(operator.run(**rotated)) == {field: "value_changed"}
    assert operator.sent == [{field}]
    assert operator.state[field] == rotated[field]
    assert_quiet(operator, **rotated)


@pytest.mark.parametrize(
    ("policy", "first", "after_an_edit"),
    [
        ("when_changed", dict.fromkeys(HIDDEN, "no_receipt"), EDITED),
        ("when_value_changed", dict.fromkeys(HIDDEN, "no_receipt"), {}),
        ("always", dict.fromkeys(HIDDEN, "always"), dict.fromkeys(HIDDEN, "always")),
        ("never", {}, {}),
        ("adopt", {}, {}),
    ],
)
def test_each_policy_sends_the_documented_fields(
    operator: Runner, policy: str, first: dict[str, str], after_an_edit: dict[str, str]
) -> None:
    declared = {**WRITE_ONLY, "send_write_only": policy}
    assert reasons(operator.run(name="New", **declared)) == {"name": "differs", **first}
    assert operator.sent == [{"name", *first}]
    edit(operator, access_token="canary-of-another")
    assert reasons(operator.run(name="New", **declared)) == after_an_edit


def test_adopt_takes_an_object_over_without_sending(operator: Runner) -> None:
    operator.kapso.edit(operator.object_id, **WRITE_ONLY)
    adopted = {**WRITE_ONLY, "send_write_only": "adopt"}
    for result in (operator.dry_run(**adopted), operator.run(**adopted)):
        assert (result["changed"], result["changes"]) == (False, [])
        (warning,) = result["warnings"]
        assert "without being sent" in warning
        assert all(field in warning for field in HIDDEN)
    assert operator.kapso.short() == "GET"
    assert_quiet(operator, **WRITE_ONLY)
    edit(operator, access_token="canary-of-another")
    assert reasons(operator.run(**WRITE_ONLY)) == EDITED


def test_a_server_that_moves_updated_at_at_every_read(operator: Runner) -> None:
    operator.kapso.settings(updated_at_on_read=True)
    operator.run(**WRITE_ONLY)
    operator.kapso.advance(HOUR)
    assert reasons(operator.run(**WRITE_ONLY)) == EDITED
    for _run in range(3):
        operator.kapso.advance(HOUR)
        for result in (operator.dry_run(**WRITE_ONLY), operator.run(**WRITE_ONLY)):
            assert (result["changed"], result["changes"]) == (False, [])
            (warning,) = result["warnings"]
            assert "when_value_changed" in warning
        assert operator.sent == []
    rotated = {**WRITE_ONLY, "access_token": ROTATED}
    assert reasons(operator.run(**rotated)) == {"access_token": "value_changed"}
    assert operator.run(**rotated)["changed"] is False


def test_a_server_that_touches_the_object_after_each_write(operator: Runner) -> None:
    operator.kapso.settings(updated_at_after_write="next_read")
    operator.run(**WRITE_ONLY)
    results = [operator.run(**WRITE_ONLY) for _run in range(4)]
    assert [result["changed"] for result in results[2:]] == [False, False]
    assert results[3]["warnings"] == []


def test_without_updated_at_the_value_decides(operator: Runner) -> None:
    operator.kapso.settings(no_updated_at=True)
    operator.run(**WRITE_ONLY)
    edit(operator, access_token="canary-of-another")
    assert_quiet(operator, **WRITE_ONLY)
    assert operator.run(access_token=ROTATED)["changed"]


@pytest.mark.parametrize("missing", ["updated_at", "name"])
def test_an_answer_that_leaves_something_out_is_completed_by_a_read(operator: Runner, missing: str) -> None:
    operator.kapso.fault(method="PATCH", omit=[missing])
    result = operator.run(name="New", **WRITE_ONLY)
    assert (operator.kapso.short(), result["data"]["name"]) == ("GET PATCH GET", "New")
    assert_quiet(operator, name="New", **WRITE_ONLY)
    edit(operator, access_token="canary-of-another")
    assert reasons(operator.dry_run(name="New", **WRITE_ONLY)) == EDITED
