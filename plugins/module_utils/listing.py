# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading many objects in few requests: the project's list where that takes fewer, and single reads for the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.kapso.whatsapp.plugins.module_utils.client import PER_PAGE, Client, Object
from ansible_collections.kapso.whatsapp.plugins.module_utils.converge import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils.errors import ApiError

NO_SUCH_LIST = (404, 405)  # the oldest vintage has none: docs.kapso.ai/api-reference/whatsapp-configs


def read_list(client: Client, outcomes: Sequence[Outcome]) -> Mapping[str, Object]:
    """Those of the objects that the project's list shows in full, by id. The others have to be read one by one.

    A page is read as long as the pages that are left are no more than the objects still looked for; the first one tells
    how many there are. Rows may move between pages meanwhile, so that one may be missed. Raises ApiError.
    """
    missing = {outcome.goal.object_id: outcome for outcome in outcomes}
    found: dict[str, Object] = {}
    number, left = 0, 1
    while left and len(missing) >= max(left, 2 - number):
        number += 1
        try:
            rows, pages = client.page(outcomes[0].goal.resource.path, number)
        except ApiError as error:
            if number == 1 and error.status in NO_SUCH_LIST:
                break
            raise
        for row in rows:
            outcome = missing.pop(str(row.get("id")), None)
            if outcome is not None and _is_whole(outcome, row):
                found[outcome.goal.object_id] = row
        left = max(pages - number, 0) if pages is not None else int(len(rows) >= PER_PAGE)
    return found


def _is_whole(outcome: Outcome, row: Object) -> bool:
    """Whether a row shows all that the plan looks at. What it leaves out proves nothing: a single read may show it."""
    declared = [field for field, _value in outcome.goal.resource.declared(outcome.goal.desired)]
    by_receipt = any(field.may_be_hidden for field in declared) and outcome.receipt.updated_at is not None
    needed = {field.name for field in declared if not field.may_be_hidden} | ({"updated_at"} if by_receipt else set())
    return needed <= row.keys()
