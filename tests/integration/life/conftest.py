# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of the life of an object."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.examples import DECLARED
from tests.support.runner import Runner
from tests.support.shared_time import SharedTime


@pytest.fixture
def owner(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner for the configuration of a number that is not at Kapso yet, with a receipts directory."""
    return Runner(kapso, receipts, time=shared_time, customer_id=kapso.add_customer(), **DECLARED)
