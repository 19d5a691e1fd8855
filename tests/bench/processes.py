# SPDX-License-Identifier: GPL-3.0-or-later
"""Running one command: how long it takes, and how much memory."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.collection import ROOT

TIMEOUT = 900  # seconds for one command
SHOWN = 2000  # characters of what a failed command said
EVERY = 0.02  # seconds between two looks at the memory
PROC = Path("/proc")


class Failed(Exception):
    """A command that did not end well. The text holds the end of what it said."""


@dataclass(frozen=True)
class Seconds:
    """How long a command took, and how much of the processors, all of its processes together."""

    wall: float
    cpu: float


def run(
    command: Sequence[str], environment: Mapping[str, str], at_start: Callable[[int], None] | None = None
) -> Seconds:
    """Return the seconds that a command takes from its start to its end. Raises Failed.

    `at_start` gets the id of the process.
    """
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    with tempfile.TemporaryFile() as output:
        start, used = time.perf_counter(), _cpu_of_children()
        process = subprocess.Popen(
            [program, *command[1:]],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        # To wait with a timeout is to look again every 50 ms: too coarse for what is measured here.
        watchdog = threading.Timer(TIMEOUT, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.daemon = True
        watchdog.start()
        try:
            if at_start is not None:
                at_start(process.pid)
            process.wait()
        finally:
            watchdog.cancel()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seconds = Seconds(time.perf_counter() - start, _cpu_of_children() - used)
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")[-SHOWN:]
            raise Failed(f"{' '.join(command)} ended with {process.returncode} after {seconds.wall:.0f} s:\n{said}")
    return seconds


def _cpu_of_children() -> float:
    """Seconds of the processors that processes took which this one started and which have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_memory(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Return the bytes that a command takes at its peak, with all its processes. Linux only: None elsewhere.

    What several processes share, as forks do, is counted once: the sum is of proportional set sizes. Looking takes time
    of its own, so that nothing else is measured meanwhile. Raises Failed.
    """
    peak, over = 0, threading.Event()

    def watch(root: int) -> None:
        nonlocal peak
        while not over.wait(EVERY):
            peak = max(peak, sum(map(_proportional, _tree(root))))

    def start(root: int) -> None:
        threading.Thread(target=watch, args=(root,), daemon=True).start()

    try:
        run(command, environment, start)
    finally:
        over.set()
    return peak or None


def _tree(root: int) -> list[int]:
    """The process and its descendants, as far as they are still there."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        # After the name, which may hold anything, come the state and the parent.
        words = _read(path).rpartition(")")[2].split()
        if words:
            children.setdefault(int(words[1]), []).append(int(path.parent.name))
    tree = [root]
    for pid in tree:  # grows meanwhile
        tree.extend(children.get(pid, ()))
    return tree


def _proportional(pid: int) -> int:
    """The proportional set size of a process in bytes; 0 if it is gone, or the system does not tell."""
    lines = _read(PROC / str(pid) / "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
