# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the life of a configuration."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.life import Owner
from tests.support.wire import SharedTime, wired


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller's own environment says of Kapso is none of the tests' business."""
    for name in tuple(os.environ):
        if name.startswith("KAPSO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Waiting takes no time, here and at the server, and is written down."""
    return wired(kapso, monkeypatch).time


@pytest.fixture
def owner(kapso: Emulator, tmp_path: Path, shared_time: SharedTime) -> Owner:
    """An owner of a number that is not at Kapso yet, with a directory of receipts."""
    assert shared_time.slept == []
    return Owner(kapso, tmp_path / "receipts")
