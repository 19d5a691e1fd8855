# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the list of configurations: complete, filtered by the API or by the module, and without secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import UNKNOWN
from tests.support.runner import INFO, Data, Runner
from tests.support.shared_time import SharedTime

Look = Callable[..., dict[str, Any]]
every_api_version = pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])


@pytest.fixture
def look(kapso: Emulator, shared_time: SharedTime) -> Look:
    """Return a function that runs the module in this process. It asserts that there is no write and no secret."""
    runner = Runner(kapso, None, INFO, time=shared_time)

    def run(**options: Any) -> Data:
        result = runner.run(**options)
        assert kapso.writes() == []
        assert not result["changed"]
        return result

    return run


def ids(result: dict[str, Any]) -> set[str]:
    """Return the IDs of the returned configurations, and assert that they are unique."""
    found = [config["id"] for config in result["configs"]]
    assert "failed" not in result
    assert len(set(found)) == len(found)
    return set(found)


@pytest.fixture
def customers(kapso: Emulator) -> list[str]:
    """Return three customers, the last one without numbers."""
    return [kapso.add_customer() for _time in range(3)]


@every_api_version
@pytest.mark.parametrize("check", [False, True])
def test_all_pages_of_the_project_are_listed(
    kapso: Emulator, look: Look, customers: list[str], api_version: str, check: bool
) -> None:
    kapso.settings(api_version=api_version)
    mine = {kapso.add(customer_id=customers[0])}
    mine.update(kapso.add_many(250, customer_id=customers[1]))
    alone = kapso.add()
    kapso.settings(keys={kapso.key: "project-1", "EXAMPLE-other-key": "project-2"})
    foreign = kapso.add(project="project-2")

    result = look(check=check)

    # The oldest API version has no list of the project, so objects without a customer are in no list.
    assert ids(result) == mine | ({alone} if api_version != "echoes" else set())
    assert foreign not in ids(result)
    assert len(kapso.journal()) == {"echoes": 1 + 1 + 1 + 3 + 1}.get(api_version, 3)


@every_api_version
def test_one_is_read_by_its_id(kapso: Emulator, look: Look, api_version: str) -> None:
    kapso.settings(api_version=api_version)
    config_id, _other = kapso.add(name="One"), kapso.add()
    (config,) = look(config_id=config_id)["configs"]
    assert (config["id"], config["name"]) == (config_id, "One")
    assert kapso.short() == "GET"


@pytest.mark.parametrize("status", [404, 400])
@pytest.mark.parametrize("config_id", [UNKNOWN, "no-uuid"])
def test_an_id_that_is_not_there_is_an_empty_list(kapso: Emulator, look: Look, config_id: str, status: int) -> None:
    kapso.settings(odd_id_status=status)
    result = look(config_id=config_id)
    assert "failed" not in result
    assert result["configs"] == []


@every_api_version
@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, {"North", "North door", "South", "SOUTH GATE"}),
        ({"name_contains": "north"}, {"North", "North door"}),
        ({"name_contains": "GATE"}, {"SOUTH GATE"}),
        ({"name_contains": "%"}, set()),
        ({"business_account_id": "21"}, {"North", "South"}),
        ({"phone_number_id": "11"}, {"North"}),
        ({"phone_number_id": "1"}, set()),
        ({"name_contains": "south", "business_account_id": "21"}, {"South"}),
        ({"name_contains": "south", "phone_number_id": "11"}, set()),
        ({"phone_number_id": "14", "business_account_id": "22", "name_contains": "south"}, {"SOUTH GATE"}),
    ],
)
def test_filters_hold_whether_or_not_the_server_knows_them(
    kapso: Emulator, look: Look, customers: list[str], api_version: str, filters: dict[str, str], names: set[str]
) -> None:
    kapso.settings(api_version=api_version)
    rows = [
        ("North", "11", "21", 0),
        ("North door", "12", "22", 0),
        ("South", "13", "21", 1),
        ("SOUTH GATE", "14", "22", 1),
    ]
    for name, number, account, owner in rows:
        kapso.add(name=name, phone_number_id=number, business_account_id=account, customer_id=customers[owner])
    assert {config["name"] for config in look(**filters)["configs"]} == names
    of_one = {config["name"] for config in look(customer_id=customers[1], **filters)["configs"]}
    assert of_one == {name for name in names if name.lower().startswith("south")}
    assert [entry.path.split("/")[-2] for entry in kapso.journal()] == [customers[1]]


def test_filters_that_the_server_knows_are_sent(kapso: Emulator, look: Look) -> None:
    kapso.add_many(250, name="Shop {n}", business_account_id="21")
    kapso.edit(kapso.add(), name="Café & Söhne", business_account_id="22")
    result = look(name_contains="café & s", business_account_id="22")
    assert [config["name"] for config in result["configs"]] == ["Café & Söhne"]
    (request,) = kapso.journal()
    assert request.params["q[name_cont]"] == "café & s"
    assert request.params["business_account_id"] == "22"
    assert "phone_number_id" not in request.params


def test_a_repeated_row_is_noticed_in_a_list_without_a_total(kapso: Emulator, look: Look) -> None:
    """An object is created while the pages are read: the first read has b twice, and misses the object before a."""
    for number, names in ((1, "ab"), (2, "bc"), (1, "xa"), (2, "bc")):
        rows = [{"id": name, "name": name} for name in names]
        kapso.fault(query=f"page={number}&", count=1, json={"data": rows, "meta": {"total_pages": 2}})
    assert ids(look()) == {"x", "a", "b", "c"}
    assert kapso.short() == "GET GET GET GET"


def test_a_customer_that_is_deleted_during_the_run_is_left_out(
    kapso: Emulator, look: Look, customers: list[str]
) -> None:
    kapso.settings(api_version="echoes")
    kept = [kapso.add(customer_id=customer) for customer in customers]
    kapso.fault(method="GET", path=customers[1], status=404)
    assert ids(look()) == {kept[0], kept[2]}


@every_api_version
def test_secrets_are_masked_and_nothing_else_is(
    kapso: Emulator, look: Look, customers: list[str], api_version: str
) -> None:
    kapso.settings(api_version=api_version, extra_keys={"status": "CONNECTED"})
    secrets = {"access_token": "canary-token", "webhook_verify_token": "canary-verify"}
    kapso.add(customer_id=customers[0], webhook_destination_url="https://hooks.example.org/wa", **secrets)
    (config,) = look()["configs"]
    assert "access_token" not in config
    assert config["status"] == "CONNECTED"
    assert {name: config.get(name, "absent") for name in ("webhook_verify_token", "webhook_destination_url")} == {
        "omits": {"webhook_verify_token": "absent", "webhook_destination_url": "absent"},
        "nulls": {"webhook_verify_token": None, "webhook_destination_url": None},
        "echoes": {
            "webhook_verify_token": "(sensitive)",
            "webhook_destination_url": "https://hooks.example.org/wa",
        },
    }[api_version]


def test_a_project_without_configurations_is_an_empty_list(kapso: Emulator, look: Look) -> None:
    for api_version in ("omits", "nulls", "echoes"):
        kapso.settings(api_version=api_version)
        assert look()["configs"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"config_id": UNKNOWN, "name_contains": "x"}, "config_id"),
        ({"config_id": UNKNOWN, "customer_id": UNKNOWN}, "config_id"),
        ({"api_key": ""}, "api_key"),
    ],
)
def test_invalid_options_are_refused_before_any_request(
    kapso: Emulator, look: Look, options: dict[str, str], words: str
) -> None:
    result = look(**options)
    assert result["failed"]
    assert words in result["msg"]
    assert kapso.journal() == []


@pytest.mark.parametrize(
    ("rule", "status"),
    [({"status": 401}, 401), ({"status": 500}, 500), ({"html": True}, 200), ({"json": {"data": {}}}, 200)],
)
def test_an_error_is_one_sentence_with_an_empty_list(
    kapso: Emulator, look: Look, rule: dict[str, Any], status: int
) -> None:
    kapso.add_many(3)
    kapso.fault(**rule)
    result = look(retries=0)
    assert (result["failed"], result["configs"], result["error"]["status"]) == (True, [], status)
    assert result["msg"].startswith("The list of WhatsApp configurations: ")


def test_an_unknown_customer_is_an_error(kapso: Emulator, look: Look) -> None:
    result = look(customer_id=UNKNOWN)
    assert (result["failed"], result["error"]["status"]) == (True, 404)
    assert kapso.short() == "GET GET"  # the second read verifies the base URL


def test_an_unquoted_number_is_used_as_its_digits(kapso: Emulator, look: Look) -> None:
    config_id = kapso.add(phone_number_id="100000000000777")
    result = look(phone_number_id=100000000000777)
    assert ids(result) == {config_id}
    assert any("quote it" in warning for warning in result["warnings"])


def test_receipts_in_defaults_of_the_action_group_are_ignored(kapso: Emulator, look: Look) -> None:
    config_id = kapso.add()

    result = look(
        send_write_only="adopt", receipts="redis://:canary-password@127.0.0.1:1/0", receipts_key="canary-receipts-key"
    )

    assert ids(result) == {config_id}
    assert kapso.short() == "GET"
