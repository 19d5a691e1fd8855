# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of plan files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.plans import Planner
from tests.support.runner import PROJECT, Data
from tests.support.shared_time import SharedTime


@pytest.fixture
def planner(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Planner:
    """Return a planner with three objects: two to change, one of them also in a write-only field, and one to delete."""
    first, second, third = kapso.add_many(3, name="Shop {n}", access_token="canary-before-{n}")
    declared = {"name": "Front desk", "access_token": "canary-access"}
    configs: list[Data] = [
        {"config_id": first, "fields": declared},
        {"config_id": second, "fields": {"name": "Back office"}},
        {"config_id": third, "state": "absent"},
    ]
    return Planner(kapso, receipts, PROJECT, time=shared_time, configs=configs, on_error="continue")
