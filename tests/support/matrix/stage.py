# SPDX-License-Identifier: GPL-3.0-or-later
"""Run one cell of the matrix: a scenario against the emulator, with a fault at one of its requests."""

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
LATER = 61.0  # seconds between two runs, longer than any wait that a server asks for here
MANY = 200  # requests; a run with more does not end


@dataclass(frozen=True)
class Asked:
    """Hold one request of the client, which may not have reached the server."""

    label: str  # as in Scenario.requests
    path: str
    at: float  # seconds, by a clock that waits move
    status: int | None  # None: no answer, or no complete one


@dataclass(frozen=True)
class Part:
    """Hold the result for one object, and the object before and after the run."""

    target: Target
    told: Mapping[str, Any]  # the result, or the entry of the object
    before: Mapping[str, Any] | None  # at the server; None: it does not exist
    after: Mapping[str, Any] | None
    writes: Sequence[Entry]
    twins: tuple[Objects, Objects] = ([], [])  # others with its key, which the run deletes: before, and after

    @property
    def failed(self) -> bool:
        """Return whether the result is a failure."""
        return bool(self.told.get("failed"))

    @property
    def is_untouched(self) -> bool:
        """Return whether the object is unchanged. Ignore `updated_at`, which some servers move without an edit."""
        before, after = ({**(there or {}), "updated_at": None} for there in (self.before, self.after))
        return before == after and self.twins[0] == self.twins[1]

    @property
    def as_declared(self) -> bool:
        """Return whether the server holds the declared values, including write-only fields."""
        if self.twins[1]:
            return False
        if self.target.absent or self.after is None:
            return self.target.absent and self.after is None
        return self.target.is_as_declared(dict(self.after))


@dataclass(frozen=True)
class Run:
    """Hold one run: its result, output, requests, and the objects before and after."""

    scenario: Scenario
    result: Result
    told: tuple[str, ...]  # its lines on standard error
    asked: tuple[Asked, ...]
    journal: tuple[Entry, ...]
    before: Objects  # at the server, with write-only fields in clear
    after: Objects
    took: float  # seconds, with waits

    @property
    def labels(self) -> list[str]:
        """Return the labels of the requests, in order."""
        return [asked.label for asked in self.asked]

    @property
    def writes(self) -> list[Entry]:
        """Return the writes in the journal."""
        return [entry for entry in self.journal if entry.method in WRITES]

    @property
    def parts(self) -> list[Part]:
        """Return a part for each target."""
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
    """Return the label of a request, as in Scenario.requests."""
    parts, resource = urlsplit(url), subject.resource
    path = unquote(parts.path).removeprefix(APIS[resource.api].path)
    page = parse_qs(parts.query).get("page", ["1"])[0]
    suffix = "" if page == "1" else f" {page}"
    lists = {resource.path: "project"}
    if resource.parent is not None:
        lists = {resource.parent.list_path: "parents", **(lists if resource.path else {})}
        lists[resource.parent.path.format(parent=subject.id_of(PARENT))] = PARENT
    if path in lists:
        return f"POST {lists[path]}" if method == "POST" else f"LIST {lists[path]}{suffix}"
    above, _, last = path.rpartition("/")
    return f"{method} {subject.name_of(last)}" if above in lists else f"LIST {last}{suffix}"


@dataclass
class Tap:
    """Observe each request of the client, and apply faults to it."""

    kapso: Emulator
    time: SharedTime
    scenario: Scenario
    point: Point | None = None
    fault: Fault | None = None
    always: bool = False
    clean: bool = False  # without faults, also without that of the scenario
    asked: list[Asked] = field(default_factory=list)
    _seen: Counter[str] = field(default_factory=Counter)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def tapped(self) -> Iterator[None]:
        """Observe the requests inside the block."""
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
        """Apply the fault of one request in the block: refuse it, shorten its time, or give the emulator a rule."""
        fault = self._turn(name)
        refuses = self.fault is not None and self.fault.rule is REFUSED
        with self._lock if refuses else nullcontext():  # other threads must not meet the refused connection
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
        """Return the fault of this request, None if there is none."""
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
    """Return whether a request is for a further page of the list of the point."""
    return point.kind == "LIST" and point.label.count(" ") == 1 and name.startswith(f"{point.label} ")


class Stage:
    """Run one scenario repeatedly, with an emulator, a receipts directory and a clock."""

    def __init__(self, kapso: Emulator, receipts: Path, shared_time: SharedTime, scenario: Scenario) -> None:
        self.kapso = kapso
        self.receipts = receipts
        self.scenario = scenario
        self._time = shared_time
        self._entries = 0  # number of entries in the journal that belong to earlier runs
        self._limited = False
        subject = scenario.subject
        there = (subject.adding(values) for values in scenario.there)
        *_done, left = kapso.batch(("reset", dict(scenario.settings)), *subject.first, *there, (subject.shelf, {}))
        self._left = self._seen(left)
        if scenario.earlier is not None:
            scenario.earlier(self)

    @property
    def url(self) -> str:
        """Return the base URL of the API that manages the objects."""
        return self._urls[APIS[self.scenario.subject.resource.api].option]

    @property
    def _urls(self) -> dict[str, str]:
        return {"api_url": self.kapso.url, "platform_api_url": self.kapso.platform_url}

    def _seen(self, rows: Objects) -> Objects:
        return [self.scenario.subject.seen(row) for row in rows]

    def edit(self) -> None:
        """Change the first object at the server: all readable flags that are not declared."""
        (target,) = self.scenario.targets
        others = self.scenario.subject.values("new", lambda f: f.type == "bool" and f.name not in target.declared)
        self.kapso.edit(self.scenario.subject.stored_id(target.name), **others)

    def run(self, point: Point | None = None, fault: Fault | None = None, *, always: bool = False) -> Run:
        """Run the scenario with a fault at one of its requests."""
        tap = Tap(self.kapso, self._time, self.scenario, point, fault, always)
        return self._run(tap, self.scenario.targets, self.scenario.check)

    def run_clean(self, targets: Sequence[Target] | None = None) -> Run:
        """Run the scenario later, without check mode and without faults."""
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
