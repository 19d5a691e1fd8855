# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of ``customers`` on the platform (docs.kapso.ai/api/platform/v1/customers)."""

from __future__ import annotations

from tests.emulator import customers
from tests.emulator.answers import Answer
from tests.emulator.call import Call, invalid
from tests.emulator.customers import ENVELOPE, SHOWN, THING
from tests.emulator.platform import DATES, Resource, contains, dates, equals, plain
from tests.emulator.platform_fields import Field
from tests.emulator.store import Stored

CUSTOMER = Resource(
    ENVELOPE,
    THING,
    {"name": Field("text", required=True), "external_customer_id": Field("text", null=True)},
    plain(*SHOWN),
    SHOWN,
    add=lambda call, _item: call.store.add_customer(call.project, {}),
)


def list_all(call: Call) -> Answer:
    """GET /customers."""
    rows = [item for item in call.store.customers.values() if item.project == call.project]
    exact = equals(call, "external_customer_id")
    return CUSTOMER.list(call, rows, contains(call, "name_contains", "name"), exact, *dates(call))


def get(call: Call, customer_id: str) -> Answer:
    """GET /customers/{customer_id}."""
    return CUSTOMER.one(call, call.own(call.store.customers, customer_id, THING))


def create(call: Call) -> Answer:
    """POST /customers."""
    values, errors = CUSTOMER.given(call, None)
    customers.check_taken(call, values, None, errors)
    if errors:
        raise invalid(errors, call.settings)
    item = call.store.add_customer(call.project, {"external_customer_id": None, **values}, at=call.store.clock.now())
    call.applied = True
    return CUSTOMER.one(call, item, 201)


def patch(call: Call, customer_id: str) -> Answer:
    """PATCH /customers/{customer_id}."""
    item: Stored = call.own(call.store.customers, customer_id, THING)
    values, errors = CUSTOMER.given(call, item)
    customers.check_taken(call, values, item, errors)
    if errors:
        raise invalid(errors, call.settings)
    call.write(item, values)
    return CUSTOMER.one(call, item)


_ALL = "/customers"
_ONE = "/customers/{customer_id}"
ROUTES = (
    CUSTOMER.route("GET", _ALL, list_all, query=("name_contains", "external_customer_id", *DATES)),
    CUSTOMER.route("POST", _ALL, create, (400, 422)),
    CUSTOMER.route("GET", _ONE, get, (404,)),
    CUSTOMER.route("PATCH", _ONE, patch, (400, 404, 422)),
    CUSTOMER.route("DELETE", _ONE, customers.delete, (404, 422)),
)
