# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the client alone: the content of its errors, and its notes about requests."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import CHECK_NETWORK, Settings, Transport

from tests.emulator import Emulator
from tests.support.runner import Runner

# The fault of a request, the advice, the outcome of a write, and whether all other requests would fail, too.
FAILURES: dict[str, tuple[dict[str, Any], str | None, str, bool]] = {
    "no answer": ({"drop": "before"}, CHECK_NETWORK.format(option="api_url"), "unknown", False),
    "a refusal": ({"status": 422}, None, "rejected", False),
    "the rate limit": (
        {"status": 429, "headers": {"Retry-After": "500"}},
        "run again later, or raise rate_limit_timeout",
        "rejected",
        True,
    ),
}


@pytest.fixture
def path(kapso: Emulator) -> str:
    return f"/whatsapp_configs/{kapso.add(name='Front desk')}"


def failed(client: Client, path: str, method: str = "GET") -> ApiError:
    """Return the error of a request."""
    ask = partial(client.get, path) if method == "GET" else partial(client.write, method, path, {})
    with pytest.raises(ApiError) as caught:
        ask()
    return caught.value


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("failure", FAILURES)
def test_an_error_names_its_request(kapso: Emulator, wire: Runner, path: str, failure: str, method: str) -> None:
    rule, advice, of_a_write, for_all = FAILURES[failure]
    kapso.fault(**rule)

    error = failed(wire.client(retries=0), path, method)

    details = error.details()
    assert (details["method"], details["url"], details["attempts"]) == (method, kapso.url + path, 1)
    assert details["status"] == rule.get("status")
    assert details["outcome"] == ("not_sent" if method == "GET" else of_a_write)
    assert advice in (None, error.advice)
    assert error.stops_run is for_all


def test_answers_that_break_off_are_no_sign_of_a_server_that_is_away(kapso: Emulator, wire: Runner, path: str) -> None:
    kapso.fault(drop="during")

    error = failed(wire.client(retries=5), path)

    assert error.facts.attempts == len(kapso.journal()) == 6
    assert error.stops_run is False


def test_waits_for_the_rate_limit_add_up(kapso: Emulator, wire: Runner, path: str) -> None:
    client = wire.client()
    for seconds in (2, 3):
        kapso.fault(status=429, headers={"Retry-After": str(seconds)}, count=1)
        client.get(path)

    assert client.notes() == (
        "requests were repeated after: HTTP 429 (2 times)",
        "waited 5 s for the rate limit of the API",
    )


def test_requests_with_their_own_limit_do_not_wait_for_others(kapso: Emulator, wire: Runner, path: str) -> None:
    client = wire.client()
    kapso.fault(status=429, headers={"Retry-After": "500"}, count=1)
    assert failed(client, path).stops_run
    kapso.fault(status=429, headers={"Retry-After": "2"}, count=1)

    assert client.apart().bare(path)["data"]["name"] == "Front desk"

    assert client.notes() == (
        "requests were repeated after: HTTP 429 (2 times)",
        "waited 2 s for the rate limit of the API",
    )


@pytest.mark.parametrize(("waited", "told"), [(0.9, False), (1.0, True)])
def test_waits_of_less_than_a_second_are_not_announced(kapso: Emulator, path: str, waited: float, told: bool) -> None:
    class Budget(RateLimiter):
        """Report a wait."""

        def wait(self, *_args: Any) -> float:
            return waited

    client = Client(Transport(Settings(kapso.url, kapso.key)), Budget(), Mask([]))
    client.get(path)

    assert any("waited" in note for note in client.notes()) is told


def test_a_filter_with_invalid_unicode_is_sent(kapso: Emulator, wire: Runner) -> None:
    assert list(wire.client().page("/whatsapp_configs", 2, {"customer_id": "\udc80"}).rows) == []
    assert kapso.journal()[0].query == "page=2&per_page=100&customer_id=%ED%B2%80"


def test_the_date_is_that_of_the_server_if_it_is_sent(kapso: Emulator, operator: Runner, path: str) -> None:
    client = operator.client()
    here = client.date()
    client.get(path)
    there = client.date()
    kapso.advance(3600)
    client.get(path)

    assert here > 0
    assert there == pytest.approx(1_767_323_045, abs=60)  # the start of the emulator's clock
    assert client.date() - there == pytest.approx(3600, abs=60)
