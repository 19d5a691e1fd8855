# SPDX-License-Identifier: GPL-3.0-or-later
"""What the routes do beyond the table of the API, to which tests/integration/proof/emulator holds them."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

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
    ("body", "error"),
    [
        (b'{"name": "Bare"}', "missing_parameter"),
        (b'{"whatsapp_config": null}', "missing_parameter"),
        (b'{"whatsapp_config": ["name"]}', "missing_parameter"),
        (b"[]", "missing_parameter"),
        (None, "missing_parameter"),
        (b"{", "Invalid parameters"),
        (b"\xff", "Invalid parameters"),
        (b"[" * 100_000, "Invalid parameters"),
        (b'{"whatsapp_config": NaN}', "Invalid parameters"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_body_that_is_no_json_in_its_envelope_is_a_400(
    kapso: Emulator, raw: Raw, body: bytes | None, error: str
) -> None:
    headers = {"Content-Type": "application/json"} if body else {}
    response = raw("PATCH", f"whatsapp_configs/{kapso.add()}", data=body, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, error)


def test_a_body_that_is_not_declared_as_json_is_none(kapso: Emulator, raw: Raw) -> None:
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
    assert (content["customer_id"], content["name"], content["kind"]) == (customer_id, "New", "production")
    state = kapso.get(content["id"]) or {}
    assert (state["access_token"], state["webhook_destination_url"]) == ("canary-token", None)


def test_create_names_what_is_missing(kapso: Emulator, raw: Raw) -> None:
    customer_id = kapso.add_customer()
    response = raw.create(customer_id, name="New", phone_number_id="1")
    assert response.json() == {"error": "Business account can't be blank, Access token can't be blank"}
    assert raw.create(customer_id, name="Sandbox", kind="sandbox").status_code == 201
    assert raw.create("no-such-customer", name="New", **META).json() == {"error": "Customer not found"}
    assert len(kapso.configs()) == 1


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


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"business_account_id": "222"}, {"Beta"}),
        ({"q[business_account_id_eq]": "111"}, {"Alpha"}),
        ({"q[name_cont]": "PHA"}, {"Alpha"}),
        ({"q[created_at_gteq]": "2026-01-01T12:00:00Z"}, {"Beta"}),
        ({"q[created_at_lteq]": "2026-01-01T12:00:00Z"}, {"Alpha"}),
        ({"q[created_at_gteq]": "yesterday"}, {"Alpha", "Beta"}),
        ({"q[phone_number_id_eq]": "nothing"}, {"Alpha", "Beta"}),
    ],
)
def test_filters_leave_what_matches(kapso: Emulator, raw: Raw, params: dict[str, Any], names: set[str]) -> None:
    customer_id = kapso.add_customer()
    kapso.add(name="Alpha", business_account_id="111", created_at="2026-01-01T00:00:00Z", customer_id=customer_id)
    kapso.add(name="Beta", business_account_id="222", created_at="2026-01-02T00:00:00Z", customer_id=customer_id)
    for path in ("whatsapp_configs", f"customers/{customer_id}/whatsapp_configs"):
        assert {row["name"] for row in raw.rows(path, **params)} == names


def test_a_customer_s_list_holds_the_customer_s_alone(kapso: Emulator, raw: Raw) -> None:
    customer_id, empty_id = kapso.add_customer(), kapso.add_customer()
    own = kapso.add(customer_id=customer_id)
    kapso.add()
    assert [row["id"] for row in raw.rows(f"customers/{customer_id}/whatsapp_configs")] == [own]
    assert raw.rows(f"customers/{empty_id}/whatsapp_configs") == []


def test_customers_live_and_take_their_objects_with_them(kapso: Emulator, raw: Raw) -> None:
    created = raw("POST", "customers", json={"customer": {"name": "ACME", "external_customer_id": "acme-1"}})
    path = f"customers/{created.json()['data']['id']}"
    changed = raw("PATCH", path, json={"customer": {"name": "ACME Ltd"}})
    assert changed.json()["data"]["name"] == "ACME Ltd"
    assert raw("GET", path).json() == changed.json()
    config_id = kapso.add(customer_id=created.json()["data"]["id"])
    assert raw("DELETE", path).status_code == 204
    assert raw("GET", path).json() == {"error": "Customer not found"}
    assert raw.get(config_id).status_code == 404


def test_nulls_lists_the_webhook_fields_as_null_after_a_write_too(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="nulls")
    content = raw.patch(kapso.add(), **WEBHOOK).json()["data"]
    assert {content[name] for name in WEBHOOK} == {None}


def test_echoes_shows_what_was_written_and_ignores_what_came_later(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(vintage="echoes")
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
