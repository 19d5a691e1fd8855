# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pace requests that have a separate rate limit, which no response header announces."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from .clock import CLOCK, Clock


class Pace:
    """Delays requests to keep rate limits. `limits` maps a period in seconds to the number of requests in it."""

    def __init__(self, limits: Mapping[int, int], clock: Clock = CLOCK) -> None:
        self._limits = limits
        self._clock = clock
        self._sent: deque[float] = deque(maxlen=max(limits.values(), default=1))

    def wait(self) -> None:
        """Wait until the next request may go out. It then counts as sent."""
        ends = [self._sent[-number] + seconds for seconds, number in self._limits.items() if len(self._sent) >= number]
        self._clock.sleep(max(0.0, max(ends, default=0.0) - self._clock.now()))
        self._sent.append(self._clock.now())
