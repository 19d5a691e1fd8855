# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write objects at Kapso as YAML lists that declare them. PURE: no input, no output, no clock.

This module has no rules about entries: it writes each field that the modules accept in an entry.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import yaml

from ..module_utils._api.ids import canonical_id
from ..module_utils._api.masking import MASKED
from ..module_utils._module.argument_spec import Spec, object_spec
from ..module_utils._module.arguments import InvalidArguments, check_shape
from ..module_utils._module.desired import parse_target
from ..module_utils._reconcile.plan import SEND_WRITE_ONLY
from ..module_utils._resources import RESOURCES, of_a_project
from ..module_utils._resources.model import Field, Parent, Resource

Row = Mapping[str, Any]
Lists = Mapping[str, Sequence[Row]]  # by the name of the list

NAME = "name"
VAULT = "vault_kapso"
ONE_LINE = 2**31 - 1  # characters; a text is never folded


def declarations(listed: Lists, prefix: str = "") -> str:
    """Return the objects as YAML: a variable for each list, its name with `prefix` in front.

    `listed` has the rows that the info modules return, by the name of their list. A missing list gets no variable.
    A field that cannot be declared is left out. A field that is secret, or whose value Kapso does not return, is a
    comment.
    """
    return "\n".join(Export(listed, prefix).lines()) + "\n"


@dataclass
class Entry:
    """Hold one object as an entry of its list."""

    resource: Resource
    row: Row
    options: dict[str, Any]  # that name the object
    fields: dict[str, Any] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)  # fields whose value is not known

    def accepts(self, fields: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> bool:
        """Return whether a module accepts the entry with these fields and further options."""
        entry = {**self.options, **(options or {}), "fields": dict(fields)}
        try:
            checked, _warnings = check_shape(entry, _spec(self.resource))
            parse_target(self.resource, checked, checked["fields"], SEND_WRITE_ONLY[0])
        except InvalidArguments:
            return False
        return True

    def give_all(self, fields: Sequence[Field]) -> None:
        """Set the values of these fields: all of them if a module accepts them together, otherwise one by one."""
        values = {one.name: self.row[one.name] for one in fields if self._is_value(one)}
        if self.accepts(values):
            self.fields = values
        for one in fields:
            if one.name not in self.fields:
                self.give(one, self.fields)

    def give(self, one: Field, place: dict[str, Any]) -> None:
        """Set the value of a field in `place` if a module accepts it; note the name of a field with no known value."""
        value = self.row.get(one.name)
        more = {one.name: value}
        if self._is_value(one) and (
            self.accepts({**self.fields, **more}) if place is self.fields else self.accepts({}, more)
        ):
            place[one.name] = value
        elif one.write_only or (value is not None and not self._is_known(one)):
            self.hidden.append(one.name)

    def _is_known(self, one: Field) -> bool:
        return not (one.secret or (one.format == "url" and MASKED in str(self.row.get(one.name))))

    def _is_value(self, one: Field) -> bool:
        value = self.row.get(one.name)
        return self._is_known(one) and value not in (None, "", [], {}) and one.holds(value)


class Export:
    """Write the objects of some lists."""

    def __init__(self, listed: Lists, prefix: str) -> None:
        self._prefix = prefix
        self._kinds = [kind for kind in of_a_project() if kind.plural in listed]
        self._rows = {kind.name: sorted(listed[kind.plural], key=lambda row: _order(kind, row)) for kind in self._kinds}
        self._by_id = {
            (kind.name, canonical_id(row["id"])): row for kind in self._kinds for row in self._rows[kind.name]
        }
        self._also = {  # objects that are exported as an object of another kind, and that kind
            (kind.same_as[0], canonical_id(str(row.get(kind.same_as[1])))): kind
            for kind in self._kinds
            for row in self._rows[kind.name]
            if kind.same_as is not None
        }
        self._keys = Counter(
            (kind.name, _owner(kind, row), kind.key_of(row)) for kind in self._kinds for row in self._rows[kind.name]
        )
        own = [(kind, row) for kind in self._kinds for row in self._own(kind)]
        self._stems = Counter(stem for kind, row in own for stem in {*_stems(kind, row)})

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        for kind in self._kinds:
            own = self._own(kind)
            yield ""
            if self._rows[kind.name] and not own:
                others = {other.plural for (name, _id), other in self._also.items() if name == kind.name}
                yield f"# Each of the {kind.plural} is in {' and '.join(self._prefix + one for one in others)}."
                continue
            yield f"{self._prefix}{kind.plural}:{'' if own else ' []'}"
            for number, row in enumerate(own):
                yield from [""] * (number > 0)
                yield from self._entry(self._begun(kind, row))

    def _own(self, kind: Resource) -> list[Row]:
        """Return the objects of a kind that are not exported under another kind."""
        return [row for row in self._rows[kind.name] if (kind.name, canonical_id(row["id"])) not in self._also]

    def _begun(self, kind: Resource, row: Row) -> Entry:
        """Return an entry that names its object: by its key if that is unique and accepted, otherwise by its ID."""
        key, owner = _key_options(kind, row), _owner(kind, row)
        if key is not None and self._keys[kind.name, owner, kind.key_of(row)] == 1:
            entry = Entry(kind, row, key)
            if entry.accepts({}):
                return entry
        entry = Entry(kind, row, {kind.id_option: row["id"]})
        if kind.key_is_id and kind.parent is not None and owner is not None:
            entry.options.update(self._parent(kind.parent, owner))
        for one in _fields(kind, kind.key if kind.key_moves else ()):
            if one.default is None or row.get(one.name) not in (None, one.default):
                entry.give(one, entry.options)
        return entry

    def _parent(self, parent: Parent, owner: str) -> dict[str, Any]:
        """Return the option that names the parent: by key if the parent's own entry does that, otherwise by ID."""
        above = self._by_id.get((parent.resource, canonical_id(owner)))
        if above is not None and parent.key_option:
            kind = RESOURCES[parent.resource]
            named = self._begun(kind, above).options
            if named.keys() == {*kind.key}:
                return {parent.key_option: named[kind.key[0]]}
        return {parent.id_option: owner}

    def _entry(self, entry: Entry) -> Iterator[str]:
        """Yield the lines of an entry, or a comment if the object has nothing to declare."""
        entry.give_all([one for one in entry.resource.settable if one.name not in entry.options])
        yield from self._introduction(entry)
        if not (entry.fields or entry.accepts({})):
            yield f"  # It has no field that can be declared: {_remark(entry.row['id'])}"
            return
        sign, stem = "-", self._stem(entry.resource, entry.row)
        for name, value in entry.options.items():
            yield f"  {sign} {name}: {_text(value)}"
            sign = " "
        hidden = {name: f'# {name}: "{{{{ {VAULT}_{stem}_{name} }}}}"' for name in entry.hidden}
        below = {one.name for one in entry.resource.settable}
        yield from (f"    {line}" for name, line in hidden.items() if name not in below)
        if entry.fields or hidden.keys() & below:
            yield f"    {'' if entry.fields else '# '}fields:"
        for one in entry.resource.settable:
            if one.name in entry.fields:
                yield from _field(one, entry.fields[one.name])
            elif one.name in hidden:
                yield f"      {hidden[one.name]}"

    def _introduction(self, entry: Entry) -> Iterator[str]:
        """Yield a comment that identifies the object for a person: its name, other known fields, its parent."""
        kind, row, parent = entry.resource, entry.row, entry.resource.parent
        said = [_remark(row[name]) for name in (NAME, *kind.known_by) if row.get(name)]
        owner = _owner(kind, row)
        if parent is not None and owner is not None:
            above = self._by_id.get((parent.resource, canonical_id(owner)), {})
            said.append(f"{parent.title} {_remark(above.get(NAME) or owner)}")
        if said:
            yield f"  # {', '.join(said)}"

    def _stem(self, kind: Resource, row: Row) -> str:
        """Return the part of variable names that belongs to this object alone."""
        unique = (stem for stem in _stems(kind, row) if self._stems[stem] == 1)
        return next(unique, f"{kind.noun}_{hashlib.sha256(row['id'].encode()).hexdigest()}")


@cache
def _spec(kind: Resource) -> Spec:
    return object_spec(kind)


def _order(kind: Resource, row: Row) -> tuple[str, str]:
    return (_owner(kind, row) or "", row["id"])


def _owner(kind: Resource, row: Row) -> str | None:
    """Return the ID of the parent, None if there is none or it is not known."""
    owner = row.get(kind.parent.row_field) if kind.parent else None
    return owner if isinstance(owner, str) else None


def _fields(kind: Resource, names: Sequence[str]) -> list[Field]:
    return [one for one in kind.fields if one.name in names]


def _key_options(kind: Resource, row: Row) -> dict[str, Any] | None:
    """Return the options that name an object by its key and its parent, None if they are not known."""
    if not kind.key_as_option or not kind.tells(row, whose=True):
        return None
    parent, owner = kind.parent, _owner(kind, row)
    options: dict[str, Any] = {}
    if parent is not None and owner is not None:
        options[parent.id_option] = owner
    elif parent is not None:
        if parent.without is None:
            return None
        options[parent.without[0]] = parent.without[1]
    for one in _fields(kind, kind.key):
        if one.default is None or row.get(one.name) not in (None, one.default):
            options[one.name] = row.get(one.name)
    return options if all(isinstance(value, str) for value in options.values()) else None


def _stems(kind: Resource, row: Row) -> Iterator[str]:
    """Yield parts of variable names for an object, the most readable first."""
    for one in _fields(kind, kind.key if len(kind.key) == 1 else ()):
        value = row.get(one.name)
        if one.format == "meta_id" and isinstance(value, str) and re.fullmatch("[0-9]+", value):
            yield value
    yield f"{kind.noun}_{re.sub('[^A-Za-z0-9]', '_', row['id'])}"


def _field(one: Field, value: Any) -> Iterator[str]:
    """Yield the lines of one field."""
    if isinstance(value, list):
        yield f"      {one.name}:"
        yield from (f"        - {_text(item)}" for item in value)
    else:
        yield f"      {one.name}: {value if one.choices else _text(value)}"


def _text(value: Any) -> str:
    """Return a value as YAML on one line. Mark a text as `!unsafe` if Ansible could read it as a template."""
    if not isinstance(value, str):
        return str(value).lower()  # a number, true or false
    unsafe = "!unsafe " if re.search(r"[{]|#jinja", value, re.IGNORECASE) else ""
    return unsafe + _remark(value)


def _remark(value: Any) -> str:
    """Return a text as quoted YAML on one line, so that it cannot end a comment either."""
    return _quoted(str(value))


@lru_cache(maxsize=1000)  # names of parents and events repeat
def _quoted(text: str) -> str:
    return yaml.safe_dump(text, default_style='"', width=ONE_LINE, allow_unicode=True).strip()
