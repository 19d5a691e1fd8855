# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A project: many objects in one run. All are planned before anything is written."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, TypeVar

from .._api.client import Client, Object
from .._api.errors import ApiError
from .outcome import Outcome
from .read_many import GONE, list_whole, prove, read_list
from .reconcile import apply, is_as_meant, read_and_plan

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
    """One run over many objects. What becomes of each is left in its Outcome."""

    def __init__(
        self,
        client: Client,
        outcomes: Sequence[Outcome],
        bounds: Bounds,
        keep: Callable[[Outcome], bool],
        progress: Progress,
        approve: Callable[[Sequence[Outcome]], ApiError | None] | None = None,
    ) -> None:
        self._client = client
        self._outcomes = outcomes
        self._bounds = bounds
        self._keep = keep
        self._progress = progress
        self._approve = approve
        self._stop = threading.Event()
        self.stopped: ApiError | None = None  # what ended the run before all was done

    def run(self, check_mode: bool) -> None:
        """Converge them all, or in check mode say what that would take.

        Each receipt is kept before its thread sends the next request.
        """
        self._plan_all()
        self._refuse_duplicates()
        changing = [outcome for outcome in self._outcomes if outcome.changed]
        self._check_max_changes(len(changing))
        refusal = self._approve(self._outcomes) if self._approve is not None and self.stopped is None else None
        if refusal is not None:
            self._abort(refusal)
        if not check_mode:
            self._progress.begin("written", len(changing))
            self._in_parallel(self._act, [outcome for outcome in changing if outcome.plan.action != "delete"])
            self._in_parallel(self._act, [outcome for outcome in changing if outcome.plan.action == "delete"])
            self._in_parallel(self._save_unchanged, self._outcomes)
        if self.stopped is not None:
            _mark_not_attempted(self._outcomes, self.stopped)

    def _plan_all(self) -> None:
        try:
            rows = read_list(self._client, self._outcomes, self._progress.count, self._in_parallel)
        except ApiError as error:
            self._abort(error)
            return
        missed = [outcome for outcome in self._outcomes if outcome.target.key not in rows]
        # What a list has shown takes no request any more: threads would only be in each other's way.
        for outcome in self._outcomes:
            if outcome.target.key in rows:
                self._plan(outcome, rows[outcome.target.key])
        by_id = [outcome for outcome in missed if outcome.target.object_id is not None]
        if by_id and not self._client.base.proven:
            self._plan_first(by_id.pop(0))
        self._in_parallel(self._plan, by_id)
        customers: dict[str | None, list[Outcome]] = {}
        for outcome in missed:
            if outcome.target.object_id is None:
                customers.setdefault(outcome.target.customer_id, []).append(outcome)
        self._in_parallel(self._plan_siblings, list(customers.values()))

    def _plan(self, outcome: Outcome, rows: Sequence[Object] | None = None) -> None:
        try:
            read_and_plan(self._client, outcome, rows)
        except ApiError as error:
            self._fail(outcome, error)
        self._progress.count(int(rows is None), outcome.error is not None)

    def _plan_first(self, outcome: Outcome) -> None:
        """Plan one alone where there is no list: that may be an old API, or no API at all, as its list tells."""
        self._plan(outcome)
        if outcome.error is not None and outcome.error.status == GONE and not outcome.error.stops_run:
            try:
                prove(self._client)
            except ApiError as error:
                self._fail(outcome, error)

    def _plan_siblings(self, outcomes: Sequence[Outcome]) -> None:
        """Plan the objects of one customer. Only its own list can say that one is not there."""
        try:
            rows = list_whole(self._client, outcomes[0].target.collection_path)
        except ApiError as error:
            for outcome in outcomes:
                self._plan_unlisted(outcome, error)
                self._progress.count(failed=outcome.error is not None)
            return
        self._progress.count(len(outcomes))
        for outcome in outcomes:
            self._plan(outcome, rows)

    def _plan_unlisted(self, outcome: Outcome, error: ApiError) -> None:
        """Plan an object of a customer whose list cannot be had."""
        try:
            is_done = is_as_meant(self._client, outcome.target, error)
        except ApiError as wrong:
            error, is_done = wrong, False
        if is_done:
            self._plan(outcome, [])
        else:
            self._fail(outcome, error)

    def _act(self, outcome: Outcome) -> None:
        try:
            apply(self._client, outcome)
        except ApiError as error:
            self._fail(outcome, error)
        self._progress.count(failed=outcome.error is not None)
        if not self._keep(outcome):
            self._abort(_not_saved("applied"))

    def _save_unchanged(self, outcome: Outcome) -> None:
        """Keep what reading alone has taught, such as an adopted value."""
        if not outcome.write_attempted and outcome.error is None and not self._keep(outcome):
            self._abort(_not_saved("not_sent"))

    def _refuse_duplicates(self) -> None:
        """Two entries may turn out to be one object, addressed by id and by number."""
        ids = Counter(outcome.target.key for outcome in self._outcomes if outcome.target.object_id is not None)
        duplicates = [object_id for object_id, count in ids.items() if count > 1]
        if duplicates:
            self._abort(
                ApiError(
                    f"more than one entry is configuration {duplicates[0]}, by its id and by customer and number",
                    "keep one of them",
                    attempts=0,
                )
            )

    def _check_max_changes(self, changes: int) -> None:
        """Stop before the first write where that is what the bounds say."""
        total, limit = len(self._outcomes), self._bounds.max_changes
        if limit is not None and not limit.allows(changes, total):
            self._abort(
                ApiError(
                    f"{changes} of {total} would change, and max_changes allows {limit}",
                    "look at what would change; raise max_changes if it is meant",
                    attempts=0,
                )
            )

    def _fail(self, outcome: Outcome, error: ApiError) -> None:
        outcome.error = error
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
    what = "receipts cannot be kept"
    return ApiError(what, "see to the store that `receipts` names", message=what, attempts=0, outcome=outcome)


def _mark_not_attempted(outcomes: Iterable[Outcome], cause: ApiError) -> None:
    """What the run did not come to any more says so."""
    for outcome in outcomes:
        seen = bool(outcome.before) or outcome.absent
        if outcome.error is None and not outcome.write_attempted and (outcome.changed or not seen):
            outcome.changed, outcome.after = False, outcome.before
            outcome.error = ApiError(
                f"not tried, because {cause.what}", cause.advice, status=cause.status, message=cause.message, attempts=0
            )
