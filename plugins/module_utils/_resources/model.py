# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a table: a resource, its fields, and all else that the engine asks about a kind of Kapso object."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Union

from .canonical import readable_text, url
from .rules import Rules

PYTHON_TYPES: dict[str, builtins.type[Any]] = {"str": str, "bool": bool, "int": int, "list": list, "dict": dict}

Text = Union[str, Sequence[str]]


@dataclass(frozen=True)
class Field:
    """One row of a table: a key of the object as the API knows it."""

    name: str
    type: str = "str"  # as Ansible names types: str, bool, int, list, dict
    elements: str = "str"  # of a list
    format: str = "text"  # what a text must look like: see _module/formats.py
    secret: bool = False
    access: str = "rw"  # "rw"; "ro": never declared; "create": set at creation only
    readback: str = "always"  # "sometimes": some version of the API accepts it and does not return it
    required: str = ""  # "create": a new object needs it; "write": some versions want it with every write as well
    unless: tuple[str, Any] | None = None  # a field and its value with which this one is not required
    nullable: bool = False  # may be set to null by `clear`
    default: Any = None  # what null means on read, and, of what never changes, a missing value as well
    compare: str = "equal"  # "set": a list without order; "map": a dict, {} is no value; "url"; "digits": these alone
    choices: tuple[str, ...] = ()
    description: Text = ""  # of the option; for a read-only field, of the value that is returned
    returned: str = "success"  # when the API returns it; "" for never
    reveal: str = ""  # the option with which a secret is returned in clear, among what the API returned

    @property
    def python_type(self) -> builtins.type[Any]:
        """The Python type of a value of this field."""
        return PYTHON_TYPES[self.type]

    @property
    def element_type(self) -> builtins.type[Any]:
        """The Python type of an element of a list."""
        return PYTHON_TYPES[self.elements]

    @property
    def writable(self) -> bool:
        """Whether a playbook can declare it."""
        return self.access != "ro"

    @property
    def write_only(self) -> bool:
        """Whether some version of the API does not return it."""
        return self.readback == "sometimes"

    @property
    def is_text(self) -> bool:
        """Whether the server may store another form of a value: it has one of a free text only."""
        return self.type == "str" and not self.choices

    @property
    def may_be_rewritten(self) -> bool:
        """Whether a receipt may vouch for another form of a value. Of a URL that finds the object it may not."""
        return self.compare != "url"

    def holds(self, value: Any) -> bool:
        """Return whether `value`, as parsed from JSON, is null or of this field's type."""
        if self.type == "int" and isinstance(value, bool):
            return False
        if self.type == "list" and isinstance(value, list):
            return all(isinstance(item, self.element_type) for item in value)
        return value is None or isinstance(value, self.python_type)

    def canonical(self, value: Any) -> Any:
        """Return the form in which a value is compared and remembered.

        White space at the ends and the Unicode form of a readable text do not count, nor does the order of a set.
        """
        value = self.default if value is None else value
        if self.compare == "map":
            return dict(value or {})
        if self.compare == "set":
            return sorted(set(map(self._canonical_text, value or ())), key=str)
        return self._canonical_text(value)

    def _canonical_text(self, value: Any) -> Any:
        if self.secret or not isinstance(value, str):
            return value
        if self.compare == "digits":
            return "".join(filter(str.isdigit, value))
        return url(value) if self.compare == "url" else readable_text(value)

    def as_key(self, value: Any) -> Any:
        """Return the form in which a value of a key is compared: a text as it is, unless it is a URL."""
        return self.canonical(value) if self.compare == "url" else self.default if value is None else value

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two values of this field do not differ."""
        return bool(one == other or self.canonical(one) == self.canonical(other))


class Option(NamedTuple):
    """An option of an entry that is no field of the object."""

    name: str
    type: str = "bool"
    default: Any = None
    choices: tuple[str, ...] = ()
    description: Text = ""


class Parent(NamedTuple):
    """The object that one belongs to, and how the two are connected."""

    resource: str  # its name
    id_option: str  # the option that gives its id
    row_field: str  # the field of a row that holds its id
    path: str  # of its own list of these objects, which also creates; {parent} stands for the id
    list_path: str  # of the list of all parents
    key_option: str = ""  # an option that names it by its own key
    id_format: str = "kapso_id"  # of its id
    query: str = ""  # the parameter by which the list of all chooses a parent's, if its own path only creates
    without: tuple[str, str] | None = None  # an option and its value for an object that belongs to no parent
    noun: str = ""  # what a sentence calls it, if not by the name of its resource

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        return self.noun or self.resource


class Filter(NamedTuple):
    """An option of the info module that chooses among the objects."""

    name: str
    field: str  # that it looks at
    format: str = "text"
    query: str = ""  # the parameter for the server; "" if it has none, or ignores it
    match: str = "equal"  # "part": a part of the value is enough, in any case; "after", "before": a time; "server"
    description: Text = ""
    type: str = "str"  # as Ansible names types


def created_filters(were: str = "were created") -> tuple[Filter, Filter]:
    """Return the two filters that choose by the time when the objects came to be."""
    after = f"Return only those that {were} after this time, such as V(2026-01-31T00:00:00Z)."
    before = f"Return only those that {were} before this time."
    return (
        Filter("created_after", "created_at", "time", "created_after", match="after", description=after),
        Filter("created_before", "created_at", "time", "created_before", match="before", description=before),
    )


class Extra(NamedTuple):
    """A further read for each row of the info module, with a limit of its own. Its answer goes under its name."""

    option: str
    path: str  # below the row's own
    limits: Mapping[int, int]  # requests by the number of seconds
    description: Text = ""
    returned: Text = ""


@dataclass(frozen=True, eq=False)  # there is one of each: two tables are the same only if they are one
class Resource:
    """A kind of Kapso object: where it lives and what it consists of."""

    name: str
    title: str  # as a sentence calls one of them
    noun: str  # the same, in one word
    plural: str  # the list of them in results and options
    api: str  # "legacy" or "platform"
    envelope: str
    id_option: str  # the option that gives its id, "" if only its parent names it
    path: str  # of the list of all, "" if there is none; an object is one segment below
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()  # the fields that identify an object where its id is not given
    key_phrase: str = ""  # how a sentence names an object by its key, after the title
    key_as_option: bool = False  # whether the key is given as options of its own, not in `fields`
    key_is_id: bool = False  # whether the key is the id
    key_moves: bool = False  # whether the options of the key say what it is to be, if another option finds the object
    solo_option: str = ""  # the option that allows to delete all but one of the objects with one key
    replace_option: str = ""  # the option that allows to create a new object in place of one that cannot be changed
    key_query: str = ""  # the parameter by which the list finds a key; "" if it finds none
    parent: Parent | None = None
    filters: tuple[Filter, ...] = ()
    options: tuple[Option, ...] = ()
    extras: tuple[Extra, ...] = ()
    rules: Rules = field(default_factory=Rules)
    may_lack_list: bool = False  # a version of the API has no list of all
    item_path: str = ""  # of one object, if not one segment below `path`; {parent} and {id} stand for the ids
    reads: str = "item"  # "list": no route reads a single object, and its parent's list shows it
    asked_for: Mapping[str, str] = field(default_factory=dict)  # how that list is asked for what an entry can mean
    removal: Mapping[str, Any] | None = None  # the change that takes an object away, if no DELETE does
    replaces: str = ""  # what a creation does with the object that is there, such as "revokes"; "" for nothing
    in_project: bool = True  # whether a project has a list of them
    may_prune: bool = False  # whether a project deletes those that its list does not declare, where it is told to
    same_as: tuple[str, str] | None = None  # resource and field under which the object also appears
    id_format: str = "kapso_id"  # what its id looks like
    documentation: str = ""  # the page of the API
    page: str = ""  # in docs/, that tells of these objects
    known_by: tuple[str, ...] = ()  # fields that a person knows an object by, beside its name
    notes: Mapping[str, Text] = field(default_factory=dict)  # what is special about an option, for its documentation

    @property
    def module(self) -> str:
        """The module that manages one, by the name that all modules are built from."""
        return f"kapso_{self.name}"

    @cached_property
    def identifying(self) -> tuple[str, ...]:
        """The options that say which object is meant."""
        parent = (self.parent.id_option, self.parent.key_option) if self.parent else ()
        return (*filter(None, (self.id_option, *parent)), *(self.key if self.key_as_option else ()))

    @cached_property
    def id_formats(self) -> Mapping[str, str]:
        """What the options look like that give an id: its own, if it has one, and its parent's."""
        parent = {self.parent.id_option: self.parent.id_format, self.parent.key_option: "own_id"} if self.parent else {}
        return {name: form for name, form in {self.id_option: self.id_format, **parent}.items() if name}

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that a playbook can declare."""
        return tuple(field for field in self.fields if field.writable)

    @cached_property
    def settable(self) -> tuple[Field, ...]:
        """The fields that an entry gives under `fields`: all that can be declared, but for those with an option."""
        by_option = self.key if self.key_is_id or self.key_moves else ()
        return tuple(field for field in self.writable if field.name not in by_option)

    @property
    def scope_option(self) -> Option | None:
        """The option that tells objects without a parent from the others, None if all have one."""
        without = self.parent.without if self.parent else None
        return next((option for option in self.options if without is not None and option.name == without[0]), None)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret fields."""
        return tuple(field.name for field in self.fields if field.secret)

    @cached_property
    def required_on_write(self) -> tuple[str, ...]:
        """The names of the fields that one version of the API wants with every write."""
        return tuple(field.name for field in self.fields if field.required == "write")

    @cached_property
    def write_only(self) -> frozenset[str]:
        """The names of the fields that some version of the API does not return."""
        return frozenset(field.name for field in self.fields if field.write_only)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """The names of the fields that hold a time for which an object lasts."""
        return tuple(field.name for field in self.fields if field.format == "time")

    @cached_property
    def nullable(self) -> tuple[str, ...]:
        """The names of the fields that `clear` accepts."""
        return tuple(field.name for field in self.writable if field.nullable)

    @cached_property
    def identity(self) -> Field:
        """The field that holds the id."""
        return next(field for field in self.fields if field.name == "id")

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return self._by_name.get(name)

    def canonical(self, name: str, value: Any) -> Any:
        """Return the form in which a value of that field is compared and remembered."""
        field = self.field(name)
        return value if field is None else field.canonical(value)

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return what tells an object with these values from the others of its parent."""
        forms = {name: field.as_key(values.get(name)) for name, field in self._by_name.items() if name in self.key}
        return self.rules.key({name: forms.get(name, values.get(name)) for name in self.key})

    def tells(self, row: Mapping[str, Any], whose: bool) -> bool:
        """Return whether a row shows by what it is found. `whose`: it has to show its parent as well, if it has one."""
        needed = [field.name for field in self.fields if field.name in self.key and field.default is None]
        owner = [self.parent.row_field] if self.parent else []
        texts = all(isinstance(row.get(name), (str, type(None))) for name in (*self.key, *owner))
        return texts and all(name in row for name in (*needed, *(owner if whose else ())))

    def declared(self, desired: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
        """Return the writable fields in `desired` with their values, in the table's order. None: to be cleared."""
        return tuple((field, desired[field.name]) for field in self.writable if field.name in desired)

    def missing_at_creation(self, desired: Mapping[str, Any]) -> list[str]:
        """Return the fields that the API requires of a new object and that have no value here."""
        needed = (field for field in self.fields if field.required and not _is_excused(field, desired))
        return [field.name for field in needed if desired.get(field.name) is None]


def _is_excused(field: Field, desired: Mapping[str, Any]) -> bool:
    return field.unless is not None and desired.get(field.unless[0]) == field.unless[1]
