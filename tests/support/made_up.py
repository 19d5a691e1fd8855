# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a small set of example objects (things) of each kind in a project, from the resource tables.

Each thing can be at Kapso or not, and declared in a playbook or not. tests/support/projects.py draws that.
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
Rows = Mapping[str, Mapping[str, Data]]  # the objects at Kapso with write-only fields, by kind and ID

KINDS = of_a_project()
# The place of the parent for each thing. None: the thing belongs to the project.
OWNERS: dict[str, tuple[int | None, ...]] = {
    "customer": (None, None, None),
    "whatsapp_phone_number": (0, 0, 1, 1),
    "whatsapp_config": (0, 0, 1, 1),  # each is the same object as the phone number at the same place
    "whatsapp_webhook": (0, 0, 1, 2, None, 0),
}
SENT = "whatsapp.message.sent"
# Values of fields with choices that are not in the tables, by field and whether the thing has a parent.
KNOWN: dict[tuple[str, bool], tuple[list[str], list[str]]] = {
    ("events", True): ([RECEIVED], [RECEIVED, SENT]),
    ("events", False): (["project.event"], ["project.event", "workflow.execution.failed"]),
    ("buffer_events", True): ([RECEIVED], [RECEIVED]),
    ("buffer_events", False): ([RECEIVED], [RECEIVED]),
}


@dataclass(frozen=True)
class Thing:
    """Hold one object, by its place among the things of its kind."""

    resource: Resource
    place: int
    parent: Thing | None = None
    key: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def uuid(self) -> str:
        """Return its ID if Kapso gives IDs to objects of this kind."""
        kind = KINDS.index(self.resource)
        return f"{kind + 1}3333333-0000-4000-8000-{self.place:012}"

    @property
    def first_id(self) -> str:
        """Return its ID if it exists from the start."""
        return str(self.key[self.resource.key[0]]) if self.resource.key_is_id else self.uuid

    def value(self, one: Field, version: int) -> Any:
        """Return the value of a field in version 0 or 1."""
        if one.name in self.key and (self.resource.key_is_id or not self.resource.key_as_option):
            return self.key[one.name]  # another value would identify another thing
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
        """Return the object with its ID or its key, None if there is none."""
        there = rows[self.resource.name]
        if self.first_id in there:
            return there[self.first_id]
        return next(iter(self.twins_in(rows)), None)

    def twins_in(self, rows: Rows) -> list[Data]:
        """Return all objects with its parent and key."""
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
        """Return the same object under another resource, None if there is none."""
        pairs = {resource.name: resource.same_as[0] for resource in KINDS if resource.same_as}
        other = {**pairs, **{other: name for name, other in pairs.items()}}.get(self.resource.name)
        return None if other is None else _THINGS[other][self.place]

    def added(self, values: Mapping[str, Any]) -> Command:
        """Return the command that adds it to the emulator."""
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
    """Return all things of one kind, at Kapso or not."""
    return _THINGS[resource.name]


def physical() -> list[Thing]:
    """Return all things once. A thing under two resources is returned under the one with `same_as`."""
    also = {resource.same_as[0] for resource in KINDS if resource.same_as}
    return [thing for resource in KINDS if resource.name not in also for thing in things(resource)]


def rows_of(kapso: Emulator) -> Rows:
    """Return all objects at Kapso, with write-only fields and secrets in clear."""
    subjects = [SUBJECTS[resource.name] for resource in KINDS]
    shelves = kapso.batch(*((subject.shelf, {}) for subject in subjects))
    numbers = {row["id"]: row["phone_number_id"] for row in shelves[KINDS.index(RESOURCES["whatsapp_config"])]}
    rows: dict[str, dict[str, Data]] = {}
    for resource, shelf in zip(KINDS, shelves, strict=True):
        seen = [SUBJECTS[resource.name].seen(row) for row in shelf]
        if "config_id" in (seen[0] if seen else {}):  # the emulator's field for the number of a webhook
            seen = [{**row, "phone_number_id": numbers.get(row["config_id"])} for row in shelf]
        rows[resource.name] = {row["id"]: row for row in seen}
    return rows


def refusal(resource: Resource, entry: Data) -> str:
    """Return why a task refuses an entry before any request, "" if it accepts it."""
    try:
        parse_target(resource, entry, entry["fields"], "when_changed")
    except InvalidArguments as problem:
        return str(problem)
    return ""
