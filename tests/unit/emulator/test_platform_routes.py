# SPDX-License-Identifier: GPL-3.0-or-later
"""Test all routes of the platform API: they match the documentation, and share some behavior."""

from __future__ import annotations

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

from tests.emulator import Emulator
from tests.emulator.platform_routes import PLATFORM_ROUTES
from tests.emulator.routes import Route
from tests.unit.emulator.raw import Raw

# Method, path and status codes from docs.kapso.ai/api/platform/v1.
DOCUMENTED = """
GET    /customers                                                     200 401
POST   /customers                                                     201 401 422
GET    /customers/{customer_id}                                       200 401 404
PATCH  /customers/{customer_id}                                       200 401 404 422
DELETE /customers/{customer_id}                                       204 401 404
GET    /customers/{customer_id}/setup_links                           200 401 404
POST   /customers/{customer_id}/setup_links                           201 401 404 422
PATCH  /customers/{customer_id}/setup_links/{setup_link_id}           200 401 404 422
POST   /customers/{customer_id}/whatsapp/phone_numbers                201 401 404 409 422
GET    /whatsapp/phone_numbers                                        200 401
GET    /whatsapp/phone_numbers/{phone_number_id}                      200 401 404
PATCH  /whatsapp/phone_numbers/{phone_number_id}                      200 401 404 422
DELETE /whatsapp/phone_numbers/{phone_number_id}                      204 401 404
GET    /whatsapp/phone_numbers/{phone_number_id}/health               200 401 404 429
GET    /whatsapp/phone_numbers/{phone_number_id}/webhooks             200 401 404
POST   /whatsapp/phone_numbers/{phone_number_id}/webhooks             201 401 404 422
GET    /whatsapp/phone_numbers/{phone_number_id}/webhooks/{webhook_id} 200 401 404
PATCH  /whatsapp/phone_numbers/{phone_number_id}/webhooks/{webhook_id} 200 401 404 422
DELETE /whatsapp/phone_numbers/{phone_number_id}/webhooks/{webhook_id} 204 401 404
GET    /whatsapp/webhooks                                             200 401
POST   /whatsapp/webhooks                                             201 401 402 404 422
GET    /whatsapp/webhooks/{webhook_id}                                200 401 404
PATCH  /whatsapp/webhooks/{webhook_id}                                200 401 402 404 422
DELETE /whatsapp/webhooks/{webhook_id}                                204 401 404
POST   /whatsapp/webhooks/{webhook_id}/test                           200 401 404 422
"""
# Further codes: 400 for a body that is not JSON, and, with a setting, 422 for a customer with numbers.
ADDED = {("DELETE", "/customers/{customer_id}"): {422}}
UNKNOWN = "00000000-0000-4000-8000-00000000ffff"
EVERY = pytest.mark.parametrize("route", PLATFORM_ROUTES, ids=lambda route: f"{route.method} {route.path}")


def path_of(route: Route) -> str:
    parts = [UNKNOWN if part.startswith("{") else part for part in route.path.split("/")]
    return "/".join(parts).removeprefix("/platform/v1/")


def test_the_routes_and_their_codes_are_those_of_the_documentation(platform: Raw) -> None:
    wanted = {}
    for line in DOCUMENTED.split("\n")[1:-1]:
        method, path, *codes = line.split()
        added = ADDED.get((method, path), set()) | ({400} if method in ("POST", "PATCH") else set())
        wanted[method, path] = {*map(int, codes), 429} | added
    described = platform("GET", "openapi.json").json()["paths"]
    assert wanted == {
        (method.upper(), path.removeprefix("/platform/v1")): set(map(int, operation["responses"]))
        for path, operations in described.items()
        for method, operation in operations.items()
    }


@EVERY
def test_all_routes_share_errors_the_rate_limit_and_the_journal(kapso: Emulator, platform: Raw, route: Route) -> None:
    kapso.settings(rate_limit={"limit": 1})
    kapso.fault(path=f"/{path_of(route)}", status=503, count=1)
    strange = Raw(kapso.platform_url, "no-such-key")
    answers = [client(route.method, path_of(route), json={}) for client in (platform, strange, platform, platform)]
    known = 404 if "{" in route.path else 422 if route.method == "POST" else 200
    assert [response.status_code for response in answers] == [503, 401, known, 429]
    assert [response.headers.get("X-RateLimit-Remaining") for response in answers] == [None, "0", "0", "0"]
    assert [entry.fault for entry in kapso.journal()] == ["fault-1", None, None, None]
    assert {(entry.method, entry.applied) for entry in kapso.journal()} == {(route.method, False)}


@pytest.mark.parametrize(
    "resource", [each for each in RESOURCES.values() if each.api == "platform"], ids=lambda r: r.name
)
def test_the_routes_take_and_show_every_field_of_the_table(resource: Resource) -> None:
    taken: dict[str, set[str]] = {"POST": set(), "PATCH": set()}
    shown: set[str] = set()
    for route in PLATFORM_ROUTES:
        body = (route.body or {}).get("properties", {}).get(resource.envelope)
        if body is not None:
            taken[route.method] |= body["properties"].keys()
            shown |= (route.shows or {})["properties"]["data"]["properties"].keys()

    assert {field.name for field in resource.writable} <= taken["POST"]
    assert {field.name for field in resource.fields if field.access == "rw"} <= taken["PATCH"]
    assert {field.name for field in resource.fields if field.returned} <= shown


@pytest.mark.parametrize("path", ["customers", "whatsapp/phone_numbers", "whatsapp/webhooks"])
def test_a_list_may_grow_between_two_requests(kapso: Emulator, platform: Raw, path: str) -> None:
    kapso.settings(list_shift="add")
    kapso.batch(("add_customer", {}), ("add", {}), ("add_webhook", {}))
    assert [len(platform.rows(path)) for _time in range(3)] == [1, 2, 3]
