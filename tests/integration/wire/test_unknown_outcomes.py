# SPDX-License-Identifier: GPL-3.0-or-later
"""A change whose answer is lost: the object is read again, the result tells the truth, and the receipt follows.

Each case goes on to the next run, which has to make good what was left open.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.wire import Wire

READABLE = {"name": "Reception", "calls_enabled": True}
SECRET = {"access_token": "canary-token-new"}
BOTH = {**READABLE, **SECRET}
TIMEOUT = 0.3  # seconds

# The change took effect, and what came back says nothing of it.
SILENT: dict[str, dict[str, Any]] = {
    "dropped": {"drop": "after"},
    "reset": {"drop": "after", "rst": True},
    "dropped in the midst of the answer": {"drop": "during"},
    "late": {"delay": 30},
    "cut short": {"truncate": True},
    "HTML": {"html": True, "apply": True},
    "empty": {"empty": True, "apply": True},
    "an array": {"json": [], "apply": True},
    "no data": {"json": {}, "apply": True},
    "data of a wrong type": {"json": {"data": "done"}, "apply": True},
    "a field of a wrong type": {"merge": {"name": 7}},
    "HTTP 500": {"status": 500, "apply": True},
    "HTTP 502": {"status": 502, "apply": True},
    "HTTP 503": {"status": 503, "apply": True},
}


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk", calls_enabled=False, access_token="canary-token-old")


def state(kapso: Emulator, config_id: str, *names: str) -> dict[str, Any]:
    """What the server truly holds."""
    there = kapso.get(config_id)
    assert there is not None
    return {name: there[name] for name in names}


def sent(kapso: Emulator) -> list[set[str]]:
    """The names of the fields of each write, in order."""
    return [set(entry.sent) for entry in kapso.writes()]


@pytest.mark.parametrize("answer", SILENT)
def test_readable_fields_that_took_effect_are_a_success_after_one_write(
    kapso: Emulator, wire: Wire, config_id: str, answer: str
) -> None:
    kapso.fault(method="PATCH", **SILENT[answer])

    result = wire.run(config_id, READABLE, timeout=TIMEOUT, retries=0)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH GET"
    assert len([entry for entry in kapso.journal() if entry.applied]) == 1
    assert {name: result["data"][name] for name in READABLE} == READABLE == state(kapso, config_id, *READABLE)
    assert any("read again, the object holds what was sent" in warning for warning in result["warnings"])
    kapso.clear_faults()
    kapso.clear_journal()
    assert not wire.run(config_id, READABLE)["changed"]
    assert kapso.short() == "GET"


@pytest.mark.parametrize("answer", SILENT)
def test_a_secret_whose_arrival_is_unknown_is_a_failure_and_the_next_run_sends_it_again(
    kapso: Emulator, wire: Wire, config_id: str, answer: str
) -> None:
    kapso.fault(method="PATCH", **SILENT[answer])

    result = wire.run(config_id, BOTH, timeout=TIMEOUT, retries=0)

    assert (result["changed"], result["failed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert "whether the write took effect is not known" in result["msg"]
    assert kapso.short() == "GET PATCH GET"
    assert state(kapso, config_id, *BOTH) == BOTH  # which nobody could know
    assert result["data"]["name"] == "Reception"  # as it was read again

    kapso.clear_faults()
    kapso.clear_journal()
    again = wire.run(config_id, BOTH)
    assert (again["changed"], again.get("failed", False)) == (True, False)
    assert sent(kapso) == [{"access_token"}]
    assert [change["reason"] for change in again["changes"]] == ["no_receipt"]

    kapso.clear_journal()
    assert not wire.run(config_id, BOTH)["changed"]
    assert kapso.short() == "GET"


def test_a_secret_is_sent_again_while_there_are_retries_and_known_to_be_there_after_one_answer(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.fault(method="PATCH", drop="after", count=2)

    result = wire.run(config_id, BOTH, retries=2)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH GET PATCH GET PATCH"
    assert sent(kapso) == [set(BOTH)] * 3
    kapso.clear_journal()
    assert not wire.run(config_id, BOTH)["changed"]


@pytest.mark.parametrize("answer", ["dropped in the midst of the answer", "cut short", "HTML", "HTTP 500"])
def test_a_change_that_was_answered_is_not_repeated_in_the_same_run(
    kapso: Emulator, wire: Wire, config_id: str, answer: str
) -> None:
    kapso.fault(method="PATCH", **SILENT[answer])

    assert wire.run(config_id, SECRET, retries=4)["error"]["outcome"] == "unknown"
    assert kapso.short() == "GET PATCH GET"


@pytest.mark.parametrize("fault", [{"drop": "before"}, {"html": True}, {"status": 500}, {"delay": 30, "apply": False}])
def test_a_change_that_never_took_effect_is_never_called_a_success(
    kapso: Emulator, wire: Wire, config_id: str, fault: dict[str, Any]
) -> None:
    kapso.fault(method="PATCH", **fault)

    result = wire.run(config_id, READABLE, timeout=TIMEOUT, retries=0)

    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")
    assert result["data"]["name"] == "Front desk" == state(kapso, config_id, "name")["name"]


def test_half_of_it_in_place_is_no_success(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.settings(ignore_fields=["calls_enabled"])
    kapso.fault(method="PATCH", drop="after")

    result = wire.run(config_id, READABLE, retries=0)

    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")
    assert result["data"]["name"] == "Reception"


def test_where_reading_again_fails_too_both_are_told(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", drop="after")
    kapso.fault(method="GET", after=1, status=404)

    result = wire.run(config_id, READABLE, retries=2)

    assert kapso.short() == "GET PATCH GET"
    assert (result["changed"], result["failed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert "was lost before an answer came, and reading the object again failed: Kapso knows no such" in result["msg"]


def test_a_change_lost_and_then_refused_is_unknown(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", status=503, count=1, apply=True)
    kapso.fault(method="PATCH", status=422)

    result = wire.run(config_id, SECRET)

    assert kapso.short() == "GET PATCH PATCH GET"
    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")


# The receipt: the digests of what was sent are forgotten, those of what was not sent stay.


def test_what_was_not_sent_is_remembered(kapso: Emulator, wire: Wire, config_id: str) -> None:
    first = {**SECRET, "webhook_verify_token": "canary-verify"}
    wire.run(config_id, first)
    rotated = {**first, "access_token": "canary-token-rotated"}
    kapso.fault(method="PATCH", drop="after")
    assert wire.run(config_id, rotated, retries=0, send_write_only="when_value_changed")["failed"]
    kapso.clear_faults()
    kapso.clear_journal()

    again = wire.run(config_id, rotated, send_write_only="when_value_changed")

    assert not again.get("failed")
    assert sent(kapso) == [{"access_token"}]
    assert state(kapso, config_id, *rotated) == rotated


def test_going_back_to_the_old_value_sends_it(kapso: Emulator, wire: Wire, config_id: str) -> None:
    # Decided by value alone, so that nothing but the receipt can tell that it has to be sent.
    wire.options = {"send_write_only": "when_value_changed"}
    wire.run(config_id, SECRET)
    kapso.fault(method="PATCH", drop="after")
    assert wire.run(config_id, {"access_token": "canary-token-rotated"}, retries=0)["failed"]
    kapso.clear_faults()

    assert wire.run(config_id, SECRET)["changed"]
    assert state(kapso, config_id, *SECRET) == SECRET


def test_a_refusal_leaves_the_receipt_as_it_was(kapso: Emulator, wire: Wire, config_id: str) -> None:
    wire.run(config_id, SECRET)
    before = dict(wire.receipts)
    kapso.fault(method="PATCH", status=422, count=1)

    result = wire.run(config_id, {"access_token": "canary-token-rotated"})

    assert (result["changed"], result["error"]["outcome"]) == (True, "rejected")
    assert wire.receipts == before
    kapso.clear_journal()
    assert not wire.run(config_id, SECRET)["changed"]


def test_a_change_that_was_not_sent_leaves_the_receipt_as_it_was(kapso: Emulator, wire: Wire, config_id: str) -> None:
    wire.run(config_id, SECRET)
    before = dict(wire.receipts)
    kapso.fault(method="GET", merge={"name": "Front desk"}, headers={"X-RateLimit-Remaining": "0"}, count=1)
    wire.at_a_wait = kapso.down

    result = wire.run(config_id, {"access_token": "canary-token-rotated"}, retries=1)

    assert kapso.writes()[1:] == []
    assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")
    assert "nothing was changed" in result["msg"]
    assert wire.receipts == before
