# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scenario is, and a point of it: one run, and one request of that run.

A request is a method, or LIST, and what is asked for: `GET one`, `LIST acme`, `LIST acme 2` for its second page. A star
says that the scenario itself has it go wrong, so that the run makes requests that no other would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition as Module

from tests.support.matrix.faults import HARMLESS, MISLEADING, Fault, faults_of
from tests.support.matrix.subjects import Subject, Target

if TYPE_CHECKING:
    from tests.support.matrix.stage import Stage


@dataclass(frozen=True, eq=False)
class Scenario:
    """One run: what is at the server before it, what it is to do, and what it asks for to do it."""

    name: str
    requests: str
    subject: Subject
    targets: tuple[Target, ...]
    there: tuple[Mapping[str, Any], ...]
    module: Module
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the emulator
    earlier: Callable[[Stage], None] | None = None  # what happened before
    spoilt: Mapping[str, Any] | None = None  # what happens to the request with the star
    options: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False
    fails: bool = False  # even if nothing else goes wrong
    updated_at_unstable: bool = False  # a server that moves `updated_at` by itself

    def __str__(self) -> str:
        return f"{self.subject.resource.noun}, {self.name}"

    @property
    def sequence(self) -> list[str]:
        """The requests in order; a star marks the spoilt one."""
        return self.requests.split(", ")

    @property
    def in_turn(self) -> bool:
        """Whether its requests come one after the other."""
        return self.options.get("concurrency", 1) == 1 and self.module is not self.subject.many

    @property
    def lists(self) -> bool:
        """Whether it lists objects, and manages none."""
        return self.module is self.subject.info

    @property
    def not_shown(self) -> frozenset[str]:
        """The fields that its server takes and does not show."""
        is_oldest = self.settings.get("api_version") == "echoes"
        shown = {"webhook_verify_token", "webhook_destination_url"} if is_oldest else set()
        return self.subject.resource.write_only - self.subject.echoed - shown

    @property
    def points(self) -> list[Point]:
        """The requests that something can happen to.

        Up to the one with the star the scenario is like the one without it. Of the same in a row the first and last.
        """
        requests = [label.rstrip("*") for label in self.sequence]
        star = max((place for place, label in enumerate(self.sequence) if label.endswith("*")), default=-1)
        return [
            Point(self, place, label, requests[:place].count(label), star >= 0)
            for place, label in enumerate(requests)
            if place > star and requests[place - 1 : place + 2] != [label] * 3
        ]


@dataclass(frozen=True)
class Point:
    """One request of a scenario."""

    scenario: Scenario
    place: int
    label: str
    earlier: int  # how often the same has been asked for before
    looks: bool  # for what became of a write, so that its own failure is not the last word

    @property
    def kind(self) -> str:
        """LIST, or the HTTP method."""
        return self.label.split()[0]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.kind == "LIST" else self.kind

    @property
    def seeks(self) -> bool:
        """Whether it looks for what a creation may have made, as had been done before it."""
        created = any(label.startswith("POST") for label in self.scenario.sequence[: self.place])
        return created and self.method == "GET" and self.earlier > 0

    def faults(self) -> tuple[Fault, ...]:
        """Everything that can happen to it."""
        return faults_of(self.scenario.subject.resource, self.method, self.kind == "LIST")

    def times(self, fault: Fault) -> tuple[bool, ...]:
        """Whether the fault comes always: not, and so. Only so, if nothing comes a second time that it could meet.

        That it is so is looked at, too: a request that is made again where the page says `no`, or only `look`, shows.
        """
        promise = fault.promise(self.method)
        meets_again = self.looks or any(word in promise for word in ("again", "wait"))
        return (False, True) if meets_again and promise not in (HARMLESS, MISLEADING) else (True,)

    def __str__(self) -> str:
        nth = f" (no. {self.earlier + 1})" if self.earlier else ""
        return f"{self.scenario}: {self.label}{nth}"
