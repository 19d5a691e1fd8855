# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a project that creates, changes and deletes configurations: planned before any write, deletions last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import project as project_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import reconcile

from tests.emulator import Emulator
from tests.support.examples import DECLARED
from tests.support.runner import Data, Runner, failed

UNKNOWN_ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"


@pytest.fixture
def customer(kapso: Emulator) -> str:
    """Return a customer without numbers."""
    return kapso.add_customer()


def wanted(customer_id: str, number: int, state: str = "present", **fields: Any) -> Data:
    """Return an entry with customer and number."""
    declared = {**DECLARED, "name": f"Clinic {number}", "phone_number_id": f"7000000{number:03}", **fields}
    if state == "absent":
        declared = {"phone_number_id": declared["phone_number_id"]}
    return {"customer_id": customer_id, "state": state, "fields": declared}


def methods(kapso: Emulator) -> list[str]:
    """Return the methods of the writes of the last run, in order."""
    return [entry.method for entry in kapso.writes()]


def lists_of_customers(kapso: Emulator) -> int:
    """Return the number of pages of customers' lists that the last run read."""
    return sum("/customers/" in entry.path and entry.method == "GET" for entry in kapso.journal())


def summary(result: Data) -> tuple[int, int, int, int, int]:
    """Return the counts of created, changed, deleted, unchanged and failed objects."""
    told = result["summary"]
    assert told["total"] == sum(told[key] for key in ("created", "changed", "deleted", "unchanged", "failed"))
    return told["created"], told["changed"], told["deleted"], told["unchanged"], told["failed"]


def mixed(kapso: Emulator, customer: str) -> tuple[list[Data], dict[str, str]]:
    """Return entries for all actions, and the IDs of the existing objects by action."""
    ids = {
        name: kapso.add(name=name, customer_id=customer, phone_number_id=f"7100000{number:03}")
        for number, name in enumerate(("kept", "edited", "deleted", "deleted by number", "not named"))
    }
    entries = [
        {"config_id": ids["deleted"], "state": "absent"},
        wanted(customer, 1),
        {"config_id": ids["kept"], "fields": {"name": "kept"}},
        {"customer_id": customer, "state": "absent", "fields": {"phone_number_id": "7100000003"}},
        {"config_id": ids["edited"], "fields": {"name": "Renamed"}},
        {"config_id": UNKNOWN_ID, "state": "absent"},
        wanted(customer, 2),
        {"customer_id": customer, "state": "absent", "fields": {"phone_number_id": "7999999999"}},
    ]
    return entries, ids


@pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
def test_creations_changes_and_deletions_in_one_task(
    kapso: Emulator, operator: Runner, customer: str, api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    entries, ids = mixed(kapso, customer)

    dry = operator.run(entries, check=True)
    assert methods(kapso) == []
    real = operator.run(entries)

    written = methods(kapso)
    assert sorted(written[:3]) == ["PATCH", "POST", "POST"]
    assert written[3:] == ["DELETE", "DELETE"]
    reads = [number for number, entry in enumerate(kapso.journal()) if entry.method == "GET"]
    assert max(reads) < min(number for number, entry in enumerate(kapso.journal()) if entry.method != "GET")
    assert summary(dry) == summary(real) == (2, 1, 2, 3, 0)
    assert dry["diff"] == real["diff"]
    assert [entry["changes"] for entry in dry["results"]] == [entry["changes"] for entry in real["results"]]
    assert [entry["changed"] for entry in real["results"]] == [True, True, False, True, True, False, True, False]
    assert [entry["config_id"] is None for entry in dry["results"]] == [False, True, *[False] * 4, True, True]

    left = {config["id"]: config["name"] for config in kapso.configs()}
    made = [real["results"][number]["config_id"] for number in (1, 6)]
    assert left == {
        ids["kept"]: "kept",
        ids["edited"]: "Renamed",
        ids["not named"]: "not named",
        made[0]: "Clinic 1",
        made[1]: "Clinic 2",
    }

    again = operator.run(entries)
    assert not again["changed"]
    assert summary(again) == (0, 0, 0, 8, 0)
    assert methods(kapso) == []


def test_creations_are_planned_before_anything_is_written(kapso: Emulator, operator: Runner, customer: str) -> None:
    other = kapso.add_customer()
    config_id = kapso.add(name="Shop")
    kapso.fault(method="GET", path=other, status=500)
    entries = [{"config_id": config_id, "fields": {"name": "New"}}, wanted(customer, 1), wanted(other, 2)]
    result = operator.run(entries, on_error="stop", retries=0)
    assert result["failed"]
    assert not result["changed"]
    assert methods(kapso) == []


def test_an_object_that_cannot_be_searched_does_not_stop_other_creations(
    kapso: Emulator, operator: Runner, customer: str
) -> None:
    result = operator.run([wanted(UNKNOWN_ID, 1), wanted(customer, 2), wanted(UNKNOWN_ID, 3, "absent")])
    assert result["failed"]
    assert summary(result) == (1, 0, 0, 1, 1)
    assert [bool(entry.get("failed")) for entry in result["results"]] == [True, False, False]
    assert methods(kapso) == ["POST"]


@pytest.mark.parametrize(("limit", "allowed"), [("4", False), ("5", True), ("62%", False), ("63%", True), ("0", False)])
def test_max_changes_counts_creations_changes_and_deletions(
    kapso: Emulator, operator: Runner, customer: str, limit: str, allowed: bool
) -> None:
    entries, _ids = mixed(kapso, customer)
    result = operator.run(entries, max_changes=limit)
    assert result["changed"] is allowed
    assert len(methods(kapso)) == (5 if allowed else 0)
    if not allowed:
        assert "5 of 8" in result["msg"]


@pytest.mark.parametrize("states", [("present", "present"), ("present", "absent"), ("absent", "absent")])
@pytest.mark.parametrize("turned", [False, True])
def test_one_object_under_two_entries_is_refused_before_the_first_write(
    kapso: Emulator, operator: Runner, customer: str, states: Sequence[str], turned: bool
) -> None:
    config_id = kapso.add(customer_id=customer, phone_number_id="7000000001")
    kapso.add_many(3, customer_id=customer)
    entries = [
        {"config_id": config_id, "state": states[0], "fields": {"name": "By id"}},
        wanted(customer, 1, states[1]),
        wanted(customer, 2),
    ]
    for check in (True, False):
        result = operator.run(entries[::-1] if turned else entries, check=check)
        assert result["failed"]
        assert not result["changed"]
        assert config_id in result["msg"]
        assert methods(kapso) == []


@pytest.mark.parametrize("count", [2, 3])
def test_the_same_number_of_a_customer_twice_is_refused_before_any_request(
    kapso: Emulator, operator: Runner, customer: str, count: int
) -> None:
    result = operator.run([wanted(customer, 1, name=f"Name {number}") for number in range(count)])
    assert result["failed"]
    assert "more than once" in result["msg"]
    assert kapso.journal() == []


def test_a_number_that_two_objects_have_is_an_error_wherever_they_are_in_the_list(
    kapso: Emulator, operator: Runner, customer: str
) -> None:
    """One of five pages is read, which has both numbers, but only one of two objects. Reading all would cost more."""
    other = kapso.add_customer()
    twin = kapso.add(customer_id=customer, phone_number_id="7000000001")
    kapso.add_many(450)
    shown = [
        kapso.add(customer_id=owner, phone_number_id=f"700000000{number}")
        for number, owner in ((1, customer), (2, other))
    ]
    result = operator.run([wanted(customer, 1, "absent"), wanted(other, 2, "absent")])
    assert [entry.params["page"] for entry in kapso.journal() if "/customers/" not in entry.path and entry.params] == [
        "1"
    ]
    assert failed(result) == [None]
    assert all(config_id in str(result["results"][0]["msg"]) for config_id in (twin, shown[0]))
    assert [entry.path.rsplit("/", 1)[-1] for entry in kapso.writes()] == [shown[1]]


def test_an_object_that_was_found_by_a_number_and_is_named_by_id_now_keeps_its_receipt(
    kapso: Emulator, operator: Runner, customer: str
) -> None:
    config_id = operator.run([wanted(customer, 1)])["results"][0]["config_id"]
    kapso.edit(config_id, phone_number_id="7000000002")
    entries = [{"config_id": config_id, "fields": wanted(customer, 2)["fields"]}, wanted(customer, 1, "absent")]
    assert operator.run(entries)["changed"]
    assert not operator.run(entries)["changed"]


def test_one_list_of_a_customer_serves_all_that_is_missing_there(kapso: Emulator, operator: Runner) -> None:
    customers = [kapso.add_customer() for _time in range(3)]
    entries = [wanted(customer, number * 10 + row) for number, customer in enumerate(customers) for row in range(10)]
    result = operator.run(entries)
    assert summary(result) == (30, 0, 0, 0, 0)
    assert lists_of_customers(kapso) == 3
    assert result["summary"]["requests"] == len(kapso.journal()) == 34

    again = operator.run(entries)
    assert not again["changed"]
    assert len(kapso.journal()) == 1


def test_complete_rows_in_the_projects_list_need_no_other_list(kapso: Emulator, operator: Runner) -> None:
    customers = [kapso.add_customer() for _time in range(120)]
    for number, customer in enumerate(customers):
        kapso.add(customer_id=customer, phone_number_id=f"7000000{number:03}", name=f"Clinic {number}")
    entries = [{**wanted(customer, number), "state": "absent"} for number, customer in enumerate(customers)]
    assert summary(operator.run(entries, check=True)) == (0, 0, 120, 0, 0)
    assert len(kapso.journal()) == 2


def test_a_server_without_the_projects_list_is_asked_for_the_customers_lists(
    kapso: Emulator, operator: Runner, customer: str
) -> None:
    kapso.settings(api_version="echoes")
    entries = [wanted(customer, number) for number in range(5)]
    operator.run(entries)
    assert not operator.run(entries)["changed"]
    assert lists_of_customers(kapso) == 1


def test_only_holds_for_deletions_too(kapso: Emulator, operator: Runner, customer: str) -> None:
    entries, ids = mixed(kapso, customer)
    result = operator.run(entries, only=[ids["edited"], "7000000001"])
    assert result["summary"]["total"] == 2
    assert sorted(methods(kapso)) == ["PATCH", "POST"]


def test_a_deletion_that_fails_is_counted_and_the_others_go_on(
    kapso: Emulator, operator: Runner, customer: str
) -> None:
    entries, ids = mixed(kapso, customer)
    kapso.fault(method="DELETE", path=ids["deleted"], status=409)
    result = operator.run(entries)
    assert summary(result) == (2, 1, 1, 3, 1)
    assert failed(result) == [ids["deleted"]]
    assert kapso.get(ids["deleted by number"]) is None


def test_a_project_that_was_killed_knows_its_creations(
    kapso: Emulator, operator: Runner, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends at the third creation. The receipts of the earlier creations are found by number."""
    entries = [wanted(customer, number) for number in range(6)]
    made: list[str] = []

    def act(client: Any, outcome: Any) -> Any:
        if len(made) == 3:
            raise KeyboardInterrupt
        done = reconcile.apply(client, outcome)
        made.append(str(done.target.object_id))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(project_module, "apply", act)
        with pytest.raises(KeyboardInterrupt):
            operator.run(entries, concurrency=1)
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in operator.receipts.glob("*.json")]
    assert sorted(document["id"] for document in documents if "fields" not in document) == sorted(made)

    result = operator.run(entries)
    assert summary(result) == (3, 0, 0, 3, 0)
    assert methods(kapso) == ["POST"] * 3


def test_all_entries_as_a_result_names_them(kapso: Emulator, operator: Runner, customer: str) -> None:
    entries, ids = mixed(kapso, customer)
    for entry, result in zip(entries, operator.run(entries)["results"], strict=True):
        assert result.get("customer_id") == entry.get("customer_id")
        assert result["config_id"] == entry.get("config_id", result["config_id"])
    assert operator.run([{"config_id": ids["kept"], "customer_id": customer}])["failed"]
    assert kapso.journal() == []
