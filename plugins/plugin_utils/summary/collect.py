# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect from results what a run did to each object, or would do. PURE: no input, no output, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...module_utils._resources import RESOURCES
from .entry import ACTIONS, ADDRESS, OTHERS, Change, Entry, Key, Object, is_one

Result = Mapping[str, Any]

VERSION = 1  # of the JSON document, which docs/report.schema.json describes


@dataclass(frozen=True)
class Stop:
    """Describe a task that stopped after planning, before any write."""

    task: str
    host: str
    msg: str  # the reason, and the advice


@dataclass
class Section:
    """Hold the objects of all tasks in check mode, or of all other tasks."""

    ran: bool = False  # whether there was such a task
    unseen: set[str] = field(default_factory=set)  # IDs of tasks under no_log
    stops: list[Stop] = field(default_factory=list)
    _entries: list[Entry] = field(default_factory=list)
    _places: dict[Key, int] = field(default_factory=dict)
    _undeclared: dict[Key, Object] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Add a result about one object; merge it with earlier results about that object."""
        place = self._place(entry)
        if place is None:
            place = len(self._entries)
            self._entries.append(entry)
        else:
            entry = self._entries[place] = self._entries[place].then(entry)
        for key in entry.keys:
            self._places[key] = place

    def add_undeclared(self, found: Object) -> None:
        """Add an object that one task does not declare. Another task may declare it."""
        self._undeclared.setdefault((found.resource, found.id), found)

    def _place(self, entry: Entry) -> int | None:
        places = ((key, self._places[key]) for key in entry.keys if key in self._places)
        return next((place for key, place in places if is_one(self._entries[place], entry, key)), None)

    @property
    def shown(self) -> list[Entry]:
        """Return the entries that are not unchanged: changes in the order of the results, then failures."""
        told = [entry for entry in self._entries if entry.count != "unchanged"]
        return sorted(told, key=lambda entry: entry.msg is not None)

    @property
    def undeclared(self) -> list[Object]:
        """Return the objects at Kapso that no task declares or deletes."""
        return [found for key, found in self._undeclared.items() if key not in self._places]

    @property
    def hosts(self) -> list[str]:
        """Return the names of the hosts with objects or stopped tasks, sorted, since hosts finish in any order."""
        objects: list[Object] = [*self._entries, *self.undeclared]
        return sorted({found.host for found in objects} | {stop.host for stop in self.stops})

    @property
    def is_stopped(self) -> bool:
        """Return whether a task stopped before any write, and no other task wrote anything."""
        return bool(self.stops) and not any(entry.changed for entry in self._entries)

    @property
    def totals(self) -> dict[str, int]:
        """Return the number of objects with each outcome. All except `drifted` add up to the number of objects."""
        return _counted(self._entries)

    @property
    def planned(self) -> dict[str, int]:
        """Return the number of objects for each action, including actions that were held back."""
        told = [entry for entry in self._entries if entry.msg is None and (entry.changed or entry.held_back)]
        counts = Counter(entry.action for entry in told)
        return {action: counts[action] for action in ACTIONS}

    @property
    def resources(self) -> dict[str, dict[str, int]]:
        """Return the totals of each kind of object, and the number of its undeclared objects."""
        entries, others = self._entries, self.undeclared
        objects: list[Object] = [*entries, *others]
        undeclared = Counter(found.resource for found in others)
        known = sorted({found.resource for found in objects if found.resource is not None}, key=order)
        return {
            name: {**_counted([entry for entry in entries if entry.resource == name]), "undeclared": undeclared[name]}
            for name in known
        }

    def document(self) -> dict[str, Any] | None:
        """Return the section for the JSON report, None if there was no such task."""
        if not self.ran:
            return None
        return {
            "totals": self.totals,
            "resources": self.resources,
            "unseen_tasks": len(self.unseen),
            "stopped": [asdict(stop) for stop in self.stops],
            "objects": [entry.document() for entry in self.shown],
            "undeclared": [{**found.address(), "host": found.host} for found in self.undeclared],
        }


def order(resource: str | None) -> int:
    """Return the position of a kind of object among all kinds: parents first, unknown kinds last."""
    return list(RESOURCES).index(resource) if resource in RESOURCES else len(RESOURCES)


def _counted(entries: Sequence[Entry]) -> dict[str, int]:
    counts = Counter(entry.count for entry in entries)
    drifted = sum(entry.drifted for entry in entries)
    return {**{count: counts[count] for count in (*ACTIONS, *OTHERS)}, "drifted": drifted}


@dataclass
class Report:
    """Hold the planned changes, from tasks in check mode, and the applied changes."""

    planned: Section = field(default_factory=Section)
    applied: Section = field(default_factory=Section)

    def add(
        self, result: Result, *, task_id: str, task: str, host: str, check_mode: bool, failed: bool, last: bool = True
    ) -> None:
        """Add a result. `last` is false for an attempt that Ansible repeats, as a task with `until` or `retries`."""
        if "results" in result and "summary" not in result and "censored" not in result:
            return  # the result of a whole loop: its items were added before
        section = self.planned if check_mode else self.applied
        section.ran = True
        if "censored" in result:
            section.unseen.add(task_id)
            return
        for entry in _entries(result, failed, task, host):
            if last or entry.is_object:
                section.add(entry)
        if result.get("stopped"):
            section.stops.append(Stop(task, host, str(result["stopped"])))
        for row in result.get("undeclared") or ():
            section.add_undeclared(Object(**_address(row), host=host))

    def document(self) -> dict[str, Any]:
        """Return the report as a JSON document (docs/report.schema.json)."""
        return {"version": VERSION, "planned": self.planned.document(), "applied": self.applied.document()}


def _entries(result: Result, failed: bool, task: str, host: str) -> Iterator[Entry]:
    if "summary" not in result:
        # With `failed_when: false` Ansible reports no failure, but the object is still not as declared.
        yield _entry(result, failed or bool(result.get("error")), task, host)
        return
    entries = [_entry(row, bool(row.get("error")), task, host) for row in result["results"]]
    yield from entries
    if failed and not result.get("stopped") and all(entry.msg is None for entry in entries):
        yield _entry({"msg": result.get("msg")}, True, task, host)


def _entry(result: Result, failed: bool, task: str, host: str) -> Entry:
    changes = tuple(
        Change(**{name: change.get(name) for name in ("field", "action", "reason", "before", "after")})
        for change in result.get("changes") or ()
    )
    return Entry(
        **_address(result),
        host=host,
        changed=bool(result.get("changed")),
        held_back=bool(result.get("held_back")),
        changes=changes,
        steps=tuple(result.get("steps") or ()),
        msg=str(result.get("msg") or "the task failed") if failed else None,
        task=task,
    )


def _address(row: Result) -> dict[str, Any]:
    return {name: row.get(name) for name in ADDRESS}
