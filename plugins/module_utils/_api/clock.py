# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock for all times and waits, and the dates of HTTP headers."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

LONGEST_PAUSE = 3600.0  # seconds of one wait at most: the operating system limits a wait


class Clock:
    """The real time."""

    def now(self) -> float:
        """Return seconds of a clock that never goes back (monotonic)."""
        return time.monotonic()

    def date(self) -> float:
        """Return the local date in seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep for that many seconds."""
        time.sleep(seconds)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait on the condition for `seconds` at most, without its lock. The caller then checks the time again."""
        condition.wait(min(seconds, LONGEST_PAUSE))


CLOCK = Clock()


def http_date(text: str) -> datetime | None:
    """Return the date in a header, or None if the text is no date. A date without a time zone is in UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # TypeError: Python 3.9
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
