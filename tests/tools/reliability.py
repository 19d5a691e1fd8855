# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the proofs, and write what they went through into docs/reliability.md: figures are never typed by hand.

With `--kept` the figures are those of the last `make proof`, which runs the proofs as well. Those of mutation testing
are from its last run, which takes long and has a command of its own.
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

PAGE = ROOT / "docs" / "reliability.md"
PROOFS = "tests/integration/proof"
MUTANTS = BUILD / "mutants" / "summary.json"
COUNTS = re.compile(r"(?<=<!-- begin counts -->\n).*?(?=<!-- end counts -->)", re.DOTALL)

Counts = Mapping[str, Mapping[str, int]]


def written(page: str, proofs: Counts) -> str:
    """The page with these counts in it."""
    rows = (
        f"| {name} | {', '.join(f'{number:,} {what}' for what, number in counts.items())} |"
        for name, counts in proofs.items()
    )
    table = "\n".join(("\n| | in one run |", "| --- | --- |", *rows, "\n"))
    return COUNTS.sub(lambda _match: table, page)


def read(path: Path) -> dict[str, dict[str, int]]:
    """The counts that a run left there, none if there was no run."""
    counts: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return counts


def main() -> int:
    """Return the exit status, which is pytest's."""
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
