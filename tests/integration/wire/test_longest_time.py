# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the longest time of a task with the formula in docs/rate-limits.md.

Here an adversary answers in place of a server. It lets each request take its whole timeout, and each wait and backoff
take the longest time. Other tests in this directory show with real servers that a request keeps its timeout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, repeat
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import client as client_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import (
    RawResponse,
    Transport,
    TransportError,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import session
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import receipts
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import in_process
from hypothesis import given
from hypothesis import strategies as st

from tests.collection import ROOT
from tests.support.definitions import CONFIG
from tests.support.hypothesis_settings import throws
from tests.support.shared_time import StillClock

PAGE = ROOT / "docs" / "rate-limits.md"
URL, KEY, OBJECT, CUSTOMER = "http://127.0.0.1:1/api/v1", "example-key-not-real", "one", "somebody"
DECLARED = {"name": "Reception", "phone_number_id": "100000000000001", "access_token": "EXAMPLE-TOKEN"}
NEW = {"customer_id": CUSTOMER, "fields": {**DECLARED, "business_account_id": "200000000000001"}}

SETTINGS = ((30, 4, 120), (10, 1, 60), (2, 9, 7))  # timeout, retries, rate_limit_timeout
MOVES = ("well", "429", "503", "500", "lost", "cut", "refused", "demand", "garbage", "404")


def request_time(timeout: float, retries: int, max_wait: float) -> float:
    """Return the longest time of one request in seconds, by the page."""
    wait = max_wait + timeout if max_wait else 0
    backoff = sum(min(30.0, 0.5 * 2.0**retry) for retry in range(retries))
    return (1 + retries) * (timeout + wait) + backoff


def longest(timeout: float, retries: int, max_wait: float) -> float:
    """Return the longest time of one task in seconds, by the page."""
    return (5 + retries) * request_time(timeout, retries, max_wait)


def longest_creation(timeout: float, retries: int, max_wait: float) -> float:
    """Return the longest time in seconds of a task that creates an object, loses the answer and finds the object."""
    return 60 + (14 + retries) * request_time(timeout, retries, max_wait)


class Adversary(StillClock):
    """Answer as the test says, with a clock that only answers and waits move."""

    def __init__(self, moves: Iterator[str], timeout: float, max_wait: int) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._moves = moves
        self._timeout = timeout
        self._max_wait = max_wait

    def send(self, method: str, url: str) -> RawResponse:
        """Take the whole timeout, then answer."""
        self.asked.append(method)
        assert len(self.asked) < 5000, "this does not end"
        self.time += self._timeout
        match next(self._moves):
            case "429":
                return RawResponse(429, {"Retry-After": str(self._max_wait)}, b"{}")
            case "lost":
                raise TransportError("lost")
            case "refused":
                raise TransportError("refused", arrived=False)
            case "cut":
                raise TransportError("cut", status=200)
            case "demand":
                return RawResponse(422, {}, b'{"error": "Phone number can\'t be blank"}')
            case "garbage":
                return RawResponse(200, {}, b"garbage")
            case "well" if method == "GET" and "/customers/" in url:
                return RawResponse(
                    200, {}, json.dumps({"data": [], "meta": {"total_pages": 1, "total_count": 0}}).encode()
                )
            case "found":
                return RawResponse(200, {}, json.dumps(self._page()).encode())
            case "well":
                return RawResponse(200, {}, json.dumps({"data": self._object(method)}).encode())
            case status:
                return RawResponse(int(status), {}, b"{}")

    def _page(self) -> dict[str, Any]:
        """Return the customer's list with the object, which differs from the declaration."""
        row = {"id": OBJECT, "customer_id": CUSTOMER, **self._object("GET")}
        return {"data": [row], "meta": {"total_pages": 1, "total_count": 1}}

    def _object(self, method: str) -> dict[str, Any]:
        """Return the unchanged object, so that reads never confirm a change.

        `updated_at` moves between the first two.
        """
        name = "Reception" if method == "PATCH" else "Front desk"
        seconds = min(self.asked.count("GET"), 2)
        return {
            "name": name,
            "phone_number_id": DECLARED["phone_number_id"],
            "updated_at": f"2026-01-02T05:00:{seconds:02}Z",
        }


def play(
    monkeypatch: pytest.MonkeyPatch,
    moves: Iterator[str],
    timeout: float,
    retries: int,
    max_wait: int,
    meant: Mapping[str, Any] = MappingProxyType({"config_id": OBJECT, "fields": DECLARED}),
) -> tuple[Adversary, float]:
    """Run one task with an adversary. Return the adversary, and the time of the task in seconds."""
    adversary = Adversary(moves, timeout, max_wait)

    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(client_module, "_JITTER", SimpleNamespace(uniform=max))
    monkeypatch.setattr(Transport, "send", lambda _self, method, url, *_rest: adversary.send(method, url))
    monkeypatch.setattr(session, "CLOCK", adversary)
    args = {
        **meant,
        "api_url": URL,
        "api_key": KEY,
        "timeout": timeout,
        "retries": retries,
        "rate_limit_timeout": max_wait,
    }
    began = adversary.time
    in_process.run(CONFIG, args, session.RunContext(receipts={f"whatsapp_config {OBJECT}": overtaken()}))
    return adversary, adversary.time - began


def overtaken() -> str:
    """Return a receipt that makes the task read the object twice."""
    signer = receipts.ReceiptSigner(KEY, URL, "whatsapp_config", OBJECT)
    then = "2026-01-02T03:04:05Z"
    entry = receipts.Entry(signer.digest("access_token", DECLARED["access_token"]), then)
    return receipts.Receipt(signer, {"access_token": entry}, then, last_write_was_resend=True).dump()


def worst(retries: int) -> Iterator[str]:
    """Yield the answers that take longest: waits before each attempt, and as many failures as are retried."""
    read = [*["429", "503"] * retries, "429", "well"]
    # A lost change does not reset max_wait, which counts until an answer other than 429.
    look = read[1:]
    return chain([*read, *read, "demand", *["429", "lost", *look] * (1 + retries)], repeat("well"))


@pytest.mark.parametrize(("timeout", "retries", "max_wait"), [*SETTINGS, (5, 0, 0)])
def test_one_request_can_take_exactly_the_time_in_the_page(
    monkeypatch: pytest.MonkeyPatch, timeout: float, retries: int, max_wait: int
) -> None:
    before = ["429"] if max_wait else []
    moves = chain([*before, "503"] * retries, before, ["404"])

    adversary, took = play(monkeypatch, moves, timeout, retries, max_wait)

    assert set(adversary.asked) == {"GET"}
    assert took == pytest.approx(request_time(timeout, retries, max_wait))


@pytest.mark.parametrize(("timeout", "retries", "max_wait"), SETTINGS)
def test_the_worst_case_stays_within_the_longest_time_and_comes_near_it(
    monkeypatch: pytest.MonkeyPatch, timeout: float, retries: int, max_wait: int
) -> None:
    adversary, took = play(monkeypatch, worst(retries), timeout, retries, max_wait)

    assert adversary.asked.count("PATCH") >= 2 + retries
    assert 0.6 * longest(timeout, retries, max_wait) < took <= longest(timeout, retries, max_wait)


@throws(800)
@given(
    moves=st.lists(st.sampled_from((*MOVES, "found")), max_size=60),
    last=st.sampled_from((*MOVES, "found")),
    timeout=st.floats(0.1, 60),
    retries=st.integers(0, 4),
    max_wait=st.integers(0, 120),
    kind=st.sampled_from([(longest, {"config_id": OBJECT, "fields": DECLARED}), (longest_creation, NEW)]),
)
def test_no_task_takes_longer_than_the_page_says_with_any_server(
    monkeypatch: pytest.MonkeyPatch, moves: list[str], last: str, kind: Any, **settings: Any
) -> None:
    bound, meant = kind

    _adversary, took = play(monkeypatch, chain(moves, repeat(last)), meant=meant, **settings)

    assert took <= bound(**settings) + 1e-6


@pytest.mark.parametrize(("timeout", "retries", "max_wait"), SETTINGS)
def test_a_creation_that_is_lost_and_found_comes_near_the_longest_time(
    monkeypatch: pytest.MonkeyPatch, timeout: float, retries: int, max_wait: int
) -> None:
    slow = [*["429", "503"] * retries, "429"]
    before = [*slow, "well", "429", "lost"]
    # The loss does not reset max_wait.
    look_up = [*slow[1:], "well", *[*slow, "well"] * 5, *slow, "found"]

    adversary, took = play(monkeypatch, chain(before, look_up, worst(retries)), timeout, retries, max_wait, NEW)

    assert adversary.asked.count("POST") >= 1
    assert adversary.asked.count("PATCH") >= 1
    bound = longest_creation(timeout, retries, max_wait)
    assert 0.5 * bound < took <= bound


def examples() -> list[list[float]]:
    """Return the worked examples of the page: T, R and L, then the seconds in the order of the page."""
    text = PAGE.read_text(encoding="utf-8")
    tables = re.findall(r"^\| \| T .*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    heads = re.findall(r"T (\d+), R (\d+), L (\d+) \|", text)
    rows = [re.findall(r"\| ([\d.]+) \| ([\d.]+) \|", table) for table in tables]
    columns = [column for table in rows for column in zip(*table, strict=True)]
    return [[float(number) for number in (*head, *column)] for head, column in zip(heads, columns, strict=True)]


def test_the_worked_examples_of_the_page_are_right() -> None:
    assert len(examples()) == 4
    for timeout, retries, max_wait, request, nothing, change, everything, creation in examples():
        one = request_time(timeout, int(retries), max_wait)
        assert [request, nothing, change] == [one, one, 2 * one]
        assert everything == longest(timeout, int(retries), max_wait)
        assert creation == longest_creation(timeout, int(retries), max_wait)


def test_the_first_worked_example_has_the_defaults() -> None:
    defaults = [CONFIG.spec[name]["default"] for name in ("timeout", "retries", "rate_limit_timeout")]

    assert examples()[0][:3] == defaults
