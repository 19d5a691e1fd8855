# SPDX-License-Identifier: GPL-3.0-or-later
"""Serve lists: order, pages, and rows that move between two requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.emulator.answers import Answer
from tests.emulator.call import Call, answer, paged
from tests.emulator.store import Stored

Keep = Callable[[Stored], bool]
"""A filter: returns whether a row stays in the list."""


def listed(
    call: Call,
    rows: list[Stored],
    filters: list[Keep],
    show: Callable[[Stored], dict[str, Any]],
    add: Callable[[Stored], Stored] | None = None,
) -> Answer:
    """Return the requested page. ``rows`` are sorted oldest first; ``add`` makes a new object like an existing one."""
    rows = [item for item in rows if all(keep(item) for keep in filters)]
    if call.settings.list_order == "newest":
        rows = rows[::-1]
    rows = _shifted(call, rows, add)
    shown, meta = paged(call, rows)
    for item in shown:
        call.look_at(item)
    if call.platform:
        call.headers += _page_headers(call, meta)
    return answer(200, {"data": [show(item) for item in shown], "meta": meta})


def _shifted(call: Call, rows: list[Stored], add: Callable[[Stored], Stored] | None) -> list[Stored]:
    """Return the rows after the move that ``list_shift`` makes before each list request except the first."""
    moves = call.store.lists_served
    call.store.lists_served += 1
    if not rows or not moves:
        return rows
    match call.settings.list_shift:
        case "miss":
            cut = moves % len(rows)
            return rows[cut:] + rows[:cut]
        case "repeat":
            cut = len(rows) - moves % len(rows)
            return rows[cut:] + rows[:cut]
        case "add" if add:
            return [add(rows[0]), *rows]
        case _:
            return rows


def _page_headers(call: Call, meta: dict[str, int]) -> list[tuple[bytes, bytes]]:
    page, last = meta["page"], max(meta["total_pages"], 1)
    links = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    link = ", ".join(
        f'<{call.origin}{call.record.path}?{urlencode({**call.params, "page": number})}>; rel="{name}"'
        for name, number in links.items()
        if 1 <= number <= last
    )
    headers = {
        "x-total": meta["total_count"],
        "x-total-pages": meta["total_pages"],
        "x-per-page": meta["per_page"],
        "x-page": page,
        "link": link,
    }
    return [(name.encode(), str(value).encode("latin-1")) for name, value in headers.items()]
