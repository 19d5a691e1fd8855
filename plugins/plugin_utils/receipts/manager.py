# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receipts of one task's objects: where they are found and kept, and what is said where that fails."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from ...module_utils._module.result import COUNTS, fail_too, listed
from ...module_utils._module.session import place_of
from ...module_utils._reconcile.target import alias
from ...module_utils._resources.model import Resource
from .store import Store, StoreError, address

ALIAS_FORMAT = 1
AGAIN = "write-only fields will be sent again at the next run"


class ReceiptManager:
    """Loads and keeps receipts by id, and ids by alias for objects that are not addressed by id.

    Both go by the `place_of` their kind and their name.
    """

    def __init__(
        self,
        store: Store,
        url_of: Callable[[Resource], str],
        objects: Iterable[tuple[Resource, Mapping[str, Any]]],
    ) -> None:
        """`objects` are the options of each: its id, or its parent and its key."""
        self._store = store
        given = [(kind, entry) for kind, entry in objects if kind.write_only]
        self._urls = {kind.name: url_of(kind) for kind in dict.fromkeys(kind for kind, _entry in given)}
        ids = [entry.get(kind.id_option) for kind, entry in given]
        self._ids = [place_of(kind.name, known) for (kind, _entry), known in zip(given, ids) if known is not None]
        self._aliases = [
            place_of(kind.name, _alias(kind, entry)) for (kind, entry), known in zip(given, ids) if known is None
        ]
        self._known: dict[str, str] = {}  # ids by alias
        self._found: dict[str, str | None] = {}  # what is kept, as far as it was looked for, by id
        self._problems: dict[str, str] = {}  # by id

    def _place(self, of: str) -> str:
        kind, _blank, object_id = of.partition(" ")
        return address(self._urls[kind], kind, object_id)

    def _alias_place(self, of: str) -> str:
        kind, _blank, name = of.partition(" ")
        return address(self._urls[kind], f"{kind} alias", name)

    def load(self) -> dict[str, str]:
        """The receipts that are there. Raises StoreError."""
        named = self._store.load(self._alias_place(name) for name in self._aliases) if self._aliases else {}
        ids = {name: _id_in(named.get(self._alias_place(name))) for name in self._aliases}
        self._known = {name: _beside(name, object_id) for name, object_id in ids.items() if object_id is not None}
        places = {of: self._place(of) for of in (*self._ids, *self._known.values())}
        found = self._store.load(places.values())
        self._found = {of: found.get(place) for of, place in places.items()}
        return {of: text for of, text in self._found.items() if text is not None}

    def check(self) -> None:
        """Make sure that receipts can be kept, before anything is sent. Raises StoreError."""
        self._store.check(self._places())

    def check_read_only(self) -> list[str]:
        """Return what `check` would raise, as far as that can be known without a write: as a list of warnings."""
        try:
            self._store.check_read_only(self._places())
        except StoreError as error:
            return [f"without check mode the task would fail: {error}"]
        return []

    def _places(self) -> list[str]:
        named = (*self._ids, *self._known.values())
        return [*map(self._place, named), *map(self._alias_place, self._aliases)]

    def save(self, of: str, receipt: str | None) -> bool:
        """Keep one, or remove it where it is None. Where that fails it is remembered for `report_errors`."""
        place = self._place(of)
        if receipt is None or of not in self._found:
            return self._change(of, place, receipt)
        former, self._found[of] = self._found[of], receipt
        return self._attempt(of, lambda: self._store.replace(place, former, receipt))

    def save_alias(self, name: str, object_id: str | None) -> bool:
        """Keep the id that an alias stands for, or remove it where it is None, with the receipt that it led to."""
        former, now = self._known.get(name), None if object_id is None else _beside(name, object_id)
        if now == former:
            return True
        if now is not None:
            text = json.dumps({"format": ALIAS_FORMAT, "id": object_id})
            return self._change(now, self._alias_place(name), text)
        if former is not None and former not in self._ids:
            self.save(former, None)
        return self._change(former or name, self._alias_place(name), None)

    def _change(self, concerns: str, place: str, text: str | None) -> bool:
        if text is None:
            return self._attempt(concerns, lambda: self._store.delete(place))
        return self._attempt(concerns, lambda: self._store.put(place, text))

    def _attempt(self, concerns: str, change: Callable[[], None]) -> bool:
        try:
            change()
        except StoreError as error:
            self._problems[concerns] = str(error)
            return False
        return True

    def report_errors(self, result: dict[str, Any]) -> None:
        """Let the result say what could not be kept."""
        entries = {place_of(entry["resource"], str(entry["id"])): entry for entry in result.get("results", ())}
        for of, problem in self._problems.items():
            entry = entries.get(of)
            if entry is not None and not entry.get("failed"):
                _count_as_failed(result, entry)
            _fail(result if entry is None else entry, problem)
        if self._problems and entries:
            names = [of.partition(" ")[2] for of in self._problems]
            _fail(result, f"receipts could not be saved for {listed(names)}")


def _beside(name: str, object_id: str) -> str:
    """Return the place of an object that an alias stands for: it is of the same kind."""
    return place_of(name.partition(" ")[0], object_id)


def _alias(resource: Resource, entry: Mapping[str, Any]) -> str:
    """Return what an object that is addressed by its key goes by."""
    key = {**(entry.get("fields") or {}), **(entry if resource.key_as_option else {})}
    parent_id = entry.get(resource.parent.id_option) if resource.parent else None
    return alias(parent_id, *resource.key_of(key))


def _id_in(text: str | None) -> str | None:
    """Return the id that an alias's text holds. It need not be true: a receipt is signed for the id that it is for."""
    try:
        document = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != ALIAS_FORMAT:
        return None
    object_id = document.get("id")
    return object_id if isinstance(object_id, str) else None


def _count_as_failed(returned: dict[str, Any], entry: dict[str, Any]) -> None:
    """Let the summary say of an entry, which had ended well, that it has failed after all."""
    action = entry["changes"][0]["action"] if entry["changes"] else ""
    was = COUNTS.get(action, "changed") if entry["changed"] else "unchanged"
    returned["summary"][was] -= 1
    returned["summary"]["failed"] += 1


def _fail(returned: dict[str, Any], problem: str) -> None:
    fail_too(returned, f"{problem}; {AGAIN}.", sent=bool(returned.get("changed")))
