# SPDX-License-Identifier: GPL-3.0-or-later
"""Test phone numbers of the platform API: configurations of the legacy API, by their Meta phone number ID."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

NUMBERS = "whatsapp/phone_numbers"
META_ID = "100000000000777"
ONE = f"{NUMBERS}/{META_ID}"
CONNECT = "customers/known/whatsapp/phone_numbers"
NOT_FOUND = {"error": "WhatsApp configuration not found"}
NEW = {
    "name": "Front desk",
    "phone_number_id": META_ID,
    "business_account_id": "2",
    "access_token": "EXAMPLE-TOKEN",
    "webhook_verify_token": "EXAMPLE-VERIFY",
    "webhook_destination_url": "https://hooks.example.org/wa",
    "inbound_processing_enabled": False,
}
SECRET = ("access_token", "webhook_verify_token", "webhook_destination_url")


def test_a_number_is_a_configuration_of_the_legacy_api(kapso: Emulator, raw: Raw, platform: Raw) -> None:
    config_id = kapso.add(name="Front desk", phone_number_id=META_ID, customer_id="customer", quality_rating="RED")
    shown = platform("GET", f"{NUMBERS}/{META_ID}").json()["data"]
    assert shown == {
        "id": META_ID,
        "internal_id": config_id,
        "phone_number_id": META_ID,
        "name": "Front desk",
        "kind": "production",
        "business_account_id": "200000000000001",
        "is_coexistence": False,
        "inbound_processing_enabled": True,
        "calls_enabled": False,
        "webhook_verified_at": None,
        "customer_id": "customer",
        "display_name": "Front desk (+15550000001)",
        "display_phone_number": "+1 555-000-0001",
        "display_phone_number_normalized": "15550000001",
        "verified_name": None,
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "quality_rating": "RED",
        "throughput_tier": None,
        "whatsapp_business_manager_messaging_limit": "TIER_1K",
        "is_official_business_account": False,
        "is_pin_enabled": None,
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
    }
    assert platform.rows(NUMBERS) == [shown]
    raw.patch(config_id, name="Reception")
    assert platform("GET", f"{NUMBERS}/{META_ID}").json()["data"]["name"] == "Reception"


@pytest.mark.parametrize("path", ["100000000000778", "00000000-0000-4000-8000-000000000001", "100000000000888"])
def test_an_unknown_number_is_a_404_and_so_is_that_of_another_project(
    kapso: Emulator, platform: Raw, path: str
) -> None:
    kapso.add(phone_number_id=META_ID)
    kapso.add(phone_number_id="100000000000888", project="another")
    response = platform("GET", f"{NUMBERS}/{path}")
    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "Sandbox Shop Desk"),
        ({"phone_number_id": META_ID}, "Desk"),
        ({"business_account_id": "2"}, "Shop"),
        ({"customer_id": "customer"}, "Desk"),
        ({"messaging_enabled": "false"}, "Shop"),
        ({"messaging_enabled": "true"}, "Sandbox Desk"),
        ({"messaging_enabled": "perhaps"}, "Sandbox Shop Desk"),
        ({"name_contains": "s", "per_page": 2, "page": 2}, "Desk"),
        ({"created_before": "2026-01-01T00:00:00Z"}, "Shop"),
        ({"q[name_cont]": "Shop"}, "Sandbox Shop Desk"),
    ],
)
def test_filters(kapso: Emulator, platform: Raw, query: dict[str, Any], names: str) -> None:
    kapso.add(name="Desk", phone_number_id=META_ID, customer_id="customer")
    kapso.add(name="Shop", business_account_id="2", status="DISCONNECTED", created_at="2025-12-01T00:00:00Z")
    kapso.add(name="Sandbox", kind="sandbox", phone_number_id=None)
    assert " ".join(row["name"] for row in platform.rows(NUMBERS, **query)) == names


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"milliseconds": "six"}, {"created_at": "2026-01-02T03:04:05.123000Z"}),
        ({"api_version": "nulls"}, {"kind": "production"}),
        ({"extra_keys": {"new": 1}}, {"new": 1}),
        ({"omit_fields": ["kind"]}, {"kind": "absent"}),
        ({"list_omits": ["status"]}, {"status": "absent"}),
        ({"no_updated_at": True}, {"updated_at": "absent"}),
    ],
)
def test_settings_apply_to_both_apis(
    kapso: Emulator, platform: Raw, settings: dict[str, Any], wanted: dict[str, Any]
) -> None:
    kapso.settings(**settings)
    kapso.add()
    row = platform.rows(NUMBERS)[0]
    assert {name: row.get(name, "absent") for name in wanted} == wanted


def test_the_platform_has_a_description_of_its_own(kapso: Emulator, platform: Raw) -> None:
    described = platform("GET", "openapi.json").json()["paths"]
    assert all(path.startswith("/platform/v1/") for path in described)
    assert {"name", "in", "required", "schema"} <= described["/platform/v1/customers"]["get"]["parameters"][0].keys()
    assert kapso.journal() == []


def test_a_number_is_connected_changed_and_disconnected(kapso: Emulator, raw: Raw, platform: Raw) -> None:
    path = f"customers/{kapso.add_customer()}/whatsapp/phone_numbers"
    made = platform("POST", path, json={"whatsapp_phone_number": NEW})
    shown = made.json()["data"]
    assert made.status_code == 201
    assert {name: shown.get(name, "hidden") for name in NEW} == {**NEW, **dict.fromkeys(SECRET, "hidden")}
    kept = kapso.get(shown["internal_id"]) or {}
    assert {name: kept[name] for name in SECRET} == {name: NEW[name] for name in SECRET}
    platform("PATCH", ONE, json={"whatsapp_phone_number": {"calls_enabled": True, "webhook_destination_url": None}})
    assert raw.data(shown["internal_id"])["calls_enabled"] is True
    assert (kapso.get(shown["internal_id"]) or {})["webhook_destination_url"] is None
    deleted = platform("DELETE", ONE)
    assert (deleted.status_code, deleted.content, kapso.configs()) == (204, b"", [])
    assert [entry.applied for entry in kapso.writes()] == [True] * 3


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "answer"),
    [
        ("POST", CONNECT, {"phone_number_id": META_ID}, 409, "Phone number is already connected"),
        ("POST", CONNECT, {"kind": "sandbox", "phone_number_id": "sandbox"}, 409, "Phone number is already connected"),
        ("POST", CONNECT, {"phone_number_id": "3"}, 409, "Phone number limit reached for your plan"),
        ("POST", CONNECT, {"phone_number_id": META_ID, "name": None}, 422, "Name can't be blank"),
        ("POST", CONNECT, {"kind": "sandbox", "access_token": None}, 422, "Access token can't be blank"),
        ("POST", CONNECT, {"access_token": "refused"}, 422, "Access token is invalid"),
        ("POST", CONNECT, None, 422, "param is missing or the value is empty: whatsapp_phone_number"),
        ("POST", CONNECT.replace("known", "unknown"), {}, 404, "Customer not found"),
        ("PATCH", ONE, {"phone_number_id": "sandbox"}, 422, "Phone number has already been taken"),
        ("PATCH", ONE, {"name": None}, 422, "Name can't be blank"),
        ("PATCH", f"{NUMBERS}/sandbox", {"kind": "production"}, 422, "Phone number can't be blank"),
        ("PATCH", f"{NUMBERS}/3", {"name": "A"}, 404, NOT_FOUND["error"]),
        ("DELETE", f"{NUMBERS}/3", None, 404, NOT_FOUND["error"]),
        ("GET", f"{NUMBERS}/3/health", None, 404, NOT_FOUND["error"]),
    ],
)
def test_invalid_requests_are_refused(
    kapso: Emulator, platform: Raw, method: str, path: str, sent: Any, status: int, answer: str
) -> None:
    kapso.settings(refused_tokens=["refused"], number_limit=2)
    kapso.add_customer(id="known")
    kapso.add(phone_number_id=META_ID)
    kapso.add(phone_number_id=None, kind="sandbox")
    before = kapso.configs()
    values = {**NEW, **(sent or {})} if method == "POST" else sent
    response = platform(method, path, json={} if sent is None else {"whatsapp_phone_number": values})
    assert (response.status_code, response.json()) == (status, {"error": answer})
    assert kapso.configs() == before


@pytest.mark.parametrize(
    ("fields", "status", "connection"),
    [
        ({"webhook_verified_at": "2026-01-01T00:00:00Z"}, "healthy", True),
        ({}, "degraded", True),
        ({"status": "DISCONNECTED"}, "unhealthy", False),
        ({"status": None, "is_coexistence": True}, "degraded", None),
    ],
)
def test_health_has_the_state_of_a_number(
    kapso: Emulator, platform: Raw, fields: dict[str, Any], status: str, connection: bool | None
) -> None:
    kapso.add(phone_number_id=META_ID, **fields)
    report = platform("GET", f"{ONE}/health").json()
    assert (report["status"], report["checks"]["phone_number_connection"]["passed"]) == (status, connection)
    assert ("token_validity" in report["checks"]) is ("is_coexistence" in fields)


def test_health_is_repeated_for_three_minutes_and_longer_while_the_token_is_refused(
    kapso: Emulator, platform: Raw
) -> None:
    kapso.settings(clock_runs=False, health_per_second=60)
    config = kapso.add(phone_number_id=META_ID)

    def checked(later: float) -> tuple[str, str | None]:
        kapso.advance(later)
        report = platform("GET", f"{ONE}/health").json()
        return report["timestamp"][11:19], report.get("retry_after", "")[11:19] or None

    assert [checked(later) for later in (0, 179, 1)] == [("03:04:05", None), ("03:04:05", None), ("03:07:05", None)]
    kapso.settings(refused_tokens=["refused"])
    kapso.edit(config, access_token="refused")
    assert [checked(later) for later in (0, 299, 1, 900)] == [
        ("03:07:05", "03:12:05"),
        ("03:07:05", "03:12:05"),
        ("03:12:05", "03:27:05"),
        ("03:27:05", "03:57:05"),
    ]
    kapso.edit(config, access_token="good")
    assert checked(0) == ("03:27:05", None)


def test_health_has_its_own_limit_over_all_keys_of_a_project(kapso: Emulator) -> None:
    kapso.settings(clock_runs=False, keys={"a": "p", "b": "p"})
    kapso.add(phone_number_id=META_ID)
    clients = [Raw(kapso.platform_url, key) for key in ("a", "b")]
    told = []
    for number in range(7):
        kapso.advance(1 if number == 6 else 0)
        response = clients[number % 2]("GET", f"{ONE}/health")
        names = ("Second-Limit", "Second-Remaining", "Minute-Limit", "Minute-Remaining")
        counters = " ".join(response.headers[f"X-Health-RateLimit-{name}"] for name in names)
        told.append((response.status_code, counters, response.headers.get("Retry-After")))
    assert told[4:] == [(200, "5 0 60 55", None), (429, "5 0 60 54", "1"), (200, "5 4 60 53", None)]
    kapso.settings(health_per_minute=7)
    last = clients[0]("GET", f"{ONE}/health")
    assert (last.status_code, last.headers["Retry-After"]) == (429, "59")
    assert last.json()["message"].endswith("5 requests per second and 7 requests per minute per project.")


def test_a_new_number_may_be_hidden_for_a_while_but_for_the_list(kapso: Emulator, platform: Raw) -> None:
    kapso.settings(new_number_hidden=30, clock_runs=False)
    platform("POST", f"customers/{kapso.add_customer()}/whatsapp/phone_numbers", json={"whatsapp_phone_number": NEW})
    assert [row["id"] for row in platform.rows(NUMBERS)] == [META_ID]
    codes = []
    for later in (0, 29, 1):
        kapso.advance(later)
        codes.append(platform("GET", f"{ONE}/webhooks").status_code)
    assert codes == [404, 404, 200]
