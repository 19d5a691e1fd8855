# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the proof that the emulator is like the API."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.emulator import Emulator


@pytest.fixture
def described(kapso: Emulator) -> dict[str, Any]:
    """The emulator's own OpenAPI description."""
    content: dict[str, Any] = requests.get(kapso.url.removesuffix("/api/v1") + "/openapi.json", timeout=10).json()
    return content
