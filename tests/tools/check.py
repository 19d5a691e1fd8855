# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the checks of the project, all of them or those named, and say how each went and how long it took.

``make test`` runs them all; ``make lint``, ``make types`` and so on run one. A failed check does not keep the others
from running, and the exit status is 1 if any failed.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.collection import BUILD, ROOT, link_tree

BIN = Path(sys.executable).parent
WORKERS = os.environ.get("WORKERS") or str(min(4, os.cpu_count() or 1))
# A worker that is done takes over half of what another has left.
PYTEST = ("python", "-m", "pytest", "--numprocesses", WORKERS, "--dist", "worksteal")
REPORT = BUILD / "pytest.xml"
# Pure, and the heart of it: nothing in here may go untested.
WHOLE = "plugins/module_utils/plan.py,plugins/module_utils/resources.py"


@dataclass(frozen=True)
class Check:
    """One thing that is checked, by one or more commands of the virtual environment, within a time in seconds."""

    about: str
    commands: tuple[tuple[str, ...], ...]
    timeout: int = 900
    in_all: bool = True


CHECKS = {
    "lint": Check(
        "style of Python and YAML, and the changelog",
        (
            ("ruff", "check", "--output-format", "concise", "."),
            ("ruff", "format", "--check", "."),
            ("yamllint", "--strict", "."),
            ("antsibull-changelog", "lint"),
        ),
    ),
    "types": Check("static types", (("mypy",), ("mypy", "noxfile.py"))),
    "docs": Check("the documentation builds, and its links lead somewhere", (("python", "-m", "tests.tools.docs"),)),
    "content": Check("ansible-lint, production", (("python", "-m", "tests.tools.judges", "content"),)),
    "artifact": Check("galaxy-importer on what users install", (("python", "-m", "tests.tools.judges", "artifact"),)),
    "reference": Check("antsibull-docs on what users read", (("python", "-m", "tests.tools.judges", "reference"),)),
    "sanity": Check("ansible-test sanity, no ignores", (("python", "-m", "tests.tools.sanity"),), timeout=1800),
    "demo": Check("the demo keeps what it promises", (("python", "-m", "tests.tools.demo"),)),
    "molecule": Check("the molecule scenario", (("python", "-m", "tests.tools.scenario"),)),
    "cores": Check(
        "a quick set on the oldest and the newest ansible-core", (("python", "-m", "tests.tools.cores"),), timeout=2700
    ),
    "units": Check("unit tests", ((*PYTEST, "tests/unit"),), in_all=False),
    "playbooks": Check("tests that run ansible", ((*PYTEST, "tests/integration"),), in_all=False),
    # Last, so that its closing line is the one that stands at the end.
    "coverage": Check(
        "unit tests and playbooks, and what they cover",
        (
            ("python", "-m", "tests.tools.measure", "clear"),
            ("coverage", "run", "-m", "pytest", f"--junit-xml={REPORT}"),
            ("coverage", "combine", "--quiet"),
            ("python", "-m", "tests.tools.measure", "complete"),
            ("coverage", "html", "--quiet"),
            ("coverage", "report"),
            ("coverage", "report", f"--include={WHOLE}", "--fail-under=100"),
        ),
        timeout=4200,
    ),
}


def execute(command: tuple[str, ...], timeout: int) -> bool:
    """Run one command; after the timeout end it, and all that it started."""
    process = subprocess.Popen(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(timeout) == 0
    except subprocess.TimeoutExpired:
        print(f"Not done after {timeout} s, ended: {' '.join(command)}", flush=True)
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run(name: str) -> bool:
    """Run all commands of one check, also when the first of them fails."""
    check = CHECKS[name]
    print(f"\n=== {name}: {check.about}", flush=True)
    results = [execute(command, check.timeout) for command in check.commands]
    return all(results)


def tests_line() -> str:
    """What pytest counted, in one line."""
    suites = ET.parse(REPORT).getroot().iter("testsuite")
    counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in suites:
        for name in counts:
            counts[name] += int(suite.get(name, "0"))
    failed = counts["failures"] + counts["errors"]
    skipped = counts["skipped"]
    line = f"{counts['tests'] - failed - skipped} passed, {failed} failed"
    return f"{line}, {skipped} skipped" if skipped else line


def main() -> int:
    """Run the checks, print a summary, return the exit status."""
    parser = argparse.ArgumentParser(description="Run the checks of the project.")
    parser.add_argument("names", nargs="*", choices=[*CHECKS, []], metavar="check", help=f"of {', '.join(CHECKS)}")
    names = parser.parse_args().names or [name for name, check in CHECKS.items() if check.in_all]

    link_tree()
    REPORT.unlink(missing_ok=True)
    lines, passed = [], True
    for name in names:
        start = time.monotonic()
        good = run(name)
        passed = passed and good
        lines.append(f"{name:<12}{'passed' if good else 'FAILED':<8}{time.monotonic() - start:7.1f} s")
    print("\n=== summary", *lines, sep="\n", flush=True)
    if REPORT.exists():
        print(tests_line())
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
