# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the check runner: its counts, and that it leaves no process."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.collection import ROOT
from tests.tools import check, checks, seconds
from tests.tools.marks import from_code, marked

FOREVER = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(600)
"""


def is_running(pid: int) -> bool:
    """Return whether a process runs, and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pid_file = tmp_path / "pid"
    good, _seconds = check.execute(("python", "-c", FOREVER, str(pid_file)), timeout=3)
    assert not good
    assert "Not done after 3 s" in capfd.readouterr().out
    child = int(pid_file.read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


@pytest.mark.parametrize(("status", "passed"), [(0, True), (1, False)])
def test_the_exit_status_decides(status: int, passed: bool) -> None:
    assert check.execute(("python", "-c", f"raise SystemExit({status})"), timeout=30)[0] is passed


def test_the_next_command_runs_after_one_that_failed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    commands = (
        ("python", "-c", "raise SystemExit(1)"),
        ("python", "-c", f"import pathlib; pathlib.Path({str(mark)!r}).touch()"),
    )
    assert not check.run("example", checks.Check("an example", commands)).good
    assert mark.exists()


def test_checks_run_in_parallel_and_the_output_of_each_is_in_one_piece(capfd: pytest.CaptureFixture[str]) -> None:
    commands = (("python", "-c", "print('one')"), ("python", "-c", "print('two')"))
    done = check.run_all({name: checks.Check("an example", commands) for name in ("first", "second")})
    assert [(each.name, each.good) for each in done] == [("first", True), ("second", True)]
    said = capfd.readouterr().out
    assert all(f"\n=== {name}: an example\none\ntwo\n" in said for name in ("first", "second"))


def test_the_counts_of_all_reports_are_added_up(tmp_path: Path) -> None:
    for name, numbers in (("a", (5, 1, 1, 1)), ("b", (3, 0, 0, 0))):
        counted = 'tests="{}" failures="{}" errors="{}" skipped="{}"'.format(*numbers)
        (tmp_path / name).write_text(f'<testsuites><testsuite name="pytest" {counted}></testsuite></testsuites>')
    assert check.counts([tmp_path / "b"]) == "3 passed, 0 failed"
    assert check.counts(tmp_path.iterdir()) == "5 passed, 2 failed, 1 skipped"


@pytest.mark.parametrize("parts", [1, 3, 4])
def test_shards_divide_the_proof_evenly_and_leave_nothing_out(parts: int) -> None:
    shards = [checks.shard(f"{number}/{parts}", checks.PROOF) for number in range(1, parts + 1)]
    names = [name for each in shards for name in each if name != "long"]
    files = [word for each in shards if "long" in each for word in each["long"].commands[0] if word.endswith(".py")]
    assert sorted(names) == sorted(checks.PROOF.keys() - {"long"})
    assert sorted(files) == checks.long_files()
    cost = seconds.measured()
    parts_of = [[*each, *(each["long"].commands[0] if "long" in each else ())] for each in shards]
    loads = [sum(cost.get(name, 0.0) for name in {*names} - {"long"}) for names in parts_of]
    assert max(loads) - min(loads) <= max(cost.values(), default=0.0)


def test_the_tests_of_the_proof_exist() -> None:
    assert [path for path in checks.LONG if not (ROOT / path).exists()] == []


def test_the_readme_shows_the_summary_of_make_test() -> None:
    head, *rows, together, total = from_code(marked(seconds.README.read_text(encoding="utf-8"), "test")).splitlines()
    assert (head.split()[1], together.split()[0], total.split()[1:]) == (
        "summary:",
        "together",
        ["passed,", "0", "failed"],
    )
    assert {tuple(row.split()[:2]) for row in rows} == {(name, "passed") for name in checks.TEST}
