# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests that run ``ansible-playbook``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller


@pytest.fixture
def controller(kapso: Emulator, tmp_path: Path) -> Controller:
    """A user's machine, as good as new, with the emulator for its Kapso."""
    return Controller(tmp_path / "home", kapso)
