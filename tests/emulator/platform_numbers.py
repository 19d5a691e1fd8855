# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of phone numbers on the platform (docs.kapso.ai/api/platform/v1/phone-numbers).

A phone number is a configuration of the legacy API, addressed by its Meta phone number ID.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.emulator import configs, schemas
from tests.emulator.answers import Answer
from tests.emulator.call import PLATFORM_BASE, Call, Problem, answer
from tests.emulator.configs import THING
from tests.emulator.configs_view import derived, meta_id
from tests.emulator.fields import OF_META
from tests.emulator.health import checkup
from tests.emulator.platform import DATES, Resource, contains, dates, equals, flag
from tests.emulator.routes import Route
from tests.emulator.store import Stored

_AS_STORED = (
    "name",
    "kind",
    "business_account_id",
    "is_coexistence",
    "inbound_processing_enabled",
    "calls_enabled",
    "webhook_verified_at",
    "customer_id",
    "display_phone_number",
    *OF_META,
    "created_at",
    "updated_at",
)


def _show(_call: Call, item: Stored) -> dict[str, Any]:
    ids = {"id": meta_id(item), "internal_id": item.values["id"], "phone_number_id": meta_id(item)}
    return {**ids, **{name: item.values[name] for name in _AS_STORED}, **derived(item)}


NUMBER = Resource(
    "whatsapp_phone_number",
    THING,
    {},
    _show,
    ("id", "internal_id", "phone_number_id", *_AS_STORED, "display_name", "display_phone_number_normalized"),
    bodies={"new": schemas.NEW_NUMBER, "changed": schemas.CHANGED_NUMBER},
    add=configs.add_like,
)


def own(call: Call, phone_number_id: str) -> Stored:
    """Return a number of the caller's project. Raise Problem 404 if there is none, or while a new one is hidden."""
    seen = call.store.clock.now() - timedelta(seconds=call.settings.new_number_hidden)
    for item in call.store.configs.values():
        if item.project == call.project and meta_id(item) == phone_number_id and item.values["created_at"] <= seen:
            return item
    raise Problem(404, f"{THING} not found")


def list_all(call: Call) -> Answer:
    """GET /whatsapp/phone_numbers."""
    rows = [item for item in call.store.configs.values() if item.project == call.project]
    # The docs do not say which state this filter means: a guess.
    enabled = flag(call, "messaging_enabled", lambda item: item.values["status"] == "CONNECTED")
    exact = (equals(call, name) for name in ("phone_number_id", "business_account_id", "customer_id"))
    return NUMBER.list(call, rows, *exact, enabled, contains(call, "name_contains", "name"), *dates(call))


def get(call: Call, phone_number_id: str) -> Answer:
    """GET /whatsapp/phone_numbers/{phone_number_id}."""
    return NUMBER.one(call, own(call, phone_number_id))


def connect(call: Call, customer_id: str) -> Answer:
    """POST /customers/{customer_id}/whatsapp/phone_numbers."""
    return NUMBER.one(call, configs.add(call, customer_id, NUMBER.envelope), 201)


def patch(call: Call, phone_number_id: str) -> Answer:
    """PATCH /whatsapp/phone_numbers/{phone_number_id}."""
    item = own(call, phone_number_id)
    configs.change(call, item, NUMBER.envelope)
    return NUMBER.one(call, item)


def delete(call: Call, phone_number_id: str) -> Answer:
    """DELETE /whatsapp/phone_numbers/{phone_number_id}.

    It is a guess that this deletes the number's webhooks, too.
    """
    return configs.remove(call, own(call, phone_number_id))


def get_health(call: Call, phone_number_id: str) -> Answer:
    """GET /whatsapp/phone_numbers/{phone_number_id}/health."""
    passes, counters = call.health.count(call.project, call.settings)
    call.headers += counters
    if not passes:
        told = "WhatsApp health checks are limited to {0.health_per_second} requests per second and "
        told += "{0.health_per_minute} requests per minute per project."
        raise Problem(429, "Rate limit exceeded", message=told.format(call.settings))
    return answer(200, checkup(call, own(call, phone_number_id)))


_ALL = "/whatsapp/phone_numbers"
_ONE = "/whatsapp/phone_numbers/{phone_number_id}"
_FILTERS = ("phone_number_id", "business_account_id", "customer_id", "messaging_enabled", "name_contains", *DATES)
ROUTES = (
    NUMBER.route("GET", _ALL, list_all, query=_FILTERS),
    NUMBER.route("POST", "/customers/{customer_id}/whatsapp/phone_numbers", connect, (400, 404, 409, 422)),
    NUMBER.route("GET", _ONE, get, (404,)),
    NUMBER.route("PATCH", _ONE, patch, (400, 404, 422)),
    NUMBER.route("DELETE", _ONE, delete, (404,)),
    Route("GET", f"{PLATFORM_BASE}{_ONE}/health", get_health, 200, schemas.PlatformHealth, (404,)),
)
