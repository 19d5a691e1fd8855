# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the proofs, and write their counts into docs/reliability.md.

With `--kept` the counts are those of the last `make proof`, which also runs the proofs. The counts of mutation testing
are those of its last run, since it takes long and has its own command. A row without a new count in this checkout
stays unchanged.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.collection import BUILD, ROOT
from tests.support import proof
from tests.tools.marks import marked, with_marked

PAGE = ROOT / "docs" / "reliability.md"
PROOFS = "tests/integration/proof"
MUTANTS = BUILD / "mutants" / "summary.json"
ROW = re.compile(r"^\| (.+) \| (.*\d.*) \|$", re.MULTILINE)

Counts = Mapping[str, Mapping[str, int]]


def written(page: str, proofs: Counts) -> str:
    """Return the page with these counts. Keep its counts of other proofs."""
    rows = dict(ROW.findall(marked(page, "counts")))
    new = {name: ", ".join(f"{number:,} {what}" for what, number in counts.items()) for name, counts in proofs.items()}
    lines = (f"| {name} | {told} |" for name, told in {**rows, **new}.items())
    return with_marked(page, "counts", "\n".join(("\n| | in one run |", "| --- | --- |", *lines, "\n")))


def read(path: Path) -> dict[str, dict[str, int]]:
    """Return the counts of a run in a file, empty if there is none."""
    counts: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return counts


def main() -> int:
    """Run the command line; return the exit status of pytest."""
    if "--kept" not in sys.argv[1:]:
        proof.KEPT.unlink(missing_ok=True)
        environment = {**os.environ, "KAPSO_PROOF": "all"}
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", PROOFS], cwd=ROOT, env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    proofs = {**read(proof.KEPT), **read(MUTANTS)}
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), proofs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
