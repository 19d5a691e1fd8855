# SPDX-License-Identifier: GPL-3.0-or-later
"""What the proofs went through, counted while they ran: printed after the tests, and kept for docs/reliability.md.

A proof counts what it has asserted, and only after it has: `count("fault matrix", "faults met")`.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.collection import BUILD

KEPT = BUILD / "proof.json"
WHOLE = os.environ.get("KAPSO_PROOF") == "all"  # instead of a fixed part of what is too much for each time

Counts = dict[str, dict[str, int]]

_counts: dict[str, Counter[str]] = {}


def count(proof: str, what: str, number: int = 1) -> None:
    """So many more of `what` were asserted by that proof."""
    _counts.setdefault(proof, Counter())[what] += number


def counted() -> Counts:
    """What this process has counted, as plain data."""
    return {proof: dict(counts) for proof, counts in _counts.items()}


def add(counts: Counts) -> None:
    """Add what another process has counted."""
    for proof, of_it in counts.items():
        for what, number in of_it.items():
            count(proof, what, number)


def lines() -> Iterator[str]:
    """One line for each proof that ran."""
    for proof, counts in _counts.items():
        yield f"{proof}: {', '.join(f'{number} {what}' for what, number in counts.items())}"


def keep(path: Path = KEPT) -> None:
    """Write the counts down; proofs that did not run this time keep those of the last."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**known, **_counts}, indent=2) + "\n", encoding="utf-8")
