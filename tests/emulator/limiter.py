# SPDX-License-Identifier: GPL-3.0-or-later
"""Limit the rate of requests: a fixed window for each key, documented headers (docs.kapso.ai/api/rate-limits)."""

from __future__ import annotations

import math
from email.utils import formatdate

from tests.emulator.settings import RateLimit, Settings
from tests.emulator.store import Clock

Headers = list[tuple[bytes, bytes]]


class _Counter:
    """Count requests of each key in fixed windows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._zero: float | None = None
        self._window = 0
        self._counts: dict[str, int] = {}

    def take(self, key: str, rule: RateLimit) -> tuple[bool, int, float]:
        """Count one request; return whether it may pass, the number of requests left, and the seconds left."""
        left = self._left_in_window(rule)
        used = self._counts.get(key, 0)
        passes = used < rule.limit
        if passes:
            used += 1
            self._counts[key] = used
        return passes, max(rule.limit - used, 0), left

    def _left_in_window(self, rule: RateLimit) -> float:
        now = self._clock.elapsed()
        if self._zero is None:
            self._zero = now - rule.phase
        window, spent = divmod(now - self._zero, rule.window_seconds)
        if window != self._window:
            self._window = int(window)
            self._counts.clear()
        return rule.window_seconds - spent


class Limiter(_Counter):
    """Limit all requests, with a counter for each key, and one counter for requests without a key."""

    def count(self, key: str, settings: Settings) -> tuple[bool, Headers]:
        """Count one request; return whether it may pass, and the headers of its answer."""
        rule = settings.rate_limit
        if rule is None:
            return True, []
        passes, more, left = self.take(key, rule)
        headers = [
            (b"x-ratelimit-limit", str(rule.limit).encode()),
            (b"x-ratelimit-remaining", str(more).encode()),
        ]
        if not passes or (settings.retry_after_on_success and not more):
            headers += self._retry_after(settings.retry_after, rule, left)
        return passes, headers

    def _retry_after(self, form: str, rule: RateLimit, left: float) -> Headers:
        if form == "missing":
            return []
        if form == "seconds":
            value = str(math.ceil(rule.window_seconds))
        elif form == "remaining":
            value = str(max(math.ceil(left), 1))
        elif form == "date":
            # A date has whole seconds. Round up, so that a client that waits for it never returns too early.
            value = formatdate(math.ceil(self._clock.now().timestamp() + left), usegmt=True)
        else:
            value = form
        return [(b"retry-after", value.encode("latin-1"))]


class HealthLimiter:
    """Limit the health checks of a project, over all its keys (docs.kapso.ai, check-phone-health).

    Two points are guesses: the windows are fixed, and a request that one window refuses counts in the other.
    """

    def __init__(self, clock: Clock) -> None:
        self._second, self._minute = _Counter(clock), _Counter(clock)

    def count(self, project: str, settings: Settings) -> tuple[bool, Headers]:
        """Count one health check; return whether it may pass, and the headers of its answer."""
        headers: Headers = []
        wait = 0.0
        for unit, counter, limit, seconds in (
            ("second", self._second, settings.health_per_second, 1),
            ("minute", self._minute, settings.health_per_minute, 60),
        ):
            passes, more, left = counter.take(project, RateLimit(limit=limit, window_seconds=seconds))
            wait = wait if passes else left
            told = ((f"x-health-ratelimit-{unit}-limit", limit), (f"x-health-ratelimit-{unit}-remaining", more))
            headers += [(name.encode(), str(value).encode()) for name, value in told]
        if wait:
            headers.append((b"retry-after", str(math.ceil(wait)).encode()))
        return not wait, headers
