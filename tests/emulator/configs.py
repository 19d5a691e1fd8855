# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of ``whatsapp_configs`` (docs.kapso.ai/api-reference/whatsapp-configs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import Call, answer, paged
from tests.emulator.configs_check import checked, checked_new
from tests.emulator.configs_view import health, show
from tests.emulator.store import Stored

ENVELOPE = "whatsapp_config"
THING = "WhatsApp configuration"


def list_all(call: Call) -> Answer:
    """GET /whatsapp_configs."""
    return _listed(call, [item for item in call.store.configs.values() if item.project == call.project])


def list_of_customer(call: Call, customer_id: str) -> Answer:
    """GET /customers/{customer_id}/whatsapp_configs."""
    call.own(call.store.customers, customer_id, "Customer")
    rows = [item for item in call.store.configs.values() if item.values["customer_id"] == customer_id]
    return _listed(call, rows)


def get(call: Call, config_id: str) -> Answer:
    """GET /whatsapp_configs/{config_id}."""
    return _shown(call, 200, _config(call, config_id))


def patch(call: Call, config_id: str) -> Answer:
    """PATCH /whatsapp_configs/{config_id}."""
    item = _config(call, config_id)
    values = checked(call, item, call.enclosed(ENVELOPE))
    if call.settings.reset_verified_on_write and _changes(item, values, "access_token", "webhook_destination_url"):
        values["webhook_verified_at"] = None
    moved = call.store.write(item, values, touch_noop=call.settings.updated_at_on_noop)
    call.applied = True
    response = _shown(call, 200, item)
    item.touch_pending = moved and call.settings.updated_at_after_write == "next_read"
    return response


def create(call: Call, customer_id: str) -> Answer:
    """POST /customers/{customer_id}/whatsapp_configs."""
    call.own(call.store.customers, customer_id, "Customer")
    values = checked_new(call, call.enclosed(ENVELOPE))
    item = call.store.add_config(call.project, {**values, "customer_id": customer_id}, at=call.store.clock.now())
    call.applied = True
    return _shown(call, 201, item)


def delete(call: Call, config_id: str) -> Answer:
    """DELETE /whatsapp_configs/{config_id}."""
    _config(call, config_id)
    del call.store.configs[config_id]
    call.applied = True
    return Answer(204)


def get_health(call: Call, config_id: str) -> Answer:
    """GET /whatsapp_configs/{config_id}/health."""
    return answer(200, health(_config(call, config_id), call.store.clock.now()))


def _config(call: Call, config_id: str) -> Stored:
    item = call.own(call.store.configs, config_id, THING)
    if call.record.method == "GET" and (item.touch_pending or call.settings.updated_at_on_read):
        item.touch_pending = False
        item.touch(call.store.clock.now())
    return item


def _changes(item: Stored, values: dict[str, Any], *names: str) -> bool:
    return any(name in values and values[name] != item.values[name] for name in names)


def _shown(call: Call, status: int, item: Stored) -> Answer:
    content = show(item, call.settings, "write" if call.applied else "read")
    match call.settings.envelope:
        case "none":
            return answer(status, content)
        case "resource":
            return answer(status, {ENVELOPE: content})
        case _:
            return answer(status, {"data": content})


def _listed(call: Call, rows: list[Stored]) -> Answer:
    for keep in _filters(call):
        rows = [item for item in rows if keep(item)]
    if call.settings.list_order == "newest":
        rows = rows[::-1]
    rows = _shifted(call, rows)
    shown, meta = paged(call, rows)
    now = call.store.clock.now()
    for item in shown:
        if item.touch_pending or call.settings.updated_at_on_read:
            item.touch_pending = False
            item.touch(now)
    return answer(200, {"data": [show(item, call.settings, "row") for item in shown], "meta": meta})


def _filters(call: Call) -> list[Callable[[Stored], bool]]:
    """Return the filters that were asked for; names that are not filters are ignored, as the API does."""
    if call.settings.api_version == "echoes":
        return []
    filters: list[Callable[[Stored], bool]] = []
    accounts = {call.params.get(name) for name in ("business_account_id", "q[business_account_id_eq]")} - {None, ""}
    if accounts:
        filters.append(lambda item: {item.values["business_account_id"]} == accounts)
    if part := call.params.get("q[name_cont]", "").lower():
        filters.append(lambda item: part in str(item.values["name"]).lower())
    if since := call.moment("q[created_at_gteq]"):
        filters.append(lambda item: item.values["created_at"] >= since)
    if until := call.moment("q[created_at_lteq]"):
        filters.append(lambda item: item.values["created_at"] <= until)
    return filters


def _shifted(call: Call, rows: list[Stored]) -> list[Stored]:
    """Return the rows as they lie after objects have moved, which they do before each list request but the first."""
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
        case "add":
            return [call.store.add_config(call.project, {"customer_id": rows[0].values["customer_id"]}), *rows]
        case _:
            return rows
