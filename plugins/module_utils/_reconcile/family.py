# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All objects that a run knows, and their parents. Pure: no input, no output, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .._api.client import Object
from .._api.ids import canonical_id
from .._resources import RESOURCES, shown_as
from .._resources.model import Resource
from .outcome import Outcome
from .read_many import Shown

Name = tuple[str, str]  # name of its resource, and ID


class Family:
    """The objects that lists and single reads have shown, by resource and ID."""

    def __init__(
        self, outcomes: Sequence[Outcome], shown: Mapping[str, Shown], others: Mapping[Name, Object] | None = None
    ) -> None:
        """Collect the objects. `others` are objects that were read for a rule."""
        self._outcomes = outcomes
        self.rows: dict[Name, Object] = {**(others or {})}
        self.rows.update(((kind, object_id), row) for kind, one in shown.items() for object_id, row in one.rows.items())
        for outcome in outcomes:
            if outcome.before and outcome.target.object_id is not None:
                self.rows.setdefault(_name(outcome.target.resource, outcome.target.object_id), outcome.before)

    def above(self, kind: Resource, row: Mapping[str, Any]) -> Iterator[Name]:
        """Yield the parent of an object, then the parent of that one and so on, as far as they are known."""
        while kind.parent is not None and kind.parent.resource in RESOURCES:
            owner = row.get(kind.parent.row_field)
            if not isinstance(owner, str):
                return
            kind = RESOURCES[kind.parent.resource]
            yield _name(kind, owner)
            row = self.rows.get(_name(kind, owner), {})

    def top(self, kind: Resource, row: Mapping[str, Any]) -> Name | None:
        """Return the top-level parent of an object, or the object itself if it has no parent. None: unknown."""
        own_id = row.get("id")
        above = list(self.above(kind, row))
        if above:
            last = RESOURCES[above[-1][0]]
            return None if last.parent is not None and last.parent.resource in RESOURCES else above[-1]
        is_top = kind.parent is None or kind.parent.resource not in RESOURCES
        return _name(kind, own_id) if is_top and isinstance(own_id, str) else None

    def taken_along(self) -> Iterator[tuple[int, Outcome]]:
        """Yield the place of each object that is declared present below one that the run deletes, and the deletion."""
        gone = {name: outcome for outcome in self._outcomes for name in _deleted(outcome)}
        for place, outcome in enumerate(self._outcomes):
            if outcome.error is None and outcome.target.state == "present":
                above = self.above(outcome.target.resource, row_of(outcome))
                cause = next((gone[name] for name in above if name in gone), None)
                if cause is not None:
                    yield place, cause


def row_of(outcome: Outcome) -> Mapping[str, Any]:
    """Return an object with its ID and its parent, as far as these are known."""
    parent, target = outcome.target.resource.parent, outcome.target
    known = {"id": target.object_id, **({parent.row_field: target.parent_id} if parent else {})}
    return {**outcome.before, **{name: value for name, value in known.items() if value is not None}}


def _deleted(outcome: Outcome) -> Iterable[Name]:
    """Yield the names of the object that an outcome deletes: its own, and its name under another resource."""
    if outcome.error is not None or outcome.plan.action != "delete":
        return
    resource = outcome.target.resource
    yield _name(resource, str(outcome.target.object_id))
    other = shown_as(resource)
    if other is not None:
        yield _name(other, str(outcome.before.get(other.key[0])))


def _name(kind: Resource, object_id: str) -> Name:
    return kind.name, canonical_id(object_id)
