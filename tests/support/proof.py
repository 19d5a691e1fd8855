# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the cases of the proofs while they run, print the counts after the tests, and keep them for the docs.

docs/reliability.md shows the counts. A proof counts a case after its assertions:
`count("fault matrix", "faults met")`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.collection import BUILD

KEPT = BUILD / "proof.json"
WHOLE = os.environ.get("KAPSO_PROOF") == "all"  # run all cases, and not only a fixed part of the large proofs

Counts = dict[str, dict[str, int]]

_counts: dict[str, Counter[str]] = {}


def count(proof: str, what: str, number: int = 1) -> None:
    """Add `number` to the count of `what` for a proof."""
    _counts.setdefault(proof, Counter())[what] += number


def counted() -> Counts:
    """Return the counts of this process."""
    return {proof: dict(counts) for proof, counts in _counts.items()}


def add(counts: Counts) -> None:
    """Add the counts of another process."""
    for proof, of_it in counts.items():
        for what, number in of_it.items():
            count(proof, what, number)


def lines() -> Iterator[str]:
    """Yield one line for each proof that ran."""
    for proof, counts in _counts.items():
        yield f"{proof}: {', '.join(f'{number} {what}' for what, number in counts.items())}"


def keep(path: Path = KEPT) -> None:
    """Write the counts to a file. Proofs that did not run keep their last counts."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**known, **_counts}, indent=2) + "\n", encoding="utf-8")
