# SPDX-License-Identifier: GPL-3.0-or-later
"""Make scenes for all resources except configurations from their tables, with old and new secrets of an object.

The old secrets are at the server. A task reads those that the API returns, and an answer can quote them, too.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import of_a_project
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource

from tests.integration.proof.leaks.scenes import (
    ID,
    ODD,
    SECRETS,
    SPELLINGS,
    Command,
    Data,
    Rule,
    Scene,
    answers,
    dry,
)
from tests.support.definitions import INFOS, SINGLES
from tests.support.inputs import COMMON
from tests.support.leaks import canary
from tests.support.matrix.subjects import CONFIGS, RECEIVED, SUBJECTS, Subject, Target

KINDS = tuple(subject for subject in SUBJECTS.values() if subject is not CONFIGS)
EARLIER = tuple(command for subject in KINDS for command in subject.first)
URL = "https://me:{{ url_password }}@hooks.example.org/wa?token={{ url_query }}"
# The secrets of a project with objects of all kinds, each with its own secrets, by the names of their variables.
OWN = {
    f"{resource.plural}_{name}": canary(f"{resource.plural}-{name}", odd)
    for resource in of_a_project()
    for field in resource.writable
    for name, odd in (
        {"password": "", "query": ""}
        if field.format == "url" and field.type == "str"
        else {field.name: ODD}
        if field.secret
        else {}
    ).items()
}

VARIABLES = {**SECRETS, **OWN}

Given = Callable[[Resource, Field], Any]


def own(resource: Resource, field: Field) -> Any:
    """Return a value that a playbook declares, with secrets that no other kind of object has."""
    if _is_url(field):
        password, query = (f"{{{{ {resource.plural}_{name} }}}}" for name in ("password", "query"))
        return f"https://me:{password}@hooks.example.org/{ID}?token={query}"
    if field.secret:
        secret = f"{{{{ {resource.plural}_{field.name} }}}}"
        return {"X-One": secret} if field.type == "dict" else secret
    return _new(resource, field)


def _is_url(field: Field) -> bool:
    """Return whether a value may have a password and a query."""
    return field.format == "url" and field.type == "str"


def _new(_resource: Resource, field: Field) -> Any:
    """Return a value that a playbook declares."""
    if _is_url(field):
        return URL
    if field.secret:
        secret = "{{ verify }}" if field.format == "passphrase" else "{{ token }}"
        return {"X-One": "{{ header }}"} if field.type == "dict" else secret
    if field.format == "meta_id":
        return "200000000000001"
    return [RECEIVED] if field.type == "list" else "Front desk"


def _old_url(resource: Resource) -> tuple[str, tuple[str, str]]:
    """Return a URL at the server, and its secrets."""
    password, query = (canary(f"old-{resource.plural}-{name}") for name in ("password", "query"))
    return f"https://me:{password}@hooks.example.org/{ID}?token={query}", (password, query)


def _old(resource: Resource, field: Field) -> Any:
    """Return a secret at the server."""
    text = canary(f"old-{resource.plural}-{field.name}", ODD)
    if field.secret and _is_url(field):
        return f"https://setup.example.org/{canary(f'old-{resource.plural}-{field.name}')}"
    return _old_url(resource)[0] if _is_url(field) else {"X-Old": text} if field.type == "dict" else text


@dataclass(frozen=True)
class Table:
    """Make the scenes of one resource."""

    subject: Subject
    given: Given = _new

    @property
    def declared(self) -> Data:
        """Return the fields of a task."""
        fields = (field for field in self.subject.resource.writable if field.access != "create")
        chosen = [f for f in fields if f.secret or _is_url(f) or f.required or f.name == "name"]
        return {field.name: self.given(self.subject.resource, field) for field in chosen}

    @property
    def old(self) -> Data:
        """Return the secrets at the server."""
        resource = self.subject.resource
        fields = (field for field in resource.fields if field.secret or (field.writable and _is_url(field)))
        return {field.name: _old(resource, field) for field in fields}

    @property
    def new(self) -> list[str]:
        """Return the secrets of a task."""
        told = str(self.declared)
        usual = ("key", "receipts_key")
        return [text for name, text in VARIABLES.items() if name in usual or f"{{{{ {name} }}}}" in told]

    @property
    def shown(self) -> list[str]:
        """Return the secrets that the API returns. A task has read them before it writes."""
        told = {f.name for f in self.subject.resource.fields if not f.write_only and f.returned == "success"}
        names = self.old.keys() & (self.subject.echoed | told)
        return [text for name in sorted(names) for text in self._texts(self.old[name])]

    def _texts(self, value: Any) -> Iterable[str]:
        """Return the secrets in an old value."""
        url, inside = _old_url(self.subject.resource)
        return inside if value == url else value.values() if isinstance(value, dict) else [value]

    def scene(self, name: str, target: Target | None, *faults: Rule, is_new: bool = False, **options: Any) -> Scene:
        """Return a task, one that lists objects if there is no target."""
        module = (self.subject.info if target is None else self.subject.one).module
        args = {self.subject.id_option: ID} if target is None else target.entry
        args = {key: value for key, value in {**args, **options}.items() if value is not None}
        name = f"{self.subject.resource.noun}{' list' if target is None else ''}: {name}"
        there = () if is_new else (self._there,)
        if self.subject.is_by_parent:
            there = (("add_customer", {"id": ID}), *there)
        return Scene(name, module, args, faults, there=there, has_meta_id=self.subject.resource.key_is_id)

    @property
    def _there(self) -> Command:
        """Return the command that adds the object."""
        if self.subject.is_by_parent:
            return self.subject.add, {**dict.fromkeys(self.subject.owned, ID), **self.old}
        command, values = self.subject.adding({"id": ID, **self.old})
        return command, {**values, **({"phone_number_id": ID} if self.subject.resource.key_is_id else {})}

    def _target(self, declared: Data, **more: Any) -> Target:
        """Return the existing object as a target."""
        if self.subject.is_by_parent:
            return Target(self.subject, None, declared, parent={self.subject.id_option: ID}, **more)
        return Target(self.subject, ID, declared, **more)

    def single(self, name: str, *faults: Rule, **options: Any) -> Scene:
        """Return a task about an existing object."""
        return self.scene(name, self._target(self.declared), *faults, **options)

    def creation(self, name: str, *faults: Rule) -> Scene:
        """Return a task about a new object with its own URL or ID."""
        key = {field: f"{value}&of={ID}" if value == URL else ID for field, value in self._key.items()}
        parent = {self.subject.id_option: ID} if self.subject.is_by_parent else self.subject.parent
        target = Target(self.subject, ID if self.is_id else None, {**self.declared, **key}, parent=parent)
        return self.scene(name, target, *faults, is_new=True)

    @property
    def is_id(self) -> bool:
        """Return whether the key is the ID."""
        return self.subject.resource.key_is_id

    @property
    def _key(self) -> Data:
        resource = self.subject.resource
        return {field.name: self.given(resource, field) for field in resource.key_fields if not field.choices}

    def info(self, name: str, *faults: Rule, **options: Any) -> Scene:
        """Return a task that lists one object."""
        return self.scene(name, None, *faults, **options)

    # The scenes

    def lives(self) -> Iterator[Scene]:
        """Yield scenes that create, change and delete objects without errors."""
        above = self.subject.resource.path if not self.subject.parent else self.subject.id_of("acme")
        above = ID if self.subject.is_by_parent else above
        yield self.creation("a creation that is refused", {"path": above, "method": "POST", "echo": True, "count": 1})
        yield dry(self.creation("a creation, dry run"))
        yield self.creation("a creation")
        yield dry(self.single("a dry run"))
        yield self.single("a run")
        yield self.single("with echo", _write(echo=True))
        yield self.single("lost", _write(drop="after"))
        yield self.single("lost, and an echo at the second look", _write(drop="after"), _read(echo=True, after=1))
        yield self.single("cut short", _write(truncate=True))
        remove = "DELETE" if self.subject.resource.removal is None else "PATCH"
        yield self.scene("deleted", self._target({}, absent=True), {"method": remove, "echo": True})
        yield self.info("as it is")
        everything: Data = {self.subject.id_option: None}
        if self.subject.resource.path:
            yield self.scene("of all", None, **everything)
        for choice in self.subject.resource.filters:
            fails = {"path": self.subject.resource.path, "query": f"{choice.query}=canary", "status": 500}
            if (self.subject.resource.field(choice.field) or choice).format == "url":
                chosen: Data = {**everything, choice.name: "{{ url_query }}"}
                yield self.scene(f"chosen by a secret in {choice.name}", None, fails, **chosen)
        if "name" in self.declared:
            named = self._target({**self.declared, "name": "It is {{ token }}"})
            yield self.scene("a secret in the name as well", named, **_along(self.declared))
        if self.subject.resource.write_only:
            for option in ("always", "never", "adopt"):
                yield self.single(option, send_write_only=option)
            yield self.single("without receipts", receipts="none")

    def answers(self) -> Iterator[Scene]:
        """Yield scenes with answers that quote sent and existing secrets, in each spelling and shape."""
        quoted = [*self.new, *self.shown]
        for number, (name, spell) in enumerate(SPELLINGS.items()):
            shapes = answers(" ".join(map(spell, quoted)))
            yield self.single(f"echo as {name}", _write(**shapes[number % len(shapes)]))
        for number, answer in enumerate(answers(" ".join(self.new))):
            yield self.single(f"echo at the read, {number}", _read(**answer))
        for number, answer in enumerate(answers(SECRETS["key"])):
            yield self.info(f"echo, {number}", _read(**answer))
        for name, merge in self.merges(quoted).items():
            yield self.single(f"{name} with a success", _write(merge=merge))
            # A task that lists objects knows the API key, and the values that it reads in secret fields.
            known = merge if name == "secrets" else _known(merge, [SECRETS["key"], *self.shown])
            yield self.info(f"{name} with a success", {"merge": known})
        for whose, secret in {"new": self.new[-1], "key": SECRETS["key"], "old": "".join(self.shown[:1])}.items():
            for length in (9, len(secret) - 2):
                if secret:
                    cut = {"status": 422, "json": {"error": f"Bad: {secret[:length]}"}}
                    yield self.single(f"echo of the {whose} secret cut after {length}", _write(**cut))

    def merges(self, quoted: list[str]) -> dict[str, Data]:
        """Return what a successful answer may have besides, by name."""
        resource, text = self.subject.resource, " ".join(quoted)
        read_only = [field.name for field in resource.fields if not field.writable and field.type == "str"]
        others = [field.name for field in resource.writable if field.type != "str" and not field.secret]
        return {
            "unknown keys": {"note": text, "list": [quoted], quoted[0]: {"deep": quoted}},
            "known keys": {name: text for name in read_only if not name.endswith(("id", "_at"))},
            "the instant": {"updated_at": text},
            "the id": {"id": text},
            "wrong types": dict.fromkeys(others, text),
            "base64": {"note": base64.b64encode(f"k:{text}".encode()).decode()},
            "secrets": {field.name: quoted[0] for field in resource.fields if field.secret and field.type == "str"},
        }

    def mistakes(self) -> Iterator[Scene]:
        """Yield scenes with a secret in each option and field that takes none. None of them may send it."""
        name = self.subject.resource.name
        for place, wrong in wrong_places(SINGLES[name].spec):
            # The same values are also in their own options, so that the task knows that they are secret.
            fields = (
                {"fields": {**self.declared, **wrong.pop("fields")}} if isinstance(wrong.get("fields"), dict) else {}
            )
            yield self.single(f"a secret for {place}", **{**wrong, **fields})
        for place, wrong in wrong_places(INFOS[name].spec):
            yield self.info(f"a secret for {place}", **wrong)


def _known(value: Any, known: list[str]) -> Any:
    """Return the same structure with other secrets."""
    if isinstance(value, dict):
        return {name if "canary" not in name else known[0]: _known(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [_known(item, known) for item in value]
    return " ".join(known)


def _along(declared: Data) -> Data:
    """Return options that make the token a secret of the task, if no field does."""
    return {} if "{{ token }}" in declared.values() else {"receipts_key": "{{ token }}"}


def wrong_places(spec: Data) -> Iterator[tuple[str, Data]]:
    """Yield every option and field, with a secret in its place."""
    for name, rule in spec.items():
        if name in COMMON:  # other scenes test these
            continue
        yield name, {name: _mistaken(rule)}
        for inner, its_rule in rule.get("options", {}).items():
            yield f"{name}.{inner}", {name: {inner: _mistaken(its_rule)}}


def _mistaken(rule: Data) -> Any:
    """Return a value with secrets that such an option refuses."""
    if rule["type"] == "list":
        return {"x": "{{ token }}"}
    if rule["type"] != "str" or "choices" in rule or rule.get("format") in ("meta_id", "url", "time"):
        return "{{ token }}"
    return {"{{ token }}": "{{ verify }}"}


def _write(**answer: Any) -> Rule:
    return {"method": "PATCH", **answer}


def _read(**answer: Any) -> Rule:
    return {"method": "GET", **answer}


TABLES = tuple(scene for subject in KINDS for scene in (*Table(subject).lives(), *Table(subject).answers()))
TABLES_MISTAKES = tuple(scene for subject in KINDS for scene in Table(subject).mistakes())
