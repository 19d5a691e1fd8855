# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: compare desired values, current values and the receipt. Pure: no input, no output, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .timestamps import differs, parse, seconds_between

if TYPE_CHECKING:
    from .._resources.model import Field, Resource
    from .receipts import Receipt

SEND_WRITE_ONLY = ("when_changed", "when_value_changed", "always", "never", "adopt")
HOLD_BACK = ("never", "adopt")  # with these values of the option, no write-only field and no secret is sent

# Seconds after a write in which Kapso may change the object again, as after the verification of a new URL or
# token. Used only if write-only fields were sent again once, and the object has changed after that, too.
GRACE_SECONDS = 60.0

UPDATED_AT_UNSTABLE = (
    "Kapso changes updated_at by itself, which hides edits of write-only fields at Kapso; to stop this warning, set "
    "`send_write_only: when_value_changed`"
)
UNREADABLE = "updated_at has an unknown format, which hides edits of write-only fields at Kapso"
UNEQUAL = "Kapso shows another {0} than the declared one, or masks it; `{1}` does not send it"
ADOPTED = "recorded in the receipt without being sent: {0}"
TOUCHED = (
    "Kapso changed updated_at by itself after the last run; if you see this again, set "
    "`send_write_only: when_value_changed`"
)


class WrongType(ValueError):
    """The API returned a declared field with a wrong type."""

    def __init__(self, field: Field, value: Any) -> None:
        if isinstance(value, field.python_type) and isinstance(value, list):
            super().__init__(f"{field.name} has an element that is not {_JSON_TYPES[field.element_type]}")
        else:
            found, meant = _JSON_TYPES[type(value)], _JSON_TYPES[field.python_type]
            super().__init__(f"{field.name} is {found} instead of {meant}")


_JSON_TYPES = {
    bool: "a boolean",
    str: "a string",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


@dataclass(frozen=True)
class Change:
    """One field to send, and the reason."""

    field: Field
    action: str  # "update": the read value differs; "send": not shown, or required as well; "create", "delete"
    reason: str
    before: Any  # None if Kapso does not show it
    after: Any
    at_apply: bool = False  # the value is a time that each run computes again

    def is_at(self, value: Any) -> bool:
        """Return whether this value from Kapso is the sent one."""
        return self.field.same(value, self.after) or (self.at_apply and seconds_between(value, self.after) == 0)


@dataclass(frozen=True)
class Plan:
    """The planned changes of one object."""

    receipt: Receipt  # as reading alone leaves it
    changes: tuple[Change, ...] = ()
    not_shown: frozenset[str] = frozenset()  # declared fields whose value Kapso does not show
    warnings: tuple[str, ...] = ()
    look_again: bool = False  # read the object a second time, and plan with both reads
    immutable_changes: tuple[Change, ...] = ()  # differences in fields that cannot be changed any more
    note: str = ""  # a remark of a rule of the resource
    creates: bool = False  # the object is created, perhaps without any field to send

    @property
    def values(self) -> Mapping[str, Any]:
        """Return the values to send, by field name."""
        return {change.field.name: change.after for change in self.changes}

    @property
    def action(self) -> str | None:
        """Return "create", "update" or "delete". None: nothing is planned for the object itself."""
        if self.creates or not self.changes:
            return "create" if self.creates else None
        return "delete" if self.changes[0].action == "delete" else "update"

    @property
    def last_write_was_resend(self) -> bool:
        """Return whether fields are sent only because the object was modified at Kapso."""
        return {change.reason for change in self.changes} - {"required_by_server"} == {"modified_at_server"}


def make_plan(
    resource: Resource,
    desired: Mapping[str, Any],
    current: Mapping[str, Any],
    receipt: Receipt,
    send_write_only: str,
    again: Mapping[str, Any] | None = None,
) -> Plan:
    """Compare, and return the plan. `again` is a second read of the object, for a plan with `look_again`.

    Raise WrongType if the API returned a declared field with a wrong type.
    """
    declared = tuple(pair for pair in resource.declared(desired) if pair[0].access == "rw")
    not_shown = frozenset(field.name for field, value in declared if _is_not_shown(field, value, current, receipt))
    unconfirmed = [
        f"this server does not return {field.name}: the task treats it as a write-only field"
        for field, value in declared
        if field.name in not_shown and not field.write_only
    ]
    receipt, calm, look_again, notes = _judge_movement(declared, not_shown, current, again, receipt, send_write_only)
    changes: list[Change] = []
    agreed: dict[str, Any] = {}
    is_blind = bool(not_shown) and current.get("updated_at") is not None and parse(current["updated_at"]) is None
    blind = [UNREADABLE] if is_blind and send_write_only == "when_changed" else []
    warnings = [*unconfirmed, *notes, *blind]
    for field, value in declared:
        if field.name in not_shown:
            reason = _reason_to_send(field, value, current, receipt, send_write_only)
            if reason is not None and not (calm and reason == "modified_at_server" and receipt.is_latest(field.name)):
                changes.append(Change(field, "send", reason, None, value))
        elif _agrees(field, value, current, receipt):
            agreed[field.name] = value
        elif field.secret and field.write_only and send_write_only in HOLD_BACK:
            # Kapso may show a masked form of the same value, and HOLD_BACK forbids sending it to find out.
            warnings.append(UNEQUAL.format(field.name, send_write_only))
        else:
            there = current.get(field.name)
            changes.append(Change(field, "update", _reason_to_update(field, value, there, receipt), there, value))
    if send_write_only == "adopt":
        adopted = {field.name: value for field, value in declared if _is_adopted(field, value, current, not_shown)}
        receipt = receipt.recorded(adopted, current, current)
        warnings.extend([ADOPTED.format(", ".join(adopted))] if adopted else [])
    if receipt.entries or changes:
        receipt = receipt.confirmed(agreed, current)
    fixed = _immutable_changes(resource, desired, current)
    plan = Plan(receipt, tuple(changes), not_shown, tuple(warnings), look_again, fixed)
    return (
        with_required_fields(resource, plan, desired, current, send_write_only) if receipt.required_by_server else plan
    )


def _immutable_changes(
    resource: Resource, desired: Mapping[str, Any], current: Mapping[str, Any]
) -> tuple[Change, ...]:
    return tuple(
        Change(field, "update", "differs", current.get(field.name), value)
        for field, value in resource.declared(desired)
        if field.access == "create" and not (current.get(field.name) is None or field.same(current[field.name], value))
    )


def renewed(resource: Resource, plan: Plan, current: Mapping[str, Any], times: Mapping[str, str]) -> Plan:
    """Return the plan with further times to set, by field name, besides the declared fields."""
    fields = [field for field in resource.fields if field.name in times]
    added = [
        Change(one, "update", "ends_soon", current.get(one.name), times[one.name], at_apply=True) for one in fields
    ]
    return replace(plan, changes=(*plan.changes, *added))


def plan_creation(resource: Resource, desired: Mapping[str, Any], receipt: Receipt, reason: str = "not_found") -> Plan:
    """Return the plan that creates an object with all declared fields."""
    changes = (Change(field, "create", reason, None, value) for field, value in resource.declared(desired))
    return Plan(receipt, tuple(changes), creates=True)


def plan_deletion(resource: Resource, object_id: str | None, receipt: Receipt) -> Plan:
    """Return the plan that deletes an existing object."""
    return Plan(receipt, (Change(resource.identity, "delete", "state_absent", object_id, None),))


def with_required_fields(
    resource: Resource, plan: Plan, desired: Mapping[str, Any], current: Mapping[str, Any], send_write_only: str
) -> Plan:
    """Return the plan with all declared fields that some API versions require with every write.

    A plan without changes stays as it is, and so does one that may not send write-only fields.
    """
    if not plan.changes or send_write_only in HOLD_BACK:
        return plan
    values = plan.values
    added = [
        Change(
            field,
            "send",
            "required_by_server",
            None if field.name in plan.not_shown else current.get(field.name),
            value,
        )
        for field, value in resource.declared(desired)
        if field.required == "write" and field.name not in values
    ]
    order = [field.name for field in resource.fields]
    changes = sorted((*plan.changes, *added), key=lambda change: order.index(change.field.name))
    return replace(plan, changes=tuple(changes))


def _is_not_shown(field: Field, value: Any, current: Mapping[str, Any], receipt: Receipt) -> bool:
    """Return whether Kapso does not show the value of a declared field. Raise WrongType."""
    if field.name not in current:
        return True
    there = current[field.name]
    if not field.holds(there):
        raise WrongType(field, there)
    if not field.write_only:
        return False
    return there is None or (field.secret and there != value and receipt.shows(field.name, there))


def _agrees(field: Field, value: Any, current: Mapping[str, Any], receipt: Receipt) -> bool:
    there = current.get(field.name)
    if field.same(there, value):
        return True
    return field.may_be_rewritten and receipt.remembers(field.name, value) and receipt.shows(field.name, there)


def _reason_to_update(field: Field, value: Any, there: Any, receipt: Receipt) -> str:
    """Return who changed a readable field: the playbook, someone at Kapso, or both. Without a receipt, "differs"."""
    if field.name not in receipt.entries:
        return "differs"
    if receipt.remembers(field.name, value):
        return "drifted"
    as_last_applied = receipt.remembers(field.name, there) or receipt.shows(field.name, there)
    return "declared" if as_last_applied else "both"


def _is_adopted(field: Field, value: Any, current: Mapping[str, Any], not_shown: frozenset[str]) -> bool:
    return field.name in not_shown or (field.secret and field.write_only and current.get(field.name) != value)


def _reason_to_send(
    field: Field, value: Any, current: Mapping[str, Any], receipt: Receipt, send_write_only: str
) -> str | None:
    """Return the reason to send a field whose value Kapso does not show. None: do not send it."""
    if send_write_only in HOLD_BACK:
        return None
    if send_write_only == "always":
        return "always"
    entry = receipt.entries.get(field.name)
    if entry is None:
        return "no_receipt"
    if not receipt.remembers(field.name, value):
        return "value_changed"
    now = current.get("updated_at")
    untold = entry.updated_at is None and parse(now) is not None  # it is unknown whether the object was edited
    if send_write_only == "when_changed" and (untold or differs(entry.updated_at, now)):
        return "modified_at_server"
    return None


def _judge_movement(
    declared: tuple[tuple[Field, Any], ...],
    not_shown: frozenset[str],
    current: Mapping[str, Any],
    again: Mapping[str, Any] | None,
    receipt: Receipt,
    send_write_only: str,
) -> tuple[Receipt, bool, bool, tuple[str, ...]]:
    """Judge who changed `updated_at`: a person, so that write-only fields are sent again, or Kapso by itself.

    Return four values: the updated receipt; whether to send nothing for `modified_at_server`, except fields that were
    out of date before the last write; whether a second read is needed; warnings. There is something to judge in two
    cases. The last write was sent for that reason alone and the object changed once more. Or Kapso is known to
    change `updated_at` by itself.
    """
    now = current.get("updated_at")
    if receipt.updated_at_unstable is not None and seconds_between(receipt.updated_at_unstable, now) == 0:
        return receipt.rebase(now), False, False, ()
    if not any(differs(entry.updated_at, now) for entry in receipt.entries.values()):
        return receipt, False, False, ()  # the usual case, decided without a digest
    reasons = (
        _reason_to_send(field, value, current, receipt, send_write_only)
        for field, value in declared
        if field.name in not_shown
    )
    if "modified_at_server" not in reasons:
        return receipt, False, False, ()
    if receipt.updated_at_unstable is not None:
        return replace(receipt, updated_at_unstable=now), True, False, (UPDATED_AT_UNSTABLE,)
    if not receipt.last_write_was_resend or not differs(receipt.updated_at, now):
        return receipt, False, False, ()
    if again is None:
        return receipt, False, True, ()
    if differs(now, again.get("updated_at")):
        return replace(receipt, updated_at_unstable=again.get("updated_at")), True, False, (UPDATED_AT_UNSTABLE,)
    if 0 < (seconds_between(receipt.updated_at, now) or 0) <= GRACE_SECONDS:
        return receipt.rebase(now), False, False, (TOUCHED,)
    return receipt, False, False, ()
