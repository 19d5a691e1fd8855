# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock that everything asks which counts or spends time, and dates as HTTP writes them."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 3600.0  # seconds that a thread waits at once: what the system can wait has an end


class Clock:
    """Time as it passes."""

    def now(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()

    def date(self) -> float:
        """Return the date here, in seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        time.sleep(seconds)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Give up the lock of the condition for that long at most: who waits looks again."""
        condition.wait(min(seconds, LONGEST_PAUSE))


CLOCK = Clock()


def http_date(text: str) -> datetime | None:
    """Return the moment that a header names, or None if it names none."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # TypeError: Python 3.9
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
