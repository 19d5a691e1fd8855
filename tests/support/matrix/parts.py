# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says of each object, beside what truly became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulator.journal import WRITES, Entry
from tests.support.matrix.jobs import Goal, Job
from tests.support.matrix.stage import Run


@dataclass(frozen=True)
class Part:
    """What a run says of one object, and what truly became of it."""

    goal: Goal
    told: Mapping[str, Any]  # the result, or the entry of the fleet's
    before: Mapping[str, Any] | None  # at the server; None: not there
    after: Mapping[str, Any] | None
    writes: Sequence[Entry]

    @property
    def failed(self) -> bool:
        """Whether it is told as a failure."""
        return bool(self.told.get("failed"))

    @property
    def is_untouched(self) -> bool:
        """Whether the object is as it was; of `updated_at` some servers have their own opinion."""
        before, after = ({**(there or {}), "updated_at": None} for there in (self.before, self.after))
        return before == after

    @property
    def as_declared(self) -> bool:
        """Whether the server truly holds what was declared, hidden values included."""
        if self.goal.absent or self.after is None:
            return self.goal.absent and self.after is None
        return all(self.after[name] == value for name, value in self.goal.declared.items())


def parts_of(job: Job, run: Run) -> list[Part]:
    """What a run says of each object."""
    told = run.result.get("results", [run.result])
    return [_part(goal, entry, run) for goal, entry in zip(job.goals, told, strict=True)]


def _part(goal: Goal, told: Mapping[str, Any], run: Run) -> Part:
    before, after = goal.found_in(run.before), goal.found_in(run.after)
    assert len(after) < 2, "there is one object too many"
    ids = {found["id"] for found in (*before, *after)} | {goal.object_id}
    writes = [entry for entry in run.journal if entry.method in WRITES and _is_about(entry, goal, ids)]
    return Part(goal, told, next(iter(before), None), next(iter(after), None), writes)


def _is_about(entry: Entry, goal: Goal, ids: set[Any]) -> bool:
    if entry.method == "POST":
        return goal.object_id is None
    return entry.path.rpartition("/")[2] in ids
