# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe the writable fields of resources of the platform API, one line of a table for each field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Type = Literal["text", "flag", "number", "texts", "map", "instant"]
_JSON: dict[Type, dict[str, Any]] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    "number": {"type": "integer"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "instant": {"type": "string", "format": "date-time"},
}
_MUST_BE: dict[Type, str] = {
    "text": "must be a string",
    "flag": "must be true or false",
    "number": "is not a number",
    "texts": "must be an array of strings",
    "map": "must be an object of strings",
    "instant": "is invalid",
}


@dataclass(frozen=True)
class Field:
    """Describe one field. ``choices`` and ``pattern`` apply to a text, or to each text in a list or map.

    A field with ``required`` and ``null`` must have a value in a creation, and a change can clear it.
    """

    type: Type
    required: bool = False
    null: bool = False
    create: bool = True
    update: bool = True
    choices: tuple[str, ...] = ()
    pattern: str = ""
    keys: tuple[str, ...] = ()
    between: tuple[int, int] | None = None

    def wrong(self, value: Any, *, new: bool) -> str | None:
        """Return why a value is refused, worded as in Rails; None if it is valid."""
        if value in (None, "") and (not self.null or (new and self.required)):
            return "can't be blank"
        if value is None:
            return None
        if not _is(self.type, value):
            return _MUST_BE[self.type]
        if self.between and not self.between[0] <= value <= self.between[1]:
            return f"must be between {self.between[0]} and {self.between[1]}"
        if self.keys and not set(value) <= set(self.keys):
            return "is invalid"
        texts = value.values() if self.type == "map" else value if self.type == "texts" else [value]
        if self.choices and not set(texts) <= set(self.choices):
            return "is not included in the list"
        if self.pattern and not all(re.fullmatch(self.pattern, text) for text in texts):
            return "is invalid"
        return None

    def schema(self, *, new: bool = False) -> dict[str, Any]:
        """Return the field for the OpenAPI description. Handlers check patterns; the description has none."""
        kind = dict(_JSON[self.type])
        if self.null and not (new and self.required):
            kind["type"] = [kind["type"], "null"]
        if self.between:
            kind |= {"minimum": self.between[0], "maximum": self.between[1]}
        if self.choices and self.type == "text":
            kind["enum"] = [*self.choices, *([None] if self.null else [])]
        return kind


Fields = Mapping[str, Field]


def enclosed(envelope: str, fields: Fields, *, new: bool) -> dict[str, Any]:
    """Return the schema of a request's body, for a creation or for a change."""
    taken = {name: field for name, field in fields.items() if (field.create if new else field.update)}
    known = {name: field.schema(new=new) for name, field in taken.items()}
    required = [name for name, field in fields.items() if new and field.required]
    inner = {"type": "object", "properties": known, **({"required": required} if required else {})}
    return {"type": "object", "required": [envelope], "properties": {envelope: inner}}


def _is(kind: Type, value: Any) -> bool:
    match kind:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool)
        case "texts":
            return isinstance(value, list) and all(isinstance(text, str) for text in value)
        case "map":
            return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        case "instant":
            return isinstance(value, str) and _has_zone(value)
        case "text":
            return isinstance(value, str)


def _has_zone(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
