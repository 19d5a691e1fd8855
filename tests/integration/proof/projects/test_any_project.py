# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any project: the run sends the writes of its dry run, parents first, and the next run sends none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.emulator import Emulator
from tests.support import proof
from tests.support.followed import Operator, assert_as_declared, assert_followed, assert_quiet, ends
from tests.support.hypothesis_settings import throws
from tests.support.made_up import Data, rows_of
from tests.support.projects import at_kapso, edits, projects, task_options
from tests.support.shared_time import shared_time

THROWS = throws(2000 if proof.WHOLE else 300, "KAPSO_PROOF_PROJECTS")
ENOUGH = 100  # projects, among which runs end in all of these ways
ENDS = ("refused", "stopped", "written in part", "written", "nothing to do", "POST", "PATCH", "DELETE")


def test_a_run_follows_its_dry_run(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    time = shared_time(kapso, monkeypatch)
    seen: Counter[str] = Counter()
    places = (tmp_path / f"receipts-{number}" for number in range(10**6))

    @THROWS
    @given(st.data())
    def follow(data: st.DataObject) -> None:
        operator = Operator(kapso, next(places))
        kapso.batch(("reset", {}), *data.draw(at_kapso(), "at Kapso"))
        lists: dict[str, list[Data]] = {}
        for number in range(data.draw(st.integers(1, 2), "rounds")):
            if number:
                time.sleep(3600)
                kapso.batch(*data.draw(edits(rows_of(kapso)), "edits"))
            if not lists or data.draw(st.booleans(), "another project"):
                lists = data.draw(projects(rows_of(kapso)), "lists")
            options = data.draw(task_options(lists), "options")
            dry = operator.run(lists, options, check=True)
            real = operator.run(lists, options)
            time.sleep(3600)
            again = operator.run(lists, options)
            assert_followed(dry, real)
            assert_quiet(real, again)
            assert_as_declared(lists, options, real)
            seen.update(ends(real))
            proof.count("any project", "runs, each with its dry run")
            proof.count("any project", "writes", len(real.writes))
        proof.count("any project", "projects")

    follow()

    if THROWS.max_examples >= ENOUGH:
        assert {end for end in ENDS if not seen[end]} == set(), seen
