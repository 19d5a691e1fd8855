# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare several contenders for the same work: they take turns, and their medians are compared."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.bench.page import Table
from tests.bench.processes import Seconds, run
from tests.bench.scene import NONE, Counts, Scene, empty_playbook


@dataclass(frozen=True)
class Contender:
    """Hold one way to do the work, and its expected requests and effects."""

    name: str
    command: Sequence[str]
    requests: Counts = NONE
    differ: bool = True  # whether objects differ when it starts
    writes: bool = True  # whether none does when it ends
    connections: int | None = None  # at most; None: any number
    refusals: int = 0  # requests that the rate limit may refuse
    settings: Mapping[str, str] = field(default_factory=dict)  # of its environment, beside those of the scene


EMPTY = Contender("empty playbook", empty_playbook(), differ=False)


@dataclass
class Measured:
    """Hold the measurements of all runs of a contender."""

    contender: Contender
    seconds: list[Seconds] = field(default_factory=list)
    counts: Counts = NONE
    connections: int = 0

    @property
    def median(self) -> float:
        """Return the median of the elapsed time, in seconds."""
        return statistics.median(seconds.wall for seconds in self.seconds)

    @property
    def cpu(self) -> float:
        """Return the median of the processor time, in seconds."""
        return statistics.median(seconds.cpu for seconds in self.seconds)


@dataclass
class Comparison:
    """Hold the measurements by name of the contender. `problems` has unexpected requests and effects."""

    by_name: dict[str, Measured]
    problems: list[str] = field(default_factory=list)

    def median(self, name: str) -> float:
        """Return the median time of a contender, in seconds."""
        return self.by_name[name].median

    def beyond(self, name: str) -> float:
        """Return the median time of a contender beyond an empty playbook, in seconds."""
        return self.median(name) - self.median(EMPTY.name)

    def cpu_beyond(self, name: str) -> float:
        """Return the processor seconds that a contender took beyond an empty playbook."""
        return self.by_name[name].cpu - self.by_name[EMPTY.name].cpu

    def table(self, title: str, floor: str) -> Table:
        """Return a table of all contenders. The time of a playbook beyond an empty one is compared with `floor`."""
        head = ("", "median", "from - to", "CPU", "beyond empty", f"to {floor}", "requests", "connections")
        return Table(title, head, [self._row(measured, floor) for measured in self.by_name.values()])

    def _row(self, measured: Measured, floor: str) -> tuple[str, ...]:
        name = measured.contender.name
        is_playbook = measured.contender.command[0] == "ansible-playbook" and name != EMPTY.name
        walls = [seconds.wall for seconds in measured.seconds]
        beyond = self.beyond(name) if is_playbook else measured.median
        return (
            name,
            f"{measured.median:.2f} s",
            f"{min(walls):.2f} - {max(walls):.2f}",
            f"{measured.cpu:.2f} s",
            f"{beyond:.2f} s" if is_playbook else "",
            "" if name == EMPTY.name else f"{beyond / self.median(floor):.1f} x",
            str(measured.counts),
            str(measured.connections or ""),
        )


def compare(scene: Scene, contenders: Iterable[Contender], rounds: int) -> Comparison:
    """Run each contender `rounds` times, in turn.

    A contender that changes nothing must follow one that left valid receipts.
    """
    comparison = Comparison({contender.name: Measured(contender) for contender in contenders})
    for number in range(rounds):
        for name, measured in comparison.by_name.items():
            print(f"  round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
            contender = measured.contender
            scene.begin(contender.differ)
            measured.seconds.append(run(contender.command, {**scene.environment, **contender.settings}))
            measured.counts, measured.connections = scene.counts(), scene.connections()
            comparison.problems += [f"{name}: {problem}" for problem in _problems(scene, measured)]
    return comparison


def _problems(scene: Scene, measured: Measured) -> Iterable[str]:
    contender, counts = measured.contender, measured.counts
    wanted = Counts(**{**vars(contender.requests), "refused": counts.refused})
    if counts != wanted or counts.refused > contender.refusals:
        yield f"{counts} requests, where {contender.requests} were expected"
    if contender.connections is not None and measured.connections > contender.connections:
        yield f"{measured.connections} connections, where {contender.connections} suffice"
    if contender.differ and contender.writes != scene.is_as_declared():
        yield f"the server {'is not as declared' if contender.writes else 'was written to'}"
    yield from scene.kapso.crashes()
