# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenAPI description, and that nothing a client can send is answered with an unintended 500."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    [
        "name",
        "kind",
        "phone_number_id",
        "access_token",
        "webhook_destination_url",
        "calls_enabled",
        "external_customer_id",
    ]
)
LENIENT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def described(kapso: Emulator) -> dict[str, Any]:
    content: dict[str, Any] = requests.get(kapso.url.replace("/api/v1", "/openapi.json"), timeout=10).json()
    return content


def test_the_description_names_each_route_its_codes_and_the_key(kapso: Emulator) -> None:
    content = described(kapso)
    codes = {
        (method.upper(), path): sorted(operation["responses"])
        for path, operations in content["paths"].items()
        for method, operation in operations.items()
    }
    config, customer = "/api/v1/whatsapp_configs", "/api/v1/customers"
    assert codes == {
        ("GET", config): ["200", "401", "429"],
        ("GET", f"{config}/{{config_id}}"): ["200", "401", "404", "429"],
        ("PATCH", f"{config}/{{config_id}}"): ["200", "400", "401", "404", "422", "429"],
        ("DELETE", f"{config}/{{config_id}}"): ["204", "401", "404", "429"],
        ("GET", f"{config}/{{config_id}}/health"): ["200", "401", "404", "429"],
        ("GET", f"{customer}/{{customer_id}}/whatsapp_configs"): ["200", "401", "404", "429"],
        ("POST", f"{customer}/{{customer_id}}/whatsapp_configs"): ["201", "400", "401", "404", "422", "429"],
        ("GET", customer): ["200", "401", "429"],
        ("POST", customer): ["201", "400", "401", "422", "429"],
        ("GET", f"{customer}/{{customer_id}}"): ["200", "401", "404", "429"],
        ("PATCH", f"{customer}/{{customer_id}}"): ["200", "400", "401", "404", "422", "429"],
        ("DELETE", f"{customer}/{{customer_id}}"): ["204", "401", "404", "429"],
    }
    assert content["components"]["securitySchemes"]["ProjectKey"]["name"] == "X-API-Key"


def test_the_description_is_in_no_journal(kapso: Emulator) -> None:
    described(kapso)
    assert kapso.journal() == []


def test_what_is_shown_is_described(kapso: Emulator, raw: Raw) -> None:
    known = set(described(kapso)["components"]["schemas"]["WhatsappConfig"]["properties"])
    for vintage in ("omits", "nulls", "echoes"):
        kapso.settings(vintage=vintage)
        assert set(raw.data(kapso.add())) <= known


@LENIENT
@given(body=st.dictionaries(FIELDS | st.text(max_size=5), ANYTHING, max_size=4), nulls=st.booleans())
def test_no_body_is_a_500(kapso: Emulator, raw: Raw, body: dict[str, Any], nulls: bool) -> None:
    kapso.reset(null_clears=nulls, trim_values=True, lower_urls=True, mask_secrets=True)
    customer_id = kapso.add_customer()
    config_id = kapso.add(customer_id=customer_id)
    for envelope in ("whatsapp_config", "customer"):
        for method, path in (
            ("PATCH", f"whatsapp_configs/{config_id}"),
            ("POST", f"customers/{customer_id}/whatsapp_configs"),
            ("POST", "customers"),
            ("PATCH", f"customers/{customer_id}"),
        ):
            content = json.dumps({envelope: body})
            response = raw(method, path, data=content, headers={"Content-Type": "application/json"})
            assert response.status_code in {200, 201, 400, 422}
    for path in ("whatsapp_configs", "customers"):
        assert raw("GET", path, params={"q[name_cont]": "a"}).status_code == 200
    assert kapso.crashes() == []


@LENIENT
@given(
    path=st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30),
    query=st.dictionaries(
        st.sampled_from(["page", "per_page", "q[name_cont]", "q[created_at_gteq]", "business_account_id", "%"]),
        st.text(),
    ),
)
def test_no_path_or_query_is_a_500(kapso: Emulator, path: str, query: dict[str, str]) -> None:
    parts = urlsplit(kapso.url)
    text = "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        for route in (
            "whatsapp_configs",
            f"whatsapp_configs/{path}",
            f"customers/{path}/whatsapp_configs",
            "customers",
            path,
        ):
            connection.request("GET", f"{parts.path}/{route}?{text}", headers={"X-API-Key": kapso.key})
            response = connection.getresponse()
            assert response.status in {200, 404}
            json.loads(response.read())
    finally:
        connection.close()
    assert kapso.crashes() == []


@pytest.mark.parametrize("command", ["nothing", "_call", "__class__", ""])
def test_unknown_admin_commands_are_404(kapso: Emulator, command: str) -> None:
    root = kapso.url.removesuffix("/api/v1")
    assert requests.post(f"{root}/_emulator/{command}", timeout=10).status_code == 404
