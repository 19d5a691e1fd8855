# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the rate limit: the length of waits, their announcements, and the number of requests."""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from email.utils import formatdate
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport

from tests.emulator import Emulator, Entry
from tests.support.runner import Runner


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk")


def refuse(kapso: Emulator, asked: str | None, **rule: Any) -> None:
    """Answer requests with 429 and this Retry-After."""
    headers = {"X-RateLimit-Remaining": "0"} | ({} if asked is None else {"Retry-After": asked})
    kapso.fault(status=429, headers=headers, **rule)


def one_after_the_other(wire: Runner, ids: list[str]) -> list[Entry]:
    """Rename each object in a separate task; return all requests."""
    journal = []
    for config_id in ids:
        assert not wire.run(config_id, {"name": "Reception"}).get("failed")
        journal += wire.kapso.journal()
    return journal


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        pytest.param("7", 7, id="seconds"),
        pytest.param("0", 1, id="zero: a second at least"),
        pytest.param(None, 60, id="missing"),
        pytest.param("", 60, id="empty"),
        pytest.param("soon", 60, id="a word"),
        pytest.param("-5", 60, id="negative"),
        pytest.param("1.5", 60, id="a fraction"),
        pytest.param("1e9", 60, id="an exponent"),
        pytest.param("9" * 5000, 60, id="more digits than a number has"),
        pytest.param("Fri, 02 Jan 2026 03:04:45 GMT", 40, id="a date, by the clock of the server"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 1, id="a date gone by"),
        pytest.param("Thu, 99 Jan 2099 00:00:00 GMT", 60, id="a day that is none"),
        pytest.param("Thu, 01 Jan 99999 00:00:00 GMT", 60, id="a year that is none"),
    ],
)
def test_the_wait_is_what_the_answer_asks_for(
    kapso: Emulator, wire: Runner, config_id: str, asked: str | None, waited: float
) -> None:
    refuse(kapso, asked, method="PATCH", count=1)

    result = wire.run(config_id, {"name": "Reception"})

    assert not result.get("failed")
    assert kapso.short() == "GET PATCH PATCH"
    assert wire.time.slept == [waited]


@pytest.mark.parametrize(("asked", "gets_through"), [(120, True), (121, False)])
def test_the_default_rate_limit_timeout_is_two_minutes(
    kapso: Emulator, wire: Runner, config_id: str, asked: int, gets_through: bool
) -> None:
    refuse(kapso, str(asked), count=1)

    with nullcontext() if gets_through else pytest.raises(ApiError, match=f"asks to wait {asked} s"):
        wire.client().get(f"/whatsapp_configs/{config_id}")

    assert wire.time.slept == ([asked] if gets_through else [])


def test_without_the_time_of_the_server_a_date_is_held_against_our_own(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    refuse(kapso, formatdate(time.time() + 10**5, usegmt=True), http10=True, count=1)

    assert not wire.run(config_id, {"name": "Reception"}, rate_limit_timeout=10**6).get("failed")
    assert wire.time.slept == [pytest.approx(10**5, abs=600)]


@pytest.mark.parametrize(
    ("asked", "max_wait", "said"),
    [
        ("1", 0, "1"),
        ("121", 120, "121"),
        ("86400", 120, "86400"),
        ("99999999999999999999", 120, "100000000000000000000"),
        ("Wed, 14 Jan 2026 03:04:05 GMT", 120, "1036800"),
    ],
)
def test_a_wait_that_is_too_long_is_an_error_with_its_length(
    kapso: Emulator, wire: Runner, config_id: str, asked: str, max_wait: int, said: str
) -> None:
    refuse(kapso, asked, method="GET")

    result = wire.run(config_id, {"name": "Reception"}, rate_limit_timeout=None if max_wait == 120 else max_wait)

    assert kapso.short() == "GET"
    assert wire.time.slept == []
    assert f"asks to wait {said} s, which is more than rate_limit_timeout ({max_wait} s)" in result["msg"]
    assert result["error"]["status"] == 429
    assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")


FORESEEN = {"merge": {"note": 1}, "headers": {"X-RateLimit-Remaining": "0", "Retry-After": "60"}}


@pytest.mark.parametrize(
    ("rules", "max_wait", "requests", "waited"),
    [
        pytest.param({"GET": ("50", 9)}, 120, "GET GET GET", 100, id="all 429s in a row"),  # 150 is over the limit
        pytest.param({"GET": FORESEEN, "PATCH": ("60", 9)}, 100, "GET PATCH", 60, id="a wait by foresight"),
        pytest.param(
            {"GET": ("50", 2), "PATCH": ("50", 2)},
            110,
            "GET GET GET PATCH PATCH PATCH",
            200,
            id="anew with each request that gets through",
        ),
    ],
)
def test_the_timeout_counts_over_all_waits_since_a_request_got_through(
    kapso: Emulator, wire: Runner, config_id: str, rules: dict[str, Any], max_wait: int, requests: str, waited: float
) -> None:
    for method, rule in rules.items():
        if rule is FORESEEN:
            kapso.fault(method=method, **rule)
        else:
            refuse(kapso, rule[0], method=method, count=rule[1])

    result = wire.run(config_id, {"name": "Reception"}, rate_limit_timeout=max_wait)

    assert bool(result.get("failed")) == (waited < 200)
    assert kapso.short() == requests
    assert sum(wire.time.slept) == waited


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "POST"])
def test_every_method_waits_for_the_rate_limit(kapso: Emulator, wire: Runner, method: str) -> None:
    # A request with answer 429 did not take effect, so it is safe to repeat, also for a creation.
    refuse(kapso, "3", method=method, count=1)
    kapso.fault(method=method, json={"data": {}})
    client = wire.client(retries=0)

    if method == "GET":
        client.get("/customers/one")
    else:
        client.write(method, "/customers/one", {})

    assert kapso.short() == f"{method} {method}"
    assert wire.time.slept == [3]


def test_a_change_that_got_nothing_but_429s_was_sent_and_refused(kapso: Emulator, wire: Runner, config_id: str) -> None:
    refuse(kapso, "300", method="PATCH")

    result = wire.run(config_id, {"name": "Reception"})

    assert kapso.short() == "GET PATCH"
    assert (result["changed"], result["error"]["outcome"]) == (False, "rejected")
    assert "nothing was changed" in result["msg"]


def test_a_change_that_was_never_sent_for_want_of_requests_is_not_sent(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    refuse(kapso, "300", method="GET", after=1)
    wire.run(config_id, {"name": "Front desk"})
    wire.run(config_id, {"name": "Front desk"})
    kapso.clear_journal()

    result = wire.run(config_id, {"name": "Reception"})

    assert kapso.journal() == []
    assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")


def test_a_wait_is_announced_as_it_begins_and_told_afterwards(kapso: Emulator, wire: Runner, config_id: str) -> None:
    refuse(kapso, "7", method="PATCH", count=1)

    result = wire.run(config_id, {"name": "Reception"})

    (said,) = wire.announced
    assert re.fullmatch(r"Rate limit reached, next requests at \d\d:\d\d:\d\d \(in 7 s\)", said)
    assert "waited 7 s for the rate limit of the API" in result["warnings"]
    assert "requests were repeated after: HTTP 429" in result["warnings"]


def test_no_429_is_caused_if_answers_have_remaining_requests(kapso: Emulator, wire: Runner) -> None:
    kapso.settings(rate_limit={"limit": 4})
    ids = kapso.add_many(5)

    requests = one_after_the_other(wire, ids)

    assert [(entry.method, entry.status) for entry in requests] == [("GET", 200), ("PATCH", 200)] * 5
    assert wire.time.slept == [60, 60]


def test_the_wait_in_the_answer_to_the_last_request_is_used(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.settings(rate_limit={"limit": 1, "phase": 50}, retry_after="remaining", retry_after_on_success=True)

    assert not wire.run(config_id, {"name": "Reception"}).get("failed")
    assert [entry.status for entry in kapso.journal()] == [200, 200]
    assert wire.time.slept == [10]


def test_a_last_request_that_is_the_end_of_the_task_costs_no_wait(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.settings(rate_limit={"limit": 1})

    assert not wire.run(config_id, {"name": "Front desk"}).get("failed")
    assert wire.time.slept == []


def test_a_predicted_wait_is_not_longer_than_the_timeout_allows(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.settings(rate_limit={"limit": 1}, retry_after="remaining")

    result = wire.run(config_id, {"name": "Reception"}, rate_limit_timeout=30)

    # The predicted wait is longer than allowed, so the request is sent, and the server answers with the wait.
    assert kapso.short() == "GET PATCH"
    assert "asks to wait 60 s" in result["msg"]
    assert wire.time.slept == []


def test_the_next_item_of_a_loop_does_not_ask_again_while_the_wait_is_on(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    refuse(kapso, "600")

    first = wire.run(config_id, {"name": "Reception"})
    assert kapso.short() == "GET"
    second = wire.run(config_id, {"name": "Reception"})

    assert kapso.short() == ""
    assert all(result["failed"] and "asks to wait" in result["msg"] for result in (first, second))


def test_in_real_time_a_429_in_the_middle_of_a_run_is_waited_out(kapso: Emulator) -> None:
    refuse(kapso, "1", count=1)

    Client(Transport(Settings(kapso.url, kapso.key)), RateLimiter(), Mask([])).get(f"/whatsapp_configs/{kapso.add()}")

    refused, passed = kapso.journal()
    assert passed.at >= refused.at + 1


def test_all_threads_wait_together(kapso: Emulator, wire: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = kapso.add_many(40)
    refuse(kapso, "7", after=4, count=1)
    sent = []  # numbers of requests after the 429, and before the clock moves
    refused = RateLimiter.on_429

    def noted(budget: RateLimiter, asked: float | None) -> None:
        refused(budget, asked)
        sent.append(len(kapso.journal()))

    monkeypatch.setattr(RateLimiter, "on_429", noted)
    monkeypatch.setattr(kapso, "advance", lambda _seconds: sent.append(len(kapso.journal())))
    client = wire.client()
    at_once = threading.Barrier(4)

    def read(config_id: str) -> None:
        if config_id in ids[:4]:
            at_once.wait(60)
        client.get(f"/whatsapp_configs/{config_id}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(read, ids))

    # The other three threads can have one open request each, and no more.
    assert sent[1] - sent[0] <= 3
    assert wire.time.slept == [7]
    assert len(kapso.journal()) == 41  # each object once, and the 429
