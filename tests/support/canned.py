# SPDX-License-Identifier: GPL-3.0-or-later
"""A client with prepared answers, to test the requests and the messages of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import PER_PAGE, Client, Object
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import Page
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport

URL = "https://kapso.example/platform/v1"


class Canned(Client):
    """Answer by path with an object, the rows of a list, or the HTTP status of an error. Other paths answer 404.

    The list that all API versions have is empty by default.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        super().__init__(Transport(Settings(URL, "EXAMPLE-KEY", proof="/proof")), RateLimiter(), Mask([]))
        self.answers: dict[str, Any] = {"/proof": [], **(answers or {})}
        self.asked: list[str] = []
        self.time = 0.0  # of the server's clock, in seconds since 1970

    def get(self, path: str) -> Object:
        """Return the object."""
        found: Object = self._at(path)
        return found

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """Return one page of the list."""
        rows = self._at(f"{path}?{urlencode(filters)}" if filters else path)
        return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], -(-len(rows) // PER_PAGE), len(rows))

    def date(self) -> float:
        """Return the time."""
        return self.time

    def status_of(self, method: str) -> int:
        """Return the status of a success."""
        return 201 if method == "POST" else 200

    def _at(self, path: str) -> Any:
        self.asked.append(path)
        answer = self.answers.get(path, 404)
        if isinstance(answer, int):
            raise NotSent("refused", "wait", status=answer, url=self.url(path), method="GET")
        self.base.proven = True
        return answer
