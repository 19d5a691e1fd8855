# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the proof that the emulator behaves like the API."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.emulator import Emulator


@pytest.fixture
def described(kapso: Emulator) -> dict[str, Any]:
    """Return the OpenAPI description of the emulator."""
    content: dict[str, Any] = requests.get(kapso.url.removesuffix("/api/v1") + "/openapi.json", timeout=10).json()
    return content
