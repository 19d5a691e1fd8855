# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limiter, shared by all requests with one API key: it decides when the next one may go out.

The API counts requests per key in fixed minutes and answers HTTP 429 above the limit (docs.kapso.ai/api/rate-limits).
"""

from __future__ import annotations

import threading
from typing import Callable

from .clock import CLOCK, Clock

WINDOW = 60.0  # seconds in which the API counts, and the wait after a 429 that asks for none
SAME_WAIT = 0.5  # seconds; parallel requests that get a 429 may move the end of an announced wait by less


class RateLimited(Exception):
    """The server asks for a longer wait than `max_wait` allows."""

    def __init__(self, asked: float) -> None:
        super().__init__(asked)
        self.asked = asked  # seconds


class RateLimiter:
    """Decides when the next request may go out. There is one per URL and key in a process. Safe for threads.

    `max_wait` is given with each wait: the longest time, in seconds, during which no request gets through.
    """

    def __init__(self, clock: Clock = CLOCK) -> None:
        self.clock = clock
        self._lock = threading.Condition()
        self._open_at = 0.0  # no request goes out before this time
        self._announced = 0.0  # the last `_open_at` that was announced
        self._counted = 0.0  # waiting is counted up to this time
        self._asked = 0.0  # seconds of the current wait
        self._refused = False  # whether a 429 set the current wait, not a prediction
        self._holding = False  # a wait was set, and no request has gone out since
        self._stalled_since: float | None = None  # the first wait or 429 since a request got through
        self._window_began: float | None = None
        self._remaining: int | None = None

    def wait(self, max_wait: float, announce: Callable[[float], None]) -> float:
        """Wait until a request may go out; return the seconds spent. Parallel waits of threads count once.

        `announce(seconds)` is called when a wait begins. Raise RateLimited if a 429 asks for more than `max_wait`.
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
                    break  # only predicted: send the request, and let the server decide
                if self._open_at - self._announced >= SAME_WAIT:
                    self._announced = self._open_at  # by the first thread that gets here
                    announce(left)
                self.clock.wait(self._lock, left)
            if self._holding:
                self._window_began = None  # begins with the next response: the server counts from earlier
                self._holding = False
            now = self.clock.now()
            began, self._counted = max(began, self._counted), now
            return now - began

    def on_429(self, asked: float | None) -> None:
        """Record a 429. No request goes out for `asked` seconds (None: WINDOW), and for one second at least."""
        with self._lock:
            now = self.clock.now()
            if self._stalled_since is None:
                self._stalled_since = now
            until = now + max(WINDOW if asked is None else asked, 1.0)
            if until > self._open_at or not self._refused:  # a wait that the server asks for replaces a predicted one
                self._hold(now, until, refused=True)

    def on_response(self, remaining: int | None, asked: float | None) -> None:
        """Record any other response, with the remaining requests and the wait in seconds that its headers state.

        If no request remains in the window, the next request waits instead of getting a 429.
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
