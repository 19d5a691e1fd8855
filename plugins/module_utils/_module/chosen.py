# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of a project that `only` selects, by ID, key, name or shell pattern."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .._api.client import Client, Object
from .._api.ids import UUID, canonical_id
from .._reconcile.read_many import list_project
from .._reconcile.sensitive import shown_key
from .._reconcile.target import Target
from .arguments import nearest

NAME = "name"
_LIKE_A_NAME = re.compile(r"[\w .*?-]{1,24}")  # what is longer may be a secret that stands there by mistake


class NoSuchEntry(ValueError):
    """A pattern that selects no entry. The text is one sentence."""


def choose(targets: Sequence[Target], patterns: Sequence[str], clients: Mapping[str, Client]) -> list[Target]:
    """Return the targets that the patterns select. Raise NoSuchEntry for a pattern that selects none, and ApiError.

    A pattern is first compared with the values in the entries. Names at Kapso are read only if it matches none of
    these.
    """
    chosen: set[int] = set()
    rows: Mapping[str, Sequence[Object]] | None = None
    for number, pattern in enumerate(patterns):
        found = {place for place, target in enumerate(targets) if _fits(pattern, _texts(target))}
        if not found:
            rows = _rows(targets, clients) if rows is None else rows
            found = set(_named(pattern, targets, rows))
        if not found:
            raise NoSuchEntry(f"only: {_named_in_words(pattern, number, targets)}")
        chosen.update(found)
    return [target for place, target in enumerate(targets) if place in chosen]


def _named_in_words(pattern: str, number: int, targets: Sequence[Target]) -> str:
    """Return a clause about a pattern that selects no entry. It repeats the pattern only if that looks like a name."""
    known = (text for target in targets for text in (*shown_key(target.resource, target.key), target.desired.get(NAME)))
    near = nearest(pattern, [text for text in known if isinstance(text, str)])
    shown = pattern if near or _LIKE_A_NAME.fullmatch(pattern) or UUID.fullmatch(pattern) else f"item {number + 1}"
    return f"{shown} names no entry of the lists" + (f" (did you mean {near}?)" if near else "")


def _fits(pattern: str, texts: Iterable[object]) -> bool:
    """Return whether one of the texts equals the pattern, or matches it as a shell pattern."""
    wanted, given = canonical_id(pattern), (text for text in texts if isinstance(text, str) and text)
    return any(wanted == canonical_id(text) or fnmatch.fnmatchcase(text, pattern) for text in given)


def _texts(target: Target) -> tuple[object, ...]:
    """Return the values by which an entry names its object: ID, key, parts of the key, and declared name."""
    key = " ".join(str(part) for part in target.key if part is not None)
    return (target.object_id, key, *target.key, target.desired.get(NAME))


def _rows(targets: Sequence[Target], clients: Mapping[str, Client]) -> Mapping[str, Sequence[Object]]:
    """Return all objects of the resources with a name, by resource. Raise ApiError."""
    kinds = dict.fromkeys(target.resource for target in targets if target.resource.field(NAME) is not None)
    return {kind.name: list_project(clients[kind.api], kind) for kind in kinds}


def _named(pattern: str, targets: Sequence[Target], rows: Mapping[str, Sequence[Object]]) -> Iterator[int]:
    """Yield the places of the targets whose objects have a matching name at Kapso."""
    named = {kind: [row for row in found if _fits(pattern, [row.get(NAME)])] for kind, found in rows.items()}
    for place, target in enumerate(targets):
        if any(target.matches(row) for row in named.get(target.resource.name, ())):
            yield place
