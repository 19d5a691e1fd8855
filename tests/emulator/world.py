# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the whole state of the server, so that one reset removes it."""

from __future__ import annotations

from math import inf
from typing import Any

from tests.emulator.faults import Fault, Faults
from tests.emulator.journal import Record
from tests.emulator.limiter import HealthLimiter, Limiter
from tests.emulator.settings import Settings
from tests.emulator.store import Clock, Store


class World:
    """Hold the state of the emulator. A reset returns to ``baseline``, the settings of the start."""

    def __init__(self, baseline: Settings) -> None:
        self.baseline = baseline
        self.epoch = 0
        self.clock = Clock(runs=False)
        self.reset({})

    def reset(self, changes: dict[str, Any]) -> None:
        """Remove all state and return to the baseline, with some settings changed."""
        self.settings = self.baseline.changed(changes)
        self.epoch += 1
        self.clock.advance(inf)  # end all waits of requests from before the reset
        self.clock = Clock(self.settings.clock_runs)
        self.store = Store(self.clock)
        self.limiter = Limiter(self.clock)
        self.health_limiter = HealthLimiter(self.clock)
        self.faults = Faults()
        self.journal: list[Record] = []
        self.connections = 0
        self.crashes: list[str] = []

    def set(self, changes: dict[str, Any]) -> None:
        """Change settings at run time."""
        self.settings = self.settings.changed(changes)
        self.clock.run(self.settings.clock_runs)

    def add_fault(self, rule: dict[str, Any]) -> str:
        """Add a fault rule and return its name."""
        return self.faults.add(Fault.model_validate(rule))
