# SPDX-License-Identifier: GPL-3.0-or-later
"""Emulate the Kapso API on loopback, with state, a journal and faults, for tests, the demo and the benchmarks."""

from __future__ import annotations

from tests.emulator.handle import Emulator, EmulatorError
from tests.emulator.journal import Entry, digest

__all__ = ["Emulator", "EmulatorError", "Entry", "digest"]
