# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks of `make test`, those of `make proof`, or named checks.

All checks run, also if one fails. The exit status is 1 if any check failed. A summary at the end has the result, the
elapsed time and the processor time of each check.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from tests.collection import ROOT, link_tree
from tests.tools import seconds
from tests.tools.checks import BY_HAND, CHECKS, PROOF, REPORTS, TEST, WORKERS, Check, Command, shard

BIN = Path(sys.executable).parent

_running: set[int] = set()


def execute(command: Command, timeout: int, output: IO[str] | None = None) -> tuple[bool, float]:
    """Run one command. After `timeout` seconds, end it with its children. Return its success and processor seconds."""
    process = subprocess.Popen(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,
    )
    _running.add(process.pid)
    start = time.monotonic()
    timer = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    _pid, status, used = os.wait4(process.pid, 0)
    timer.cancel()
    if time.monotonic() - start >= timeout:
        print(f"Not done after {timeout} s, ended: {' '.join(command)}", file=output, flush=True)
    _running.discard(process.pid)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode == 0, used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Done:
    """Hold the result of a check, with its elapsed and processor time in seconds."""

    name: str
    good: bool
    wall: float
    processor: float

    def __str__(self) -> str:
        """Return one line of the summary."""
        return f"{self.name:<12}{'passed' if self.good else 'FAILED':<8}{self.wall:7.1f} s{self.processor:9.1f} s"


def run(name: str, check: Check, output: IO[str] | None = None) -> Done:
    """Run all commands of one check, also if one fails."""
    start = time.monotonic()
    print(f"\n=== {name}: {check.about}", file=output, flush=True)
    results = [execute(command, check.timeout, output) for command in check.commands]
    return Done(name, all(good for good, _ in results), time.monotonic() - start, sum(used for _, used in results))


def run_beside(name: str, check: Check) -> Done:
    """Run one check in parallel with others. Print its output when it has ended."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        done = run(name, check, output)
        output.seek(0)
        print(output.read(), flush=True, end="")
    return done


def run_all(checks: Mapping[str, Check]) -> list[Done]:
    """Run checks: first those that use one processor, in parallel, the longest first; then the others."""
    cost = seconds.measured()
    single = sorted((name for name in checks if not checks[name].parallel), key=lambda name: -cost.get(name, 0.0))
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(run_beside if len(checks) > 1 else run, name, checks[name]) for name in single]
        try:
            done = [job.result() for job in jobs]
            return [*done, *(run(name, check) for name, check in checks.items() if check.parallel)]
        finally:  # on an interrupt, end the running checks
            for job in jobs:
                job.cancel()
            for pid in tuple(_running):
                os.killpg(pid, signal.SIGKILL)


def counts(reports: Iterable[Path]) -> str:
    """Return the numbers of passed, failed and skipped tests in reports of pytest, as one line."""
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for report in reports:
        for suite in ET.parse(report).getroot().iter("testsuite"):
            for name in total:
                total[name] += int(suite.get(name, "0"))
    failed, skipped = total["failures"] + total["errors"], total["skipped"]
    line = f"{total['tests'] - failed - skipped} passed, {failed} failed"
    return f"{line}, {skipped} skipped" if skipped else line


def explain() -> None:
    """Print each check with its description, for `make help`."""
    for title, checks in (("make test runs:", TEST), ("make proof runs:", PROOF), ("by hand only:", BY_HAND)):
        print("", title, *(f"  make {name:<10}{check.about}" for name, check in checks.items()), sep="\n")


def main() -> int:
    """Run the checks, print a summary, return the exit status."""
    parser = argparse.ArgumentParser(description="Run the checks of the project.")
    parser.add_argument(
        "names", nargs="+", metavar="check", help=f"test, proof, help, total, or of {', '.join(CHECKS)}"
    )
    parser.add_argument("--shard", default="1/1", help="the part k/n of the proof")
    arguments = parser.parse_args()
    (first, *_) = names = arguments.names
    if first == "help":
        explain()
        return 0
    if first == "total":
        print(counts(REPORTS.glob("*.xml")))
        return 0

    link_tree()
    checks = {"test": TEST, "proof": shard(arguments.shard, PROOF)}.get(first) or {name: CHECKS[name] for name in names}
    for name in checks:
        (REPORTS / f"{name}.xml").unlink(missing_ok=True)
    start = time.monotonic()
    done = run_all(checks)
    seconds.keep({each.name: each.processor for each in done})
    together = f"{'together':<20}{time.monotonic() - start:7.1f} s{sum(each.processor for each in done):9.1f} s"
    summary = ["=== summary: elapsed time, and processor time", *map(str, done), together]
    total = counts(path for name in checks if (path := REPORTS / f"{name}.xml").exists())
    print("", *summary, sep="\n")
    if first == "test":
        print("Left to `make proof`:", *(f"  {name}: {check.about}" for name, check in PROOF.items()), sep="\n")
        seconds.SUMMARY.write_text("\n".join([*summary, total]) + "\n", encoding="utf-8")
    print(total, flush=True)
    return 0 if all(each.good for each in done) else 1


if __name__ == "__main__":
    sys.exit(main())
