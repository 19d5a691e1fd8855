# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the fleet."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils import ratelimit, transport

from tests.emulator import Emulator
from tests.support.runner import FLEET, Runner


@pytest.fixture
def hurried(kapso: Emulator, receipts: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Fleets in this process against the emulator in real time, where a minute of the rate limit lasts a second."""
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(ratelimit, "WINDOW", 1.0)
    return Runner(kapso, receipts, FLEET)
