# SPDX-License-Identifier: GPL-3.0-or-later
"""A small made-up world of every kind of object that a project has a list of, made from the tables.

A thing may be at Kapso or not, and a playbook may declare it or not: who draws a project decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.arguments import InvalidArguments
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.desired import parse_target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES, of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource

from tests.emulator import Emulator
from tests.support.matrix.subjects import RECEIVED, SUBJECTS, Command

Data = dict[str, Any]
Rows = Mapping[str, Mapping[str, Data]]  # the objects as they truly are, by kind and id

KINDS = of_a_project()
# The numbers of the parents, by the number of the thing. None: a thing of the project.
OWNERS: dict[str, tuple[int | None, ...]] = {
    "customer": (None, None, None),
    "whatsapp_phone_number": (0, 0, 1, 1),
    "whatsapp_config": (0, 0, 1, 1),  # each is also the number of the same place
    "whatsapp_webhook": (0, 0, 1, 2, None, 0),
}
SENT = "whatsapp.message.sent"
# Texts of which the tables do not say that the API knows a few only: by field, and whether the thing has a parent.
KNOWN: dict[tuple[str, bool], tuple[list[str], list[str]]] = {
    ("events", True): ([RECEIVED], [RECEIVED, SENT]),
    ("events", False): (["project.event"], ["project.event", "workflow.execution.failed"]),
    ("buffer_events", True): ([RECEIVED], [RECEIVED]),
    ("buffer_events", False): ([RECEIVED], [RECEIVED]),
}


@dataclass(frozen=True)
class Thing:
    """One object, by its place among those of its kind."""

    resource: Resource
    place: int
    parent: Thing | None = None
    key: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def uuid(self) -> str:
        """What goes for its id where Kapso gives the ids."""
        kind = KINDS.index(self.resource)
        return f"{kind + 1}3333333-0000-4000-8000-{self.place:012}"

    @property
    def first_id(self) -> str:
        """The id that it has if it was there from the beginning."""
        return str(self.key[self.resource.key[0]]) if self.resource.key_is_id else self.uuid

    def value(self, one: Field, version: int) -> Any:
        """Return the value of a field in one of two versions."""
        if one.name in self.key and (self.resource.key_is_id or not self.resource.key_as_option):
            return self.key[one.name]  # another value would be another thing
        if (one.name, self.parent is not None) in KNOWN:
            return KNOWN[one.name, self.parent is not None][version]
        if one.choices:
            return one.choices[version % len(one.choices)]
        text = f"{one.name.replace('_', ' ')} {version} of {self.resource.noun} {self.place}"
        examples: dict[str, Any] = {
            "str": f"canary-{text.replace(' ', '-')}" if one.secret else text,
            "bool": bool(version),
            "int": 6 + version,
            "list": [text],
            "dict": {"X-One": f"canary-{version}"},
        }
        formats = {
            "meta_id": f"2{sum(one.name.encode()):010}{version}{self.place:03}",
            "url": f"https://hooks.example.org/{self.place}/{version}",
            "own_id": f"own-{self.place}-{version}",
        }
        return formats.get(one.format, examples[one.type])

    def row_in(self, rows: Rows) -> Data | None:
        """Return the object as it is, found by its id or by its key; None if it is not there."""
        there = rows[self.resource.name]
        if self.first_id in there:
            return there[self.first_id]
        return next(iter(self.twins_in(rows)), None)

    def twins_in(self, rows: Rows) -> list[Data]:
        """Return all objects that have its key."""
        key = self.resource.key_of(self.key)
        alike = (row for row in rows[self.resource.name].values() if self.resource.key_of(row) == key)
        if self.resource.parent is None:
            return list(alike)
        owner = None if self.parent is None else self.parent.row_in(rows)
        if self.parent is not None and owner is None:
            return []
        return [row for row in alike if row[self.resource.parent.row_field] == (owner and owner["id"])]

    @property
    def also(self) -> Thing | None:
        """The same object as it appears under another resource, None if it does not."""
        pairs = {resource.name: resource.same_as[0] for resource in KINDS if resource.same_as}
        other = {**pairs, **{other: name for name, other in pairs.items()}}.get(self.resource.name)
        return None if other is None else _THINGS[other][self.place]

    def added(self, values: Mapping[str, Any]) -> Command:
        """Return the command that puts it there."""
        parent = self.resource.parent
        owner = {parent.row_field: self.parent.first_id} if parent and self.parent else {}
        own = self.also.first_id if self.also else self.first_id
        return SUBJECTS[self.resource.name].add, {**values, **self.key, **owner, "id": own}


def _things(resource: Resource) -> Iterator[Thing]:
    owners = OWNERS[resource.name]
    for place, owner in enumerate(owners):
        parent = _THINGS[resource.parent.resource][owner] if resource.parent and owner is not None else None
        thing = Thing(resource, place, parent)
        key = {}
        for one in (one for one in resource.fields if one.name in resource.key):
            other = -1 if place == len(owners) - 1 else 0
            key[one.name] = one.choices[other] if one.choices else thing.value(one, 0)
        yield Thing(resource, place, parent, key)


_THINGS: dict[str, list[Thing]] = {}
for _resource in KINDS:
    _THINGS[_resource.name] = list(_things(_resource))


def things(resource: Resource) -> list[Thing]:
    """Return all things of one kind, whether they are at Kapso or not."""
    return _THINGS[resource.name]


def physical() -> list[Thing]:
    """Return all things, each once: one that appears under two resources as that which says so."""
    also = {resource.same_as[0] for resource in KINDS if resource.same_as}
    return [thing for resource in KINDS if resource.name not in also for thing in things(resource)]


def rows_of(kapso: Emulator) -> Rows:
    """Return all objects at Kapso as they truly are, hidden values in clear."""
    subjects = [SUBJECTS[resource.name] for resource in KINDS]
    shelves = kapso.batch(*((subject.shelf, {}) for subject in subjects))
    numbers = {row["id"]: row["phone_number_id"] for row in shelves[KINDS.index(RESOURCES["whatsapp_config"])]}
    rows: dict[str, dict[str, Data]] = {}
    for resource, shelf in zip(KINDS, shelves, strict=True):
        seen = [SUBJECTS[resource.name].seen(row) for row in shelf]
        if "config_id" in (seen[0] if seen else {}):  # how the emulator says whose a webhook is
            seen = [{**row, "phone_number_id": numbers.get(row["config_id"])} for row in shelf]
        rows[resource.name] = {row["id"]: row for row in seen}
    return rows


def refusal(resource: Resource, entry: Data) -> str:
    """Return why a task would refuse an entry before any request, "" if it would not."""
    try:
        parse_target(resource, entry, entry["fields"], "when_changed")
    except InvalidArguments as problem:
        return str(problem)
    return ""
