# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A target: which object is meant, and what it is to be."""

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
    """Return what an object goes by until its id is known."""
    return json.dumps([canonical_id(parent_id) if isinstance(parent_id, str) else parent_id, *key])


@dataclass(frozen=True)
class Target:
    """What one object is to be. It is addressed by its id, or by its key until the id is known.

    In `desired`, a field that is left out is not managed, and None clears it.
    """

    resource: Resource
    object_id: str | None
    desired: Mapping[str, Any]
    send_write_only: str = "when_changed"
    state: str = "present"
    parent_id: str | None = None
    parent_key: str | None = None  # what names the parent until its id is known
    has_no_parent: bool = False  # it is one of those that belong to none
    given_key: Mapping[str, Any] = field(default_factory=dict)  # the fields of the key that are options of their own
    by_key: bool = False  # addressed by its key, at first
    options: Mapping[str, Any] = field(default_factory=dict)
    at_creation: Mapping[str, Any] = field(default_factory=dict)  # what a new object gets beside what is declared
    strict_plan: bool = False  # send what is planned and nothing more, whatever the server asks for
    parent_is_sure: bool = False  # its parent is known to be there, or to be created by the same run

    @property
    def path(self) -> str:
        """The object's path under the base URL."""
        own = segment(str(self.object_id))
        if self.resource.item_path:
            return self.resource.item_path.format(parent=segment(str(self.parent_id)), id=own)
        return f"{self.resource.path}/{own}"

    @property
    def collection_path(self) -> str:
        """The path of the list that shows the object, and that creates it."""
        parent = self.resource.parent
        if parent is None or self.parent_id is None:
            return self.resource.path
        return parent.path.format(parent=segment(self.parent_id))

    @property
    def query(self) -> Mapping[str, str]:
        """How that list is asked for what the entry means, as far as the server can."""
        query = self.resource.key_query
        return {**self.resource.asked_for, **({query: str(self.key[0])} if query else {})}

    @property
    def given(self) -> Mapping[str, Any]:
        """All fields that the entry gives a value, with those of the key."""
        return {**self.desired, **self.given_key}

    @property
    def key(self) -> tuple[Any, ...]:
        """The values of the key."""
        given = self.given
        return tuple(given.get(name) for name in self.resource.key)

    @property
    def alias(self) -> str | None:
        """What the object goes by until its id is known, None if it was never addressed so."""
        return alias(self.parent_id, *self.resource.key_of(self.given)) if self.by_key else None

    @property
    def address(self) -> str:
        """What tells this target from the others of a task."""
        return canonical_id(self.object_id) if self.object_id is not None else str(self.alias)

    @property
    def subject(self) -> str:
        """The object as a sentence calls it."""
        resource = self.resource
        if self.object_id is not None and not self.by_key:
            return escaped(f"{resource.title} {self.object_id}")
        phrase = resource.key_phrase.format(**dict(zip(resource.key, shown_key(resource, self.key))))
        return escaped(" ".join(filter(None, (resource.title, phrase, self._of_whom))))

    @property
    def _of_whom(self) -> str:
        """The parent as the end of a sentence."""
        parent, name = self.resource.parent, self.parent_key or self.parent_id
        if parent is None or (name is None and not self.has_no_parent):
            return ""
        return "of the project" if self.has_no_parent else f"of {parent.title} {name}"

    @property
    def entry(self) -> Entry:
        """What a rule sees of it."""
        return Entry(self.state, self.object_id, self.parent_id, self.given_key, self.desired, self.options)

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row of a list is the object meant."""
        if self.object_id is not None:
            return same_id(row.get("id"), self.object_id)
        return self.resource.key_of(self.given) == self.resource.key_of(row) and self.owns(row)

    def owns(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row belongs to the parent, as far as it says whose it is."""
        parent = self.resource.parent
        if parent is not None and self.has_no_parent:
            return row.get(parent.row_field) is None
        if parent is None or self.parent_id is None:
            return parent is None or not self.parent_is_sure  # what is there belongs to no parent that is yet to come
        owner = row.get(parent.row_field)
        if owner is None:  # a row of the parent's own list need not say so, one that was found by its id has to
            return not (self.resource.key_is_id and parent.row_field in row)
        return same_id(owner, self.parent_id)
