# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory of a process with all that it started, looked at again and again while it runs. Linux only."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")
EVERY = 0.02  # seconds between two looks


class TreeMemory:
    """The peak of the sum over a process and its descendants, in bytes. Use it as a context manager while they run.

    What several processes share, as forks do, is counted once: the sum is of proportional set sizes. None where the
    system does not tell them.
    """

    def __init__(self, pid: int) -> None:
        self.peak: int | None = None
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            sizes = [size for pid in _tree(self._pid) if (size := _proportional(pid)) is not None]
            if sizes:
                self.peak = max(self.peak or 0, sum(sizes))


def _tree(root: int) -> list[int]:
    """The process and its descendants, as far as they are still there."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            # After the name, which may hold anything, come the state and the parent.
            parent = int(path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    tree = [root]
    for pid in tree:  # grows meanwhile
        tree.extend(children.get(pid, ()))
    return tree


def _proportional(pid: int) -> int | None:
    """The proportional set size of a process in bytes; None where it is gone, or the system does not tell."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)
