# SPDX-License-Identifier: GPL-3.0-or-later
"""Define a scenario (one run) and a point (one request of that run).

The label of a request is a method or LIST, and an object: `GET one`, `LIST acme`, `LIST acme 2` for the second page. A
star marks a request that fails as a part of the scenario, so that the run makes requests that other runs do not make.
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
    """Hold one run: the objects before it, its targets and options, and its requests."""

    name: str
    requests: str
    subject: Subject
    targets: tuple[Target, ...]
    there: tuple[Mapping[str, Any], ...]
    module: Module
    settings: Mapping[str, Any] = field(default_factory=dict)  # of the emulator
    earlier: Callable[[Stage], None] | None = None  # runs and edits before it
    spoilt: Mapping[str, Any] | None = None  # the fault rule for the request with the star
    options: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False
    fails: bool = False  # without a further fault, too
    updated_at_unstable: bool = False  # the server moves `updated_at` without an edit

    def __str__(self) -> str:
        return f"{self.subject.resource.noun}, {self.name}"

    @property
    def sequence(self) -> list[str]:
        """Return the labels of the requests in order. A star marks the one that fails."""
        return self.requests.split(", ")

    @property
    def in_turn(self) -> bool:
        """Return whether the requests are sent one after the other."""
        return self.options.get("concurrency", 1) == 1 and self.module is not self.subject.many

    @property
    def lists(self) -> bool:
        """Return whether the run lists objects and manages none."""
        return self.module is self.subject.info

    @property
    def not_shown(self) -> frozenset[str]:
        """Return the fields that the server accepts and does not return."""
        is_oldest = self.settings.get("api_version") == "echoes"
        shown = {"webhook_verify_token", "webhook_destination_url"} if is_oldest else set()
        return self.subject.resource.write_only - self.subject.echoed - shown

    @property
    def points(self) -> list[Point]:
        """Return the requests to which a fault can happen.

        Leave out the requests up to the one with the star: the scenario without the star has these. Of equal requests
        in a row, return the first and the last.
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
    """Hold one request of a scenario."""

    scenario: Scenario
    place: int
    label: str
    earlier: int  # number of equal requests before it
    looks: bool  # whether it reads the outcome of a write, so that its own failure does not end the run

    @property
    def kind(self) -> str:
        """Return LIST or the HTTP method."""
        return self.label.split()[0]

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return "GET" if self.kind == "LIST" else self.kind

    @property
    def seeks(self) -> bool:
        """Return whether it repeats the search for an object that a creation may have made."""
        created = any(label.startswith("POST") for label in self.scenario.sequence[: self.place])
        return created and self.method == "GET" and self.earlier > 0

    def faults(self) -> tuple[Fault, ...]:
        """Return all faults for this request."""
        return faults_of(self.scenario.subject.resource, self.method, self.kind == "LIST")

    def times(self, fault: Fault) -> tuple[bool, ...]:
        """Return the values of `always` to test: whether the fault happens once or at each such request.

        Both, if the promise allows a second request; otherwise only `always`, which also shows a second request that
        the page does not allow.
        """
        promise = fault.promise(self.method)
        meets_again = self.looks or any(word in promise for word in ("again", "wait"))
        return (False, True) if meets_again and promise not in (HARMLESS, MISLEADING) else (True,)

    def __str__(self) -> str:
        nth = f" (no. {self.earlier + 1})" if self.earlier else ""
        return f"{self.scenario}: {self.label}{nth}"
