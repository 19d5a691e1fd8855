# SPDX-License-Identifier: GPL-3.0-or-later
"""Test several kinds of objects in one run: parents first, references to new objects, and few requests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.runner import PROJECT, Data, Runner
from tests.support.shared_time import SharedTime

HOOK = "https://hooks.example.org/wa"


@pytest.fixture
def project(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner of tasks about all objects of a project."""
    return Runner(kapso, receipts, PROJECT, time=shared_time, platform_api_url=kapso.platform_url)


def customer(number: int, **more: Any) -> Data:
    """Return an entry of a customer by its external ID."""
    return {"external_customer_id": f"clinic-{number}", "fields": {"name": f"Clinic {number}"}, **more}


def phone(number: int, owner: int = 1, **more: Any) -> Data:
    """Return an entry of a phone number of a customer."""
    fields = {"name": f"Desk {number}", "business_account_id": "200000000000001", "access_token": "EXAMPLE-TOKEN"}
    return {
        "phone_number_id": f"1000000{number:05}",
        "external_customer_id": f"clinic-{owner}",
        "fields": fields,
        **more,
    }


def hook(number: int, which: str = "", **more: Any) -> Data:
    """Return an entry of a webhook of a number."""
    fields = {"events": ["whatsapp.message.received"], "secret_key": "EXAMPLE-SECRET"}
    return {"phone_number_id": f"1000000{number:05}", "url": HOOK + which, "fields": fields, **more}


def gone(entry: Data) -> Data:
    """Return the entry, declared absent."""
    return {**{name: value for name, value in entry.items() if name != "fields"}, "state": "absent"}


def whole(customers: int = 1, each: int = 2) -> Data:
    """Return a project with customers, `each` numbers of each customer, and a webhook of each number."""
    phones = [(owner, owner * 100 + number) for owner in range(1, customers + 1) for number in range(each)]
    return {
        "customers": [customer(owner) for owner in range(1, customers + 1)],
        "phone_numbers": [phone(number, owner) for owner, number in phones],
        "webhooks": [hook(number) for _owner, number in phones],
    }


def kinds(entries: list[Entry]) -> list[str]:
    """Return the kind of object of each write, which is the last part of the path of its list."""
    return [
        f"{entry.method} {next(word for word in reversed(entry.path.split('/')) if word.isalpha() or '_' in word)}"
        for entry in entries
    ]


def summary(result: Data) -> Data:
    """Return the counts of a result that are not 0."""
    return {name: count for name, count in result["summary"].items() if count and isinstance(count, int)}


def test_a_project_is_made_in_the_order_of_dependence_and_as_planned(kapso: Emulator, project: Runner) -> None:
    declared = whole(2)

    dry = project.dry_run(**declared)
    real = project.run(**declared)

    assert kinds(kapso.writes()) == ["POST customers"] * 2 + ["POST phone_numbers"] * 4 + ["POST webhooks"] * 4
    assert len(kapso.journal()) == 10 + 2  # the lists of customers and numbers; without numbers there are no webhooks
    assert dry["diff"] == real["diff"]
    assert [entry["changes"] for entry in dry["results"]] == [entry["changes"] for entry in real["results"]]
    assert [entry["parent"] for entry in dry["results"] if "phone_number" in entry["resource"]] == [
        "(known after apply)"
    ] * 4
    owners = {row["external_customer_id"]: row["id"] for row in kapso.customers()}
    assert [entry["parent"] for entry in real["results"] if "phone_number" in entry["resource"]] == [
        owners["clinic-1"],
        owners["clinic-1"],
        owners["clinic-2"],
        owners["clinic-2"],
    ]
    assert summary(real) == {"total": 10, "created": 10, "requests": 12}

    again = project.run(**declared)
    assert (again["changed"], kapso.short()) == (False, "GET GET GET")


def test_differences_are_sent_and_each_list_is_read_once(kapso: Emulator, project: Runner) -> None:
    declared = whole(3, 50)
    project.run(**declared, concurrency=8)
    for number in (0, 70):
        declared["phone_numbers"][number]["fields"]["name"] = "Reception"
        declared["webhooks"][number]["fields"]["events"] = ["whatsapp.message.sent"]
    declared["customers"][1]["fields"]["name"] = "Renamed"

    result = project.run(**declared)

    assert sorted(kinds(kapso.writes())) == [
        "PATCH customers",
        "PATCH phone_numbers",
        "PATCH phone_numbers",
        "PATCH webhooks",
        "PATCH webhooks",
    ]
    assert result["summary"]["requests"] == len(kapso.journal()) == (1 + 2 + 2) + 5


def test_customers_that_are_only_referred_to_are_looked_up_once(kapso: Emulator, project: Runner) -> None:
    declared = whole(2, 5)
    project.run(**declared)

    result = project.run(phone_numbers=declared["phone_numbers"])

    assert not result["changed"]
    assert kapso.short() == "GET GET"
    unknown = project.run(phone_numbers=[phone(number, 9) for number in range(900, 905)])
    assert "no customer has external_customer_id clinic-9" in unknown["msg"]
    assert len(kapso.journal()) == 1


def test_a_dry_run_shows_the_customer_of_a_new_number(kapso: Emulator, project: Runner) -> None:
    project.run(customers=[customer(1)])

    result = project.dry_run(phone_numbers=[phone(100)], return_data=True)

    assert result["results"][0]["data"]["customer_id"] == kapso.customers()[0]["id"]


def test_children_of_an_object_that_was_not_created_are_not_attempted(kapso: Emulator, project: Runner) -> None:
    kapso.fault(method="POST", path="/customers", status=422, count=1)

    result = project.run(**whole(2), concurrency=1)

    assert kinds(kapso.writes()) == ["POST customers"] * 2 + ["POST phone_numbers"] * 2 + ["POST webhooks"] * 2
    failed = [entry for entry in result["results"] if entry.get("failed")]
    assert len(failed) == 5
    assert "not tried, because customer clinic-1 was not created: Kapso rejected" in failed[1]["msg"]
    assert "not tried, because WhatsApp phone number 100000000100 was not created" in failed[3]["msg"]
    assert all(entry["error"]["outcome"] == "not_sent" for entry in failed[1:])
    again = project.run(**whole(2))
    assert summary(again) == {"total": 10, "created": 5, "unchanged": 5, "requests": len(kapso.journal())}


def test_children_of_a_parent_that_cannot_be_planned_fail(kapso: Emulator, project: Runner) -> None:
    declared = whole(1)
    declared["customers"][0]["fields"] = {}

    result = project.run(**declared)

    assert [bool(entry.get("failed")) for entry in result["results"]] == [True] * 5
    assert "could not be planned" in result["results"][1]["msg"]
    assert kapso.writes() == []


def test_a_new_number_that_is_not_there_at_once_gets_its_webhook(kapso: Emulator, project: Runner) -> None:
    kapso.settings(new_number_hidden=5)

    result = project.run(**whole(1, 1))

    assert not result.get("failed")
    assert 5 <= sum(project.time.slept) <= 60
    assert [row["url"] for row in kapso.webhooks()] == [HOOK]


def test_a_new_number_that_stays_hidden_for_a_minute_is_an_error(kapso: Emulator, project: Runner) -> None:
    kapso.settings(new_number_hidden=600)

    result = project.run(**whole(1, 1))

    assert result["results"][2]["error"]["status"] == 404
    assert sum(project.time.slept) == 60


def test_deletions_come_last_children_first(kapso: Emulator, project: Runner) -> None:
    declared = whole(1)
    project.run(**declared)
    absent: Data = {name: list(map(gone, entries)) for name, entries in declared.items()}
    absent["customers"].append(customer(2))

    dry = project.dry_run(**absent)
    result = project.run(**absent)

    assert dry["diff"] == result["diff"]
    assert not result.get("failed")
    assert kinds(kapso.writes()) == [
        "POST customers",
        *["DELETE webhooks"] * 2,
        *["DELETE phone_numbers"] * 2,
        "DELETE customers",
    ]
    assert not project.run(**absent)["changed"]


def test_a_customer_is_not_deleted_while_it_keeps_numbers(kapso: Emulator, project: Runner) -> None:
    declared = whole(1)
    project.run(**declared)

    absent: Data = {"customers": [gone(customer(1))], "phone_numbers": [gone(declared["phone_numbers"][0])]}
    stopped = project.run(**absent)
    assert kapso.writes() == []
    result = project.run(**absent, on_error="continue")

    for told in (stopped, result):
        assert 'customer "Clinic 1" (clinic-1): it has 1 number' in told["msg"]
    assert kinds(kapso.writes()) == ["DELETE phone_numbers"]


def test_children_of_an_object_that_is_declared_absent_are_refused(kapso: Emulator, project: Runner) -> None:
    declared = whole(1)
    project.run(**declared)

    result = project.run(**{**declared, "customers": [gone(customer(1))]})

    assert "which it belongs to, is declared absent in the same run" in result["results"][1]["msg"]
    assert kapso.writes() == []


def test_an_entry_that_would_be_deleted_with_its_parent_is_refused(kapso: Emulator, project: Runner) -> None:
    declared = whole(1, 1)
    project.run(**declared)
    (row,), (config,) = kapso.webhooks(), kapso.configs()
    number, by_id = gone(declared["phone_numbers"][0]), {"webhook_id": row["id"], "fields": {"active": False}}
    unowned = {name: value for name, value in phone(100).items() if name != "external_customer_id"}
    forced = {**gone(customer(1)), "force": True}
    config_gone = {"config_id": config["id"], "state": "absent"}

    cases: list[Data] = [
        {"phone_numbers": [number], "webhooks": [by_id]},
        {"configs": [config_gone], "webhooks": [by_id]},
        {"configs": [config_gone], "webhooks": [hook(100)]},
        {"customers": [forced], "phone_numbers": [unowned]},
        {"customers": [forced], "webhooks": [by_id]},
        {"customers": [forced], "webhooks": [hook(100)]},
    ]
    for lists in cases:
        result = project.run(**lists, check=True)
        assert "which it belongs to, is declared absent in the same run" in result["msg"], lists
        assert project.run(**lists)["error"] == result["error"]
        assert kapso.writes() == []


def as_config(kapso: Emulator, project: Runner, entry: Data) -> Data:
    """Return the number as a configuration of a new customer."""
    project.run(customers=[customer(1)])
    (owner,) = kapso.customers()
    return {"customer_id": owner["id"], "fields": {**entry["fields"], "phone_number_id": entry["phone_number_id"]}}


def test_a_webhook_of_a_number_that_is_created_as_a_configuration(kapso: Emulator, project: Runner) -> None:
    config = as_config(kapso, project, phone(100))

    dry = project.dry_run(configs=[config], webhooks=[hook(100)])
    real = project.run(configs=[config], webhooks=[hook(100)])

    assert kinds(kapso.writes()) == ["POST whatsapp_configs", "POST webhooks"]
    assert dry["diff"] == real["diff"]
    assert not project.run(configs=[config], webhooks=[hook(100)])["changed"]


def test_an_entry_that_another_one_deletes_is_refused(kapso: Emulator, project: Runner) -> None:
    project.run(**whole(1, 1))
    twin = kapso.add_webhook(phone_number_id=hook(100)["phone_number_id"], url=HOOK)
    kept = {"webhook_id": twin, "fields": {"active": True}}

    result = project.run(webhooks=[hook(100, solo=True), kept])

    assert f"more than one entry is webhook {twin}" in result["msg"]
    assert kapso.writes() == []


def test_a_number_of_another_customer_is_not_moved_to_a_new_one(kapso: Emulator, project: Runner) -> None:
    project.run(**whole(1, 1))

    result = project.run(customers=[customer(2)], phone_numbers=[phone(100, 2)], on_error="stop")

    assert "cannot be moved" in result["msg"]
    assert kapso.writes() == []


def test_a_number_and_its_configuration_are_one_object(kapso: Emulator, project: Runner) -> None:
    project.run(**whole(1, 1))
    (config,) = kapso.configs()
    declared = {"config_id": config["id"], "fields": {"name": "Another"}}

    refused = project.run(phone_numbers=[phone(100)], configs=[declared])
    agreed = project.run(phone_numbers=[phone(100)], configs=[{**declared, "fields": {"name": "Desk 100"}}])

    assert "are one object, and are declared with different values of name" in refused["msg"]
    assert (agreed["changed"], agreed.get("failed", False)) == (False, False)
    both = project.run(phone_numbers=[phone(100)], configs=[{"config_id": config["id"], "state": "absent"}])
    assert "only one of them is declared absent" in both["msg"]
    assert kapso.writes() == []


def test_a_number_and_its_configuration_are_not_both_created(kapso: Emulator, project: Runner) -> None:
    config = as_config(kapso, project, phone(100))

    result = project.run(customers=[customer(1)], phone_numbers=[phone(100)], configs=[config])

    assert "are one object, and both would be created" in result["msg"]
    assert kapso.writes() == []


def test_an_object_of_two_lists_is_deleted_once(kapso: Emulator, project: Runner) -> None:
    project.run(**whole(1, 1))
    (config,) = kapso.configs()
    lists: Data = {"phone_numbers": [gone(phone(100))], "configs": [{"config_id": config["id"], "state": "absent"}]}

    kapso.fault(method="DELETE", status=409, count=1)
    refused = project.run(**lists)
    assert [entry["msg"].split("; ")[0].partition(": ")[2] for entry in refused["results"] if entry.get("msg")][1:] == [
        "WhatsApp phone number 100000000100, which is the same object, was not deleted"
    ]
    assert (refused["changed"], kapso.configs()) == (False, [config])

    dry = project.dry_run(**lists, max_deletions="1")
    real = project.run(**lists, max_deletions="1")
    assert kinds(kapso.writes()) == ["DELETE phone_numbers"]
    assert summary(real) == {**summary(dry), "requests": dry["summary"]["requests"] + 1}
    assert (summary(real)["deleted"], kapso.configs()) == (1, [])
    assert not project.run(**lists)["changed"]


@pytest.mark.parametrize("lacking", ["phone_numbers", "configs"])
def test_an_object_of_two_lists_is_left_alone_if_one_entry_cannot_be_planned(
    kapso: Emulator, project: Runner, lacking: str
) -> None:
    """The objects that belong to it are also not changed, and a second run does not change more."""
    project.run(customers=[customer(1)])
    number = phone(100)
    key = {"phone_number_id": number["phone_number_id"]}
    config = {"customer_id": kapso.customers()[0]["id"], "fields": {**number["fields"], **key}}
    lists: Data = {"phone_numbers": [number], "configs": [config], "webhooks": [hook(100)]}
    (entry,) = lists[lacking]
    lists[lacking] = [{**entry, "fields": {name: value for name, value in entry["fields"].items() if name != "name"}}]

    dry = project.run(**lists, on_error="continue", check=True)
    for _time in range(2):
        real = project.run(**lists, on_error="continue")
        assert real["error"] == dry["error"]
        assert summary(real) == {"total": 3, "failed": 3, "requests": summary(dry)["requests"]}
        assert kapso.writes() == []
    told = [entry["msg"] for entry in real["results"] if entry.get("msg")]
    assert any("which is the same object, could not be planned: it does not exist" in one for one in told), told


def test_a_write_of_one_entry_does_not_overtake_the_receipt_of_the_other(kapso: Emulator, project: Runner) -> None:
    """Otherwise a second run would send write-only fields again."""
    project.run(**whole(1, 1))
    (config,) = kapso.configs()
    number, fields = phone(100), {"webhook_verify_token": "EXAMPLE-VERIFY", "calls_enabled": True}

    for token, calls, writes in (("ONE", True, 2), ("ONE", False, 1), ("TWO", False, 1), ("SIX", True, 2)):
        declared = {**number, "fields": {**number["fields"], "access_token": f"EXAMPLE-{token}"}}
        lists: Data = {
            "phone_numbers": [declared],
            "configs": [{"config_id": config["id"], "fields": {**fields, "calls_enabled": calls}}],
        }
        project.run(**lists)
        assert len(kapso.writes()) == writes
        assert not project.run(**lists)["changed"]

    kapso.edit(config["id"], name="Another")
    project.run(**lists)
    sent = sorted(sorted(entry.sent) for entry in kapso.writes())  # both are sent in parallel
    assert sent == [["access_token", "name"], ["webhook_verify_token"]]
    assert not project.run(**lists)["changed"]


def test_an_object_is_not_given_the_key_by_which_another_entry_finds_one(kapso: Emulator, project: Runner) -> None:
    project.run(**whole(1, 1))
    (there,) = kapso.webhooks()
    moved = {"webhook_id": there["id"], "url": f"{HOOK}/new", "fields": {}}

    for check in (True, False):
        refused = project.run(webhooks=[moved, hook(100, "/new")], check=check)
        assert "would have the same url and kind; " in refused["msg"]
        assert kapso.writes() == []
    for _time in range(2):
        assert not project.run(webhooks=[moved, hook(100, "/other")]).get("failed")


def test_an_entry_that_names_a_customer_by_a_key_that_the_run_changes_is_refused(
    kapso: Emulator, project: Runner
) -> None:
    """Only this run would find the customer by that key."""
    owner = kapso.add_customer(name="Clinic 1", external_customer_id="clinic-1")
    renamed = {"customer_id": owner, "fields": {"external_customer_id": "clinic-2"}}
    cleared = {"customer_id": owner, "clear": ["external_customer_id"]}

    for entry, advice in ((renamed, "external_customer_id clinic-2, or "), (cleared, "")):
        for check in (True, False):
            refused = project.run(customers=[entry], phone_numbers=[phone(100)], check=check)
            assert "a later run would find no customer clinic-1" in refused["msg"]
            assert f"; give {advice}customer_id {owner}; " in refused["msg"]
            assert kapso.writes() == []
    for _time in range(2):
        assert not project.run(customers=[renamed], phone_numbers=[phone(100, 2)]).get("failed")


def test_a_plan_file_holds_all_kinds(kapso: Emulator, project: Runner, tmp_path: Path) -> None:
    declared, plan = whole(1), str(tmp_path / "project.plan")
    project.dry_run(**declared, plan_out=plan)
    changed = {**declared, "webhooks": [hook(100, "/other"), hook(101)]}

    refused = project.run(**changed, plan_in=plan)
    assert "the changes differ from the plan" in refused["msg"]
    assert kapso.writes() == []
    assert summary(project.run(**declared, plan_in=plan))["created"] == 5
