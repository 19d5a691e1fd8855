# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parents of a run's objects: each is read once for all its children, or the same run creates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from .._api.client import Client, Object
from .._api.errors import ApiError, NotSent
from .._api.ids import canonical_id
from .._api.lists import list_whole
from .._api.texts import escaped
from .._resources.model import Resource
from .locate import check_parent, of_parent
from .outcome import Outcome
from .read_many import Shown
from .target import Target


@dataclass(frozen=True)
class Resolved:
    """A target with its parent, as far as the parent is known."""

    target: Target
    awaits: int | None = None  # place of the outcome that creates the parent
    error: ApiError | None = None  # why the object cannot be planned


class Owners:
    """The known parents of one resource: the run's own entries by ID and by key, and the rows of the list.

    A place is the index of an outcome in the outcomes of the run.
    """

    def __init__(self, resource: Resource, outcomes: Mapping[int, Outcome], shown: Shown) -> None:
        self._resource = resource
        self._outcomes = outcomes
        self._shown = shown
        self._by_id: dict[str, int] = {}
        self._by_key: dict[str, int] = {}
        self._asked: dict[str, Sequence[Object]] = {}
        self._checked: dict[str, ApiError | None] = {}
        for place, outcome in outcomes.items():
            is_own = outcome.target.resource is resource  # not an object that appears here under another resource
            if is_own and outcome.target.object_id is not None:
                self._by_id[canonical_id(outcome.target.object_id)] = place
            for key in names_of(outcome):
                if is_own:
                    self._by_key.setdefault(key, place)
                else:
                    self._by_id.setdefault(canonical_id(key), place)

    def resolve(self, client: Client, target: Target) -> Resolved:
        """Return the target with the ID of its parent, or with the place of the entry that creates the parent.

        Read a parent once for each key. An error is in the result.
        """
        key, parent_id = target.parent_key, target.parent_id
        place = self._by_key.get(key) if key is not None else self._by_id.get(canonical_id(parent_id or ""))
        if place is not None:
            owner = self._outcomes[place]
            renamed = _renamed(target, owner)
            return Resolved(target, error=renamed) if renamed is not None else _below(target, owner, place)
        if key is None:
            return Resolved(replace(target, parent_is_sure=canonical_id(parent_id or "") in self._shown.rows))
        try:
            found = of_parent(client, target, self._named(client, key))
        except ApiError as error:
            return Resolved(target, error=error)
        return Resolved(replace(found, parent_is_sure=found.parent_id is not None))

    def name(self, object_id: str) -> str | None:
        """Return the name of the parent with that ID. None: it has no name, or nothing has shown it."""
        place = self._by_id.get(canonical_id(object_id))
        if place is not None and (name := self._outcomes[place].name) is not None:
            return name
        name = self._shown.rows.get(canonical_id(object_id), {}).get("name")
        return name if isinstance(name, str) else None

    def _named(self, client: Client, key: str) -> Sequence[Object]:
        """Return the objects with that key. Raise ApiError."""
        rows = self._shown.of(_by_key(self._resource, key))
        if rows is not None:
            return rows
        if key not in self._asked:
            self._asked[key] = list_whole(client, self._resource.path, {self._resource.key_query: key})
        return self._asked[key]

    def check(self, client: Client, target: Target) -> Target:
        """Return the target if its parent exists. Otherwise raise ApiError. Read each parent once."""
        parent_id = canonical_id(str(target.parent_id))
        if parent_id not in self._checked:
            self._checked[parent_id] = None
            try:
                check_parent(client, target)
            except ApiError as error:
                self._checked[parent_id] = error
        wrong = self._checked[parent_id]
        if wrong is not None:
            raise wrong
        return replace(target, parent_is_sure=True)


def names_of(outcome: Outcome) -> set[str]:
    """Return all keys by which other entries may name an object: before and after it is renamed."""
    target = outcome.target
    values = (one.get(target.resource.key[0]) for one in (target.given, target.desired, outcome.before))
    return {value for value in values if isinstance(value, str)} if target.resource.key else set()


def wanted_by_key(parent: Resource, targets: Iterable[Target]) -> list[Target]:
    """Return one target for each parent that these targets name by key."""
    keys = dict.fromkeys(
        target.parent_key
        for target in targets
        if target.resource.parent and target.resource.parent.resource == parent.name and target.parent_key is not None
    )
    return [_by_key(parent, key) for key in keys]


def _by_key(parent: Resource, key: str) -> Target:
    return Target(parent, None, {}, given_key={parent.key[0]: key}, by_key=True)


def _below(target: Target, owner: Outcome, place: int) -> Resolved:
    """Return the target below a parent that has an entry in the same run."""
    is_there = bool(owner.before) and not owner.absent
    if owner.error is not None and not is_there:
        what = f"not tried, because {owner.target.subject} could not be planned: {owner.error.what}"
        return Resolved(target, error=NotSent(what, owner.error.advice, attempts=0))
    if owner.target.state == "absent" and target.state == "present":
        return Resolved(target, error=taken_along(owner))
    known = replace(target, parent_id=target.parent_id or owner.target.object_id, parent_is_sure=True)
    creates = owner.plan.action == "create" and owner.error is None
    return Resolved(known, awaits=place if creates else None)


def _renamed(target: Target, owner: Outcome) -> ApiError | None:
    """Return the error for a target that names its parent by a key that the same run changes. Otherwise None."""
    old, parent, resource = target.parent_key, target.resource.parent, owner.target.resource
    declared = ((field, new) for field, new in resource.declared(owner.target.desired) if field.name in resource.key)
    field, new = next(declared, (None, old))
    if old is None or parent is None or field is None or (new is not None and field.same(new, old)):
        return None
    of, to = escaped(old), "none" if new is None else escaped(new)
    what = f"{owner.target.subject} changes its {field.name} from {of} to {to} in the same run, and a later run would "
    what += f"find no {parent.title} {of}"
    by_key = "" if new is None else f"{parent.key_option} {to}, or "
    return NotSent(what, f"give {by_key}{parent.id_option} {owner.target.object_id}", attempts=0)


def taken_along(owner: Outcome) -> ApiError:
    """Return the error for an object that is declared present, although the same run deletes its parent."""
    what = f"{owner.target.subject}, which it belongs to, is declared absent in the same run"
    return NotSent(what, "declare both absent, or both present", attempts=0)
