# SPDX-License-Identifier: GPL-3.0-or-later
"""A client with prepared answers, to test the requests and the messages of the engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import PER_PAGE, Client, Object
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ERRORS, ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import Page
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport

from tests.support.shared_time import StillClock

URL = "https://kapso.example/platform/v1"


class Canned(Client):
    """Answer by path with an object, the rows of a list, or an error: an exception or an HTTP status. Other paths: 404.

    The list that all API versions have is empty by default. A write is answered with the sent fields and those that are
    prepared for its method and path, or with an error. It is unknown whether one with a status of 500 or more took
    effect. A list holds one answer after the other; the last one stays. An iterator does the same for reads. No wait
    takes time.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None) -> None:
        self.clock = StillClock()
        super().__init__(Transport(Settings(URL, "EXAMPLE-KEY", proof="/proof")), RateLimiter(self.clock), Mask([]))
        self.answers: dict[str, Any] = {"/proof": [], **(answers or {})}
        self.asked: list[str] = []
        self.sent: list[tuple[str, str, Object]] = []  # method, path and fields of each write
        self.time = 0.0  # of the server's clock, in seconds since 1970

    def get(self, path: str) -> Object:
        """Return the object."""
        found: Object = self._at(path)
        return found

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """Return one page of the list."""
        rows = self._at(f"{path}?{urlencode(filters)}" if filters else path)
        return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], -(-len(rows) // PER_PAGE), len(rows))

    def write(self, method: str, path: str, body: Object, after: ApiError | None = None) -> Object:
        """Return the object after the write. A new one has the number of the write as its ID."""
        assert after is None
        ((_envelope, fields),) = body.items()
        found = self.answers.get(path) if method == "PATCH" else {"id": f"new-{len(self.sent) + 1}"}
        return {**(found if isinstance(found, dict) else {}), **fields, **self._written(method, path, fields)}

    def delete(self, path: str, after: ApiError | None = None) -> None:
        """Delete the object."""
        assert after is None
        self._written("DELETE", path, {})

    def date(self) -> float:
        """Return the time."""
        return self.time

    def status_of(self, method: str) -> int:
        """Return the status of a success."""
        return {"GET": 200, "PATCH": 200, "POST": 201}[method]

    def _written(self, method: str, path: str, fields: Object) -> Object:
        self.sent.append((method, path, fields))
        answer = self.answers.get(f"{method} {path}", {})
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        self._raise(answer, method, path, "rejected")
        return dict(answer)

    def _at(self, path: str) -> Any:
        self.asked.append(path)
        self.requests += 1
        answer = self.answers.get(path, 404)
        if isinstance(answer, Iterator):
            answer = next(answer)
        self._raise(answer, "GET", path, "not_sent")
        self.base.proven = True
        return answer

    def _raise(self, answer: Any, method: str, path: str, outcome: str) -> None:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            known = "unknown" if method != "GET" and answer >= 500 else outcome
            raise ERRORS[known]("refused", "wait", status=answer, url=self.url(path), method=method)
