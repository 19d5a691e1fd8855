# SPDX-License-Identifier: GPL-3.0-or-later
"""What is promised of every run, whatever happened to it: held against what the server saw and what it truly holds.

Knows the promises (docs/rate-limits.md, docs/receipts.md) and not how they are kept.
"""

from __future__ import annotations

from tests.support.matrix.assert_conduct import assert_bounded, assert_kept_at_it, assert_repeats
from tests.support.matrix.assert_ending import assert_converges, assert_ended_well, assert_others_done, must_succeed
from tests.support.matrix.assert_truth import assert_receipts_true, assert_shown, assert_true
from tests.support.matrix.faults import MISLEADING, Fault
from tests.support.matrix.jobs import Point
from tests.support.matrix.stage import Stage


def problem(stage: Stage, point: Point, fault: Fault, *, always: bool) -> str | None:
    """Play one cell, and return what is not as promised, None if all is."""
    run = stage.run(point, fault, always=always)
    try:
        assert_true(point.job, run)
        assert_repeats(run)
        assert_bounded(run, point.job)
        assert_kept_at_it(run, point, fault, always=always)
        assert_others_done(run, point, fault)
        if fault.row != MISLEADING:
            assert_shown(point.job, run)
        assert_receipts_true(stage, run)
        if must_succeed(point, fault, always=always):
            assert_ended_well(run)
        assert_converges(stage, run)
    except AssertionError as error:
        return f"{error} ({', '.join(run.labels)}: {run.result.get('msg', 'no failure')})"
    return None
