# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads that share the work of one run, until all is done or the run is stopped."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, TypeVar

T = TypeVar("T")


class WorkerPool:
    """A pool of `concurrency` threads at most. After a stop, running work ends and no new work begins."""

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency
        self._stop = threading.Event()

    def stop(self) -> None:
        """Begin no new work."""
        self._stop.set()

    @property
    def is_stopped(self) -> bool:
        """Return whether the pool was stopped."""
        return self._stop.is_set()

    def each(self, work: Callable[[T], None], items: Sequence[T]) -> None:
        """Call `work` for each item, several at a time, until all are done or the pool is stopped.

        An exception in `work` stops the pool and is raised here.
        """
        queue = iter(items)
        turn = threading.Lock()

        def take_turns() -> None:
            while not self._stop.is_set():
                with turn:
                    item = next(queue, None)
                if item is None:
                    return
                work(item)

        with ThreadPoolExecutor(self._concurrency) as pool:
            running = [pool.submit(take_turns) for _time in range(min(self._concurrency, len(items)))]
            try:
                for thread in running:
                    thread.result()
            except BaseException:
                self._stop.set()
                raise
