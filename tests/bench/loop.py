# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop over configurations, in several ways."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.contest import EMPTY, Contender, Contest, hold
from tests.bench.page import Chapter, Target
from tests.bench.scene import Counts, Scene
from tests.bench.sizes import Sizes
from tests.emulator import Emulator

NTH = 10  # one of so many differs
OURS, SHIPPED, URI, BARE = "our loop", "our loop, run_in_process: never", "ansible.builtin.uri loop", "bare script"
TIMES, MOST = 25, 8  # faster than uri; milliseconds an item


def measure(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """All ways with a short loop, and those that do not take minutes with a long one."""
    place.mkdir()
    short = _contest(Scene(kapso, place / "short", sizes.loop, NTH), sizes.rounds, (BARE, OURS, SHIPPED, URI))
    long = _contest(Scene(kapso, place / "long", sizes.long_loop, NTH), sizes.rounds, (BARE, OURS))
    times = short.beyond(URI) / short.beyond(OURS)
    item = 1000 * long.beyond(OURS) / sizes.long_loop
    connections = max(contest.by_name[OURS].connections for contest in (short, long))
    return Chapter(
        "A loop",
        f"One of {NTH} differs. GET each, then PATCH where it differs. With {sizes.long_loop} items the two ways "
        "that ship a module for each item are left out: they take minutes.",
        [short.table(f"{sizes.loop} items", BARE), long.table(f"{sizes.long_loop} items", BARE)],
        [
            Target(f"{sizes.loop} items: at least {TIMES} times faster than uri", f"{times:.1f} times", times >= TIMES),
            Target(f"{sizes.long_loop} items: at most {MOST} ms an item", f"{item:.1f} ms", item <= MOST),
            Target("one connection for the whole loop", str(connections), connections == 1),
        ],
        short.problems + long.problems,
    )


def _contest(scene: Scene, rounds: int, names: tuple[str, ...]) -> Contest:
    commands = {
        BARE: (sys.executable, "tests/bench/bare.py", "one-by-one", str(scene.file)),
        OURS: scene.playbook("loop"),
        SHIPPED: scene.playbook("shipped"),
        URI: scene.playbook("uri"),
    }
    requests = Counts(gets=scene.objects, patches=scene.differing)
    contenders = [
        Contender(name, commands[name], requests, connections=1 if name in (BARE, OURS) else None) for name in names
    ]
    return hold(scene, (EMPTY, *contenders), rounds)
