# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of two sizes: time against a bare script, and memory."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from tests.bench.contest import EMPTY, Contender, Contest, hold
from tests.bench.page import Chapter, Table, Target
from tests.bench.processes import peak_memory
from tests.bench.scene import Counts, Scene
from tests.bench.sizes import Sizes
from tests.emulator import Emulator

NTH = 20  # one of so many differs
CONCURRENCY = 4  # the default
FLEET, AGAIN, DRY, DATA = "fleet", "fleet, nothing to do", "fleet, dry run", "empty playbook with the same data"
BARE, THREADED = "bare script", f"bare script, {CONCURRENCY} threads"
TIMES = 2.5  # the bare script
MEBIBYTES = 400
LINEAR = 1.1  # what an object may cost in the large fleet, to what it costs in the other


def pages(objects: int) -> int:
    """How many requests it takes to list them, 100 a page."""
    return math.ceil(objects / 100)


def requests_of(scene: Scene) -> Counts:
    """What a fleet asks for: each page of the list, and a write for each object that differs."""
    return Counts(pages=pages(scene.objects), patches=scene.differing)


def bare(scene: Scene, threads: int) -> tuple[str, ...]:
    """The command for the same requests without a playbook."""
    return (sys.executable, "tests/bench/bare.py", "pages", str(scene.file), str(threads))


def measure(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Both sizes."""
    place.mkdir()
    scene = Scene(kapso, place / "fleet", sizes.fleet, NTH)
    usual, memory = _contest(scene, sizes.rounds), [_memory(scene)]
    scene = Scene(kapso, place / "large", sizes.large_fleet, NTH)
    large, memory = _contest(scene, sizes.rounds), [*memory, _memory(scene)]
    times = usual.beyond(FLEET) / usual.median(BARE)
    task = (usual.median(FLEET) - usual.median(DATA)) / usual.median(BARE)
    growth = (large.beyond(FLEET) / sizes.large_fleet) / (usual.beyond(FLEET) / sizes.fleet)
    peak = memory[1][2]
    return Chapter(
        "A fleet",
        f"One of {NTH} differs; `concurrency: {CONCURRENCY}`. An empty playbook that is given the same data shows "
        f"what Ansible takes to read them: held against that one, the fleet of {sizes.fleet} takes {task:.1f} "
        "times the bare script.",
        [
            usual.table(f"{sizes.fleet} objects", BARE),
            large.table(f"{sizes.large_fleet} objects", BARE),
            Table(
                "Memory at the peak, all processes of a run together, what they share counted once",
                ("objects", "empty playbook", "fleet"),
                [(row[0], _shown(row[1]), _shown(row[2])) for row in memory],
            ),
        ],
        [
            Target(f"{sizes.fleet} objects: at most {TIMES} times the bare script", f"{times:.1f}", times <= TIMES),
            Target(
                f"{sizes.large_fleet} objects: under {MEBIBYTES} MiB",
                _shown(peak),
                peak is not None and peak < MEBIBYTES * 2**20,
            ),
            Target(f"time grows linearly: an object costs at most {LINEAR} times", f"{growth:.2f}", growth <= LINEAR),
        ],
        usual.problems + large.problems,
    )


def _contest(scene: Scene, rounds: int) -> Contest:
    requests = requests_of(scene)
    listed = Counts(pages=requests.pages)
    return hold(
        scene,
        (
            EMPTY,
            Contender(DATA, scene.playbook("empty"), differ=False),
            Contender(BARE, bare(scene, 1), requests, connections=1),
            Contender(THREADED, bare(scene, CONCURRENCY), requests, connections=CONCURRENCY),
            Contender(FLEET, scene.playbook("fleet"), requests, connections=CONCURRENCY),
            Contender(AGAIN, scene.playbook("fleet"), listed, differ=False, connections=CONCURRENCY),
            Contender(DRY, scene.playbook("fleet", "--check"), listed, writes=False, connections=CONCURRENCY),
        ),
        rounds,
    )


def _memory(scene: Scene) -> tuple[str, int | None, int | None]:
    scene.begin(differ=True)
    return (
        str(scene.objects),
        peak_memory(EMPTY.command, scene.environment),
        peak_memory(scene.playbook("fleet"), scene.environment),
    )


def _shown(peak: int | None) -> str:
    return "not told by this system" if peak is None else f"{peak / 2**20:.0f} MiB"
