# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run may do at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MaxChanges:
    """How much a run may change: a number of objects, or a percentage of all."""

    amount: float
    is_percentage: bool

    def allows(self, changes: int, total: int) -> bool:
        """Whether that many changes are within it."""
        return changes <= (self.amount * total / 100 if self.is_percentage else self.amount)

    def __str__(self) -> str:
        return f"{self.amount:g}{'%' if self.is_percentage else ''}"


@dataclass(frozen=True)
class Bounds:
    """What a run may do at most."""

    concurrency: int
    max_changes: MaxChanges | None
    on_error: str
    max_deletions: MaxChanges | None
    prune: frozenset[str]  # kinds of which everything is deleted that is not declared
    whole: frozenset[str]  # kinds of which everything is read
    within_owners: bool  # only what belongs to the top-most parents that are declared counts as undeclared
    is_part: bool  # the entries are a part of what is declared, so that nobody can say what is not
