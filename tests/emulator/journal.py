# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the journal: all API requests in order of arrival, secrets as digests.

The server keeps a Record for each request, which is fast. Tests read an Entry, which is made from a Record on demand.
This module uses the standard library only: the handle imports it without the server's packages.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl

DEFAULT_KEY = "example-key-not-real"
SECRET_NAMES = frozenset({"access_token", "webhook_verify_token", "api_key", "secret_key", "token"})
SECRET_HEADERS = frozenset({"x-api-key", "authorization", "proxy-authorization"})
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def digest(value: str | bytes) -> str:
    """Return the text that the journal shows in place of a secret: ``sha256:`` and the hash in hexadecimal."""
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Entry:
    """Hold one API request as the server received it.

    path: as sent, still percent-encoded, without the query. status: None if no answer was sent so far. headers: names
    in lower case. body: parsed JSON with secrets as digests, a digest if it is not JSON, None if there was none.
    applied: whether a write took effect. at: time of arrival, in monotonic seconds. fault: name of the rule that fired.
    ms: milliseconds from arrival to answer.
    """

    method: str
    path: str
    query: str
    status: int | None
    headers: dict[str, str]
    body: Any
    applied: bool
    at: float
    fault: str | None
    ms: float | None

    @property
    def params(self) -> dict[str, str]:
        """Return the query parameters; of a repeated name the last value."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def sent(self) -> dict[str, Any]:
        """Return the fields inside the envelope of a write, empty if there is no envelope."""
        if isinstance(self.body, dict) and len(self.body) == 1:
            inner = next(iter(self.body.values()))
            if isinstance(inner, dict):
                return inner
        return {}

    def __str__(self) -> str:
        target = f"{self.path}?{self.query}" if self.query else self.path
        line = f"{self.method} {target} {self.status or 'no answer'}"
        return f"{line} {{{', '.join(self.sent)}}}" if self.sent else line


@dataclass(slots=True)
class Record:
    """Hold one request while the server handles it."""

    method: str
    path: str
    query: str
    headers: list[tuple[bytes, bytes]]
    at: float
    body: bytes = b""
    status: int | None = None
    applied: bool = False
    fault: str | None = None
    ms: float | None = field(default=None)

    def entry(self) -> Entry:
        """Return the entry for tests, with secrets as digests."""
        return Entry(
            method=self.method,
            path=self.path,
            query=self.query,
            status=self.status,
            headers=_shown_headers(self.headers),
            body=_shown_body(self.body),
            applied=self.applied,
            at=self.at,
            fault=self.fault,
            ms=self.ms,
        )


def as_json(records: list[Record]) -> list[dict[str, Any]]:
    """Return the entries of these records as JSON data."""
    return [asdict(record.entry()) for record in records]


def _shown_headers(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    shown: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name = raw_name.decode("latin-1").lower()
        value = digest(raw_value) if name in SECRET_HEADERS else raw_value.decode("latin-1")
        shown[name] = f"{shown[name]}, {value}" if name in shown else value
    return shown


def _shown_body(body: bytes) -> Any:
    if not body:
        return None
    try:
        return _without_secrets(json.loads(body))
    except (ValueError, RecursionError):
        return digest(body)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shown(name, item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def _shown(name: str, value: Any) -> Any:
    if name == "headers" and isinstance(value, dict):
        # The headers of a webhook, which Kapso sends with each delivery, may hold secrets.
        return {header: _digested(text) for header, text in value.items()}
    return _digested(value) if name in SECRET_NAMES else _without_secrets(value)


def _digested(value: Any) -> Any:
    if value is None:
        return None
    return digest(value if isinstance(value, str) else json.dumps(value))
