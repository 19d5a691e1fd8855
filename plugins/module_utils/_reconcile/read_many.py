# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many objects in few requests: the project's list if that takes fewer, and single reads for the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Callable

from .._api.client import PER_PAGE, Client, Object
from .._api.errors import ApiError
from .._api.lists import MAX_PAGES, NO_SUCH_LIST, list_whole
from .._api.responses import Page
from .._api.urls import segment
from .._resources.model import Resource
from .outcome import Outcome
from .target import NOTHING, row_keys

GONE = 404


def list_project(client: Client, resource: Resource, filters: Mapping[str, str] = NOTHING) -> list[Object]:
    """Return all objects of the project that the key belongs to. Raises ApiError.

    If the server has no list of them, the lists of the parents are read one by one; objects without a parent are not
    found then.
    """
    parent = resource.parent
    try:
        return list_whole(client, resource.path, filters)
    except ApiError as error:
        if error.status not in NO_SUCH_LIST or parent is None or not resource.may_lack_list:
            raise
    rows: list[Object] = []
    for owner in list_whole(client, parent.list_path):
        rows.extend(_list_of_parent(client, parent.path.format(parent=segment(owner["id"])), filters))
    return rows


def _list_of_parent(client: Client, path: str, filters: Mapping[str, str]) -> list[Object]:
    try:
        return list_whole(client, path, filters)
    except ApiError as error:
        if error.status != GONE:
            raise
        return []  # the parent was deleted meanwhile


InParallel = Callable[[Callable[[int], None], Sequence[int]], None]  # does something for each of some numbers


def read_list(
    client: Client, outcomes: Sequence[Outcome], count: Callable[[int], None], in_parallel: InParallel
) -> Mapping[str, list[Object]]:
    """Return what the project's list shows of the objects, by the address of their target.

    The others have to be looked for singly. `count` hears how many more of them each page has shown. Raises ApiError.
    """
    return _ListReader(client, outcomes, count, in_parallel).read() if outcomes else {}


class _ListReader:
    """Reads the pages of one list, as long as that takes fewer requests than single reads.

    A page is read if the pages that are left are no more than what else is to be read singly: the objects that are not
    found yet, and the list of each parent of whom an object is wanted by its key, since only a list that was read whole
    tells that a key is there but once. The first page says how many there are; those that are sure to be read are then
    read at once. Rows may move between pages meanwhile, so that one may be missed.
    """

    def __init__(
        self, client: Client, outcomes: Sequence[Outcome], count: Callable[[int], None], in_parallel: InParallel
    ) -> None:
        self._client = client
        self._count = count
        self._in_parallel = in_parallel
        self._resource = outcomes[0].target.resource
        targets = {outcome.target.address: outcome.target for outcome in outcomes}
        self._addresses = targets.keys()
        self._by_key = {address for address, target in targets.items() if target.object_id is None}
        self._parents = len({targets[address].parent_id for address in self._by_key})
        self._found: dict[str, dict[str, Object]] = {}
        self._pages: dict[int, Page] = {}
        self._shown: set[str] = set()
        self._one_by_one = threading.Lock()

    def read(self) -> Mapping[str, list[Object]]:
        """Return the rows by address."""
        number, left, known = 0, 1, 0
        while left and number < MAX_PAGES and self._singly() >= max(left, 2 - number):
            batch = range(number + 1, number + 1 + _sure(self._singly(), left))
            if not self._read_pages(batch):
                break
            number = batch[-1]
            last = self._pages[number]
            left = max(last.pages - number, 0) if last.pages is not None else int(len(last.rows) >= PER_PAGE)
            if len(self._shown) == known:
                break  # pages without a new object end the list, whatever number of them the server claims
            known = len(self._shown)
        unproven = self._by_key if left else set()
        self._count(len(self._found.keys() & self._by_key - unproven))
        return {address: list(rows.values()) for address, rows in self._found.items() if address not in unproven}

    def _singly(self) -> int:
        return self._parents + len(self._addresses - self._by_key - self._found.keys())

    def _read_pages(self, batch: range) -> bool:
        """Read these pages, and return whether the server has such a list."""
        try:
            if len(batch) > 1:
                self._in_parallel(self._read_page, batch)
            else:
                self._read_page(batch[0])
        except ApiError as error:
            if batch[0] == 1 and error.status in NO_SUCH_LIST:
                return False
            raise
        return True

    def _read_page(self, number: int) -> None:
        page = self._client.page(self._resource.path, number)
        with self._one_by_one:
            self._pages[number] = page
            self._shown.update(row["id"] for row in page.rows)
            before = len(self._found.keys() - self._by_key)
            for row in page.rows:
                for address in self._addresses & row_keys(self._resource, row):
                    self._found.setdefault(address, {})[row["id"]] = row
            self._count(len(self._found.keys() - self._by_key) - before)


def _sure(singly: int, left: int) -> int:
    """How many of the pages that are left will be read whatever they show: as each shows 100 objects at the most."""
    return next((more for more in range(1, left) if singly - more * PER_PAGE < left - more), left)


def shows_whole(outcome: Outcome, row: Object) -> bool:
    """Return whether a row shows all that the plan looks at. A single read may show what it leaves out."""
    declared = [field for field, _value in outcome.target.resource.declared(outcome.target.desired)]
    by_receipt = any(field.write_only for field in declared) and outcome.receipt.updated_at is not None
    needed = {field.name for field in declared if not field.write_only and field.default is None}
    return needed | ({"updated_at"} if by_receipt else set()) <= row.keys()
