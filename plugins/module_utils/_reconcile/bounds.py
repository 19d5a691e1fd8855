# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits and the scope of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MaxChanges:
    """A limit for changes: a number of objects, or a percentage of all objects."""

    amount: float
    is_percentage: bool

    def allows(self, changes: int, total: int) -> bool:
        """Return whether that many changes of `total` objects are within the limit."""
        return changes <= (self.amount * total / 100 if self.is_percentage else self.amount)

    def __str__(self) -> str:
        return f"{self.amount:g}{'%' if self.is_percentage else ''}"


@dataclass(frozen=True)
class Bounds:
    """The limits and the scope of a run. `prune` and `whole` hold names of resources."""

    concurrency: int  # threads at most
    max_changes: MaxChanges | None  # None: no limit
    on_error: str  # "stop_before_writing", "continue" or "stop"
    max_deletions: MaxChanges | None  # None: no limit, but nothing is pruned
    prune: frozenset[str]  # their undeclared objects are deleted
    whole: frozenset[str]  # their whole lists are read
    within_owners: bool  # an undeclared object counts only below a top-level parent that the entries name
    is_part: bool  # the entries are a part of the declared ones: the others are unknown, and so are undeclared objects
