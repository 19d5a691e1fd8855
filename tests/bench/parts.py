# SPDX-License-Identifier: GPL-3.0-or-later
"""Divide the processor time of a run into parts, with the callback in `plugins`."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

from tests.bench.page import Table
from tests.bench.processes import run
from tests.bench.scene import Scene

PLUGINS = Path(__file__).parent / "plugins" / "callback"
REST = "Ansible: end of the processes"


def table(scene: Scene, playbook: str, rounds: int) -> Table:
    """Run a playbook `rounds` times, and return the medians of its parts in seconds, the largest first."""
    seen = [_parts(scene, playbook) for _round in range(rounds)]
    names = dict.fromkeys(name for parts in seen for name in parts)
    medians = {name: statistics.median(parts[name] for parts in seen) for name in names}
    total = sum(medians.values())
    largest = sorted(medians.items(), key=lambda part: -part[1])
    rows = [(name, f"{cpu:.2f} s", f"{cpu / total:.0%}") for name, cpu in largest]
    return Table("CPU seconds of a run, by part", ("part", "CPU", "share"), [*rows, ("all", f"{total:.2f} s", "100%")])


def _parts(scene: Scene, playbook: str) -> dict[str, float]:
    """Return the seconds of each part of one run."""
    file = scene.file.with_name("parts.jsonl")
    file.unlink(missing_ok=True)
    settings = {
        "BENCH_PARTS": str(file),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS),
        "ANSIBLE_CALLBACKS_ENABLED": "parts",
    }
    scene.begin(differ=True)
    taken = run(scene.playbook(playbook), {**scene.environment, **settings})
    parts: dict[str, float] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        parts.update(json.loads(line))  # the controller and the worker have no part in common
    return {**parts, REST: max(taken.cpu - sum(parts.values()), 0.0)}
