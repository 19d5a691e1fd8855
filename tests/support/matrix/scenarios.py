# SPDX-License-Identifier: GPL-3.0-or-later
"""List the runs of the matrix, each with the requests that it makes without a further fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.support import proof
from tests.support.matrix.faults import Fault
from tests.support.matrix.scenario import Point, Scenario
from tests.support.matrix.subjects import CONFIGS, PARENT, SUBJECTS, Data, Subject, Target

if TYPE_CHECKING:
    from tests.support.matrix.stage import Stage


def _same_before(stage: Stage) -> None:
    """Run once, so that the declared values are at the server, with a receipt."""
    stage.run_clean()


def _old_values_before(stage: Stage) -> None:
    """Run with other values, so that a receipt has these."""
    (target,) = stage.scenario.targets
    old = {name: value for name, value in stage.scenario.there[0].items() if name != "id"}
    stage.run_clean([replace(target, declared={**target.declared, **old})])


def _unstable_before(stage: Stage) -> None:
    """Run until write-only fields have been sent again because of an edit, then move `updated_at` at each read."""
    _old_values_before(stage)
    stage.edit()
    _old_values_before(stage)
    stage.kapso.settings(updated_at_on_read=True)


# Options that several scenarios share.
LOST, NEVER, THIN = ({"spoilt": rule} for rule in ({"drop": "after"}, {"drop": "before"}, {"omit": ["updated_at"]}))
RENEWED, SAME, TWICE = {"earlier": _old_values_before}, {"earlier": _same_before}, {"options": {"retries": 2}}
PAGED, OLDEST = {"settings": {"per_page_cap": 2}}, {"settings": {"api_version": "echoes"}}
DEMANDING = {"settings": {"demand_meta_fields": True}}
SOON = "2026-01-03T03:04:05.123Z"  # a day after the emulator's clock begins
UNSTABLE: Data = {"earlier": _unstable_before, "updated_at_unstable": True}


@dataclass(frozen=True)
class Usual:
    """Hold values, objects and labels of requests that the scenarios of one resource share."""

    subject: Subject

    @property
    def readable(self) -> Data:
        """Return new values of readable fields that not every write requires."""
        return self.subject.values("new", lambda f: not (f.write_only or f.required == "write"))

    @property
    def required(self) -> Data:
        """Return new values of the fields that some server requires."""
        return self.subject.values("new", lambda f: bool(f.required))

    @property
    def whole(self) -> Data:
        """Return values for a new object: its key, required fields, texts and secrets."""
        chosen = self.subject.values("new", lambda f: f.type == "str" or f.secret or bool(f.required))
        return {**self.own_id, **chosen}

    def mixed(self, version: str = "new") -> Data:
        """Return values of secrets and of readable texts, without IDs."""
        return self.subject.values(version, lambda f: f.secret or (f.format == "text" and f.type == "str"))

    @property
    def own_id(self) -> Data:
        """Return the key if it is the ID, otherwise nothing."""
        return {name: self.subject.id_of("one") for name in self.subject.resource.key if self.is_id}

    @property
    def key(self) -> Data:
        """Return the key of the new object."""
        return {name: value for name, value in self.whole.items() if name in self.subject.resource.key}

    @property
    def one(self) -> Data:
        """Return an object with old values."""
        return {"id": "one", **self.mixed("old")}

    @property
    def theirs(self) -> Data:
        """Return an object with old values and the key of the new one."""
        return {**self.one, **({} if self.is_id else self.key)}

    @property
    def others(self) -> tuple[Data, ...]:
        """Return other objects of the parent, which no entry identifies."""
        return tuple({"id": f"other-{count}", **self.subject.not_meant} for count in range(4))

    @property
    def five(self) -> tuple[Data, ...]:
        """Return five objects, which are three pages of two."""
        return tuple({**self.one, "id": name} for name in ("one", "two", "three", "four", "five"))

    def by_id(self, declared: Data, **more: Any) -> Target:
        """Return the object as a target with its ID, or with the ID of its parent."""
        if self.subject.is_by_parent:
            return Target(self.subject, None, declared, parent=self.subject.own_parent, **more)
        return Target(self.subject, "one", declared, **more)

    def by_key(self, declared: Data, **more: Any) -> Target:
        """Return the object as a target with parent and key."""
        own_id = "one" if self.is_id else None
        return Target(self.subject, own_id, declared, parent=self.subject.parent, **more)

    def __call__(self, name: str, requests: str, target: Target | None, *there: Data, **more: Any) -> Scenario:
        """Return a scenario. The label `-` stands for a request that this resource does not need."""
        needed = ", ".join(label for label in requests.split(", ") if label != "-")
        targets = () if target is None else (target,)
        return Scenario(name, needed, self.subject, targets, there, **{"module": self.subject.one, **more})

    @property
    def is_id(self) -> bool:
        """Return whether the key is the ID."""
        return self.subject.resource.key_is_id

    @property
    def owner(self) -> str:
        """Return the owner of the list that shows and creates the object, as in labels."""
        return PARENT if self.subject.resource.parent else "project"

    @property
    def find(self) -> str:
        """Return the requests that find an object by its key."""
        by_key = bool(self.subject.resource.parent) and self.subject.parent.keys() != self.subject.own_parent.keys()
        return f"{'LIST parents' if by_key else '-'}, {'GET one' if self.is_id else f'LIST {self.owner}'}"

    @property
    def read(self) -> str:
        """Return the request that reads an object with a known ID."""
        return f"LIST {self.owner}" if self.subject.resource.reads == "list" else "GET one"

    @property
    def look(self) -> str:
        """Return the requests that plan a creation or an update of it."""
        return f"{self.read}, {self.subject.needed_to_write}"

    @property
    def remove(self) -> str:
        """Return the request that removes the object."""
        return "DELETE one" if self.subject.resource.removal is None else "PATCH one"

    @property
    def newcomer(self) -> Target:
        """Return a target that does not exist, with parent and key."""
        if not self.is_id:
            return self.by_key(self.whole)
        name = "other-0"
        own_id = dict.fromkeys(self.own_id, self.subject.id_of(name))
        return Target(self.subject, name, {**self.whole, **own_id}, parent=self.subject.parent)

    @property
    def is_stamped(self) -> bool:
        """Return whether an object shows the time of its last change."""
        return self.subject.resource.field("updated_at") is not None

    @property
    def seek(self) -> str:
        """Return the request that searches for an object after a creation without an answer."""
        return "GET one" if self.is_id else f"LIST {self.owner}"

    @property
    def made(self) -> str:
        """Return the name of a new object in labels."""
        return "one" if self.is_id else "new"

    @property
    def prove(self) -> str:
        """Return the list request that shows whether the base URL is the API's."""
        parent = self.subject.resource.parent
        if parent is None:
            return "LIST project"
        return "LIST parents" if parent.list_path == "/customers" else "LIST customers"


def scenarios(subject: Subject) -> Iterator[Scenario]:
    """Yield all runs with objects of one resource."""
    usual = Usual(subject)
    yield from _changes(usual)
    yield from _by_key(usual)
    yield from _deletions(usual)
    if subject.resource.replaces:
        yield from _renewals(usual)
    if subject.resource.solo_option:
        yield from _twins(usual)
    yield from _lists(usual)
    if subject.many is not None:
        yield from _projects(usual)


def _changes(usual: Usual) -> Iterator[Scenario]:
    """Yield runs with one object by its ID, or by the ID of its parent."""
    resource, mixed, readable = usual.subject.resource, usual.mixed(), usual.readable
    is_blind = resource.write_only > usual.subject.echoed
    read, change = usual.read, f"{usual.look}, PATCH one"

    def single(name: str, requests: str, declared: Data, **more: Any) -> Scenario:
        return usual(name, requests, usual.by_id(declared), more.pop("at_first", usual.one), **more)

    yield single("a change that can be read", change, readable)
    if any(field.secret for field in resource.writable):
        yield single("a change of secrets", change, mixed, **RENEWED)
    yield single("nothing to change", read, mixed, **SAME)
    yield single("check mode", usual.look, mixed, check=True)
    yield single("a lost change", f"{change}*, {read}", readable, **LOST)
    if is_blind:
        sent_twice = "GET one, PATCH one*, GET one, PATCH one"
        yield single("a lost change of secrets", sent_twice, mixed, **LOST, **TWICE, **RENEWED)
    thin = THIN if usual.is_stamped else {"spoilt": {"omit": [*mixed][:1]}}
    yield single("a thin answer", f"{change}*, {read}", mixed, **thin, **RENEWED)
    if resource.required_on_write:
        ids = {n: v for n, v in usual.required.items() if n not in (*resource.write_only, "name")}
        fuller = "GET one, PATCH one, PATCH one"
        there = {**usual.one, **ids}
        yield single("fields that the server demands", fuller, usual.required, at_first=there, **DEMANDING)
    if is_blind:
        moved = {**usual.mixed("old"), "name": "new"}
        yield single("a server that moves updated_at", "GET one, GET one, PATCH one", moved, **UNSTABLE)


def _by_key(usual: Usual) -> Iterator[Scenario]:
    """Yield runs that find or create one object by its key."""
    find, owner, resource = usual.find, usual.owner, usual.subject.resource
    found = f"{find}, {usual.subject.needed_to_write}"

    def by_key(name: str, requests: str, *there: Data, **more: Any) -> Scenario:
        return usual(name, requests, usual.by_key(usual.whole), *there, **more)

    yield by_key("found by its key", f"{found}, PATCH one", usual.theirs)
    if not usual.is_id and usual.read != f"LIST {owner}":
        omitted = next(name for name in reversed(usual.whole) if name in usual.readable.keys() - usual.key.keys())
        omits: Data = {"settings": {"list_omits": [omitted, "updated_at"]}}
        yield by_key("found by its key in a thin list", f"{find}, GET one", usual.theirs, **omits, **SAME)
    if not usual.is_id and not resource.key_query and not resource.asked_for:
        pages = f"LIST {owner}, LIST {owner} 2, LIST {owner} 3"
        yield by_key("found by its key on the last page", pages, usual.theirs, *usual.others, **PAGED, **SAME)
    made = f"{found}, POST {owner}"
    yield by_key("a creation", made)
    if usual.is_stamped:
        yield by_key("a creation with a thin answer", f"{made}*, GET {usual.made}", **THIN)
    blind = f"PATCH {usual.made}" if resource.write_only > usual.subject.echoed else "-"
    yield by_key("a lost creation", f"{made}*, {usual.seek}, {blind}", **LOST)
    yield by_key("a creation that never arrived", f"{made}*" + f", {usual.seek}" * 7, **NEVER, fails=True)


def _renewals(usual: Usual) -> Iterator[Scenario]:
    """Yield runs that extend an object, or create a new one in its place."""
    (ends,) = usual.subject.resource.times
    soon = {**usual.one, ends: SOON}
    later = replace(usual.by_id({}), renews={ends: SOON})
    yield usual("an extension", f"{usual.look}, PATCH one", later, soon)
    yield usual("a lost extension", f"{usual.look}, PATCH one*, {usual.read}", later, soon, **LOST)
    fixed = next(field for field in usual.subject.resource.fields if field.access == "create" and field.choices)
    other = usual.by_id({**usual.mixed(), fixed.name: fixed.choices[-1]})
    yield usual("a new one in its place", f"{usual.look}, POST {usual.owner}", other, usual.one)
    lost = f"{usual.look}, POST {usual.owner}*, {usual.seek}"
    yield usual("a lost new one in its place", lost, other, usual.one, **LOST)


def _deletions(usual: Usual) -> Iterator[Scenario]:
    """Yield runs with one object that is declared absent."""
    gone, by_key = usual.by_id({}, absent=True), usual.by_key(usual.key, absent=True)
    read, remove, also = usual.read, usual.remove, usual.subject.needed_to_delete
    first = f"{read}, {also}"
    yield usual("a deletion", f"{first}, {remove}", gone, usual.one)
    yield usual("a lost deletion", f"{first}, {remove}*, {read}", gone, usual.one, **LOST)
    again = f"{first}, {remove}*, {read}, {remove}"
    yield usual("a deletion sent twice", again, gone, usual.one, **NEVER, **TWICE)
    if not usual.subject.is_by_parent:
        yield usual("nothing to delete", f"{read}, {usual.prove}", gone)
    yield usual("a deletion by key", f"{usual.find}, {also}, {remove}", by_key, usual.theirs)
    yield usual("nothing to delete by key", usual.find, by_key, usual.others[0])


def _twins(usual: Usual) -> Iterator[Scenario]:
    """Yield runs with several objects of one key, of which one or none is kept."""
    there = [{**usual.theirs, "id": name} for name in ("one", "two", "three")]
    kept, gone = (
        usual.by_key(usual.whole, twins=("two", "three")),
        usual.by_key(usual.key, absent=True, twins=("two", "three")),
    )
    solo = {"options": {usual.subject.resource.solo_option: True}}
    writes = "PATCH one, DELETE two, DELETE three"
    yield usual("one of three is kept", f"{usual.find}, {writes}", kept, *there, **solo)
    yield usual("three are deleted", f"{usual.find}, DELETE one, DELETE two, DELETE three", gone, *there)


def _lists(usual: Usual) -> Iterator[Scenario]:
    """Yield runs that list objects."""
    resource, parent = usual.subject.resource, usual.subject.parent

    def info(name: str, requests: str, *there: Data, **more: Any) -> Scenario:
        return usual(name, requests, None, *there, module=usual.subject.info, **more)

    pages = "LIST {0}, LIST {0} 2, LIST {0} 3"
    above = "LIST parents" if usual.find.startswith("LIST parents") else "-"
    if usual.subject.is_by_parent:
        yield info("all, listed", f"{above}, {pages.format(usual.owner)}", *usual.five, **PAGED, options=parent)
        return
    yield info("one, shown", "GET one", usual.one, options={resource.id_option: usual.subject.id_of("one")})
    yield info("all, listed", pages.format("project"), *usual.five, **PAGED)
    if parent:
        lists = f"{above}, LIST project" if usual.is_id else f"LIST {usual.owner}"
        yield info("a parent's, listed", lists, usual.theirs, options=parent)
    if resource.may_lack_list:
        yield info("all, listed without a list", "LIST project, LIST parents, LIST acme", usual.theirs, **OLDEST)


def _projects(usual: Usual) -> Iterator[Scenario]:
    """Yield runs with many objects in one task."""
    subject, resource = usual.subject, usual.subject.resource
    old = subject.values("old", lambda f: f.name in usual.readable)
    changed = {name: value for name, value in usual.readable.items() if name not in resource.key}
    unchanged = {name: old[name] for name in [*changed][:1]}

    def many(name: str, requests: str, *targets: Target, **more: Any) -> Scenario:
        there = [usual.one, {"id": "two", **old}, {"id": "three", **old}, {"id": "four"}, {"id": "five"}]
        needed = ", ".join(label for label in requests.split(", ") if label != "-")
        return Scenario(name, needed, subject, targets, tuple(there), **{"module": subject.many, **more})

    first, second, third = (
        Target(subject, name, fields)
        for name, fields in (("one", usual.mixed()), ("two", changed), ("three", unchanged))
    )
    gone = Target(subject, "four", {}, absent=True)
    pages = "LIST project, LIST project 2, LIST project 3"
    writes = f"PATCH one, PATCH two, POST {usual.owner}, DELETE four"
    reads = f"{'LIST parents' if usual.is_id else '-'}, {pages}, {subject.needed_to_delete}"
    everything = (first, second, third, gone, usual.newcomer)
    yield many("a project", f"{reads}, {writes}", *everything, **PAGED, options={"concurrency": 3})
    stopping = {"on_error": "stop", "concurrency": 1}
    halted = "LIST project, PATCH one, PATCH two"
    yield many("a project that stops at an error", halted, first, second, third, options=stopping)
    if resource.may_lack_list:
        singly = "LIST project, GET one, GET three, PATCH one"
        yield many("a project without a list", singly, first, third, **OLDEST)
    thin = {"list_omits": [*unchanged]}
    singly = "LIST project, GET two, GET three, PATCH two"
    yield many("a project with a thin list", singly, second, third, settings=thin)


SCENARIOS = tuple(scenario for subject in SUBJECTS.values() for scenario in scenarios(subject))
POINTS = [point for scenario in SCENARIOS for point in scenario.points]
SAMPLED = 4  # run one cell in so many for configurations, if there are at least so many points of a kind


def cells(point: Point) -> Iterator[tuple[Fault, bool]]:
    """Yield the cells of one request to run: a fault, and whether it happens always.

    With KAPSO_PROOF=all, yield all cells. Otherwise yield a part in which, for each resource, each kind of request
    meets every fault, and each request meets some. The code is the same for all resources, so one of them has more
    cells than the others.
    """
    subject = point.scenario.subject
    alike = [other for other in POINTS if other.kind == point.kind and other.scenario.subject is subject]
    most = SAMPLED if point.kind in ("PATCH", "POST", "DELETE") else 2 * SAMPLED
    step = 1 if proof.WHOLE else min(most, len(alike)) if subject is CONFIGS else len(alike)
    for number, fault in enumerate(point.faults()):
        if (number + alike.index(point)) % step == 0:
            for always in point.times(fault):
                yield fault, always
