# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the processor time of each test file and each check.

Tests count the time of their process, of its ended child processes, and of the emulator. Other load on the machine
changes it less than the elapsed time.

`make seconds` copies the counts of the last `make test` and `make proof`: to tests/seconds.json, which divides a proof
into shards, and as a table to CONTRIBUTING.md. It also copies the summary of that `make test` to the README.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.collection import BUILD, ROOT
from tests.tools.marks import as_code, with_marked

KEPT = BUILD / "seconds.json"
MEASURED = ROOT / "tests" / "seconds.json"
SUMMARY = BUILD / "summary.txt"  # of the last `make test`
PAGE, README = ROOT / "CONTRIBUTING.md", ROOT / "README.md"
TICKS = os.sysconf("SC_CLK_TCK")

of_file: defaultdict[str, float] = defaultdict(float)
emulators: list[int] = []  # process IDs


def spent() -> float:
    """Return the processor seconds used up to now."""
    return sum(os.times()[:4]) + sum(map(_of_process, emulators))


def _of_process(pid: int) -> float:
    with suppress(OSError):  # the process has ended, or this is not Linux
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def add(seconds: dict[str, float]) -> None:
    """Add the counts of another process."""
    for name, number in seconds.items():
        of_file[name] += number


def keep(seconds: dict[str, float]) -> None:
    """Write the figures to a file. Files and checks that did not run keep their last figures."""
    known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: round(number, 1) for name, number in seconds.items()}
    KEPT.write_text(json.dumps({**known, **rounded}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def measured() -> dict[str, float]:
    """Return the last copied counts, by file and by check."""
    known: dict[str, float] = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    return known


def table(known: Mapping[str, float]) -> str:
    """Return the table for CONTRIBUTING.md: one row for each check, and for each directory of tests."""
    rows: defaultdict[str, float] = defaultdict(float)
    for name, number in known.items():
        rows[f"`{name.rpartition('/')[0]}`" if "/" in name else f"`make {name}`"] += number
    shown = sorted(rows.items(), key=lambda row: -row[1])
    return "\n".join(
        ("\n| | seconds |", "| --- | ---: |", *(f"| {name} | {number:.0f} |" for name, number in shown), "\n")
    )


def main() -> None:
    """Copy the counts to tests/seconds.json and CONTRIBUTING.md, and the summary of `make test` to the README."""
    counted: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8"))
    known = {name: number for name, number in counted.items() if "/" not in name or (ROOT / name).exists()}
    MEASURED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for path, name, text in (
        (PAGE, "seconds", table(known)),
        (README, "test", as_code(SUMMARY.read_text(encoding="utf-8"))),
    ):
        path.write_text(with_marked(path.read_text(encoding="utf-8"), name, text), encoding="utf-8")


if __name__ == "__main__":
    main()
