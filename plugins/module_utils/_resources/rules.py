# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only one resource does: the questions that the engine asks, and what the answers consist of. PURE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Callable, ClassVar, NamedTuple

Row = Mapping[str, Any]  # an object as the API returns it
Related = Mapping[str, Sequence[Row]]  # rows of other lists, by the name of their resource


class Need(NamedTuple):
    """Rows of another list that a rule asks for."""

    resource: str  # its name
    query: Mapping[str, str]


class Entry(NamedTuple):
    """What a rule sees of one entry: PURE."""

    state: str
    object_id: str | None
    parent_id: str | None
    key: Mapping[str, Any]  # as far as it is given by options of its own
    desired: Mapping[str, Any]
    options: Mapping[str, Any]


class Verdict(NamedTuple):
    """What a rule says of an entry."""

    refusal: str = ""  # why it must not be done; "" if it may
    advice: str = ""
    note: str = ""  # what a person should know of it, for the plan
    warning: str = ""  # the same, whether it is written to or not
    leave: bool = False  # whether nothing is done after all
    at_creation: Mapping[str, Any] = MappingProxyType({})  # what a new object gets beside what is declared


class Match(NamedTuple):
    """Which of several objects with one key is meant. The others are deleted."""

    row: Row
    others: tuple[Row, ...]


class Successor(NamedTuple):
    """A new object that takes the place of one, which is deleted."""

    desired: Mapping[str, Any]
    options: Mapping[str, Any]
    is_last: bool = False  # the old one is deleted before the new one is created
    refusal: str = ""  # why there cannot be one; "" if there can
    advice: str = ""


class View(NamedTuple):
    """A selection that the info module can show."""

    choose: Callable[[Sequence[Row]], Sequence[Row]]
    description: str


class Rules:
    """What only one resource does. PURE: no client, no clock. A resource overrides what it needs."""

    views: ClassVar[Mapping[str, View]] = {}  # by name

    def needs(self, entry: Entry) -> tuple[Need, ...]:
        """Return the rows of other lists that planning wants."""
        del entry
        return ()

    def check(self, entry: Entry) -> str:
        """Return what is wrong with the options of an entry, "" if nothing."""
        del entry
        return ""

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what of an object's key tells it from the others of its parent. `values`: the key, in its order."""
        return tuple(values.values())

    def found(self, entry: Entry, rows: Sequence[Row]) -> Sequence[Row] | None:
        """Return which rows of the parent are meant, None for those with the entry's key."""
        del entry, rows
        return None

    def successor(self, entry: Entry, row: Row) -> Successor | None:
        """Return what takes the place of an object that is not to be changed, None if that may be."""
        del entry, row
        return None

    def renew(self, entry: Entry, row: Row, left: Mapping[str, float]) -> Mapping[str, float]:
        """Return the times to set beside what is declared, in seconds from then. `left` are those of the row."""
        del entry, row, left
        return {}

    def match(self, entry: Entry, rows: Sequence[Row]) -> Match | None:
        """Return which of several rows with the entry's key is meant, None if nobody can say."""
        del entry, rows
        return None

    def judge(self, entry: Entry, row: Row, related: Related) -> Verdict:
        """Return what there is to say of the object `row`. `related` is empty unless it is about to be written to."""
        del entry, row, related
        return Verdict()
