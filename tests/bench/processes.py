# SPDX-License-Identifier: GPL-3.0-or-later
"""Running one command: how long it takes, and how much memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence

from tests.bench.memory import TreeMemory
from tests.collection import ROOT

TIMEOUT = 900  # seconds for one command
SHOWN = 2000  # characters of what a failed command said


class Failed(Exception):
    """A command that did not end well. The text holds the end of what it said."""


def run(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """The seconds from the start of a command to its end. Raises Failed."""
    return _run(command, environment, watch=False)[0]


def peak_memory(command: Sequence[str], environment: Mapping[str, str]) -> int | None:
    """The bytes that a command takes at its peak, with all its processes. None where the system does not tell.

    Looking takes time of its own, so that nothing else is measured meanwhile. Raises Failed.
    """
    return _run(command, environment, watch=True)[1]


def _run(command: Sequence[str], environment: Mapping[str, str], watch: bool) -> tuple[float, int | None]:
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [program, *command[1:]],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        memory = TreeMemory(process.pid)
        # To wait with a timeout is to look again every 50 ms: too coarse for what is measured here.
        watchdog = threading.Timer(TIMEOUT, os.killpg, (process.pid, signal.SIGKILL))
        watchdog.daemon = True
        watchdog.start()
        try:
            with memory if watch else contextlib.nullcontext():
                process.wait()
        finally:
            watchdog.cancel()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        seconds = time.perf_counter() - start
        if process.returncode == -signal.SIGKILL and seconds >= TIMEOUT:
            raise Failed(f"{' '.join(command)} did not end within {TIMEOUT} s")
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")[-SHOWN:]
            raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return seconds, memory.peak
