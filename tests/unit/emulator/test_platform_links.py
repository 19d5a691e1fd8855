# SPDX-License-Identifier: GPL-3.0-or-later
"""Test setup links of the platform API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

LINKS = "customers/known/setup_links"
DAY = 24 * 3600
NO_CUSTOMER, NO_LINK = "Customer not found", "Setup link not found"
OTHER_TYPE = "Allowed connection types must match the number to reconnect"
PROVISIONED = "Provision phone number must be false for a number to reconnect"
RECONNECT = {"reconnect_phone_number": "+1 555-000-0009"}


@pytest.fixture(autouse=True)
def _customer(kapso: Emulator) -> None:
    kapso.settings(clock_runs=False)
    kapso.add_customer(id="known")
    kapso.add_customer(id="strange", project="another")
    kapso.add(customer_id="known", display_phone_number="+1 555-000-0009")


def send(client: Raw, method: str, path: str, **values: Any) -> Any:
    response = client(method, path, json={"setup_link": values})
    return response.json().get("data") or (response.status_code, response.json())


def states(kapso: Emulator) -> str:
    return " ".join(link["status"] for link in kapso.setup_links())


def test_a_link_is_made_with_a_token_that_no_other_answer_shows(kapso: Emulator, platform: Raw) -> None:
    made = send(platform, "POST", LINKS)
    assert made == {
        "id": made["id"],
        "status": "active",
        "url": f"https://app.kapso.ai/whatsapp/setup/{made['token']}",
        "token": made["token"],
        "success_redirect_url": None,
        "failure_redirect_url": None,
        "allowed_origins": [],
        "allowed_connection_types": ["coexistence", "dedicated"],
        "provision_phone_number": False,
        "phone_number_area_code": None,
        "phone_number_country_isos": ["US"],
        "theme_config": None,
        "language": None,
        "meta_billing_mode": "customer_managed",
        "reconnect_phone_number": None,
        "whatsapp_setup_status": "pending",
        "whatsapp_setup_error": None,
        "provisioned_phone_number": None,
        "created_at": "2026-01-02T03:04:05Z",
        "expires_at": "2026-02-01T03:04:05Z",
    }
    del made["token"]
    assert platform.rows(LINKS) == [made]
    assert send(platform, "PATCH", f"{LINKS}/{made['id']}", language="pt") == {**made, "language": "pt"}
    assert [entry.applied for entry in kapso.writes()] == [True] * 2


def test_one_link_of_a_customer_is_active_at_most(kapso: Emulator, platform: Raw) -> None:
    first = send(platform, "POST", LINKS)["id"]
    kapso.add_setup_link(kapso.add_customer())
    send(platform, "POST", LINKS)
    assert states(kapso) == "revoked active active"
    send(platform, "PATCH", f"{LINKS}/{first}", status="active")
    assert states(kapso) == "active active revoked"
    send(platform, "PATCH", f"{LINKS}/{first}", status="revoked")
    assert states(kapso) == "revoked active revoked"
    assert [row["id"] for row in platform.rows(LINKS, status="revoked", per_page=1, page=2)] == [first]


def test_a_link_expires_unless_it_is_extended_in_time(kapso: Emulator, platform: Raw) -> None:
    path = f"{LINKS}/{kapso.add_setup_link('known')}"
    kapso.advance(29 * DAY)
    later = "2026-03-02T00:00:00Z"
    assert send(platform, "PATCH", path, expires_at=later)["expires_at"] == later
    kapso.advance(2 * DAY)
    assert platform.rows(LINKS)[0]["status"] == "active"
    kapso.advance(30 * DAY)
    assert [row["status"] for row in platform.rows(LINKS, status="expired")] == ["expired"]
    send(platform, "POST", LINKS)
    assert states(kapso) == "expired active"


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "answer"),
    [
        ("POST", LINKS, None, 422, "param is missing or the value is empty: setup_link"),
        ("POST", LINKS, {"language": "de"}, 422, "Language is not included in the list"),
        ("POST", LINKS, {"allowed_origins": ["http://app.example"]}, 422, "Allowed origins is invalid"),
        ("POST", LINKS, {"phone_number_country_isos": ["us"]}, 422, "Phone number country isos is invalid"),
        ("POST", LINKS, {"theme_config": {"primary_color": "red"}}, 422, "Theme config is invalid"),
        ("POST", LINKS, {"theme_config": {"color": "#ffffff"}}, 422, "Theme config is invalid"),
        (
            "POST",
            LINKS,
            {"reconnect_phone_number": "1"},
            422,
            "Reconnect phone number does not match a number of this customer",
        ),
        ("POST", LINKS, {**RECONNECT, "allowed_connection_types": ["coexistence"]}, 422, OTHER_TYPE),
        ("POST", LINKS, {**RECONNECT, "provision_phone_number": True}, 422, PROVISIONED),
        ("PATCH", f"{LINKS}/link", {"status": "used"}, 422, "Status cannot be changed to used"),
        ("PATCH", f"{LINKS}/link", {"expires_at": "tomorrow"}, 422, "Expires at is invalid"),
        ("PATCH", f"{LINKS}/unknown", {}, 404, NO_LINK),
        ("PATCH", "customers/bare/setup_links/link", {}, 404, NO_LINK),
        ("GET", "customers/unknown/setup_links", None, 404, NO_CUSTOMER),
        ("POST", "customers/strange/setup_links", {}, 404, NO_CUSTOMER),
        ("GET", f"{LINKS}/link", None, 404, "Not found"),
        ("DELETE", f"{LINKS}/link", None, 404, "Not found"),
    ],
)
def test_invalid_requests_are_refused(
    kapso: Emulator, platform: Raw, method: str, path: str, sent: Any, status: int, answer: str
) -> None:
    kapso.add_customer(id="bare")
    kapso.add_setup_link("known", id="link")
    before = kapso.setup_links()
    response = platform(method, path, json={} if sent is None else {"setup_link": sent})
    assert (response.status_code, response.json()) == (status, {"error": answer})
    assert kapso.setup_links() == before


def test_a_link_that_reconnects_a_number_is_bound_to_it(platform: Raw) -> None:
    made = send(platform, "POST", LINKS, **RECONNECT)
    assert {name: made[name] for name in (*RECONNECT, "allowed_connection_types", "provision_phone_number")} == {
        "reconnect_phone_number": "15550000009",
        "allowed_connection_types": ["dedicated"],
        "provision_phone_number": False,
    }


def test_fields_that_cannot_be_changed_are_ignored(kapso: Emulator, platform: Raw) -> None:
    made = send(platform, "POST", LINKS, meta_billing_mode="partner_managed", status="used")
    assert (made["meta_billing_mode"], made["status"]) == ("partner_managed", "active")
    changed = send(platform, "PATCH", f"{LINKS}/{made['id']}", meta_billing_mode="customer_managed", **RECONNECT)
    assert (changed["meta_billing_mode"], changed["reconnect_phone_number"]) == ("partner_managed", None)
    platform("DELETE", "customers/known")
    assert kapso.setup_links() == []
