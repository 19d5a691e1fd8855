# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create one object with one request. If its response is lost, look for the object."""

from __future__ import annotations

from dataclasses import replace

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.ids import is_id, same_id
from .locate import ambiguous, find
from .outcome import Outcome
from .plan import WrongType, plan_creation
from .read import other_object, read, wrong_type
from .receipts import Receipt
from .target import NOTHING, Target
from .update import record_accepted
from .verify import Verdict, verify

TO_COME = "(known after apply)"  # in place of an ID that Kapso has not given yet
# Seconds before each search for an object after the response to its creation was lost; 60 in all.
LOOK_UP = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def plan_create(outcome: Outcome) -> Outcome:
    """Plan the creation. The predicted object shows no write-only field."""
    target = outcome.target
    parent = target.resource.parent
    values = {**target.given_key, **target.at_creation, **target.desired}
    shown = {name: value for name, value in values.items() if name not in target.resource.write_only}
    is_to_come = target.parent_id is None and target.parent_is_sure and not target.has_no_parent
    owner = {parent.row_field: TO_COME if is_to_come else target.parent_id} if parent else {}
    reason = "replaced" if outcome.before else "not_found"
    plan = plan_creation(target.resource, values, outcome.receipt, reason)
    return outcome.planned(plan, {**shown, **owner})


def plan_replacement(outcome: Outcome) -> Outcome:
    """Plan a new object in place of the existing one, which Kapso removes when it creates the new one."""
    resource, old = outcome.target.resource, outcome.target.object_id
    planned = plan_create(replace(outcome, target=replace(outcome.target, object_id=None)))
    return replace(planned, plan=replace(planned.plan, note=f"{resource.replaces} {resource.title} {old}"))


def create(client: Client, outcome: Outcome) -> tuple[Outcome, ApiError | None]:
    """Send the POST once. Return the outcome, and the error if it is unknown whether the object was created."""
    target, plan = outcome.target, outcome.plan
    path = target.collection_path
    outcome = replace(outcome, after={})
    try:
        created = client.write("POST", path, {target.resource.envelope: dict(plan.values)})
        verdict = verify(plan, {}, created)
        if not is_id(created.get("id")):
            return outcome, client.wrong_answer("the answer to the creation has no id", "POST", path, "unknown")
        if not _may_be_new_object(target, created):
            return outcome, other_object(client, "POST", path, "unknown")
    except WrongType as error:
        return outcome, wrong_type(client, error, "POST", path, "unknown")
    except ApiError as error:
        if error.outcome == "unknown":
            return outcome, error
        return replace(outcome, changed=error.may_have_changed).failed(error), None
    return _created(client, outcome, created, verdict), None


def _created(client: Client, outcome: Outcome, created: Object, verdict: Verdict) -> Outcome:
    """Return the outcome of a creation, with the receipt of the new object."""
    plan, path = outcome.plan, outcome.target.collection_path
    outcome = outcome.identified(created["id"])
    # An existing receipt under this ID belongs to another object.
    fresh = Receipt(outcome.receipt.signer, lasts=outcome.receipt.lasts)
    outcome = replace(outcome, plan=replace(plan, receipt=fresh), before=NOTHING)
    try:
        after = _refetch_if_partial(client, outcome.target, created)
    except ApiError as error:
        return outcome.failed(error)
    return record_accepted(client, replace(outcome, after=after), verdict, "POST", path)


def _may_be_new_object(target: Target, created: Object) -> bool:
    """Return whether the response to a creation can be about the new object, by its key and its parent."""
    resource = target.resource
    has_key = all(created.get(name) in (None, value) for name, value in zip(resource.key, target.key))
    return (has_key or resource.key_moves) and target.owns(created)  # a changed key is reported later


def _refetch_if_partial(client: Client, target: Target, created: Object) -> Object:
    """Return the response to a creation. Read the object if it lacks `updated_at`, which receipts need to see edits."""
    if "updated_at" in created or target.resource.field("updated_at") is None:
        return created
    try:
        return read(client, target)
    except ApiError as error:
        raise error.but(outcome="applied") from None


def look_up_created(client: Client, target: Target, known: Object, error: ApiError) -> list[Object]:
    """Return the objects that a creation made. Its response was lost with `error`. Look several times.

    `known` is an object that existed before. Raise ApiError if no other object appears within 60 s.
    """
    waited = 0.0
    trouble: ApiError | None = None
    for usual in LOOK_UP:
        pause = usual if trouble is None else max(usual, trouble.facts.retry_after)
        client.pause(pause)
        waited += pause
        try:
            found = [row for row in find(client, target) if not same_id(row["id"], known.get("id"))]
        except ApiError as failed:
            trouble = failed
            if failed.stops_run or not client.may_wait(failed.facts.retry_after):
                break
            continue
        trouble = None
        if len(found) > 1:
            raise ambiguous(target, found, "unknown")
        if found:
            return found
    if trouble is None:
        raise error.but(f"{error.what}, and the object did not appear within {waited:.0f} s")
    raise error.also("looking for the object failed", trouble)
