# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs that the matrix is made of, each with the requests that it makes if nothing else goes wrong.

A request is a method, or LIST, and what is asked for: `GET one`, `LIST acme`, `LIST acme 2` for its second page. A star
says that the scenario itself has it go wrong, so that the run makes requests that no other would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition as Module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support import proof
from tests.support.definitions import CONFIG, INFO, PROJECT
from tests.support.matrix.faults import HARMLESS, MISLEADING, Fault, faults_of

if TYPE_CHECKING:
    from tests.support.matrix.stage import Stage

Data = dict[str, Any]

PARENT = "acme"  # the id of the only parent


@dataclass(frozen=True)
class Subject:
    """A resource, and what the matrix has to know of it that its table does not say."""

    resource: Resource
    modules: tuple[Module, Module, Module]  # for one object, for many, and the one that lists them
    id_option: str
    parent_option: str
    parents: str  # the path of the list of parents
    key: str  # the field that tells the objects of one parent apart

    def values(self, version: str, choose: Callable[[Field], bool]) -> Data:
        """Values that differ from version to version, of the fields that are chosen."""
        fields = (field for field in self.resource.writable if field.access != "create")
        return {field.name: _example(field, version) for field in fields if choose(field)}


def _example(field: Field, version: str) -> Any:
    if field.type == "bool":
        return version == "new"
    if field.format == "meta_id":
        return "7" * 12 + f"{sum(field.name.encode()):04}"  # none of those that the emulator makes up
    if field.format == "url":
        return f"https://hooks.example.org/{version}"
    return f"{'canary-' if field.secret else ''}{field.name}-{version}"


CONFIGS = Subject(WHATSAPP_CONFIG, (CONFIG, PROJECT, INFO), "config_id", "customer_id", "/customers", "phone_number_id")


@dataclass(frozen=True)
class Target:
    """What the run is to make of one object, which is addressed by its id, or by its parent and key."""

    subject: Subject
    object_id: str | None
    declared: Mapping[str, Any]
    absent: bool = False

    @property
    def name(self) -> str:
        """What the labels of its requests call it: until it is there, its parent."""
        return self.object_id or PARENT

    @property
    def entry(self) -> Data:
        """The options of this object."""
        option = self.subject.parent_option if self.object_id is None else self.subject.id_option
        return {option: self.name, "state": "absent" if self.absent else "present", "fields": dict(self.declared)}

    def found_in(self, there: list[Data]) -> list[Data]:
        """The objects that are meant, as they truly are; one or none unless something went very wrong."""
        if self.object_id is not None:
            return [held for held in there if held["id"] == self.object_id]
        address = {self.subject.parent_option: PARENT, self.subject.key: self.declared[self.subject.key]}
        return [held for held in there if address.items() <= held.items()]


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

    @property
    def sequence(self) -> list[str]:
        """The requests in order; a star marks the spoilt one."""
        return self.requests.split(", ")

    @property
    def in_turn(self) -> bool:
        """Whether its requests come one after the other."""
        return self.options.get("concurrency", 1) == 1 and self.module is not self.subject.modules[1]

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
        return f"{self.scenario.name}: {self.label}{nth}"


def _same_before(stage: Stage) -> None:
    """The declared values are there already, and a receipt vouches for them."""
    stage.run_clean()


def _old_values_before(stage: Stage) -> None:
    """The task ran with other values, for which a receipt vouches."""
    (target,) = stage.scenario.targets
    old = {name: value for name, value in stage.scenario.there[0].items() if name != "id"}
    stage.run_clean([replace(target, declared={**target.declared, **old})])


def _unstable_before(stage: Stage) -> None:
    """What could not be seen was sent again in vain, and now the object moves at every look."""
    _old_values_before(stage)
    stage.edit()
    _old_values_before(stage)
    stage.kapso.settings(updated_at_on_read=True)


def scenarios(subject: Subject) -> Iterator[Scenario]:
    """All runs with objects of one resource."""
    one_of, many_of, list_of = subject.modules
    readable = subject.values("new", lambda f: not (f.write_only or f.required == "write"))
    whole = subject.values("new", lambda f: f.type == "str")
    # Secret values and some that can be read, but for ids.
    mixed, before = (
        subject.values(version, lambda f: f.secret or (f.format == "text" and f.type == "str"))
        for version in ("new", "old")
    )
    required = subject.values("new", lambda f: bool(f.required))

    one: Data = {"id": "one", **before}
    theirs: Data = {**one, subject.parent_option: PARENT, subject.key: whole[subject.key]}
    others = tuple({"id": f"other-{count}", subject.parent_option: PARENT} for count in range(4))
    found = tuple({**one, "id": name} for name in ("one", "two", "three", "four", "five"))

    # What some of them have in common.
    lost, never, thin = ({"spoilt": rule} for rule in ({"drop": "after"}, {"drop": "before"}, {"omit": ["updated_at"]}))
    renewed, same, twice = {"earlier": _old_values_before}, {"earlier": _same_before}, {"options": {"retries": 2}}
    paged, oldest = {"settings": {"per_page_cap": 2}}, {"settings": {"api_version": "echoes"}}
    demanding = {"settings": {"demand_meta_fields": True}}
    updated_at_unstable: Data = {"earlier": _unstable_before, "updated_at_unstable": True}

    def scenario(name: str, requests: str, targets: Sequence[Target], there: Sequence[Data], **more: Any) -> Scenario:
        return Scenario(name, requests, subject, tuple(targets), tuple(there), **{"module": one_of, **more})

    def single(name: str, requests: str, declared: Data, **more: Any) -> Scenario:
        return scenario(name, requests, [Target(subject, "one", declared)], [more.pop("at_first", one)], **more)

    yield single("a change that can be read", "GET one, PATCH one", readable)
    yield single("a change of secrets", "GET one, PATCH one", mixed, **renewed)
    yield single("nothing to change", "GET one", mixed, **same)
    yield single("check mode", "GET one", mixed, check=True)
    yield single("a lost change", "GET one, PATCH one*, GET one", readable, **lost)
    sent_twice = "GET one, PATCH one*, GET one, PATCH one"
    yield single("a lost change of secrets", sent_twice, mixed, **lost, **twice, **renewed)
    yield single("a thin answer", "GET one, PATCH one*, GET one", mixed, **thin, **renewed)
    ids = {name: value for name, value in required.items() if name not in (*subject.resource.write_only, "name")}
    fuller = "GET one, PATCH one, PATCH one"
    yield single("fields that the server demands", fuller, required, at_first={**one, **ids}, **demanding)
    moved = {**before, "name": "new"}
    yield single("a server that moves updated_at", "GET one, GET one, PATCH one", moved, **updated_at_unstable)

    def by_key(name: str, requests: str, *there: Data, **more: Any) -> Scenario:
        return scenario(name, requests, [Target(subject, None, whole)], there, **more)

    yield by_key("found by its key", "LIST acme, PATCH one", theirs)
    omits: Data = {"settings": {"list_omits": ["name", "updated_at"]}}
    yield by_key("found by its key in a thin list", "LIST acme, GET one", theirs, **omits, **same)
    pages = "LIST acme, LIST acme 2, LIST acme 3"
    yield by_key("found by its key on the last page", pages, theirs, *others, **paged, **same)
    yield by_key("a creation", "LIST acme, POST acme")
    yield by_key("a creation with a thin answer", "LIST acme, POST acme*, GET new", **thin)
    yield by_key("a lost creation", "LIST acme, POST acme*, LIST acme, PATCH new", **lost)
    looked = "LIST acme, POST acme*" + ", LIST acme" * 7
    yield by_key("a creation that never arrived", looked, **never, fails=True)

    def deletion(name: str, requests: str, object_id: str | None, *there: Data, **more: Any) -> Scenario:
        declared = {} if object_id else {subject.key: whole[subject.key]}
        return scenario(name, requests, [Target(subject, object_id, declared, absent=True)], there, **more)

    yield deletion("a deletion", "GET one, DELETE one", "one", one)
    yield deletion("a lost deletion", "GET one, DELETE one*, GET one", "one", one, **lost)
    again = "GET one, DELETE one*, GET one, DELETE one"
    yield deletion("a deletion sent twice", again, "one", one, **never, **twice)
    yield deletion("nothing to delete", "GET one, LIST parents", "one")
    yield deletion("a deletion by key", "LIST acme, DELETE one", None, theirs)
    yield deletion("nothing to delete by key", "LIST acme", None, others[0])

    def many(name: str, requests: str, *targets: Target, **more: Any) -> Scenario:
        there = [one, {"id": "two"}, {"id": "three", "name": "Three"}, {"id": "four"}, {"id": "five"}]
        return scenario(name, requests, targets, there, module=many_of, **more)

    first, second, third = (
        Target(subject, name, fields)
        for name, fields in (("one", mixed), ("two", readable), ("three", {"name": "Three"}))
    )
    gone, new = Target(subject, "four", {}, absent=True), Target(subject, None, whole)
    lists = "LIST project, LIST project 2, LIST project 3"
    writes = "LIST acme, PATCH one, PATCH two, POST acme, DELETE four"
    everything = (first, second, third, gone, new)
    yield many("a project", f"{lists}, {writes}", *everything, **paged, options={"concurrency": 3})
    stopping = {"on_error": "stop", "concurrency": 1}
    halted = "LIST project, PATCH one, PATCH two"
    yield many("a project that stops at an error", halted, first, second, third, options=stopping)
    singly = "LIST project, GET one, GET three, PATCH one"
    yield many("a project without a list", singly, first, third, **oldest)
    yield many("a project with a thin list", singly, first, third, settings={"list_omits": ["name"]})

    def info(name: str, requests: str, *there: Data, **more: Any) -> Scenario:
        return scenario(name, requests, [], there, module=list_of, **more)

    yield info("one, shown", "GET one", one, options={subject.id_option: "one"})
    yield info("all, listed", lists, *found, **paged)
    yield info("a parent's, listed", "LIST acme", theirs, options={subject.parent_option: PARENT})
    yield info("all, listed without a list", "LIST project, LIST parents, LIST acme", theirs, **oldest)


SCENARIOS = tuple(scenarios(CONFIGS))
POINTS = [point for scenario in SCENARIOS for point in scenario.points]
SAMPLED = 4  # one cell of so many of one kind, or of as many as there are points of it


def cells(point: Point) -> Iterator[tuple[Fault, bool]]:
    """The cells of one request that are played: each fault, and whether it comes always.

    All of them with KAPSO_PROOF=all, else a part in which each kind of request meets every fault, each request some.
    """
    alike = [other for other in POINTS if other.kind == point.kind]
    step = 1 if proof.WHOLE else min(SAMPLED if point.kind in ("PATCH", "POST", "DELETE") else 2 * SAMPLED, len(alike))
    for number, fault in enumerate(point.faults()):
        if (number + alike.index(point)) % step == 0:
            for always in point.times(fault):
                yield fault, always
