# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reconcile one object: locate it, read it, plan, apply, verify. Read this file from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Callable

from .._api.client import Client, Object
from .._api.errors import CHECK_AND_REPORT, ApiError, Faults, NotSent, OutcomeUnknown
from .._api.ids import same_id
from .._resources import RESOURCES
from .._resources.rules import Need
from .create import create, look_up_created, plan_create, plan_replacement
from .delete import delete, delete_others, is_taken_away, plan_delete
from .locate import ambiguous, check_parent, find, find_by_id, matching, with_parent
from .outcome import Outcome
from .read import check_key, plan_update, read_named, renewals
from .read_many import list_project, shows_whole
from .receipts import Receipt
from .target import NOTHING, Target
from .update import update

Rows = Sequence[Object]

TAKEN_AWAY = "it changed at Kapso after the task had read it"


def reconcile(client: Client, target: Target, receipt_of: Callable[[str], Receipt], check_mode: bool) -> Outcome:
    """Bring the object to the state of its target. In check mode only plan that. Raise nothing.

    An error is in the outcome.
    """
    outcome = read_and_plan(client, Outcome.begin(target, receipt_of))
    return apply(client, outcome) if outcome.changed and not check_mode else outcome


def read_and_plan(client: Client, outcome: Outcome, rows: Rows | None = None) -> Outcome:
    """Find the object, read it, plan, and apply the rules. `rows` is as in `plan_one`. Raise nothing."""
    return judged(client, plan_one(client, outcome, rows))


def plan_one(client: Client, outcome: Outcome, rows: Rows | None = None) -> Outcome:
    """Find the object, read it and plan. Raise nothing: an error is in the outcome.

    `rows` are rows of a list that shows the object if it exists. None: no list can show whether it exists.
    """
    try:
        target = with_parent(client, outcome.target)
        if target is not outcome.target:
            outcome = replace(outcome, target=target)
        row, others = _located(client, outcome.target, rows)
        if row is not None and target.resource.rules.successor(target.entry, row) is not None:
            return _plan_successor(client, outcome, row)
        if row is not None and target.object_id is not None and not same_id(row["id"], target.object_id):
            outcome = replace(outcome, target=_by_key(target))
            target = outcome.target
    except ApiError as error:
        return outcome.failed(error)
    is_absent = rows is not None and target.state == "absent"
    if row is None and (target.object_id is None or target.resource.key_is_id or is_absent):
        return _plan_missing(client, outcome)
    if target.object_id is None and row is not None:
        outcome = outcome.identified(row["id"])
    if target.state == "absent":
        outcome = plan_delete(client, outcome, row)
    else:
        read_already = (target.resource.key_is_id and rows is None) or target.resource.reads == "list"
        whole = row is not None and (read_already or shows_whole(outcome, row))
        outcome = plan_update(client, outcome, row if whole else None)
        if outcome.plan.immutable_changes:
            outcome = plan_replacement(outcome)
    if others and outcome.error is None:
        outcome = outcome.deleting(others, "another {noun} with the same key")
    return outcome


def _plan_successor(client: Client, outcome: Outcome, row: Object) -> Outcome:
    """Plan another object, found by its key or created, in place of `row`, which is deleted. Raise ApiError."""
    target = outcome.target
    if not all(field.name in row for field in target.resource.writable):  # the new object takes over all these fields
        row = read_named(client, replace(target, object_id=row["id"]))
    successor = target.resource.rules.successor(target.entry, row)
    if successor is None:  # the object has changed since the list was read
        raise NotSent(TAKEN_AWAY, "run again")
    if successor.refusal:
        raise NotSent(successor.refusal, successor.advice, attempts=0)
    other = replace(_by_key(target), desired=successor.desired, options=successor.options)
    problem = other.resource.rules.check(other.entry)
    if problem:
        raise NotSent(problem, "correct the playbook", attempts=0)
    lacks = _later_needs(target, other)
    if lacks:
        names = ", ".join(lacks)
        what = f"it would be replaced, and a later run would not find the new {target.resource.noun} without {names}"
        raise NotSent(what, f"add {names}", attempts=0)
    planned = plan_one(client, Outcome.begin(other, outcome.receipt_of))
    if planned.error is not None:
        return planned
    at_risk = _at_risk(target, other) if successor.is_last else ()
    planned = replace(planned, warnings=(*planned.warnings, *at_risk))
    return planned.deleting([row], "{noun} that is replaced", before_all=successor.is_last)


def _at_risk(target: Target, other: Target) -> list[str]:
    """Return a warning about the secrets that are lost if Kapso deletes the object and then refuses the other one."""
    secrets = (field.name for field in target.resource.writable if field.secret and other.desired.get(field.name))
    names = " and ".join(name for name in secrets if name not in target.desired)
    noun = target.resource.noun
    lost = f"the old {noun} is deleted first, and its {names} would be lost if Kapso refused the new one"
    return [f"{lost}; declare {names} to keep them"] if names else []


def _later_needs(target: Target, other: Target) -> list[str]:
    """Return the options that an entry must give besides the ID, so that a later run finds the replacing object."""
    resource, lacks = target.resource, list[str]()
    if target.object_id is None:
        return lacks
    if resource.parent is not None and target.parent_id is None and not target.has_no_parent:
        lacks.append(resource.parent.id_option)
    if resource.key_of(target.given) != resource.key_of(other.given):
        unnamed = (field for field in resource.key_fields if target.given.get(field.name) is None)
        lacks.extend(field.name for field in unnamed if other.given.get(field.name) != field.default)
    return lacks


def _by_key(target: Target) -> Target:
    return replace(target, object_id=None, by_key=True)


def _located(client: Client, target: Target, rows: Rows | None) -> tuple[Object | None, Rows]:
    """Return the row of the object, None if there is none, and the rows to delete besides it. Raise ApiError."""
    if target.object_id is not None:
        replaces = target.state == "present" and target.options.get(target.resource.replace_option)
        if (target.resource.key_is_id and rows is None) or (replaces and not rows):
            rows = find_by_id(client, target)
        if replaces and not rows:
            return _replaced_already(client, target), ()
        for row in () if replaces else rows or ():
            check_key(target, row)
        return (rows[0] if rows else None), ()
    found = find(client, target) if rows is None else matching(client, target, rows)
    if len(found) <= 1:
        return (found[0] if found else None), ()
    match = target.resource.rules.match(target.entry, found)
    if match is None:
        raise ambiguous(target, found)
    return match.row, match.others


def _replaced_already(client: Client, target: Target) -> Object:
    """Return the object by which an earlier run replaced the one that no longer exists. Raise ApiError."""
    resource, other = target.resource, _by_key(target)
    is_named = (target.parent_id is not None or target.has_no_parent) and None not in resource.key_of(target.given)
    found = find(client, other) if is_named else []
    if len(found) > 1:
        raise ambiguous(other, found)
    if found:
        return found[0]
    key = " and ".join([*([resource.parent.id_option] if resource.parent else []), *resource.key])
    what = f"Kapso has no such {resource.noun} in the project of this key, perhaps because a run replaced it"
    raise NotSent(what, f"check the id and the key, or name the new one by {key} in place of {resource.id_option}")


def _plan_missing(client: Client, outcome: Outcome) -> Outcome:
    """Plan for an object that does not exist."""
    target = outcome.target
    if target.state == "absent":
        return replace(outcome, absent=True)
    resource, parent = target.resource, target.resource.parent
    lacks = resource.missing_at_creation({**target.options, **target.given})
    fields = {field.name for field in resource.settable}
    missing = [f"fields.{name}" if name in fields else name for name in lacks]
    if resource.key_is_id and parent is not None and target.parent_id is None and not target.parent_is_sure:
        missing.insert(0, " or ".join(filter(None, (parent.id_option, parent.key_option))))
    if missing:
        names = ", ".join(missing)
        return outcome.failed(NotSent(f"it does not exist, and creating it needs {names}", f"add {names}", attempts=0))
    try:
        check_parent(client, target)
    except ApiError as error:
        return outcome.failed(error)
    return plan_create(outcome)


def judged(client: Client, outcome: Outcome, rows_of: Callable[[Need], Rows] | None = None) -> Outcome:
    """Return the outcome after the rules of its resource. `rows_of(need)` returns the rows that a rule needs."""
    rules, entry = outcome.target.resource.rules, outcome.target.entry
    if outcome.error is not None or not (outcome.before or outcome.changed):
        return outcome
    try:
        needs = rules.needs(entry) if outcome.changed else ()
        related = {need.resource: rows_of(need) if rows_of else needed(client, need) for need in needs}
    except ApiError as error:
        return unplanned(outcome).failed(error)
    creates = outcome.plan.action == "create"
    verdict = rules.judge(entry, NOTHING if creates else outcome.before, related)
    if verdict.warning:
        outcome = replace(outcome, warnings=(*outcome.warnings, verdict.warning))
    if verdict.refusal:
        return unplanned(outcome).failed(NotSent(verdict.refusal, verdict.advice, attempts=0))
    if verdict.leave:
        return unplanned(outcome)
    if verdict.at_creation:
        target = replace(outcome.target, at_creation=verdict.at_creation)
        note, outcome = outcome.plan.note, replace(outcome, target=target)
        planned = plan_create(outcome) if creates else outcome
        outcome = replace(planned, plan=replace(planned.plan, note=note))
    return replace(outcome, plan=replace(outcome.plan, note=verdict.note)) if verdict.note else outcome


def needed(client: Client, need: Need) -> Rows:
    """Return the rows of another list that a rule needs. Raise ApiError."""
    return list_project(client, RESOURCES[need.resource], need.query)


def unplanned(outcome: Outcome) -> Outcome:
    """Return the outcome without its plan."""
    plan = replace(outcome.plan, changes=(), creates=False, note="")
    target = replace(outcome.target, object_id=outcome.target.object_id or outcome.before.get("id"))
    told = replace(outcome, target=target, plan=plan, others=(), changed=False, after=outcome.before)
    return replace(told, new_receipt=outcome.receipt)


def apply(client: Client, outcome: Outcome) -> Outcome:
    """Send the planned writes. Raise nothing, whatever happens: the effect of a sent write must not be lost."""
    verb = {"create": _create, "update": _update, "delete": delete, None: _nothing}[outcome.plan.action]
    outcome = replace(outcome, write_attempted=True)
    with Faults() as faults:
        if outcome.others_first:
            return _after_others(client, outcome, verb)
        return delete_others(client, verb(client, outcome))
    error = OutcomeUnknown(str(faults), CHECK_AND_REPORT, attempts=0)
    receipt = outcome.new_receipt.without(outcome.plan.values)
    told = replace(outcome, after=outcome.before, new_receipt=receipt)
    return told.failed(error)


def _after_others(client: Client, outcome: Outcome, verb: Callable[[Client, Outcome], Outcome]) -> Outcome:
    """Delete the other objects, then write. If the write fails, the deletions still count as a change."""
    deleted = delete_others(client, _nothing(client, outcome))
    if deleted.error is not None:
        return deleted
    done = verb(client, deleted)
    if done.error is None or done.error.may_have_changed:
        return replace(done, changed=True)
    ids = ", ".join(str(row["id"]) for row in outcome.others)
    return replace(done, changed=True).failed(
        done.error.but(f"{ids} is deleted, but {done.error.what}", outcome="applied")
    )


def _nothing(_client: Client, outcome: Outcome) -> Outcome:
    """Leave the object as it is: only other objects are deleted."""
    return replace(outcome, changed=False)


def _update(client: Client, outcome: Outcome) -> Outcome:
    """Update the object. If Kapso does not extend it as planned, create a new object in its place."""
    done = update(client, outcome)
    if done.error is None and is_taken_away(done.target, done.after):
        return done.failed(client.wrong_answer(TAKEN_AWAY, "PATCH", done.target.path, "applied", "run again"))
    times = [change for change in outcome.plan.changes if change.at_apply]
    if done.error is not None or all(change.is_at(done.after.get(change.field.name)) for change in times):
        return done
    if not renewals(client, done.target, done.after):
        return done
    made = _create(client, plan_replacement(replace(done, before=done.after)))
    noun = done.target.resource.noun
    if made.error is None:
        warning = f"Kapso did not extend {done.target.object_id}: a new {noun} was created in its place"
        return replace(made, earlier=done, warnings=(*made.warnings, warning))
    what = f"Kapso did not extend it, and creating a new {noun} in its place failed: {made.error.what}"
    others = len(times) < len(outcome.plan.changes)
    known = "applied" if others and not made.error.may_have_changed else ""
    failed = made.error.but(what, outcome=known)
    return replace(made, earlier=done, changed=failed.may_have_changed).failed(failed)


def _create(client: Client, outcome: Outcome) -> Outcome:
    created, error = create(client, outcome)
    return created if error is None else _recover_lost_create(client, created, error)


def _recover_lost_create(client: Client, outcome: Outcome, error: ApiError) -> Outcome:
    """Find the object of a creation whose response was lost, and update it."""
    try:
        found = look_up_created(client, outcome.target, outcome.before, error)
    except ApiError as lost:
        return outcome.failed(lost)
    note = f"the answer to the creation was lost ({error.what}); the object was found"
    begun = replace(Outcome.begin(outcome.target, outcome.receipt_of), warnings=(*outcome.warnings, note))
    done = read_and_plan(client, begun, found)
    if done.plan.action == "create" and done.error is None:  # the found object cannot be changed to the declared one
        what = f"{error.what}, and {found[0]['id']}, which was found, is not as declared"
        return outcome.failed(error.but(what))
    if done.changed and done.error is None:
        done = update(client, done)  # nothing confirms the fields that cannot be read back
    if done.error is not None:
        # The update alone may have had no effect. But the creation had one, or another client was as fast.
        known = "applied" if done.error.outcome in ("rejected", "applied") else "unknown"
        done = done.failed(done.error.but(outcome=known))
    return replace(
        done,
        changed=True,
        write_attempted=True,
        plan=outcome.plan,
        planned_as=outcome.planned_as,
        before=NOTHING,
        others=outcome.others,
        others_note=outcome.others_note,
    )
