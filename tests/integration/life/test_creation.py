# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the creation of a configuration: its requests, errors before any request, and its receipt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.support.examples import DECLARED, HIDDEN, UNKNOWN
from tests.support.results import sides
from tests.support.runner import Runner, actions, assert_repeats

SECRET = {"access_token", "webhook_verify_token"}


@pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
def test_an_object_is_created_as_declared_and_a_second_run_sends_nothing(
    kapso: Emulator, owner: Runner, api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    dry = owner.dry_run()
    real = owner.run()
    assert owner.wire == "LIST POST"
    assert_repeats(real, dry)
    assert actions(real) == {("create", "not_found")}
    assert [change["field"] for change in real["changes"]] == list(DECLARED)

    (post,) = kapso.writes()
    assert post.path == f"/api/v1/customers/{owner.customer_id}/whatsapp_configs"
    sent = {name: digest(value) if name in SECRET else value for name, value in DECLARED.items()}
    assert post.body == {"whatsapp_config": sent}
    (state,) = owner.objects()
    assert {name: state[name] for name in DECLARED} == DECLARED
    assert real["config_id"] == real["data"]["id"] == state["id"]
    readable = DECLARED.keys() - HIDDEN
    assert {name: dry["data"][name] for name in readable} == {name: real["data"][name] for name in readable}
    assert dry["data"]["customer_id"] == owner.customer_id
    assert dry["config_id"] is None
    assert sides(dry) == ({}, DECLARED | dict.fromkeys(SECRET, "(sensitive, new value)"))
    assert all(told in dry["diff"]["after_header"] for told in (owner.customer_id, DECLARED["phone_number_id"]))

    again = owner.run()
    assert owner.wire == "LIST"
    assert (again["changed"], again["changes"]) == (False, [])
    assert not owner.run(customer_id=None, config_id=state["id"])["changed"]


@pytest.mark.parametrize("field", ["name", "business_account_id", "access_token"])
def test_missing_fields_that_the_api_requires_are_named_while_planning(
    kapso: Emulator, owner: Runner, field: str
) -> None:
    for check in (True, False):
        result = owner.run(check=check, **dict[str, Any]({field: None}))
        assert result["failed"]
        assert f"it does not exist, and creating it needs fields.{field}; nothing was changed" in result["msg"]
        assert (owner.wire, kapso.writes()) == ("LIST", [])


BY_ID: dict[str, Any] = {**dict.fromkeys((*DECLARED, "customer_id")), "config_id": UNKNOWN}
NO_FIELDS = "fields declares nothing: give at least one field a value"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"phone_number_id": None}, "customer_id also needs fields.phone_number_id, to find the configuration"),
        (
            {"phone_number_id": None, "state": "absent"},
            "customer_id also needs fields.phone_number_id, to find the configuration",
        ),
        ({"phone_number_id": "5", "business_account_id": "5"}, "business_account_id have the same id: copy each"),
        ({"config_id": UNKNOWN}, "give config_id or customer_id, not both"),
        ({"customer_id": None}, "config_id is required, or customer_id together with fields.phone_number_id"),
        ({"customer_id": None, "state": "absent"}, "config_id is required"),
        ({"customer_id": " "}, "customer_id"),
        ({"customer_id": ".."}, "customer_id"),
        ({**BY_ID, "config_id": "."}, "config_id"),
        ({**BY_ID, "fields": None}, NO_FIELDS),
        ({**BY_ID, "fields": {}}, NO_FIELDS),
        (BY_ID, NO_FIELDS),
        ({"kind": "staging"}, "fields.kind must be one of production, sandbox"),
        ({"state": "gone"}, "state must be one of present, absent"),
        ({"config": "canary-1"}, "there is no option config (did you mean config_id?)"),
        ({"webhook_destination_url": "ftp://canary-1.example"}, "must begin with https:// or http://"),
        ({"api_key": ""}, "api_key is not set: give the option, or KAPSO_API_KEY in the environment where the module"),
        ({"api_url": "https://me:canary-1@kapso.example/v1"}, "api_url must not contain a user name or password"),
        ({"timeout": 0}, "timeout must be more than 0"),
        ({"retries": -1}, "retries must be at least 0"),
        ({"rate_limit_timeout": -1}, "rate_limit_timeout must be at least 0"),
        ({"receipts": "https://:canary-1@redis.example"}, "receipts must be a directory, or a URL with redis://"),
        ({"receipts": "none", "send_write_only": "adopt"}, "adopt needs a place for receipts"),
        ({"run_in_process": "canary-1"}, "run_in_process must be one of auto, never"),
    ],
)
def test_invalid_entries_are_refused_with_one_sentence_before_any_request(
    kapso: Emulator, owner: Runner, options: dict[str, Any], words: str
) -> None:
    result = owner.run(**options)
    assert (result["failed"], result["changed"]) == (True, False)
    assert words in result["msg"]
    assert result["msg"].endswith("; nothing was sent")
    assert "\n" not in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 0)
    assert kapso.journal() == []


@pytest.mark.parametrize(
    ("demand", "said"), [(True, "Webhook verify token can't be blank"), (False, "has already been taken")]
)
def test_values_that_only_the_server_can_check_are_sent(
    kapso: Emulator, owner: Runner, demand: bool, said: str
) -> None:
    if demand:
        kapso.settings(api_version="echoes")
    else:
        kapso.add(phone_number_id=DECLARED["phone_number_id"], customer_id=kapso.add_customer())
    result = owner.run(webhook_verify_token=None)
    assert said in result["msg"]
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "rejected")
    assert owner.wire == "LIST POST"
    assert (owner.objects(), owner.stored()) == ([], [])


@pytest.mark.parametrize("send_write_only", ["when_changed", "when_value_changed", "always", "never", "adopt"])
def test_a_creation_carries_all_that_is_declared_whatever_is_held_back_later(
    kapso: Emulator, owner: Runner, send_write_only: str
) -> None:
    dry = owner.dry_run(send_write_only=send_write_only)
    real = owner.run(send_write_only=send_write_only)
    assert_repeats(real, dry)
    assert set(kapso.writes()[0].sent) == set(DECLARED)
    assert owner.kept_receipts() == {real["config_id"]: set(DECLARED)}
    assert not owner.run()["changed"]


@pytest.mark.parametrize("kind", ["production", "sandbox"])
def test_the_kind_is_set_at_creation_only(kapso: Emulator, owner: Runner, kind: str) -> None:
    assert owner.run(kind=kind)["data"]["kind"] == kind
    assert kapso.writes()[0].sent["kind"] == kind
    assert not owner.run(kind=kind)["changed"]
    assert not owner.run()["changed"]

    (state,) = owner.objects()
    other = {"production": "sandbox", "sandbox": "production"}[kind]
    for address in ({}, {"customer_id": None, "config_id": state["id"]}):
        for check in (True, False):
            result = owner.run(check=check, kind=other, name="Renamed", **address)
            assert (result["failed"], result["changed"], result["changes"]) == (True, False, [])
            assert f"kind is {kind} and cannot become {other}" in result["msg"]
            assert "or delete the configuration and create it again" in result["msg"]
            assert kapso.writes() == []
    assert owner.objects() == [state]


def test_a_sandbox_needs_a_name_and_no_more_is_sent(kapso: Emulator, owner: Runner) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("business_account_id", "access_token", "webhook_verify_token", "webhook_destination_url")
    )
    assert owner.run(kind="sandbox", **nothing)["data"]["kind"] == "sandbox"
    assert set(kapso.writes()[0].sent) == {"kind", "name", "phone_number_id"}
    assert not owner.run(kind="sandbox", **nothing)["changed"]


def test_a_flag_that_the_server_ignores_is_an_error_and_the_next_run_sends_it(kapso: Emulator, owner: Runner) -> None:
    kapso.fault(method="POST", merge={"calls_enabled": False}, count=1)
    result = owner.run(calls_enabled=True)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
    assert "calls_enabled is False" in result["msg"]
    assert result["error"]["method"] == "POST"
    (state,) = owner.objects()
    kapso.edit(state["id"], calls_enabled=False, touch=False)

    assert owner.run(calls_enabled=True)["changed"]
    assert kapso.writes()[0].method == "PATCH"
    assert kapso.writes()[0].sent == {"calls_enabled": True}


def test_without_receipts_another_value_is_an_error_that_names_them(kapso: Emulator, owner: Runner) -> None:
    kapso.fault(method="POST", merge={"name": "Other"}, count=1)
    result = owner.run(receipts="none")
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
    assert "or give `receipts` a store that remembers them" in result["msg"]


def test_an_answer_that_does_not_say_when_it_was_made_is_followed_by_a_read(kapso: Emulator, owner: Runner) -> None:
    kapso.fault(method="POST", omit=["updated_at"], count=1)
    assert not owner.run().get("failed")
    assert owner.wire == "LIST POST GET"
    assert not owner.run()["changed"]


def test_a_creation_that_cannot_be_read_is_reported_as_a_change(kapso: Emulator, owner: Runner) -> None:
    kapso.fault(method="POST", omit=["updated_at"], count=1)
    kapso.fault(method="GET", after=1, status=500)
    result = owner.run(retries=0)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
    assert result["error"]["status"] == 500
    (state,) = owner.objects()
    assert result["config_id"] == state["id"]


def test_a_new_object_does_not_use_the_receipt_of_an_old_one_with_its_id(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.add()
    owner.run(customer_id=None, config_id=config_id)
    assert owner.kept_receipts() == {config_id: set(DECLARED)}
    kapso.remove(config_id)
    kapso.advance(60)
    kapso.add(id=config_id, customer_id=owner.customer_id, updated_at="2026-01-02T05:00:00Z")
    owner.run(customer_id=None, config_id=config_id)
    assert set(kapso.writes()[0].sent) >= HIDDEN
