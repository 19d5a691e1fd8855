# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a resource table: all that the engine needs to know about one kind of Kapso object."""

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
    """One row of a table: a field of the object, as the API names it. Playbooks declare it under `fields`."""

    name: str
    type: str = "str"  # an Ansible type: str, bool, int, list, dict
    elements: str = "str"  # Ansible type of the elements of a list
    format: str = "text"  # format of a text: see _module/formats.py
    secret: bool = False  # masked in all output
    access: str = "rw"  # "rw"; "ro": never declared; "create": set at creation only
    readback: str = "always"  # "sometimes": some API version accepts it and does not return it
    required: str = ""  # "create": a new object needs it; "write": some API versions require it with every write, too
    unless: tuple[str, Any] | None = None  # a field and its value: with these, this field is not required
    nullable: bool = False  # `clear` can set it to null
    default: Any = None  # the meaning of null on read; for a field that never changes, of a missing value, too
    compare: str = "equal"  # "set": a list without order; "map": a dict, null is {}; "url"; "digits": only digits count
    choices: tuple[str, ...] = ()
    description: Text = ""  # of the option; of a read-only field: of the returned value
    returned: str = "success"  # when the API returns it; "": never
    reveal: str = ""  # the option that returns this secret unmasked

    @property
    def python_type(self) -> builtins.type[Any]:
        """Return the Python type of a value of this field."""
        return PYTHON_TYPES[self.type]

    @property
    def element_type(self) -> builtins.type[Any]:
        """Return the Python type of an element of a list."""
        return PYTHON_TYPES[self.elements]

    @property
    def writable(self) -> bool:
        """Return whether a playbook can declare the field."""
        return self.access != "ro"

    @property
    def write_only(self) -> bool:
        """Return whether some API version does not return the field."""
        return self.readback == "sometimes"

    @property
    def is_text(self) -> bool:
        """Return whether this is a free text: Kapso may store a free text in another form."""
        return self.type == "str" and not self.choices

    @property
    def may_be_rewritten(self) -> bool:
        """Return whether a receipt may confirm another form of a value. Not for a URL that finds the object."""
        return self.compare != "url"

    def holds(self, value: Any) -> bool:
        """Return whether `value`, as parsed from JSON, is null or of this field's type."""
        if self.type == "int" and isinstance(value, bool):
            return False
        if self.type == "list" and isinstance(value, list):
            return all(isinstance(item, self.element_type) for item in value)
        return value is None or isinstance(value, self.python_type)

    def canonical(self, value: Any) -> Any:
        """Return the form of a value that is compared and recorded.

        White space at the ends and the Unicode form do not count in a readable text. The order does not count in a set.
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
        """Return the form of a key's value that is compared: a URL in canonical form, any other text as it is."""
        return self.canonical(value) if self.compare == "url" else self.default if value is None else value

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two values of this field are equal when compared."""
        return bool(one == other or self.canonical(one) == self.canonical(other))


class Option(NamedTuple):
    """An option of an entry that is not a field of the object."""

    name: str
    type: str = "bool"
    default: Any = None
    choices: tuple[str, ...] = ()
    description: Text = ""


class Parent(NamedTuple):
    """The parent of an object, and the connection between the two."""

    resource: str  # name of its resource
    id_option: str  # the option for its ID
    row_field: str  # the field of a row with its ID
    path: str  # of its list of these objects, where they are also created; {parent} stands for its ID
    list_path: str  # of the list of all parents
    key_option: str = ""  # an option for its key
    id_format: str = "kapso_id"  # format of its ID
    query: str = ""  # the filter of the list of all by parent, if `path` cannot be read
    without: tuple[str, str] | None = None  # an option and its value for an object without a parent
    noun: str = ""  # its name in a sentence, if not the name of its resource

    @property
    def title(self) -> str:
        """Return its name in a sentence."""
        return self.noun or self.resource


class Filter(NamedTuple):
    """An option of the info module that selects objects."""

    name: str
    field: str  # the compared field
    format: str = "text"
    query: str = ""  # the parameter of the API; "" if it has none, or ignores it
    match: str = "equal"  # "part": part of the value, in any case; "after", "before": a time; "server": left to Kapso
    description: Text = ""
    type: str = "str"  # an Ansible type


def created_filters(were: str = "were created") -> tuple[Filter, Filter]:
    """Return the two filters by the time when the objects were created."""
    after = f"Return only those that {were} after this time, such as V(2026-01-31T00:00:00Z)."
    before = f"Return only those that {were} before this time."
    return (
        Filter("created_after", "created_at", "time", "created_after", match="after", description=after),
        Filter("created_before", "created_at", "time", "created_before", match="before", description=before),
    )


class Extra(NamedTuple):
    """A further read for each row of the info module, with a separate rate limit. The row gets it under `option`."""

    option: str
    path: str  # below the path of the row
    limits: Mapping[int, int]  # number of requests by period in seconds
    description: Text = ""
    returned: Text = ""


@dataclass(frozen=True, eq=False)  # compared by identity: there is one table for each resource
class Resource:
    """A kind of Kapso object: routes, fields, options and rules. Its modules are kapso_<name> and kapso_<name>_info."""

    name: str
    title: str  # name of one object in a sentence
    noun: str  # a shorter name
    plural: str  # name of its list in results and options
    api: str  # "legacy" or "platform"
    envelope: str  # the key around the fields in a write
    id_option: str  # the option for its ID; "" if only the parent identifies an object
    path: str  # of the list of all; "" if there is none; an object is one segment below
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()  # fields that identify an object if its ID is not given
    key_phrase: str = ""  # the key in a sentence, after the title
    key_as_option: bool = False  # the key is given in separate options, not in `fields`
    key_is_id: bool = False  # the key is the ID
    key_moves: bool = False  # if another option finds the object, the options of the key declare new values
    solo_option: str = ""  # the option to delete all but one of the objects with one key
    replace_option: str = ""  # the option to replace an object that cannot be changed by a new one
    key_query: str = ""  # the filter of the list by key; "" if there is none
    parent: Parent | None = None
    filters: tuple[Filter, ...] = ()  # options of the info module
    options: tuple[Option, ...] = ()  # options of an entry that are no fields
    extras: tuple[Extra, ...] = ()  # further reads of the info module
    rules: Rules = field(default_factory=Rules)  # behavior that a table cannot express
    may_lack_list: bool = False  # an API version has no list of all
    item_path: str = ""  # of one object, if not one segment below `path`; {parent} and {id} stand for the IDs
    reads: str = "item"  # "list": no route reads a single object, only the list of its parent
    asked_for: Mapping[str, str] = field(default_factory=dict)  # filters that leave out objects which no entry can mean
    removal: Mapping[str, Any] | None = None  # the fields of the PATCH that deletes an object, if there is no DELETE
    replaces: str = ""  # what a creation does to the existing object, such as "revokes"; "": nothing
    in_project: bool = True  # a project has a list of these objects
    may_prune: bool = False  # `prune` can delete undeclared ones
    same_as: tuple[str, str] | None = None  # the object also appears under this resource, with the ID in this field
    id_format: str = "kapso_id"  # format of its ID
    documentation: str = ""  # page of the API documentation
    page: str = ""  # page in docs/ about these objects
    known_by: tuple[str, ...] = ()  # fields by which people know an object, besides its name
    notes: Mapping[str, Text] = field(default_factory=dict)  # texts for the documentation of an option

    @property
    def module(self) -> str:
        """Return the name of the module that manages one object, without the collection's name."""
        return f"kapso_{self.name}"

    @cached_property
    def identifying(self) -> tuple[str, ...]:
        """Return the names of the options that identify an object."""
        parent = (self.parent.id_option, self.parent.key_option) if self.parent else ()
        return (*filter(None, (self.id_option, *parent)), *(self.key if self.key_as_option else ()))

    @cached_property
    def id_formats(self) -> Mapping[str, str]:
        """Return the formats of the options for an ID: of the object, if there is one, and of its parent."""
        parent = {self.parent.id_option: self.parent.id_format, self.parent.key_option: "own_id"} if self.parent else {}
        return {name: form for name, form in {self.id_option: self.id_format, **parent}.items() if name}

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """Return the fields that a playbook can declare."""
        return tuple(field for field in self.fields if field.writable)

    @cached_property
    def settable(self) -> tuple[Field, ...]:
        """Return the fields that an entry gives under `fields`: the writable ones without a separate option."""
        by_option = self.key if self.key_is_id or self.key_moves else ()
        return tuple(field for field in self.writable if field.name not in by_option)

    @property
    def scope_option(self) -> Option | None:
        """Return the option that selects objects without a parent. None: all objects have one."""
        without = self.parent.without if self.parent else None
        return next((option for option in self.options if without is not None and option.name == without[0]), None)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """Return the names of the secret fields."""
        return tuple(field.name for field in self.fields if field.secret)

    @cached_property
    def required_on_write(self) -> tuple[str, ...]:
        """Return the names of the fields that some API version requires with every write."""
        return tuple(field.name for field in self.fields if field.required == "write")

    @cached_property
    def write_only(self) -> frozenset[str]:
        """Return the names of the fields that some API version does not return."""
        return frozenset(field.name for field in self.fields if field.write_only)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Return the names of the fields with the time until which an object is valid."""
        return tuple(field.name for field in self.fields if field.format == "time")

    @cached_property
    def nullable(self) -> tuple[str, ...]:
        """Return the names of the fields that `clear` accepts."""
        return tuple(field.name for field in self.writable if field.nullable)

    @cached_property
    def identity(self) -> Field:
        """Return the field with the ID."""
        return next(field for field in self.fields if field.name == "id")

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def _needed_key(self) -> tuple[str, ...]:
        """Return the names of the fields of the key that have no default."""
        return tuple(field.name for field in self.fields if field.name in self.key and field.default is None)

    @cached_property
    def key_fields(self) -> tuple[Field, ...]:
        """The fields of the key, in its order."""
        return tuple(self._by_name[name] for name in self.key)

    def field(self, name: str) -> Field | None:
        """Return the field of that name, or None."""
        return self._by_name.get(name)

    def canonical(self, name: str, value: Any) -> Any:
        """Return the form of a value of that field that is compared and recorded."""
        field = self.field(name)
        return value if field is None else field.canonical(value)

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the key in these values, in the form that is compared with keys of the same parent."""
        given = ((name, self.field(name), values.get(name)) for name in self.key)
        return self.rules.key({name: value if field is None else field.as_key(value) for name, field, value in given})

    def tells(self, row: Mapping[str, Any], whose: bool) -> bool:
        """Return whether a row shows the values of its key. `whose`: it must also show its parent, if any."""
        owner = (self.parent.row_field,) if self.parent else ()
        texts = all(isinstance(row.get(name), (str, type(None))) for name in (*self.key, *owner))
        return texts and all(name in row for name in (*self._needed_key, *(owner if whose else ())))

    def declared(self, desired: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
        """Return the writable fields in `desired` with their values, in the table's order. None clears a field."""
        return tuple((field, desired[field.name]) for field in self.writable if field.name in desired)

    def missing_at_creation(self, desired: Mapping[str, Any]) -> list[str]:
        """Return the names of the fields that the API requires of a new object and that have no value here."""
        needed = (field for field in self.fields if field.required and not _is_excused(field, desired))
        return [field.name for field in needed if desired.get(field.name) is None]


def _is_excused(field: Field, desired: Mapping[str, Any]) -> bool:
    return field.unless is not None and desired.get(field.unless[0]) == field.unless[1]
