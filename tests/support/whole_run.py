# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a project with prepared answers, and record what the engine reports meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.bounds import Bounds
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.progress import Progress
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.project import Project
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project

from tests.support.canned import Canned
from tests.support.entries import begun
from tests.support.shared_time import StillClock

BOUNDS: Mapping[str, Any] = {
    "concurrency": 1,
    "max_changes": None,
    "on_error": "continue",
    "max_deletions": None,
    "prune": frozenset(),
    "whole": frozenset(),
    "within_owners": False,
    "is_part": False,
}


class Counted(Progress):
    """Record the phases, and count the objects and the failures of each."""

    def __init__(self) -> None:
        super().__init__(0, None, StillClock())
        self.phases: list[tuple[Any, ...]] = []
        self.done, self.failures = [0], [0]

    def begin(self, phase: str, doing: str, number: int) -> None:
        """Begin a phase."""
        self.phases.append((phase, doing, number))
        self.done.append(0)
        self.failures.append(0)

    def count(self, number: int = 1, failed: bool = False) -> None:
        """Count objects."""
        self.done[-1] += number
        self.failures[-1] += failed


def at_kapso(**rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answers for the lists of a project, and for each object in them. Other lists are empty."""
    answers: dict[str, Any] = {}
    for kind in of_a_project():
        there = rows.get(kind.plural, ())
        answers[kind.path] = list(there)
        answers.update((f"{kind.path}/{row['id']}", row) for row in there)
    return answers


@dataclass
class Ran:
    """Hold a project after its run."""

    project: Project
    client: Canned
    progress: Counted
    saved: list[str] = field(default_factory=list)  # subjects

    @property
    def outcomes(self) -> list[Outcome]:
        """Return the outcomes."""
        return self.project.outcomes

    @property
    def wrong(self) -> list[str | None]:
        """Return the error of each entry."""
        return [outcome.error.what if outcome.error else None for outcome in self.outcomes]

    @property
    def sent(self) -> list[str]:
        """Return the writes."""
        return [f"{method} {path}" for method, path, _fields in self.client.sent]

    @property
    def planned(self) -> list[str | None]:
        """Return the action of each plan."""
        return [outcome.plan.action for outcome in self.outcomes]


def run(
    *targets: Target,
    answers: Mapping[str, Any] | None = None,
    check_mode: bool = False,
    save: Callable[[Outcome], bool] = lambda _outcome: True,
    approve: Callable[[Sequence[Outcome]], ApiError | None] | None = None,
    apis: Sequence[str] = ("platform", "legacy"),
    **bounds: Any,
) -> Ran:
    """Run a project with these entries. `save` returns whether a receipt could be saved."""
    client, progress = Canned(answers), Counted()
    saved: list[str] = []

    def record(outcome: Outcome) -> bool:
        saved.append(outcome.target.subject)
        return save(outcome)

    limits = Bounds(**{**BOUNDS, **bounds})
    project = Project(
        dict.fromkeys(apis, client), [begun(one) for one in targets], limits, record, progress, begun, approve
    )
    project.run(check_mode)
    return Ran(project, client, progress, saved)
