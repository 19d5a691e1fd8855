# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a long run is getting on, told while it goes on."""

from __future__ import annotations

import threading
import time
from typing import Callable

from .._api.clock import Clock

PROGRESS_EVERY = 5.0  # seconds, before the first line and between two
SHORT = 45.0  # seconds, up to which a time is told in seconds
HOUR = 3600.0


def waiting(why: str, seconds: float, clock: Clock, end: str = "") -> str:
    """Return what to say of a wait: why, until when, and how long that is if `end` says nothing else."""
    until = time.strftime("%H:%M:%S", time.localtime(clock.date() + seconds))
    return f"{why}, next requests at {until} ({end or f'in {seconds:.0f} s'})"


def about(seconds: float) -> str:
    """Return a time as a person would guess it."""
    if seconds < SHORT:
        return f"about {max(5 * round(seconds / 5), 5)} s"
    if seconds < 1.5 * HOUR:
        return f"about {max(round(seconds / 60), 1)} min"
    return f"about {round(seconds / HOUR)} h"


class Progress:
    """Tells how a long run is getting on: a line every few seconds at most, and one for each wait."""

    def __init__(self, total: int, announce: Callable[[str], None] | None, clock: Clock) -> None:
        self._announce = announce
        self._clock = clock
        self._lock = threading.Lock()
        self._told = self._began = clock.now()
        self._phase, self._doing, self._of = "Plan", "read", total
        self._done = self._failed = 0

    def begin(self, phase: str, doing: str, number: int) -> None:
        """So many objects are to be dealt with now."""
        self._phase, self._doing, self._of, self._done = phase, doing, number, 0
        self._began = self._clock.now()

    def count(self, number: int = 1, failed: bool = False) -> None:
        """So many more are dealt with, and whether one of these, or of those before, has failed."""
        with self._lock:
            self._done += number
            self._failed += failed
            if self._clock.now() - self._told >= PROGRESS_EVERY:
                left = self._time_left()
                self._say(f"; {left}" if left else "")

    def wait(self, why: str, seconds: float) -> None:
        """No request goes out for so long."""
        with self._lock:
            self._say(f"; {waiting(why, seconds, self._clock, self._time_left(seconds))}")

    def _say(self, end: str) -> None:
        self._told = self._clock.now()
        if self._announce is not None:
            self._announce(f"{self._phase}: {self._done} of {self._of} {self._doing}, {self._failed} failed{end}")

    def _time_left(self, wait: float = 0.0) -> str:
        """Return when all will be done, if it goes on like this; "" if nobody can say."""
        left = max(self._of - self._done, 0)
        if not self._done or not left:
            return ""
        took = self._clock.now() - self._began + wait
        return f"{about(max(wait, took * left / self._done))} left"
