# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs that the matrix is made of, each with the requests that it makes where nothing else goes wrong.

A request is a method, or LIST, and what is asked for: `GET one`, `LIST acme`, `LIST acme 2` for its second page. A star
says that the job itself has it go wrong, so that the run makes requests that no other would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.config_task import CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet_task import FLEET
from ansible_collections.kapso.whatsapp.plugins.module_utils.info_task import INFO
from ansible_collections.kapso.whatsapp.plugins.module_utils.job import Job as Module

from tests.support.examples import NUMBER
from tests.support.matrix.faults import HARMLESS, MISLEADING, Fault, faults_of

if TYPE_CHECKING:
    from tests.support.matrix.stage import Stage

More = dict[str, Any]  # further arguments of a Job

CUSTOMER = "acme"
READABLE = {"name": "Reception", "calls_enabled": True}
MIXED = {"name": "Reception", "access_token": "canary-token-new", "webhook_verify_token": "canary-verify-new"}
WHOLE = {
    **MIXED,
    "phone_number_id": NUMBER,
    "business_account_id": "200000000000001",
    "webhook_destination_url": "https://hooks.example.org/new",
}
BEFORE = {"name": "Front desk", "access_token": "canary-token-old", "webhook_verify_token": "canary-verify-old"}
LOST: More = {"drop": "after"}


@dataclass(frozen=True)
class Goal:
    """What the run is to make of one object, which is addressed by its id, or by customer and number."""

    object_id: str | None
    declared: Mapping[str, Any] = field(hash=False)
    absent: bool = False

    @property
    def entry(self) -> dict[str, Any]:
        """The options of this object."""
        address = {"customer_id": CUSTOMER} if self.object_id is None else {"config_id": self.object_id}
        return {**address, "state": "absent" if self.absent else "present", "fields": dict(self.declared)}

    def found_in(self, configs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The objects that are meant, as they truly are; one or none unless something went very wrong."""
        if self.object_id is not None:
            return [config for config in configs if config["id"] == self.object_id]
        number = self.declared["phone_number_id"]
        return [c for c in configs if (c["customer_id"], c["phone_number_id"]) == (CUSTOMER, number)]


@dataclass(frozen=True)
class Job:
    """One run: what is at the server before it, what it is to do, and what it asks for to do it."""

    name: str
    requests: str
    goals: tuple[Goal, ...] = ()
    module: Module = CONFIG
    there: tuple[Mapping[str, Any], ...] = field(default=({"id": "one", **BEFORE},), hash=False)
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)  # of the emulator
    earlier: Callable[[Stage], None] | None = None  # what happened before
    spoilt: Mapping[str, Any] | None = field(default=None, hash=False)  # what happens to the request with the star
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    check: bool = False
    fails: bool = False  # even where nothing else goes wrong
    restless: bool = False  # a server that moves `updated_at` by itself

    @property
    def sequence(self) -> list[str]:
        """The requests in order; a star marks the spoilt one."""
        return self.requests.split(", ")

    @property
    def points(self) -> list[Point]:
        """The requests that something can happen to.

        Up to the one with the star the job is like the one without it. Of the same one in a row the first and the last.
        """
        found = []
        last = len(self.sequence) - 1
        for place, label in enumerate(self.sequence):
            between = 0 < place < last and self.sequence[place - 1] == label == self.sequence[place + 1]
            if not any(later.endswith("*") for later in self.sequence[place:]) and not between:
                found.append(Point(self, place))
        return found


@dataclass(frozen=True)
class Point:
    """One request of a job."""

    job: Job
    place: int

    @property
    def label(self) -> str:
        """What it is called."""
        return self.job.sequence[self.place]

    @property
    def earlier(self) -> int:
        """How often the same has been asked for before."""
        return [label.rstrip("*") for label in self.job.sequence[: self.place]].count(self.label)

    @property
    def unspoilt(self) -> int:
        """How many of these the job itself left alone."""
        return self.job.sequence[: self.place].count(self.label)

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.is_list else self.label.split()[0]

    @property
    def is_list(self) -> bool:
        """Whether it is a page of a list."""
        return self.label.startswith("LIST")

    @property
    def begins_list(self) -> bool:
        """Whether it is the first page of one."""
        return self.is_list and len(self.label.split()) == 2

    @property
    def looks(self) -> bool:
        """Whether it looks for what became of a write, so that its own failure is not the last word."""
        return any(label.endswith("*") for label in self.job.sequence[: self.place])

    def faults(self) -> list[Fault]:
        """Everything that can happen to it."""
        return faults_of(self.method, self.is_list)

    def times(self, fault: Fault) -> tuple[bool, ...]:
        """Whether the fault comes always: not, and so. Only so, where nothing comes a second time that it could meet.

        That it is so is looked at, too: a request that is made again where the page says `no`, or only `look`, shows.
        """
        promise = fault.promise(self.method)
        meets_again = self.looks or any(word in promise for word in ("again", "wait"))
        return (False, True) if meets_again and promise not in (HARMLESS, MISLEADING) else (True,)

    def __str__(self) -> str:
        nth = f" (no. {self.earlier + 1})" if self.earlier else ""
        return f"{self.job.name}: {self.label}{nth}"


def _single(name: str, requests: str, declared: Mapping[str, Any], **more: Any) -> Job:
    return Job(name, requests, (Goal("one", declared),), **more)


def _numbered(name: str, requests: str, **more: Any) -> Job:
    return Job(name, requests, (Goal(None, WHOLE),), **more)


def _same_before(stage: Stage) -> None:
    """The declared values are there already, and a receipt vouches for them."""
    stage.run_clean()


def _old_values_before(stage: Stage) -> None:
    """The task ran with other values, for which a receipt vouches."""
    goals = tuple(Goal(goal.object_id, {**goal.declared, **BEFORE}) for goal in stage.job.goals if not goal.absent)
    stage.run_clean(goals=goals)


def _restless_before(stage: Stage) -> None:
    """What could not be seen was sent again in vain, and now the object moves at every look."""
    _old_values_before(stage)
    stage.kapso.edit("one", calls_enabled=True)  # which is not declared
    _old_values_before(stage)
    stage.kapso.settings(updated_at_on_read=True)


def _theirs(name: str = "one", **fields: Any) -> dict[str, Any]:
    return {"id": name, "customer_id": CUSTOMER, **BEFORE, "phone_number_id": NUMBER, **fields}


def _others(number: int) -> tuple[Mapping[str, Any], ...]:
    return tuple({"id": f"other-{count}", "customer_id": CUSTOMER} for count in range(number))


def _changes() -> Iterator[Job]:
    before: More = {"earlier": _old_values_before}
    yield _single("a change that can be read", "GET one, PATCH one", READABLE)
    yield _single("a change of secrets", "GET one, PATCH one", MIXED, **before)
    yield _single("nothing to change", "GET one", MIXED, earlier=_same_before)
    yield _single("check mode", "GET one", MIXED, check=True)
    retries: More = {"options": {"retries": 2}}
    yield _single("a lost change", "GET one, PATCH one*, GET one", READABLE, spoilt=LOST)
    lost = "GET one, PATCH one*, GET one, PATCH one"
    yield _single("a lost change of secrets", lost, MIXED, spoilt=LOST, **retries, **before)
    yield _single("a thin answer", "GET one, PATCH one*, GET one", MIXED, spoilt={"omit": ["updated_at"]}, **before)
    demanded = {name: WHOLE[name] for name in ("name", "access_token", "phone_number_id", "business_account_id")}
    meta = {name: WHOLE[name] for name in ("phone_number_id", "business_account_id")}
    demanding: More = {"settings": {"demand_meta_fields": True}, "there": ({"id": "one", **BEFORE, **meta},)}
    yield _single("fields that the server demands", "GET one, PATCH one, PATCH one", demanded, **demanding)
    restless: More = {"earlier": _restless_before, "restless": True}
    yield _single("a restless server", "GET one, GET one, PATCH one", {**BEFORE, "name": "Reception"}, **restless)


def _by_number() -> Iterator[Job]:
    there: More = {"there": (_theirs(),)}
    none: More = {"there": ()}
    yield _numbered("found by its number", "LIST acme, PATCH one", **there)
    same: More = {"earlier": _same_before}
    thin: More = {"settings": {"list_omits": ["name", "updated_at"]}}
    yield _numbered("found by its number in a thin list", "LIST acme, GET one", **there, **thin, **same)
    pages: More = {"settings": {"per_page_cap": 2}, "there": (_theirs(), *_others(4))}
    yield _numbered("found by its number on the last page", "LIST acme, LIST acme 2, LIST acme 3", **pages, **same)
    yield _numbered("a creation", "LIST acme, POST acme", **none)
    thin_answer: More = {"spoilt": {"omit": ["updated_at"]}}
    yield _numbered("a creation with a thin answer", "LIST acme, POST acme*, GET new", **none, **thin_answer)
    lost = "LIST acme, POST acme*, LIST acme, PATCH new"
    yield _numbered("a lost creation", lost, **none, spoilt=LOST)
    never = "LIST acme, POST acme*" + ", LIST acme" * 7
    yield _numbered("a creation that never arrived", never, **none, spoilt={"drop": "before"}, fails=True)


def _deletions() -> Iterator[Job]:
    by_id = (Goal("one", {}, absent=True),)
    by_number = (Goal(None, {"phone_number_id": NUMBER}, absent=True),)
    yield Job("a deletion", "GET one, DELETE one", by_id)
    yield Job("a lost deletion", "GET one, DELETE one*, GET one", by_id, spoilt=LOST)
    again = "GET one, DELETE one*, GET one, DELETE one"
    yield Job("a deletion sent twice", again, by_id, spoilt={"drop": "before"}, options={"retries": 2})
    yield Job("nothing to delete", "GET one, LIST customers", by_id, there=())
    yield Job("a deletion by number", "LIST acme, DELETE one", by_number, there=(_theirs(),))
    yield Job("nothing to delete by number", "LIST acme", by_number, there=_others(1))


_FLEET = (
    Goal("one", MIXED),
    Goal("two", READABLE),
    Goal("three", {"name": "Three"}),
    Goal("four", {}, absent=True),
    Goal(None, WHOLE),
)
_FLEET_THERE = (
    {"id": "one", **BEFORE},
    {"id": "two", "name": "Front desk"},
    {"id": "three", "name": "Three"},
    {"id": "four"},
    {"id": "five"},
)


def _fleets() -> Iterator[Job]:
    fleet: More = {"module": FLEET, "there": _FLEET_THERE, "settings": {"per_page_cap": 2}}
    lists = "LIST project, LIST project 2, LIST project 3, LIST acme"
    requests = f"{lists}, PATCH one, PATCH two, POST acme, DELETE four"
    yield Job("a fleet", requests, _FLEET, **fleet, options={"concurrency": 3})
    stopping: More = {"settings": {}, "options": {"on_error": "stop", "concurrency": 1}}
    halted = "LIST project, PATCH one, PATCH two"
    yield Job("a fleet that stops at an error", halted, _FLEET[:3], **{**fleet, **stopping})
    oldest: More = {"settings": {"vintage": "echoes"}}
    pair = (_FLEET[0], _FLEET[2])
    singly = "LIST project, GET one, GET three, PATCH one"
    yield Job("a fleet without a list", singly, pair, **{**fleet, **oldest})
    thin: More = {"settings": {"list_omits": ["name"]}}
    yield Job("a fleet with a thin list", singly, pair, **{**fleet, **thin})


def _lists() -> Iterator[Job]:
    info: More = {"module": INFO}
    there = tuple({"id": name, **BEFORE} for name in ("one", "two", "three", "four", "five"))
    paged: More = {"there": there, "settings": {"per_page_cap": 2}}
    yield Job("one, shown", "GET one", **info, options={"config_id": "one"})
    yield Job("all, listed", "LIST project, LIST project 2, LIST project 3", **info, **paged)
    theirs: More = {"there": (_theirs(),), "options": {"customer_id": CUSTOMER}}
    yield Job("a customer's, listed", "LIST acme", **info, **theirs)
    oldest: More = {"there": (_theirs(),), "settings": {"vintage": "echoes"}}
    yield Job("all, listed without a list", "LIST project, LIST customers, LIST acme", **info, **oldest)


JOBS = (*_changes(), *_by_number(), *_deletions(), *_fleets(), *_lists())
