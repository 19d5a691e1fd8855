# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a whole Kapso project: read and plan each resource after its parents, in few requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Callable

from .._api.client import Client, Object
from .._api.errors import ApiError, NotSent
from .._api.ids import canonical_id
from .._api.lists import NOT_FOUND, list_whole, prove
from .._resources import RESOURCES, parent_of, parents_first, shown_as
from .._resources.model import Resource
from .._resources.rules import Need
from .bounds import Bounds
from .family import Family
from .locate import is_as_meant
from .outcome import Outcome
from .owners import Owners, taken_along, wanted_by_key
from .progress import Progress
from .read import Elsewhere
from .read_many import Shown, read_list
from .reconcile import judged, needed, plan_one, unplanned
from .same import joined
from .target import Target
from .undeclared import Undeclared, referred_to
from .worker_pool import WorkerPool

NOT_DECLARED = "not_declared"  # reason for deleting an object that no entry names
Clients = Mapping[str, Client]  # by API: "legacy" or "platform"


class ProjectPlan:
    """Plans all outcomes and replaces them one by one. `failed(error)` is called for each error.

    A place is the index of an outcome in `outcomes`.
    """

    def __init__(
        self,
        clients: Clients,
        outcomes: list[Outcome],
        workers: WorkerPool,
        progress: Progress,
        failed: Callable[[ApiError], None],
        bounds: Bounds,
        begin: Callable[[Target], Outcome],
    ) -> None:
        self._clients = clients
        self.outcomes = outcomes
        self._workers = workers
        self._progress = progress
        self._failed = failed
        self._bounds = bounds
        self._begin = begin
        self._places: dict[str, list[int]] = {}  # by resource
        for place, outcome in enumerate(outcomes):
            self._places.setdefault(outcome.target.resource.name, []).append(place)
        declared = [outcome.target.resource for outcome in outcomes]
        kinds = dict.fromkeys([*declared, *(kind for name, kind in RESOURCES.items() if name in bounds.whole)])
        self.kinds = parents_first(kinds)
        self._with_parents = parents_first(dict.fromkeys([*kinds, *filter(None, map(parent_of, kinds))]))
        self._owners: dict[str, Owners] = {}
        self.shown: dict[str, Shown] = {}
        self._read_for_rules: dict[tuple[str, str], Object] = {}  # by resource and ID
        self.undeclared: dict[str, list[Object]] = {}  # by resource, if all its objects are known
        self.awaits: dict[int, int] = {}  # place of the parent that is created first, by place of the child

    def places(self, kind: Resource) -> Sequence[int]:
        """Return the places of all outcomes of one resource."""
        return self._places.get(kind.name, ())

    def parent_name(self, place: int) -> str | None:
        """Return the name of an object's parent. None: there is none, or nothing has shown it."""
        outcome = self.outcomes[place]
        if place in self.awaits:
            return self.outcomes[self.awaits[place]].name
        return self.name_of(parent_of(outcome.target.resource), outcome.parent)

    def name_of(self, kind: Resource | None, object_id: object) -> str | None:
        """Return the name of a parent object. None: nothing has shown it."""
        owners = self._owners_of(kind)
        return owners.name(object_id) if owners is not None and isinstance(object_id, str) else None

    def make(self) -> None:
        """Plan everything, parents first, and then apply the rules, parents last. Raise ApiError."""
        for kind in self._with_parents:
            if not self._workers.is_stopped and kind.api in self._clients:
                self._plan_kind(kind)
                self._join_same()
        if not any(client.requests for client in self._clients.values()):
            for client in self._clients.values():
                prove(client)  # no list had entries: check the key, or a wrong one would look like "nothing to do"
        if not self._workers.is_stopped and not self._bounds.is_part:
            self._look_for_undeclared()
        for kind in reversed(self.kinds):
            self._workers.each(self._judge, self.places(kind))
        for place, owner in list(Family(self.outcomes, self.shown, self._read_for_rules).taken_along()):
            self.outcomes[place] = unplanned(self.outcomes[place])
            self._fail(place, taken_along(owner), 0)

    def _join_same(self) -> None:
        """Handle an object that two entries are about once, before its children are planned."""
        for place, outcome in () if self._workers.is_stopped else list(joined(self.outcomes)):
            self.outcomes[place] = outcome
            if outcome.error is not None:
                self._progress.count(0, failed=True)

    def _look_for_undeclared(self) -> None:
        """Find the undeclared objects, and plan to delete those of the resources to prune. Raise ApiError."""
        found = Undeclared(self.outcomes, self.shown, self._bounds.within_owners)
        self.undeclared = {kind.name: rows for kind in self.kinds if (rows := found.of(kind)) is not None}
        kept = referred_to(self.outcomes)
        for kind in self.kinds:
            if kind.name not in self._bounds.prune:
                continue
            if kind.name not in self.undeclared:
                what = f"not all {kind.plural} can be read, so none of them is pruned"
                raise NotSent(what, f"remove {kind.plural} from prune", attempts=0)
            for row in self.undeclared[kind.name]:
                if (kind.name, canonical_id(row["id"])) not in kept:
                    self._prune(kind, row)

    def _prune(self, kind: Resource, row: Object) -> None:
        options = {option.name: option.default for option in kind.options}
        begun = self._begin(Target(kind, row["id"], {}, state="absent", options=options))
        outcome = plan_one(self._clients[kind.api], begun, [row])
        changes = tuple(replace(change, reason=NOT_DECLARED) for change in outcome.plan.changes)
        self.outcomes.append(replace(outcome, plan=replace(outcome.plan, changes=changes)))
        self._places.setdefault(kind.name, []).append(len(self.outcomes) - 1)

    def _client(self, place: int) -> Client:
        return self._clients[self.outcomes[place].target.resource.api]

    def _plan_kind(self, kind: Resource) -> None:
        """Read and plan all objects of one resource. Raise ApiError."""
        client = self._clients[kind.api]
        places = [place for place in self.places(kind) if self._resolve(place)]
        targets = [self.outcomes[place].target for place in places if not self._is_to_come(place)]
        whole = kind.name in self._bounds.whole
        shown = read_list(client, kind, targets, self._progress.count, self._workers.each, self._lookups(kind), whole)
        self.shown[kind.name] = shown
        missed = []
        # Rows of the list need no further request, so threads would not help.
        for place in places:
            rows = [] if self._is_to_come(place) else self._rows(shown, place)
            if rows is None:
                missed.append(place)
            elif not self._workers.is_stopped:
                self._plan(place, rows)
        self._plan_missed(client, missed)

    def _owners_of(self, kind: Resource | None) -> Owners | None:
        """Return the known parents of one resource. They are planned before their children."""
        if kind is None:
            return None
        if kind.name not in self._owners and kind.name in self.shown:
            same = RESOURCES[kind.same_as[0]] if kind.same_as else None
            also = self.places(same) if same is not None and shown_as(same) is kind else ()
            outcomes = {place: self.outcomes[place] for place in (*self.places(kind), *also)}
            self._owners[kind.name] = Owners(kind, outcomes, self.shown[kind.name])
        return self._owners.get(kind.name)

    def _lookups(self, kind: Resource) -> list[Target]:
        """Return targets for the parents of one resource that other entries name by key and that have no entry."""
        own = {self.outcomes[place].target.key for place in self.places(kind)}
        others = (outcome.target for outcome in self.outcomes if outcome.target.resource.api == kind.api)
        return [target for target in wanted_by_key(kind, others) if target.key not in own]

    def _resolve(self, place: int) -> bool:
        """Find the parent of an object, and return whether the object can still be planned."""
        outcome = self.outcomes[place]
        target, owners = outcome.target, self._owners_of(parent_of(outcome.target.resource))
        if owners is None:
            return True
        resolved = owners.resolve(self._client(place), target)
        if resolved.error is not None:
            self._fail(place, resolved.error)
            return False
        if resolved.awaits is not None:
            self.awaits[place] = resolved.awaits
        self.outcomes[place] = replace(outcome, target=resolved.target)
        return True

    def _is_to_come(self, place: int) -> bool:
        """Return whether the object cannot exist yet: this run creates its parent, and the entry gives no ID."""
        return place in self.awaits and self.outcomes[place].target.object_id is None

    def _rows(self, shown: Shown, place: int) -> list[Object] | None:
        """Return the rows that the list shows of an object. None: it must be read on its own."""
        target = self.outcomes[place].target
        rows = shown.of(target)
        if rows or rows is None or target.resource.parent is None or target.object_id is not None:
            return rows
        return rows if target.parent_is_sure else None  # the list of the parent shows whether the parent exists

    def _plan_missed(self, client: Client, missed: Sequence[int]) -> None:
        """Plan the objects that no list of the project has shown."""
        singly, by_parent = [], dict[object, list[int]]()
        for place in missed:
            target = self.outcomes[place].target
            if target.object_id is not None or target.resource.key_query:
                singly.append(place)
            else:
                by_parent.setdefault(target.parent_id, []).append(place)
        if singly and not client.base.proven:
            self._plan_first(singly.pop(0))
        self._workers.each(self._plan, singly)
        self._workers.each(self._plan_siblings, list(by_parent.values()))

    def _plan(self, place: int, rows: Sequence[Object] | None = None) -> None:
        """Plan one object with its rows in a list, which are counted already. None: read the object on its own."""
        outcome, client = self.outcomes[place], self._client(place)
        try:
            if rows is not None and not rows:
                outcome = self._with_sure_parent(client, outcome)
            outcome = plan_one(client, outcome, rows)
        except ApiError as error:
            outcome = outcome.failed(error)
        if isinstance(outcome.error, Elsewhere):
            name = self.name_of(parent_of(outcome.target.resource), outcome.error.owner_id)
            outcome = outcome.failed(outcome.error.named(name))
        self.outcomes[place] = outcome
        if outcome.error is not None:
            self._failed(outcome.error)
        self._progress.count(int(not rows), outcome.error is not None)

    def _with_sure_parent(self, client: Client, outcome: Outcome) -> Outcome:
        """Return the outcome of an object to create, once its parent is known to exist. Raise ApiError."""
        target, owners = outcome.target, self._owners_of(parent_of(outcome.target.resource))
        needs_no_check = target.parent_id is None or not target.resource.key_is_id
        if needs_no_check or owners is None or target.state == "absent":
            return outcome
        return replace(outcome, target=owners.check(client, target))

    def _fail(self, place: int, error: ApiError, planned: int = 1) -> None:
        self.outcomes[place] = self.outcomes[place].failed(error)
        self._progress.count(planned, failed=True)
        self._failed(error)

    def _plan_first(self, place: int) -> None:
        """Plan one object alone if no list has proved that the base URL serves the API.

        Its 404 may come from an old API version or from no Kapso API. A list that every version has shows which.
        """
        self._plan(place)
        error = self.outcomes[place].error
        if error is not None and error.status == NOT_FOUND and not error.stops_run:
            try:
                prove(self._client(place))
            except ApiError as unproven:
                self.outcomes[place] = self.outcomes[place].failed(unproven)
                self._failed(unproven)

    def _plan_siblings(self, places: Sequence[int]) -> None:
        """Plan the objects of one parent. Only the parent's list shows that one of them does not exist."""
        target = self.outcomes[places[0]].target
        try:
            rows = list_whole(self._client(places[0]), target.collection_path)
        except ApiError as error:
            for place in places:
                self._plan_unlisted(place, error)
            return
        self._progress.count(len(places) if rows else 0)
        for place in places:
            self._plan(place, rows)

    def _plan_unlisted(self, place: int, error: ApiError) -> None:
        """Plan an object if the list of its parent cannot be read."""
        try:
            is_done = is_as_meant(self._client(place), self.outcomes[place].target, error)
        except ApiError as wrong:
            error, is_done = wrong, False
        if is_done:
            self._plan(place, [])
        else:
            self._fail(place, error)

    def _judge(self, place: int) -> None:
        outcome = self.outcomes[place]
        if outcome.error is not None:
            return
        self.outcomes[place] = outcome = judged(self._client(place), outcome, lambda need: self._rows_of(place, need))
        if outcome.error is not None:
            self._failed(outcome.error)
            self._progress.count(0, failed=True)

    def _rows_of(self, place: int, need: Need) -> Sequence[Object]:
        """Return the rows that a rule needs, without those that this run deletes. Raise ApiError.

        The rows come from the list that was read anyway, if that is complete.
        """
        kind = RESOURCES[need.resource]
        shown, parent = self.shown.get(kind.name), kind.parent
        if shown is not None and shown.is_whole and parent is not None and set(need.query) == {parent.query}:
            whose = canonical_id(need.query[parent.query])
            every = shown.rows.values()
            rows = [row for row in every if canonical_id(str(row.get(parent.row_field))) == whose]
        else:
            rows = list(needed(self._client(place), need))
            self._read_for_rules.update(((kind.name, canonical_id(row["id"])), row) for row in rows)
        for name, id_field in filter(None, ((kind.name, "id"), kind.same_as)):
            gone = self._deleted(name)
            rows = [row for row in rows if canonical_id(str(row.get(id_field))) not in gone]
        return rows

    def _deleted(self, kind: str) -> set[str]:
        """Return the IDs of the objects of one resource that this run deletes."""
        planned = [self.outcomes[place] for place in self._places.get(kind, ())]
        done = (one.target.object_id for one in planned if one.error is None and one.plan.action == "delete")
        return {canonical_id(str(object_id)) for object_id in done}
