# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many objects in one run: read in pages, plan everything before the first write, then write in parallel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Callable

from .._api.client import Object
from .._api.errors import ERRORS, ApiError, NotSent
from .._api.ids import canonical_id
from .._api.lists import NOT_FOUND
from .._resources.model import Resource
from .bounds import Bounds
from .create import LOOK_UP
from .outcome import Outcome
from .progress import Progress
from .project_plan import NOT_DECLARED, Clients, ProjectPlan
from .reconcile import apply
from .same import conflicts, not_deleted, renewed_receipts, shared_keys
from .target import NOTHING, Target
from .worker_pool import WorkerPool

APPEARS = LOOK_UP[1:]  # seconds before each retry below an object that this run has just created; 60 in all


class Project:
    """One run over many objects. `outcomes` holds the outcome of each, in the order of their targets.

    Outcomes of pruned objects follow at the end.
    """

    def __init__(
        self,
        clients: Clients,
        outcomes: Sequence[Outcome],
        bounds: Bounds,
        save: Callable[[Outcome], bool],
        progress: Progress,
        begin: Callable[[Target], Outcome],
        approve: Callable[[Sequence[Outcome]], ApiError | None] | None = None,
    ) -> None:
        self._clients = clients
        self.outcomes = list(outcomes)
        self._bounds = bounds
        self._save = save
        self._progress = progress
        self._approve = approve
        self._workers = WorkerPool(bounds.concurrency)
        self._plan = ProjectPlan(clients, self.outcomes, self._workers, progress, self._failed, bounds, begin)
        self.stopped: ApiError | None = None  # the error that ended the run early
        self.is_guarded = False  # whether that was after planning and before the first write

    @property
    def undeclared(self) -> Mapping[str, Sequence[Object]]:
        """Return the objects that no entry declares, by resource, as far as they are known."""
        return self._plan.undeclared

    def name_of(self, kind: Resource | None, object_id: object) -> str | None:
        """Return the name of a parent object. None: nothing has shown it."""
        return self._plan.name_of(kind, object_id)

    def run(self, check_mode: bool) -> None:
        """Plan all outcomes and apply them. In check mode only plan.

        Each receipt is saved before its thread sends the next request.
        """
        try:
            self._plan.make()
        except ApiError as error:
            self._abort(error)
        if self.stopped is None:
            self._check_plan()
        self._name_parents()
        if self.is_guarded:
            self.outcomes = [_held_back(outcome) for outcome in self.outcomes]
            return
        changing = [place for place, outcome in enumerate(self.outcomes) if outcome.changed]
        if not check_mode:
            self._progress.begin("Apply", "written", len(changing))
            self._apply_all(changing)
            self._settle_same()
            self._workers.each(self._save_unchanged, range(len(self.outcomes)))
        if self.stopped is not None:
            self.outcomes = [_mark_not_attempted(outcome, self.stopped) for outcome in self.outcomes]

    def _name_parents(self) -> None:
        """Set the parent's name in each outcome with a change or an error, for messages."""
        for place, outcome in enumerate(self.outcomes):
            if outcome.changed or outcome.error is not None:
                self.outcomes[place] = replace(outcome, parent_name=self._plan.parent_name(place))

    def _check_plan(self) -> None:
        """Stop the run before the first write if the plan breaks a rule or a limit. The result still shows the plan."""
        for problem in (
            self._duplicates,
            self._not_approved,
            self._unplanned,
            self._too_many_deletions,
            self._too_many,
        ):
            error = problem()
            if error is not None:
                self.is_guarded = True
                self._abort(error)
                return

    def _not_approved(self) -> ApiError | None:
        return self._approve(self.outcomes) if self._approve is not None else None

    def _apply_all(self, changing: Sequence[int]) -> None:
        """Send the planned writes: parents first, then deletions, children first."""
        by_kind: dict[tuple[str, bool], list[int]] = {}
        for place in changing:
            outcome = self.outcomes[place]
            by_kind.setdefault((outcome.target.resource.name, outcome.plan.action == "delete"), []).append(place)
        for kind in self._plan.kinds:
            self._workers.each(self._apply, by_kind.get((kind.name, False), ()))
        for kind in reversed(self._plan.kinds):
            self._workers.each(self._apply, by_kind.get((kind.name, True), ()))

    def _apply(self, place: int) -> None:
        """Apply the plan of one object, and save its receipt. Stop the run after an error if that is required."""
        outcome = self._below_its_parent(place)
        if outcome.error is None:
            outcome = self._applied(place, outcome)
        self.outcomes[place] = outcome
        if outcome.error is not None and (outcome.error.stops_run or self._bounds.on_error == "stop"):
            self._abort(outcome.error)
        self._progress.count(failed=outcome.error is not None)
        if not self._save(outcome):
            self._abort(_not_saved("applied"))

    def _below_its_parent(self, place: int) -> Outcome:
        """Return the outcome with the parent that this run has created, or with the error if it has not."""
        outcome = self.outcomes[place]
        if place not in self._plan.awaits:
            return outcome
        owner = self.outcomes[self._plan.awaits[place]]
        if not owner.changed or owner.target.object_id is None or (owner.error and owner.error.outcome != "applied"):
            cause = owner.error.what if owner.error else "it does not exist"
            what = f"not tried, because {owner.target.subject} was not created: {cause}"
            return _not_attempted(outcome, NotSent(what, "read the message of that object, and run again", attempts=0))
        parent_id = outcome.target.parent_id or owner.target.object_id
        return replace(outcome, target=replace(outcome.target, parent_id=parent_id))

    def _applied(self, place: int, outcome: Outcome) -> Outcome:
        """Send the planned write. Retry it after a 404 below a new object: Kapso may not show that at once."""
        client = self._clients[outcome.target.resource.api]
        done = apply(client, outcome)
        for pause in APPEARS if place in self._plan.awaits else ():
            if done.error is None or done.error.status != NOT_FOUND or done.changed:
                break
            client.pause(pause)
            done = apply(client, outcome)
        return done

    def _settle_same(self) -> None:
        """Pass the effect of a write on to the other entry about the same object."""
        for place, outcome in [*not_deleted(self.outcomes), *renewed_receipts(self.outcomes)]:
            self.outcomes[place] = outcome
            if outcome.write_attempted and not self._save(outcome):
                self._abort(_not_saved("applied"))

    def _save_unchanged(self, place: int) -> None:
        """Save a receipt that reading alone has changed, for example by an adopted value."""
        outcome = self.outcomes[place]
        if not outcome.write_attempted and outcome.error is None and not self._save(outcome):
            self._abort(_not_saved("not_sent"))

    def _duplicates(self) -> ApiError | None:
        """Return the error if two entries mean the same object, or would give two objects the same key."""
        meant = [(o.target.resource, o.target.address) for o in self.outcomes if o.target.object_id is not None]
        meant += [(o.target.resource, canonical_id(row["id"])) for o in self.outcomes for row in o.others]
        twice = next((pair for pair, count in Counter(meant).items() if count > 1), None)
        if twice is not None:
            what = f"more than one entry is {twice[0].noun} {twice[1]}, by its id and by its key"
            return NotSent(what, "keep one of them", attempts=0)
        alike = next(shared_keys(self.outcomes), None)
        if alike is not None:
            return NotSent(alike, "keep one of the two entries, or give one of them another key", attempts=0)
        differing = next(conflicts(self.outcomes), None)
        if differing is not None:
            return NotSent(differing, "keep one of the two entries, or declare the same", attempts=0)
        return None

    def _unplanned(self) -> ApiError | None:
        """Return the error if an object could not be planned, unless `on_error` is `continue`."""
        wrong = [(outcome.title, outcome.error) for outcome in self.outcomes if outcome.error is not None]
        if not wrong or self._bounds.on_error == "continue":
            return None
        title, error = wrong[0]
        return error.but(f"{len(wrong)} of {len(self.outcomes)} could not be planned, {title}: {error.what}")

    def _too_many(self) -> ApiError | None:
        """Return the error if more changes are planned than `max_changes` allows."""
        total, limit = len(self.outcomes), self._bounds.max_changes
        writes = (outcome for outcome in self.outcomes if outcome.changed)
        changes = sum((outcome.plan.action is not None) + len(outcome.others) for outcome in writes)
        if limit is None or limit.allows(changes, total):
            return None
        what = f"{changes} of {total} would change, and max_changes allows {limit}"
        return NotSent(what, "check the plan; raise max_changes if you want these changes", attempts=0)

    def _too_many_deletions(self) -> ApiError | None:
        """Return the error if `max_deletions` allows fewer deletions. If it is not set, it allows no pruning."""
        writes = [outcome for outcome in self.outcomes if outcome.changed]
        deletions = sum((outcome.plan.action == "delete") + len(outcome.others) for outcome in writes)
        pruned = sum(change.reason == NOT_DECLARED for outcome in writes for change in outcome.plan.changes)
        limit, total = self._bounds.max_deletions, len(self.outcomes)
        advice = "check the plan; raise max_deletions if you want these deletions"
        if limit is None:
            what = f"{pruned} of {total} are not declared and would be deleted, and max_deletions allows 0"
            return NotSent(what, advice, attempts=0) if pruned else None
        what = f"{deletions} of {total} would be deleted, and max_deletions allows {limit}"
        return None if limit.allows(deletions, total) else NotSent(what, advice, attempts=0)

    def _failed(self, error: ApiError) -> None:
        if error.stops_run:
            self._abort(error)

    def _abort(self, error: ApiError) -> None:
        if self.stopped is None:
            self.stopped = error
        self._workers.stop()


def _not_saved(outcome: str) -> ApiError:
    what = "receipts cannot be saved"
    return ERRORS[outcome](what, "check the store in `receipts`", message=what, attempts=0)


def _mark_not_attempted(outcome: Outcome, cause: ApiError) -> Outcome:
    """Return the outcome of an object that the run did not reach, with an error."""
    seen = bool(outcome.before) or outcome.absent
    if outcome.error is not None or outcome.write_attempted or not (outcome.changed or not seen):
        return outcome
    what = f"not tried, because {cause.what}"
    error = NotSent(what, cause.advice, status=cause.status, message=cause.facts.message, attempts=0)
    return _not_attempted(outcome, error)


def _held_back(outcome: Outcome) -> Outcome:
    """Return the outcome of a planned object that is not written, with its plan."""
    if outcome.error is not None or not outcome.changed:
        return outcome
    return replace(outcome, changed=False, held_back=True)


def _not_attempted(outcome: Outcome, error: ApiError) -> Outcome:
    return replace(outcome, changed=False, after=outcome.before or NOTHING).failed(error)
