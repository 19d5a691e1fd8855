# SPDX-License-Identifier: GPL-3.0-or-later
"""One API request on its way through the handlers: what was asked, on whose behalf, and how to refuse it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from tests.emulator.answers import JSON_TYPE, Answer, encode
from tests.emulator.fields import human
from tests.emulator.journal import Record
from tests.emulator.settings import Settings
from tests.emulator.store import Store, Stored

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

Errors = dict[str, list[str]]
"""Field name -> what is wrong with it, as Rails says it: ``can't be blank``."""


class Problem(Exception):
    """A refusal. ``errors`` are those of single fields, if it is about fields."""

    def __init__(self, status: int, text: str, *, errors: Errors | None = None, message: str | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.errors = errors or {}
        self.message = message

    def answer(self, settings: Settings) -> Answer:
        """Return the refusal in the shape that the settings ask for."""
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
    """What a handler needs to know. ``store`` may be a copy that is thrown away; ``applied`` is the handler's word."""

    record: Record
    settings: Settings
    store: Store
    key: str
    applied: bool = False
    project: str = field(default="")

    @cached_property
    def params(self) -> dict[str, str]:
        """The query; of a repeated name the last, as Rack has it."""
        return dict(parse_qsl(self.record.query, keep_blank_values=True))

    def moment(self, name: str) -> datetime | None:
        """Return a query parameter as an instant; None if it is absent or makes no sense (the filter is ignored)."""
        try:
            value = datetime.fromisoformat(self.params.get(name, ""))
        except ValueError:
            return None
        return value if value.tzinfo else None

    def enclosed(self, name: str) -> dict[str, Any]:
        """Return the object under its envelope key; raises Problem 400 if it is not there."""
        content = self._json()
        inner = content.get(name) if isinstance(content, dict) else None
        if not isinstance(inner, dict):
            text = f"param is missing or the value is empty: {name}"
            raise Problem(400, "missing_parameter", message=text)
        return inner

    def own(self, shelf: dict[str, Stored], key: str, thing: str) -> Stored:
        """Return an object of the caller's project; raises Problem 404 for any other."""
        item = shelf.get(key)
        if item is None or item.project != self.project:
            raise Problem(404 if _UUID.fullmatch(key) else self.settings.odd_id_status, f"{thing} not found")
        return item

    def _json(self) -> Any:
        kind = dict(self.record.headers).get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind != b"application/json" or not self.record.body:
            # As in Rails: what is not declared to be JSON is not read as JSON, so its parameters are missing.
            return None
        try:
            return json.loads(self.record.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(400, "Invalid parameters", message="The request body is not valid JSON") from None


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def answer(status: int, content: Any) -> Answer:
    """Return a JSON answer."""
    return Answer(status, encode(content), [(b"content-type", JSON_TYPE)])


def paged(call: Call, rows: list[Stored]) -> tuple[list[Stored], dict[str, int]]:
    """Return the rows of the page that was asked for, and the ``meta`` block for it."""
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
