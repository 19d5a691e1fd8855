# SPDX-License-Identifier: GPL-3.0-or-later
"""The check runner: what it counts, and that nothing outlives it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.tools import check

FOREVER = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(600)
"""


def is_running(pid: int) -> bool:
    """Whether a process is there and not a zombie that waits to be collected."""
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
    assert not check.execute(("python", "-c", FOREVER, str(pid_file)), timeout=3)
    assert "Not done after 3 s" in capfd.readouterr().out
    child = int(pid_file.read_text())
    deadline = time.monotonic() + 5
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(child)


@pytest.mark.parametrize(("status", "passed"), [(0, True), (1, False)])
def test_the_exit_status_decides(status: int, passed: bool) -> None:
    assert check.execute(("python", "-c", f"raise SystemExit({status})"), timeout=30) is passed


def test_the_next_command_runs_after_one_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "mark"
    commands = (
        ("python", "-c", "raise SystemExit(1)"),
        ("python", "-c", f"import pathlib; pathlib.Path({str(mark)!r}).touch()"),
    )
    monkeypatch.setitem(check.CHECKS, "example", check.Check("an example", commands))
    assert not check.run("example")
    assert mark.exists()


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ('tests="5" failures="0" errors="0" skipped="0"', "5 passed, 0 failed"),
        ('tests="5" failures="1" errors="1" skipped="1"', "2 passed, 2 failed, 1 skipped"),
    ],
)
def test_the_count_is_that_of_the_report(
    counts: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tmp_path / "report.xml"
    report.write_text(f'<testsuites><testsuite name="pytest" {counts}></testsuite></testsuites>')
    monkeypatch.setattr(check, "REPORT", report)
    assert check.tests_line() == line
