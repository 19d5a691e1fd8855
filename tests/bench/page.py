# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the benchmarks as a page of Markdown, with tables that are readable in a terminal, too."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("ansible-core", "requests", "urllib3", "fastapi", "uvicorn")


@dataclass(frozen=True)
class Table:
    """Hold a table. The first column has words, the others have figures."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.head))]
        rule = ["-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
        return "\n".join(
            [f"{self.title}:", "", _line(self.head, widths), f"| {' | '.join(rule)} |"]
            + [_line(row, widths) for row in self.rows]
        )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cells[0].ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)),
    ]
    return f"| {' | '.join(padded)} |"


@dataclass(frozen=True)
class Target:
    """Hold an aim, the measured figure, and whether it meets the aim."""

    aim: str
    measured: str
    met: bool


@dataclass
class Chapter:
    """Hold the measurements of one thing. `problems` has unexpected requests."""

    title: str
    words: str
    tables: list[Table] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    savings: list[str] = field(default_factory=list)  # what could be cheaper, and what that would take

    def __str__(self) -> str:
        parts = [f"## {self.title}", filled(self.words), *map(str, self.tables)]
        if self.savings:
            items = (textwrap.fill(f"- {saving}", 120, subsequent_indent="  ") for saving in self.savings)
            parts.append("What could still be saved:\n\n" + "\n".join(items))
        if self.targets:
            parts.append(str(_targets(self.targets)))
        parts.extend(f"**Not as expected:** {problem}" for problem in self.problems)
        return "\n\n".join(parts)


def filled(words: str) -> str:
    """Return a paragraph in lines of at most 120 characters."""
    return textwrap.fill(words, 120)


def _targets(targets: Iterable[Target]) -> Table:
    rows = [(target.aim, target.measured, "met" if target.met else "not met") for target in targets]
    return Table("Aims", ("aim", "measured", ""), rows)


WHAT_THIS_IS = """
Whole processes, from start to end, against the emulator in `tests/emulator`, a process of its own on loopback. The ways
that are compared take turns, and the tables show medians of {rounds}, if nothing else is said. A configuration has four
declared fields, three of them write-only. There are receipts for all objects, as after an earlier run, and new ones are
saved, which is the default. The playbooks are in `tests/bench/playbooks`, and their data is a JSON file. The bare
scripts are `tests/bench/bare.py` and `tests/bench/bare_project.py`. "CPU" counts the seconds of all processes of a run,
without those of the emulator. "Beyond empty" is the time less that of a playbook without tasks and data. Each aim
is a value that would be good. A benchmark is not a test: it fails only if a run makes other requests than expected.
"""


def heading(size: str, rounds: int) -> str:
    """Return the first part of the page: its subject, the versions and the machine."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return "\n\n".join(
        (
            "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<!-- Written by `make bench`; not to be edited. -->",
            "# Benchmarks",
            filled(" ".join(WHAT_THIS_IS.format(rounds=rounds).split())),
            filled(
                f"Size of this run: {size}, {datetime.now(UTC):%Y-%m-%d}. {_machine()}. "
                f"{platform.python_implementation()} {platform.python_version()}, {versions}. Its load as it "
                f"began, over a minute: {os.getloadavg()[0]:.1f}."
            ),
        )
    )


def _machine() -> str:
    """Return the kind and size of the machine, without its name."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return (
        f"{platform.system()} on {platform.machine()}{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((f" ({line.partition(':')[2].strip()})" for line in lines if line.startswith("model name")), "")
