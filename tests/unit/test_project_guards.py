# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the guards of a project: a plan that breaks a rule or a limit stops the run before the first write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError, NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.bounds import MaxChanges
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import NUMBER, URL, told
from tests.support.simulation import instant
from tests.support.whole_run import Ran, at_kapso, run

ID = "fb7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
WHEN = {"updated_at": instant(0)}


def hook(name: str, url: str = URL, **more: Any) -> dict[str, Any]:
    """Return a webhook as a row of a list."""
    return {"id": name, "url": url, "events": ["a"], "active": True, "phone_number_id": NUMBER, **WHEN, **more}


HOOKS = at_kapso(
    customers=[{"id": one, "name": "Old", "external_customer_id": one, **WHEN} for one in "abcd"],
    phone_numbers=[{"id": NUMBER, "name": "Shop", "internal_id": ID, "customer_id": "a", **WHEN}],
    configs=[{"id": ID, "name": "Shop", "phone_number_id": NUMBER, "customer_id": "a", **WHEN}],
    webhooks=[hook("1"), hook("2"), hook(ID.upper()), hook("9", f"{URL}/9")],
)
HOOKS[f"/whatsapp/phone_numbers/{NUMBER}/webhooks"] = HOOKS["/whatsapp/webhooks"]
HOOKS.update((f"/whatsapp/phone_numbers?customer_id={one}", []) for one in "bcd")
BY_KEY = Target(WHATSAPP_WEBHOOK, None, {"url": f"{URL}/9"}, by_key=True, parent_id=NUMBER)
BY_ID = Target(WHATSAPP_WEBHOOK, "9", {"events": ["b"]})
MOVED = replace(BY_ID, object_id="1", desired={"url": f"{URL}/9"})
SOLO = replace(BY_KEY, desired={"url": URL}, options={"solo": True})
EDIT = replace(SOLO, desired={"url": URL, "events": ["b"]})
NONE_SUCH = Target(CUSTOMER, "none", {"name": "New"})
SAME = Target(CUSTOMER, "d", {"name": "Old"})
AS_PHONE, AS_CONFIG = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {}), Target(WHATSAPP_CONFIG, ID, {})
ONE_OBJECT = f"WhatsApp phone number {NUMBER} and WhatsApp configuration {ID} are one object"
KEEP = "keep one of the two entries, or "
CHECK_CHANGES = "check the plan; raise max_changes if you want these changes"
CHECK_DELETIONS = "check the plan; raise max_deletions if you want these deletions"


def new(name: str) -> Target:
    """Return an entry that renames a customer."""
    return Target(CUSTOMER, name, {"name": "New"})


def gone(name: str) -> Target:
    """Return an entry that deletes a customer."""
    return Target(CUSTOMER, name, {}, state="absent")


def limit(amount: float, is_percentage: bool = False) -> MaxChanges:
    """Return a limit."""
    return MaxChanges(amount, is_percentage)


def assert_guarded(ran: Ran, what: str, advice: str, attempts: int = 0) -> None:
    """Assert that the run was stopped before the first write by this error."""
    error = ran.project.stopped
    assert error is not None
    assert (*told(error), error.outcome) == (what, advice, attempts, "not_sent")
    assert ran.project.is_guarded
    assert (ran.sent, ran.saved, ran.progress.phases) == ([], [], [])
    for outcome in ran.outcomes:
        assert (outcome.changed, outcome.write_attempted) == (False, False)
        planned = outcome.error is None and (outcome.plan.action is not None or bool(outcome.others))
        assert outcome.held_back is planned


def assert_limited(ran: Ran, what: str | None, advice: str) -> None:
    """Assert that this limit stopped the run before the first write, or that no limit did (None)."""
    if what is None:
        assert (ran.project.stopped, ran.project.is_guarded) == (None, False)
    else:
        assert_guarded(ran, what, advice)


@pytest.mark.parametrize(
    ("targets", "what", "advice"),
    [
        ([BY_KEY, BY_ID], "more than one entry is webhook 9, by its id and by its key", "keep one of them"),
        (
            [SOLO, replace(BY_ID, object_id="2")],
            "more than one entry is webhook 2, by its id and by its key",
            "keep one of them",
        ),
        (
            [SOLO, replace(BY_ID, object_id=ID)],
            f"more than one entry is webhook {ID}, by its id and by its key",
            "keep one of them",
        ),
        (
            [replace(BY_KEY, desired={"url": f"{URL}/9"}), MOVED],
            f"webhook {URL}/9 of number {NUMBER} and webhook 1 would have the same url and kind",
            f"{KEEP}give one of them another key",
        ),
        (
            [replace(AS_PHONE, desired={"name": "A"}), replace(AS_CONFIG, desired={"name": "B"})],
            f"{ONE_OBJECT}, and are declared with different values of name",
            f"{KEEP}declare the same",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_an_object_has_one_entry(targets: Sequence[Target], what: str, advice: str, check_mode: bool) -> None:
    never = NotSent("not approved", "ask")
    ran = run(*targets, new("a"), answers=HOOKS, check_mode=check_mode, approve=lambda _outcomes: never)

    assert_guarded(ran, what, advice)
    assert ran.outcomes[2].held_back


@pytest.mark.parametrize(
    "targets",
    [
        [BY_ID, replace(BY_ID, object_id="2")],
        [replace(BY_KEY, desired={"url": f"{URL}/a"}, state="absent"), replace(BY_KEY, state="absent")],
        [SOLO, BY_ID],
        [AS_PHONE, replace(AS_CONFIG, desired={"name": "B"})],
        [new("a"), new("b")],
    ],
)
def test_entries_about_different_objects_are_no_duplicates(targets: Sequence[Target]) -> None:
    ran = run(*targets, answers=HOOKS)

    assert (ran.project.stopped, ran.project.is_guarded, ran.wrong) == (None, False, [None] * len(targets))


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_plan_that_is_not_approved_is_not_applied(check_mode: bool) -> None:
    given: list[Sequence[Outcome]] = []
    error = NotSent("not approved", "ask")

    def approve(outcomes: Sequence[Outcome]) -> ApiError | None:
        given.append(list(outcomes))
        return error

    limits: dict[str, Any] = {"on_error": "stop", "max_changes": limit(0)}
    ran = run(new("a"), SAME, NONE_SUCH, answers=HOOKS, check_mode=check_mode, approve=approve, **limits)

    assert_guarded(ran, "not approved", "ask", attempts=1)
    assert ran.project.stopped is error
    assert [(one.target.object_id, one.plan.action) for one in given[0]] == [
        ("a", "update"),
        ("d", None),
        ("none", None),
    ]
    assert [one.held_back for one in ran.outcomes] == [True, False, False]


def test_an_approved_plan_is_applied() -> None:
    assert run(new("a"), answers=HOOKS, approve=lambda _outcomes: None).sent == ["PATCH /customers/a"]


@pytest.mark.parametrize("on_error", ["stop_before_writing", "stop"])
def test_nothing_is_written_if_an_object_cannot_be_planned(on_error: str) -> None:
    ran = run(new("a"), NONE_SUCH, replace(NONE_SUCH, object_id="no"), SAME, answers=HOOKS, on_error=on_error)

    assert_guarded(ran, '2 of 4 could not be planned, customer "New" (none): refused', "wait", attempts=1)
    assert ran.project.stopped is not None
    assert ran.project.stopped.status == 404
    assert ran.wrong == [None, "refused", "refused", None]
    assert [outcome.changed for outcome in ran.outcomes] == [False] * 4


def test_with_continue_the_others_are_written() -> None:
    ran = run(new("a"), NONE_SUCH, answers=HOOKS)

    assert (ran.sent, ran.wrong, ran.project.stopped) == (["PATCH /customers/a"], [None, "refused"], None)


@pytest.mark.parametrize("on_error", ["stop_before_writing", "stop", "continue"])
def test_a_plan_without_errors_is_applied(on_error: str) -> None:
    assert run(new("a"), SAME, answers=HOOKS, on_error=on_error).sent == ["PATCH /customers/a"]


@pytest.mark.parametrize(
    ("targets", "bound", "said"),
    [
        ([new("a"), new("b")], limit(2), None),
        ([new("a"), new("b"), SAME], limit(1), "2 of 3"),
        ([new("a"), SAME, NONE_SUCH], limit(1), None),
        ([gone("b"), new("a"), SAME], limit(1), "2 of 3"),
        ([SOLO], limit(2), None),
        ([SOLO], limit(1), "2 of 1"),
        ([EDIT], limit(3), None),
        ([EDIT, SAME], limit(2), "3 of 2"),
        ([SAME], limit(0), None),
        ([new("a"), SAME], limit(50, True), None),
        ([new("a"), SAME, NONE_SUCH], limit(33, True), "1 of 3"),
    ],
)
def test_max_changes_limits_the_writes(targets: Sequence[Target], bound: MaxChanges, said: str | None) -> None:
    ran = run(*targets, answers=HOOKS, max_changes=bound)

    assert_limited(ran, said and f"{said} would change, and max_changes allows {bound}", CHECK_CHANGES)


@pytest.mark.parametrize(
    ("targets", "bound", "said"),
    [
        ([gone("b"), gone("c")], limit(2), None),
        ([gone("b"), gone("c"), new("d")], limit(1), "2 of 3"),
        ([gone("b"), new("c")], limit(1), None),
        ([gone("none"), new("c")], limit(0), None),
        ([SOLO], limit(2), None),
        ([SOLO, new("c")], limit(1), "2 of 2"),
        ([replace(SOLO, state="absent"), new("c")], limit(3), None),
        ([replace(SOLO, state="absent"), new("c")], limit(2), "3 of 2"),
        ([gone("b"), new("c")], limit(50, True), None),
        ([gone("b"), gone("c")], None, None),
    ],
)
def test_max_deletions_limits_the_deletions(
    targets: Sequence[Target], bound: MaxChanges | None, said: str | None
) -> None:
    ran = run(*targets, answers=HOOKS, max_deletions=bound, max_changes=limit(0) if said else None)

    assert_limited(ran, said and f"{said} would be deleted, and max_deletions allows {bound}", CHECK_DELETIONS)


PRUNE: dict[str, Any] = {"prune": {"whatsapp_webhook"}, "whole": {"whatsapp_webhook"}}


def test_nothing_is_pruned_without_max_deletions() -> None:
    ran = run(SOLO, answers=HOOKS, **PRUNE)

    what = "1 of 2 are not declared and would be deleted, and max_deletions allows 0"
    assert_guarded(ran, what, CHECK_DELETIONS)
    assert [outcome.held_back for outcome in ran.outcomes] == [True, True]


def test_max_deletions_allows_pruning() -> None:
    ran = run(SOLO, answers=HOOKS, max_deletions=limit(3), **PRUNE)

    assert sorted(ran.sent) == [f"DELETE /whatsapp/webhooks/{one}" for one in ("2", "9", ID.upper())]
    assert ran.project.stopped is None


def test_nothing_to_prune_needs_no_max_deletions() -> None:
    ran = run(SOLO, BY_ID, answers=HOOKS, **PRUNE)

    assert len(ran.sent) == 3
    assert ran.project.stopped is None
