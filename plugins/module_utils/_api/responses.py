# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a response of the API: return its object or rows, or raise an ApiError that says what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .errors import ERRORS, ApiError
from .ids import is_id
from .masking import Mask, excerpt
from .transport import RawResponse

CHECK_KEY = "check api_key (or KAPSO_API_KEY), and that it is the key of the right project"

# What a status means, and what to do. Source: the errors of docs.kapso.ai/api-reference/introduction and of
# .../platform/v1. An unknown ID and an ID of another Kapso project both get a 404.
_STATUS = {
    401: ("Kapso rejected the API key", CHECK_KEY),
    402: ("Kapso asks for a paid plan", "check the subscription of the project of this key"),
    403: ("Kapso denied access", CHECK_KEY),
    404: (
        "Kapso has no such object in the project of this API key",
        "check the id and the key: the object may be in another project",
    ),
    407: ("the proxy asks for a user and a password", "put them into HTTP_PROXY: http://user:password@host:port"),
    409: ("Kapso reports a conflict", "resolve the conflict and run again"),
    422: ("Kapso rejected the values", "correct the values and run again"),
}
FAILED = ("the server failed", "run again later")
STOPS_RUN = (401, 402, 403)  # every other request would fail, too
DEEPEST = 32  # levels of nesting in a response; deeper data is not from the API, and output code could fail on it
RESERVED = "__ansible"  # prefix of the keys that Ansible reserves in a result


def check_url(option: str) -> str:
    """Return the advice to check the option that gives the base URL."""
    return f"check that {option} is the base URL of the Kapso API"


def unavailable_for(raw: RawResponse) -> float:
    """Return the seconds that a 503 asks to wait. Return 0 for any other response."""
    return (raw.retry_after or 0.0) if raw.status == 503 else 0.0


class Page(NamedTuple):
    """A page of a list. None stands for a number that the response does not give."""

    rows: list[Mapping[str, Any]]
    pages: int | None  # in the whole list
    total: int | None  # in the whole list


@dataclass(frozen=True)
class Response:
    """A response, with the request and what an error message needs."""

    method: str
    url: str
    raw: RawResponse
    attempts: int
    mask: Mask
    maybe_earlier: bool = False  # no response came to an earlier attempt of this write, which may have taken effect
    retries: int = 0  # retries of the request so far
    option: str = "api_url"  # the option that gives the base URL
    ending: str = ""  # the path with which each base URL of this API ends

    @property
    def _check_url(self) -> str:
        return check_url(self.option)

    @property
    def outcome(self) -> str:
        """Return the outcome of the write, a key of errors.OUTCOMES, if this response is an error."""
        if self.method == "GET":
            return "not_sent"
        is_refusal = 400 <= self.raw.status < 500
        return "rejected" if is_refusal and not self.maybe_earlier else "unknown"

    def object(self) -> Mapping[str, Any]:
        """Return the object under `data`. Raise ApiError."""
        data = self._payload().get("data")
        if not isinstance(data, dict):
            raise self.error("the answer has no object under `data`", self._check_url)
        return data

    def bare(self) -> Mapping[str, Any]:
        """Return the whole response of a route that wraps nothing in `data`. Raise ApiError."""
        return self._payload()

    def page(self) -> Page:
        """Return the rows of a page, and the numbers of pages and rows in the list. Raise ApiError.

        A row that is no object with an ID is an error. If it were left out, the object might be created once more.
        """
        payload = self._payload()
        data, meta = payload.get("data"), payload.get("meta")
        if not isinstance(data, list):
            raise self.error("the answer has no list under `data`", self._check_url)
        if not all(isinstance(row, dict) and is_id(row.get("id")) for row in data):
            raise self.error("the answer has an object without an id under `data`", self._check_url)
        meta = meta if isinstance(meta, dict) else {}
        pages, total, size = self._count(meta, "total_pages"), self._count(meta, "total_count"), meta.get("per_page")
        if pages is None and total is not None and isinstance(size, int) and size > 0:
            pages = -(-total // size)
        return Page(data, pages, total)

    def _count(self, meta: Mapping[str, Any], name: str) -> int | None:
        value = meta.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise self.error(f"the list has a {name} that is not a number of objects or pages", self._check_url)
        return value

    def nothing(self) -> None:
        """Accept HTTP 204, the response to a deletion. Raise ApiError for any other.

        Source: docs.kapso.ai/api-reference/whatsapp-configs/delete-whatsapp-config. Another 2xx may not be from the
        API.
        """
        if not 200 <= self.raw.status < 300:
            raise self._refusal()
        if self.raw.status != 204:
            raise self.error(f"the answer to the deletion is HTTP {self.raw.status} instead of 204", self._check_url)

    def _payload(self) -> Mapping[str, Any]:
        """Return the JSON object in the response, and learn its secrets. Raise ApiError."""
        if not 200 <= self.raw.status < 300:
            raise self._refusal()
        try:
            payload = parse(self.raw.body)
        except ValueError as error:
            kind = self.raw.headers.get("Content-Type", "no content type")
            kind = excerpt(kind, self.mask, 60)
            raise self.error(f"the answer is not JSON ({kind}; {error})", self._check_url) from None
        if not isinstance(payload, dict):
            raise self.error("the answer is JSON, but not an object", self._check_url)
        self.mask.learn(payload)
        return payload

    def _refusal(self) -> ApiError:
        """Return the error for a status that is not a success."""
        status = self.raw.status
        if not 200 <= status < 600:
            return self.error(f"the answer is HTTP {status}, which the Kapso API does not have", self._check_url)
        if 300 <= status < 400:
            target = excerpt(self.raw.headers.get("Location", "nowhere"), self.mask)
            return self.error(
                f"the server redirects to {target}, and the API key must not be sent there",
                f"set {self.option} to the address of the API",
            )
        what, advice = self._meaning(status)
        said = self.said()
        return self.error(f"{what} (HTTP {status}{': ' + said if said else ''})", advice)

    def _meaning(self, status: int) -> tuple[str, str]:
        if status == 404 and self.ending not in self.url:
            return f"{self.option} does not end in {self.ending}, and nothing is there", self._check_url
        if status == 501:
            return "the server does not support this request", self._check_url
        other = FAILED if status >= 500 else ("Kapso rejected the request", "correct the cause and run again")
        return _STATUS.get(status, other)

    def said(self) -> str:
        """Return the server's text in the response: masked, on one line, at most 200 characters.

        The text of a broken object is empty: its secrets cannot be read, and so they cannot be masked.
        """
        text = self.raw.body.decode("utf-8", "replace")
        try:
            payload = parse(self.raw.body)
        except ValueError:
            is_object = 200 <= self.raw.status < 300 and text.lstrip().startswith(("{", "["))
            return "" if is_object else excerpt(text, self.mask)
        self.mask.learn(payload)
        return excerpt("; ".join(dict.fromkeys(_texts(payload))) or text, self.mask)

    def error(self, what: str, advice: str) -> ApiError:
        """Return an ApiError about this response."""
        return ERRORS[self.outcome](
            what,
            advice,
            method=self.method,
            url=self.url,
            status=self.raw.status,
            message=self.said(),
            attempts=self.attempts,
            retries=self.retries,
            retry_after=unavailable_for(self.raw),
            stops_run=self.raw.status in STOPS_RUN,
            answer=self.raw.body.decode("utf-8", "replace"),
        )


def parse(body: bytes) -> Any:
    """Return the value of a JSON text, without keys that Ansible reserves. Raise ValueError with a short reason."""
    if not body.strip():
        raise ValueError("empty")
    try:
        payload = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("it cannot be parsed") from None
    return _fit_to_show(payload, DEEPEST)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _fit_to_show(value: Any, levels: int) -> Any:
    """Return the value without keys that Ansible reserves. Raise ValueError if it has more levels."""
    if not isinstance(value, (dict, list)):
        return value
    if levels == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, list):
        return [_fit_to_show(item, levels - 1) for item in value]
    return {
        key: _fit_to_show(item, levels - 1) if isinstance(item, (dict, list)) else item
        for key, item in value.items()
        if not key.startswith(RESERVED)
    }


_SAYING = ("error", "message", "errors", "detail", "title")


def _texts(payload: Any, key: str | None = None, depth: int = 0) -> Iterator[str]:
    """Yield the texts of an error response. `error` may be a text, a list, or an object with texts for each field."""
    if depth > 4:
        return
    if isinstance(payload, str):
        yield payload if key is None else f"{key} {payload}"
    elif isinstance(payload, list):
        for item in payload:
            yield from _texts(item, key, depth + 1)
    elif isinstance(payload, dict):
        saying = [name for name in _SAYING if name in payload]
        if saying:
            for name in saying:
                yield from _texts(payload[name], None, depth + 1)
        elif depth:
            for name, item in payload.items():
                yield from _texts(item, name, depth + 1)
