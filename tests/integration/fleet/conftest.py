# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the fleet."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils import ratelimit, transport

from tests.emulator import Emulator
from tests.support.fleet import Operator
from tests.support.wire import SharedTime, wired


@pytest.fixture
def operator(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Fleets in this process against the emulator; waiting takes no time."""
    return Operator(kapso, tmp_path / "receipts", wired(kapso, monkeypatch).time)


@pytest.fixture
def hurried(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Fleets in this process against the emulator in real time, where a minute of the rate limit lasts a second."""
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(ratelimit, "WINDOW", 1.0)
    return Operator(kapso, tmp_path / "receipts", SharedTime(kapso))
