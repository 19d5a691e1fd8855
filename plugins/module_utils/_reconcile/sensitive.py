# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which values are secret according to the resource tables, and how output shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from .._api import urls
from .._api.errors import OUTCOMES
from .._api.masking import MASKED
from .._api.texts import as_text
from .._resources import RESOURCES
from .._resources.model import Field, Resource

SENSITIVE_NEW = "(sensitive, new value)"
_RESULT_KEYS = (
    "changed failed skipped msg warnings data changes diff error results summary resource key parent steps note field "
    "fields action reason before after before_header after_header status message method url attempts outcome total "
    "created deleted unchanged requests held_back not_attempted resources undeclared truncated results_file "
    "parent_name stopped "
    "_plan _receipts _aliases"
)
# Keys of results. They are public, even if a secret is the same text.
KEYS = frozenset(
    [
        *_RESULT_KEYS.split(),
        *(resource.id_option for resource in RESOURCES.values() if resource.id_option),
        *(resource.plural for resource in RESOURCES.values()),
        *(field.name for resource in RESOURCES.values() for field in resource.fields),
    ]
)
WORDS = KEYS | {"create", "update", "delete", *OUTCOMES, *RESOURCES}  # "send" is shorter than any secret part of a URL


def shown(field: Field, value: Any, mask: str = MASKED) -> Any:
    """Return the value for output. `mask` replaces a secret, and the secrets inside a URL."""
    if value is None:
        return None
    if field.secret:
        return mask
    return urls.without_secrets(value, mask) if field.format == "url" and isinstance(value, str) else value


def shown_key(resource: Resource, values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the values of a key for output."""
    return tuple(shown(field, value) for field, value in zip(resource.key_fields, values))


def shown_change(field: Field, before: Any, after: Any) -> tuple[Any, Any]:
    """Return both values of a change for output. They differ, unless both are secret.

    Output shows that a secret is cleared. It does not show that there was none before: Kapso may not show it.
    """
    if field.secret:
        return MASKED, shown(field, after)
    old, new = shown(field, before), shown(field, after)
    return (old, shown(field, after, SENSITIVE_NEW)) if old == new and before != after else (old, new)


def secrets_in(resources: Sequence[Resource], payload: Any) -> set[str]:
    """Return the secret values in options, or in a response about any of the resources, at any depth.

    Some parts of a URL are public: a value that a readable field also has, such as an ID, or a word of results.
    """
    secrets: set[str] = set()
    parts: set[str] = set()
    fields = _fields(tuple(resources))
    public: set[str] = {*WORDS, *(choice for field in fields.values() for choice in field.choices)}
    for name, value in _leaves(frozenset(name for name, field in fields.items() if field.secret), payload):
        field = fields.get(name)
        if field is not None and field.secret:
            secrets.add(value)
            secrets.update(urls.last_segment(value) if field.format == "url" else ())
        elif field is not None and field.format == "url":
            parts.update(urls.secrets_in(value))
        elif field is not None or name.endswith("_id"):
            public.add(value)
    return secrets | (parts - public)


@lru_cache(maxsize=8)  # called for each response
def _fields(resources: tuple[Resource, ...]) -> Mapping[str, Field]:
    """Return all fields by name. A field that is secret in one resource is secret in all."""
    every = [field for resource in resources for field in resource.fields]
    return {field.name: field for field in sorted(every, key=lambda field: field.secret)}


def _leaves(secrets: Collection[str], payload: Any) -> Iterator[tuple[str, str]]:
    """Yield each text and number with its key: the innermost one, or the key of a secret field around it."""
    todo = [("", payload)]
    while todo:
        name, value = todo.pop()
        if isinstance(value, dict):
            inherits = name in secrets
            todo.extend((name if inherits else as_text(key), item) for key, item in value.items())
        elif isinstance(value, (list, tuple)):
            todo.extend((name, item) for item in value)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = as_text(value)
            if text.strip():
                yield name, text
