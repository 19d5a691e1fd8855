# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many objects in few requests: the project's list where that takes fewer, and single reads for the rest."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Callable

from .._api.client import PER_PAGE, Client, Object
from .._api.errors import ApiError
from .._api.responses import CHECK_URL, Page
from .._api.urls import segment
from .outcome import Outcome, row_keys

GONE = 404
CUSTOMERS = "/customers"  # the list that every API version has
READINGS = 3  # of a list, at the most
MAX_PAGES = 1_000  # a hundred thousand objects: a list that is longer has no end
NO_SUCH_LIST = (404, 405)  # the oldest API version has none: docs.kapso.ai/api-reference/whatsapp-configs


def list_whole(client: Client, path: str, filters: Mapping[str, str] = MappingProxyType({})) -> list[Object]:
    """All objects of a list, each once. Raises ApiError.

    Rows move between pages where objects come and go while they are read, so that one is shown twice or another not at
    all. Either shows: by the row that comes again, or by the number of rows that the pages say there are. Then the list
    is read again, three times at the most, and whatever was shown once counts.
    """
    rows: dict[str, Object] = {}
    for _attempt in range(READINGS):
        reading, is_still = _read_through(client, path, filters)
        if is_still:
            return list(reading.values())
        rows.update(reading)
    return list(rows.values())


def _read_through(client: Client, path: str, filters: Mapping[str, str]) -> tuple[dict[str, Object], bool]:
    """The rows by id, and whether nothing moved meanwhile."""
    rows: dict[str, Object] = {}
    totals: set[int | None] = set()
    first: frozenset[str] = frozenset()
    number, pages, shown = 0, 1, 0
    while number < pages:
        number += 1
        page = list_page(client, path, number, filters)
        pages = page.pages if page.pages is not None else number + (len(page.rows) >= PER_PAGE)
        if page.pages is not None and (page.total or 0) > page.pages * max(PER_PAGE, len(page.rows)):
            says = f"the list says that it has {page.total} objects on a number of pages that cannot hold them"
            raise _not_whole(client.url(path), says)
        totals.add(page.total)
        ids = frozenset(row["id"] for row in page.rows)
        if number == 1:
            first = ids
        elif ids == first:  # this server has one page, whatever number is asked for
            if page.total is not None and page.total > len(rows):
                shows = f"the list says that it has {page.total} objects, and shows the same {len(rows)} on every page"
                raise _not_whole(client.url(path), shows)
            break
        shown += len(page.rows)
        if ids <= rows.keys():
            break  # whatever number of pages the server claims
        if number == MAX_PAGES and number < pages:
            raise _not_whole(client.url(path), f"the list has more than {MAX_PAGES} pages, and so no end")
        rows.update((row["id"], row) for row in page.rows)
    return rows, shown == len(rows) and totals <= {None, len(rows)}


def _not_whole(url: str, what: str) -> ApiError:
    return ApiError(what, CHECK_URL, method="GET", url=url, status=200)


def prove(client: Client) -> None:
    """Raise ApiError unless this base URL is known to serve the API: else a list that every API version has tells."""
    if not client.base.proven:
        list_page(client, CUSTOMERS, 1)


def list_page(client: Client, path: str, number: int, filters: Mapping[str, str] = MappingProxyType({})) -> Page:
    """Return a page of a list. Raises ApiError; a list of the whole project that is not there names the base URL."""
    try:
        return client.page(path, number, filters)
    except ApiError as error:
        if path == CUSTOMERS and error.status in NO_SUCH_LIST:
            raise _wrong_base(error) from None
        raise


def _wrong_base(error: ApiError) -> ApiError:
    return ApiError(
        f"api_url is not the base URL of the Kapso API: it has no list of customers (HTTP {error.status})",
        "set it to the base URL, such as https://app.kapso.ai/api/v1",
        method="GET",
        url=error.url,
        status=error.status,
        message=error.message,
        stops_run=True,
    )


def list_project(client: Client, path: str, filters: Mapping[str, str] = MappingProxyType({})) -> list[Object]:
    """All objects of the project that the key belongs to. Raises ApiError.

    Where the server has no list of them, the lists of the customers are read one by one; objects without a customer are
    not found then.
    """
    try:
        return list_whole(client, path, filters)
    except ApiError as error:
        if error.status not in NO_SUCH_LIST:
            raise
    rows: list[Object] = []
    for customer in list_whole(client, CUSTOMERS):
        rows.extend(_list_of_customer(client, customer["id"], path, filters))
    return rows


def _list_of_customer(client: Client, customer_id: str, path: str, filters: Mapping[str, str]) -> list[Object]:
    """All objects of a customer; none where it was deleted meanwhile. Raises ApiError."""
    try:
        return list_whole(client, f"/customers/{segment(customer_id)}{path}", filters)
    except ApiError as error:
        if error.status != GONE:
            raise
    return []


InParallel = Callable[[Callable[[int], None], Sequence[int]], None]  # does something for each of some numbers


def read_list(
    client: Client, outcomes: Sequence[Outcome], count: Callable[[int], None], in_parallel: InParallel
) -> Mapping[str, list[Object]]:
    """Return what the project's list shows of the objects, by the key of their target. The others are found singly.

    A page is read as long as the pages that are left are no more than what else is to be read singly: the objects that
    are not found yet, and the list of each customer of whom an object is wanted by its number, since only a list that
    was read whole tells that a number is there but once. The first page says how many there are; those that
    are sure to be read are then read at once. Rows may move between pages meanwhile, so that one may be missed. `count`
    hears how many more each page has shown. Raises ApiError.
    """
    targets = {outcome.target.key: outcome.target for outcome in outcomes}
    by_number = {key for key, target in targets.items() if target.object_id is None}
    customers = len({targets[key].customer_id for key in by_number})
    found: dict[str, dict[str, Object]] = {}
    pages: dict[int, Page] = {}
    shown: set[str] = set()
    one_by_one = threading.Lock()

    def read(number: int) -> None:
        page = client.page(outcomes[0].target.resource.path, number)
        with one_by_one:
            pages[number] = page
            shown.update(row["id"] for row in page.rows)
            before = len(found.keys() - by_number)
            for row in page.rows:
                for key in targets.keys() & row_keys(row):
                    found.setdefault(key, {})[row["id"]] = row
            count(len(found.keys() - by_number) - before)

    def singly() -> int:
        return customers + len(targets.keys() - by_number - found.keys())

    number, left, known = 0, 1, 0
    while left and number < MAX_PAGES and singly() >= max(left, 2 - number):
        batch = range(number + 1, number + 1 + _sure(singly(), left))
        try:
            if len(batch) > 1:
                in_parallel(read, batch)
            else:
                read(batch[0])
        except ApiError as error:
            if number == 0 and error.status in NO_SUCH_LIST:
                break
            raise
        number = batch[-1]
        last = pages[number]
        left = max(last.pages - number, 0) if last.pages is not None else int(len(last.rows) >= PER_PAGE)
        if len(shown) == known:
            break  # pages without a new object end the list, whatever number of them the server claims
        known = len(shown)
    unproven = by_number if left else set()
    count(len(found.keys() & by_number - unproven))
    return {key: list(rows.values()) for key, rows in found.items() if key not in unproven}


def _sure(singly: int, left: int) -> int:
    """How many of the pages that are left will be read whatever they show: as each shows 100 objects at the most."""
    return next((more for more in range(1, left) if singly - more * PER_PAGE < left - more), left)


def shows_whole(outcome: Outcome, row: Object) -> bool:
    """Whether a row shows all that the plan looks at. What it leaves out proves nothing: a single read may show it."""
    declared = [field for field, _value in outcome.target.resource.declared(outcome.target.desired)]
    by_receipt = any(field.write_only for field in declared) and outcome.receipt.updated_at is not None
    needed = {field.name for field in declared if not field.write_only} | ({"updated_at"} if by_receipt else set())
    return needed <= row.keys()
