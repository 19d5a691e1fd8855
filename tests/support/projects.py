# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw random projects: objects at Kapso, declared lists, options of the task, and edits between runs.

Most parts fit together, so that a run has much to do. One project in six is careless: it can name objects that do not
exist, leave out fields that a creation needs, or declare one object twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import hypothesis.strategies as st
from hypothesis.strategies import DrawFn

from tests.support.made_up import KINDS, Data, Rows, Thing, physical, refusal, things
from tests.support.matrix.subjects import Command

GUARDS = (*[None] * 12, "0", "1", "3", "50%", "100%")


def rarely(draw: DrawFn, times: int) -> bool:
    """Return True once in `times` draws. Hypothesis shrinks towards False."""
    return draw(st.integers(0, times - 1)) == times - 1


# Objects at Kapso


@st.composite
def at_kapso(draw: DrawFn) -> list[Command]:
    """Return the commands that add some of the things to Kapso, parents first."""
    there: set[Thing] = set()
    commands = []
    for thing in physical():
        if (thing.parent is None or thing.parent in there) and not rarely(draw, 3):
            there.add(thing)
            values = whole(thing, draw(st.integers(0, 2**16)))
            commands.append(thing.added(values))
            if thing.resource.solo_option and rarely(draw, 8):  # a second object with its key
                name, twin = thing.added(values)
                commands.append((name, {**twin, "id": twin["id"].replace("3333333", "4444444", 1)}))
    return commands


def whole(thing: Thing, versions: int) -> Data:
    """Return a value for each field that a playbook can declare. Each bit of `versions` chooses one of two values."""
    fields = [one for one in thing.resource.settable if one.access == "rw" and one.name not in thing.key]
    values = {one.name: thing.value(one, versions >> place & 1) for place, one in enumerate(fields)}
    entry = fitting(thing, {**thing.key, **_owner(thing, None), "fields": values})
    return dict(entry["fields"])


@st.composite
def edits(draw: DrawFn, rows: Rows) -> list[Command]:
    """Return commands that change or remove objects, as people at Kapso do."""
    there = [(thing, row) for thing in physical() if (row := thing.row_in(rows)) is not None]
    commands: list[Command] = []
    for thing, row in draw(st.lists(st.sampled_from(there), max_size=3, unique_by=lambda one: one[0])) if there else ():
        object_id = row.get("internal_id", row["id"])
        if rarely(draw, 4):
            commands.append(("remove", {"object_id": object_id}))
            break  # the objects that belong to it are removed, too
        values = whole(thing, draw(st.integers(0, 2**16)))
        names = draw(st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True))
        commands.append(("edit", {"object_id": object_id, **{name: values[name] for name in names}}))
    return commands


# Declarations


@st.composite
def projects(draw: DrawFn, rows: Rows) -> dict[str, list[Data]]:
    """Return the lists of a project, for the objects at Kapso."""
    careless = rarely(draw, 6)
    chosen: dict[Thing, Data] = {}
    for resource in reversed(KINDS):
        able = [thing for thing in things(resource) if careless or _can_be_named(thing, rows)]
        some = draw(st.lists(st.sampled_from(able), max_size=len(able), unique=True)) if able else []
        for thing in [*some, *(() if careless else _wanted(chosen, resource.name, rows))]:
            if thing not in chosen and (careless or thing.also not in chosen):
                chosen[thing] = draw(entries(thing, rows, careless))
    for thing in sorted(chosen, key=lambda one: KINDS.index(one.resource)):
        above = chosen.get(thing.parent) if thing.parent else None
        if above is not None and above.get("state") == "absent" and not careless:
            chosen[thing] = {**chosen[thing], "state": "absent"}
            chosen[thing] = fitting(thing, chosen[thing])
    lists: dict[str, list[Data]] = {}
    for thing in draw(st.permutations(list(chosen))):
        lists.setdefault(thing.resource.plural, []).append(chosen[thing])
    empty = [resource.plural for resource in KINDS if rarely(draw, 6)]
    return {**{name: [] for name in empty}, **lists} or {KINDS[0].plural: []}


def _can_be_named(thing: Thing, rows: Rows) -> bool:
    """Return whether an entry can name the parent of the thing: a parent that does not exist yet has no ID."""
    parent = thing.resource.parent
    to_come = thing.parent is not None and thing.parent.row_in(rows) is None and not thing.parent.resource.key_is_id
    return parent is None or not to_come or bool(parent.key_option)


def _wanted(chosen: dict[Thing, Data], kind: str, rows: Rows) -> list[Thing]:
    """Return the missing parents of that kind, of things that are declared present."""
    parents = [thing.parent for thing, entry in chosen.items() if thing.parent and entry.get("state") != "absent"]
    return [one for one in dict.fromkeys(parents) if one.resource.name == kind and one.row_in(rows) is None]


@st.composite
def entries(draw: DrawFn, thing: Thing, rows: Rows, careless: bool) -> Data:
    """Return an entry for a thing: its identity, its fields and its options."""
    resource, row = thing.resource, thing.row_in(rows)
    absent = rarely(draw, 4)
    by_id = resource.key_is_id or (row is not None and draw(st.booleans())) or (careless and rarely(draw, 4))
    entry: Data = {resource.id_option: thing.first_id if row is None else row["id"]} if by_id else {}
    if resource.key_as_option and not resource.key_is_id and (not by_id or rarely(draw, 3)):
        entry |= thing.key
    usual = {one.name: one.default for one in resource.fields if one.default is not None}
    entry = {name: value for name, value in entry.items() if usual.get(name) != value or draw(st.booleans())}
    if not by_id or (resource.key_is_id and (row is None or draw(st.booleans()))):
        entry |= _owner(thing, None if draw(st.booleans()) else rows)
    if by_id and resource.key_moves and rarely(draw, 3):
        others = [one for one in things(resource) if (one.parent is None) == (thing.parent is None)]
        entry |= _owner(draw(st.sampled_from(others)), rows)  # this may move it to another parent
        entry |= {name: value for name, value in draw(st.sampled_from(others)).key.items() if draw(st.booleans())}
    fields = draw(_some_fields(thing))
    if not by_id and not resource.key_as_option:
        fields |= thing.key
    needed = resource.missing_at_creation({**entry, **fields}) if row is None and not absent and not careless else []
    fields |= {one.name: thing.value(one, 0) for one in resource.settable if one.name in needed}
    options = {one.name: True for one in resource.options if one.type == "bool" and rarely(draw, 4)}
    if resource.nullable and rarely(draw, 6):
        entry["clear"] = [name for name in resource.nullable if name not in fields and rarely(draw, 2)]
    entry |= {**options, "fields": fields, "state": "absent" if absent else "present"}
    return fitting(thing, entry)


@st.composite
def _some_fields(draw: DrawFn, thing: Thing) -> Data:
    often = [one for one in thing.resource.settable if one.access == "rw"]
    named = draw(st.lists(st.sampled_from(often), max_size=4, unique=True))
    named += [one for one in thing.resource.settable if one.access == "create" and rarely(draw, 8)]
    return {one.name: thing.value(one, draw(st.integers(0, 1))) for one in named}


def _owner(thing: Thing, rows: Rows | None) -> Data:
    """Return the options that name the parent: by its ID if it exists in `rows`, otherwise by its key if possible."""
    parent = thing.resource.parent
    if parent is None:
        return {}
    if thing.parent is None:
        return dict([parent.without]) if parent.without else {}
    there = thing.parent.row_in(rows) if rows is not None else None
    if parent.key_option and there is None:
        return {parent.key_option: thing.parent.key[thing.parent.resource.key[0]]}
    return {parent.id_option: thing.parent.first_id if there is None else there["id"]}


def fitting(thing: Thing, entry: Data) -> Data:
    """Return the entry without parts that a task refuses before any request, as far as leaving parts out helps."""
    entry = {"fields": {}, **entry}
    for _time in range(20):
        problem = refusal(thing.resource, entry)
        if not problem:
            break
        entry = next((less for less in _less(thing, entry) if refusal(thing.resource, less) != problem), entry)
    return entry


def _less(thing: Thing, entry: Data) -> Iterable[Data]:
    """Yield the entry without each of its parts in turn, and with one more field."""
    fields, resource = entry["fields"], thing.resource
    for name in fields:
        yield {**entry, "fields": {one: value for one, value in fields.items() if one != name}}
    names = [option.name for option in resource.options] + ["clear"]
    names += [name for name in resource.identifying if resource.id_option in entry and name != resource.id_option]
    for name in [name for name in names if name in entry]:
        yield {one: value for one, value in entry.items() if one != name}
    first = resource.settable[0]
    yield {**entry, "fields": {**fields, first.name: thing.value(first, 0)}}


# The options of the task


@st.composite
def task_options(draw: DrawFn, lists: dict[str, list[Data]]) -> Data:
    """Return options beside the lists, such as guards, `prune` and `only`."""
    options: Data = {"on_error": draw(st.sampled_from(["stop_before_writing", "continue", "continue", "stop"]))}
    options["concurrency"] = draw(st.sampled_from([1, 1, 3]))
    for name in ("max_changes", "max_deletions"):
        guard = draw(st.sampled_from(GUARDS))
        options |= {} if guard is None else {name: guard}
    if rarely(draw, 4):
        options["send_write_only"] = draw(st.sampled_from(["when_value_changed", "never", "always"]))
    if rarely(draw, 4):
        options["undeclared"] = draw(st.sampled_from(["project", "customers"]))
    declared = [(kind, entry) for kind in KINDS for entry in lists.get(kind.plural, ())]
    prunable = [kind.plural for kind in KINDS if kind.may_prune and lists.get(kind.plural)]
    if prunable and rarely(draw, 3):
        options["prune"] = draw(st.lists(st.sampled_from(prunable), min_size=1, unique=True))
        options.setdefault("max_deletions", draw(st.sampled_from(["20", "20", "1"])))
    elif declared and rarely(draw, 5):
        options["only"] = draw(st.lists(st.sampled_from(_patterns(declared)), min_size=1, max_size=3, unique=True))
    return options


def _patterns(declared: Sequence[tuple[Any, Data]]) -> list[str]:
    texts: list[str] = []
    for kind, entry in declared:
        given = (entry.get(name) for name in (*kind.identifying, "url"))
        texts += [text for text in given if isinstance(text, str)]
    whole_names = sorted(dict.fromkeys(texts))
    return [
        *whole_names,
        *(f"{text[:-1]}?" for text in whole_names),
        *(f"{text[: len(text) // 2]}*" for text in whole_names),
    ]
