# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read one object, and plan its update."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from .._api.client import Client, Object
from .._api.errors import ApiError, NotSent
from .._api.ids import same_id
from .._api.lists import list_whole
from .._api.texts import as_json
from .._resources.model import Parent
from .outcome import Outcome
from .plan import Change, Plan, WrongType, make_plan, renewed
from .sensitive import shown
from .target import Target
from .timestamps import parse, seconds_until, text_of

SET_AT_APPLY = "(set at apply)"
UNREADABLE_TIME = "{} has an unknown format, so this time cannot be checked"
NOT_LISTED = "it is not in the list any more"


class NotListed(NotSent):
    """The list does not show the object any more, and nothing else shows such objects."""


class Elsewhere(NotSent):
    """The object that an id names belongs to another parent than the declared one."""

    def __init__(self, owner_id: object, what: str, advice: str) -> None:
        super().__init__(what, advice)
        self.owner_id = owner_id

    def named(self, name: str | None) -> ApiError:
        """Return the error with the name of that parent, if it is known."""
        if name is None:
            return self
        owner = str(self.owner_id)
        return self.but(self.what.replace(owner, f"{as_json(name)} ({owner})"))


def read(client: Client, target: Target) -> Object:
    """Return the object. Raise ApiError, also if it is not the one that the entry names.

    The response may leave out the ID, except for an object that is declared absent.
    """
    found = read_named(client, target)
    check_key(target, found)
    return found


def read_named(client: Client, target: Target) -> Object:
    """Return the object, whatever its key and its parent. Raise ApiError, also for a response about another object."""
    if target.resource.reads == "list":
        return _listed(client, target)
    found = client.get(target.path)
    unnamed = None if target.state == "absent" else target.object_id
    if not same_id(found.get("id", unnamed), target.object_id):
        raise other_object(client, "GET", target.path, "not_sent")
    return found


def _listed(client: Client, target: Target) -> Object:
    """Return the object from the list of its parent, in any state. Raise ApiError."""
    path = target.collection_path
    for row in list_whole(client, path):
        if same_id(row["id"], target.object_id):
            return row
    raise NotListed(NOT_LISTED, "run again", method="GET", url=client.url(path), status=client.status_of("GET"))


def check_key(target: Target, found: Object) -> None:
    """Raise NotSent if the object with that ID has another key or another parent than the entry gives."""
    declared = {**target.given_key, **_fixed_key(target, found)}
    for field in target.resource.fields:
        meant = declared.get(field.name)
        there = found.get(field.name, meant)
        if field.name in declared and there != meant:
            what = f"{field.name} of this object is {shown(field, there)!r}, but {shown(field, meant)!r} is declared"
            raise NotSent(what, f"correct {field.name}, or {target.resource.id_option}")
    parent = target.resource.parent
    if parent is not None and (not target.owns(found) or _has_none(target, parent, found)):
        owner = found.get(parent.row_field)
        whose = f"no {parent.title}" if owner is None else f"{parent.title} {owner}"
        what = f"it belongs to {whose}, and cannot be moved"
        option = parent.id_option if target.parent_key is None else parent.key_option
        option = parent.without[0] if parent.without and target.has_no_parent else option
        raise Elsewhere(owner, what, f"correct {option}, or {_how_to_replace(target)}")


def _fixed_key(target: Target, found: Object) -> dict[str, Any]:
    """Return the declared fields of the key that never change and that the object shows, for `state: absent`.

    If one of them differs, the object must not be deleted.
    """
    fixed = (one for one in target.resource.fields if one.name in target.resource.key and one.access == "create")
    given = {one.name: target.desired.get(one.name) for one in fixed if target.state == "absent"}
    return {name: value for name, value in given.items() if value is not None and found.get(name) is not None}


def _has_none(target: Target, parent: Parent, found: Object) -> bool:
    """Return whether the object with that ID has no parent, although the entry gives one."""
    is_known = parent.without is not None and parent.row_field in found and found[parent.row_field] is None
    return is_known and target.parent_id is not None and not target.by_key


def other_object(client: Client, method: str, path: str, outcome: str) -> ApiError:
    """Return the error for a response about another object than the requested one."""
    return client.wrong_answer("the answer is about another object", method, path, outcome)


def wrong_type(client: Client, error: WrongType, method: str, path: str, outcome: str) -> ApiError:
    """Return the error for a response in which a field has a wrong type."""
    what = f"the answer to {method} has a wrong type: {error}"
    return client.wrong_answer(what, method, path, outcome, message=str(error))


def plan_update(client: Client, outcome: Outcome, current: Object | None = None) -> Outcome:
    """Plan the update of the object `current`, or read the object first. If that fails, the outcome has the error."""
    target = outcome.target
    try:
        before = read(client, target) if current is None else current
    except ApiError as error:
        return outcome.failed(error)

    def planned(again: Object | None = None) -> Plan:
        return make_plan(target.resource, target.desired, before, outcome.receipt, target.send_write_only, again)

    try:
        plan = planned()
        if plan.look_again:
            plan = planned(read(client, target))
        plan = _renewed(client, target, plan, before)
        if plan.immutable_changes and not target.resource.replaces:
            raise _immutable(target, plan.immutable_changes)
    except WrongType as error:
        return outcome.seen(before).failed(wrong_type(client, error, "GET", target.path, "not_sent"))
    except ApiError as error:
        return outcome.seen(before).failed(error)
    updates = {change.field.name: predicted(change) for change in plan.changes if change.action == "update"}
    return outcome.planned(plan, {**before, **updates} if updates else before, before)


def predicted(change: Change) -> Any:
    """Return the new value of a change, as check mode can predict it."""
    return SET_AT_APPLY if change.at_apply else change.after


def renewals(client: Client, target: Target, row: Object) -> dict[str, str]:
    """Return the times that the rules require besides the declared fields, by field name."""
    now = client.date()
    left = {name: until for name in target.resource.times if (until := seconds_until(row.get(name), now)) is not None}
    return {name: text_of(now + more) for name, more in target.resource.rules.renew(target.entry, row, left).items()}


def _renewed(client: Client, target: Target, plan: Plan, before: Object) -> Plan:
    """Return the plan with the times that the rules require."""
    resource = target.resource
    if not resource.times:  # most resources have no such field
        return plan
    times = renewals(client, target, before)
    unread = (name for name in resource.times if before.get(name) is not None and parse(before[name]) is None)
    doubted = resource.rules.renew(target.entry, before, dict.fromkeys(unread, 0.0))
    plan = replace(plan, warnings=(*plan.warnings, *map(UNREADABLE_TIME.format, doubted)))
    if not times:
        return plan
    note = f"if Kapso does not extend it, a new {resource.noun} is created, which {resource.replaces} this one"
    return replace(renewed(resource, plan, before, times), note=note)


def _immutable(target: Target, changes: Iterable[Change]) -> ApiError:
    what = ", ".join(
        f"{change.field.name} is {shown(change.field, change.before)} and cannot become "
        f"{shown(change.field, change.after)}"
        for change in changes
    )
    noun = target.resource.noun
    return NotSent(f"{what}: it is set when a {noun} is created", f"correct the playbook, or {_how_to_replace(target)}")


def _how_to_replace(target: Target) -> str:
    """Return a clause that says how to get another object if this one cannot be changed."""
    option, noun = target.resource.replace_option, target.resource.noun
    if target.state == "absent":
        return f"leave it out to delete this {noun}"
    if option:
        return f"set `{option}: true` to create a new {noun} in its place"
    return f"delete the {noun} and create it again"
