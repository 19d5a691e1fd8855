# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times: compare `updated_at` as a time, never as text.

The API writes times in UTC with and without fractions of a second (docs.kapso.ai/api/platform/v1). So two texts are the
same time if they agree at the coarser of their two precisions. Other usual forms are accepted, too.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

_ISO = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ](?P<time>\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d+))?"
    r" ?(?P<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"(?P<whole>\d{9,13})(?:\.(?P<fraction>\d+))?", re.ASCII)
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECONDS = 10**11  # a number from here on counts milliseconds: as seconds it would be after the year 5000


def parse(value: Any) -> tuple[int, int] | None:
    """Return (microseconds since 1970, digits of the fraction), or None if the value is no time.

    The fraction has 6 digits at most; further ones are cut. A text without a zone is in UTC. A number, or a text of
    digits, counts seconds or milliseconds since 1970. A number of fewer than 9 digits is no time.
    """
    if isinstance(value, (int, float)):
        value = str(value)
    if not isinstance(value, str):
        return None
    for pattern, reader in ((_ISO, _iso), (_NUMBER, _number), (_HTTP_DATE, _http_date)):
        match = pattern.fullmatch(value)
        if match is not None:
            try:
                return reader(match)
            except (ValueError, TypeError, OverflowError):  # TypeError: an HTTP date on Python 3.9
                return None
    return None


def _iso(match: re.Match[str]) -> tuple[int, int]:
    fraction = (match["fraction"] or "")[:6]
    moment = datetime.fromisoformat(f"{match['date']}T{match['time']}").replace(tzinfo=timezone.utc)
    return _microseconds(moment - _offset(match["zone"])) + int(fraction.ljust(6, "0")), len(fraction)


def _number(match: re.Match[str]) -> tuple[int, int]:
    whole, fraction = int(match["whole"]), (match["fraction"] or "")[:6]
    if whole >= _MILLISECONDS:
        return whole * 1000, 3
    return whole * 1_000_000 + int(fraction.ljust(6, "0")), len(fraction)


def _http_date(match: re.Match[str]) -> tuple[int, int]:
    return _microseconds(parsedate_to_datetime(match[0])), 0


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone.isalpha():
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].replace(":", "") or 0))
    return -offset if zone[0] == "-" else offset


def seconds_until(value: Any, now: float) -> float | None:
    """Return the seconds until a time, or None if the value is no time. `now` counts seconds since 1970."""
    instant = parse(value)
    return None if instant is None else instant[0] / 1_000_000 - now


def text_of(seconds: float) -> str:
    """Return a time as the API writes it, in whole seconds. `seconds` counts from 1970."""
    return (_EPOCH + timedelta(seconds=int(seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_between(earlier: Any, later: Any) -> float | None:
    """Return the seconds between two times at the coarser precision, or None if one of them is no time."""
    first, second = parse(earlier), parse(later)
    if first is None or second is None:
        return None
    unit: int = 10 ** (6 - min(first[1], second[1]))
    return (second[0] // unit - first[0] // unit) * unit / 1_000_000


def differs(earlier: Any, later: Any) -> bool:
    """Return whether the two are known to be different times. A value that is no time proves nothing."""
    return earlier != later and bool(seconds_between(earlier, later))
