# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did, or would do, to each object, collected from results. PURE: no input, no output, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Optional

Result = Mapping[str, Any]
Key = tuple[Optional[str], ...]

VERSION = 1  # of the document; a reader may rely on what docs/report.schema.json says of it
ACTIONS = ("create", "update", "delete")
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
    "required_by_server": "wanted with every write",
    "not_found": "not at Kapso yet",
    "state_absent": "declared absent",
    "not_declared": "not declared",
    "ends_soon": "not valid for long enough",
    "replaced": "cannot be changed, so that a new one is created",
}


@dataclass(frozen=True)
class Change:
    """One field, as the entry of `changes` in a result."""

    field: str
    action: str
    reason: str
    before: Any
    after: Any

    @property
    def why(self) -> str:
        """The reason in words."""
        return WHY.get(self.reason, self.reason)


@dataclass(frozen=True)
class Entry:
    """One object, or a failure that no object stands for."""

    resource: str | None
    id: str | None
    key: str | None  # with the parent it names an object that has no id yet
    parent: str | None
    name: str | None
    changed: bool  # a write was sent, or would be
    changes: tuple[Change, ...]
    steps: tuple[Mapping[str, Any], ...]
    msg: str | None  # why it failed, None where it did not
    task: str
    host: str

    @property
    def action(self) -> str | None:
        """What is done to the object as a whole, one of ACTIONS, None for nothing."""
        actions = {change.action for change in self.changes}
        if not self.changes:  # a creation may send no field
            actions = {"create" for step in self.steps if step.get("action") == "create"}
        whole = next((action for action in ("delete", "create") if action in actions), None)
        return whole or ("update" if self.changes or self.changed else None)

    @property
    def count(self) -> str:
        """The total that it belongs to."""
        if self.msg is not None:
            return "failed"
        return (self.action if self.changed else None) or "unchanged"

    @property
    def drifted(self) -> bool:
        """Whether the object was changed at Kapso, as readable fields or the time of its last change show."""
        return any(change.reason in DRIFT for change in self.changes)

    @property
    def notes(self) -> list[str]:
        """What a person should know of the writes."""
        return [step["note"] for step in self.steps if step.get("note")]

    @property
    def is_object(self) -> bool:
        """Whether it is known which object this is about."""
        return self.id is not None or self.key is not None

    @property
    def keys(self) -> list[Key]:
        """What the object can be recognised by, the surest first."""
        keys: list[Key] = []
        if self.id is not None:
            keys.append((self.resource, "id", self.id))
        if self.key is not None and self.parent is not None:
            keys.append((self.resource, "key", self.key, self.parent))
        if self.key is not None:
            keys.append((self.resource, "key", self.key, None))
        return keys

    def then(self, later: Entry) -> Entry:
        """Both in one. Whether it failed is for the later one to say; what was sent before stays sent."""
        merged = replace(
            later,
            id=later.id or self.id,
            key=later.key or self.key,
            parent=later.parent or self.parent,
            name=later.name if later.name is not None else self.name,
        )
        if not self.changed:
            return merged
        changes = _merged(self, later) if later.changed else self.changes
        steps = (*self.steps, *later.steps) if later.changed else self.steps
        return replace(merged, changed=True, changes=changes, steps=steps)

    def document(self) -> dict[str, Any]:
        """The entry as JSON has it."""
        names = ("resource", "id", "key", "parent", "name", "action", "changed", "drifted")
        return {
            **{name: getattr(self, name) for name in names},
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


def _is_one(known: Entry, entry: Entry, key: Key) -> bool:
    """Whether two entries that have a key in common are of one object."""
    if known.id is not None and entry.id is not None:
        return known.id == entry.id  # a key may have moved from one object to another
    # A key alone says enough only if a result knows no more of its object, as after a creation that failed.
    return key[-1] is not None or any(one.id is None and one.parent is None for one in (known, entry))


@dataclass
class Section:
    """All objects of the tasks in check mode, or all of the others."""

    ran: bool = False  # whether there was such a task at all
    unseen: set[str] = field(default_factory=set)  # tasks under no_log
    _entries: list[Entry] = field(default_factory=list)
    _places: dict[Key, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take in what one result says of one object."""
        place = self._place(entry)
        if place is None:
            place = len(self._entries)
            self._entries.append(entry)
        else:
            entry = self._entries[place] = self._entries[place].then(entry)
        for key in entry.keys:
            self._places[key] = place

    def _place(self, entry: Entry) -> int | None:
        places = ((key, self._places[key]) for key in entry.keys if key in self._places)
        return next((place for key, place in places if _is_one(self._entries[place], entry, key)), None)

    @property
    def shown(self) -> list[Entry]:
        """What there is to say something about: changes in the order they came, then failures."""
        told = [entry for entry in self._entries if entry.count != "unchanged"]
        return sorted(told, key=lambda entry: entry.msg is not None)

    @property
    def totals(self) -> dict[str, int]:
        """How many objects there are of each kind. All but `drifted` add up to the number of objects."""
        counts = Counter(entry.count for entry in self._entries)
        drifted = sum(entry.drifted for entry in self._entries)
        return {**{count: counts[count] for count in (*ACTIONS, "unchanged", "failed")}, "drifted": drifted}

    def document(self) -> dict[str, Any] | None:
        """The section as JSON has it, None if there was no such task."""
        if not self.ran:
            return None
        objects = [entry.document() for entry in self.shown]
        return {"totals": self.totals, "unseen_tasks": len(self.unseen), "objects": objects}


@dataclass
class Report:
    """What was planned, by tasks in check mode, and what was applied."""

    planned: Section = field(default_factory=Section)
    applied: Section = field(default_factory=Section)

    def add(
        self, result: Result, *, task_id: str, task: str, host: str, check_mode: bool, failed: bool, last: bool = True
    ) -> None:
        """Take in a result. `last` is false for a try that another one followed."""
        if "results" in result and "summary" not in result and "censored" not in result:
            return  # of a loop as a whole: its items have been told before
        section = self.planned if check_mode else self.applied
        section.ran = True
        if "censored" in result:
            section.unseen.add(task_id)
            return
        for entry in _entries(result, failed, task, host):
            if last or entry.is_object:
                section.add(entry)

    def document(self) -> dict[str, Any]:
        """The report as JSON has it: docs/report.schema.json."""
        return {"version": VERSION, "planned": self.planned.document(), "applied": self.applied.document()}


def _entries(result: Result, failed: bool, task: str, host: str) -> Iterator[Entry]:
    if "summary" not in result:
        yield _entry(result, failed, task, host)
        return
    one_failed = False
    for row in result["results"]:
        entry = _entry(row, False, task, host)
        one_failed = one_failed or entry.msg is not None
        yield entry
    if failed and not one_failed:
        yield _entry({"msg": result.get("msg")}, True, task, host)


def _entry(result: Result, failed: bool, task: str, host: str) -> Entry:
    data = result.get("data") or {}
    changes = tuple(
        Change(**{name: change.get(name) for name in ("field", "action", "reason", "before", "after")})
        for change in result.get("changes") or ()
    )
    name = next((change.after for change in changes if change.field == "name"), None)
    # Under `failed_when: false` an error is no failure to Ansible, and the object is still not what it should be.
    failed = failed or bool(result.get("failed") or result.get("error"))
    return Entry(
        resource=result.get("resource"),
        id=result.get("id"),
        key=result.get("key"),
        parent=result.get("parent"),
        name=data.get("name") if data.get("name") is not None else name,
        changed=bool(result.get("changed")),
        changes=changes,
        steps=tuple(result.get("steps") or ()),
        msg=str(result.get("msg") or "the task failed") if failed else None,
        task=task,
        host=host,
    )
