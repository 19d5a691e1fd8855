# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete one object. If the effect of a request is unknown, read the object."""

from __future__ import annotations

from dataclasses import replace

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.ids import same_id
from .._api.lists import NOT_FOUND
from .locate import is_as_meant, is_unknown
from .outcome import Outcome
from .plan import plan_deletion
from .read import NotListed, other_object, read, read_named
from .target import NOTHING, Target

REFUSED = (NOT_FOUND, 400)  # statuses of a deletion that may mean that the object does not exist any more
UNCHANGED = (*REFUSED, 422)  # the same for a change that deletes an object and leaves it in its list


def plan_delete(client: Client, outcome: Outcome, row: Object | None) -> Outcome:
    """Plan the deletion of the object. Read the object unless a list has already shown `row`."""
    target = outcome.target
    try:
        before = read(client, target) if row is None else row
    except ApiError as error:
        return _after_failed_read(client, outcome, error)
    plan = plan_deletion(target.resource, target.object_id, outcome.receipt)
    return replace(outcome, before=before).planned(plan, NOTHING)


def _after_failed_read(client: Client, outcome: Outcome, error: ApiError) -> Outcome:
    try:
        absent = is_as_meant(client, outcome.target, error)
    except ApiError as unproven:
        return outcome.failed(unproven)
    return replace(outcome, absent=True) if absent else outcome.failed(error)


def delete(client: Client, outcome: Outcome) -> Outcome:
    """Send the planned deletion."""
    outcome = replace(outcome, after=outcome.before)
    try:
        _delete_and_check(client, outcome.target)
    except ApiError as error:
        return replace(outcome, changed=error.may_have_changed).failed(error)
    return replace(outcome, after=NOTHING, absent=True)


def delete_others(client: Client, outcome: Outcome) -> Outcome:
    """Delete the other objects with the same key, one after the other, unless an earlier write failed."""
    gone: list[str] = []
    for row in outcome.others if outcome.error is None else ():
        target = replace(outcome.target, object_id=row["id"])
        try:
            _delete_and_check(client, target)
        except ApiError as error:
            # The earlier writes took effect.
            known = "applied" if outcome.changed and not error.may_have_changed else ""
            before = f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} deleted, but " if gone else ""
            failed = error.but(f"{before}deleting {target.object_id} failed: {error.what}", outcome=known)
            return replace(outcome, changed=failed.may_have_changed).failed(failed)
        outcome = replace(outcome, changed=True)
        gone.append(str(row["id"]))
    return outcome


def _delete_and_check(client: Client, target: Target) -> None:
    """Delete the object. If the effect of a request is unknown, read the object. Raise ApiError."""
    error: ApiError | None = None
    refusals = REFUSED if target.resource.removal is None else UNCHANGED
    while True:
        try:
            _remove(client, target, error)
        except ApiError as failed:
            error = failed
        else:
            return
        if error.status == NOT_FOUND and target.resource.removal is None:
            return  # another client deleted it, or an earlier attempt whose response was lost
        if error.outcome != "unknown" and error.status not in refusals:
            raise error
        if _is_absent(client, target, error):
            return
        if not error.facts.repeatable:
            # Kapso accepted the request, but the read shows that the object still exists.
            accepted = target.resource.removal is not None and error.status is not None and error.status < 300
            raise error.but(outcome="rejected") if accepted else error


def _remove(client: Client, target: Target, after: ApiError | None) -> None:
    """Send the request that deletes the object. Raise ApiError. `after` has the same meaning as in `Client.write`."""
    removal, path = target.resource.removal, target.path
    if removal is None:
        client.delete(path, after=after)
        return
    answer = client.write("PATCH", path, {target.resource.envelope: dict(removal)}, after=after)
    if not same_id(answer.get("id", target.object_id), target.object_id):
        raise other_object(client, "PATCH", path, "unknown")
    names = ", ".join(f"{name} is {answer[name]!r}" for name in removal if name in answer)
    if not names or not is_taken_away(target, answer):
        what = f"Kapso accepted the write, but the {target.resource.noun} is still there"
        names = f": {names}" if names else ""
        raise client.wrong_answer(f"{what}{names}", "PATCH", path, "unknown", advice="ask Kapso why")


def is_taken_away(target: Target, row: Object) -> bool:
    """Return whether an object that stays in its list counts as deleted: the entry can no longer mean it."""
    return target.resource.removal is not None and not target.resource.rules.found(target.entry, [row])


def _is_absent(client: Client, target: Target, error: ApiError) -> bool:
    """Return whether a deletion that ended with `error` took effect. Raise ApiError if a read cannot tell."""
    try:
        return is_taken_away(target, read_named(client, target))
    except NotListed:
        return True
    except ApiError as failed:
        if is_unknown(failed, target.resource.id_format, str(target.object_id)):
            return True
        raise error.also("reading the object again failed", failed) from None
