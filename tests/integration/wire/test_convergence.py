# SPDX-License-Identifier: GPL-3.0-or-later
"""One object, read, planned and written: which requests that takes, what a dry run foretells, what an error holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.converge import read_and_plan
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import Goal, Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import RESTLESS
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt, Seal
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

from tests.emulator import Emulator
from tests.support.wire import Wire

SECRET = {"access_token": "canary-token-new"}


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk", calls_enabled=False, access_token="canary-token-old")


def test_an_object_that_moves_by_itself_is_read_a_second_time_and_then_left_in_peace(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(updated_at_on_read=True)
    assert [wire.run(config_id, SECRET)["changed"] for _time in range(2)] == [True, True]
    kapso.clear_journal()

    result = wire.run(config_id, SECRET)

    assert (result["changed"], result.get("failed", False)) == (False, False)
    assert any(RESTLESS in warning for warning in result["warnings"])
    assert {(entry.method, entry.path, entry.status) for entry in kapso.journal()} == {
        ("GET", f"/api/v1/whatsapp_configs/{config_id}", 200)
    }
    assert kapso.short() == "GET GET"


def test_a_dry_run_foretells_what_is_declared_and_shown_and_nothing_else(wire: Wire, config_id: str) -> None:
    fields = {"name": "Reception", **SECRET}

    foretold = wire.run(config_id, fields, check=True)["data"]

    assert foretold["name"] == "Reception"
    assert "access_token" not in foretold
    real = wire.run(config_id, fields)["data"]
    # What the server makes of it by itself is its own business.
    assert {name for name in foretold if foretold[name] != real[name]} <= {"display_name", "updated_at"}


def test_an_object_that_is_at_hand_is_not_read(kapso: Emulator, wire: Wire, config_id: str) -> None:
    at_hand = {"id": config_id, "name": "At hand"}
    outcome = Outcome(
        Goal(WHATSAPP_CONFIG, config_id, {"name": "Reception"}),
        lambda object_id: Receipt(Seal("EXAMPLE-receipts-key", kapso.url, WHATSAPP_CONFIG.name, object_id)),
    )

    read_and_plan(wire.client(), outcome, at_hand)

    assert kapso.journal() == []
    assert [change.before for change in outcome.plan.changes] == ["At hand"]


@pytest.mark.parametrize(
    ("method", "outcome"), [("GET", "not_sent"), ("PATCH", "unknown")], ids=["when read", "when changed"]
)
def test_a_field_of_a_wrong_type_is_an_error_that_tells_of_its_request(
    kapso: Emulator, wire: Wire, config_id: str, method: str, outcome: str
) -> None:
    kapso.fault(method=method, merge={"name": 7})

    result = wire.run(config_id, {"name": "Reception", **SECRET})

    said = "name is a number where a text belongs"
    expected: dict[str, Any] = {
        "method": method,
        "url": f"{kapso.url}/whatsapp_configs/{config_id}",
        "status": 200,
        "message": said,
        "attempts": 1,
        "outcome": outcome,
    }
    assert result["error"] == expected
    assert f"the answer to {method} cannot be right: {said}" in result["msg"]
    assert "check that api_url is the base URL of the Kapso API" in result["msg"]


def test_a_part_left_undone_is_an_error_that_tells_of_its_request_and_of_all_that_is_left(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(ignore_fields=["calls_enabled", "name"])

    result = wire.run(config_id, {"calls_enabled": True, "name": "Reception", "inbound_processing_enabled": False})

    assert result["error"] == {
        "method": "PATCH",
        "url": f"{kapso.url}/whatsapp_configs/{config_id}",
        "status": 200,
        "message": "name is still 'Front desk', calls_enabled is still False",
        "attempts": 1,
        "outcome": "applied",
    }


def test_a_write_that_was_accepted_and_could_not_be_read_back_is_no_receipt(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    wire.run(config_id, {"access_token": "canary-token-old"})
    kapso.fault(method="PATCH", omit=["updated_at"], count=1)
    kapso.fault(method="GET", after=1, status=404, count=1)

    result = wire.run(config_id, {"access_token": "canary-token-new"})

    assert (result["changed"], result["error"]["outcome"]) == (True, "applied")
    assert "access_token" not in json.loads(wire.receipts[config_id])["fields"]
    (change,) = wire.run(config_id, {"access_token": "canary-token-old"}, check=True)["changes"]
    assert change["reason"] == "no_receipt"


def test_a_filter_of_broken_letters_is_sent_like_any_other(kapso: Emulator, wire: Wire) -> None:
    assert list(wire.client().page("/whatsapp_configs", 1, {"customer_id": "\udc80"}).rows) == []
    assert "customer_id=%ED%B2%80" in kapso.journal()[0].query


def test_a_page_is_as_large_as_lists_give_them(kapso: Emulator, wire: Wire) -> None:
    wire.client().page("/whatsapp_configs", 2)

    assert kapso.journal()[0].query == "page=2&per_page=100"


def test_a_reading_that_was_lost_once_leaves_no_doubt_whether_something_was_written(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.fault(method="GET", status=503, count=1)
    kapso.fault(method="GET", status=403, count=1)

    result = wire.run(config_id, {"name": "Lobby"})

    assert kapso.short() == "GET GET"
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "not_sent")
