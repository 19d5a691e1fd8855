# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: every request of every run, times everything that can happen to it, times once or always.

Of each cell: the run ends within its bounds, tells the truth, repeats what is safe to repeat and nothing else, gives no
secret away, and vouches for nothing that was not accepted; the next run brings about what was declared, with the fewest
writes, and the one after that sends none.
"""

from __future__ import annotations

import pytest

from tests.integration.proof.matrix.conftest import Stages
from tests.support import proof
from tests.support.matrix.assertions import problem
from tests.support.matrix.scenario import Point
from tests.support.matrix.scenarios import POINTS, cells


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_whatever_happens_to_a_request_the_promises_are_kept(stages: Stages, point: Point) -> None:
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
