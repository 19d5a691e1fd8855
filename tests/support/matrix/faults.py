# SPDX-License-Identifier: GPL-3.0-or-later
"""List the faults that can happen to a request, with the promises of docs/rate-limits.md about each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import cache
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

from tests.collection import ROOT

PAGE = ROOT / "docs" / "rate-limits.md"
METHODS = ("GET", "PATCH", "DELETE", "POST")
WAIT = 20  # seconds in the Retry-After of a 429
REFUSED: dict[str, Any] = {}  # stands for a refused connection, for which the emulator has no rule

# The starts of the rows in the page's table.
UNCONNECTED = "no connection"
SILENT = "no answer"
BROKEN = "a 2xx that breaks off"
WRONG = "a 2xx with an answer that is not from the API"
LIMITED = "429"
GATEWAY = "502"
FAILED = "500"
ODD_FAILURE = "any other 5xx"
REDIRECT = "3xx"
REFUSAL = "any other 4xx"
HARMLESS = ""  # an answer that the run can use
MISLEADING = "?"  # an answer that some runs can use; the result must be true in any case


@dataclass(frozen=True)
class Fault:
    """Hold one fault."""

    name: str
    row: str  # the start of a row in the page's table, or HARMLESS or MISLEADING
    rule: Mapping[str, Any] = field(hash=False)
    applied: bool | None = None  # whether a write takes effect; None: the rule decides
    lists: bool | None = None  # True: only for lists, False: only for other requests
    methods: tuple[str, ...] = METHODS  # the methods of its requests
    slow: bool = False  # it ends by the client's timeout
    asked: float = 0.0  # seconds that the answer asks to wait

    def promise(self, method: str) -> str:
        """Return the promise of the page for a request of this method: `again`, `look`, `wait`, `no`, ...

        Return HARMLESS or MISLEADING if the page has no promise.
        """
        if self.row == HARMLESS or self.does_nothing(method):
            return HARMLESS
        return MISLEADING if self.row == MISLEADING else promises()[self.row][method]

    def does_nothing(self, method: str) -> bool:
        """Return whether the rule changes nothing, since the answer to a deletion has no body."""
        spoils = self.rule.keys() & {"truncate", "merge", "omit", "slow_body"} or self.rule.get("drop") == "during"
        return method == "DELETE" and bool(spoils)

    @property
    def stops_run(self) -> bool:
        """Return whether the run must not send further requests."""
        return self.row == LIMITED or self.rule.get("status") in (401, 402, 403)

    def made(self) -> dict[str, Any]:
        """Return the rule for the emulator, without method and path."""
        says_all = self.applied is None or self.rule.get("drop") in ("before", "after")
        return dict(self.rule) if says_all else {**self.rule, "apply": self.applied}


@cache
def promises() -> dict[str, dict[str, str]]:
    """Return the page's table as promises by row and method. The text below the table has the difference for POST."""
    text = PAGE.read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    table = {name: {"GET": read, "PATCH": write, "DELETE": write} for name, read, write in rows[2:]}
    for row in table.values():
        row["POST"] = "look" if "look" in row["PATCH"] else row["PATCH"]
    begun = (UNCONNECTED, SILENT, BROKEN, WRONG, LIMITED, GATEWAY, FAILED, ODD_FAILURE, REDIRECT, REFUSAL)
    return {begin: next(row for name, row in table.items() if name.startswith(begin)) for begin in begun}


def _answers() -> Iterator[Fault]:
    """Yield error answers of a server that works."""
    date = {"Date": formatdate(0, usegmt=True), "Retry-After": formatdate(WAIT, usegmt=True)}
    waits = {f"{WAIT} s": {"Retry-After": str(WAIT)}, "a date": date, "garbage": {"Retry-After": "soon"}}
    for name, headers in waits.items():
        asked = 60.0 if name == "garbage" else WAIT
        rule = {"status": 429, "headers": {**headers, "X-RateLimit-Remaining": "0"}}
        yield Fault(f"429, Retry-After {name}", LIMITED, rule, asked=asked)
    yield Fault("429 without Retry-After", LIMITED, {"status": 429}, asked=60.0)
    for status in (502, 503, 504):
        yield Fault(f"{status}", GATEWAY, {"status": status})
    asks = {"status": 503, "json": {}, "headers": {"Retry-After": "7"}}
    yield Fault("503 in JSON that asks to wait", GATEWAY, asks, asked=7.0)
    yield Fault("500", FAILED, {"status": 500})
    yield Fault("501", ODD_FAILURE, {"status": 501, "html": True})
    yield Fault("a refusal that quotes all that was sent", REFUSAL, {"echo": True})
    for status in (400, 401, 403, 409):
        yield Fault(f"{status}", REFUSAL, {"status": status, "json": {"error": "Not so"}})
    yield Fault("a redirect on the same host", REDIRECT, {"redirect": "/api/v1/elsewhere", "status": 307})
    yield Fault("a redirect to another host", REDIRECT, {"redirect": "https://elsewhere.example/api/v1"})


def _statuses() -> Iterator[Fault]:
    """Yield answers with another status than the API documents."""
    bodies = ("GET", "PATCH", "POST")
    for status in (200, 201, 202):
        rule = {"answer_status": status}
        yield Fault(f"{status} for a success", HARMLESS, rule, methods=bodies)
        yield Fault(f"{status} for a deletion", WRONG, rule, methods=("DELETE",))
    yield Fault("204 without a body", WRONG, {"answer_status": 204}, methods=bodies)
    missing = {"status": 404, "json": {"error": "Not found"}}
    yield Fault("404 for a write", REFUSAL, missing, methods=("PATCH", "POST"))
    # The object does not exist. A false 404 cannot be detected.
    yield Fault("404 for a deletion", HARMLESS, missing, applied=True, methods=("DELETE",))


def _losses() -> Iterator[Fault]:
    """Yield losses of an answer or of a part of one."""
    yield Fault("refused", UNCONNECTED, REFUSED)
    yield Fault("dropped before the effect", SILENT, {"drop": "before"}, applied=False)
    for how, rst in (("dropped", {}), ("reset", {"rst": True})):
        yield Fault(f"{how} after the effect", SILENT, {"drop": "after", **rst}, applied=True)
        yield Fault(f"{how} in the midst of the answer", BROKEN, {"drop": "during", **rst})
    yield Fault("a late answer", SILENT, {"delay": 60}, slow=True)
    yield Fault("a dripping answer", BROKEN, {"slow_body": {"bytes": 1, "interval": 0.04}}, slow=True)


def _nonsense() -> Iterator[Fault]:
    """Yield 2xx answers with an invalid body."""
    bodies: dict[str, dict[str, Any]] = {
        "a flood": {"endless": 0},
        "20 MB": {"big": 20},
        "9 MB in a small parcel": {"big": 9, "gzip": True},
        "falsely said to be compressed": {"headers": {"Content-Encoding": "gzip"}, "json": {"data": {}}},
        "cut short": {"truncate": True},
        "empty": {"empty": True},
        "HTML": {"html": True},
        "a list": {"json": [1, 2]},
        "a text": {"json": "fine"},
        "a number": {"json": 7},
        "null": {"json": None},
        "without data": {"json": {"status": "ok"}},
        "data that is null": {"json": {"data": None}},
        "nested deeply": {"nesting": 5000},
        "not UTF-8": {"invalid_utf8": True},
        "NaN": {"body": '{"data": NaN}'},
    }
    for name, rule in bodies.items():
        yield Fault(name, WRONG, rule)
    yield Fault("data that is an object", WRONG, {"json": {"data": {"name": "x"}}}, lists=True)
    yield Fault("data that holds no objects", WRONG, {"json": {"data": [7, "x", None]}}, lists=True)
    yield Fault("data that is a list", WRONG, {"json": {"data": [{"name": "x"}]}}, lists=False)


def _misfits(resource: Resource) -> Iterator[Fault]:
    """Yield 2xx answers with values that do not match the table."""
    yield from _of_another_type(resource)
    names = [field.name for field in resource.fields if field.format == "meta_id"]
    if names:
        yield Fault("numbers for Meta ids", MISLEADING, {"merge": dict.fromkeys(names, 7)})
        yield Fault("without Meta ids", MISLEADING, {"omit": names})
    yield Fault("an object for an id", MISLEADING, {"merge": {"id": {}}})
    yield Fault("without an id", MISLEADING, {"omit": ["id"]})
    yield Fault("of another object", MISLEADING, {"merge": {"id": "somebody-else"}}, lists=False)
    yield Fault("an odd instant", MISLEADING, {"merge": {"updated_at": 7}})
    yield Fault("without an instant", MISLEADING, {"omit": ["updated_at"]})


def _of_another_type(resource: Resource) -> Iterator[Fault]:
    """Yield answers with a wrong type for the first field of each type and for each ID."""
    firsts = {row.type: row.name for row in reversed(resource.fields) if row.writable and not row.write_only}
    ids = [row.name for row in resource.fields if row.format == "text" and row.name.endswith("_id")]
    for name in (firsts.pop("str"), *ids):
        yield Fault(f"a number for {name}", MISLEADING, {"merge": {name: 7}})
    for name in firsts.values():
        yield Fault(f"a text for {name}", MISLEADING, {"merge": {name: "x"}})


def _oddities() -> Iterator[Fault]:
    """Yield unusual answers that every client must accept."""
    oddities: dict[str, dict[str, Any]] = {
        "called HTML": {"content_type": "text/html"},
        "without a content type": {"content_type": ""},
        "HTTP/1.0": {"http10": True},
        "the connection closed after it": {"close": True},
        "in chunks": {"chunked": True},
        "compressed": {"gzip": True},
        "with keys that nobody knows": {"merge": {"quality": "GREEN", "future": {"deep": [1, None]}}},
        "in small pieces": {"slow_body": {"bytes": 50, "interval": 0}},
    }
    for name, rule in oddities.items():
        yield Fault(name, HARMLESS, rule)
    yield Fault("a number of pages that is absent", HARMLESS, {"meta": {"total_pages": None}}, lists=True)
    for name, value in (("a text", "many"), ("negative", -1), ("true", True)):
        yield Fault(f"a number of pages that is {name}", WRONG, {"meta": {"total_pages": value}}, lists=True)
    yield Fault("pages without end", HARMLESS, {"meta": {"total_pages": 10**12}}, lists=True)


# Rows with two faults for each write: one that takes effect, and one that does not.
EITHER = (BROKEN, WRONG, GATEWAY, FAILED, ODD_FAILURE, REDIRECT)


def _with_effects(fault: Fault, method: str) -> Iterator[Fault]:
    either = fault.row in EITHER or fault.name == "a late answer"
    if either and fault.applied is None and not fault.does_nothing(method):
        yield replace(fault, name=f"{fault.name}, and it took effect", applied=True)
        yield replace(fault, name=f"{fault.name}, and it took no effect", applied=False)
    else:
        yield fault


@cache
def faults(resource: Resource) -> tuple[Fault, ...]:
    """Return all faults for requests about objects of a resource."""
    return (*_answers(), *_statuses(), *_losses(), *_nonsense(), *_misfits(resource), *_oddities())


@cache
def faults_of(resource: Resource, method: str, is_list: bool) -> tuple[Fault, ...]:
    """Return all faults for one kind of request."""
    fitting = tuple(f for f in faults(resource) if f.lists in (None, is_list) and method in f.methods)
    return fitting if method == "GET" else tuple(either for fault in fitting for either in _with_effects(fault, method))
