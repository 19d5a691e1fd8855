# SPDX-License-Identifier: GPL-3.0-or-later
"""Test customers of the platform API, which shares its state with the legacy API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

UNKNOWN = "00000000-0000-4000-9000-00000000ffff"
START = "2026-01-02T03:04:05Z"
TAKEN = {"error": "External customer has already been taken"}
MISSING = {"error": "param is missing or the value is empty: customer"}
NOT_FOUND = {"error": "Customer not found"}
CLINIC = {"name": "Example Clinic", "external_customer_id": "clinic-7"}


def test_each_api_shows_the_writes_of_the_other(kapso: Emulator, raw: Raw, platform: Raw) -> None:
    made = platform("POST", "customers", json={"customer": CLINIC})
    shown = made.json()["data"]
    assert (made.status_code, shown) == (201, {**CLINIC, "id": shown["id"], "created_at": START, "updated_at": START})
    path = f"customers/{shown['id']}"
    assert raw("GET", path).json() == platform("GET", path).json() == made.json()
    raw("PATCH", path, json={"customer": {"name": "Renamed"}})
    assert platform("GET", path).json()["data"]["name"] == "Renamed"
    platform("PATCH", path, json={"customer": {"external_customer_id": None}})
    assert raw("GET", path).json()["data"]["external_customer_id"] is None
    number = kapso.add(customer_id=shown["id"])
    deleted = platform("DELETE", path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert [kapso.get(gone) for gone in (shown["id"], number)] == [None, None]
    assert [entry.applied for entry in kapso.writes()] == [True] * 4


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "answer"),
    [
        ("POST", "", {"customer": CLINIC}, 422, TAKEN),
        ("PATCH", "/other", {"customer": {"external_customer_id": "clinic-7"}}, 422, TAKEN),
        ("POST", "", {"customer": {}}, 422, {"error": "Name can't be blank"}),
        ("POST", "", {"customer": {"name": None}}, 422, {"error": "Name can't be blank"}),
        ("POST", "", {"customer": {"name": ""}}, 422, {"error": "Name can't be blank"}),
        ("POST", "", {"customer": {"name": 5}}, 422, {"error": "Name must be a string"}),
        ("PATCH", "/other", {"customer": {"name": None}}, 422, {"error": "Name can't be blank"}),
        ("POST", "", CLINIC, 422, MISSING),
        ("PATCH", "/other", {"client": CLINIC}, 422, MISSING),
        ("GET", f"/{UNKNOWN}", None, 404, NOT_FOUND),
        ("PATCH", f"/{UNKNOWN}", {"customer": CLINIC}, 404, NOT_FOUND),
        ("DELETE", f"/{UNKNOWN}", None, 404, NOT_FOUND),
        ("PUT", "/other", {"customer": CLINIC}, 404, {"error": "Not found"}),
    ],
)
def test_invalid_requests_are_refused(
    kapso: Emulator, platform: Raw, method: str, path: str, body: Any, status: int, answer: dict[str, str]
) -> None:
    kapso.add_customer(**CLINIC)
    kapso.add_customer(id="other")
    before = kapso.customers()
    response = platform(method, f"customers{path}", json=body)
    assert (response.status_code, response.json()) == (status, answer)
    assert kapso.customers() == before
    assert not kapso.journal()[-1].applied


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, "Shop South Shop North Clinic"),
        ({"name_contains": "shop"}, "Shop South Shop North"),
        ({"external_customer_id": "n"}, "Shop North"),
        ({"external_customer_id": "N"}, ""),
        ({"created_after": "2026-02-01T00:00:00Z"}, "Shop South Shop North"),
        ({"created_before": "2026-02-01T00:00:00Z", "name_contains": "c"}, "Clinic"),
        ({"q[name_cont]": "Clinic"}, "Shop South Shop North Clinic"),
        ({"page": 2, "per_page": 2}, "Clinic"),
    ],
)
def test_filters(kapso: Emulator, platform: Raw, query: dict[str, Any], names: str) -> None:
    kapso.add_customer(name="Clinic", external_customer_id="c")
    kapso.add_customer(name="Shop North", external_customer_id="n", created_at="2026-02-03T00:00:00Z")
    kapso.add_customer(name="Shop South", external_customer_id=None, created_at="2026-02-04T00:00:00Z")
    assert " ".join(row["name"] for row in platform.rows("customers", **query)) == names


def test_a_page_has_its_position_in_meta_and_in_headers(kapso: Emulator, platform: Raw) -> None:
    for _time in range(5):
        kapso.add_customer()
    response = platform("GET", "customers", params={"page": 2, "per_page": 2, "name_contains": "customer"})
    assert response.json()["meta"] == {"page": 2, "per_page": 2, "total_pages": 3, "total_count": 5}
    told = {"X-Total": "5", "X-Total-Pages": "3", "X-Per-Page": "2", "X-Page": "2"}
    assert {name: response.headers[name] for name in told} == told
    assert {name: link["url"].rpartition("?")[2] for name, link in response.links.items()} == {
        name: f"page={page}&per_page=2&name_contains=customer"
        for name, page in {"first": 1, "prev": 1, "next": 3, "last": 3}.items()
    }
    assert response.links["next"]["url"].startswith(f"{kapso.platform_url}/customers?")
    assert (
        platform("GET", response.links["next"]["url"].removeprefix(f"{kapso.platform_url}/")).json()["meta"]["page"]
        == 3
    )


@pytest.mark.parametrize(
    ("settings", "status", "answer"),
    [
        ({"api_version": "echoes"}, 201, None),
        ({"error_shape": "rails"}, 422, {"errors": {"name": ["can't be blank"]}}),
        ({"error_shape": "platform"}, 422, {"error": "Name can't be blank", "code": "error_422"}),
    ],
)
def test_settings_apply_to_both_apis(
    kapso: Emulator, platform: Raw, settings: dict[str, Any], status: int, answer: Any
) -> None:
    kapso.settings(**settings)
    response = platform("POST", "customers", json={"customer": {"name": "A" if status == 201 else ""}})
    assert response.status_code == status
    assert answer in (None, response.json())
