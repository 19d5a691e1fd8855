# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read lists of the API, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .client import PER_PAGE, Client, Object
from .errors import ApiError
from .responses import Page

READINGS = 3  # of a list, at most
MAX_PAGES = 1_000  # 100,000 objects; a longer list counts as endless
NOT_FOUND = 404
NO_SUCH_LIST = (NOT_FOUND, 405)


def list_whole(client: Client, path: str, filters: Mapping[str, str] = MappingProxyType({})) -> list[Object]:
    """Return all objects of a list, each once. Raise ApiError.

    If objects are created or deleted during the read, rows move between pages. Then a row comes twice, or the number of
    rows is not the stated total. In both cases the list is read again, three times at most. If no read is complete, the
    result holds the rows of all reads.
    """
    rows: dict[str, Object] = {}
    for _attempt in range(READINGS):
        reading, is_still = _read_through(client, path, filters)
        if is_still:
            return list(reading.values())
        rows.update(reading)
    return list(rows.values())


def _read_through(client: Client, path: str, filters: Mapping[str, str]) -> tuple[dict[str, Object], bool]:
    """Return the rows by ID, and whether the list stayed the same during the read. Raise ApiError."""
    rows: dict[str, Object] = {}
    totals: set[int | None] = set()
    first: frozenset[str] = frozenset()
    number, pages, shown = 0, 1, 0
    while number < pages:
        number += 1
        page = list_page(client, path, number, filters)
        pages = page.pages if page.pages is not None else number + (len(page.rows) >= PER_PAGE)
        if page.pages is not None and (page.total or 0) > page.pages * max(PER_PAGE, len(page.rows)):
            says = f"the list counts {page.total} objects, which is more than its pages can hold"
            raise client.wrong_answer(says, "GET", path)
        totals.add(page.total)
        ids = frozenset(row["id"] for row in page.rows)
        if number == 1:
            first = ids
        elif ids == first:  # this server sends the same page for every number
            if page.total is not None and page.total > len(rows):
                shows = f"the list counts {page.total} objects, but every page shows the same {len(rows)}"
                raise client.wrong_answer(shows, "GET", path)
            break
        shown += len(page.rows)
        if ids <= rows.keys():
            break  # an empty page or known rows: the list ends here, whatever number of pages it states
        if number == MAX_PAGES and number < pages:
            raise client.wrong_answer(f"the list has more than {MAX_PAGES} pages, and perhaps no end", "GET", path)
        rows.update((row["id"], row) for row in page.rows)
    return rows, shown == len(rows) and totals <= {None, len(rows)}


def prove(client: Client) -> None:
    """Raise ApiError unless the base URL serves the Kapso API.

    If no response has shown that yet, read a list that every version of the API has.
    """
    if not client.base.proven:
        list_page(client, client.settings.proof, 1)


def list_page(client: Client, path: str, number: int, filters: Mapping[str, str] = MappingProxyType({})) -> Page:
    """Return a page of a list. Raise ApiError.

    If a list is missing that every API version has, the error is about the base URL.
    """
    try:
        return client.page(path, number, filters)
    except ApiError as error:
        if path == client.settings.proof and error.status in NO_SUCH_LIST:
            raise _wrong_base(client, error) from None
        raise


def _wrong_base(client: Client, error: ApiError) -> ApiError:
    """Return the error for a base URL that does not serve the Kapso API."""
    settings = client.settings
    what = f"{settings.option} is not the base URL of the Kapso API: it has no list of {settings.proof.strip('/')}"
    return error.but(
        f"{what} (HTTP {error.status})",
        f"set it to the base URL, such as {settings.example}",
        attempts=1,
        stops_run=True,
    )
