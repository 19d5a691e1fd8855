# SPDX-License-Identifier: GPL-3.0-or-later
"""Test invalid answers: they cause a clear error, no receipt and no further write.

tests/unit/test_answers.py has the messages for each shape of a body. The fault matrix has each fault of each request.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import ROTATED, TOKEN
from tests.support.race_hooks import impatient, in_seconds
from tests.support.runner import Runner

# The answer, and a part of the message about it.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "HTML": ({"html": True}, "the answer is not JSON (text/html; charset=utf-8; it cannot be parsed)"),
    "cut in the midst of the JSON": ({"truncate": True, "apply": False}, "it cannot be parsed)"),
    "over 8 MiB": ({"big": 8.1}, "the answer is larger than 8 MiB"),
    "over 8 MiB when unpacked": ({"big": 20, "gzip": True}, "the answer is larger than 8 MiB"),
    "endless and fast": ({"endless": 0}, "the answer is larger than 8 MiB"),
    "broken off": ({"drop": "during", "apply": False}, "the connection was lost in the middle of the answer"),
    "a redirect to no URL": (
        {"redirect": "http://[", "status": 302},
        "the server redirects to http://[, and the API key must not be sent there",
    ),
    "not gzip": ({"headers": {"Content-Encoding": "gzip"}, "json": {"data": {}}}, "cannot be unpacked"),
}
SLOW: dict[str, dict[str, Any]] = {
    "endless and slow": {"endless": 0.02},
    "endless and silent": {"endless": 60},
    "a piece just before the end": {"endless": 0.09},
    "one byte at a time": {"slow_body": {"bytes": 1, "interval": 0.05}, "apply": False},
}
BAD |= {name: (rule, "the answer did not end within 30 s") for name, rule in SLOW.items()}


@pytest.mark.parametrize("answer", BAD)
@pytest.mark.parametrize(("method", "outcome", "requests"), [("GET", "not_sent", "GET"), ("PATCH", "unknown", None)])
def test_an_invalid_answer_is_reported_and_leaves_no_receipt(
    kapso: Emulator, wire: Runner, config_id: str, method: str, outcome: str, requests: str | None, answer: str
) -> None:
    rule, said = BAD[answer]
    wire.run(config_id, {"access_token": TOKEN})
    kapso.clear_journal()
    kapso.fault(method=method, **rule)

    with impatient(kapso, method, rule) if answer in SLOW else in_seconds():
        result = wire.run(config_id, {"name": "Reception", "access_token": ROTATED}, retries=0)

    assert said in result["msg"]
    assert (result["failed"], result["error"]["outcome"]) == (True, outcome)
    assert kapso.short() == (requests or "GET PATCH GET")
    assert (result["data"] or {"name": "Front desk"})["name"] == "Front desk"
    kapso.clear_faults()
    # The outcome of the write is not known: the receipt has neither the old token nor the new one.
    assert wire.run(config_id, {"access_token": TOKEN}, check=True)["changed"] is (method == "PATCH")


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Emulator]:
    """Yield another server, the target of redirects."""
    with Emulator.start() as server:
        yield server


@pytest.mark.parametrize(("method", "requests"), [("GET", "GET"), ("PATCH", "GET PATCH GET")])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_with_the_key(
    kapso: Emulator, elsewhere: Emulator, wire: Runner, config_id: str, method: str, requests: str, status: int
) -> None:
    kapso.fault(method=method, redirect=f"{elsewhere.url}/whatsapp_configs/{config_id}", status=status)

    result = wire.run(config_id, {"name": "Reception"})

    assert "and the API key must not be sent there" in result["msg"]
    assert elsewhere.journal() == []
    assert kapso.short() == requests


GOOD: dict[str, dict[str, Any]] = {
    "compressed and in chunks": {"gzip": True, "chunked": True},
    "without what is optional": {"omit": ["updated_at", "created_at", "display_name"]},
    "a wrong type in a field that is not declared": {"merge": {"calls_enabled": "yes"}},
    "null in a declared field": {"merge": {"name": None}},
    "just below the limit": {"big": 7.9},
}


@pytest.mark.parametrize("answer", GOOD)
def test_an_unusual_valid_answer_is_accepted(kapso: Emulator, wire: Runner, config_id: str, answer: str) -> None:
    kapso.fault(method="GET", **GOOD[answer])

    result = wire.run(config_id, {"name": "Reception"})

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH"


def test_a_packed_answer_is_not_unpacked_beyond_the_limit(kapso: Emulator, wire: Runner, config_id: str) -> None:
    wire.run(config_id, {"name": "Front desk"})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kapso.fault(method="GET", big=100, gzip=True)

    assert "larger than 8 MiB" in wire.run(config_id, {"name": "Reception"}, retries=0)["msg"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # KiB
