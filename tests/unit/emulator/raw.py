# SPDX-License-Identifier: GPL-3.0-or-later
"""A plain HTTP client for the emulator's tests, without retries, redirects and settings of the environment."""

from __future__ import annotations

from typing import Any

import requests


class Raw:
    """Send requests to one base URL with one API key."""

    def __init__(self, url: str, key: str) -> None:
        """Use this base URL and this API key."""
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

    def create(self, customer_id: str, **fields: Any) -> requests.Response:
        """Create a configuration for a customer."""
        return self("POST", f"customers/{customer_id}/whatsapp_configs", json={"whatsapp_config": fields})

    def data(self, config_id: str) -> dict[str, Any]:
        """Return one configuration in the form of an answer."""
        response = self.get(config_id)
        assert response.status_code == 200
        content: dict[str, Any] = response.json()["data"]
        return content

    def page(self, path: str = "whatsapp_configs", **params: Any) -> dict[str, Any]:
        """Return the whole body of one page of a list."""
        response = self("GET", path, params=params)
        assert response.status_code == 200
        content: dict[str, Any] = response.json()
        return content

    def rows(self, path: str = "whatsapp_configs", **params: Any) -> list[dict[str, Any]]:
        """Return the rows of one page of a list."""
        rows: list[dict[str, Any]] = self.page(path, **params)["data"]
        return rows
