# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Divide the report by host and kind of object, and show a change that many objects share once. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Callable

from ...module_utils._api.texts import as_json
from .collect import Section, order
from .entry import Change, Entry, Object
from .wording import fate, label, nouns, subject, why_failed

MANY = 20  # up to this number, equal changes are shown one by one
NAMED = 3  # objects that are named in a block about many
FAILURES = 20  # blocks about failures in a group
NOT_TRIED = "not tried, because "  # the begin of a reason
SAME = "the same reason as above"

Signature = tuple[object, ...]


@dataclass(frozen=True)
class Block:
    """Hold one object with its changes, or many objects with the changes that they share."""

    entries: Sequence[Entry]
    rows: Sequence[Change]
    why: str | None = None  # the error message of a failure

    @property
    def first(self) -> Entry:
        """Return the only object, or the first of many."""
        return self.entries[0]

    @property
    def is_many(self) -> bool:
        """Return whether the block is about more than one object."""
        return len(self.entries) > 1

    @property
    def subject(self) -> str:
        """Return the subject of the heading."""
        return f"{len(self.entries)} {nouns(self.first.resource)}" if self.is_many else subject(self.first)

    def fate(self, section: str) -> str:
        """Return the predicate of the heading."""
        done = fate(self.first, section)
        return done.replace("was", "were") if self.is_many else done

    @property
    def notes(self) -> Sequence[str]:
        """Return the notes of the steps of the only object, for a person."""
        return () if self.is_many else self.first.notes

    def named(self, marked: Callable[[str], str] = str) -> str:
        """Return the labels of the first NAMED objects, each as `marked` returns it, and the number of the others."""
        more = len(self.entries) - NAMED
        labels = [marked(label(entry)) for entry in self.entries[:NAMED]]
        return ", ".join(labels) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class Group:
    """Hold the blocks about one kind of object of one host."""

    host: str
    resource: str | None
    blocks: Sequence[Block]
    undeclared: Sequence[Object]
    left_out: int  # failed objects that no block shows

    @property
    def size(self) -> int:
        """Return the number of objects in the group."""
        told = {id(entry) for block in self.blocks for entry in block.entries}
        return len(told) + self.left_out + len(self.undeclared)


def groups(section: Section) -> list[Group]:
    """Return the groups of a section: hosts by name, then kinds of objects with parents first."""
    by_host: dict[tuple[str, str | None], tuple[list[Entry], list[Object]]] = {}
    for entry in section.shown:
        by_host.setdefault((entry.host, entry.resource), ([], []))[0].append(entry)
    for found in section.undeclared:
        by_host.setdefault((found.host, found.resource), ([], []))[1].append(found)
    hosts = section.hosts
    keys = sorted(by_host, key=lambda key: (hosts.index(key[0]), order(key[1])))
    told: set[str] = set()
    return [_without_repeats(_group(*key, *by_host[key]), told) for key in keys]


def _without_repeats(group: Group, told: set[str]) -> Group:
    """Return the group without the reasons of failures in `told`, to which it adds its own."""
    blocks: list[Block] = []
    for block in group.blocks:
        cause = (block.why or "").removeprefix(NOT_TRIED)
        again = SAME if cause == block.why else f"not tried: {SAME}"
        blocks.append(replace(block, why=again) if cause in told else block)
        told.update({cause} - {""})
    return replace(group, blocks=blocks)


def _group(host: str, resource: str | None, entries: Sequence[Entry], undeclared: Sequence[Object]) -> Group:
    failures = _failures([entry for entry in entries if entry.msg is not None])
    left_out = sum(len(block.entries) for block in failures[FAILURES:])
    changes = _changes([entry for entry in entries if entry.msg is None])
    return Group(host, resource, [*changes, *failures[:FAILURES]], undeclared, left_out)


def _changes(entries: Sequence[Entry]) -> list[Block]:
    """Return the blocks of changes. A field that more than MANY objects set to one value gets one block for all."""
    found: dict[Signature, list[int]] = {}
    for place, entry in enumerate(entries):
        for change in rows(entry):
            found.setdefault(_signature(entry, change), []).append(place)
    equal = {signature: places for signature, places in found.items() if len(places) > MANY}
    together: dict[tuple[int, ...], list[Signature]] = {}
    for signature, places in equal.items():
        together.setdefault(tuple(places), []).append(signature)
    shared = [_shared([entries[place] for place in places], names) for places, names in together.items()]
    own = [Block([entry], [row for row in rows(entry) if _signature(entry, row) not in equal]) for entry in entries]
    # Leave out an object if the shared changes are all that there is to show of it.
    return [*shared, *(block for block in own if block.rows or not rows(block.first) or block.first.notes)]


def rows(entry: Entry) -> tuple[Change, ...]:
    """Return the changes of fields to show: none for a deletion."""
    return () if entry.action == "delete" else entry.changes


def _signature(entry: Entry, change: Change) -> Signature:
    return (entry.action, entry.held_back, change.field, change.action, change.reason, as_json(change.after))


def _shared(entries: Sequence[Entry], signatures: Sequence[Signature]) -> Block:
    """Return one block with the changes that the objects share. Show the value before if it is the same for all."""
    changes: Mapping[Signature, list[Change]] = {signature: [] for signature in signatures}
    for entry in entries:
        for change in rows(entry):
            if (signature := _signature(entry, change)) in changes:
                changes[signature].append(change)
    return Block(entries, [_common(found) for found in changes.values()])


def _common(changes: Sequence[Change]) -> Change:
    first = changes[0]
    is_one = all(change.before == first.before for change in changes)
    return first if is_one else replace(first, before=first.after)


def _failures(entries: Sequence[Entry]) -> list[Block]:
    """Return the blocks of failures: first messages of a single object, then messages that several objects share."""
    found: dict[str | None, list[Entry]] = {}
    for entry in entries:
        found.setdefault(why_failed(entry), []).append(entry)
    blocks = [Block(some, rows(some[0]) if len(some) == 1 else (), why) for why, some in found.items()]
    return sorted(blocks, key=lambda block: block.is_many)
