# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a creation with a lost answer, at each point: one POST, at most one object, and a true result."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import DECLARED, HIDDEN
from tests.support.runner import Runner, actions
from tests.support.shared_time import SharedTime

ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
EFFECTIVE: dict[str, dict[str, Any]] = {
    "dropped after it took effect": {"drop": "after"},
    "a 500 after it took effect": {"status": 500, "apply": True},
    "an answer without id": {"omit": ["id"]},
    "a field of a wrong type": {"merge": {"name": 7}},
    "an answer about another customer's object": {"merge": {"customer_id": "someone-else"}},
    "an answer about another number": {"merge": {"phone_number_id": "100000000000099"}},
}
WITHOUT_EFFECT: dict[str, dict[str, Any]] = {
    "dropped before it took effect": {"drop": "before"},
    "a 500": {"status": 500},
    "a success that never was": {"status": 201, "json": {"data": {}}},
    "a success about another customer's object": {
        "status": 201,
        "json": {"data": {"id": ID, "customer_id": "someone"}},
    },
    "a success with a field of a wrong type": {"status": 201, "json": {"data": {"id": ID, "name": 7}}},
}


def by_name(rules: dict[str, dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", [pytest.param(rule, id=name) for name, rule in rules.items()])


def posts(kapso: Emulator) -> int:
    return sum(entry.method == "POST" for entry in kapso.journal())


@by_name(EFFECTIVE)
@pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
def test_an_object_that_was_created_without_an_answer_is_found_and_updated(
    kapso: Emulator, owner: Runner, rule: dict[str, Any], api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    dry = owner.dry_run()
    kapso.fault(method="POST", count=1, **rule)

    result = owner.run()

    # Readable fields are as sent. Write-only fields are sent again, since no receipt has them.
    assert owner.wire == "LIST POST LIST PATCH"
    shown = {"echoes": {"webhook_verify_token", "webhook_destination_url"}}.get(api_version, set())
    assert set(kapso.writes()[1].sent) == HIDDEN - shown
    assert "failed" not in result
    assert (result["changed"], result["changes"], result["diff"]) == (True, dry["changes"], dry["diff"])
    assert any("the object was found" in warning for warning in result["warnings"])
    (state,) = owner.objects()
    assert {name: state[name] for name in DECLARED} == DECLARED
    assert result["config_id"] == result["data"]["id"] == state["id"]

    assert not owner.run()["changed"]
    assert owner.wire == "LIST"


@by_name(WITHOUT_EFFECT)
def test_a_creation_without_effect_is_searched_for_and_never_sent_again(
    kapso: Emulator, owner: Runner, shared_time: SharedTime, rule: dict[str, Any]
) -> None:
    kapso.fault(method="POST", count=1, **rule)
    began = len(shared_time.slept)

    result = owner.run()

    assert owner.wire == "LIST POST" + 7 * " LIST"
    assert sum(shared_time.slept[began:]) == 60
    assert (result["failed"], result["changed"], result["data"]) == (True, True, {})
    assert result["error"]["outcome"] == "unknown"
    assert result["error"]["method"] == "POST"
    assert rule.get("json") != {"data": {}} or result["error"]["status"] == 201
    assert "None" not in result["msg"]
    assert "the object did not appear within 60 s" in result["msg"]
    assert "not known" in result["msg"]
    assert actions(result) == {("create", "not_found")}
    assert owner.objects() == []
    assert owner.stored() == []

    assert owner.run()["changed"]
    assert owner.wire == "LIST POST"
    assert len(owner.objects()) == 1


def test_an_object_that_appears_late_is_found(kapso: Emulator, owner: Runner) -> None:
    """The request takes effect during the search: the lists before do not have the object."""
    kapso.fault(method="POST", drop="after", count=1)
    kapso.fault(method="GET", path="/whatsapp_configs", after=1, count=4, json={"data": [], "meta": {"total_pages": 1}})
    result = owner.run()
    assert "failed" not in result
    assert owner.wire == "LIST POST" + 5 * " LIST" + " PATCH"
    assert len(owner.objects()) == 1


def test_the_next_search_waits_as_long_as_the_server_asks(
    kapso: Emulator, owner: Runner, shared_time: SharedTime
) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    kapso.fault(method="GET", after=1, count=1, status=503, headers={"Retry-After": "20"})
    began = len(shared_time.slept)
    assert "failed" not in owner.run(retries=0)
    assert owner.wire == "LIST POST LIST LIST PATCH"
    assert sum(shared_time.slept[began:]) == 20


@pytest.mark.parametrize("status", [401, 500])
def test_a_search_that_fails_is_reported(kapso: Emulator, owner: Runner, status: int) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    kapso.fault(method="GET", after=1, status=status)
    result = owner.run(retries=0)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert "looking for the object failed" in result["msg"]
    assert "did not appear" not in result["msg"]
    assert posts(kapso) == 1
    # With a rejected key, each further search would fail, too.
    assert owner.wire.count("LIST") == {401: 2, 500: 8}[status]
    assert len(owner.objects()) == 1


def test_two_objects_that_appear_are_an_error(kapso: Emulator, owner: Runner) -> None:
    kapso.fault(
        method="GET",
        path="/whatsapp_configs",
        count=1,
        json={"data": [], "meta": {"total_pages": 1, "total_count": 0}},
    )
    ids = [owner.add(), owner.add()]
    kapso.fault(method="POST", drop="before", count=1)
    result = owner.run()
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert all(config_id in result["msg"] for config_id in ids)
    assert "nothing was changed" not in result["msg"]
    assert result["warnings"] == []  # no warning says that the object was found
    assert owner.wire == "LIST POST LIST"


@pytest.mark.parametrize("send_write_only", ["never", "adopt"])
def test_fields_that_are_held_back_are_not_sent_to_an_object_that_was_found(
    kapso: Emulator, owner: Runner, send_write_only: str
) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    assert "failed" not in owner.run(send_write_only=send_write_only)
    assert owner.wire == "LIST POST LIST"


def test_a_write_that_fails_after_the_object_was_found_does_not_hide_the_creation(
    kapso: Emulator, owner: Runner
) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    kapso.fault(method="PATCH", status=422, json={"error": "no"})
    result = owner.run()
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
    assert "nothing was changed" not in result["msg"]
    assert result["error"]["status"] == 422
    assert actions(result) == {("create", "not_found")}
    (state,) = owner.objects()
    assert result["data"]["id"] == state["id"]

    kapso.clear_faults()
    assert owner.run()["changed"]
    assert owner.wire == "LIST PATCH"
