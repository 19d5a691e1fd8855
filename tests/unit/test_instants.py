# SPDX-License-Identifier: GPL-3.0-or-later
"""Test time stamps: the forms of a time, and texts that are no time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.timestamps import (
    differs,
    parse,
    seconds_between,
    seconds_until,
    text_of,
)
from hypothesis import given
from hypothesis import strategies as st

SECOND = 1_000_000  # microseconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T00:00:00Z", (0, 0)),
        ("1970-01-01T00:00:00", (0, 0)),
        ("1970-01-01 00:00:01z", (SECOND, 0)),
        ("1970-01-01T00:00:00.5Z", (500_000, 1)),
        ("1970-01-01T00:00:00.050Z", (50_000, 3)),
        ("1970-01-01T00:00:00.123456789Z", (123_456, 6)),
        ("1970-01-01T01:00:00+01:00", (0, 0)),
        ("1970-01-01T01:30:00+0130", (0, 0)),
        ("1970-01-01T12:00:00+12:00", (0, 0)),
        ("1969-12-31T23:30:00-00:30", (0, 0)),
        ("1969-12-31T23:59:59.9Z", (-100_000, 1)),
        ("2024-02-29T00:00:00Z", (1_709_164_800 * SECOND, 0)),
        ("2024-02-29 00:00:00 UTC", (1_709_164_800 * SECOND, 0)),
        ("2024-02-29T00:00:00,123456Z", (1_709_164_800 * SECOND + 123_456, 6)),
        ("2024-02-29 01:00:00 +0100", (1_709_164_800 * SECOND, 0)),
        ("2024-02-29T01:00:00+01", (1_709_164_800 * SECOND, 0)),
        ("Thu, 29 Feb 2024 00:00:00 GMT", (1_709_164_800 * SECOND, 0)),
        (1_709_164_800, (1_709_164_800 * SECOND, 0)),
        (1_709_164_800.5, (1_709_164_800 * SECOND + 500_000, 1)),
        (1_709_164_800_123, (1_709_164_800 * SECOND + 123_000, 3)),
        ("1709164800", (1_709_164_800 * SECOND, 0)),
        ("1709164800.25", (1_709_164_800 * SECOND + 250_000, 2)),
        ("1709164800.1234567", (1_709_164_800 * SECOND + 123_456, 6)),
        (99_999_999_999, (99_999_999_999 * SECOND, 0)),
        (100_000_000_000, (100_000_000 * SECOND, 3)),
        ("9999-12-31T23:59:59.999999Z", (253_402_300_799_999_999, 6)),  # more digits than a float holds
    ],
)
def test_a_moment_is_read_in_every_spelling(text: Any, expected: tuple[int, int]) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        None,
        5,
        True,
        [],
        {},
        "",
        "yesterday",
        "2026-01-01",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00ZZ",
        "2026-01-01T00:00:00Z\n",
        " 2026-01-01T00:00:00Z",
        "2026-01-01 00:00:00 CET",
        "Thu, 99 Feb 2024 00:00:00 GMT",
        float("nan"),
        float("inf"),
        10**400,
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-01-01T00:00:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "\uff12026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.\uff12Z",
        "\uff12026010100",
        "Thu, 2\uff19 Feb 2024 00:00:00 GMT",
    ],
)
def test_texts_that_are_no_time_are_not_compared(text: Any) -> None:
    good = "2026-01-01T00:00:00Z"
    assert parse(text) is None
    assert seconds_between(text, good) is None
    assert seconds_between(good, text) is None
    assert not differs(text, good)
    assert not differs(good, text)


@pytest.mark.parametrize(
    ("earlier", "later", "seconds"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z", 60),
        ("2026-01-01T00:01:00Z", "2026-01-01T00:00:00Z", -60),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.999Z", 0),
        ("2026-01-01T00:00:00.999Z", "2026-01-01T00:00:01Z", 1),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.199999Z", 0),
        ("2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.2Z", 0.1),
        ("1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z", 1),
    ],
)
def test_a_difference_is_taken_at_the_coarser_precision(earlier: str, later: str, seconds: float) -> None:
    assert seconds_between(earlier, later) == seconds
    assert differs(earlier, later) == (seconds != 0)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(days=-20_000), timedelta(days=80_000)).map(lambda elapsed: EPOCH + elapsed)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(moments, zones, zones)
def test_the_zone_does_not_matter(moment: datetime, one: timezone, other: timezone) -> None:
    first, second = moment.astimezone(one).isoformat(), moment.astimezone(other).isoformat()
    assert not differs(first, second)
    assert parse(first) == (
        (moment - EPOCH) // timedelta(microseconds=1),
        6 if "." in first else 0,
    )


@given(moments, st.integers(1, 10**9), st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_a_difference_of_a_second_is_always_found(moment: datetime, seconds: int, precision: str) -> None:
    later = (moment + timedelta(seconds=seconds)).isoformat(timespec=precision)
    assert seconds_between(moment.isoformat(), later) is not None
    assert differs(moment.isoformat(), later)


@given(st.text())
def test_no_text_raises_an_error(text: str) -> None:
    assert differs(text, text) is False


@pytest.mark.parametrize("seconds", [0, 1_767_323_045.9, 2_000_000_000])
def test_an_instant_is_written_in_whole_seconds_and_read_as_the_same(seconds: float) -> None:
    text = text_of(seconds)

    assert text.endswith("Z")
    assert seconds_until(text, int(seconds)) == 0
    assert seconds_until("soon", seconds) is None
