# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limit: a fixed window for each key, with the documented headers (docs.kapso.ai/api/rate-limits)."""

from __future__ import annotations

import math
from email.utils import formatdate

from tests.emulator.settings import RateLimit, Settings
from tests.emulator.store import Clock

Headers = list[tuple[bytes, bytes]]


class Limiter:
    """Counts requests; one counter for each key that was sent, or one for all requests without a key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zero: float | None = None
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, key: str, settings: Settings) -> tuple[bool, Headers]:
        """Count one request; return whether it may pass, and the headers for its answer."""
        rule = settings.rate_limit
        if rule is None:
            return True, []
        left = self._left_in_window(rule)
        used = self._counts.get(key, 0)
        passes = used < rule.limit
        if passes:
            used += 1
            self._counts[key] = used
        headers = [
            (b"x-ratelimit-limit", str(rule.limit).encode()),
            (b"x-ratelimit-remaining", str(max(rule.limit - used, 0)).encode()),
        ]
        if not passes or (settings.retry_after_on_success and used >= rule.limit):
            headers += self._retry_after(settings.retry_after, rule, left)
        return passes, headers

    def _left_in_window(self, rule: RateLimit) -> float:
        now = self._clock.elapsed()
        if self._zero is None:
            self._zero = now - rule.phase
        window, spent = divmod(now - self._zero, rule.window_seconds)
        if window != self._window:
            self._window = int(window)
            self._counts.clear()
        return rule.window_seconds - spent

    def _retry_after(self, form: str, rule: RateLimit, left: float) -> Headers:
        if form == "missing":
            return []
        if form == "seconds":
            value = str(math.ceil(rule.window_seconds))
        elif form == "remaining":
            value = str(max(math.ceil(left), 1))
        elif form == "date":
            # A date counts in whole seconds: rounded up, so that whoever waits for it never comes too early.
            value = formatdate(math.ceil(self._clock.now().timestamp() + left), usegmt=True)
        else:
            value = form
        return [(b"retry-after", value.encode("latin-1"))]
