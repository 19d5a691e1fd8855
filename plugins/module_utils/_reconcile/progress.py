# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a long run is getting on, told while it goes on."""

from __future__ import annotations

import threading
from typing import Callable

PROGRESS_EVERY = 5.0  # seconds, before the first line and between two


class Progress:
    """Tells how a long run is getting on, a line every few seconds at most."""

    def __init__(self, total: int, announce: Callable[[str], None] | None, clock: Callable[[], float]) -> None:
        self._announce = announce
        self._clock = clock
        self._lock = threading.Lock()
        self._told = clock()
        self._doing, self._of = "read", total
        self._done = self._failed = 0

    def begin(self, doing: str, number: int) -> None:
        """So many objects are to be dealt with now."""
        self._doing, self._of, self._done = doing, number, 0

    def count(self, number: int = 1, failed: bool = False) -> None:
        """So many more are dealt with, and whether one of these, or of those before, has failed."""
        with self._lock:
            self._done += number
            self._failed += failed
            if self._announce is not None and self._clock() - self._told >= PROGRESS_EVERY:
                self._told = self._clock()
                left = self._of - self._done
                self._announce(f"{self._doing} {self._done} of {self._of}, {left} left, {self._failed} failed")
