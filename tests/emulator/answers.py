# SPDX-License-Identifier: GPL-3.0-or-later
"""Build answers as bytes: correct ones, and ones that a fault rule changes or replaces."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from tests.emulator.faults import Fault
from tests.emulator.journal import Record

Headers = list[tuple[bytes, bytes]]
JSON_TYPE = b"application/json; charset=utf-8"

HTTP_PHRASES = {status.value: status.phrase for status in HTTPStatus}
RATE_LIMITED = {
    "error": "Rate limit exceeded",
    "message": "You have exceeded the rate limit. Please try again later.",
}
UNAUTHORIZED = {"error": "Invalid or missing API key"}
NOT_PAID_FOR = {"error": "This feature requires a paid plan"}
_DEFAULT_BODIES: dict[int, dict[str, str]] = {
    400: {"error": "Invalid parameters", "message": "Parameter X is required"},
    401: UNAUTHORIZED,
    402: NOT_PAID_FOR,
    403: {"error": "Active sandbox session required to send messages"},
    404: {"error": "WhatsApp configuration not found"},
    422: {"error": "Validation failed"},
    429: RATE_LIMITED,
    500: {"error": "An unexpected error occurred", "message": "Details about the error"},
}


@dataclass
class Answer:
    """Hold an answer before it is sent. ``headers`` has no Content-Length, which the sender adds."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)


def encode(value: Any) -> bytes:
    """Return a value as JSON in UTF-8. Escape all text beyond ASCII if UTF-8 cannot encode a part of it."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def reply(rule: Fault, proper: Answer | None, record: Record) -> Answer:
    """Return the answer of a rule. ``proper`` is the answer without the rule, None if the request was not run."""
    if rule.replaces or proper is None:
        answer = _echo(rule, record) if rule.echo else _own(rule)
    else:
        status = proper.status if rule.answer_status is None or proper.status >= 300 else rule.answer_status
        answer = Answer(status, _spoilt(rule, proper.body), list(proper.headers))
    headers = {name.lower(): value for name, value in answer.headers}
    if rule.content_type is not None:
        headers[b"content-type"] = rule.content_type.encode("latin-1")
    for name, value in rule.headers.items():
        headers[name.lower().encode()] = value.encode("latin-1")
    if rule.close:
        headers[b"connection"] = b"close"
    if rule.gzip:
        answer.body = gzip.compress(answer.body)
        headers[b"content-encoding"] = b"gzip"
    if answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        answer.body = b""
    answer.headers = list(headers.items())
    return answer


def _echo(rule: Fault, record: Record) -> Answer:
    headers = "; ".join(f"{name.decode()}: {value.decode('latin-1')}" for name, value in record.headers)
    text = f"{record.method} {record.path}?{record.query} [{headers}] {record.body.decode(errors='replace')}"
    return Answer(rule.status or 422, encode({"error": text}), [(b"content-type", JSON_TYPE)])


def _own(rule: Fault) -> Answer:
    if rule.redirect is not None:
        location = (b"location", rule.redirect.encode("latin-1"))
        return Answer(rule.status or HTTPStatus.FOUND, b"", [location])
    status = rule.status or HTTPStatus.OK
    body, kind = _own_body(rule, status)
    return Answer(status, body, [(b"content-type", kind)] if kind else [])


def _own_body(rule: Fault, status: int) -> tuple[bytes, bytes]:
    if rule.has_json:
        return encode(rule.json_), JSON_TYPE
    if rule.body is not None:
        return rule.body.encode("utf-8", "surrogatepass"), b"text/plain; charset=utf-8"
    if rule.empty:
        return b"", b""
    if rule.invalid_utf8:
        return b'{"data": {"name": "\xff\xfe\xc3\x28"}}', JSON_TYPE
    if rule.nesting is not None:
        return b'{"data": ' + b"[" * rule.nesting + b"]" * rule.nesting + b"}", JSON_TYPE
    if rule.big is not None:
        return b'{"data": {"name": "' + b"x" * int(rule.big * 2**20) + b'"}}', JSON_TYPE
    if rule.endless is not None:
        return b'{"data": {"name": "', JSON_TYPE
    if rule.html or status not in _DEFAULT_BODIES:
        # A proxy in front of the application sends such a page if the application does not answer.
        return _html(status), b"text/html; charset=utf-8"
    return encode(_DEFAULT_BODIES[status]), JSON_TYPE


def _html(status: int) -> bytes:
    phrase = HTTP_PHRASES.get(status, "Unknown")
    title = f"{status} {phrase}"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n".encode()


def _spoilt(rule: Fault, body: bytes) -> bytes:
    if rule.merge or rule.omit or rule.meta:
        content = json.loads(body) if body else {}
        for item in _objects(content):
            item.update(rule.merge)
            for name in rule.omit:
                item.pop(name, None)
        if isinstance(content, dict) and "meta" in content:
            content["meta"] |= rule.meta
        body = encode(content)
    if rule.truncate:
        keep = len(body) // 2 if rule.truncate is True else rule.truncate
        body = body[:keep]
    return body


def _objects(content: Any) -> list[dict[str, Any]]:
    data = content.get("data", content) if isinstance(content, dict) else content
    return [item for item in (data if isinstance(data, list) else [data]) if isinstance(item, dict)]
