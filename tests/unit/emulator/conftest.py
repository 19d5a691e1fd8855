# SPDX-License-Identifier: GPL-3.0-or-later
"""A raw client for the emulator's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.emulator import Emulator


class Raw:
    """A plain HTTP client: no retries, no redirects, nothing from the environment."""

    def __init__(self, url: str, key: str) -> None:
        """Talk to this base URL with this key."""
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-API-Key"] = key

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request to a path below the base URL."""
        options = {"timeout": 10, "allow_redirects": False, **options}
        return self.session.request(method, f"{self.url}/{path}", **options)

    def get(self, config_id: str, **options: Any) -> requests.Response:
        """Read one configuration."""
        return self("GET", f"whatsapp_configs/{config_id}", **options)

    def patch(self, config_id: str, **fields: Any) -> requests.Response:
        """Write some fields of one configuration."""
        return self("PATCH", f"whatsapp_configs/{config_id}", json={"whatsapp_config": fields})

    def rows(self, path: str = "whatsapp_configs", **params: Any) -> list[dict[str, Any]]:
        """Return the rows of one page of a list."""
        response = self("GET", path, params=params)
        assert response.status_code == 200
        rows: list[dict[str, Any]] = response.json()["data"]
        return rows


@pytest.fixture
def raw(kapso: Emulator) -> Iterator[Raw]:
    """A raw client of the emulator."""
    client = Raw(kapso.url, kapso.key)
    with client.session:
        yield client
