# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of one object: found, created, converged, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils.answers import CHECK_URL
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client, Object
from ansible_collections.kapso.whatsapp.plugins.module_utils.converge import (
    accept,
    apply,
    other_object,
    read,
    read_and_plan,
    wrong_type,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils.errors import CHECK_AND_REPORT, ApiError, Faults
from ansible_collections.kapso.whatsapp.plugins.module_utils.ids import is_id, same_id
from ansible_collections.kapso.whatsapp.plugins.module_utils.listing import list_whole, prove, shows_whole
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import NUMBER, Goal, Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import (
    Plan,
    WrongType,
    plan_creation,
    plan_deletion,
    verify,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt

# Seconds before each look for an object whose creation was not answered; 60 in all.
LOOK_UP = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
UNKNOWN_ID = (404, 400, 422)  # an id that the server cannot parse may be a 400 or a 422
GONE = (404, 400)  # what an object that was there is answered with when it is no more


def pursue(client: Client, goal: Goal, receipt_of: Callable[[str], Receipt], check_mode: bool) -> Outcome:
    """Make the object what the goal says, or, in check mode, say what that would take. Raises nothing."""
    outcome = Outcome(goal, receipt_of)
    try:
        look(client, outcome)
        if outcome.changed and not check_mode:
            act(client, outcome)
    except ApiError as error:
        outcome.error = error
    return outcome


def look(client: Client, outcome: Outcome, rows: Sequence[Object] | None = None) -> None:
    """Find the object, read it and plan. `rows`: what lists have shown, among them the object. Raises ApiError."""
    goal = outcome.goal
    if goal.object_id is None:
        rows = find(client, goal) if rows is None else _meeting(client, goal, rows)
        if len(rows) > 1:
            raise _ambiguous(rows)
        if not rows:
            _not_found(outcome)
            return
        outcome.identify(rows[0]["id"])
    row = rows[0] if rows else None
    if goal.state == "absent":
        _plan_absence(client, outcome, row)
    else:
        read_and_plan(client, outcome, row if row is not None and shows_whole(outcome, row) else None)


def find(client: Client, goal: Goal) -> list[Object]:
    """The objects of the goal's customer that have its number. Raises ApiError."""
    try:
        rows = list_whole(client, goal.siblings_path)
    except ApiError as error:
        if not is_as_meant(client, goal, error):
            raise
        return []
    return _meeting(client, goal, rows)


def _meeting(client: Client, goal: Goal, rows: Sequence[Object]) -> list[Object]:
    """Those of the rows of a customer's list that are the object meant.

    Raises ApiError where a row does not tell: it may be the object, which would be created once more.
    """
    for row in rows:
        told = (row.get(NUMBER), row.get("customer_id"))
        if NUMBER not in row or not all(isinstance(value, (str, type(None))) for value in told):
            raise _unrecognisable(client.url(goal.siblings_path), row["id"])
    return [row for row in rows if goal.is_met_by(row)]


def is_as_meant(client: Client, goal: Goal, error: ApiError) -> bool:
    """Return whether a list or an object that cannot be had means that all is well, since none is to be there.

    Raises ApiError if this base URL is not known to serve the API: what it does not know proves nothing.
    """
    if error.status not in UNKNOWN_ID:
        return False
    prove(client)
    return goal.state == "absent"


def act(client: Client, outcome: Outcome) -> None:
    """Send what was planned. Raises ApiError, whatever goes wrong: of a write that was sent nothing may be lost."""
    with Faults() as faults:
        {"create": _create, "update": apply, "delete": _delete}[outcome.plan.action or "update"](client, outcome)
    if faults.error is not None:
        outcome.changed, outcome.kept = True, outcome.kept.without(outcome.plan.values)
        raise ApiError(str(faults), CHECK_AND_REPORT, attempts=0, outcome="unknown") from faults.error


def _not_found(outcome: Outcome) -> None:
    goal = outcome.goal
    if goal.state == "absent":
        outcome.gone = True
        return
    outcome.adopt_plan(plan_creation(goal.resource, goal.desired, outcome.receipt))
    shown = {name: value for name, value in goal.desired.items() if name not in goal.resource.hideable}
    outcome.after = {**shown, "customer_id": goal.customer_id}


def _plan_absence(client: Client, outcome: Outcome, row: Object | None) -> None:
    goal = outcome.goal
    try:
        outcome.before = read(client, goal) if row is None else row
    except ApiError as error:
        if not is_as_meant(client, goal, error):
            raise
        outcome.gone = True
        return
    outcome.adopt_plan(plan_deletion(goal.resource, goal.object_id, outcome.receipt))


def _create(client: Client, outcome: Outcome) -> None:
    """POST, once. Where it is not known whether that took effect, look for the object instead of sending it again."""
    goal, plan = outcome.goal, outcome.plan
    outcome.tried, outcome.after = True, {}
    try:
        created = client.write("POST", goal.siblings_path, {goal.resource.envelope: dict(plan.values)})
        verdict = verify(plan, {}, created)
        if not is_id(created.get("id")):
            raise _no_id(client.url(goal.siblings_path))
        if not _may_be(goal, created):
            raise other_object("POST", client.url(goal.siblings_path), "unknown")
    except WrongType as error:
        _settle(client, outcome, wrong_type(error, "POST", client.url(goal.siblings_path), "unknown"))
    except ApiError as error:
        outcome.changed = error.may_have_changed
        if error.outcome != "unknown":
            raise
        _settle(client, outcome, error)
    else:
        outcome.identify(created["id"])
        outcome.plan, outcome.after = plan, _completed(client, outcome.goal, created)
        # What is remembered of that id was another object.
        fresh = Plan(Receipt(outcome.receipt.seal, lasts=outcome.receipt.lasts), plan.changes)
        accept(outcome, fresh, verdict, "POST", client.url(goal.siblings_path))


def _may_be(goal: Goal, created: Object) -> bool:
    """Return whether the answer to a creation may be about what was created, as far as it says whose it is."""
    owner = created.get("customer_id")
    return created.get(NUMBER) in (None, goal.desired[NUMBER]) and (owner is None or same_id(owner, goal.customer_id))


def _completed(client: Client, goal: Goal, created: Object) -> Object:
    """The answer to a creation, or the object as it is read: without `updated_at` a receipt would be blind to edits."""
    if "updated_at" in created:
        return created
    try:
        return read(client, goal)
    except ApiError as error:
        error.outcome = "applied"
        raise


def _settle(client: Client, outcome: Outcome, error: ApiError) -> None:
    """The answer to a creation was lost: converge what it has made, if it has. Raises `error` if not."""
    creation, subject = outcome.plan, outcome.planned_as
    found = _look_up(client, outcome.goal, error)
    if len(found) > 1:
        raise _ambiguous(found, "unknown")
    outcome.warnings.append(f"the answer to the creation could not be had ({error.what}); the object was found")
    try:
        look(client, outcome, found)
        if outcome.changed:
            apply(client, outcome)  # nothing vouches for what cannot be read back
    except ApiError as failed:
        # Of that request alone nothing may have come; of the creation something has, or somebody else was as fast.
        failed.outcome = {"rejected": "applied", "not_sent": "unknown"}.get(failed.outcome, failed.outcome)
        raise
    finally:
        outcome.changed, outcome.plan, outcome.planned_as, outcome.before = True, creation, subject, {}


def _look_up(client: Client, goal: Goal, error: ApiError) -> list[Object]:
    """What the creation has made whose answer is `error`. Raises that where there is nothing."""
    waited = 0.0
    trouble: ApiError | None = None
    for pause in LOOK_UP:
        client.pause(pause)
        waited += pause
        try:
            found = find(client, goal)
        except ApiError as failed:
            trouble = failed
            if failed.stops_run:
                break
            continue
        trouble = None
        if found:
            return found
    if trouble is None:
        error.what = f"{error.what}, and no such object has appeared within {waited:.0f} s"
    else:
        error.what = f"{error.what}, and looking for the object failed: {trouble.what}"
        error.stops_run = error.stops_run or trouble.stops_run
    raise error


def _delete(client: Client, outcome: Outcome) -> None:
    outcome.tried, outcome.after = True, outcome.before
    try:
        _delete_surely(client, outcome.goal)
    except ApiError as error:
        outcome.changed = error.may_have_changed
        raise
    outcome.after, outcome.gone = {}, True


def _delete_surely(client: Client, goal: Goal) -> None:
    """DELETE, and look whenever it is not known whether that took effect. Raises ApiError."""
    error: ApiError | None = None
    while True:
        try:
            client.delete(goal.path, after=error)
        except ApiError as failed:
            error = failed
        else:
            return
        if error.status == 404:
            return  # somebody else was faster, or an attempt whose answer was lost
        if error.outcome != "unknown" and error.status not in GONE:
            raise error
        if _is_gone(client, goal, error):
            return
        if not error.repeatable:
            raise error


def _is_gone(client: Client, goal: Goal, error: ApiError) -> bool:
    """Whether a deletion whose answer is `error` took effect. Raises that where it cannot be told."""
    try:
        read(client, goal)
    except ApiError as failed:
        if failed.status in GONE:
            return True
        error.what = f"{error.what}, and reading the object again failed: {failed.what}"
        error.stops_run = error.stops_run or failed.stops_run
        raise error from None
    return False


def _ambiguous(rows: Sequence[Object], outcome: str = "not_sent") -> ApiError:
    ids = ", ".join(str(row.get("id")) for row in rows)
    what = f"{len(rows)} configurations have this number: {ids}"
    return ApiError(what, "say by config_id which one is meant", outcome=outcome)


def _unrecognisable(url: str, object_id: str) -> ApiError:
    return ApiError(
        f"the list does not show of {object_id} which number it has, or whose it is, so that it may be the one meant",
        "say by config_id which one is meant, or check that api_url is the base URL of the Kapso API",
        method="GET",
        url=url,
        status=200,
    )


def _no_id(url: str) -> ApiError:
    return ApiError(
        "the answer to the creation holds no id",
        CHECK_URL,
        method="POST",
        url=url,
        status=201,
        outcome="unknown",
    )
