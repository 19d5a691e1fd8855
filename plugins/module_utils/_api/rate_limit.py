# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit, shared by all who use one key: when the next request may go out.

The API counts requests per key in fixed minutes and answers an excess with 429 (docs.kapso.ai/api/rate-limits).
"""

from __future__ import annotations

import threading
from typing import Callable

from .clock import CLOCK, Clock

WINDOW = 60.0  # seconds that the API counts in, and what to wait when it does not say
SAME_WAIT = 0.5  # seconds by which the 429s of requests that were under way together may move the end of a wait


class RateLimited(Exception):
    """The server asks for a longer wait than the task may take."""

    def __init__(self, asked: float) -> None:
        super().__init__(asked)
        self.asked = asked  # seconds


class RateLimiter:
    """Says when the next request may go out. One for each URL and key in a process; safe for threads.

    `max_wait` is given with each wait, in seconds: how long may pass without one request getting through.
    """

    def __init__(self, clock: Clock = CLOCK) -> None:
        self.clock = clock
        self._lock = threading.Condition()
        self._open_at = 0.0  # no request before
        self._announced = 0.0  # the last `_open_at` that was told of
        self._counted = 0.0  # until when waiting is counted already
        self._asked = 0.0  # seconds, of the wait in force
        self._refused = False  # whether a 429 set that wait, rather than our own foresight
        self._holding = False  # a wait was set, and no request has gone out since it ended
        self._stalled_since: float | None = None  # the first wait or 429 since the last request that got through
        self._window_began: float | None = None
        self._remaining: int | None = None

    def wait(self, max_wait: float, announce: Callable[[float], None]) -> float:
        """Return when a request may go out, with the seconds that took: those of threads that wait together count once.

        `announce` gets the seconds of each wait as it begins.

        Raises RateLimited rather than exceed `max_wait`.
        """
        with self._lock:
            began = self.clock.now()
            while True:
                now = self.clock.now()
                left = self._open_at - now
                if left <= 0:
                    break
                if self._stalled_since is None:
                    self._stalled_since = now
                if self._open_at > self._stalled_since + max_wait:
                    if self._refused:
                        raise RateLimited(self._asked)
                    break  # only foresight: let the server say it
                if self._open_at - self._announced >= SAME_WAIT:
                    self._announced = self._open_at  # by whichever thread comes first
                    announce(left)
                self.clock.wait(self._lock, left)
            if self._holding:
                self._window_began = None  # it begins with the answer: the server counted a little before that
                self._holding = False
            now = self.clock.now()
            began, self._counted = max(began, self._counted), now
            return now - began

    def on_429(self, asked: float | None) -> None:
        """A 429 came, asking for that many seconds: nobody sends for so long, at least a second."""
        with self._lock:
            now = self.clock.now()
            if self._stalled_since is None:
                self._stalled_since = now
            until = now + max(WINDOW if asked is None else asked, 1.0)
            if until > self._open_at or not self._refused:  # what the server says outranks what was foreseen
                self._hold(now, until, refused=True)

    def on_response(self, remaining: int | None, asked: float | None) -> None:
        """Any other answer came, with what its headers say of the requests that remain and of a wait.

        Where it was the last of its window, the next request waits rather than burn a 429.
        """
        with self._lock:
            now = self.clock.now()
            self._stalled_since = None
            more_again = remaining is not None and self._remaining is not None and remaining > self._remaining
            if self._window_began is None or more_again:
                self._window_began = now
            self._remaining = remaining
            told_to_wait = self._refused and self._open_at > now
            if remaining == 0 and not told_to_wait:
                until = self._window_began + WINDOW if asked is None else now + max(asked, 1.0)
                if until > self._open_at:
                    self._hold(now, until, refused=False)

    def _hold(self, now: float, until: float, refused: bool) -> None:
        self._open_at = until
        self._asked = until - now
        self._refused = refused
        self._holding = True
        self._remaining = None
        self._lock.notify_all()
