# SPDX-License-Identifier: GPL-3.0-or-later
"""One task with nothing to change: what it adds to an empty playbook."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.contest import EMPTY, Contender, hold
from tests.bench.page import Chapter, Target
from tests.bench.scene import Counts, Scene
from tests.bench.sizes import Sizes
from tests.emulator import Emulator

PYTHON = Contender("python -c pass", (sys.executable, "-c", "pass"), differ=False)
IMPORT = Contender("python -c 'import requests'", (sys.executable, "-c", "import requests"), differ=False)
MOST = 60  # milliseconds


def measure(kapso: Emulator, place: Path, sizes: Sizes) -> Chapter:
    """Against an empty playbook, and against the import of `requests`."""
    scene = Scene(kapso, place, objects=1, nth=1)
    task = Contender("the task", scene.playbook("single"), Counts(gets=1), differ=False, connections=1)
    debug = Contender("a task of ansible.builtin.debug", scene.playbook("debug"), differ=False)
    contest = hold(scene, (PYTHON, IMPORT, EMPTY, debug, task), sizes.task_rounds)
    beyond = contest.beyond(task.name)
    imported = contest.median(IMPORT.name) - contest.median(PYTHON.name)
    extra = 1000 * (beyond - imported)
    return Chapter(
        "One task with nothing to change",
        f"Medians of {sizes.task_rounds}. The task adds {1000 * beyond:.0f} ms to an empty playbook, of which any "
        f"task takes {1000 * contest.beyond(debug.name):.0f} ms; `import requests` adds {1000 * imported:.0f} ms "
        "to an empty Python.",
        [contest.table("One task", floor=IMPORT.name)],
        [Target(f"at most {MOST} ms beyond an empty playbook and the import", f"{extra:.0f} ms", extra <= MOST)],
        contest.problems,
    )
