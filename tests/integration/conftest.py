# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for all tests of whole runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller
from tests.support.runner import PROJECT, Runner
from tests.support.shared_time import SharedTime
from tests.support.shared_time import shared_time as make_shared_time


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller's own environment says of Kapso, proxies and authorities is none of the tests' business."""
    for name in tuple(os.environ):
        if name.startswith("KAPSO_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def controller(kapso: Emulator, tmp_path: Path) -> Controller:
    """A user's machine, as good as new, with the emulator for its Kapso."""
    return Controller(tmp_path / "home", kapso)


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    """A directory for receipts that is not there yet."""
    return tmp_path / "receipts"


@pytest.fixture
def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Waiting takes no time, here and at the server, and is written down."""
    return make_shared_time(kapso, monkeypatch)


@pytest.fixture
def operator(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Projects in this process against the emulator, which do what can be done; waiting takes no time."""
    return Runner(kapso, receipts, PROJECT, time=shared_time, on_error="continue")
