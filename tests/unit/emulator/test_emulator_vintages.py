# SPDX-License-Identifier: GPL-3.0-or-later
"""The three generations of the API."""

from __future__ import annotations

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

OLDEST = {
    "id",
    "name",
    "display_name",
    "phone_number_id",
    "business_account_id",
    "customer_id",
    "created_at",
    "updated_at",
}
LATER = OLDEST | {
    "display_phone_number",
    "display_phone_number_normalized",
    "inbound_processing_enabled",
    "calls_enabled",
}
WEBHOOK = {"webhook_verify_token", "webhook_destination_url"}


@pytest.mark.parametrize(
    ("vintage", "shown"),
    [
        ("omits", LATER | {"kind", "is_coexistence", "webhook_verified_at"}),
        ("nulls", LATER | WEBHOOK),
        ("echoes", OLDEST | WEBHOOK),
    ],
)
def test_each_vintage_shows_its_own_fields(kapso: Emulator, raw: Raw, vintage: str, shown: set[str]) -> None:
    kapso.settings(vintage=vintage)
    assert set(raw.data(kapso.add())) == shown


def test_nulls_lists_the_webhook_fields_as_null_after_a_write_too(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="nulls")
    content = raw.patch(kapso.add(), webhook_verify_token="canary", webhook_destination_url="https://a.example").json()
    assert {content["data"][name] for name in WEBHOOK} == {None}


def test_echoes_shows_what_was_written_but_never_the_access_token(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="echoes")
    config_id = kapso.add()
    sent = {
        "webhook_verify_token": "canary-v",
        "webhook_destination_url": "https://a.example",
        "access_token": "canary-a",
    }
    content = raw.patch(config_id, **sent).json()["data"]
    assert {name: content[name] for name in WEBHOOK} == {name: sent[name] for name in WEBHOOK}
    assert "access_token" not in content
    assert raw.data(config_id) == content


def test_echoes_ignores_what_came_later(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="echoes")
    config_id = kapso.add()
    before = kapso.get(config_id)
    assert raw.patch(config_id, calls_enabled=True, kind="sandbox").status_code == 200
    assert kapso.get(config_id) == before


def test_echoes_has_neither_project_list_nor_health_nor_filters(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="echoes")
    customer_id = kapso.add_customer()
    config_id = kapso.add(customer_id=customer_id)
    assert raw("GET", "whatsapp_configs").status_code == 404
    assert raw("GET", f"whatsapp_configs/{config_id}/health").status_code == 404
    assert len(raw.rows(f"customers/{customer_id}/whatsapp_configs", business_account_id="other")) == 1


def test_echoes_demands_other_fields_at_creation(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="echoes")
    customer_id = kapso.add_customer()
    fields = {"name": "New", "phone_number_id": "1", "business_account_id": "2"}
    assert raw.create(customer_id, **fields).json() == {"error": "Webhook verify token can't be blank"}
    assert raw.create(customer_id, **fields, webhook_verify_token="canary").status_code == 201
    assert raw("POST", "customers", json={"customer": {"name": "No id"}}).status_code == 422
