# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the fault matrix: each request of each run, with each fault, once or always.

For each cell, the run ends within its limits. Its result is true and has no secret. It retries only requests that are
safe to retry, and its receipts have only accepted values. The next run applies the declared values with the fewest
writes, and the one after it sends none.
"""

from __future__ import annotations

import pytest

from tests.integration.proof.matrix.conftest import Stages
from tests.support import proof
from tests.support.matrix.assertions import problem
from tests.support.matrix.scenario import Point
from tests.support.matrix.scenarios import POINTS, cells


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_the_promises_are_kept_with_each_fault(stages: Stages, point: Point) -> None:
    broken = []
    for fault, always in cells(point):
        times = "always" if always else "once"
        with stages(point.scenario) as stage:
            found = problem(stage, point, fault, always=always)
            requests = len(stage.kapso.journal())
        if found is not None:
            broken.append(f"{fault.name}, {times}: {found}")
            continue
        proof.count("fault matrix", "cells")
        proof.count("fault matrix", f"of them with {point.scenario.subject.resource.plural}")
        proof.count("fault matrix", f"with a fault that comes {times}")
        proof.count("fault matrix", "requests that the server saw", requests)

    assert broken == []
