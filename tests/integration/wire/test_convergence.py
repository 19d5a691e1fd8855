# SPDX-License-Identifier: GPL-3.0-or-later
"""Test one object (read, plan, write, verify): requests, predictions, errors, and receipts after each outcome."""

from __future__ import annotations

import gc
import multiprocessing
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read import plan_update
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt, ReceiptSigner
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.emulator import Emulator
from tests.support.examples import ROTATED, TOKEN
from tests.support.runner import Data, Runner

SECRET = {"access_token": TOKEN}
OTHER = {"access_token": ROTATED}
READABLE = {"name": "Reception", "calls_enabled": True}
BOTH = {**READABLE, **SECRET}


def held(kapso: Emulator, config_id: str, *names: str) -> dict[str, Any]:
    """Return these fields at the server."""
    there = kapso.get(config_id) or {}
    return {name: there[name] for name in names}


def bodies(kapso: Emulator) -> list[set[str]]:
    """Return the names of the fields of each write, in order."""
    return [set(entry.sent) for entry in kapso.writes()]


def ended(result: Data) -> tuple[bool, str]:
    """Return `changed`, and the outcome, "ok" without an error."""
    return result["changed"], result["error"]["outcome"] if result.get("failed") else "ok"


def test_a_dry_run_predicts_the_declared_readable_fields_only(wire: Runner, config_id: str) -> None:
    foretold = wire.run(config_id, BOTH, check=True)["data"]

    assert foretold["name"] == "Reception"
    assert "access_token" not in foretold
    real = wire.run(config_id, BOTH)["data"]
    # Derived fields depend on the server only.
    assert {name for name in foretold if foretold[name] != real[name]} <= {"display_name", "updated_at"}


def test_an_object_that_is_at_hand_is_not_read(kapso: Emulator, wire: Runner, config_id: str) -> None:
    at_hand = {"id": config_id, "name": "At hand"}
    outcome = Outcome.begin(
        Target(WHATSAPP_CONFIG, config_id, {"name": "Reception"}),
        lambda object_id: Receipt(ReceiptSigner("EXAMPLE-receipts-key", kapso.url, WHATSAPP_CONFIG.name, object_id)),
    )

    outcome = plan_update(wire.client(), outcome, at_hand)

    assert kapso.journal() == []
    assert [change.before for change in outcome.plan.changes] == ["At hand"]


@pytest.mark.parametrize(("method", "outcome"), [("GET", "not_sent"), ("PATCH", "unknown")])
def test_a_field_of_a_wrong_type_is_an_error_that_tells_of_its_request(
    kapso: Emulator, wire: Runner, config_id: str, method: str, outcome: str
) -> None:
    kapso.fault(method=method, merge={"name": 7})

    result = wire.run(config_id, BOTH)

    said = "name is a number instead of a string"
    assert result["error"] == {
        "method": method,
        "url": f"{kapso.url}/whatsapp_configs/{config_id}",
        "status": 200,
        "message": said,
        "attempts": 1,
        "outcome": outcome,
    }
    assert f"the answer to {method} has a wrong type: {said}" in result["msg"]
    assert "check that api_url is the base URL of the Kapso API" in result["msg"]


# The answer to a write is compared with the sent fields.


def test_an_ignored_value_is_a_failure_that_names_it_and_so_is_the_next_run(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.settings(ignore_fields=["calls_enabled", "name"])
    fields = {**BOTH, "inbound_processing_enabled": False}

    result = wire.run(config_id, fields)

    assert ended(result) == (True, "applied")
    assert result["error"] == {
        "method": "PATCH",
        "url": f"{kapso.url}/whatsapp_configs/{config_id}",
        "status": 200,
        "message": "name is still 'Front desk', calls_enabled is still False",
        "attempts": 1,
        "outcome": "applied",
    }
    assert result["data"]["inbound_processing_enabled"] is False
    assert kapso.short() == "GET PATCH"
    assert ended(wire.run(config_id, fields)) == (True, "applied")
    assert bodies(kapso) == [READABLE.keys()]  # the receipt has the fields that were accepted
    kapso.settings(ignore_fields=[])
    assert [ended(wire.run(config_id, fields)) for _run in range(2)] == [(True, "ok"), (False, "ok")]


@pytest.mark.parametrize(("there", "ignored"), [("https://old.example/x", False), ("https://a.example/x", True)])
def test_a_normalized_value_is_reported_once_if_it_differs_from_an_ignored_one(
    kapso: Emulator, wire: Runner, config_id: str, there: str, ignored: bool
) -> None:
    kapso.settings(api_version="echoes", lower_urls=True)
    kapso.edit(config_id, webhook_destination_url=there)
    declared = {"webhook_destination_url": "https://A.example/x"}

    result = wire.run(config_id, declared)

    if ignored:
        assert ended(result) == (True, "applied")
        assert "correct the playbook, or ask Kapso why" in result["msg"]
        return
    assert (ended(result), result["data"]["webhook_destination_url"]) == ((True, "ok"), "https://a.example/x")
    (warning,) = result["warnings"]
    assert "Kapso stored 'https://a.example/x' for webhook_destination_url 'https://A.example/x'" in warning
    for check in (True, False):
        again = wire.run(config_id, declared, check=check)
        assert (again["changed"], again["warnings"], wire.wire) == (False, [], "GET")


def test_without_receipts_a_normalized_value_is_a_failure_with_the_value_to_declare(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.settings(api_version="echoes", lower_urls=True)

    result = wire.run(config_id, {"webhook_destination_url": "https://A.example/x"}, receipts="none")

    assert ended(result) == (True, "applied")
    now = "webhook_destination_url is 'https://a.example/x'"
    assert f"Kapso stored other values than the declared ones: {now}" in result["msg"]
    assert "declare these values, or give `receipts` a store that remembers them" in result["msg"]


# After an answer without content, the object is read again.


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 500, "apply": True}, {"merge": {"name": 7}}])
def test_readable_fields_that_took_effect_are_a_success_after_one_write(
    kapso: Emulator, wire: Runner, config_id: str, fault: dict[str, Any]
) -> None:
    kapso.fault(method="PATCH", **fault)

    result = wire.run(config_id, READABLE, retries=0)

    assert ended(result) == (True, "ok")
    assert kapso.short() == "GET PATCH GET"
    assert {name: result["data"][name] for name in READABLE} == READABLE == held(kapso, config_id, *READABLE)
    (warning,) = result["warnings"]
    assert "the answer to the write was lost (" in warning
    assert "), but the object has the sent values" in warning


def test_a_write_with_only_a_part_of_its_effect_is_no_success(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.settings(ignore_fields=["calls_enabled"])
    kapso.fault(method="PATCH", drop="after")

    result = wire.run(config_id, {"name": "Reception ", "calls_enabled": True}, retries=0)

    assert ended(result) == (True, "unknown")
    assert result["data"]["name"].strip() == "Reception"


def test_a_secret_with_an_unknown_outcome_is_a_failure_and_is_sent_again(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    wire.run(config_id, {**SECRET, "webhook_verify_token": "canary-verify"})
    rotated = {**READABLE, **OTHER, "webhook_verify_token": "canary-verify"}
    kapso.fault(method="PATCH", drop="after", count=2)

    # Decide by value only, so that only the receipt shows which fields must be sent.
    result = wire.run(config_id, rotated, retries=1, send_write_only="when_value_changed")

    assert ended(result) == (True, "unknown")
    assert "whether the write took effect is not known" in result["msg"]
    assert kapso.short() == "GET PATCH GET PATCH GET"
    assert held(kapso, config_id, *OTHER) == OTHER  # the run cannot know that
    assert result["data"]["name"] == "Reception"  # as it was read again
    for declared in (SECRET, OTHER):  # the receipt has no longer the old value
        changes = wire.run(config_id, {**rotated, **declared}, check=True, send_write_only="when_value_changed")[
            "changes"
        ]
        assert {change["field"]: change["reason"] for change in changes} == {"access_token": "no_receipt"}


def test_if_the_second_read_fails_too_both_errors_are_reported(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="PATCH", drop="after")
    kapso.fault(method="GET", after=1, status=404)

    result = wire.run(config_id, READABLE, retries=2)

    assert kapso.short() == "GET PATCH GET"
    assert (ended(result), result["data"]["name"]) == ((True, "unknown"), "Front desk")
    assert "was lost before an answer came, and reading the object again failed: Kapso has no such" in result["msg"]


def test_a_change_lost_and_then_refused_is_unknown(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="PATCH", status=503, count=1, apply=True)
    kapso.fault(method="PATCH", status=422)

    assert ended(wire.run(config_id, SECRET)) == (True, "unknown")
    assert kapso.short() == "GET PATCH PATCH GET"


def test_a_write_that_was_accepted_and_could_not_be_read_back_is_no_receipt(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    wire.run(config_id, SECRET)
    kapso.fault(method="PATCH", omit=["updated_at"], count=1)
    kapso.fault(method="GET", after=1, status=404, count=1)

    assert ended(wire.run(config_id, OTHER)) == (True, "applied")
    assert "access_token" not in wire.kept_receipts()[config_id]
    (change,) = wire.run(config_id, SECRET, check=True)["changes"]
    assert change["reason"] == "no_receipt"


@pytest.mark.parametrize("outcome", ["rejected", "not_sent"])
def test_a_change_that_surely_took_no_effect_leaves_the_receipt_as_it_was(
    kapso: Emulator, wire: Runner, config_id: str, outcome: str
) -> None:
    wire.run(config_id, SECRET)
    before = wire.stored()
    if outcome == "rejected":
        kapso.fault(method="PATCH", status=422, count=1)
    else:
        kapso.fault(method="GET", merge={"name": "Front desk"}, headers={"X-RateLimit-Remaining": "0"}, count=1)
        wire.at_a_word = kapso.down

    result = wire.run(config_id, OTHER, retries=1)

    assert ended(result) == (False, outcome)
    assert "nothing was changed" in result["msg"]
    assert wire.stored() == before


def test_a_reading_that_was_lost_once_leaves_no_doubt_whether_something_was_written(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.fault(method="GET", status=503, count=1)
    kapso.fault(method="GET", status=403, count=1)

    assert ended(wire.run(config_id, READABLE)) == (False, "not_sent")
    assert kapso.short() == "GET GET"


# The process of a task: a worker ends with its task.


def test_only_a_worker_excludes_existing_objects_from_garbage_collection(wire: Runner, config_id: str) -> None:
    def passed_over() -> int:
        assert not wire.run(config_id, {"name": "Front desk"}).get("failed")
        return gc.get_freeze_count()

    answers, worker_end = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(target=lambda: worker_end.send(passed_over()))
    worker.start()
    try:
        assert answers.poll(30)
        assert answers.recv() > 10_000  # objects of Python, Ansible and the tests
    finally:
        worker.join(30)
    assert worker.exitcode == 0
    assert passed_over() == gc.get_freeze_count() == 0
