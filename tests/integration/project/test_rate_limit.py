# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the rate limit with many threads: they share one limiter, announce their waits, and continue after them."""

from __future__ import annotations

import re

import pytest

from tests.emulator import Emulator
from tests.support.runner import Runner, changed, each, failed

TOKEN = "EXAMPLE-ACCESS-TOKEN-{n}"


def kept(operator: Runner) -> int:
    """Return the number of receipts."""
    return len(list(operator.receipts.glob("*.json")))


def waits(operator: Runner) -> list[str]:
    """Return the announced waits."""
    line = r"(Plan|Apply): \d+ of \d+ (read|written), \d+ failed; rate limit reached, next requests at [\d:]{8} \(.*\)"
    return [text for text in operator.announced if re.fullmatch(line, text)]


def test_more_first_writes_than_fit_into_the_minutes_of_the_default_timeout(kapso: Emulator, operator: Runner) -> None:
    configs = each(kapso.add_many(180), access_token=TOKEN)
    kapso.settings(rate_limit={"limit": 30})

    result = operator.run(configs, concurrency=1)

    assert failed(result) == []
    assert operator.time.slept == [60] * 6
    assert all(entry.status == 200 for entry in kapso.journal())  # each wait was before a 429
    assert len(waits(operator)) == 6
    kapso.settings(rate_limit=None)
    assert not operator.run(configs)["changed"]


@pytest.mark.parametrize("concurrency", [1, 4, 16])
@pytest.mark.parametrize("phase", [0, 30], ids=["a fresh window", "a window that somebody else has begun"])
def test_at_most_as_many_429s_a_window_as_there_are_threads(
    kapso: Emulator, operator: Runner, concurrency: int, phase: float
) -> None:
    configs = each(kapso.add_many(90), access_token=TOKEN)
    kapso.settings(rate_limit={"limit": 31, "phase": phase})

    result = operator.run(configs, concurrency=concurrency)

    journal, slept = kapso.journal(), operator.time.slept
    assert failed(result) == []
    assert 2 <= len(waits(operator)) == len(slept) <= 3  # one for each window, and not for each thread
    assert sum(entry.status == 429 for entry in journal) <= concurrency * len(slept)
    accepted = [entry.path for entry in kapso.writes() if entry.status == 200]
    assert len(accepted) == len(set(accepted)) == 90
    assert result["summary"]["requests"] == len(journal)
    # The announced time is the elapsed time, not the sum over all threads.
    assert f"waited {sum(slept):.0f} s for the rate limit of the API" in result["warnings"]
    kapso.settings(rate_limit=None)
    assert not operator.run(configs)["changed"]


def test_after_the_rate_limit_timeout_finished_objects_keep_receipts_and_others_are_named(
    kapso: Emulator, operator: Runner
) -> None:
    ids = kapso.add_many(100)
    configs = each(ids, access_token=TOKEN)
    kapso.settings(rate_limit={"limit": 41})

    result = operator.run(configs, rate_limit_timeout=20)

    done = [entry.path.rsplit("/", 1)[-1] for entry in kapso.writes() if entry.status == 200]
    assert len(done) == kept(operator) == 40
    assert sorted(set(ids) - set(failed(result))) == sorted(done)
    assert "the rate limit is used up" in result["msg"]
    assert "rate_limit_timeout (20 s)" in result["msg"]
    assert "40 changed, 0 unchanged, 60 not done" in result["msg"]
    assert "the next run continues from here" in result["msg"]
    assert result["error"]["status"] == 429
    assert operator.time.slept == []

    kapso.settings(rate_limit=None)
    operator.time.sleep(60)
    second = operator.run(configs)
    assert sorted(changed(second)) == sorted(set(ids) - set(done))
    assert not second.get("failed")
    assert kept(operator) == 100
    assert not operator.run(configs)["changed"]


def test_with_no_rate_limit_timeout_the_first_429_is_the_end(kapso: Emulator, operator: Runner) -> None:
    configs = each(kapso.add_many(30), access_token=TOKEN)
    kapso.settings(rate_limit={"limit": 11})

    result = operator.run(configs, rate_limit_timeout=0, concurrency=3)

    assert sum(entry.status == 200 for entry in kapso.writes()) == 10
    assert sum(entry.status == 429 for entry in kapso.journal()) <= 3
    assert len(failed(result)) == 20
    assert operator.time.slept == []


def test_a_limit_met_while_reading_writes_nothing(kapso: Emulator, operator: Runner) -> None:
    configs = each(kapso.add_many(500), name="New")
    kapso.settings(rate_limit={"limit": 3})

    result = operator.run(configs, rate_limit_timeout=10)

    assert kapso.writes() == []
    assert (result["changed"], len(failed(result))) == (False, 500)
    assert "nothing was written" in result["msg"]


def test_a_dry_run_waits_as_well(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(500)
    kapso.settings(rate_limit={"limit": 3})

    result = operator.run(each(ids, name="New"), check=True, concurrency=1)

    assert changed(result) == ids
    assert kapso.short() == "GET GET GET GET GET"
    assert len(waits(operator)) == 1
