# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the routes beyond the table of the API, which tests/integration/proof/emulator tests."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

META = {"phone_number_id": "100000000000777", "business_account_id": "200000000000777", "access_token": "canary-token"}
WEBHOOK = {"webhook_verify_token": "canary-v", "webhook_destination_url": "https://a.example"}


def test_get_shows_the_object_in_its_envelope(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add(name="Front desk", display_phone_number="+1 555-010-0001", customer_id="customer")
    response = raw.get(config_id)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == {
        "data": {
            "id": config_id,
            "name": "Front desk",
            "display_name": "Front desk (+15550100001)",
            "phone_number_id": "100000000000001",
            "business_account_id": "200000000000001",
            "kind": "production",
            "display_phone_number": "+1 555-010-0001",
            "display_phone_number_normalized": "15550100001",
            "is_coexistence": False,
            "webhook_verified_at": None,
            "customer_id": "customer",
            "inbound_processing_enabled": True,
            "calls_enabled": False,
            "created_at": "2026-01-02T03:04:05Z",
            "updated_at": "2026-01-02T03:04:05Z",
        }
    }


def test_each_project_has_its_own_objects(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(keys={kapso.key: "project-1", "other-key": "project-2"})
    foreign = kapso.add(project="project-2")
    assert raw.rows() == []
    assert raw.get(foreign, headers={"X-API-Key": "other-key"}).status_code == 200


def test_a_body_without_the_json_content_type_is_not_parsed(kapso: Emulator, raw: Raw) -> None:
    response = raw("PATCH", f"whatsapp_configs/{kapso.add()}", data='{"whatsapp_config": {"name": "Undeclared"}}')
    assert (response.status_code, response.json()["error"]) == (400, "missing_parameter")
    assert "whatsapp_config" in response.json()["message"]


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": None}, "Name can't be blank"),
        ({"name": 5}, "Name must be a string"),
        ({"phone_number_id": 100000000000001}, "Phone number must be a string"),
        ({"access_token": ""}, "Access token can't be blank"),
        ({"webhook_verify_token": ["x"]}, "Webhook verify token must be a string"),
        ({"webhook_destination_url": {}}, "Webhook destination url must be a string"),
        ({"calls_enabled": "yes"}, "Calls enabled must be true or false"),
        ({"inbound_processing_enabled": None}, "Inbound processing enabled can't be blank"),
        ({"kind": "toy"}, "Kind is not included in the list"),
    ],
)
def test_a_bad_value_is_a_422_and_changes_nothing(kapso: Emulator, raw: Raw, fields: dict[str, Any], text: str) -> None:
    config_id = kapso.add()
    before = kapso.get(config_id)
    response = raw.patch(config_id, **fields)
    assert (response.status_code, response.json()) == (422, {"error": text})
    assert kapso.get(config_id) == before
    assert not kapso.journal()[0].applied


def test_null_clears_a_webhook_field_and_keys_that_cannot_be_written_are_dropped(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    assert raw.patch(config_id, webhook_destination_url=None).status_code == 200
    state = kapso.get(config_id) or {}
    assert state["webhook_destination_url"] is None
    assert raw.patch(config_id, id="x", customer_id="y", display_name="z", nonsense=1).status_code == 200
    assert kapso.get(config_id) == state


def test_create_makes_an_object_of_the_customer(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer(name="ACME")
    content = raw.create(customer_id, name="New", **META).json()["data"]
    assert raw.rows(f"customers/{customer_id}/whatsapp_configs") == [content] == [raw.data(content["id"])]
    assert raw.rows(f"customers/{kapso.add_customer()}/whatsapp_configs") == []
    assert (content["customer_id"], content["name"], content["kind"]) == (customer_id, "New", "production")
    state = kapso.get(content["id"]) or {}
    assert (state["access_token"], state["webhook_destination_url"]) == ("canary-token", None)


def test_a_production_number_is_unique_in_its_project(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer()
    assert raw.create(customer_id, name="One", **META).status_code == 201
    again = raw.create(customer_id, name="Two", **META)
    assert (again.status_code, again.json()) == (422, {"error": "Phone number has already been taken"})
    assert raw.patch(kapso.add(), phone_number_id=META["phone_number_id"]).status_code == 422
    kapso.settings(keys={kapso.key: "project-1", "other": "project-2"})
    path = f"customers/{kapso.add_customer(project='project-2')}/whatsapp_configs"
    elsewhere = raw("POST", path, json={"whatsapp_config": {"name": "Three", **META}}, headers={"X-API-Key": "other"})
    assert elsewhere.status_code == 201
    sandbox = {"kind": "sandbox", "phone_number_id": "sandbox", "business_account_id": "sandbox"}
    assert [raw.create(customer_id, name=name, **sandbox).status_code for name in ("One", "Two")] == [201, 201]


def test_pages_are_complete_and_newest_first(kapso: Emulator, raw: Raw) -> None:
    ids = kapso.add_many(45, name="Number {n}")
    assert [row["id"] for page in (1, 2, 3) for row in raw.rows(page=page)] == ids[::-1]
    assert raw.rows()[0]["name"] == "Number 45"
    assert [raw.page(per_page=size)["meta"]["per_page"] for size in ("-3", "²")] == [20, 20]


def test_version_echoes_returns_write_only_fields_and_ignores_newer_ones(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(api_version="echoes")
    config_id = kapso.add()
    content = raw.patch(config_id, **WEBHOOK).json()["data"]
    assert {name: content[name] for name in WEBHOOK} == WEBHOOK
    assert raw.data(config_id) == content
    before = kapso.get(config_id)
    assert raw.patch(config_id, calls_enabled=True, kind="sandbox").status_code == 200
    assert kapso.get(config_id) == before


@pytest.mark.parametrize("command", ["nothing", "_call", "__class__", ""])
def test_the_admin_s_unknown_commands_are_404_and_the_description_is_in_no_journal(
    kapso: Emulator, command: str
) -> None:
    root = kapso.url.removesuffix("/api/v1")
    assert requests.post(f"{root}/_emulator/{command}", timeout=10).status_code == 404
    assert requests.get(f"{root}/openapi.json", timeout=10).status_code == 200
    assert kapso.journal() == []
