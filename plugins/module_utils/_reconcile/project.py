# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project: many objects in one run. All are planned before anything is written."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Callable, TypeVar

from .._api.client import Client, Object
from .._api.errors import ERRORS, ApiError, NotSent
from .._api.lists import list_whole, prove
from .locate import is_as_meant
from .outcome import Outcome
from .read_many import GONE, read_list
from .reconcile import apply, read_and_plan
from .target import NOTHING

T = TypeVar("T")

PROGRESS_EVERY = 5.0  # seconds, before the first line and between two


@dataclass(frozen=True)
class MaxChanges:
    """How much a run may change: a number of objects, or a percentage of all."""

    amount: float
    is_percentage: bool = False

    def allows(self, changes: int, total: int) -> bool:
        """Whether that many changes are within it."""
        return changes <= (self.amount * total / 100 if self.is_percentage else self.amount)

    def __str__(self) -> str:
        return f"{self.amount:g}{'%' if self.is_percentage else ''}"


@dataclass(frozen=True)
class Bounds:
    """What a run may do at most."""

    concurrency: int = 4
    max_changes: MaxChanges | None = None
    stop_on_error: bool = False


class Progress:
    """Tells how a long run is getting on, a line every few seconds at most."""

    def __init__(self, total: int, announce: Callable[[str], None] | None, clock: Callable[[], float]) -> None:
        self._announce = announce
        self._clock = clock
        self._lock = threading.Lock()
        self._told = clock()
        self._doing, self._of = "read", total
        self._done = self._failed = 0

    def begin(self, doing: str, number: int) -> None:
        """So many objects are to be dealt with now."""
        self._doing, self._of, self._done = doing, number, 0

    def count(self, number: int = 1, failed: bool = False) -> None:
        """So many more are dealt with, and whether one of these, or of those before, has failed."""
        with self._lock:
            self._done += number
            self._failed += failed
            if self._announce is not None and self._clock() - self._told >= PROGRESS_EVERY:
                self._told = self._clock()
                left = self._of - self._done
                self._announce(f"{self._doing} {self._done} of {self._of}, {left} left, {self._failed} failed")


class Project:
    """One run over many objects. `outcomes` holds what became of each, in the order of their targets."""

    def __init__(
        self,
        client: Client,
        outcomes: Sequence[Outcome],
        bounds: Bounds,
        save: Callable[[Outcome], bool],
        progress: Progress,
        approve: Callable[[Sequence[Outcome]], ApiError | None] | None = None,
    ) -> None:
        self._client = client
        self.outcomes = list(outcomes)
        self._bounds = bounds
        self._save = save
        self._progress = progress
        self._approve = approve
        self._stop = threading.Event()
        self.stopped: ApiError | None = None  # what ended the run before all was done

    def run(self, check_mode: bool) -> None:
        """Make them all what their targets say, or in check mode say what that would take.

        Each receipt is saved before its thread sends the next request.
        """
        self._plan_all()
        self._refuse_duplicates()
        changing = [place for place, outcome in enumerate(self.outcomes) if outcome.changed]
        writes = (self.outcomes[place] for place in changing)
        self._check_max_changes(sum((outcome.plan.action is not None) + len(outcome.others) for outcome in writes))
        refusal = self._approve(self.outcomes) if self._approve is not None and self.stopped is None else None
        if refusal is not None:
            self._abort(refusal)
        if not check_mode:
            self._progress.begin("written", len(changing))
            deleted = [place for place in changing if self.outcomes[place].plan.action == "delete"]
            self._in_parallel(self._apply, [place for place in changing if place not in set(deleted)])
            self._in_parallel(self._apply, deleted)
            self._in_parallel(self._save_unchanged, range(len(self.outcomes)))
        if self.stopped is not None:
            self.outcomes = [_mark_not_attempted(outcome, self.stopped) for outcome in self.outcomes]

    def _plan_all(self) -> None:
        try:
            rows = read_list(self._client, self.outcomes, self._progress.count, self._in_parallel)
        except ApiError as error:
            self._abort(error)
            return
        missed = []
        # What a list has shown takes no request any more: threads would only be in each other's way.
        for place, outcome in enumerate(self.outcomes):
            if outcome.target.address in rows:
                self._plan(place, rows[outcome.target.address])
            else:
                missed.append(place)
        by_id = [place for place in missed if self.outcomes[place].target.object_id is not None]
        by_parent: dict[str | None, list[int]] = {}
        for place in missed:
            if self.outcomes[place].target.object_id is None:
                by_parent.setdefault(self.outcomes[place].target.parent_id, []).append(place)
        if by_id and not self._client.base.proven:
            self._plan_first(by_id.pop(0))
        self._in_parallel(self._plan, by_id)
        self._in_parallel(self._plan_siblings, list(by_parent.values()))

    def _plan(self, place: int, rows: Sequence[Object] | None = None) -> None:
        self.outcomes[place] = outcome = read_and_plan(self._client, self.outcomes[place], rows)
        if outcome.error is not None:
            self._failed(outcome.error)
        self._progress.count(int(rows is None), outcome.error is not None)

    def _fail(self, place: int, error: ApiError) -> None:
        self.outcomes[place] = self.outcomes[place].failed(error)
        self._failed(error)

    def _plan_first(self, place: int) -> None:
        """Plan one alone if there is no list: that may be an old API, or no API at all, as another list tells."""
        self._plan(place)
        error = self.outcomes[place].error
        if error is not None and error.status == GONE and not error.stops_run:
            try:
                prove(self._client)
            except ApiError as unproven:
                self._fail(place, unproven)

    def _plan_siblings(self, places: Sequence[int]) -> None:
        """Plan the objects of one parent. Only its own list can say that one is not there."""
        target = self.outcomes[places[0]].target
        try:
            rows = list_whole(self._client, target.collection_path)
        except ApiError as error:
            for place in places:
                self._plan_unlisted(place, error)
                self._progress.count(failed=self.outcomes[place].error is not None)
            return
        self._progress.count(len(places))
        for place in places:
            self._plan(place, rows)

    def _plan_unlisted(self, place: int, error: ApiError) -> None:
        """Plan an object of a parent whose list cannot be had."""
        try:
            is_done = is_as_meant(self._client, self.outcomes[place].target, error)
        except ApiError as wrong:
            error, is_done = wrong, False
        if is_done:
            self._plan(place, [])
        else:
            self._fail(place, error)

    def _apply(self, place: int) -> None:
        self.outcomes[place] = outcome = apply(self._client, self.outcomes[place])
        if outcome.error is not None:
            self._failed(outcome.error)
        self._progress.count(failed=outcome.error is not None)
        if not self._save(outcome):
            self._abort(_not_saved("applied"))

    def _save_unchanged(self, place: int) -> None:
        """Save what reading alone has taught, such as an adopted value."""
        outcome = self.outcomes[place]
        if not outcome.write_attempted and outcome.error is None and not self._save(outcome):
            self._abort(_not_saved("not_sent"))

    def _refuse_duplicates(self) -> None:
        """Two entries may turn out to be one object, addressed by id and by key."""
        targets = [outcome.target for outcome in self.outcomes if outcome.target.object_id is not None]
        counts = Counter(target.address for target in targets)
        twice = next((target for target in targets if counts[target.address] > 1), None)
        if twice is not None:
            what = f"more than one entry is {twice.resource.noun} {twice.address}, by its id and by its key"
            self._abort(NotSent(what, "keep one of them", attempts=0))

    def _check_max_changes(self, changes: int) -> None:
        """Stop before the first write if that is what the bounds say."""
        total, limit = len(self.outcomes), self._bounds.max_changes
        if limit is not None and not limit.allows(changes, total):
            what = f"{changes} of {total} would change, and max_changes allows {limit}"
            self._abort(NotSent(what, "look at what would change; raise max_changes if it is meant", attempts=0))

    def _failed(self, error: ApiError) -> None:
        if error.stops_run or self._bounds.stop_on_error:
            self._abort(error)

    def _abort(self, error: ApiError) -> None:
        if self.stopped is None:
            self.stopped = error
        self._stop.set()

    def _in_parallel(self, work: Callable[[T], None], items: Sequence[T]) -> None:
        """Do the work for each, several at a time, until all are done or the run is stopped."""
        queue = iter(items)
        turn = threading.Lock()

        def take_turns() -> None:
            while not self._stop.is_set():
                with turn:
                    item = next(queue, None)
                if item is None:
                    return
                work(item)

        threads = min(self._bounds.concurrency, len(items))
        with ThreadPoolExecutor(max(threads, 1)) as pool:
            running = [pool.submit(take_turns) for _time in range(threads)]
            try:
                for thread in running:
                    thread.result()
            except BaseException:
                self._stop.set()
                raise


def _not_saved(outcome: str) -> ApiError:
    what = "receipts cannot be saved"
    return ERRORS[outcome](what, "look at the store that `receipts` names", message=what, attempts=0)


def _mark_not_attempted(outcome: Outcome, cause: ApiError) -> Outcome:
    """Return the outcome of an object that the run did not come to any more."""
    seen = bool(outcome.before) or outcome.absent
    if outcome.error is not None or outcome.write_attempted or not (outcome.changed or not seen):
        return outcome
    what = f"not tried, because {cause.what}"
    error = NotSent(what, cause.advice, status=cause.status, message=cause.facts.message, attempts=0)
    return replace(outcome, changed=False, after=outcome.before or NOTHING).failed(error)
