# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that refuses a partial body: its 422 is followed by one fuller try, as designed and no wider."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.wire import Wire

META = {
    "phone_number_id": "100000000000077",
    "business_account_id": "200000000000077",
    "access_token": "canary-token-old",
}
DECLARED = {"name": "Reception", **META}
SHAPES = ["string", "platform", "legacy", "object", "list", "rails"]


@pytest.fixture
def config_id(kapso: Emulator, wire: Wire) -> str:
    """An object whose declared hidden field is known to be there, at a server that then begins to demand it."""
    config_id = kapso.add(name="Front desk", **META)
    wire.run(config_id, META, send_write_only="adopt")
    kapso.settings(demand_meta_fields=True)
    kapso.clear_journal()
    return config_id


def bodies(kapso: Emulator) -> list[set[str]]:
    return [set(entry.sent) for entry in kapso.writes()]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("names", ["human", "fields"])
def test_the_declared_ones_are_added_once_and_from_then_on_with_every_change(
    kapso: Emulator, wire: Wire, config_id: str, shape: str, names: str
) -> None:
    kapso.settings(error_shape=shape, error_names=names)

    result = wire.run(config_id, DECLARED)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert [entry.status for entry in kapso.journal()] == [200, 422, 200]
    assert bodies(kapso) == [{"name"}, set(DECLARED)]
    reasons = {change["field"]: change["reason"] for change in result["changes"]}
    assert reasons == {"name": "differs", **dict.fromkeys(META, "required_by_server")}

    kapso.clear_journal()
    assert not wire.run(config_id, DECLARED)["changed"]
    assert kapso.short() == "GET"

    kapso.clear_journal()
    renamed = {**DECLARED, "name": "Lobby"}
    predicted = wire.run(config_id, renamed, check=True)
    real = wire.run(config_id, renamed)
    assert bodies(kapso) == [set(DECLARED)]
    assert predicted["changes"] == real["changes"]
    assert {change["field"] for change in real["changes"]} == set(DECLARED)


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}, {"drop": "after"}])
def test_an_attempt_that_was_lost_before_the_refusal_does_not_keep_them_back(
    kapso: Emulator, wire: Wire, config_id: str, fault: dict[str, Any]
) -> None:
    kapso.fault(method="PATCH", **fault, count=1)

    result = wire.run(config_id, DECLARED)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert bodies(kapso) == [{"name"}, {"name"}, set(DECLARED)]
    # A refusal in doubt is not looked into: what is wider will be sent at once.
    assert kapso.short().endswith("PATCH PATCH")
    kapso.clear_journal()
    assert not wire.run(config_id, DECLARED)["changed"]
    assert kapso.short() == "GET"


def test_a_fuller_change_that_is_refused_after_one_that_was_lost_leaves_it_open_whether_that_took_effect(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.fault(method="PATCH", status=503, count=1)
    kapso.fault(method="PATCH", after=1, status=422, json={"error": "Name is odd"})

    result = wire.run(config_id, DECLARED)

    assert bodies(kapso) == [{"name"}, {"name"}, set(DECLARED)]
    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")


def test_what_was_demanded_and_sent_needs_no_second_sending(kapso: Emulator, wire: Wire, config_id: str) -> None:
    wire.run(config_id, DECLARED)
    rotated = {**DECLARED, "access_token": "canary-token-new"}
    kapso.clear_journal()

    wire.run(config_id, rotated)

    assert bodies(kapso) == [set(META)]
    there = kapso.get(config_id)
    assert there is not None
    assert there["access_token"] == "canary-token-new"


def test_only_declared_fields_are_ever_added(kapso: Emulator, wire: Wire, config_id: str) -> None:
    fields = {name: value for name, value in DECLARED.items() if name != "access_token"}

    result = wire.run(config_id, fields)

    assert bodies(kapso) == [{"name"}, set(fields)]
    assert (result["failed"], result["error"]["outcome"], result["changed"]) == (True, "rejected", True)
    assert "Access token can't be blank" in result["msg"]


def test_nothing_is_added_where_nothing_of_it_is_declared(kapso: Emulator, wire: Wire, config_id: str) -> None:
    result = wire.run(config_id, {"name": "Reception"})

    assert bodies(kapso) == [{"name"}]
    assert result["error"]["outcome"] == "rejected"


@pytest.mark.parametrize("send_write_only", ["never", "adopt"])
def test_nothing_is_added_where_hidden_fields_are_held_back(
    kapso: Emulator, wire: Wire, config_id: str, send_write_only: str
) -> None:
    result = wire.run(config_id, DECLARED, send_write_only=send_write_only)

    assert bodies(kapso) == [{"name"}]
    assert result["error"]["outcome"] == "rejected"


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"status": 422, "json": {"error": "Name is too long"}}, id="about another field"),
        pytest.param({"status": 422, "json": {"error": "Validation failed"}}, id="about no field"),
        pytest.param({"status": 422, "json": {"error": "display_phone_number_id is odd"}}, id="about a longer name"),
        pytest.param({"status": 400, "json": {"error": "Access token can't be blank"}}, id="another status"),
        pytest.param({"status": 409, "json": {"error": "Access token can't be blank"}}, id="a conflict"),
        pytest.param({"status": 500, "json": {"error": "Access token can't be blank"}}, id="a server's failure"),
    ],
)
def test_any_other_refusal_is_final(kapso: Emulator, wire: Wire, config_id: str, rule: dict[str, Any]) -> None:
    kapso.fault(method="PATCH", **rule)

    assert wire.run(config_id, DECLARED)["failed"]
    assert bodies(kapso) == [{"name"}]


def test_a_422_about_what_was_sent_is_final(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.settings(demand_meta_fields=False, refused_tokens=["canary-token-new"])

    result = wire.run(config_id, {**DECLARED, "access_token": "canary-token-new"})

    assert bodies(kapso) == [{"name", "access_token"}]
    assert "Access token is invalid" in result["msg"]
    assert "canary" not in str(result)


def test_the_fuller_try_is_made_once(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", status=422, json={"error": "Access token can't be blank"})
    before = dict(wire.receipts)

    result = wire.run(config_id, DECLARED)

    assert bodies(kapso) == [{"name"}, set(DECLARED)]
    assert (result["changed"], result["error"]["outcome"]) == (True, "rejected")
    assert wire.receipts == before


def test_a_write_that_was_refused_counts_though_the_fuller_one_could_not_be_sent(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    headers = {"X-RateLimit-Remaining": "0", "Retry-After": "300"}
    kapso.fault(method="PATCH", status=422, json={"error": "Access token can't be blank"}, headers=headers)
    wire.at_a_wait = kapso.down

    result = wire.run(config_id, DECLARED, rate_limit_timeout=600, retries=0)

    assert bodies(kapso) == [{"name"}]
    assert (result["changed"], result["error"]["outcome"]) == (True, "rejected")
    assert "nothing was changed" in result["msg"]


def test_a_fuller_try_whose_answer_is_lost_is_looked_for(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", after=1, drop="after")

    result = wire.run(config_id, DECLARED, retries=0)

    assert kapso.short() == "GET PATCH PATCH GET"
    assert result["error"]["outcome"] == "unknown"
    kapso.clear_faults()
    kapso.clear_journal()
    assert not wire.run(config_id, DECLARED).get("failed")
    # That this server demands them was learnt all the same.
    assert bodies(kapso) == [set(META)]
    assert not wire.run(config_id, DECLARED)["changed"]


def test_a_sandbox_object_is_not_asked_for_them(kapso: Emulator, wire: Wire) -> None:
    kapso.settings(demand_meta_fields=True)
    config_id = kapso.add(name="Front desk", kind="sandbox", **META)

    assert not wire.run(config_id, DECLARED, send_write_only="never").get("failed")
    assert bodies(kapso) == [{"name"}]
