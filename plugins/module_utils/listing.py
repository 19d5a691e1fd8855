# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many objects in few requests: the project's list where that takes fewer, and single reads for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils.client import PER_PAGE, Client, Object
from ansible_collections.kapso.whatsapp.plugins.module_utils.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import Outcome, keys_of
from ansible_collections.kapso.whatsapp.plugins.module_utils.urls import segment

NO_SUCH_LIST = (404, 405)  # the oldest vintage has none: docs.kapso.ai/api-reference/whatsapp-configs


def list_whole(client: Client, path: str, filters: Mapping[str, str] = MappingProxyType({})) -> list[Object]:
    """All objects of a list, each once. Raises ApiError.

    Rows may move between pages while they are read, so that one is shown twice and another not at all. Then there are
    fewer than the list says there are, and it is read again, three times at the most.
    """
    rows: dict[str, Object] = {}
    for _attempt in range(3):
        number, pages, shown = 0, 1, 0
        while number < pages:
            number += 1
            page, total = client.page(path, number, filters)
            pages = total if total is not None else number + (len(page) >= PER_PAGE)
            shown += len(page)
            rows.update((str(row.get("id")), row) for row in page)
        if len(rows) >= shown:
            break
    return list(rows.values())


def list_project(client: Client, path: str, filters: Mapping[str, str] = MappingProxyType({})) -> list[Object]:
    """All objects of the project that the key belongs to. Raises ApiError.

    Where the server has no list of them, the customers are asked for one by one; objects without a customer are not
    found then.
    """
    try:
        return list_whole(client, path, filters)
    except ApiError as error:
        if error.status not in NO_SUCH_LIST:
            raise
    rows: list[Object] = []
    for customer in list_whole(client, "/customers"):
        rows.extend(list_whole(client, f"/customers/{segment(str(customer.get('id')))}{path}", filters))
    return rows


def read_list(client: Client, outcomes: Sequence[Outcome], count: Callable[[int], None]) -> Mapping[str, list[Object]]:
    """What the project's list shows of the objects, by the key of their goal. The others have to be looked for singly.

    A page is read as long as the pages that are left are no more than the objects still looked for; the first one tells
    how many there are. Rows may move between pages meanwhile, so that one may be missed. `count` hears how many more
    each page has shown. Raises ApiError.
    """
    wanted = {outcome.goal.key for outcome in outcomes}
    found: dict[str, dict[str, Object]] = {}
    number, left = 0, 1
    while left and len(wanted) - len(found) >= max(left, 2 - number):
        number += 1
        try:
            rows, pages = client.page(outcomes[0].goal.resource.path, number)
        except ApiError as error:
            if number == 1 and error.status in NO_SUCH_LIST:
                break
            raise
        before = len(found)
        for row in rows:
            for key in wanted.intersection(keys_of(row)):
                found.setdefault(key, {})[str(row.get("id"))] = row
        count(len(found) - before)
        left = max(pages - number, 0) if pages is not None else int(len(rows) >= PER_PAGE)
    return {key: list(rows.values()) for key, rows in found.items()}


def shows_whole(outcome: Outcome, row: Object) -> bool:
    """Whether a row shows all that the plan looks at. What it leaves out proves nothing: a single read may show it."""
    declared = [field for field, _value in outcome.goal.resource.declared(outcome.goal.desired)]
    by_receipt = any(field.may_be_hidden for field in declared) and outcome.receipt.updated_at is not None
    needed = {field.name for field in declared if not field.may_be_hidden} | ({"updated_at"} if by_receipt else set())
    return needed <= row.keys()
