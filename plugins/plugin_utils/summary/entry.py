# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One object in the report: its identity, and its changes. PURE: no input, no output, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Optional

Key = tuple[Optional[str], ...]

ADDRESS = ("resource", "id", "key", "parent", "name", "parent_name")  # keys of a result that identify its object
ACTIONS = ("create", "update", "delete")
OTHERS = ("unchanged", "failed", "not_attempted")
DRIFT = ("drifted", "both", "modified_at_server")  # reasons that say that the object was changed at Kapso

WHY = {
    "declared": "changed in the playbook",
    "drifted": "changed at Kapso",
    "both": "changed in the playbook and at Kapso",
    "differs": "differs at Kapso",
    "no_receipt": "no receipt of an earlier value",
    "value_changed": "value changed since last sent",
    "modified_at_server": "object modified at Kapso since",
    "always": "send_write_only: always",
    "required_by_server": "required with every write",
    "not_found": "not at Kapso yet",
    "state_absent": "declared absent",
    "not_declared": "not declared",
    "ends_soon": "ends too soon",
    "replaced": "cannot be changed: a new one is created",
}


@dataclass(frozen=True)
class Change:
    """Hold the change of one field, as in `changes` of a result."""

    field: str
    action: str
    reason: str
    before: Any
    after: Any

    @property
    def why(self) -> str:
        """Return the reason in words."""
        return WHY.get(self.reason, self.reason)


@dataclass(frozen=True)
class Object:
    """Hold the identity of an object."""

    resource: str | None
    id: str | None
    key: str | None  # together with the parent it names an object that has no ID yet
    parent: str | None  # the ID of the parent
    name: str | None
    parent_name: str | None
    host: str

    @property
    def is_object(self) -> bool:
        """Return whether the ID or the key of the object is known."""
        return self.id is not None or self.key is not None

    def address(self) -> dict[str, Any]:
        """Return the identity for the JSON report, without the host."""
        return {name: getattr(self, name) for name in ADDRESS}


@dataclass(frozen=True)
class Entry(Object):
    """Hold the changes of one object, or a failure of a task that names no object."""

    changed: bool  # a write was sent, or would be
    held_back: bool  # a write was planned, and the run was stopped before anything was written
    changes: tuple[Change, ...]
    steps: tuple[Mapping[str, Any], ...]
    msg: str | None  # the error message, None if it did not fail
    task: str

    @property
    def action(self) -> str | None:
        """Return the action for the whole object, one of ACTIONS, or None."""
        actions = {change.action for change in self.changes}
        if not self.changes:  # a creation may send no field
            actions = {"create" for step in self.steps if step.get("action") == "create"}
        whole = next((action for action in ("delete", "create") if action in actions), None)
        return whole or ("update" if self.changes or self.changed or self.held_back else None)

    @property
    def count(self) -> str:
        """Return the name of the total that counts this entry."""
        if self.msg is not None:
            return "failed"
        if self.held_back:
            return "not_attempted"
        return (self.action if self.changed else None) or "unchanged"

    @property
    def drifted(self) -> bool:
        """Return whether the object was edited at Kapso, by its readable fields or the time of its last change."""
        return any(change.reason in DRIFT for change in self.changes)

    @property
    def notes(self) -> list[str]:
        """Return the notes of the steps, for a person."""
        return [step["note"] for step in self.steps if step.get("note")]

    @property
    def keys(self) -> list[Key]:
        """Return the keys that identify the object, the most certain first.

        Keys without an ID contain the host: two hosts may have Kapso projects with equal keys.
        """
        keys: list[Key] = []
        if self.id is not None:
            keys.append((self.resource, self.id))
        if self.key is not None:
            keys.extend((self.resource, self.host, self.key, parent) for parent in (self.parent, None))
        return keys

    def then(self, later: Entry) -> Entry:
        """Return this entry merged with a later one: the failure of the later one, the changes of both."""
        known = {name: value for name, value in later.address().items() if value is not None}
        merged = replace(later, **{**self.address(), **known})
        if not self.changed:
            return merged
        changes = _merged(self, later) if later.changed else self.changes
        steps = (*self.steps, *later.steps) if later.changed else self.steps
        return replace(merged, changed=True, held_back=False, changes=changes, steps=steps)

    def document(self) -> dict[str, Any]:
        """Return the entry for the JSON report."""
        return {
            **self.address(),
            "action": self.action,
            "changed": self.changed,
            "held_back": self.held_back,
            "drifted": self.drifted,
            "changes": [asdict(change) for change in self.changes],
            "steps": [dict(step) for step in self.steps],
            "failed": self.msg is not None,
            "msg": self.msg,
            "task": self.task,
            "host": self.host,
        }


def _merged(first: Entry, later: Entry) -> tuple[Change, ...]:
    if "delete" in (first.action, later.action):
        return later.changes
    changes = {change.field: change for change in first.changes}
    for change in later.changes:
        earlier = changes.get(change.field)
        changes[change.field] = change if earlier is None else replace(earlier, after=change.after)
    return tuple(changes.values())


def is_one(known: Entry, entry: Entry, key: Key) -> bool:
    """Return whether two entries with a common key are about one object."""
    if known.id is not None and entry.id is not None:
        return known.id == entry.id  # a key may have moved from one object to another
    # A key without a parent identifies an object only if an entry knows nothing else, as after a failed creation.
    return key[-1] is not None or any(one.id is None and one.parent is None for one in (known, entry))
