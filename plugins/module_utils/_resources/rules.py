# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of a single resource: the questions that the engine asks, and the types of the answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Callable, ClassVar, NamedTuple

Row = Mapping[str, Any]  # an object as the API returns it
Related = Mapping[str, Sequence[Row]]  # rows of other lists, by the name of their resource


class Need(NamedTuple):
    """Rows of another list that a rule needs."""

    resource: str  # name of the resource
    query: Mapping[str, str]  # filters of that list


class Entry(NamedTuple):
    """An entry as a rule sees it."""

    state: str  # "present" or "absent"
    object_id: str | None  # ID at Kapso, if it is known
    parent_id: str | None  # ID of the parent, if it is known
    key: Mapping[str, Any]  # the fields of the key that are separate options
    desired: Mapping[str, Any]  # declared values by field name; None clears a field
    options: Mapping[str, Any]  # values of the table's options by name


class Verdict(NamedTuple):
    """The decision of a rule about an entry."""

    refusal: str = ""  # reason to refuse the write; "": none
    advice: str = ""  # what to do after a refusal
    note: str = ""  # a remark for the plan
    warning: str = ""  # a warning, whether or not a write is planned
    leave: bool = False  # write nothing after all
    at_creation: Mapping[str, Any] = MappingProxyType({})  # further fields that a creation sends


class Match(NamedTuple):
    """The object that is kept, of several with one key. The others are deleted."""

    row: Row  # the object to keep
    others: tuple[Row, ...]  # the objects to delete


class Successor(NamedTuple):
    """A new object that replaces an existing one. The existing one is deleted."""

    desired: Mapping[str, Any]  # of the new object
    options: Mapping[str, Any]  # of the new object
    is_last: bool = False  # delete the old object before the new one is created
    refusal: str = ""  # reason why the object cannot be replaced; "": none
    advice: str = ""


class View(NamedTuple):
    """A selection of rows that the info module can show."""

    choose: Callable[[Sequence[Row]], Sequence[Row]]  # returns the selected rows
    description: str  # for the documentation


class Rules:
    """The rules of one resource. Pure: no client, no clock. A resource overrides the methods that it needs."""

    views: ClassVar[Mapping[str, View]] = {}  # by name

    def needs(self, entry: Entry) -> tuple[Need, ...]:
        """Return the rows of other lists that the plan of an entry needs."""
        del entry
        return ()

    def check(self, entry: Entry) -> str:
        """Return what is wrong with the options of an entry, "" if nothing is wrong."""
        del entry
        return ""

    def key(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the part of a key that is compared with keys of the same parent.

        `values` holds the values of the key, in the order of its fields.
        """
        return tuple(values.values())

    def found(self, entry: Entry, rows: Sequence[Row]) -> Sequence[Row] | None:
        """Return the rows of the parent's list that the entry means. None: those with the entry's key."""
        del entry, rows
        return None

    def successor(self, entry: Entry, row: Row) -> Successor | None:
        """Return the object that replaces one that cannot be changed as declared. None: it can be changed."""
        del entry, row
        return None

    def renew(self, entry: Entry, row: Row, left: Mapping[str, float]) -> Mapping[str, float]:
        """Return times to set besides the declared fields, by field name, in seconds from now.

        `left` holds the seconds that are left until the times of the row.
        """
        del entry, row, left
        return {}

    def match(self, entry: Entry, rows: Sequence[Row]) -> Match | None:
        """Return the object to keep of several with the entry's key. None: the entry does not say."""
        del entry, rows
        return None

    def judge(self, entry: Entry, row: Row, related: Related) -> Verdict:
        """Return the decision about the object `row`. `related` is empty unless a write is planned."""
        del entry, row, related
        return Verdict()
