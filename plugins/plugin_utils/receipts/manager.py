# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load and save the receipts of the objects of one task, and report errors of the store."""

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
    """Load and save receipts by object ID, and the IDs of objects that entries name by key (aliases).

    The keys of both are the `place_of` a kind of object and an ID or alias.
    """

    def __init__(
        self,
        store: Store,
        url_of: Callable[[Resource], str],
        objects: Iterable[tuple[Resource, Mapping[str, Any]]],
    ) -> None:
        """Take the options of each object: its ID, or its parent and its key."""
        self._store = store
        given = [(kind, entry) for kind, entry in objects if kind.write_only]
        self._urls = {kind.name: url_of(kind) for kind in dict.fromkeys(kind for kind, _entry in given)}
        ids = [entry.get(kind.id_option) for kind, entry in given]
        self._ids = [place_of(kind.name, known) for (kind, _entry), known in zip(given, ids) if known is not None]
        self._aliases = [
            place_of(kind.name, _alias(kind, entry)) for (kind, entry), known in zip(given, ids) if known is None
        ]
        self._known: dict[str, str] = {}  # IDs by alias
        self._found: dict[str, str | None] = {}  # loaded receipts by ID; None if the store has none
        self._problems: dict[str, str] = {}  # errors of the store by ID

    def _place(self, of: str) -> str:
        kind, _blank, object_id = of.partition(" ")
        return address(self._urls[kind], kind, object_id)

    def _alias_place(self, of: str) -> str:
        kind, _blank, name = of.partition(" ")
        return address(self._urls[kind], f"{kind} alias", name)

    def load(self) -> dict[str, str]:
        """Return the receipts of the objects, by `place_of`. Raise StoreError if the store cannot be read."""
        named = self._store.load(self._alias_place(name) for name in self._aliases) if self._aliases else {}
        ids = {name: _id_in(named.get(self._alias_place(name))) for name in self._aliases}
        self._known = {name: _beside(name, object_id) for name, object_id in ids.items() if object_id is not None}
        places = {of: self._place(of) for of in (*self._ids, *self._known.values())}
        found = self._store.load(places.values())
        self._found = {of: found.get(place) for of, place in places.items()}
        return {of: text for of, text in self._found.items() if text is not None}

    def check(self) -> None:
        """Raise StoreError if receipts cannot be saved. Call this before the first request."""
        self._store.check(self._places())

    def check_read_only(self) -> list[str]:
        """Return the error of `check` as a list of warnings, as far as a check without a write finds it."""
        try:
            self._store.check_read_only(self._places())
        except StoreError as error:
            return [f"without check mode the task would fail: {error}"]
        return []

    def _places(self) -> list[str]:
        named = (*self._ids, *self._known.values())
        return [*map(self._place, named), *map(self._alias_place, self._aliases)]

    def save(self, of: str, receipt: str | None) -> bool:
        """Save a receipt, or remove it if `receipt` is None.

        Return whether that worked. If not, `report_errors` adds the error to the result.
        """
        place = self._place(of)
        if receipt is None or of not in self._found:
            return self._change(of, place, receipt)
        former, self._found[of] = self._found[of], receipt
        return self._attempt(of, lambda: self._store.replace(place, former, receipt))

    def save_alias(self, name: str, object_id: str | None) -> bool:
        """Save the ID of an alias. If it is None, remove the alias and the receipt of its former object.

        Return whether that worked.
        """
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
        """Add the errors of the store to the result, and make the task and its entries failed."""
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
    """Return the `place_of` an object by its ID, with the kind of its alias."""
    return place_of(name.partition(" ")[0], object_id)


def _alias(resource: Resource, entry: Mapping[str, Any]) -> str:
    """Return the alias of an object that an entry names by key."""
    key = {**(entry.get("fields") or {}), **(entry if resource.key_as_option else {})}
    parent_id = entry.get(resource.parent.id_option) if resource.parent else None
    return alias(parent_id, *resource.key_of(key))


def _id_in(text: str | None) -> str | None:
    """Return the ID in the text of an alias, None if it holds none.

    The ID is not verified: a receipt is signed for its ID, so a wrong ID finds no valid receipt.
    """
    try:
        document = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != ALIAS_FORMAT:
        return None
    object_id = document.get("id")
    return object_id if isinstance(object_id, str) else None


def _count_as_failed(returned: dict[str, Any], entry: dict[str, Any]) -> None:
    """Count an entry as failed in the summary, and no longer as changed or unchanged."""
    action = entry["changes"][0]["action"] if entry["changes"] else ""
    was = COUNTS.get(action, "changed") if entry["changed"] else "unchanged"
    returned["summary"][was] -= 1
    returned["summary"]["failed"] += 1


def _fail(returned: dict[str, Any], problem: str) -> None:
    fail_too(returned, f"{problem}; {AGAIN}.", sent=bool(returned.get("changed")))
