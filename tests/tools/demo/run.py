# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks of the demo, and check their promises."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.collection import ROOT
from tests.emulator import Emulator, Entry

TIMEOUT = 120  # seconds for one run
COLORS = re.compile(r"\033\[[\d;]*m")
SECRET = re.compile(r"EXAMPLE-[A-Z-]+")  # the form of all values that must not be printed


def nothing(_kapso: Emulator) -> None:
    """Make no edit."""


@dataclass(frozen=True)
class Run:
    """Hold one run and its promises."""

    name: str
    promise: str
    command: tuple[str, ...]
    changed: int  # in Ansible's recap
    requests: tuple[str, ...]  # methods
    shown: tuple[str, ...]  # parts of its output
    status: int = 0  # the exit status
    edit: Callable[[Emulator], None] = nothing  # an edit by a person at Kapso before the run
    declared: Mapping[str, str] = field(default_factory=dict)  # environment variables for this run and later ones


def heading(text: str) -> None:
    """Print a heading that stands out in Ansible's output."""
    print(f"\n\033[1m=== {text}\033[0m" if sys.stdout.isatty() else f"\n=== {text}", flush=True)


def show(runs: Iterable[Run], kapso: Emulator, environment: dict[str, str]) -> list[str]:
    """Execute all runs, print their output, then the requests of each. Return the broken promises as texts."""
    complaints, sent = [], []
    for run in runs:
        run.edit(kapso)
        environment |= run.declared
        kapso.clear_journal()
        complaints += [f"{run.name}: {words}" for words in _play(run, environment)]
        sent.append((run, kapso.journal()))
    for run, journal in sent:
        complaints += _compared(run, journal)
    return complaints


def _play(run: Run, environment: dict[str, str]) -> list[str]:
    """Run the playbook, print its output, and return the broken promises."""
    heading(f"{run.name}: {run.promise}")
    print(f"$ {' '.join(run.command)}", flush=True)
    done = subprocess.run(
        run.command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
    )
    print(done.stdout.strip(), flush=True)
    plain = COLORS.sub("", done.stdout)
    complaints = [f"it does not show {words}" for words in run.shown if words not in plain]
    if done.returncode != run.status:
        complaints.append(f"ansible-playbook ended with {done.returncode}")
    recap = re.search(r"changed=(\d+)", done.stdout)
    if recap is None or int(recap[1]) != run.changed:
        complaints.append(f"changed={run.changed} was promised")
    if SECRET.search(done.stdout):
        complaints.append("a secret was printed")
    return complaints


def _compared(run: Run, journal: list[Entry]) -> list[str]:
    """Print the requests of a run. Return an error text if other requests were promised."""
    heading(f"sent by the {run.name}: {' '.join(run.requests)}")
    print(*journal, sep="\n", flush=True)
    methods = tuple(entry.method for entry in journal)
    return [] if methods == run.requests else [f"{run.name}: other requests were promised"]
