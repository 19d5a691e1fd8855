# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instants: `updated_at` compared as a moment, never as text.

The API writes them in UTC with and without fractions of a second (docs.kapso.ai/api/platform/v1). So two texts are
the same instant when they agree at the coarser of their two precisions.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_ISO = re.compile(
    r"(?P<whole>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(?P<fraction>\d+))?(?P<zone>Z|z|[+-]\d\d:?\d\d)?", re.ASCII
)


def parse(text: Any) -> tuple[int, int] | None:
    """(microseconds since 1970, digits of the fraction that the text had, 6 at most), or None where it is no instant.

    Digits beyond the sixth are cut. A text without a zone is taken as UTC.
    """
    match = _ISO.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    fraction = (match["fraction"] or "")[:6]
    try:
        moment = datetime.fromisoformat(match["whole"]).replace(tzinfo=timezone.utc)
        elapsed = moment - _offset(match["zone"]) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        return None
    return elapsed // timedelta(microseconds=1) + int(fraction.ljust(6, "0")), len(fraction)


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def seconds_between(earlier: Any, later: Any) -> float | None:
    """Seconds from one text to the other at the coarser precision, or None where one of them is no instant."""
    first, second = parse(earlier), parse(later)
    if first is None or second is None:
        return None
    unit: int = 10 ** (6 - min(first[1], second[1]))
    return (second[0] // unit - first[0] // unit) * unit / 1_000_000


def moved(earlier: Any, later: Any) -> bool:
    """Whether the two are known to be different instants. What is no instant proves nothing."""
    return earlier != later and bool(seconds_between(earlier, later))
