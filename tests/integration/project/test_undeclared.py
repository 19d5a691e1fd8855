# SPDX-License-Identifier: GPL-3.0-or-later
"""Test objects that no list declares: they are counted, and `prune` deletes them within limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.project.test_several_lists import customer, gone, hook, kinds, phone, summary, whole
from tests.support.runner import PROJECT, Data, Runner
from tests.support.shared_time import SharedTime


@pytest.fixture
def project(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner for a project with two customers, two numbers and webhooks of each, and a project webhook."""
    runner = Runner(kapso, receipts, PROJECT, time=shared_time, platform_api_url=kapso.platform_url)
    runner.run(**whole(2))
    kapso.add_webhook(url="https://hooks.example.org/of-all")
    return runner


def part(customers: int = 1) -> Data:
    """Return lists that declare only the first customers and their objects."""
    declared = whole(2)
    return {
        "customers": declared["customers"][:customers],
        "phone_numbers": declared["phone_numbers"][: 2 * customers],
        "webhooks": declared["webhooks"][: 2 * customers],
    }


def test_undeclared_objects_are_counted_without_further_requests(kapso: Emulator, project: Runner) -> None:
    result = project.run(**part())

    assert (result["changed"], kapso.short()) == (False, "GET GET GET")
    # A customer is read by its key, which does not show the others.
    assert result["summary"]["undeclared"] == {"phone_numbers": 2, "webhooks": 3}
    assert {(row["resource"], row["name"]) for row in project.returned["undeclared"]} == {
        ("whatsapp_phone_number", "Desk 200"),
        ("whatsapp_phone_number", "Desk 201"),
        ("whatsapp_webhook", None),
    }


def test_only_objects_of_the_declared_customers_count_if_so_asked(project: Runner) -> None:
    declared = part()
    declared["webhooks"] = declared["webhooks"][:1]

    result = project.run(**declared, undeclared="customers")

    assert result["summary"]["undeclared"] == {"customers": 0, "phone_numbers": 0, "webhooks": 1}
    assert project.run(**declared, undeclared="project")["summary"]["undeclared"]["webhooks"] == 4


def test_with_an_empty_list_all_existing_objects_are_undeclared(kapso: Emulator, project: Runner) -> None:
    assert project.run(webhooks=[], undeclared="project")["summary"]["undeclared"] == {"webhooks": 5}
    assert kapso.short() == "GET"


@pytest.mark.parametrize("undeclared", [None, "project", "customers"])
@pytest.mark.parametrize("kinds", [["webhooks"], ["configs"], ["customers", "phone_numbers", "configs", "webhooks"]])
def test_a_wrong_key_is_an_error_with_empty_lists_too(
    kapso: Emulator, project: Runner, kinds: list[str], undeclared: str | None
) -> None:
    declared: Data = {kind: [] for kind in kinds}

    refused = project.run(**declared, undeclared=undeclared, api_key="wrong-key")
    result = project.run(**declared, undeclared=undeclared)

    assert (refused["failed"], refused["error"]["status"], refused["changed"]) == (True, 401, False)
    assert (result["changed"], result.get("failed", False)) == (False, False)
    assert kapso.writes() == []


def test_a_number_and_its_configuration_count_once(kapso: Emulator, project: Runner) -> None:
    configs = [{"config_id": one["id"], "fields": {"name": one["name"]}} for one in kapso.configs()[:2]]

    for declared in (
        {"phone_numbers": part()["phone_numbers"], "configs": []},
        {"phone_numbers": [], "configs": configs},
    ):
        result = project.run(**declared, undeclared="project")

        assert result["summary"]["undeclared"] == {"phone_numbers": 2, "configs": 0}


def test_prune_deletes_nothing_without_max_deletions(kapso: Emulator, project: Runner) -> None:
    declared = part()

    for check in (True, False):
        stopped = project.run(**declared, prune=["webhooks"], check=check)
        assert stopped["msg"].startswith("3 of 8 are not declared and would be deleted, and max_deletions allows 0")
        assert [entry["changes"][0]["reason"] for entry in stopped["results"] if entry.get("held_back")] == [
            "not_declared"
        ] * 3
        assert kapso.writes() == []

    dry = project.dry_run(**declared, prune=["webhooks"], max_deletions=3)
    result = project.run(**declared, prune=["webhooks"], max_deletions=3)
    assert dry["diff"] == result["diff"]
    assert kinds(kapso.writes()) == ["DELETE webhooks"] * 3
    assert summary(result)["deleted"] == 3
    assert not project.run(**declared, prune=["webhooks"])["changed"]


def test_a_webhook_that_cannot_be_planned_is_not_pruned(kapso: Emulator, project: Runner) -> None:
    """Its number is declared under a customer that does not exist. The old webhook of the other number is deleted."""
    declared = part()
    declared["phone_numbers"][0] = {**declared["phone_numbers"][0], "external_customer_id": "nobody"}
    number = declared["webhooks"][1]["phone_number_id"]
    kapso.add_webhook(url="https://hooks.example.org/old", phone_number_id=number)
    options: Data = {"undeclared": "customers", "prune": ["webhooks"], "max_deletions": 9, "on_error": "continue"}

    result = project.run(**declared, **options)

    assert (result["failed"], result["summary"]["undeclared"]["webhooks"]) == (True, 1)
    assert kinds(kapso.writes()) == ["DELETE webhooks"]
    assert declared["webhooks"][0]["url"] in [row["url"] for row in kapso.webhooks()]
    assert len(kapso.webhooks()) == 5


def test_two_webhooks_of_one_url_are_not_pruned(kapso: Emulator, project: Runner) -> None:
    """The entry fails, since it does not identify one of them."""
    declared = part(2)
    hook_of = declared["webhooks"][0]
    kapso.add_webhook(url=hook_of["url"], phone_number_id=hook_of["phone_number_id"])

    result = project.run(**declared, prune=["webhooks"], max_deletions=9, on_error="continue")

    assert (result["failed"], result["summary"]["deleted"]) == (True, 1)
    assert "of-all" not in str(kapso.webhooks())
    assert len(kapso.webhooks()) == 5


def test_prune_within_customers_keeps_objects_of_other_customers(kapso: Emulator, project: Runner) -> None:
    """With two hosts and one key, no host deletes objects of the other."""
    declared = part()
    declared["webhooks"] = declared["webhooks"][:1]

    project.run(**declared, prune=["webhooks"], undeclared="customers", max_deletions=1)

    assert kinds(kapso.writes()) == ["DELETE webhooks"]
    assert len(kapso.webhooks()) == 4


def test_a_customer_that_something_refers_to_is_not_pruned(project: Runner) -> None:
    declared: Data = {"customers": [customer(1)], "phone_numbers": whole(2)["phone_numbers"]}

    result = project.run(**declared, prune=["customers"], max_deletions=1)

    assert (result["changed"], result.get("failed", False)) == (False, False)
    assert result["summary"]["undeclared"]["customers"] == 1


def test_a_customer_that_keeps_numbers_is_not_pruned_and_the_run_is_stopped(kapso: Emulator, project: Runner) -> None:
    result = project.run(customers=[customer(1)], prune=["customers"], max_deletions=1)

    assert "it has 2 numbers" in result["msg"]
    assert kapso.writes() == []
    left: Data = {"phone_numbers": [gone(phone(number, 2)) for number in (200, 201)], "customers": [customer(1)]}
    assert not project.run(**left, prune=["customers"], max_deletions=3).get("failed")
    assert kinds(kapso.writes()) == ["DELETE phone_numbers"] * 2 + ["DELETE customers"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"prune": ["webhooks"]}, "prune would delete all webhooks, because that list is missing or empty"),
        ({"prune": ["webhooks"], "webhooks": []}, "prune would delete all webhooks"),
        ({"prune": ["phone_numbers"]}, "item 1 of prune must be one of customers, webhooks, not phone_numbers"),
        ({"prune": ["customers"], "only": ["clinic-1"]}, "give only or prune, not both"),
        ({"prune": []}, "prune is empty"),
        ({"max_deletions": ""}, "max_deletions is empty"),
        ({"max_deletions": "some"}, "max_deletions must be a number of objects"),
        ({"undeclared": ""}, "undeclared is empty"),
    ],
)
def test_options_that_would_delete_too_much_are_refused_before_any_request(
    kapso: Emulator, project: Runner, options: Data, said: str
) -> None:
    result = project.run(customers=[customer(1)], **options)

    assert said in result["msg"]
    assert kapso.journal() == []


def test_max_deletions_counts_all_deletions(kapso: Emulator, project: Runner) -> None:
    absent: Data = {"webhooks": [gone(hook(number)) for number in (100, 101)]}

    assert "2 of 2 would be deleted, and max_deletions allows 50%" in project.run(**absent, max_deletions="50%")["msg"]
    assert kapso.writes() == []
    assert project.run(**absent, max_deletions=2)["changed"]


@pytest.mark.parametrize(
    ("only", "found"),
    [
        (["clinic-2"], 1),
        (["clinic-*"], 2),
        (["Desk 10?"], 2),
        (["100000000200"], 1),
        (["*"], 10),
        (["https://hooks.example.org/*", "clinic-1"], 5),
    ],
)
def test_only_takes_ids_keys_names_and_patterns(kapso: Emulator, project: Runner, only: list[str], found: int) -> None:
    result = project.run(**whole(2), only=only)

    assert result["summary"]["total"] == found
    assert kapso.journal() != []
    assert "names no entry" in project.run(**whole(2), only=[*only, "nobody*"])["msg"]
    assert kapso.writes() == []


@pytest.mark.parametrize(
    ("only", "keys"),
    [
        (["Desk 100"], ["100000000100"]),
        (["Desk 20?"], ["100000000200", "100000000201"]),
        (["Clinic [1]", "Reception"], ["clinic-1", "100000000100"]),
    ],
)
def test_only_takes_names_that_are_known_at_kapso_alone(
    kapso: Emulator, project: Runner, only: list[str], keys: list[str]
) -> None:
    declared = whole(2)
    for number, entry in enumerate((*declared["customers"], *declared["phone_numbers"])):
        entry["fields"]["name"] = "Reception" if entry.get("phone_number_id") == "100000000100" else f"New {number}"

    result = project.run(**declared, only=only)

    assert [entry["key"] for entry in result["results"]] == keys
    assert result["summary"]["changed"] == len(kapso.writes()) == len(keys)


def test_only_does_not_select_undeclared_objects(kapso: Emulator, project: Runner) -> None:
    refused = project.run(**part(), only=["Desk 200"])
    assert "only: Desk 200 names no entry of the lists" in refused["msg"]
    unread = project.run(**part(), only=["Desk 200"], api_key="wrong-key")
    assert (unread["failed"], unread["error"]["status"]) == (True, 401)
    assert kapso.writes() == []


def test_entries_that_only_does_not_name_do_not_count_as_undeclared(project: Runner) -> None:
    result = project.run(**whole(2), only=["clinic-1"], undeclared="project")

    assert (result["summary"]["undeclared"], project.returned["undeclared"]) == ({}, [])
