# SPDX-License-Identifier: GPL-3.0-or-later
"""Make scenes of a project with an object of every kind, each with its own secrets, from the tables.

Most faults apply to every kind at once, and an answer about one object quotes the secrets of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

from tests.integration.proof.leaks.scenes import (
    ID,
    META_ID,
    PROJECT,
    SECRETS,
    SPELLINGS,
    STORED_ID,
    Command,
    Data,
    Rule,
    Scene,
    answers,
    dry,
    role,
)
from tests.integration.proof.leaks.tables import Table, own, wrong_places
from tests.support import proof
from tests.support.definitions import SINGLES
from tests.support.matrix.subjects import SUBJECTS, Target

CLINIC = f"clinic-{ID}"
STOPPING = (401, 402, 403)
KEPT = f"{{{{ kept }}}}/{ID}"
# The parents of new objects, by the kind that they are of: options, and the id in the paths of its lists.
PARENTS: Mapping[str, tuple[Data, str]] = {
    "customer": ({"external_customer_id": CLINIC}, ID),
    "whatsapp_phone_number": ({"phone_number_id": META_ID}, META_ID),
}


@dataclass(frozen=True)
class Part:
    """Hold one kind of object in the scenes."""

    table: Table

    @property
    def resource(self) -> Resource:
        """Return its table."""
        return self.table.subject.resource

    @property
    def own_id(self) -> str:
        """Return the marker of the ID of its object."""
        return META_ID if self.resource.key_is_id else ID

    @property
    def path(self) -> str:
        """Return the path of its object."""
        return f"{self.resource.path}/{self.own_id}"

    @property
    def collection(self) -> str:
        """Return the path that creates objects, as a regular expression."""
        parent = self.resource.parent
        return f"{parent.path.format(parent=PARENTS[parent.resource][1]) if parent else self.resource.path}$"

    @property
    def there(self) -> Command:
        """Return the command that adds the object."""
        ids = {"id": STORED_ID, "phone_number_id": META_ID} if self.resource.key_is_id else {"id": ID}
        clinic = {"external_customer_id": CLINIC} if self.resource.name == "customer" else {}
        command, values = self.table.subject.adding({**self.table.old, "id": ID})
        return command, {**values, **clinic, **ids}

    @property
    def fields(self) -> Data:
        """Return the declared fields of an existing object."""
        known_by = () if self.resource.key_moves else self.resource.key
        return {name: value for name, value in self.table.declared.items() if name not in known_by}

    @property
    def entry(self) -> Data:
        """Return the entry of an existing object."""
        return Target(self.table.subject, self.own_id, self.fields).entry

    @property
    def gone(self) -> Data:
        """Return the entry of an object to delete."""
        return Target(self.table.subject, self.own_id, {}, absent=True).entry

    @property
    def new(self) -> Data:
        """Return the entry of a new object, with its parent."""
        parent, kind = self.resource.parent, self.resource
        options = dict(PARENTS[parent.resource][0]) if parent else {}
        if parent and parent.id_option not in options and not kind.key_is_id and parent.resource == "customer":
            options = {"customer_id": ID}  # configurations know no other
        number = f"{'8' if kind.key_is_id else '9'}{META_ID}"  # a number is also a configuration: not the same twice
        key = {f.name: number if f.format == "meta_id" else f"new-{CLINIC}" for f in self._free_key}
        is_id = number if kind.key_is_id else None
        return Target(self.table.subject, is_id, {**self.table.declared, **key}, parent=options).entry

    @property
    def _free_key(self) -> list[Any]:
        return [field for field in self.resource.key_fields if not field.choices and field.format != "url"]


PARTS = tuple(Part(Table(SUBJECTS[resource.name], own)) for resource in of_a_project())
SHOWN = [text for part in PARTS for text in part.table.shown]
BOTH = [SECRETS["key"], SECRETS["receipts_key"]]
NEW = [text for part in PARTS for text in part.table.new if text not in BOTH]


def lists(choose: Callable[[Part], Data]) -> Data:
    """Return the lists of a project with one entry each."""
    return {part.resource.plural: [choose(part)] for part in PARTS}


ENTRIES, NEWCOMERS, GONE = (lists(choose) for choose in (lambda part: part.entry, lambda p: p.new, lambda p: p.gone))


def scene(name: str, options: Data, *faults: Rule, then: tuple[Scene, ...] = (), empty: bool = False) -> Scene:
    """Return a task about an object of each kind. With `empty`, no object exists."""
    there = () if empty else tuple(part.there for part in PARTS)
    args = {"on_error": "continue", **options}
    # A fault of a kind has a name of its own, so that each has to fire.
    named = tuple({**rule, "name": f"all kinds: {name}, {number}"} for number, rule in enumerate(faults))
    return Scene(f"all kinds: {name}", PROJECT, args, named, there=there, then=then)


def each(rules: Rule | list[Rule], method: str = "PATCH") -> tuple[Rule, ...]:
    """Return a fault for the object of each kind: the same, or one for each."""
    given = rules if isinstance(rules, list) else [rules] * len(PARTS)
    return tuple(_of(part, method, **rule) for part, rule in zip(PARTS, given, strict=True))


def refused(rule: Rule) -> tuple[Rule, ...]:
    """Return a fault for the creation of each kind, once."""
    return tuple({"method": "POST", "path": "/", "path_regex": part.collection, "count": 1, **rule} for part in PARTS)


def _creations() -> Iterator[Scene]:
    """Yield creations. The faults come first: a rule for creations applies to the next one of any scene."""
    echo = {"status": 422, "echo": True}
    yield scene("creations that are refused", NEWCOMERS, *refused(echo))
    yield scene("creations that are lost", NEWCOMERS, *refused({"drop": "after"}))
    yield scene("creations that are cut short", NEWCOMERS, *refused({"truncate": True}))
    chain = _chain()
    again = replace(scene("a chain, again", {**chain, "return_unchanged": True, "return_data": True}))
    gone = scene("a chain, deleted", {**_chain(absent=True), "results_path": f"{KEPT}.gone.json"})
    run = scene("a chain", {**chain, "return_data": True}, then=(again, gone))
    yield dry(scene("a chain, dry run", {**chain, "plan_out": f"{KEPT}.chain.plan"}, then=(run,), empty=True))


def _chain(absent: bool = False) -> Data:
    """Return the lists of new objects that belong to one another. They are deleted by their keys."""
    made: Data = {}
    for part in PARTS:
        entry = dict(part.new)
        if entry.pop("customer_id", None):
            continue  # the id of a new customer is not known
        if "external_customer_id" in part.resource.key:
            entry["external_customer_id"] = CLINIC
        if part.resource.key_is_id:
            entry["phone_number_id"] = META_ID
        made[part.resource.plural] = [{**entry, "state": "absent", "fields": {}} if absent else entry]
    return made


def _lives() -> Iterator[Scene]:
    """Yield scenes that change, plan, count and delete objects."""
    again = scene("a further run", {**ENTRIES, "return_unchanged": True, "return_data": True})
    held = {**ENTRIES, "plan_in": f"{KEPT}.plan", "results_path": f"{KEPT}.json"}
    run = replace(scene("a run that a plan binds", held), then=(again,))
    yield dry(scene("a dry run", {**ENTRIES, "plan_out": f"{KEPT}.plan", "return_data": True}, then=(run,)))
    yield scene("with echo", ENTRIES, *each({"echo": True}))
    lost = each({"drop": "after"})
    yield scene("lost, and an echo at the second look", ENTRIES, *lost, *each({"echo": True, "after": 1}, "GET"))
    yield scene("cut short", ENTRIES, *each({"truncate": True}))
    yield scene("deletions that are refused", GONE, *each({"echo": True}, "DELETE"))
    yield scene("deleted", {**GONE, "return_data": True})
    yield scene("a plan of others", {**ENTRIES, "plan_in": f"{KEPT}.gone.json", "return_data": True})
    yield scene("too many changes", {**ENTRIES, "max_changes": 0})
    yield scene("always", {**ENTRIES, "send_write_only": "always", "receipts": "none"})
    yield scene("twice the same", {name: entries * 2 for name, entries in ENTRIES.items()})
    yield scene(
        "one cannot be planned", {**ENTRIES, "on_error": "stop_before_writing"}, _of(PARTS[-1], status=500, echo=True)
    )
    yield scene("stops at an error", {**ENTRIES, "on_error": "stop", "concurrency": 1}, *each({"echo": True})[:1])
    by_name = {"name": "Front desk {{ token }}"}
    named = {
        part.resource.plural: [{**part.entry, "fields": {**part.entry["fields"], **by_name}}]
        for part in PARTS
        if "name" in part.fields
    }
    known = {"receipts_key": "{{ token }}", "return_data": True}
    echoes = (_of(part, "PATCH", echo=True) for part in PARTS if part.resource.plural in named)
    refused_names = scene("secrets in names as well, refused", {**named, **known}, *echoes)
    yield dry(scene("secrets in names as well", {**named, **known}, then=(refused_names,)))
    yield from _undeclared()
    there = tuple(part.there for part in PARTS)
    yield replace(dry(role("all kinds, dry run", **ENTRIES, defaults={})), there=there)
    yield replace(
        role("all kinds, with echo", *each({"echo": True}), on_error="continue", **ENTRIES, defaults={}), there=there
    )


def _undeclared() -> Iterator[Scene]:
    """Yield scenes that count undeclared objects, and prune them or not."""
    numbers = lists(
        lambda part: {**part.entry, "external_customer_id": CLINIC} if part.resource.key_is_id else part.entry
    )
    hooks: Data = {"id": ID, "phone_number_id": META_ID}
    others = tuple(
        (part.there[0], {**part.there[1], **hooks})
        for part in PARTS
        if part.resource.may_prune and part.resource.parent
    )
    customer = tuple(part.there for part in PARTS if not part.resource.parent)
    number = tuple((part.there[0], {**part.there[1], "customer_id": ID}) for part in PARTS if part.resource.key_is_id)
    declared: Data = {
        part.resource.plural: numbers[part.resource.plural]
        for part in PARTS
        if part.resource.key_is_id or not part.resource.parent
    }
    prune = {part.resource.plural: [part.new] for part in PARTS if part.resource.may_prune and part.resource.parent}
    options: Data = {**declared, **prune, "undeclared": "customers", "prune": [*prune]}
    run = replace(scene("pruned", {**options, "max_deletions": 5, "return_data": True}))
    first = scene("not to be pruned", options, then=(run,))
    yield replace(first, there=(*customer, *number, *others))
    yield dry(scene("counted over the project", {**ENTRIES, "undeclared": "project"}))


def _of(part: Part, method: str = "GET", **rule: Any) -> Rule:
    return {"method": method, "path": part.path, **rule}


def _answers() -> Iterator[Scene]:
    """Yield scenes with answers that quote all secrets, in every spelling and shape."""
    quoted = [*BOTH, *NEW, *SHOWN]
    for number, spell in enumerate(SPELLINGS):
        yield from _spelled(number, spell, quoted)
    for number, answer in enumerate(_going_on(" ".join([*BOTH, *NEW]))):
        yield scene(f"echo at the read, {number}", ENTRIES, *each(answer, "GET"))
    for number, part in enumerate(PARTS):
        status = STOPPING[number % len(STOPPING)]
        stops = _of(part, "PATCH", status=status, json={"error": " ".join([*BOTH, *NEW])})
        yield scene(f"{status} at a {part.resource.noun}", {**ENTRIES, "concurrency": 1}, stops)
    merges = [part.table.merges(quoted) for part in PARTS]
    for name in merges[0]:
        rules = each([{"merge": merge[name]} for merge in merges])
        yield scene(f"{name} with a success", {**ENTRIES, "return_data": True}, *rules)
    for length in (9, -2):
        cut = each([{"status": 422, "json": {"error": f"Bad: {_first(part)[:length]}"}} for part in PARTS])
        yield scene(f"secrets cut after {length}", ENTRIES, *cut)
    for header in ("Content-Type", "Retry-After", "Location", "X-RateLimit-Remaining"):
        yield scene(f"the key in {header}", ENTRIES, *each({"status": 503, "headers": {header: SECRETS["key"]}}))


def _going_on(text: str) -> list[Rule]:
    """Return the answers that do not stop a run."""
    return [answer for answer in answers(text) if answer["status"] not in STOPPING]


def _spelled(number: int, name: str, quoted: list[str]) -> Iterator[Scene]:
    """Yield scenes of one spelling, with another shape for each kind; with KAPSO_PROOF=all every shape for each."""
    shapes = _going_on(" ".join(map(SPELLINGS[name], quoted)))
    for turn in range(len(shapes) if proof.WHOLE else 1):
        rules = each([shapes[(number + place + turn) % len(shapes)] for place in range(len(PARTS))])
        yield scene(f"echo as {name}, {turn}", ENTRIES, *rules)


def _first(part: Part) -> str:
    """Return a secret of that kind, or else the API key."""
    return next((text for text in part.table.new if text not in BOTH), SECRETS["key"])


def _mistakes() -> Iterator[Scene]:
    """Yield scenes with a secret in each option and field of each kind that takes none. None of them may send it."""
    for part in PARTS:
        kind, entry = part.resource, part.entry
        for place, wrong in wrong_places(SINGLES[kind.name].spec):
            fields = wrong.pop("fields", {})
            fields = {**entry["fields"], **fields} if isinstance(fields, dict) else fields
            yield _mistake(
                f"a secret for {place} of a {kind.noun}", {kind.plural: [{**entry, **wrong, "fields": fields}]}
            )
        for name, value in {"a text": "{{ token }}", "a list": ["{{ token }}"]}.items():
            yield _mistake(f"{name} for the defaults of {kind.plural}", {"defaults": {kind.plural: value}})
        yield _mistake(f"a secret in place of {kind.plural}", {kind.plural: "{{ token }}"})


def _mistake(name: str, wrong: Data) -> Scene:
    """Return a task with a secret in a wrong place, and in its own, so that the task knows that it is secret."""
    text = next(part for part in PARTS if part.resource.field("webhook_verify_token"))
    right = {**text.entry, text.resource.id_option: "7001", "fields": {"webhook_verify_token": "{{ verify }}"}}
    lists = {**ENTRIES, **wrong}
    if isinstance(lists[text.resource.plural], list):
        lists[text.resource.plural] = [*lists[text.resource.plural], right]
    return scene(name, {**lists, "receipts_key": "{{ token }}"}, empty=True)


PROJECTS = (*_creations(), *_lives(), *_answers())
PROJECTS_MISTAKES = tuple(_mistakes())[:: 1 if proof.WHOLE else 3]
