# SPDX-License-Identifier: GPL-3.0-or-later
"""When hidden fields are sent, run after run, against a server with each of its habits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.action import Operator, reasons

TOKEN = "canary-access-token"
VERIFY = "canary-verify-token"
HOOK = "https://hooks.example.org/canary"
DECLARED: dict[str, Any] = {"access_token": TOKEN, "webhook_verify_token": VERIFY, "webhook_destination_url": HOOK}
HIDDEN = set(DECLARED)
HOUR = 3600


def edited(operator: Operator, **fields: Any) -> None:
    """An hour later somebody changes the object at Kapso's site."""
    operator.kapso.advance(HOUR)
    operator.kapso.edit(operator.config_id, **fields)


def assert_quiet(result: dict[str, Any], operator: Operator) -> None:
    """Nothing was sent, and nothing had to be said."""
    assert (result["changed"], result["changes"], result["warnings"]) == (False, [], [])
    assert operator.kapso.short() == "GET"


@pytest.mark.parametrize("vintage", ["omits", "nulls", "echoes"])
def test_the_second_run_sends_nothing(operator: Operator, vintage: str) -> None:
    operator.kapso.settings(vintage=vintage)
    assert operator.run(**DECLARED)["changed"]
    assert operator.sent == [HIDDEN]
    assert_quiet(operator.run(**DECLARED), operator)


@pytest.mark.parametrize("field", sorted(HIDDEN))
def test_a_rotated_value_is_sent_alone(operator: Operator, field: str) -> None:
    operator.run(**DECLARED)
    rotated = {**DECLARED, field: "https://new.example.org/canary"}
    assert reasons(operator.dry_run(**rotated)) == {field: "value_changed"}
    assert reasons(operator.run(**rotated)) == {field: "value_changed"}
    assert operator.sent == [{field}]
    assert operator.state[field] == rotated[field]
    assert_quiet(operator.run(**rotated), operator)


def test_a_field_declared_later_is_sent_alone(operator: Operator) -> None:
    operator.run(access_token=TOKEN)
    assert reasons(operator.run(access_token=TOKEN, webhook_verify_token=VERIFY)) == {
        "webhook_verify_token": "no_receipt"
    }
    assert_quiet(operator.run(access_token=TOKEN, webhook_verify_token=VERIFY), operator)


def test_an_edit_at_the_server_is_undone(operator: Operator) -> None:
    operator.run(**DECLARED)
    edited(operator, access_token="canary-of-another")
    assert reasons(operator.dry_run(**DECLARED)) == dict.fromkeys(HIDDEN, "modified_at_server")
    assert reasons(operator.run(**DECLARED)) == dict.fromkeys(HIDDEN, "modified_at_server")
    assert operator.state["access_token"] == TOKEN
    assert_quiet(operator.run(**DECLARED), operator)


def test_two_edits_a_day_apart_are_both_undone(operator: Operator) -> None:
    operator.run(**DECLARED)
    for value in ("canary-of-another", "canary-of-a-third"):
        edited(operator, access_token=value)
        assert operator.run(**DECLARED)["changed"]
        assert operator.state["access_token"] == TOKEN
        assert_quiet(operator.run(**DECLARED), operator)


def test_when_value_changed_does_not_look_at_edits(operator: Operator) -> None:
    operator.run(**DECLARED)
    edited(operator, access_token="canary-of-another")
    assert_quiet(operator.run(**DECLARED, send_write_only="when_value_changed"), operator)
    rotated = {**DECLARED, "access_token": "canary-rotated"}
    assert reasons(operator.run(**rotated, send_write_only="when_value_changed")) == {"access_token": "value_changed"}


def test_sending_one_field_does_not_vouch_for_those_overtaken(operator: Operator) -> None:
    operator.run(**DECLARED)
    edited(operator, webhook_verify_token="canary-of-another")
    operator.run(access_token="canary-rotated")
    assert operator.sent == [{"access_token"}]
    rotated = {**DECLARED, "access_token": "canary-rotated"}
    assert reasons(operator.run(**rotated)) == dict.fromkeys(HIDDEN - {"access_token"}, "modified_at_server")
    assert operator.state["webhook_verify_token"] == VERIFY
    assert_quiet(operator.run(**rotated), operator)


def test_a_readable_field_sent_alone_keeps_the_others_good(operator: Operator) -> None:
    operator.run(**DECLARED)
    operator.kapso.advance(HOUR)
    assert reasons(operator.run(name="New", **DECLARED)) == {"name": "differs"}
    assert operator.sent == [{"name"}]
    assert_quiet(operator.run(name="New", **DECLARED), operator)


def test_always_and_never(operator: Operator) -> None:
    assert reasons(operator.run(name="New", **DECLARED, send_write_only="never")) == {"name": "differs"}
    assert operator.sent == [{"name"}]
    for _run in range(2):
        assert reasons(operator.run(**DECLARED, send_write_only="always")) == dict.fromkeys(HIDDEN, "always")
    assert_quiet(operator.run(**DECLARED), operator)


def test_adopt_takes_an_object_over_without_sending(operator: Operator) -> None:
    operator.kapso.edit(operator.config_id, **DECLARED)
    dry = operator.dry_run(**DECLARED, send_write_only="adopt")
    real = operator.run(**DECLARED, send_write_only="adopt")
    for result in (dry, real):
        assert (result["changed"], result["changes"]) == (False, [])
        (warning,) = result["warnings"]
        assert "without being sent" in warning
        assert all(field in warning for field in HIDDEN)
    assert operator.kapso.short() == "GET"
    assert_quiet(operator.run(**DECLARED), operator)
    edited(operator, access_token="canary-of-another")
    assert operator.run(**DECLARED)["changed"]


def test_adopt_sends_what_can_be_read(operator: Operator) -> None:
    result = operator.run(name="New", **DECLARED, send_write_only="adopt")
    assert reasons(result) == {"name": "differs"}
    assert operator.sent == [{"name"}]
    assert_quiet(operator.run(name="New", **DECLARED), operator)


def test_what_the_server_demands_is_remembered(operator: Operator) -> None:
    operator.kapso.settings(demand_meta_fields=True)
    ids = {"phone_number_id": operator.state["phone_number_id"], "business_account_id": "200000000000001"}
    everything = {**DECLARED, **ids}
    operator.run(**everything)
    operator.run(name="New", **everything)
    assert operator.sent[-1] == {"name", "access_token", *ids}
    dry = operator.dry_run(name="Newer", **everything)
    assert reasons(dry) == {"name": "declared"} | dict.fromkeys(("access_token", *ids), "required_by_server")
    real = operator.run(name="Newer", **everything)
    assert operator.kapso.short() == "GET PATCH"
    assert (real["changes"], real["diff"]) == (dry["changes"], dry["diff"])
    assert_quiet(operator.run(name="Newer", **everything), operator)


def test_a_server_that_moves_updated_at_at_every_read(operator: Operator) -> None:
    operator.kapso.settings(updated_at_on_read=True)
    operator.run(**DECLARED)
    operator.kapso.advance(HOUR)
    assert reasons(operator.run(**DECLARED)) == dict.fromkeys(HIDDEN, "modified_at_server")
    for _run in range(4):
        operator.kapso.advance(HOUR)
        dry, real = operator.dry_run(**DECLARED), operator.run(**DECLARED)
        for result in (dry, real):
            assert (result["changed"], result["changes"]) == (False, [])
            (warning,) = result["warnings"]
            assert "when_value_changed" in warning
        assert operator.sent == []
    assert_quiet(operator.run(**DECLARED, send_write_only="when_value_changed"), operator)
    rotated = {**DECLARED, "access_token": "canary-rotated"}
    assert reasons(operator.run(**rotated)) == {"access_token": "value_changed"}
    assert operator.run(**rotated)["changed"] is False


def test_once_it_holds_still_edits_count_again(operator: Operator) -> None:
    operator.kapso.settings(updated_at_on_read=True)
    for _run in range(3):
        operator.run(**DECLARED)
    operator.kapso.settings(updated_at_on_read=False)
    operator.run(**DECLARED)
    assert_quiet(operator.run(**DECLARED), operator)
    edited(operator, access_token="canary-of-another")
    assert reasons(operator.run(**DECLARED)) == dict.fromkeys(HIDDEN, "modified_at_server")
    assert operator.state["access_token"] == TOKEN


def test_a_server_that_touches_the_object_after_each_write(operator: Operator) -> None:
    operator.kapso.settings(updated_at_after_write="next_read")
    operator.run(**DECLARED)
    results = [operator.run(**DECLARED) for _run in range(4)]
    assert [result["changed"] for result in results[2:]] == [False, False]
    assert [result["warnings"] for result in results[3:]] == [[]]
    edited(operator, access_token="canary-of-another")
    assert operator.run(**DECLARED)["changed"]
    assert operator.state["access_token"] == TOKEN


@pytest.mark.parametrize("milliseconds", [True, "mixed"])
def test_instants_with_and_without_milliseconds_are_the_same(operator: Operator, milliseconds: object) -> None:
    operator.kapso.settings(milliseconds=milliseconds)
    operator.run(**DECLARED)
    assert_quiet(operator.run(**DECLARED), operator)
    edited(operator, access_token="canary-of-another")
    assert operator.run(**DECLARED)["changed"]


def test_without_updated_at_the_value_decides(operator: Operator) -> None:
    operator.kapso.settings(no_updated_at=True)
    operator.run(**DECLARED)
    edited(operator, access_token="canary-of-another")
    assert_quiet(operator.run(**DECLARED), operator)
    assert operator.run(access_token="canary-rotated")["changed"]


def test_a_url_that_the_server_spells_otherwise_is_remembered(operator: Operator) -> None:
    operator.kapso.settings(vintage="echoes", lower_urls=True)
    result = operator.run(webhook_destination_url="https://Hooks.Example.org/canary")
    assert result["changed"]
    assert len(result["warnings"]) == 1
    assert_quiet(operator.run(webhook_destination_url="https://Hooks.Example.org/canary"), operator)


def test_a_masked_secret_is_no_difference(operator: Operator) -> None:
    operator.kapso.settings(mask_secrets=True)
    operator.run(**DECLARED)
    assert_quiet(operator.run(**DECLARED), operator)
    edited(operator, access_token="canary-of-another")
    assert operator.run(**DECLARED)["changed"]
    assert operator.state["access_token"] == TOKEN
    assert_quiet(operator.run(**DECLARED), operator)


def test_an_answer_that_is_lost_leaves_nothing_vouched_for(operator: Operator) -> None:
    operator.run(**DECLARED)
    operator.kapso.fault(method="PATCH", drop="before", count=1)
    rotated = {**DECLARED, "access_token": "canary-rotated"}
    lost = operator.run(**rotated, retries=0)
    assert (lost["failed"], lost["error"]["outcome"]) == (True, "unknown")
    assert reasons(operator.run(**rotated)) == {"access_token": "no_receipt"}
    assert operator.state["access_token"] == "canary-rotated"
    assert_quiet(operator.run(**rotated), operator)


@pytest.mark.parametrize("missing", ["updated_at", "name"])
def test_an_answer_that_leaves_something_out_is_completed_by_a_read(operator: Operator, missing: str) -> None:
    operator.kapso.fault(method="PATCH", omit=[missing])
    result = operator.run(name="New", **DECLARED)
    assert (operator.kapso.short(), result["data"]["name"]) == ("GET PATCH GET", "New")
    assert_quiet(operator.run(name="New", **DECLARED), operator)
    edited(operator, access_token="canary-of-another")
    assert reasons(operator.dry_run(name="New", **DECLARED)) == dict.fromkeys(HIDDEN, "modified_at_server")


def test_an_answer_that_cannot_be_completed_leaves_nothing_vouched_for(operator: Operator) -> None:
    operator.kapso.fault(method="PATCH", json={"data": {}}, apply=True, count=1)
    operator.kapso.fault(method="GET", status=500, after=1, count=1)
    result = operator.run(**DECLARED, retries=0)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
    assert reasons(operator.run(**DECLARED)) == dict.fromkeys(HIDDEN, "no_receipt")
