# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables: each kind of Kapso object, as one resource with its fields.

Everything else is generated from here or looks here: the argument spec, the plan, the request, the masking. A new
field is a line in a table; a new kind of object is a new table.
"""

from __future__ import annotations

import builtins
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PYTHON_TYPES = {"str": str, "bool": bool}


@dataclass(frozen=True)
class Field:
    """One row of a table: a key of the object as the API knows it."""

    name: str
    type: str = "str"  # as Ansible names types
    format: str = "text"  # what a text must look like: see values.py
    secret: bool = False
    writable: bool = True
    write_only: bool = False  # some version of the API accepts it and does not return it
    required_on_write: bool = False  # one API version wants it with every write of a production object
    at_creation_only: bool = False
    choices: tuple[str, ...] = ()

    @property
    def python_type(self) -> builtins.type[Any]:
        """The Python type of a value of this field."""
        return PYTHON_TYPES[self.type]

    def holds(self, value: Any) -> bool:
        """Whether `value`, as parsed from JSON, is null or of this field's type."""
        return value is None or isinstance(value, self.python_type)

    def canonical(self, value: Any) -> Any:
        """Return the form in which a value is compared and remembered.

        Of a readable text, neither white space at its ends nor its Unicode form counts.
        """
        if self.secret or not isinstance(value, str):
            return value
        return value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two values of this field do not differ."""
        return bool(one == other or self.canonical(one) == self.canonical(other))


@dataclass(frozen=True)
class Resource:
    """A kind of Kapso object: where it lives and what it consists of."""

    name: str
    path: str
    envelope: str
    title: str  # as a sentence calls one of them
    fields: tuple[Field, ...]

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that a playbook can declare."""
        return tuple(field for field in self.fields if field.writable)

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret fields."""
        return tuple(field.name for field in self.fields if field.secret)

    @cached_property
    def required_on_write(self) -> tuple[str, ...]:
        """The names of the fields that one API version wants with every write."""
        return tuple(field.name for field in self.fields if field.required_on_write)

    @cached_property
    def write_only(self) -> frozenset[str]:
        """The names of the fields that some API version does not return."""
        return frozenset(field.name for field in self.fields if field.write_only)

    @cached_property
    def identity(self) -> Field:
        """The field that holds the id."""
        return next(field for field in self.fields if field.name == "id")

    def missing_at_creation(self, values: Mapping[str, Any]) -> list[str]:
        """The fields that the API is known to demand for a new object and that have no value here."""
        production = values.get("kind") != "sandbox"
        needed = (
            field.name for field in self.fields if field.name == "name" or (field.required_on_write and production)
        )
        return [name for name in needed if values.get(name) is None]

    @cached_property
    def _by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return self._by_name.get(name)

    def canonical(self, name: str, value: Any) -> Any:
        """Return the form in which a value of that field is compared and remembered."""
        field = self.field(name)
        return value if field is None else field.canonical(value)

    def declared(self, values: Mapping[str, Any]) -> tuple[tuple[Field, Any], ...]:
        """The writable fields that `values` gives a value, with it, in the table's order. Null means: not managed."""
        return tuple((field, values[field.name]) for field in self.writable if values.get(field.name) is not None)


# Fields and their visibility: docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/update-whatsapp-config and
# docs.kapso.ai/api-reference/whatsapp-configs/get-whatsapp-config-details. The oldest version returns the two webhook
# fields, the newest leaves them out; none returns the access token. One version says that a write to a production
# object must repeat the required fields; the others contradict it.
WHATSAPP_CONFIG = Resource(
    name="whatsapp_config",
    path="/whatsapp_configs",
    envelope="whatsapp_config",
    title="WhatsApp configuration",
    fields=(
        Field("name"),
        Field("phone_number_id", format="meta_id", required_on_write=True),
        Field("business_account_id", format="meta_id", required_on_write=True),
        Field("access_token", format="token", secret=True, write_only=True, required_on_write=True),
        Field("webhook_verify_token", format="passphrase", secret=True, write_only=True),
        Field("webhook_destination_url", format="url", write_only=True),
        Field("inbound_processing_enabled", type="bool"),
        Field("calls_enabled", type="bool"),
        Field("kind", at_creation_only=True, choices=("production", "sandbox")),
        Field("id", writable=False),
        Field("customer_id", writable=False),
        Field("display_name", writable=False),
        Field("display_phone_number", writable=False),
        Field("display_phone_number_normalized", writable=False),
        Field("is_coexistence", type="bool", writable=False),
        Field("webhook_verified_at", writable=False),
        Field("created_at", writable=False),
        Field("updated_at", writable=False),
    ),
)
