# SPDX-License-Identifier: GPL-3.0-or-later
"""The routes of whatsapp_configs, with all settings at their defaults."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

META = {"phone_number_id": "100000000000777", "business_account_id": "200000000000777", "access_token": "canary-token"}


def test_get_shows_the_object_in_its_envelope(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add(name="Front desk", display_phone_number="+1 555-010-0001", customer_id="customer")
    response = raw.get(config_id)
    assert response.status_code == 200
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


def test_patch_changes_what_it_names_and_nothing_else(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    before = kapso.get(config_id)
    response = raw.patch(config_id, name="Täglich ☎", access_token="canary-1", calls_enabled=True)
    assert response.status_code == 200
    after = kapso.get(config_id)
    assert before is not None
    assert after is not None
    assert after == before | {
        "name": "Täglich ☎",
        "access_token": "canary-1",
        "calls_enabled": True,
        "updated_at": after["updated_at"],
    }
    assert after["updated_at"] > before["updated_at"]
    assert response.json()["data"] == raw.data(config_id)
    assert "canary-1" not in response.text


def test_delete_answers_204_with_nothing_and_then_404(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    response = raw("DELETE", f"whatsapp_configs/{config_id}")
    assert (response.status_code, response.content) == (204, b"")
    assert kapso.get(config_id) is None
    assert raw("DELETE", f"whatsapp_configs/{config_id}").status_code == 404


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_unknown_id_is_a_404_that_says_so(raw: Raw, method: str) -> None:
    response = raw(method, "whatsapp_configs/no-such-id", json={"whatsapp_config": {}})
    assert response.status_code == 404
    assert response.json() == {"error": "WhatsApp configuration not found"}


def test_another_project_s_object_looks_unknown(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(keys={kapso.key: "project-1", "other-key": "project-2"})
    foreign = kapso.add(project="project-2")
    assert raw.get(foreign).status_code == 404
    assert raw.patch(foreign, name="Mine").status_code == 404
    assert raw.rows() == []
    assert raw.get(foreign, headers={"X-API-Key": "other-key"}).status_code == 200


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_a_missing_or_wrong_key_is_a_401(kapso: Emulator, raw: Raw, key: str | None) -> None:
    response = raw.get(kapso.add(), headers={"X-API-Key": key})
    assert response.status_code == 401
    assert response.json() == {"error": "Invalid or missing API key"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "nothing"),
        ("GET", "whatsapp_configs/"),
        ("POST", "whatsapp_configs"),
        ("PUT", "whatsapp_configs/x"),
        ("GET", "whatsapp_configs/x/webhook"),
    ],
)
def test_an_unknown_route_or_verb_is_a_404_even_without_a_key(raw: Raw, method: str, path: str) -> None:
    response = raw(method, path, headers={"X-API-Key": None})
    assert (response.status_code, response.json()) == (404, {"error": "Not found"})


@pytest.mark.parametrize(
    ("config_id", "on_the_wire"),
    [
        ("a/b", "a%2Fb"),
        ("50%", "50%25"),
        ("a%2Fb", "a%252Fb"),
        ("ä b", "%C3%A4%20b"),
        ("..", "%2E%2E"),
        ("a?b#c", "a%3Fb%23c"),
    ],
)
def test_the_id_in_the_path_is_decoded_once(kapso: Emulator, raw: Raw, config_id: str, on_the_wire: str) -> None:
    kapso.add(id=config_id)
    connection = http.client.HTTPConnection(urlsplit(raw.url).netloc, timeout=10)
    connection.request("GET", f"/api/v1/whatsapp_configs/{on_the_wire}", headers={"X-API-Key": kapso.key})
    response = connection.getresponse()
    assert (response.status, response.read().count(b'"data"')) == (200, 1)
    connection.close()
    assert kapso.journal()[0].path == f"/api/v1/whatsapp_configs/{on_the_wire}"


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"name": "Bare"}},
        {"json": {"whatsapp_config": None}},
        {"json": {"whatsapp_config": ["name"]}},
        {"json": []},
        {},
        {"data": '{"whatsapp_config": {"name": "Undeclared"}}'},
    ],
)
def test_a_missing_envelope_is_a_400_that_names_the_parameter(kapso: Emulator, raw: Raw, options: Any) -> None:
    config_id = kapso.add(name="Old")
    response = raw("PATCH", f"whatsapp_configs/{config_id}", **options)
    assert response.status_code == 400
    assert response.json()["error"] == "missing_parameter"
    assert "whatsapp_config" in response.json()["message"]
    assert raw.data(config_id)["name"] == "Old"


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000, b'{"whatsapp_config": NaN}'])
def test_a_body_that_is_not_json_is_a_400(kapso: Emulator, raw: Raw, body: bytes) -> None:
    path = f"whatsapp_configs/{kapso.add()}"
    response = raw("PATCH", path, data=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]) == (400, "Invalid parameters")


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


def test_null_clears_a_webhook_field(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    assert raw.patch(config_id, webhook_destination_url=None).status_code == 200
    state = kapso.get(config_id)
    assert state is not None
    assert state["webhook_destination_url"] is None


def test_keys_that_cannot_be_written_are_dropped(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    before = kapso.get(config_id)
    assert raw.patch(config_id, id="x", customer_id="y", display_name="z", nonsense=1).status_code == 200
    assert kapso.get(config_id) == before


def test_create_makes_an_object_of_the_customer(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer(name="ACME")
    response = raw.create(customer_id, name="New", **META)
    assert response.status_code == 201
    content = response.json()["data"]
    assert (content["customer_id"], content["name"], content["kind"]) == (customer_id, "New", "production")
    assert raw.data(content["id"]) == content
    state = kapso.get(content["id"])
    assert state is not None
    assert (state["access_token"], state["webhook_destination_url"]) == ("canary-token", None)
    assert raw.rows(f"customers/{customer_id}/whatsapp_configs") == [content]


def test_create_names_what_is_missing(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer()
    response = raw.create(customer_id, name="New", phone_number_id="1")
    assert response.status_code == 422
    assert response.json() == {"error": "Business account can't be blank, Access token can't be blank"}
    assert raw.create(customer_id, name="Sandbox", kind="sandbox").status_code == 201
    assert raw.create("no-such-customer", name="New", **META).json() == {"error": "Customer not found"}
    assert len(kapso.configs()) == 1


def test_a_production_number_is_unique_in_its_project(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer()
    assert raw.create(customer_id, name="One", **META).status_code == 201
    again = raw.create(customer_id, name="Two", **META)
    assert (again.status_code, again.json()) == (422, {"error": "Phone number has already been taken"})
    other = kapso.add()
    assert raw.patch(other, phone_number_id=META["phone_number_id"]).status_code == 422
    kapso.settings(keys={kapso.key: "project-1", "other": "project-2"})
    foreign = kapso.add_customer(project="project-2")
    path = f"customers/{foreign}/whatsapp_configs"
    elsewhere = raw("POST", path, json={"whatsapp_config": {"name": "Three", **META}}, headers={"X-API-Key": "other"})
    assert elsewhere.status_code == 201


def test_sandbox_numbers_need_not_be_unique(kapso: Emulator, raw: Raw) -> None:
    sandbox = {"kind": "sandbox", "phone_number_id": "sandbox", "business_account_id": "sandbox"}
    customer_id = kapso.add_customer()
    assert [raw.create(customer_id, name=name, **sandbox).status_code for name in ("One", "Two")] == [201, 201]


def test_health_stands_in_no_envelope(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    content = raw("GET", f"whatsapp_configs/{config_id}/health").json()
    assert (content["status"], content["checks"]["webhook_verified"]["passed"]) == ("degraded", False)
    kapso.edit(config_id, webhook_verified_at="2026-01-02T00:00:00Z")
    assert raw("GET", f"whatsapp_configs/{config_id}/health").json()["status"] == "healthy"
    assert raw("GET", "whatsapp_configs/nobody/health").status_code == 404
