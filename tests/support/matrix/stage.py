# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of the matrix, played: a job in this process against the emulator, with a fault at one of its requests."""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Raw, Transport

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.matrix.faults import REFUSED, Fault
from tests.support.matrix.jobs import CUSTOMER, Goal, Job, Point
from tests.support.runner import act
from tests.support.shared_time import SharedTime

Result = dict[str, Any]
Configs = list[dict[str, Any]]

OPTIONS = {"retries": 1, "rate_limit_timeout": 60, "timeout": 20}
PATIENCE = 0.1  # seconds for a request that ends by its timeout
LATER = 61.0  # seconds from one run to the next, in which every wait that a server asks for here is over
MANY = 200  # requests, by which no run has ended that ever will


@dataclass(frozen=True)
class Asked:
    """One request as the client made it, whether or not it came to the server."""

    label: str  # as in Job.requests
    path: str
    at: float  # seconds, by the clock that waiting moves
    status: int | None  # None: no answer was had, or none to the end


@dataclass(frozen=True)
class Run:
    """What one run did."""

    result: Result
    told: tuple[str, ...]  # on standard error, while it went on
    asked: tuple[Asked, ...]
    journal: tuple[Entry, ...]
    before: Configs  # at the server, hidden values in clear
    after: Configs
    took: float  # seconds, waits included

    @property
    def labels(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.label for asked in self.asked]


def label(method: str, url: str) -> str:
    """What a request is called, as in Job.requests."""
    parts = urlsplit(url)
    path = parts.path.removeprefix("/api/v1").replace("%20", " ")
    page = parse_qs(parts.query).get("page", ["1"])[0]
    suffix = "" if page == "1" else f" {page}"
    match path.strip("/").split("/"):
        case ["whatsapp_configs"]:
            whose = "project"
        case ["customers", whose, "whatsapp_configs"] if method != "POST":
            pass
        case ["customers"]:
            whose = "customers"
        case [*_, last]:
            name = CUSTOMER if last == "whatsapp_configs" else "new" if last.startswith("00000000-") else last
            return f"{method} {name}"
    return f"LIST {whose}{suffix}"


@dataclass
class Tap:
    """Sees every request that the client makes, and plays what happens on the client's side of the wire."""

    kapso: Emulator
    time: SharedTime
    point: Point | None = None
    fault: Fault | None = None
    always: bool = False
    asked: list[Asked] = field(default_factory=list)
    _met: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def tapped(self) -> Iterator[None]:
        """Within this block."""
        exchange = Transport.exchange

        def through(session: Transport, method: str, url: str, *body: Any) -> Raw:
            name = label(method, url)
            status = None
            at = self.time.clock()
            try:
                with self._circumstances(session, self._turn(name)) as used:
                    answer = exchange(used, method, url, *body)
                status = answer.status
                return answer
            finally:
                self.asked.append(Asked(name, urlsplit(url).path, at, status))
                assert len(self.asked) < MANY, "this does not end"

        with patch.object(Transport, "exchange", through):
            yield

    @contextmanager
    def _circumstances(self, session: Transport, turn: bool) -> Iterator[Transport]:
        """What one request is made in: nobody listens, or there is little time."""
        if self.fault is not None and self.fault.rule is REFUSED:
            with self._lock:  # no other thread is to meet that
                if turn:
                    self.kapso.down()
                try:
                    yield session
                finally:
                    self.kapso.up()
        elif self.fault is not None and self.fault.slow and turn:
            hasty = copy.copy(session)
            hasty.settings = replace(session.settings, timeout=PATIENCE)
            yield hasty
        else:
            yield session

    def _turn(self, name: str) -> bool:
        """Whether the fault is to meet this request."""
        if self.point is None or not _meets(self.point, name, self.always):
            return False
        with self._lock:
            self._met += 1
            return self._met > self.point.earlier if self.always else self._met == self.point.earlier + 1


def _meets(point: Point, name: str, always: bool) -> bool:
    """Whether a request is that of the point; if it is a list, and always, further pages are met, too."""
    return name == point.label or (always and point.begins_list and name.startswith(f"{point.label} "))


class Stage:
    """An emulator, a directory of receipts and a clock, on which one job is run again and again."""

    def __init__(self, kapso: Emulator, receipts: Path, shared_time: SharedTime, job: Job) -> None:
        self.kapso = kapso
        self.receipts = receipts
        self.job = job
        self._time = shared_time
        self._entries = 0  # of the journal, that belong to earlier runs
        self._limited = False
        self._left: Configs = []  # what the last run left at the server
        there = (("add", dict(values)) for values in job.there)
        kapso.batch(("reset", dict(job.settings)), ("add_customer", {"id": CUSTOMER}), *there)
        if job.earlier is not None:
            job.earlier(self)

    def run(self, point: Point | None = None, fault: Fault | None = None, *, always: bool = False) -> Run:
        """The job, as it is written, with what happens at one of its requests."""
        faults = []
        if self.job.spoilt is not None:
            name = {"name": "the job's own", "count": 1}
            faults.append({**_where(_starred(self.job), first=True), **self.job.spoilt, **name})
        if point is not None and fault is not None and fault.rule is not REFUSED:
            times = {} if always else {"count": 1}
            faults.append({**_where(point, first=not always), **fault.made(), **times, "after": point.unspoilt})
        *_names, left = self.kapso.batch(*(("fault", rule) for rule in faults), ("configs", {}))
        self._left = left  # somebody else may have been at work
        return self._run(Tap(self.kapso, self._time, point, fault, always), self.job.goals, self.job.check)

    def run_clean(self, goals: Sequence[Goal] | None = None) -> Run:
        """The job once more, for real, later, and with nothing in its way."""
        self.kapso.clear_faults()
        if self._limited:
            self._time.sleep(LATER)
        return self._run(Tap(self.kapso, self._time), self.job.goals if goals is None else goals, check=False)

    def _run(self, tap: Tap, goals: Sequence[Goal], check: bool) -> Run:
        told: list[str] = []
        before = self._left
        began = self._time.clock()
        with tap.tapped():
            result = act(self.job.module, self._options(goals), check=check, hear=told.append)
        took = self._time.clock() - began
        entries, self._left = self.kapso.batch(("journal", {}), ("configs", {}))
        journal = tuple(Entry(**entry) for entry in entries[self._entries :])
        self._entries = len(entries)
        self._limited = any(entry.status == 429 for entry in journal)
        return Run(result, tuple(told), tuple(tap.asked), journal, before, self._left, took)

    def _options(self, goals: Sequence[Goal]) -> dict[str, Any]:
        options = {"api_url": self.kapso.url, "api_key": self.kapso.key, **OPTIONS, **self.job.options}
        entries = [goal.entry for goal in goals]
        if "configs" in self.job.module.spec:
            options["configs"] = entries
        elif entries:
            options |= entries[0]
        return options | ({"receipts": str(self.receipts)} if entries else {})


def _starred(job: Job) -> Point:
    return Point(job, next(place for place, label in enumerate(job.sequence) if label.endswith("*")))


def _where(point: Point, *, first: bool) -> dict[str, Any]:
    """What the emulator is to tell the request by; of a list that one page, or it and all that follow."""
    what, name, *page = point.label.rstrip("*").split()
    if what == "LIST":
        path = {"project": "/whatsapp_configs", "customers": "/customers"}.get(
            name, f"/customers/{name}/whatsapp_configs"
        )
        pages = {"query": f"page={page[0] if page else 1}&"} if first or page else {}
        return {"method": "GET", "path_regex": f"^/api/v1{path}$", **pages}
    if what == "POST":
        return {"method": "POST"}
    named = "00000000-[^/]+" if name == "new" else re.escape(name)
    return {"method": what, "path_regex": f"^/api/v1/whatsapp_configs/{named}$"}
