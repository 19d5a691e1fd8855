# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that the benchmarks run and count requests correctly. This does not test their speed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.comparison import Contender, compare
from tests.bench.processes import Failed, run
from tests.bench.scene import Counts, Scene, configurations
from tests.collection import ROOT
from tests.emulator import Emulator

ROW = r"^\| {} +\|.* \| +{} +\|"  # a row, by its name and its requests


def test_all_benchmarks_run_and_make_the_expected_requests(tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    command = [sys.executable, "-m", "tests.bench", "--size", "smallest", "--page", str(target)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    page = target.read_text(encoding="utf-8")
    assert page.rstrip() in re.sub(r"\n{3,}", "\n\n", done.stdout)  # the output is the page
    for name, requests in (
        ("the task", "1 GET"),
        ("our loop", "10 GET, 1 PATCH"),
        ("ansible.builtin.uri loop", "4 GET, 1 PATCH"),
        ("our loop, run_in_process: never", "4 GET, 1 PATCH"),
        ("uri loop under mitogen_linear", "4 GET, 1 PATCH"),
        ("our loop under mitogen_linear", "4 GET, 1 PATCH"),
        ("bare script", "3 list, 12 PATCH"),
        ("project", "3 list, 12 PATCH"),
        ("project, nothing to do", "3 list"),
        ("project, dry run", "3 list"),
        ("project", "4 list, 5 PATCH"),  # lists of customers, numbers, webhooks
        ("project", "5 list, 5 PATCH"),
        ("project, concurrency: 8", "2 list, 6 PATCH"),
        ("project", r"2 list, 24 PATCH(, \d 429)?"),
    ):
        assert re.search(ROW.format(re.escape(name), requests), page, re.MULTILINE), f"{name}: {requests}"
    assert len(re.findall(r"\| +(?:not )?met \|$", page, re.MULTILINE)) == 11
    parts = re.findall(r"^\| ([\w:, ]+?) +\| +\d+\.\d\d s \| +\d+% \|$", page, re.MULTILINE)
    assert len(parts) == 14
    assert {"planning", "receipts", "imports of the collection", "all"} <= {*parts}


@pytest.fixture
def scene(kapso: Emulator, tmp_path: Path) -> Scene:
    """Return a scene with ten objects, of which each fifth differs."""
    return configurations(kapso, tmp_path / "scene", 10, nth=5)


def test_unexpected_requests_are_reported(scene: Scene) -> None:
    right = Contender("right", scene.playbook("project"), Counts(pages=1, patches=2))
    wrong = Contender("wrong", scene.playbook("project"), Counts(gets=10, patches=2))
    comparison = compare(scene, (right, wrong), rounds=1)
    assert comparison.problems == ["wrong: 1 list, 2 PATCH requests, where 10 GET, 2 PATCH were expected"]


def test_a_contender_that_leaves_differences_is_reported(scene: Scene) -> None:
    idle = Contender("idle", scene.playbook("empty"))
    assert compare(scene, (idle,), rounds=1).problems == ["idle: the server is not as declared"]


def test_a_contender_that_fails_ends_it(scene: Scene) -> None:
    with pytest.raises(Failed, match="example-reason"):
        run((sys.executable, "-c", "import sys; sys.exit('example-reason')"), scene.environment)
