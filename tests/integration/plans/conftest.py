# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of plans that bind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.fleet import Data, Operator
from tests.support.plans import Planner
from tests.support.wire import wired


@pytest.fixture
def operator(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Fleets in this process against the emulator; waiting takes no time."""
    return Operator(kapso, tmp_path / "receipts", wired(kapso, monkeypatch).time)


@pytest.fixture
def planner(operator: Operator) -> Planner:
    """Somebody with three objects: two that are to change, one of them with a hidden field, and one that is to go."""
    first, second, third = operator.kapso.add_many(3, name="Shop {n}", access_token="canary-before-{n}")
    declared = {"name": "Front desk", "access_token": "canary-access"}
    configs: list[Data] = [
        {"config_id": first, "fields": declared},
        {"config_id": second, "fields": {"name": "Back office"}},
        {"config_id": third, "state": "absent"},
    ]
    return Planner(operator, configs)
