# SPDX-License-Identifier: GPL-3.0-or-later
"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of objects, unless said otherwise."""

    rounds: int  # of each comparison, its contenders taking turns
    task_rounds: int  # of the comparison of a single task, which is short
    loop: int  # items of a loop, for all ways to loop
    long_loop: int  # items of a loop, without the ways that take minutes
    fleet: int
    large_fleet: int
    window: int  # seconds of a shortened window of the rate limit
    requests: int  # of each kind that the emulator is asked for to see how fast it is


FULL = Sizes(rounds=5, task_rounds=25, loop=60, long_loop=300, fleet=1000, large_fleet=10_000, window=6, requests=4000)
QUICK = Sizes(rounds=1, task_rounds=3, loop=10, long_loop=100, fleet=400, large_fleet=2000, window=3, requests=1000)
# Enough for a test to see that everything runs and is counted right.
SMALLEST = Sizes(rounds=1, task_rounds=1, loop=4, long_loop=10, fleet=120, large_fleet=240, window=2, requests=40)

BY_NAME = {"full": FULL, "quick": QUICK, "smallest": SMALLEST}
