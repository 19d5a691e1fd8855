# SPDX-License-Identifier: GPL-3.0-or-later
"""How much processor time the tests of each file take, and each check.

Tests count it while they run: that of their process, of the processes that it started and that have ended, and of the
emulator. Other load on the machine does not change it much, unlike the time on the wall.

`make seconds` takes over what the last `make test` and `make proof` counted: into tests/seconds.json, which divides a
proof into shards, and as a table into CONTRIBUTING.md.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.collection import BUILD, ROOT

KEPT = BUILD / "seconds.json"
MEASURED = ROOT / "tests" / "seconds.json"
PAGE = ROOT / "CONTRIBUTING.md"
TABLE = re.compile(r"(?<=<!-- begin seconds -->\n).*?(?=<!-- end seconds -->)", re.DOTALL)
TICKS = os.sysconf("SC_CLK_TCK")

of_file: defaultdict[str, float] = defaultdict(float)
emulators: list[int] = []  # process ids


def spent() -> float:
    """Return the seconds that were spent up to now."""
    return sum(os.times()[:4]) + sum(map(_of_process, emulators))


def _of_process(pid: int) -> float:
    with suppress(OSError):  # it has ended, or this is not Linux
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def add(seconds: dict[str, float]) -> None:
    """Add what another process has counted."""
    for name, number in seconds.items():
        of_file[name] += number


def keep(seconds: dict[str, float]) -> None:
    """Write the figures down; files and checks that did not run this time keep those of the last."""
    known = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: round(number, 1) for name, number in seconds.items()}
    KEPT.write_text(json.dumps({**known, **rounded}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def measured() -> dict[str, float]:
    """Return what was taken over last, by file and by check."""
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
    """Take over what was counted."""
    counted: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8"))
    known = {name: number for name, number in counted.items() if "/" not in name or (ROOT / name).exists()}
    MEASURED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(TABLE.sub(lambda _match: table(known), page), encoding="utf-8")


if __name__ == "__main__":
    main()
