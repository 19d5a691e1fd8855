# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the wire."""

from __future__ import annotations

import pytest

from tests.emulator import Emulator
from tests.support.wire import Wire, wired


@pytest.fixture
def wire(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Tasks in this process against the emulator; waiting takes no time."""
    return wired(kapso, monkeypatch)
