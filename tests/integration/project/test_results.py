# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the result of a project: one entry for each config in order, defaults, secrets, and warnings once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.support.runner import Runner, each

OWN, SHARED = "canary-own-token", "canary-shared-token"


def test_entries_stand_in_the_order_of_configs(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(150, name="Shop")
    shuffled = [ids[(number * 37) % 150] for number in range(150)]

    result = operator.run(each(shuffled, name="New"), concurrency=16)

    assert [entry["config_id"] for entry in result["results"]] == shuffled
    assert [header["after_header"].split()[-1] for header in result["diff"]] == shuffled


def test_entries_of_changed_objects_are_those_of_the_single_module(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(3, name="Shop")

    result = operator.run(each(ids, name="New", access_token=OWN))

    entry = result["results"][1]
    address = {"resource", "id", "config_id", "key", "parent", "name", "parent_name"}
    assert set(entry) == {*address, *("changed", "changes", "data", "steps")}
    assert entry["data"]["name"] == "New"
    assert entry["data"]["id"] == entry["config_id"] == ids[1]
    assert [(change["field"], change["action"], change["reason"]) for change in entry["changes"]] == [
        ("name", "update", "differs"),
        ("access_token", "send", "no_receipt"),
    ]


def test_entries_of_unchanged_objects_are_short(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(2, name="Shop")

    short = operator.run(each(ids, name="Shop"))
    whole = operator.run(each(ids, name="Shop"), return_unchanged=True)

    keys = [(kapso.get(config_id) or {})["phone_number_id"] for config_id in ids]
    assert short["results"] == [
        {
            "resource": "whatsapp_config",
            "id": config_id,
            "config_id": config_id,
            "key": key,
            "parent": None,
            "changed": False,
            "changes": [],
        }
        for config_id, key in zip(ids, keys, strict=True)
    ]
    assert [entry["data"]["name"] for entry in whole["results"]] == ["Shop", "Shop"]
    assert short["diff"] == whole["diff"] == []


@pytest.mark.parametrize("diff", [True, False])
def test_a_dry_run_predicts_the_run(kapso: Emulator, operator: Runner, diff: bool) -> None:
    ids = kapso.add_many(4, name="Shop")
    configs = [*each(ids[:2], name="New", access_token=OWN), *each(ids[2:], name="Shop")]

    predicted = operator.run(configs, check=True, diff=diff)
    result = operator.run(configs, diff=diff)

    assert ("diff" in predicted, "diff" in result) == (diff, diff)
    assert predicted.keys() == result.keys()
    assert predicted.get("diff") == result.get("diff")
    for then, now in zip(predicted["results"], result["results"], strict=True):
        assert (then["config_id"], then["changed"], then["changes"]) == (
            now["config_id"],
            now["changed"],
            now["changes"],
        )
    assert predicted["summary"] | {"requests": 3} == result["summary"]
    assert not list(operator.receipts.glob("*.json")) or result["changed"]


def test_fields_are_laid_over_the_defaults(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(4, name="Shop", calls_enabled=False)
    defaults = {"name": "Default", "calls_enabled": True, "access_token": SHARED}
    configs: list[dict[str, Any]] = [
        {"config_id": ids[0]},
        {"config_id": ids[1], "fields": {"name": "Own", "access_token": OWN}},
        {"config_id": ids[2], "fields": {"calls_enabled": False, "access_token": None}},
        {"config_id": ids[3], "fields": None},
    ]

    operator.run(configs, defaults={"configs": defaults}, concurrency=1)

    assert [entry.sent for entry in kapso.writes()] == [
        {"name": "Default", "calls_enabled": True, "access_token": digest(SHARED)},
        {"name": "Own", "calls_enabled": True, "access_token": digest(OWN)},
        {"name": "Default"},
        {"name": "Default", "calls_enabled": True, "access_token": digest(SHARED)},
    ]
    assert not operator.run(configs, defaults={"configs": defaults})["changed"]


def test_an_entry_that_is_left_without_fields_is_refused(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(2)

    result = operator.run(
        [{"config_id": ids[0]}, {"config_id": ids[1], "fields": {"name": None}}],
        defaults={"configs": {"name": "Default"}},
    )

    assert result["msg"].startswith(f"configs[{ids[1]}]: fields declares nothing")
    assert kapso.journal() == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"configs": [{"config_id": " ", "fields": {"name": "x"}}]}, "configs[entry 1].config_id is empty"),
        ({"configs": [{"config_id": "a", "fields": {"acess_token": OWN}}]}, "did you mean access_token?"),
        (
            {"configs": [{"config_id": "a"}], "defaults": {"configs": {"access_token": ""}}},
            "defaults.configs.access_token is empty",
        ),
        ({"configs": [], "concurrency": 0}, "concurrency must be at least 1"),
        ({}, "nothing is declared: give at least one of customers, phone_numbers, configs"),
        ({"configs": None}, "nothing is declared"),
    ],
)
def test_invalid_options_are_refused_before_any_request(
    kapso: Emulator, operator: Runner, options: dict[str, Any], said: str
) -> None:
    result = operator.run(**options)

    assert result["failed"]
    assert said in result["msg"]
    assert OWN not in json.dumps(result)
    assert kapso.journal() == []


def test_a_warning_about_many_objects_is_given_once(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(20, name="Shop")

    result = operator.run(each(ids, access_token=OWN), send_write_only="adopt")

    (warning,) = result["warnings"]
    assert warning.startswith(f"WhatsApp configuration {ids[0]} and 19 others: ")
    assert [len(entry["warnings"]) for entry in result["results"]] == [1] * 20


def test_warnings_that_all_differ_are_counted(kapso: Emulator, operator: Runner) -> None:
    kapso.settings(api_version="echoes", lower_urls=True)
    ids = kapso.add_many(50, name="Shop")
    declared = each(ids, webhook_destination_url="https://HOOKS.example.org/{n}")

    result = operator.run(declared)

    assert len(result["warnings"]) == 11
    assert result["warnings"][-1] == "40 more warnings are in `results`"
    assert all("Kapso stored" in entry["warnings"][0] for entry in result["results"])
    assert not operator.run(declared)["changed"]
