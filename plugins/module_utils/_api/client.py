# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP client of the Kapso API: it sends requests, retries them and waits. It does not import Ansible."""

from __future__ import annotations

import copy
import json
import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Callable
from urllib.parse import urlencode

from .errors import ERRORS, ApiError
from .masking import Mask
from .orphan import is_orphan
from .rate_limit import RateLimited, RateLimiter
from .responses import Page, Response, check_url, unavailable_for
from .transport import Transport, TransportError

# HTTP statuses after which a request is retried, by method. GET, PATCH and DELETE are idempotent. A POST that may have
# reached the API is never sent again.
RETRIED_STATUS = {
    "GET": (500, 502, 503, 504),
    "PATCH": (502, 503, 504),
    "DELETE": (502, 503, 504),
    "POST": (),
}
BACKOFF = 0.5  # seconds; upper limit of the random wait before the first retry, doubled for each further one
BACKOFF_LIMIT = 30.0  # seconds; upper limit of the wait before any retry
PER_PAGE = 100  # rows; the maximum: docs.kapso.ai/api-reference/whatsapp-configs/list-whatsapp-configs
UNREACHABLE_AFTER = 5  # connection failures in a row, counted over all requests of a client

Object = Mapping[str, Any]

_JITTER = random.SystemRandom()  # forked processes need different random numbers


def backoff_limit(retry: int) -> float:
    """Return the longest wait, in seconds, before a retry. The first retry is 0."""
    return float(min(BACKOFF_LIMIT, BACKOFF * 2.0**retry))


def _ignore(_why: str, _seconds: float) -> None:
    """Ignore an announcement."""


@dataclass
class Base:
    """State of a base URL under one API key. All clients of a process with that URL and key share it."""

    proven: bool = False  # a response has shown that it serves the API, so its 404 is trusted


@dataclass
class _Counts:
    """Counts for the notes that the user reads at the end (Client.notes)."""

    causes: Counter[str] = field(default_factory=Counter)  # number of repeated requests by cause
    waited: float = 0.0  # seconds spent waiting for the rate limit


@dataclass
class _Request:
    """One request and the state of its attempts."""

    method: str
    url: str
    attempts: int = 0
    retries: int = 0
    lost: bool = False  # an earlier attempt of this write may have taken effect
    refused: bool = False  # the rate limit rejected an attempt of this write (HTTP 429)

    @property
    def writes(self) -> bool:
        """Return whether the request is a write: any method but GET."""
        return self.method != "GET"

    @property
    def shown_url(self) -> str:
        """Return the URL for error messages, without the filters of a list: a filter may hold a part of a secret."""
        return self.url.partition(f"&per_page={PER_PAGE}&")[0]

    @property
    def outcome(self) -> str:
        """Return the outcome of this write, a key of errors.OUTCOMES, if no response decides it."""
        if self.lost:
            return "unknown"
        return "rejected" if self.refused else "not_sent"


class Client:
    """A client of one API for one task. Safe for threads.

    Tasks of the same process may share `transport` and `budget`. `retries` is the number of retries of a request after
    failures. `rate_limit_timeout` is the longest time, in seconds, during which the rate limit lets no request through.
    `announce(why, seconds)` is called when a wait begins, and `on_write()` before each attempt of a write. Each failure
    is an ApiError. Its texts hold no secret of `mask`.
    """

    def __init__(
        self,
        transport: Transport,
        budget: RateLimiter,
        mask: Mask,
        retries: int = 4,
        rate_limit_timeout: float = 120.0,
        announce: Callable[[str, float], None] | None = None,
        base: Base | None = None,
        on_write: Callable[[], None] = lambda: None,
    ) -> None:
        self._transport = transport
        self.settings = transport.settings
        self.limiter = budget
        self._mask = mask
        self._retries = retries
        self._max_wait = rate_limit_timeout
        self._announce = announce or _ignore
        self._on_write = on_write
        self.base = base or Base()
        self._lock = threading.Lock()
        self.counts = _Counts()
        self._unconnected = 0
        self._date: float | None = None  # of the last response with a `Date`; seconds since 1970
        self._statuses = threading.local()  # of the last response to each method, for each thread
        self.requests = 0  # sent so far, retries included

    def get(self, path: str) -> Object:
        """Return the object at `path`. Raise ApiError."""
        found = self._answer(_Request("GET", self.url(path))).object()
        self.base.proven = True
        return found

    def bare(self, path: str) -> Object:
        """Return the whole response of a route that wraps nothing in `data`. Raise ApiError."""
        return self._answer(_Request("GET", self.url(path))).bare()

    def apart(self) -> Client:
        """Return a client for routes with a separate rate limit. The notes of this client count its requests, too."""
        other = copy.copy(self)
        other.limiter = RateLimiter(self.limiter.clock)
        return other

    def page(self, path: str, number: int, filters: Mapping[str, str] = MappingProxyType({})) -> Page:
        """Return page `number` of the list at `path`. The first page is 1. Raise ApiError."""
        query = urlencode({"page": number, "per_page": PER_PAGE, **filters}, errors="surrogatepass")
        page = self._answer(_Request("GET", self.url(f"{path}?{query}"))).page()
        self.base.proven = True
        return page

    def write(self, method: str, path: str, body: Object, after: ApiError | None = None) -> Object:
        """Send a write and return the object in the response. Raise ApiError.

        After the outcome "unknown" the write may have taken effect: read the object before you go on. If
        `facts.repeatable` is true, you may send the same write once more, with the error as `after`. Attempts and
        retries then go on counting from there.
        """
        return self._answer(self._write_request(method, path, after), json.dumps(body).encode()).object()

    def delete(self, path: str, after: ApiError | None = None) -> None:
        """Delete the object at `path`. Raise ApiError. `after` has the same meaning as in `write`."""
        self._answer(self._write_request("DELETE", path, after)).nothing()

    def _write_request(self, method: str, path: str, after: ApiError | None) -> _Request:
        request = _Request(method, self.url(path))
        if after is not None:
            request.attempts, request.retries, request.lost = after.facts.attempts, after.facts.retries, True
            self._back_off(request, after.what)
        return request

    def pause(self, seconds: float) -> None:
        """Sleep for that many seconds."""
        self.limiter.clock.sleep(seconds)

    def date(self) -> float:
        """Return the date of the server's clock in the last response, in seconds since 1970.

        If no response has a date, return the local one.
        """
        return self.limiter.clock.date() if self._date is None else self._date

    def may_wait(self, seconds: float) -> bool:
        """Return whether `rate_limit_timeout` allows a wait of that many seconds that the server asks for."""
        return seconds <= self._max_wait

    def notes(self, *others: Client) -> tuple[str, ...]:
        """Return notes for the user: the causes of repeated requests, and the time spent waiting for the rate limit.

        The counts include those of the `others`.
        """
        notes = []
        repeated = sum((client.counts.causes for client in others), Counter(self.counts.causes))
        waited = sum((client.counts.waited for client in others), self.counts.waited)
        if repeated:
            causes = (f"{cause} ({count} times)" if count > 1 else cause for cause, count in repeated.items())
            notes.append(f"requests were repeated after: {', '.join(causes)}")
        if waited >= 1:
            notes.append(f"waited {waited:.0f} s for the rate limit of the API")
        return tuple(notes)

    def url(self, path: str) -> str:
        """Return the whole URL of a path."""
        return self.settings.url + path

    @property
    def check_url(self) -> str:
        """Return the advice for a response that the Kapso API does not send."""
        return check_url(self.settings.option)

    def status_of(self, method: str) -> int | None:
        """Return the status of the last response to a request of that method in this thread."""
        return getattr(self._statuses, method, None)

    def wrong_answer(
        self, what: str, method: str, path: str, outcome: str = "not_sent", advice: str = "", **facts: Any
    ) -> ApiError:
        """Return the error for a response that has the status of a success but does not show the expected object.

        `facts` are fields of errors.Facts.
        """
        facts = {"method": method, "url": self.url(path), "status": self.status_of(method), **facts}
        return ERRORS[outcome](what, advice or self.check_url, **facts)

    def _answer(self, request: _Request, content: bytes | None = None) -> Response:
        """Send the request until a response or an ApiError ends it, within `retries` and `rate_limit_timeout`."""
        while True:
            self._wait_for_turn(request)
            if is_orphan():
                raise self._error(request, "the Ansible run was ended", "run again", stops_run=True)
            if request.writes:
                self._on_write()
            request.attempts += 1
            with self._lock:
                self.requests += 1
            try:
                raw = self._transport.send(request.method, request.url, content)
            except TransportError as failure:
                self._handle_transport_error(request, failure)
                continue
            self._unconnected = 0
            setattr(self._statuses, request.method, raw.status)
            self._date = raw.date.timestamp() if raw.date else self._date
            if raw.status == 429:
                request.refused = request.writes
                self.limiter.on_429(raw.retry_after)
                self._count("HTTP 429")
                continue
            self.limiter.on_response(raw.remaining, raw.retry_after)
            more = request.retries < self._retries and self.may_wait(unavailable_for(raw))
            if more and raw.status in RETRIED_STATUS[request.method]:
                request.lost = request.writes
                self._back_off(request, f"HTTP {raw.status}", unavailable_for(raw))
                continue
            return Response(
                request.method,
                request.shown_url,
                raw,
                request.attempts,
                self._mask,
                request.lost,
                request.retries,
                self.settings.option,
                self.settings.ending,
            )

    def _wait_for_turn(self, request: _Request) -> None:
        """Wait for the rate limit. Raise ApiError if that takes longer than `rate_limit_timeout`."""
        try:
            waited = self.limiter.wait(self._max_wait, partial(self._announce, "rate limit reached"))
        except RateLimited as limited:
            raise self._error(
                request,
                f"the rate limit is used up, and Kapso asks to wait {limited.asked:.0f} s, which is more than "
                f"rate_limit_timeout ({self._max_wait:g} s)",
                "run again later, or raise rate_limit_timeout",
                status=429,
                stops_run=True,
            ) from None
        with self._lock:
            self.counts.waited += waited

    def _handle_transport_error(self, request: _Request, failure: TransportError) -> None:
        """Wait for the backoff and return if the request may be sent again. Otherwise raise ApiError."""
        if failure.status is None and failure.again:
            self._unconnected += 1
        unreachable = self._unconnected >= UNREACHABLE_AFTER
        in_doubt = failure.arrived and request.writes
        more = failure.again and request.retries < self._retries and not unreachable
        if more and not in_doubt:
            self._back_off(request, failure.what)
            return
        request.lost = request.lost or in_doubt
        raise self._error(
            request,
            failure.what,
            failure.advice.format(option=self.settings.option),
            stops_run=unreachable,
            repeatable=more and failure.status is None and request.method != "POST",
        )

    def _error(self, request: _Request, what: str, advice: str, **facts: Any) -> ApiError:
        """Return the error for a request without a usable response."""
        return ERRORS[request.outcome](
            self._mask.text(what),
            self._mask.text(advice),
            method=request.method,
            url=request.shown_url,
            attempts=request.attempts,
            retries=request.retries,
            **facts,
        )

    def _back_off(self, request: _Request, cause: str, asked: float = 0.0) -> None:
        self._count(cause)
        if asked >= 1:
            self._announce(f"the server asks to wait ({cause})", asked)
        self.limiter.clock.sleep(max(asked, _JITTER.uniform(0, backoff_limit(request.retries))))
        request.retries += 1

    def _count(self, cause: str) -> None:
        with self._lock:
            self.counts.causes[cause] += 1
