# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a real run that is ended in the middle, in all ways that people and machines do it, and the next runs."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.ended_runs import ENDS, End, descendants, is_there, send_all, start
from tests.support.race_hooks import until
from tests.support.runner import PROJECT, Runner, changed, each

TOTAL = 80
ANSWERED = TOTAL // 4  # answered writes before the end of the run; others are open then
CONCURRENCY = 4
WITHIN = 60.0  # seconds for each wait


def applied(kapso: Emulator) -> list[Entry]:
    """Return the writes that have taken effect."""
    return [entry for entry in kapso.writes() if entry.applied]


@pytest.mark.parametrize("end", ENDS)
def test_an_ended_run_loses_no_more_receipts_than_requests_were_under_way(
    kapso: Emulator, operator: Runner, tmp_path: Path, end: End
) -> None:
    ids = kapso.add_many(TOTAL, name="Shop")
    configs = each(ids, name="Shop {n}", access_token="EXAMPLE-ACCESS-TOKEN-{n}")
    kapso.fault(method="PATCH", delay=1, after=ANSWERED)  # takes effect at once; the answer waits for the clock

    project = {**operator.options, "configs": configs, "concurrency": CONCURRENCY}
    process = start(tmp_path, [{"name": "Project", PROJECT: project}])
    run = [process.pid]
    try:
        until(lambda: len(applied(kapso)) == ANSWERED + CONCURRENCY, "a quarter is written")
        run += descendants(process.pid)
        end(run)
        process.wait(WITHIN)
        kapso.advance(1)  # a worker without its parent gets its answers, and sends nothing more
        until(lambda: not any(map(is_there, run)), "all processes have ended")
    finally:
        send_all(run, signal.SIGKILL)
        process.wait()

    assert len(applied(kapso)) == len(kapso.writes()) == ANSWERED + CONCURRENCY
    kept = len(list(operator.receipts.glob("*.json")))
    assert ANSWERED <= kept <= ANSWERED + CONCURRENCY
    assert len(list(operator.receipts.iterdir())) - kept <= CONCURRENCY  # half-written files

    kapso.clear_faults()
    second = operator.run(configs)
    assert len(changed(second)) == TOTAL - kept  # objects without a receipt are sent again, others the first time
    assert not second.get("failed")
    assert [config["access_token"] for config in kapso.configs()] == [
        config["fields"]["access_token"] for config in configs
    ]
    assert not operator.run(configs)["changed"]
