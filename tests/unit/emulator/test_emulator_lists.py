# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists: pages, filters, order; and customers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw


def test_pages_are_complete_and_newest_first(kapso: Emulator, raw: Raw) -> None:
    ids = kapso.add_many(45, name="Number {n}")
    assert raw.page()["meta"] == {"page": 1, "per_page": 20, "total_pages": 3, "total_count": 45}
    seen = [row["id"] for page in (1, 2, 3) for row in raw.rows(page=page)]
    assert seen == ids[::-1]
    assert raw.rows()[0]["name"] == "Number 45"
    assert raw.page(page=4) == {"data": [], "meta": {"page": 4, "per_page": 20, "total_pages": 3, "total_count": 45}}


def test_an_empty_list_has_no_pages(raw: Raw) -> None:
    assert raw.page() == {"data": [], "meta": {"page": 1, "per_page": 20, "total_pages": 0, "total_count": 0}}


@pytest.mark.parametrize(
    ("asked", "given"), [("100", 100), ("101", 100), ("0", 20), ("-3", 20), ("many", 20), ("²", 20)]
)
def test_per_page_is_capped_and_nonsense_ignored(kapso: Emulator, raw: Raw, asked: str, given: int) -> None:
    kapso.add()
    assert raw.page(per_page=asked)["meta"]["per_page"] == given


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"business_account_id": "222"}, {"Beta"}),
        ({"q[business_account_id_eq]": "111"}, {"Alpha"}),
        ({"q[name_cont]": "PHA"}, {"Alpha"}),
        ({"q[created_at_gteq]": "2026-01-01T12:00:00Z"}, {"Beta"}),
        ({"q[created_at_lteq]": "2026-01-01T12:00:00Z"}, {"Alpha"}),
        ({"q[created_at_gteq]": "yesterday"}, {"Alpha", "Beta"}),
        ({"phone_number_id": "100000000000001"}, {"Alpha", "Beta"}),
        ({"q[phone_number_id_eq]": "nothing"}, {"Alpha", "Beta"}),
    ],
)
def test_filters_filter_and_what_is_no_filter_is_ignored(
    kapso: Emulator, raw: Raw, params: dict[str, Any], names: set[str]
) -> None:
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
    assert raw("GET", "customers/nobody/whatsapp_configs").json() == {"error": "Customer not found"}


def test_customers_live_and_die(kapso: Emulator, raw: Raw) -> None:
    created = raw("POST", "customers", json={"customer": {"name": "ACME", "external_customer_id": "acme-1"}})
    assert created.status_code == 201
    customer = created.json()["data"]
    assert set(customer) == {"id", "name", "external_customer_id", "created_at", "updated_at"}
    path = f"customers/{customer['id']}"
    changed = raw("PATCH", path, json={"customer": {"name": "ACME Ltd"}})
    assert changed.json()["data"]["name"] == "ACME Ltd"
    assert raw("GET", path).json() == changed.json()
    config_id = kapso.add(customer_id=customer["id"])
    assert raw("DELETE", path).status_code == 204
    assert raw("GET", path).json() == {"error": "Customer not found"}
    assert raw.get(config_id).status_code == 404


def test_customers_are_refused_as_documented(raw: Raw) -> None:
    assert raw("POST", "customers", json={"customer": {"name": ""}}).json() == {"error": "Name can't be blank"}
    assert raw("POST", "customers", json={"customer": {"name": 1}}).json() == {"error": "Name must be a string"}
    assert raw("POST", "customers", json={"name": "Bare"}).status_code == 400
    body = {"customer": {"name": "ACME", "external_customer_id": "acme-1"}}
    assert raw("POST", "customers", json=body).status_code == 201
    again = raw("POST", "customers", json=body)
    assert (again.status_code, again.json()) == (422, {"error": "External customer has already been taken"})


def test_customers_are_listed_by_filters(kapso: Emulator, raw: Raw) -> None:
    kapso.add_customer(name="Alpha", external_customer_id="a")
    kapso.add_customer(name="Beta", external_customer_id="b")
    assert [row["name"] for row in raw.rows("customers")] == ["Beta", "Alpha"]
    assert [row["name"] for row in raw.rows("customers", **{"q[name_cont]": "alp"})] == ["Alpha"]
    assert [row["name"] for row in raw.rows("customers", **{"q[external_customer_id_eq]": "b"})] == ["Beta"]
    assert raw.page("customers", per_page=1)["meta"]["total_pages"] == 2
