# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the emulator's own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw


@pytest.fixture
def raw(kapso: Emulator) -> Iterator[Raw]:
    """Return a plain client of the legacy API."""
    client = Raw(kapso.url, kapso.key)
    with client.session:
        yield client


@pytest.fixture
def platform(kapso: Emulator) -> Iterator[Raw]:
    """Return a plain client of the platform API."""
    client = Raw(kapso.platform_url, kapso.key)
    with client.session:
        yield client
