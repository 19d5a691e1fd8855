# SPDX-License-Identifier: GPL-3.0-or-later
"""All that the server remembers, in one place, so that one reset forgets it."""

from __future__ import annotations

from math import inf
from typing import Any

from tests.emulator.faults import Fault, Faults
from tests.emulator.journal import Record
from tests.emulator.limiter import HealthLimiter, Limiter
from tests.emulator.settings import Settings
from tests.emulator.store import Clock, Store


class World:
    """The state of the emulator. ``baseline`` are the settings given at the start, to which a reset returns."""

    def __init__(self, baseline: Settings) -> None:
        self.baseline = baseline
        self.epoch = 0
        self.clock = Clock(runs=False)
        self.reset({})

    def reset(self, changes: dict[str, Any]) -> None:
        """Forget everything and return to the baseline, with some settings changed."""
        self.settings = self.baseline.changed(changes)
        self.epoch += 1
        self.clock.advance(inf)  # nothing of the old world is waited for any more
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
