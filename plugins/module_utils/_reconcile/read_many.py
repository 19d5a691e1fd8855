# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read many objects in few requests: the project's list if that takes fewer, and single reads for the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable

from .._api.client import PER_PAGE, Client, Object
from .._api.errors import ApiError
from .._api.ids import canonical_id
from .._api.lists import MAX_PAGES, NO_SUCH_LIST, NOT_FOUND, READINGS, list_whole
from .._api.responses import Page
from .._api.urls import segment
from .._resources.model import Resource
from .outcome import Outcome
from .target import NOTHING, Target

AT_ONCE = 100  # pages that are read before a check for new objects: Kapso may state any number


def list_project(client: Client, resource: Resource, filters: Mapping[str, str] = NOTHING) -> list[Object]:
    """Return all objects of the Kapso project to which the API key belongs. Raise ApiError.

    If the API version has no list of them, the lists of the parents are read one by one. Then objects without a parent
    are missing.
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
        if error.status != NOT_FOUND:
            raise
        return []  # the parent was deleted meanwhile


InParallel = Callable[[Callable[[int], None], Sequence[int]], None]  # calls a function for each number, in threads


@dataclass(frozen=True)
class Shown:
    """The rows of one resource that a list has shown."""

    resource: Resource
    rows: Mapping[str, Object] = field(default_factory=dict)  # by ID
    is_whole: bool = False  # the rows are all objects of the project, and each shows its key and its parent

    def of(self, target: Target) -> list[Object] | None:
        """Return the rows that may be the target. Empty: there is no such object. None: the rows cannot tell."""
        if target.object_id is not None:
            row = self.rows.get(target.address)
            if row is None:
                return [] if self.is_whole and (self.resource.key_is_id or target.state == "absent") else None
            return [row]
        if not self.is_whole:
            return None
        return self._groups.get(_group(self.resource, target.parent_id, target.given), [])

    @cached_property
    def _groups(self) -> Mapping[Any, list[Object]]:
        groups: dict[Any, list[Object]] = {}
        parent = self.resource.parent
        for row in self.rows.values():
            whose = row.get(parent.row_field) if parent else None
            groups.setdefault(_group(self.resource, whose, row), []).append(row)
        return groups


def _group(resource: Resource, parent_id: str | None, values: Mapping[str, Any]) -> Any:
    """Return a value that an object shares with all objects that its key may mean: the parent, or the key itself."""
    if resource.parent is None:
        return resource.key_of(values)
    return None if parent_id is None else canonical_id(parent_id)


def read_list(
    client: Client,
    resource: Resource,
    targets: Sequence[Target],
    count: Callable[[int], None],
    in_parallel: InParallel,
    uncounted: Sequence[Target] = (),
    whole: bool = False,
) -> Shown:
    """Return the rows of one resource in the project's list, as far as the list is worth reading. Raise ApiError.

    Objects that it does not show must be read on their own. `count(number)` is called for each page with the number of
    further targets that it shows, without the `uncounted` ones. With `whole`, the whole list is read in any case.
    """
    if not targets and not uncounted and not whole:
        return Shown(resource)
    return _ListReader(client, resource, targets, count, in_parallel, uncounted).read(whole)


class _ListReader:
    """Reads the pages of one list as long as that takes fewer requests than single reads.

    A page is read if the remaining pages are no more than the single reads that would remain:

    - one read for each missing ID
    - one list for each key, if Kapso can search by key
    - otherwise one list for each parent of an object that is named by key

    Only a whole list shows that a key is unique. The first page gives the number of pages. Pages that are certain to be
    needed are then read in parallel. If rows move between pages during the read, a row may be missed. Then the pages do
    not prove that an object does not exist.
    """

    def __init__(
        self,
        client: Client,
        resource: Resource,
        targets: Sequence[Target],
        count: Callable[[int], None],
        in_parallel: InParallel,
        uncounted: Sequence[Target],
    ) -> None:
        self._client = client
        self._resource = resource
        self._count = count
        self._in_parallel = in_parallel
        everything = [*targets, *uncounted]
        self._ids = {target.address for target in everything if target.object_id is not None}
        self._counted = {target.address for target in targets if target.object_id is not None}
        self._by_key = [target for target in targets if target.object_id is None]
        keys = [target for target in everything if target.object_id is None]
        scopes = {target.alias if resource.key_query else target.parent_id for target in keys}
        self._scopes = len(scopes)
        self._rows: dict[str, Object] = {}
        self._pages: dict[int, Page] = {}
        self._one_by_one = threading.Lock()

    def read(self, whole: bool) -> Shown:
        """Read the pages, and return their rows. Raise ApiError. With `whole`, read all pages."""
        number, left, known = 0, 1, 0
        while left and number < MAX_PAGES and (whole or self._singly() >= max(left, 2 - number)):
            sure = left if whole else _sure(self._singly(), left)
            batch = range(number + 1, number + 1 + min(sure, AT_ONCE))
            if not self._read_pages(batch):
                break
            number = batch[-1]
            last = self._pages[number]
            left = max(last.pages - number, 0) if last.pages is not None else int(len(last.rows) >= PER_PAGE)
            if len(self._rows) == known:
                break  # a page without a new object ends the list, whatever number of pages Kapso states
            known = len(self._rows)
        is_whole = bool(self._pages) and not left
        if is_whole and not self._is_still() and (whole or self._scopes > READINGS * number):
            self._rows.update((canonical_id(row["id"]), row) for row in list_whole(self._client, self._resource.path))
        else:
            is_whole = is_whole and self._is_still()
        shown = Shown(
            self._resource,
            self._rows,
            is_whole and all(self._resource.tells(row, whose=True) for row in self._rows.values()),
        )
        self._count(len([target for target in self._by_key if shown.of(target)]))
        return shown

    def _singly(self) -> int:
        return self._scopes + len(self._ids - self._rows.keys())

    def _is_still(self) -> bool:
        """Return whether no row has moved between the pages. Then an object that they do not show does not exist."""
        shown = sum(len(page.rows) for page in self._pages.values())
        return shown == len(self._rows) and {page.total for page in self._pages.values()} <= {None, shown}

    def _read_pages(self, batch: range) -> bool:
        """Read these pages, and return whether Kapso has such a list. Raise ApiError."""
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
            rows = {canonical_id(row["id"]): row for row in page.rows}
            self._count(len(self._counted & (rows.keys() - self._rows.keys())))
            self._rows.update(rows)


def _sure(singly: int, left: int) -> int:
    """Return how many of the remaining pages will be read in any case, since each shows PER_PAGE objects at most."""
    return next((more for more in range(left) if singly - more * PER_PAGE < left - more), left)


def shows_whole(outcome: Outcome, row: Object) -> bool:
    """Return whether a row shows all fields that the plan needs. A single read may show the missing ones."""
    declared = [field for field, _value in outcome.target.resource.declared(outcome.target.desired)]
    by_receipt = any(field.write_only for field in declared) and outcome.receipt.updated_at is not None
    needed = {one.name for one in declared if not one.write_only and (one.default is None or one.access == "rw")}
    return needed | ({"updated_at"} if by_receipt else set()) <= row.keys()
