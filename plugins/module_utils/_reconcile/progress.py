# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress messages of a long run."""

from __future__ import annotations

import threading
import time
from typing import Callable

from .._api.clock import Clock

PROGRESS_EVERY = 5.0  # seconds before the first line, and between two lines
SHORT = 45.0  # seconds; a longer time is shown in minutes or hours
HOUR = 3600.0


def waiting(why: str, seconds: float, clock: Clock, end: str = "") -> str:
    """Return the message about a wait: the reason, the time of its end, and `end` or the number of seconds."""
    until = time.strftime("%H:%M:%S", time.localtime(clock.date() + seconds))
    return f"{why}, next requests at {until} ({end or f'in {seconds:.0f} s'})"


def about(seconds: float) -> str:
    """Return a time as a rough estimate, such as "about 5 min"."""
    if seconds < SHORT:
        return f"about {max(5 * round(seconds / 5), 5)} s"
    if seconds < 1.5 * HOUR:
        return f"about {max(round(seconds / 60), 1)} min"
    return f"about {round(seconds / HOUR)} h"


class Progress:
    """Announces the progress of a long run: one line every PROGRESS_EVERY seconds at most, and one per wait."""

    def __init__(self, total: int, announce: Callable[[str], None] | None, clock: Clock) -> None:
        self._announce = announce
        self._clock = clock
        self._lock = threading.Lock()
        self._told = self._began = clock.now()
        self._phase, self._doing, self._of = "Plan", "read", total
        self._done = self._failed = 0

    def begin(self, phase: str, doing: str, number: int) -> None:
        """Begin a phase with that many objects."""
        self._phase, self._doing, self._of, self._done = phase, doing, number, 0
        self._began = self._clock.now()

    def count(self, number: int = 1, failed: bool = False) -> None:
        """Count that many more objects as done. `failed`: one of them failed, or one that was counted before."""
        with self._lock:
            self._done += number
            self._failed += failed
            if self._clock.now() - self._told >= PROGRESS_EVERY:
                left = self._time_left()
                self._say(f"; {left}" if left else "")

    def wait(self, why: str, seconds: float) -> None:
        """Announce a wait of that many seconds, during which no request goes out."""
        with self._lock:
            self._say(f"; {waiting(why, seconds, self._clock, self._time_left(seconds))}")

    def _say(self, end: str) -> None:
        self._told = self._clock.now()
        if self._announce is not None:
            self._announce(f"{self._phase}: {self._done} of {self._of} {self._doing}, {self._failed} failed{end}")

    def _time_left(self, wait: float = 0.0) -> str:
        """Return the estimated time until the end of the phase, such as "about 5 s left"; "" if it is unknown."""
        left = max(self._of - self._done, 0)
        if not self._done or not left:
            return ""
        took = self._clock.now() - self._began + wait
        return f"{about(max(wait, took * left / self._done))} left"
