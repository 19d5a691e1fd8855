# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The receipts of one task's objects: where they are found and kept, and what is said where that fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.report import no_request
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.stores import Store, StoreError, address

AGAIN = "hidden fields will be sent again at the next run"


class Keeper:
    """Loads and keeps receipts by id."""

    def __init__(self, store: Store, url: str, resource: str, ids: Iterable[str]) -> None:
        self._store = store
        self._places = {object_id: address(url, resource, object_id) for object_id in ids}
        self._problems: dict[str, str] = {}  # by id

    def load(self) -> dict[str, str]:
        """The receipts that are there. Raises StoreError."""
        found = self._store.load(self._places.values())
        return {object_id: found[place] for object_id, place in self._places.items() if place in found}

    def check(self) -> None:
        """Make sure that receipts can be kept, before anything is sent. Raises StoreError."""
        for place in list(self._places.values())[:1]:
            self._store.check(place)

    def keep(self, object_id: str, receipt: str) -> bool:
        """Keep one. Where that fails it is remembered for `tell`."""
        try:
            self._store.put(self._places[object_id], receipt)
        except StoreError as error:
            self._problems[object_id] = str(error)
            return False
        return True

    def tell(self, result: dict[str, Any]) -> None:
        """Let the result say what could not be kept."""
        entries = {entry["config_id"]: entry for entry in result.get("results", ())}
        for object_id, problem in self._problems.items():
            _fail(entries.get(object_id, result), problem)
        if self._problems and entries:
            _fail(result, f"{len(self._problems)} receipts could not be kept")


def _fail(result: dict[str, Any], problem: str) -> None:
    changed = bool(result.get("changed"))
    told = f"{result['msg']} Also, " if result.get("msg") else "what was sent took effect, but " if changed else ""
    result["failed"] = True
    result["msg"] = f"{told}{problem}; {AGAIN}."
    result.setdefault("error", no_request(problem, "applied" if changed else "not_sent"))
