# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Worker processes whose controller was killed: they send no further request, and end."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Callable

EVERY = 1.0  # seconds between two checks


def is_orphan() -> bool:
    """Return whether this process is a worker whose parent process is gone."""
    parent = multiprocessing.parent_process()
    return parent is not None and parent.pid != os.getppid()


def end_with_parent(end: Callable[[int], object] = os._exit) -> None:
    """End this worker when its parent is gone, even while it writes to a pipe that nobody reads.

    Call this when the work is done, so that the result of a running write is reported first.
    """
    if multiprocessing.parent_process() is None or any(thread.name == _NAME for thread in threading.enumerate()):
        return
    if is_orphan():
        end(1)
    threading.Thread(target=_watch, args=(end,), name=_NAME, daemon=True).start()


_NAME = "kapso.whatsapp parent watch"


def _watch(end: Callable[[int], object]) -> None:
    while not is_orphan():
        time.sleep(EVERY)
    end(1)
