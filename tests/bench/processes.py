# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one command, and measure its time and memory."""

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
SHOWN = 2000  # characters of the output of a failed command
EVERY = 0.02  # seconds between two measurements of the memory
PROC = Path("/proc")


class Failed(Exception):
    """Say that a command failed. The text has the end of its output."""


@dataclass(frozen=True)
class Seconds:
    """Hold the elapsed time and the processor time of a command with all its processes, in seconds."""

    wall: float
    cpu: float


def run(
    command: Sequence[str], environment: Mapping[str, str], at_start: Callable[[int], None] | None = None
) -> Seconds:
    """Run a command and return its time. Raise Failed if its exit status is not 0.

    `at_start` gets the ID of the process.
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
        # A wait with a timeout polls every 50 ms, which is too coarse for this measurement.
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
    """Return the processor time of all ended child processes, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_memory(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """Return the peak memory of a command with all its processes, in bytes; None on systems other than Linux.

    Memory that several processes share, as forks do, counts once: the sum is of proportional set sizes. The measurement
    takes time, so do not measure time in the same run. Raise Failed if the command fails.
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
    """Return the IDs of the process and its running descendants."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        # The state and the parent follow the name, which can contain any character.
        words = _read(path).rpartition(")")[2].split()
        if words:
            children.setdefault(int(words[1]), []).append(int(path.parent.name))
    tree = [root]
    for pid in tree:  # the loop extends the list
        tree.extend(children.get(pid, ()))
    return tree


def _proportional(pid: int) -> int:
    """Return the proportional set size of a process in bytes; 0 if it has ended or is not known."""
    lines = _read(PROC / str(pid) / "smaps_rollup").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
