# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of the matrix, played: a scenario against the emulator, with a fault at one of its requests."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, unquote, urlsplit

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import RawResponse, Transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.apis import APIS
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import bounded

from tests.emulator import Emulator
from tests.emulator.journal import WRITES, Entry
from tests.support.matrix.faults import HARMLESS, REFUSED, Fault
from tests.support.matrix.scenario import Point, Scenario
from tests.support.matrix.subjects import PARENT, Subject, Target
from tests.support.race_hooks import hasty
from tests.support.runner import act
from tests.support.shared_time import SharedTime

Result = dict[str, Any]
Objects = list[dict[str, Any]]

OPTIONS = {"retries": 1, "rate_limit_timeout": 60, "timeout": 20}
LATER = 61.0  # seconds from one run to the next, in which every wait that a server asks for here is over
MANY = 200  # requests, by which no run has ended that ever will


@dataclass(frozen=True)
class Asked:
    """One request as the client made it, whether or not it came to the server."""

    label: str  # as in Scenario.requests
    path: str
    at: float  # seconds, by the clock that waiting moves
    status: int | None  # None: no answer was had, or none to the end


@dataclass(frozen=True)
class Part:
    """What a run says of one object, and what truly became of it."""

    target: Target
    told: Mapping[str, Any]  # the result, or the entry of the object
    before: Mapping[str, Any] | None  # at the server; None: not there
    after: Mapping[str, Any] | None
    writes: Sequence[Entry]
    twins: tuple[Objects, Objects] = ([], [])  # the others that are to go: before, and after

    @property
    def failed(self) -> bool:
        """Whether it is told as a failure."""
        return bool(self.told.get("failed"))

    @property
    def is_untouched(self) -> bool:
        """Whether the object is as it was; of `updated_at` some servers have their own opinion."""
        before, after = ({**(there or {}), "updated_at": None} for there in (self.before, self.after))
        return before == after and self.twins[0] == self.twins[1]

    @property
    def as_declared(self) -> bool:
        """Whether the server truly holds what was declared, hidden values included."""
        if self.twins[1]:
            return False
        if self.target.absent or self.after is None:
            return self.target.absent and self.after is None
        return self.target.declared.items() <= self.after.items()


@dataclass(frozen=True)
class Run:
    """What one run did."""

    scenario: Scenario
    result: Result
    told: tuple[str, ...]  # on standard error, while it went on
    asked: tuple[Asked, ...]
    journal: tuple[Entry, ...]
    before: Objects  # at the server, hidden values in clear
    after: Objects
    took: float  # seconds, waits included

    @property
    def labels(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.label for asked in self.asked]

    @property
    def writes(self) -> list[Entry]:
        """The writes that the server saw."""
        return [entry for entry in self.journal if entry.method in WRITES]

    @property
    def parts(self) -> list[Part]:
        """What it says of each object."""
        told = self.result.get("results", [self.result])
        return [self._part(target, entry) for target, entry in zip(self.scenario.targets, told, strict=True)]

    def _part(self, target: Target, told: Mapping[str, Any]) -> Part:
        before, after = target.found_in(self.before), target.found_in(self.after)
        assert len(after) < 2, "there is one object too many"
        ids = {found["id"] for found in (*before, *after)} | {target.entry.get(target.subject.resource.id_option)}
        twins = target.twins_in(self.before), target.twins_in(self.after)
        ids |= {target.subject.id_of(name) for name in target.twins}
        creates = target.may_be_created and not (before and len(self.scenario.targets) > 1)
        writes = [e for e in self.writes if (creates if e.method == "POST" else e.path.rpartition("/")[2] in ids)]
        return Part(target, told, next(iter(before), None), next(iter(after), None), writes, twins)


def label(subject: Subject, method: str, url: str) -> str:
    """What a request is called, as in Scenario.requests."""
    parts, resource = urlsplit(url), subject.resource
    path = unquote(parts.path).removeprefix(APIS[resource.api].path)
    page = parse_qs(parts.query).get("page", ["1"])[0]
    suffix = "" if page == "1" else f" {page}"
    lists = {resource.path: "project"}
    if resource.parent is not None:
        lists = {resource.parent.list_path: "parents", **lists}
        lists[resource.parent.path.format(parent=subject.id_of(PARENT))] = PARENT
    if path in lists:
        return f"POST {lists[path]}" if method == "POST" else f"LIST {lists[path]}{suffix}"
    above, _, last = path.rpartition("/")
    return f"{method} {subject.name_of(last)}" if above in lists else f"LIST {last}{suffix}"


@dataclass
class Tap:
    """Sees every request that the client makes, and has happen to it what is to happen."""

    kapso: Emulator
    time: SharedTime
    scenario: Scenario
    point: Point | None = None
    fault: Fault | None = None
    always: bool = False
    clean: bool = False  # not even what the scenario itself has go wrong
    asked: list[Asked] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def tapped(self) -> Iterator[None]:
        """Within this block."""
        send = Transport.send

        def through(session: Transport, method: str, url: str, *body: Any) -> RawResponse:
            name, path, at, status = (
                label(self.scenario.subject, method, url),
                urlsplit(url).path,
                self.time.now(),
                None,
            )
            try:
                with self._happening(session, name, {"method": method, "path_regex": f"^{re.escape(path)}$"}) as used:
                    answer = send(used, method, url, *body)
                status = answer.status
                return answer
            finally:
                self.asked.append(Asked(name, path, at, status))
                assert len(self.asked) < MANY, "this does not end"

        with patch.object(Transport, "send", through):
            yield

    @contextmanager
    def _happening(self, session: Transport, name: str, rule: dict[str, Any]) -> Iterator[Transport]:
        """What one request is made in: nobody listens, there is little time, or the server has a rule for it."""
        fault = self._turn(name)
        refuses = self.fault is not None and self.fault.rule is REFUSED
        with self._lock if refuses else nullcontext():  # no other thread is to meet that
            if fault is None:
                yield session
            elif fault.rule is REFUSED:
                self.kapso.down()
                try:
                    yield session
                finally:
                    self.kapso.up()
            else:
                self.kapso.fault(**rule, **fault.made(), count=1)
                with hasty(self.kapso, session, fault.rule) if fault.slow else nullcontext(session) as used:
                    yield used

    def _turn(self, name: str) -> Fault | None:
        """What is to happen to this request."""
        with self._lock:
            page_of = self.point.label if self.point and self.always and _follows(name, self.point) else name
            self._seen[page_of] += 1
            met = self._seen[page_of]
        if not self.clean and self.scenario.spoilt and f"{name}*" in self.scenario.sequence and met == 1:
            return Fault("the scenario's own", HARMLESS, self.scenario.spoilt)
        if self.point is None or page_of != self.point.label:
            return None
        return self.fault if met == self.point.earlier + 1 or (self.always and met > self.point.earlier) else None


def _follows(name: str, point: Point) -> bool:
    """Whether a request is for a further page of the list that the point begins."""
    return point.kind == "LIST" and point.label.count(" ") == 1 and name.startswith(f"{point.label} ")


class Stage:
    """An emulator, a directory of receipts and a clock, on which one scenario is run again and again."""

    def __init__(self, kapso: Emulator, receipts: Path, shared_time: SharedTime, scenario: Scenario) -> None:
        self.kapso = kapso
        self.receipts = receipts
        self.scenario = scenario
        self._time = shared_time
        self._entries = 0  # of the journal, that belong to earlier runs
        self._limited = False
        subject = scenario.subject
        there = (subject.adding(values) for values in scenario.there)
        *_done, left = kapso.batch(("reset", dict(scenario.settings)), *subject.first, *there, (subject.shelf, {}))
        self._left = self._seen(left)
        if scenario.earlier is not None:
            scenario.earlier(self)

    @property
    def url(self) -> str:
        """The base URL of the API that the objects belong to."""
        return self._urls[APIS[self.scenario.subject.resource.api].option]

    @property
    def _urls(self) -> dict[str, str]:
        return {"api_url": self.kapso.url, "platform_api_url": self.kapso.platform_url}

    def _seen(self, rows: Objects) -> Objects:
        return [self.scenario.subject.seen(row) for row in rows]

    def edit(self) -> None:
        """Somebody changes the first object: all that can be read and is not declared."""
        (target,) = self.scenario.targets
        others = self.scenario.subject.values("new", lambda f: f.type == "bool" and f.name not in target.declared)
        self.kapso.edit(self.scenario.subject.stored_id(target.name), **others)

    def run(self, point: Point | None = None, fault: Fault | None = None, *, always: bool = False) -> Run:
        """The scenario, as it is written, with what happens at one of its requests."""
        tap = Tap(self.kapso, self._time, self.scenario, point, fault, always)
        return self._run(tap, self.scenario.targets, self.scenario.check)

    def run_clean(self, targets: Sequence[Target] | None = None) -> Run:
        """The scenario once more, for real, later, and with nothing in its way."""
        if self._limited:
            self._time.sleep(LATER)
        tap = Tap(self.kapso, self._time, self.scenario, clean=True)
        return self._run(tap, self.scenario.targets if targets is None else targets, check=False)

    def _run(self, tap: Tap, targets: Sequence[Target], check: bool) -> Run:
        told: list[str] = []
        before = self._left
        began = self._time.now()
        with tap.tapped():
            result = dict(
                bounded.read(act(self.scenario.module, self._options(targets), check=check, hear=told.append))
            )
        took = self._time.now() - began
        entries, left = self.kapso.batch(("journal", {}), (self.scenario.subject.shelf, {}))
        self._left = self._seen(left)
        journal = tuple(Entry(**entry) for entry in entries[self._entries :])
        self._entries = len(entries)
        self._limited = any(entry.status == 429 for entry in journal)
        return Run(self.scenario, result, tuple(told), tuple(tap.asked), journal, before, self._left, took)

    def _options(self, targets: Sequence[Target]) -> dict[str, Any]:
        options = {**self._urls, "api_key": self.kapso.key, **OPTIONS, **self.scenario.options}
        entries = [target.entry for target in targets]
        if self.scenario.module is self.scenario.subject.many:
            options = {"on_error": "continue", **options, self.scenario.subject.resource.plural: entries}
        elif entries:
            options |= entries[0]
        return options | ({"receipts": str(self.receipts)} if entries else {})
