# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconcile one object: locate it, read it, plan, apply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

from .._api.client import Client, Object
from .._api.errors import CHECK_AND_REPORT, ApiError, Faults
from .._api.ids import is_id, same_id
from .._api.responses import CHECK_URL
from .outcome import NUMBER, Outcome, Target
from .plan import Plan, WrongType, plan_creation, plan_deletion, verify
from .read_many import list_whole, prove, shows_whole
from .receipts import Receipt
from .update import other_object, plan_update, read, record_accepted, update, wrong_type

# Seconds before each look for an object whose creation was not answered; 60 in all.
LOOK_UP = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
UNKNOWN_ID = (404, 400, 422)  # an id that the server cannot parse may be a 400 or a 422
GONE = (404, 400)  # what an object that was there is answered with when it is no more


def reconcile(client: Client, target: Target, receipt_of: Callable[[str], Receipt], check_mode: bool) -> Outcome:
    """Make the object what the target says, or, in check mode, say what that would take. Raises nothing."""
    outcome = Outcome(target, receipt_of)
    try:
        read_and_plan(client, outcome)
        if outcome.changed and not check_mode:
            apply(client, outcome)
    except ApiError as error:
        outcome.error = error
    return outcome


def read_and_plan(client: Client, outcome: Outcome, rows: Sequence[Object] | None = None) -> None:
    """Find the object, read it and plan. `rows`: what lists have shown, among them the object. Raises ApiError."""
    target = outcome.target
    if target.object_id is None:
        rows = find(client, target) if rows is None else _meeting(client, target, rows)
        if len(rows) > 1:
            raise _ambiguous(rows)
        if not rows:
            _not_found(outcome)
            return
        outcome.identify(rows[0]["id"])
    row = rows[0] if rows else None
    if target.state == "absent":
        _plan_absence(client, outcome, row)
    else:
        plan_update(client, outcome, row if row is not None and shows_whole(outcome, row) else None)


def find(client: Client, target: Target) -> list[Object]:
    """The objects of the target's customer that have its number. Raises ApiError."""
    try:
        rows = list_whole(client, target.collection_path)
    except ApiError as error:
        if not is_as_meant(client, target, error):
            raise
        return []
    return _meeting(client, target, rows)


def _meeting(client: Client, target: Target, rows: Sequence[Object]) -> list[Object]:
    """Those of the rows of a customer's list that are the object meant.

    Raises ApiError where a row does not tell: it may be the object, which would be created once more.
    """
    for row in rows:
        told = (row.get(NUMBER), row.get("customer_id"))
        if NUMBER not in row or not all(isinstance(value, (str, type(None))) for value in told):
            raise _unrecognisable(client.url(target.collection_path), row["id"])
    return [row for row in rows if target.matches(row)]


def is_as_meant(client: Client, target: Target, error: ApiError) -> bool:
    """Return whether a list or an object that cannot be had means that all is well, since none is to be there.

    Raises ApiError if this base URL is not known to serve the API: what it does not know proves nothing.
    """
    if error.status not in UNKNOWN_ID:
        return False
    prove(client)
    return target.state == "absent"


def apply(client: Client, outcome: Outcome) -> None:
    """Send what was planned. Raises ApiError, whatever goes wrong: of a write that was sent nothing may be lost."""
    with Faults() as faults:
        {"create": _create, "update": update, "delete": _delete}[outcome.plan.action or "update"](client, outcome)
    if faults.error is not None:
        outcome.changed, outcome.new_receipt = True, outcome.new_receipt.without(outcome.plan.values)
        raise ApiError(str(faults), CHECK_AND_REPORT, attempts=0, outcome="unknown") from faults.error


def _not_found(outcome: Outcome) -> None:
    target = outcome.target
    if target.state == "absent":
        outcome.absent = True
        return
    outcome.adopt_plan(plan_creation(target.resource, target.desired, outcome.receipt))
    shown = {name: value for name, value in target.desired.items() if name not in target.resource.write_only}
    outcome.after = {**shown, "customer_id": target.customer_id}


def _plan_absence(client: Client, outcome: Outcome, row: Object | None) -> None:
    target = outcome.target
    try:
        outcome.before = read(client, target) if row is None else row
    except ApiError as error:
        if not is_as_meant(client, target, error):
            raise
        outcome.absent = True
        return
    outcome.adopt_plan(plan_deletion(target.resource, target.object_id, outcome.receipt))


def _create(client: Client, outcome: Outcome) -> None:
    """POST, once. Where it is not known whether that took effect, look for the object instead of sending it again."""
    target, plan = outcome.target, outcome.plan
    outcome.write_attempted, outcome.after = True, {}
    try:
        created = client.write("POST", target.collection_path, {target.resource.envelope: dict(plan.values)})
        verdict = verify(plan, {}, created)
        if not is_id(created.get("id")):
            raise _no_id(client.url(target.collection_path))
        if not _may_be(target, created):
            raise other_object("POST", client.url(target.collection_path), "unknown")
    except WrongType as error:
        _recover_lost_create(client, outcome, wrong_type(error, "POST", client.url(target.collection_path), "unknown"))
    except ApiError as error:
        outcome.changed = error.may_have_changed
        if error.outcome != "unknown":
            raise
        _recover_lost_create(client, outcome, error)
    else:
        outcome.identify(created["id"])
        outcome.plan, outcome.after = plan, _refetch_if_partial(client, outcome.target, created)
        # What is remembered of that id was another object.
        fresh = Plan(Receipt(outcome.receipt.signer, lasts=outcome.receipt.lasts), plan.changes)
        record_accepted(outcome, fresh, verdict, "POST", client.url(target.collection_path))


def _may_be(target: Target, created: Object) -> bool:
    """Return whether the answer to a creation may be about what was created, as far as it says whose it is."""
    owner = created.get("customer_id")
    return created.get(NUMBER) in (None, target.desired[NUMBER]) and (
        owner is None or same_id(owner, target.customer_id)
    )


def _refetch_if_partial(client: Client, target: Target, created: Object) -> Object:
    """The answer to a creation, or the object as it is read: without `updated_at` a receipt would be blind to edits."""
    if "updated_at" in created:
        return created
    try:
        return read(client, target)
    except ApiError as error:
        error.outcome = "applied"
        raise


def _recover_lost_create(client: Client, outcome: Outcome, error: ApiError) -> None:
    """The answer to a creation was lost: converge what it has made, if it has. Raises `error` if not."""
    creation, subject = outcome.plan, outcome.planned_as
    found = _look_up(client, outcome.target, error)
    if len(found) > 1:
        raise _ambiguous(found, "unknown")
    outcome.warnings.append(f"the answer to the creation could not be had ({error.what}); the object was found")
    try:
        read_and_plan(client, outcome, found)
        if outcome.changed:
            update(client, outcome)  # nothing vouches for what cannot be read back
    except ApiError as failed:
        # Of that request alone nothing may have come; of the creation something has, or somebody else was as fast.
        failed.outcome = {"rejected": "applied", "not_sent": "unknown"}.get(failed.outcome, failed.outcome)
        raise
    finally:
        outcome.changed, outcome.plan, outcome.planned_as, outcome.before = True, creation, subject, {}


def _look_up(client: Client, target: Target, error: ApiError) -> list[Object]:
    """What the creation has made whose answer is `error`. Raises that where there is nothing."""
    waited = 0.0
    trouble: ApiError | None = None
    for pause in LOOK_UP:
        client.pause(pause)
        waited += pause
        try:
            found = find(client, target)
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
    outcome.write_attempted, outcome.after = True, outcome.before
    try:
        _delete_surely(client, outcome.target)
    except ApiError as error:
        outcome.changed = error.may_have_changed
        raise
    outcome.after, outcome.absent = {}, True


def _delete_surely(client: Client, target: Target) -> None:
    """DELETE, and look whenever it is not known whether that took effect. Raises ApiError."""
    error: ApiError | None = None
    while True:
        try:
            client.delete(target.path, after=error)
        except ApiError as failed:
            error = failed
        else:
            return
        if error.status == 404:
            return  # somebody else was faster, or an attempt whose answer was lost
        if error.outcome != "unknown" and error.status not in GONE:
            raise error
        if _is_absent(client, target, error):
            return
        if not error.repeatable:
            raise error


def _is_absent(client: Client, target: Target, error: ApiError) -> bool:
    """Whether a deletion whose answer is `error` took effect. Raises that where it cannot be told."""
    try:
        read(client, target)
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
