# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold one API request for the handlers: its content, its project, and the ways to refuse it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from tests.emulator.answers import JSON_TYPE, Answer, Headers, encode
from tests.emulator.fields import SECRETS, ApiVersion, human
from tests.emulator.journal import Record
from tests.emulator.limiter import HealthLimiter
from tests.emulator.settings import Settings
from tests.emulator.store import Store, Stored

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_URLS = ("webhook_destination_url", "url")
PLATFORM_BASE = "/platform/v1"

Errors = dict[str, list[str]]
"""Error texts by field name, worded as in Rails: ``can't be blank``."""


class Problem(Exception):
    """Refuse a request. ``errors`` holds the errors of single fields, if the refusal is about fields."""

    def __init__(self, status: int, text: str, *, errors: Errors | None = None, message: str | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.errors = errors or {}
        self.message = message

    def answer(self, settings: Settings) -> Answer:
        """Return the refusal in the shape of the setting ``error_shape``."""
        return Answer(self.status, encode(self._body(settings)), [(b"content-type", JSON_TYPE)])

    def _body(self, settings: Settings) -> dict[str, Any]:
        match settings.error_shape:
            case "object":
                return {"error": {"message": self.text, "code": f"error_{self.status}"}}
            case "list":
                return {"error": self._texts(settings)}
            case "rails":
                return {"errors": self.errors or {"base": [self.text]}}
            case "platform":
                return {"error": self.text, "code": f"error_{self.status}"}
            case "legacy":
                return {"error": "Request refused", "status": self.status, "message": self.text}
            case _:
                return {"error": self.text} | ({"message": self.message} if self.message else {})

    def _texts(self, settings: Settings) -> list[str]:
        return sentences(self.errors, settings) or [self.text]


def sentences(errors: Errors, settings: Settings) -> list[str]:
    """Return field errors as sentences: ``Access token can't be blank``."""
    named = human if settings.error_names == "human" else str
    return [f"{named(name)} {text}" for name, texts in errors.items() for text in texts]


def invalid(errors: Errors, settings: Settings) -> Problem:
    """Return the 422 for these field errors."""
    return Problem(422, ", ".join(sentences(errors, settings)), errors=errors)


@dataclass
class Call:
    """Hold the data of one request for its handler.

    store: may be a copy that is discarded later. applied: set by the handler after a write. scheme: ``http`` or
    ``https``. headers: additional headers of the answer, set by the handler.
    """

    record: Record
    settings: Settings
    store: Store
    key: str
    health: HealthLimiter
    scheme: str = "http"
    applied: bool = False
    project: str = field(default="")
    headers: Headers = field(default_factory=list)

    @cached_property
    def platform(self) -> bool:
        """Return whether the request is for the platform API, not the legacy one."""
        return self.record.path.startswith(f"{PLATFORM_BASE}/")

    @property
    def api_version(self) -> ApiVersion:
        """Return the API version of the answer. The setting is about the legacy API only."""
        return "omits" if self.platform else self.settings.api_version

    @cached_property
    def origin(self) -> str:
        """Return the scheme and host that the client uses, as in ``http://127.0.0.1:8000``."""
        host = dict(self.record.headers).get(b"host", b"").decode("latin-1")
        return f"{self.scheme}://{host}"

    @cached_property
    def params(self) -> dict[str, str]:
        """Return the query parameters; of a repeated name the last value, as in Rack."""
        return dict(parse_qsl(self.record.query, keep_blank_values=True))

    def moment(self, name: str) -> datetime | None:
        """Return a query parameter as a date and time; None, which ignores the filter, if it is absent or invalid."""
        try:
            value = datetime.fromisoformat(self.params.get(name, ""))
        except ValueError:
            return None
        return value if value.tzinfo else None

    def enclosed(self, name: str) -> dict[str, Any]:
        """Return the object under its envelope key. Raise Problem 400, on the platform 422, if there is none."""
        inner = self.content().get(name)
        if not isinstance(inner, dict):
            text = f"param is missing or the value is empty: {name}"
            raise Problem(422, text) if self.platform else Problem(400, "missing_parameter", message=text)
        return inner

    def normalised(self, name: str, value: Any) -> Any:
        """Return a written value as the API stores it under the settings."""
        if not isinstance(value, str):
            return value
        if self.settings.trim_values and name not in SECRETS:
            value = value.strip()
        return _lower_host(value) if self.settings.lower_urls and name in _URLS else value

    def look_at(self, item: Stored) -> None:
        """Read an object. Under some settings this moves its ``updated_at``."""
        if item.touch_pending or self.settings.updated_at_on_read:
            item.touch_pending = False
            item.touch(self.store.clock.now())

    def write(self, item: Stored, values: dict[str, Any]) -> None:
        """Write new values to an object, and move its ``updated_at`` as the settings require."""
        moved = self.store.write(item, values, touch_noop=self.settings.updated_at_on_noop)
        self.applied = True
        item.touch_pending = moved and self.settings.updated_at_after_write == "next_read"

    def own(self, shelf: dict[str, Stored], key: str, thing: str) -> Stored:
        """Return an object of the caller's project. Raise Problem 404 for any other."""
        item = shelf.get(key)
        if item is None or item.project != self.project:
            raise Problem(404 if _UUID.fullmatch(key) else self.settings.odd_id_status, f"{thing} not found")
        return item

    def content(self) -> dict[str, Any]:
        """Return the body's JSON object, empty if there is none. Raise Problem 400 if it is not valid JSON."""
        kind = dict(self.record.headers).get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json" or not self.record.body:
            # As in Rails: without a content type of JSON the body is not parsed, so that its parameters are missing.
            return {}
        try:
            content = json.loads(self.record.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(400, "Invalid parameters", message="The request body is not valid JSON") from None
        return content if isinstance(content, dict) else {}


def _lower_host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.lower()))


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def answer(status: int, content: Any) -> Answer:
    """Return a JSON answer."""
    return Answer(status, encode(content), [(b"content-type", JSON_TYPE)])


def enveloped(call: Call, status: int, name: str, content: dict[str, Any]) -> Answer:
    """Return a single object in the envelope of the settings. ``name`` is the envelope key of the resource."""
    match call.settings.envelope:
        case "none":
            return answer(status, content)
        case "resource":
            return answer(status, {name: content})
        case _:
            return answer(status, {"data": content})


def paged(call: Call, rows: list[Stored]) -> tuple[list[Stored], dict[str, int]]:
    """Return the rows of the requested page, and its ``meta`` block."""
    size = min(_number(call, "per_page", 20), call.settings.per_page_cap)
    page = _number(call, "page", 1)
    start = (page - 1) * size
    meta = {"page": page, "per_page": size, "total_pages": -(-len(rows) // size), "total_count": len(rows)}
    return rows[start : start + size], meta


def _number(call: Call, name: str, default: int) -> int:
    text = call.params.get(name, "")
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    if text and call.settings.bad_page_status is not None:
        raise Problem(call.settings.bad_page_status, f"{name} is invalid")
    return default
