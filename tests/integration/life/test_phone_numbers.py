# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the special behavior of phone numbers in the platform API: their ID is their key, and they cannot move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import NUMBER, UNKNOWN
from tests.support.runner import Runner, reasons
from tests.support.shared_time import SharedTime

MODULE = "kapso.whatsapp.kapso_whatsapp_phone_number"
KEY = "clinic-7"
FIELDS: dict[str, Any] = {
    "name": "Front desk",
    "business_account_id": "200000000000001",
    "access_token": "canary-access-1",
    "webhook_destination_url": "https://hooks.example.org/wa",
}


@pytest.fixture
def task(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner of tasks about one number, which is not connected yet."""
    kapso.add_customer(external_customer_id=KEY)
    return Runner(
        kapso, receipts, MODULE, time=shared_time, platform_api_url=kapso.platform_url, phone_number_id=NUMBER
    )


def numbers(kapso: Emulator) -> list[dict[str, Any]]:
    """Return the connected numbers with that ID."""
    return [config for config in kapso.configs() if config["phone_number_id"] == NUMBER]


def test_a_number_is_connected_under_its_customer_and_then_left_alone(kapso: Emulator, task: Runner) -> None:
    (customer,) = kapso.customers()
    dry = task.dry_run(external_customer_id=KEY, fields=FIELDS)
    made = task.run(external_customer_id=KEY, fields=FIELDS)

    assert (made["changed"], made["changes"], made["diff"]) == (True, dry["changes"], dry["diff"])
    assert (made["id"], made["phone_number_id"], made["parent"]) == (NUMBER, NUMBER, customer["id"])
    assert kapso.short() == "GET GET POST"  # the customer, the number, and the connection
    assert kapso.writes()[0].path.endswith(f"/customers/{customer['id']}/whatsapp/phone_numbers")
    (number,) = numbers(kapso)
    assert number["customer_id"] == customer["id"]
    assert {name: number[name] for name in FIELDS} == FIELDS

    for named in ({}, {"customer_id": customer["id"]}, {"external_customer_id": KEY}):
        assert task.run(**dict[str, Any](named), fields=FIELDS)["changed"] is False
    changed = task.run(fields={**FIELDS, "name": "Desk", "access_token": "canary-access-2"})
    assert reasons(changed) == {"name": "declared", "access_token": "value_changed"}
    assert kapso.short() == "GET PATCH"
    kapso.fault(method="GET", count=1, omit=["inbound_processing_enabled"])
    task.dry_run(fields={"inbound_processing_enabled": True})
    assert kapso.short() == "GET"  # a field that a single read leaves out is not read again
    cleared = task.run(fields={}, clear=["webhook_destination_url"])
    assert [(change["field"], change["after"]) for change in cleared["changes"]] == [("webhook_destination_url", None)]
    assert numbers(kapso)[0]["webhook_destination_url"] is None
    assert task.run(fields={}, clear=["webhook_destination_url"])["changed"] is False


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "it does not exist, and creating it needs customer_id or external_customer_id"),
        ({"external_customer_id": "clinic-8"}, "no customer has external_customer_id clinic-8"),
        ({"customer_id": UNKNOWN}, f"there is no customer {UNKNOWN}"),
        (
            {"external_customer_id": KEY, "fields": {"name": "Desk"}},
            "needs fields.business_account_id, fields.access_token",
        ),
        (
            {"external_customer_id": KEY, "fields": {"name": "Desk", "kind": "sandbox"}},
            "needs fields.business_account_id, fields.access_token",
        ),
        ({"customer_id": "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22", "external_customer_id": KEY}, "not both"),
        (
            {"fields": {"business_account_id": NUMBER}},
            "phone_number_id and fields.business_account_id have the same id",
        ),
    ],
)
def test_missing_fields_of_a_connection_are_named_before_any_write(
    kapso: Emulator, task: Runner, options: dict[str, Any], said: str
) -> None:
    for check in (True, False):
        result = task.run(check=check, **{"fields": FIELDS, **options})
        assert result["failed"]
        assert said in result["msg"]
        assert kapso.writes() == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_number_of_another_customer_is_not_moved_and_not_disconnected(
    kapso: Emulator, task: Runner, state: str
) -> None:
    other = kapso.add_customer()
    kapso.add(customer_id=other, phone_number_id=NUMBER)

    result = task.run(external_customer_id=KEY, state=state, fields=FIELDS)

    assert f"it belongs to customer {other}, and cannot be moved" in result["msg"]
    assert "correct external_customer_id" in result["msg"]
    assert kapso.writes() == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_number_without_a_customer_is_not_moved_or_deleted(kapso: Emulator, task: Runner, state: str) -> None:
    kapso.add(customer_id=None, phone_number_id=NUMBER)
    result = task.run(external_customer_id=KEY, state=state, fields=FIELDS)
    assert "it belongs to no customer, and cannot be moved" in result["msg"]
    assert kapso.writes() == []
    kapso.settings(omit_fields=["customer_id"])  # then the customer is not known
    assert "failed" not in task.run(external_customer_id=KEY, state=state, fields=FIELDS)


def test_the_list_is_that_of_the_project_or_of_a_customer(kapso: Emulator) -> None:
    customer = kapso.add_customer(external_customer_id=KEY)
    mine, other = (kapso.add(customer_id=owner) for owner in (customer, kapso.add_customer()))
    ids = {(kapso.get(config) or {})["phone_number_id"]: config for config in (mine, other)}
    look = Runner(kapso, None, f"{MODULE}_info", platform_api_url=kapso.platform_url)

    assert {row["id"]: row["internal_id"] for row in look.run()["phone_numbers"]} == ids
    for chosen in ({"customer_id": customer}, {"external_customer_id": KEY}):
        assert [row["internal_id"] for row in look.run(**dict[str, Any](chosen))["phone_numbers"]] == [mine]
    both = look.run(customer_id=customer, external_customer_id=KEY)
    assert "give customer_id or external_customer_id, not both" in both["msg"]


def test_health_is_read_at_the_pace_that_kapso_allows(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> None:
    kapso.add_many(12)
    look = Runner(kapso, receipts, f"{MODULE}_info", time=shared_time, platform_api_url=kapso.platform_url)

    rows = look.run(health=True)["phone_numbers"]

    assert {row["health"]["status"] for row in rows} <= {"healthy", "degraded", "unhealthy"}
    statuses = [entry.status for entry in kapso.journal() if entry.path.endswith("/health")]
    assert statuses == [200] * 12
    assert shared_time.slept == pytest.approx([1.0, 1.0])
    assert "health" not in look.run()["phone_numbers"][0]
    look.run(health=True)  # the next item of the same loop
    assert [e.status for e in kapso.journal() if e.path.endswith("/health")] == [200] * 12


def test_a_number_is_disconnected_once(kapso: Emulator, task: Runner) -> None:
    task.run(external_customer_id=KEY, fields=FIELDS)
    gone = task.run(state="absent")
    assert (gone["changed"], kapso.short(), numbers(kapso)) == (True, "GET DELETE", [])
    assert task.run(state="absent")["changed"] is False
    assert task.kept_receipts() == {}


def test_a_connection_without_an_answer_is_found_by_the_id(kapso: Emulator, task: Runner) -> None:
    kapso.fault(method="POST", drop="after")
    made = task.run(external_customer_id=KEY, fields=FIELDS)
    assert (made["changed"], made.get("failed")) == (True, None)
    assert len(numbers(kapso)) == 1
    assert task.run(fields=FIELDS)["changed"] is False


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_answer_about_another_number_stops_the_run(kapso: Emulator, task: Runner, state: str) -> None:
    kapso.add(phone_number_id=NUMBER)
    kapso.fault(method="GET", path=f"/phone_numbers/{NUMBER}", json={"data": {"id": "999", "name": "Desk"}})
    result = task.run(state=state, fields=FIELDS)
    assert "the answer is about another object" in result["msg"]
    assert kapso.writes() == []


@pytest.mark.parametrize(("given", "asked"), [(True, "true"), ("yes", "true"), (False, "false")])
def test_a_filter_that_is_true_or_false_is_asked_for_as_the_api_spells_it(
    kapso: Emulator, given: object, asked: str
) -> None:
    look = Runner(kapso, None, f"{MODULE}_info", platform_api_url=kapso.platform_url)
    assert "failed" not in look.run(messaging_enabled=given)
    assert kapso.journal()[0].query.endswith(f"messaging_enabled={asked}")
    assert look.run(messaging_enabled="maybe")["msg"].startswith("messaging_enabled must be true or false")


def test_a_number_whose_customer_does_not_exist_is_disconnected(kapso: Emulator, task: Runner) -> None:
    gone = task.run(state="absent", external_customer_id="clinic-8")
    assert (gone["changed"], gone.get("failed")) == (False, None)
    kapso.add(phone_number_id=NUMBER)  # this number exists
    assert "no customer has" in task.run(state="absent", external_customer_id="clinic-8")["msg"]
    assert kapso.writes() == []


def test_a_number_whose_health_cannot_be_read_is_named(kapso: Emulator) -> None:
    kapso.add(phone_number_id=NUMBER)
    kapso.fault(path=f"/{NUMBER}/health", status=404)
    look = Runner(kapso, None, f"{MODULE}_info", platform_api_url=kapso.platform_url)
    other = kapso.get(kapso.add())
    assert other is not None

    looked = look.run(health=True)
    assert {row["id"]: row["health"] is None for row in looked["phone_numbers"]} == {
        NUMBER: True,
        other["phone_number_id"]: False,
    }
    assert f"reading the health of {NUMBER} failed, so that it is null: " in looked["warnings"][0]
    kapso.fault(path="/health", status=401)
    assert f"reading the health of {other['phone_number_id']} failed: " in look.run(health=True)["msg"]


def test_a_retried_health_request_is_a_warning(kapso: Emulator, shared_time: SharedTime) -> None:
    kapso.add(phone_number_id=NUMBER)
    kapso.fault(path=f"/{NUMBER}/health", status=429, count=1)
    look = Runner(kapso, None, f"{MODULE}_info", time=shared_time, platform_api_url=kapso.platform_url)
    assert look.run(health=True)["warnings"] == [
        "requests were repeated after: HTTP 429",
        "waited 60 s for the rate limit of the API",
    ]
