# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target: the declared state of one object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .._api.ids import canonical_id, same_id
from .._api.texts import escaped
from .._api.urls import segment
from .._resources.model import Resource
from .._resources.rules import Entry
from .sensitive import shown_key

NOTHING: Mapping[str, Any] = MappingProxyType({})


def alias(parent_id: Any, *key: Any) -> str:
    """Return a temporary name of an object, for use until its ID is known."""
    return json.dumps([canonical_id(parent_id) if isinstance(parent_id, str) else parent_id, *key])


@dataclass(frozen=True)
class Target:
    """The declared state of one object. Its ID identifies it, or its key until the ID is known.

    A field that is missing in `desired` is not managed. None clears it.
    """

    resource: Resource
    object_id: str | None  # ID at Kapso, if it is known
    desired: Mapping[str, Any]  # declared values by field name
    send_write_only: str = "when_changed"  # see plan.SEND_WRITE_ONLY
    state: str = "present"  # "present" or "absent"
    parent_id: str | None = None  # ID of the parent, if it is known
    parent_key: str | None = None  # the key of the parent, until its ID is known
    has_no_parent: bool = False  # the object has no parent
    given_key: Mapping[str, Any] = field(default_factory=dict)  # the fields of the key that are separate options
    by_key: bool = False  # identified by its key at first
    options: Mapping[str, Any] = field(default_factory=dict)  # values of the table's options by name
    at_creation: Mapping[str, Any] = field(default_factory=dict)  # further fields that a creation sends
    strict_plan: bool = False  # send only the planned fields, whatever Kapso requires
    parent_is_sure: bool = False  # the parent is known to exist, or the same run creates it

    @property
    def path(self) -> str:
        """Return the object's path under the base URL."""
        own = segment(str(self.object_id))
        if self.resource.item_path:
            return self.resource.item_path.format(parent=segment(str(self.parent_id)), id=own)
        return f"{self.resource.path}/{own}"

    @property
    def collection_path(self) -> str:
        """Return the path of the list that shows the object, to which a creation is sent."""
        parent = self.resource.parent
        if parent is None or self.parent_id is None:
            return self.resource.path
        return parent.path.format(parent=segment(self.parent_id))

    @property
    def query(self) -> Mapping[str, str]:
        """Return the filters of that list that narrow it to the declared object, as far as Kapso has them."""
        query = self.resource.key_query
        return {**self.resource.asked_for, **({query: str(self.key[0])} if query else {})}

    @property
    def given(self) -> Mapping[str, Any]:
        """Return all fields to which the entry gives a value, with those of the key."""
        return {**self.desired, **self.given_key}

    @property
    def key(self) -> tuple[Any, ...]:
        """Return the values of the key."""
        given = self.given
        return tuple(given.get(name) for name in self.resource.key)

    @property
    def alias(self) -> str | None:
        """Return the temporary name of the object. None: it was never identified by its key."""
        return alias(self.parent_id, *self.resource.key_of(self.given)) if self.by_key else None

    @property
    def address(self) -> str:
        """Return the ID or the temporary name, which is unique among the targets of a task."""
        return canonical_id(self.object_id) if self.object_id is not None else str(self.alias)

    @property
    def subject(self) -> str:
        """Return the object as a message names it."""
        resource = self.resource
        if self.object_id is not None and not self.by_key:
            return escaped(f"{resource.title} {self.object_id}")
        phrase = resource.key_phrase.format(**dict(zip(resource.key, shown_key(resource, self.key))))
        return escaped(" ".join(filter(None, (resource.title, phrase, self._of_whom))))

    @property
    def _of_whom(self) -> str:
        """Return the parent as the end of a sentence, or an empty text."""
        parent, name = self.resource.parent, self.parent_key or self.parent_id
        if parent is None or (name is None and not self.has_no_parent):
            return ""
        return "of the project" if self.has_no_parent else f"of {parent.title} {name}"

    @property
    def entry(self) -> Entry:
        """Return the entry as rules see it."""
        return Entry(self.state, self.object_id, self.parent_id, self.given_key, self.desired, self.options)

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row of a list is the object."""
        if self.object_id is not None:
            return same_id(row.get("id"), self.object_id)
        return self.resource.key_of(self.given) == self.resource.key_of(row) and self.owns(row)

    def owns(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row belongs to the declared parent, as far as the row shows its parent."""
        parent = self.resource.parent
        if parent is not None and self.has_no_parent:
            return row.get(parent.row_field) is None
        if parent is None or self.parent_id is None:
            return parent is None or not self.parent_is_sure  # an existing row has no parent that this run creates
        owner = row.get(parent.row_field)
        if owner is None:  # a row of the parent's list need not name it; one that was found by its ID must
            return not (self.resource.key_is_id and parent.row_field in row)
        return same_id(owner, self.parent_id)
