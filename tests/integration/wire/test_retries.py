# SPDX-License-Identifier: GPL-3.0-or-later
"""Test retries: after which failures, how often, after which wait, and their messages."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import client as client_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import Client, backoff_limit
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError

from tests.emulator import Emulator
from tests.support.race_hooks import impatient
from tests.support.runner import Runner

RETRIES = 2

CAUSES: dict[str, dict[str, Any]] = {
    "dropped before it took effect": {"drop": "before"},
    "dropped after it took effect": {"drop": "after"},
    "reset after it took effect": {"drop": "after", "rst": True},
    "dropped in the midst of a 2xx": {"drop": "during"},
    "no answer in time": {"delay": 60, "status": 200},
    "endless 2xx": {"endless": 0.05},
    "HTTP 500": {"status": 500},
    "HTTP 502": {"status": 502},
    "HTTP 503": {"status": 503},
    "HTTP 504": {"status": 504},
    "HTTP 501": {"status": 501},
    "HTTP 400": {"status": 400},
    "HTTP 401": {"status": 401},
    "HTTP 402": {"status": 402},
    "HTTP 403": {"status": 403},
    "HTTP 404": {"status": 404},
    "HTTP 409": {"status": 409},
    "HTTP 422": {"status": 422},
    "HTTP 302": {"redirect": "/elsewhere"},
    "a 2xx that is no JSON": {"html": True},
    "an empty 2xx": {"empty": True},
}
LOST = {name for name in CAUSES if name.startswith(("dropped", "reset", "no answer"))} - {
    "dropped in the midst of a 2xx"
}
UNAVAILABLE = {"HTTP 502", "HTTP 503", "HTTP 504"}
CUT = {"dropped in the midst of a 2xx", "endless 2xx"}
RETRIED = {
    "GET": LOST | CUT | UNAVAILABLE | {"HTTP 500"},
    # One request. The next test is about lost changes.
    "PATCH": UNAVAILABLE,
    "DELETE": UNAVAILABLE,
    "POST": set(),
}


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk", calls_enabled=False)


def request(client: Client, method: str, config_id: str) -> None:
    """Send one request of that kind with the client alone."""
    if method == "GET":
        client.get(f"/whatsapp_configs/{config_id}")
    elif method == "POST":
        client.write("POST", "/customers", {"customer": {"name": "Example Clinic", "external_customer_id": "clinic-7"}})
    else:
        client.write(method, f"/whatsapp_configs/{config_id}", {"whatsapp_config": {"name": "Reception"}})


def in_time(kapso: Emulator, method: str, cause: str) -> AbstractContextManager[None]:
    """Let requests of this method end by their timeout, if that is the cause."""
    rule = CAUSES[cause]
    return impatient(kapso, method, rule) if rule.keys() & {"delay", "endless"} else nullcontext()


@pytest.mark.parametrize("times", [1, 9])
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("method", RETRIED)
def test_a_request_is_repeated_after_these_failures_and_no_others(
    kapso: Emulator, wire: Runner, config_id: str, method: str, cause: str, times: int
) -> None:
    kapso.fault(method=method, count=times, **CAUSES[cause])
    client = wire.client(retries=RETRIES)
    again = cause in RETRIED[method]
    attempts = 1 + min(times, RETRIES) if again else 1

    passes = again and times == 1 and method != "DELETE"  # the answer to a deletion has no body

    with in_time(kapso, method, cause), nullcontext() if passes else pytest.raises(ApiError) as caught:
        request(client, method, config_id)

    assert kapso.short().split() == [method] * attempts
    assert client.requests == attempts
    if caught is not None:
        assert caught.value.facts.attempts == attempts
        assert caught.value.facts.repeatable is (method in ("PATCH", "DELETE") and cause in LOST)
    assert len(wire.time.slept) == attempts - 1


@pytest.mark.parametrize("method", RETRIED)
def test_a_refused_connection_is_tried_again_by_every_method(
    kapso: Emulator, wire: Runner, config_id: str, method: str
) -> None:
    kapso.down()

    with pytest.raises(ApiError) as caught:
        request(wire.client(retries=RETRIES), method, config_id)

    assert caught.value.facts.attempts == 1 + RETRIES
    assert caught.value.outcome == "not_sent"
    assert "no connection to 127.0.0.1" in caught.value.what
    assert kapso.journal() == []


def test_a_server_that_becomes_reachable_again_is_used(
    kapso: Emulator, wire: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = iter([lambda: None, kapso.up])
    monkeypatch.setattr(wire.time, "sleep", lambda _seconds: next(waits)())
    kapso.down()

    request(wire.client(retries=RETRIES), "POST", "")

    assert kapso.short() == "POST"
    assert len(kapso.customers()) == 1


CHANGE_LOST = {
    "dropped before it took effect": "GET PATCH GET PATCH GET PATCH GET",
    "dropped after it took effect": "GET PATCH GET",
    "reset after it took effect": "GET PATCH GET",
    "dropped in the midst of a 2xx": "GET PATCH GET",
    "no answer in time": "GET PATCH GET PATCH GET PATCH GET",
    "endless 2xx": "GET PATCH GET",
    "HTTP 500": "GET PATCH GET",
    "HTTP 502": "GET PATCH PATCH PATCH GET",
    "HTTP 503": "GET PATCH PATCH PATCH GET",
    "HTTP 504": "GET PATCH PATCH PATCH GET",
    "HTTP 501": "GET PATCH GET",
    "HTTP 302": "GET PATCH GET",
    "a 2xx that is no JSON": "GET PATCH GET",
    "an empty 2xx": "GET PATCH GET",
}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_change_that_is_lost_is_looked_for_before_it_is_repeated(
    kapso: Emulator, wire: Runner, config_id: str, cause: str
) -> None:
    kapso.fault(method="PATCH", **CAUSES[cause])

    with in_time(kapso, "PATCH", cause):
        result = wire.run(config_id, {"name": "Reception"}, retries=RETRIES)

    assert kapso.short() == CHANGE_LOST.get(cause, "GET PATCH")
    there = kapso.get(config_id)
    assert there is not None
    arrived = there["name"] == "Reception"
    assert result["changed"] is (arrived or cause in CHANGE_LOST)
    assert result.get("failed", False) is not arrived
    if not arrived:
        assert result["error"]["outcome"] == ("unknown" if cause in CHANGE_LOST else "rejected")
        assert result["error"]["attempts"] == kapso.short().count("PATCH")


def test_the_default_is_four_retries(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="GET", status=503)

    with pytest.raises(ApiError) as caught:
        request(wire.client(), "GET", config_id)

    assert (caught.value.facts.attempts, caught.value.facts.retries) == (5, 4)


def test_each_request_has_its_own_retries(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="GET", count=2, status=503)
    kapso.fault(method="PATCH", count=2, status=503)

    result = wire.run(config_id, {"name": "Reception"}, retries=2)

    assert not result.get("failed")
    assert kapso.short() == "GET GET GET PATCH PATCH PATCH"


@pytest.fixture
def longest_jitter(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """Replace random waits by the longest ones; return the ranges."""
    ranges: list[tuple[float, float]] = []

    class Chance:
        def uniform(self, least: float, most: float) -> float:
            ranges.append((least, most))
            return most

    monkeypatch.setattr(client_module, "_JITTER", Chance())
    return ranges


def test_the_wait_before_a_retry_doubles_up_to_a_limit_and_is_left_to_chance_below_it(
    kapso: Emulator, wire: Runner, config_id: str, longest_jitter: list[tuple[float, float]]
) -> None:
    kapso.fault(method="GET", status=503)

    wire.run(config_id, {"name": "Reception"}, retries=8)

    waits = [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert longest_jitter == [(0, wait) for wait in waits]
    assert wire.time.slept == waits == [backoff_limit(retry) for retry in range(8)]


def test_the_wait_keeps_growing_after_a_change_without_an_answer(
    kapso: Emulator, wire: Runner, config_id: str, longest_jitter: list[tuple[float, float]]
) -> None:
    kapso.fault(method="PATCH", drop="before")

    wire.run(config_id, {"name": "Reception"}, retries=3)

    assert longest_jitter == [(0, 0.5), (0, 1), (0, 2)]
    assert wire.time.slept == [0.5, 1, 2]


@pytest.mark.parametrize(
    ("reads", "changes", "said"),
    [
        (0, 0, []),
        (9, 0, ["requests were repeated after: HTTP 503 (3 times)"]),
        (
            2,
            1,
            ["requests were repeated after: HTTP 503 (2 times), the connection to {} was lost before an answer came"],
        ),
    ],
    ids=["nothing", "a task that fails", "each cause once"],
)
def test_retries_are_reported_once_with_their_reason(
    kapso: Emulator, wire: Runner, config_id: str, reads: int, changes: int, said: list[str]
) -> None:
    for method, count, rule in (("GET", reads, {"status": 503}), ("PATCH", changes, {"drop": "before"})):
        if count:
            kapso.fault(method=method, count=count, **rule)

    result = wire.run(config_id, {"name": "Reception"}, retries=3)

    told = [text for text in result["warnings"] if text.startswith("requests were repeated")]
    assert told == [text.format(kapso.url.split("/")[2]) for text in said]
    assert said or result["warnings"] == []


def test_a_connection_that_the_server_closed_while_idle_costs_nothing(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    assert wire.run(config_id, {"name": "Reception"})["changed"]
    kapso.hang_up()

    assert wire.run(config_id, {"name": "Front desk"}, retries=0)["changed"]
    assert kapso.short() == "GET PATCH"


def test_one_connection_serves_all_tasks_of_a_process(kapso: Emulator, wire: Runner, config_id: str) -> None:
    for name in ("Reception", "Front desk", "Reception"):
        wire.run(config_id, {"name": name})

    assert kapso.connections() == 1


def test_a_pause_takes_its_time(wire: Runner) -> None:
    wire.client().pause(7)

    assert wire.time.slept == [7]
