# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects at Kapso that no entry of a run declares. Pure: no input, no output, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .._api.client import Object
from .._api.ids import canonical_id
from .._resources import RESOURCES
from .._resources.model import Resource
from .family import Family, row_of
from .outcome import Outcome
from .read_many import Shown
from .target import Target


class Undeclared:
    """Finds the undeclared objects of each resource whose list was read completely.

    An object that appears under two resources counts once, under the one whose table names the other (`same_as`).
    """

    def __init__(self, outcomes: Sequence[Outcome], shown: Mapping[str, Shown], within_owners: bool) -> None:
        """Prepare the search. `within_owners`: an object counts only below a top-level parent of the outcomes."""
        self._shown = shown
        self._kinds = {**RESOURCES, **{one.target.resource.name: one.target.resource for one in outcomes}}
        self._family = Family(outcomes, shown)
        self._declared: set[tuple[str, str]] = set()
        self._not_found = [one.target for one in outcomes if one.error is not None and one.target.object_id is None]
        for outcome in outcomes:
            kind = outcome.target.resource.name
            ids = [outcome.target.object_id, *(row["id"] for row in outcome.others)]
            self._declared.update((kind, canonical_id(one)) for one in ids if one is not None)
        self._same = self._alike()
        top = self._family.top
        self._owners = {top(one.target.resource, row_of(one)) for one in outcomes} if within_owners else None

    def of(self, kind: Resource) -> list[Object] | None:
        """Return the undeclared rows of one resource, or None if not all of its objects are known."""
        shown = self._shown.get(kind.name)
        if shown is None or not shown.is_whole:
            return None
        not_found = [target for target in self._not_found if target.resource is kind]

        def counts(row: Object) -> bool:
            return self._counts(kind, row) and not any(_may_mean(target, row) for target in not_found)

        others = (row for object_id, row in shown.rows.items() if not self._is_declared(kind.name, object_id))
        return [row for row in others if counts(row)]

    def _is_declared(self, kind: str, object_id: str) -> bool:
        alike = self._same.get((kind, object_id))
        if (kind, object_id) in self._declared or alike in self._declared:
            return True
        is_told_as_other = self._kinds[kind].same_as is None and alike in self._family.rows
        return alike is not None and is_told_as_other

    def _alike(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return the two names of each object that appears under two resources, in both directions."""
        alike = {}
        for (kind, object_id), row in self._family.rows.items():
            same = self._kinds[kind].same_as
            other = row.get(same[1]) if same else None
            if same is not None and isinstance(other, str):
                alike[kind, object_id] = (same[0], canonical_id(other))
                alike[same[0], canonical_id(other)] = (kind, object_id)
        return alike

    def _counts(self, kind: Resource, row: Object) -> bool:
        if self._owners is None:
            return True
        top = self._family.top(kind, row)
        return top is not None and top in self._owners


def _may_mean(target: Target, row: Object) -> bool:
    """Return whether an entry that failed before its object was found may mean this row: any of the same parent."""
    parent = target.resource.parent
    if parent is None:
        return target.matches(row)
    return target.owns(row) and (target.parent_id is None or row.get(parent.row_field) is not None)


def referred_to(outcomes: Iterable[Outcome]) -> set[tuple[str, str]]:
    """Return the parents of all objects that are declared present."""
    found = set()
    for outcome in outcomes:
        parent = outcome.target.resource.parent
        if parent is not None and outcome.target.state == "present" and outcome.parent is not None:
            found.add((parent.resource, canonical_id(outcome.parent)))
    return found
