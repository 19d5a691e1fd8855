# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of ``whatsapp_configs`` (docs.kapso.ai/api-reference/whatsapp-configs)."""

from __future__ import annotations

from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import Call, answer, enveloped
from tests.emulator.configs_check import checked, checked_new
from tests.emulator.configs_view import health, show
from tests.emulator.lists import Keep, listed
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
    change(call, item, ENVELOPE)
    return _shown(call, 200, item)


def create(call: Call, customer_id: str) -> Answer:
    """POST /customers/{customer_id}/whatsapp_configs."""
    return _shown(call, 201, add(call, customer_id, ENVELOPE))


def delete(call: Call, config_id: str) -> Answer:
    """DELETE /whatsapp_configs/{config_id}."""
    return remove(call, _config(call, config_id))


def get_health(call: Call, config_id: str) -> Answer:
    """GET /whatsapp_configs/{config_id}/health."""
    return answer(200, health(_config(call, config_id), call.store.clock.now()))


def add(call: Call, customer_id: str, envelope: str) -> Stored:
    """Add the configuration in the request's envelope to a customer. Raise Problem if it is not valid."""
    call.own(call.store.customers, customer_id, "Customer")
    values = checked_new(call, call.enclosed(envelope))
    item = call.store.add_config(call.project, {**values, "customer_id": customer_id}, at=call.store.clock.now())
    call.applied = True
    return item


def change(call: Call, item: Stored, envelope: str) -> None:
    """Write the values in the request's envelope to a configuration. Raise Problem if they are not valid."""
    values = checked(call, item, call.enclosed(envelope))
    if call.settings.reset_verified_on_write and _changes(item, values, "access_token", "webhook_destination_url"):
        values["webhook_verified_at"] = None
    call.write(item, values)


def remove(call: Call, item: Stored) -> Answer:
    """Remove a configuration and return the answer 204."""
    call.store.remove_config(item.values["id"])
    call.applied = True
    return Answer(204)


def _config(call: Call, config_id: str) -> Stored:
    item = call.own(call.store.configs, config_id, THING)
    if call.record.method == "GET":
        call.look_at(item)
    return item


def _changes(item: Stored, values: dict[str, Any], *names: str) -> bool:
    return any(name in values and values[name] != item.values[name] for name in names)


def _shown(call: Call, status: int, item: Stored) -> Answer:
    return enveloped(call, status, ENVELOPE, show(item, call.settings, "write" if call.applied else "read"))


def _listed(call: Call, rows: list[Stored]) -> Answer:
    return listed(
        call, rows, _filters(call), lambda item: show(item, call.settings, "row"), lambda item: add_like(call, item)
    )


def add_like(call: Call, item: Stored) -> Stored:
    """Add a configuration for the customer of an existing one."""
    return call.store.add_config(call.project, {"customer_id": item.values["customer_id"]})


def _filters(call: Call) -> list[Keep]:
    """Return the filters of the query. Ignore names that are no filters, as the API does."""
    if call.settings.api_version == "echoes":
        return []
    filters: list[Keep] = []
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
