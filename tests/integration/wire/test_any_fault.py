# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that after a write only a rejection is reported as unchanged, and no odd status, header or error in the code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import single
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import read, update

from tests.emulator import Emulator
from tests.support.examples import TOKEN
from tests.support.runner import Runner

# The rule for the answer to a change that took effect, and the end of the task.
ANSWERS: dict[str, tuple[dict[str, Any], str]] = {
    "a count of 5,000 digits": ({"headers": {"X-RateLimit-Remaining": "9" * 5000}}, "ok"),
    "a wait of 5,000 digits": ({"headers": {"Retry-After": "9" * 5000, "X-RateLimit-Remaining": "0"}}, "ok"),
    "500 levels": ({"body": f'{{"data": {"[" * 500}{"]" * 500}}}', "status": 200, "apply": True}, "unknown"),
    "a key of Ansible's own": ({"merge": {"__ansible_type": "x", "deep": [{"__ansible_vault": 1}]}}, "ok"),
    "a number without end": ({"body": '{"data": {"id": 1e999}}', "status": 200, "apply": True}, "unknown"),
    **{f"{status}": ({"status": status, "apply": True}, "unknown") for status in (300, 301, 302, 303, 304, 307, 501)},
    "422": ({"status": 422}, "rejected"),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_change_of_a_secret_ends_with_its_true_outcome(
    kapso: Emulator, wire: Runner, config_id: str, answer: str
) -> None:
    rule, outcome = ANSWERS[answer]
    kapso.fault(method="PATCH", count=1, **rule)

    result = wire.run(config_id, {"access_token": TOKEN}, retries=0)

    told = result["error"]["outcome"] if result.get("failed") else "ok"
    assert (result["changed"], told) == (outcome != "rejected", outcome)
    assert "__ansible" not in str(result)


@pytest.mark.parametrize(
    ("place", "name", "outcome"),
    [(read, "make_plan", "not_sent"), (update, "verify", "unknown"), (single, "result", "unknown")],
)
def test_an_error_in_the_code_is_reported_and_after_a_write_the_result_is_changed(
    kapso: Emulator, wire: Runner, config_id: str, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, outcome: str
) -> None:
    def broken(*_args: object) -> None:
        raise RecursionError("canary")

    monkeypatch.setattr(place, name, broken)

    result = wire.run(config_id, {"access_token": TOKEN, "name": "Predicted"})

    assert "the collection has a fault (RecursionError in test_any_fault.py, line " in result["msg"]
    assert "canary" not in str(result)
    assert "Predicted" not in str(result.get("data"))
    assert (result["changed"], result["error"]["outcome"]) == (outcome == "unknown", outcome)
    assert len(kapso.writes()) == (outcome == "unknown")


@pytest.mark.parametrize(
    ("status", "asked", "requests", "waited"),
    [
        (503, 1, "GET GET PATCH", [1]),
        (503, 60, "GET GET PATCH", [60]),
        (503, 61, "GET", []),
        (502, 61, "GET GET PATCH", [pytest.approx(0.25, abs=0.25)]),
    ],
)
def test_only_a_503_with_retry_after_is_waited_for(
    kapso: Emulator, wire: Runner, config_id: str, status: int, asked: int, requests: str, waited: list[float]
) -> None:
    kapso.fault(status=status, headers={"Retry-After": str(asked)}, count=1)

    result = wire.run(config_id, {"name": "Reception"}, rate_limit_timeout=60)

    assert (kapso.short(), bool(result.get("failed"))) == (requests, waited == [])
    assert wire.time.slept == waited
    said = [re.sub(r"[\d:]{8}", "TIME", text) for text in wire.announced]
    assert said == [f"The server asks to wait (HTTP 503), next requests at TIME (in {asked} s)"] * (waited == [asked])
