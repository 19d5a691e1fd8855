# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of ``customers`` (docs.kapso.ai/api-reference/platform-introduction)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import Call, Errors, Problem, answer, invalid, paged
from tests.emulator.store import Stored, iso

ENVELOPE = "customer"
THING = "Customer"
_WRITABLE = ("name", "external_customer_id")
SHOWN = ("id", *_WRITABLE, "created_at", "updated_at")


def list_all(call: Call) -> Answer:
    """GET /customers."""
    rows = [item for item in reversed(call.store.customers.values()) if item.project == call.project]
    part = call.params.get("q[name_cont]", "").lower()
    external = call.params.get("q[external_customer_id_eq]")
    since, until = call.moment("q[created_at_gteq]"), call.moment("q[created_at_lteq]")
    rows = [
        item
        for item in rows
        if part in str(item.values["name"]).lower()
        and (not external or item.values["external_customer_id"] == external)
        and (since is None or item.values["created_at"] >= since)
        and (until is None or item.values["created_at"] <= until)
    ]
    shown, meta = paged(call, rows)
    return answer(200, {"data": [_show(item) for item in shown], "meta": meta})


def get(call: Call, customer_id: str) -> Answer:
    """GET /customers/{customer_id}."""
    return answer(200, {"data": _show(call.own(call.store.customers, customer_id, THING))})


def create(call: Call) -> Answer:
    """POST /customers."""
    values = {"external_customer_id": None, **_permitted(call)}
    demanded = _WRITABLE if call.api_version == "echoes" else ("name",)
    _check(call, values, demanded, None)
    item = call.store.add_customer(call.project, values, at=call.store.clock.now())
    call.applied = True
    return answer(201, {"data": _show(item)})


def patch(call: Call, customer_id: str) -> Answer:
    """PATCH /customers/{customer_id}."""
    item = call.own(call.store.customers, customer_id, THING)
    values = _permitted(call)
    _check(call, {**item.values, **values}, ("name",), item)
    call.write(item, values)
    return answer(200, {"data": _show(item)})


def delete(call: Call, customer_id: str) -> Answer:
    """DELETE /customers/{customer_id}."""
    call.own(call.store.customers, customer_id, THING)
    owns = any(item.values["customer_id"] == customer_id for item in call.store.configs.values())
    if owns and not call.settings.customer_delete_cascades:
        raise Problem(422, "Cannot delete record because dependent whatsapp configs exist")
    call.store.remove_customer(customer_id)
    call.applied = True
    return Answer(204)


def _permitted(call: Call) -> dict[str, Any]:
    given = call.enclosed(ENVELOPE)
    return {name: given[name] for name in _WRITABLE if name in given}


def _check(call: Call, values: dict[str, Any], demanded: tuple[str, ...], item: Stored | None) -> None:
    errors: Errors = {}
    for name in _WRITABLE:
        value = values.get(name)
        if name in demanded and value in (None, ""):
            errors[name] = ["can't be blank"]
        elif value is not None and not isinstance(value, str):
            errors[name] = ["must be a string"]
    check_taken(call, values, item, errors)
    if errors:
        raise invalid(errors, call.settings)


def check_taken(call: Call, values: dict[str, Any], item: Stored | None, errors: Errors) -> None:
    """Add an error if another customer of the project has this ``external_customer_id``."""
    external = values.get("external_customer_id")
    if external is not None and any(
        other is not item and other.project == call.project and other.values["external_customer_id"] == external
        for other in call.store.customers.values()
    ):
        errors.setdefault("external_customer_id", []).append("has already been taken")


def _show(item: Stored) -> dict[str, Any]:
    return {
        name: iso(value) if isinstance(value, datetime) else value
        for name, value in ((name, item.values[name]) for name in SHOWN)
    }
