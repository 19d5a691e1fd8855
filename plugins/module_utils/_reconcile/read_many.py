# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many objects in few requests: the project's list if that takes fewer, and single reads for the rest."""

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

AT_ONCE = 100  # pages, after which it is looked whether they show anything new: a server may claim any number


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
        if error.status != NOT_FOUND:
            raise
        return []  # the parent was deleted meanwhile


InParallel = Callable[[Callable[[int], None], Sequence[int]], None]  # does something for each of some numbers


@dataclass(frozen=True)
class Shown:
    """What the list of one kind of object has shown."""

    resource: Resource
    rows: Mapping[str, Object] = field(default_factory=dict)  # by id
    is_whole: bool = False  # these are all that the project has, and each tells whose it is and its key

    def of(self, target: Target) -> list[Object] | None:
        """Return the rows among which the target is, none if there is no such object, None if that is not known."""
        if target.object_id is not None:
            row = self.rows.get(target.address)
            if row is None:
                return [] if self.is_whole and self.resource.key_is_id else None
            return [row]
        if not self.is_whole:
            return None
        return self._groups.get(_group(self.resource, target.parent_id, self.resource.key_of(target.given)), [])

    @cached_property
    def _groups(self) -> Mapping[Any, list[Object]]:
        groups: dict[Any, list[Object]] = {}
        parent = self.resource.parent
        for row in self.rows.values():
            whose = row.get(parent.row_field) if parent else None
            groups.setdefault(_group(self.resource, whose, self.resource.key_of(row)), []).append(row)
        return groups


def _group(resource: Resource, parent_id: str | None, key: tuple[Any, ...]) -> Any:
    """Return what an object and the others that may be meant by its key have in common: the parent, if there is one."""
    if resource.parent is None:
        return key
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
    """Return what the project's list shows of one kind of object, as far as it is worth reading. Raises ApiError.

    What it does not show has to be looked for singly. `count` hears how many more of the targets each page has shown,
    but for the `uncounted` ones. `whole`: read all of it, whatever is wanted.
    """
    if not targets and not uncounted and not whole:
        return Shown(resource)
    return _ListReader(client, resource, targets, count, in_parallel, uncounted).read(whole)


class _ListReader:
    """Reads the pages of one list, as long as that takes fewer requests than single reads.

    A page is read if the pages that are left are no more than what else is to be read singly: the objects that are not
    found yet, and what tells of those that are wanted by their key. That is the list of each parent, or a list for each
    key if the server looks for keys; only a list that was read whole tells that a key is there but once. The first page
    says how many there are; those that are sure to be read are then read at once. Rows may move between pages
    meanwhile, so that one may be missed: the pages then do not vouch for what they do not show.
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
        """Return what was read."""
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
                break  # pages without a new object end the list, whatever number of them the server claims
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
        """Return whether no row has moved between the pages, which then vouch for what they do not show."""
        shown = sum(len(page.rows) for page in self._pages.values())
        return shown == len(self._rows) and {page.total for page in self._pages.values()} <= {None, shown}

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
            rows = {canonical_id(row["id"]): row for row in page.rows}
            self._count(len(self._counted & (rows.keys() - self._rows.keys())))
            self._rows.update(rows)


def _sure(singly: int, left: int) -> int:
    """How many of the pages that are left will be read whatever they show: as each shows 100 objects at the most."""
    return next((more for more in range(1, left) if singly - more * PER_PAGE < left - more), left)


def shows_whole(outcome: Outcome, row: Object) -> bool:
    """Return whether a row shows all that the plan looks at. A single read may show what it leaves out."""
    declared = [field for field, _value in outcome.target.resource.declared(outcome.target.desired)]
    by_receipt = any(field.write_only for field in declared) and outcome.receipt.updated_at is not None
    needed = {one.name for one in declared if not one.write_only and (one.default is None or one.access == "rw")}
    return needed | ({"updated_at"} if by_receipt else set()) <= row.keys()
