# SPDX-License-Identifier: GPL-3.0-or-later
"""Phone numbers by the platform API: the configurations of the legacy API, addressed by their Meta id."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

NUMBERS = "whatsapp/phone_numbers"
META_ID = "100000000000777"
NOT_FOUND = {"error": "WhatsApp configuration not found"}


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


@pytest.mark.parametrize("path", ["whatsapp/phone-numbers", "whatsapp_configs", "phone_numbers"])
def test_the_other_generation_s_names_are_no_routes(platform: Raw, path: str) -> None:
    response = platform("GET", path)
    assert (response.status_code, response.json()) == (404, {"error": "Not found"})


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
def test_the_switches_hold_for_both_generations(
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
