# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that cannot be right: a clear error, nothing kept, nothing sent on the strength of one."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.wire import Result, Wire

TIMEOUT = 0.5  # seconds, where it is to be exceeded
AMPLE = 20.0  # seconds, where it is not

# What comes instead, and what is said of it.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an array": ({"json": [1, 2]}, "the answer is JSON and not an object"),
    "a text": ({"json": "fine"}, "the answer is JSON and not an object"),
    "a number": ({"json": 7}, "the answer is JSON and not an object"),
    "null": ({"json": None}, "the answer is JSON and not an object"),
    "an object without data": ({"json": {"status": "ok"}}, "the answer holds no object under `data`"),
    "data that is null": ({"json": {"data": None}}, "the answer holds no object under `data`"),
    "data that is a text": ({"json": {"data": "fine"}}, "the answer holds no object under `data`"),
    "data that is a number": ({"json": {"data": 7}}, "the answer holds no object under `data`"),
    "data that is a list": ({"json": {"data": [{"name": "x"}]}}, "the answer holds no object under `data`"),
    "a number for a text": ({"merge": {"name": 7}}, "name is a number where a text belongs"),
    "a list for a text": ({"merge": {"name": ["x"]}}, "name is a list where a text belongs"),
    "an object for a text": ({"merge": {"name": {}}}, "name is an object where a text belongs"),
    "a boolean for a text": ({"merge": {"name": True}}, "name is a boolean where a text belongs"),
    "empty": ({"empty": True}, "the answer is not JSON (no content type; empty)"),
    "blank": ({"body": " \n "}, "the answer is not JSON (text/plain; charset=utf-8; empty)"),
    "cut in the midst of the JSON": ({"truncate": True}, "it cannot be parsed)"),
    "HTML": ({"html": True}, "the answer is not JSON (text/html; charset=utf-8; it cannot be parsed)"),
    "text": ({"body": "All is well"}, "the answer is not JSON (text/plain; charset=utf-8; it cannot be parsed)"),
    "not UTF-8": ({"invalid_utf8": True}, "not UTF-8)"),
    "NaN": ({"body": '{"data": {"name": NaN}}'}, "it cannot be parsed)"),
    "nested deeply": ({"nesting": 200_000}, "nested too deeply)"),
    "over 8 MiB": ({"big": 8.1}, "the answer is larger than 8 MiB"),
    "over 8 MiB when unpacked": ({"big": 20, "gzip": True}, "the answer is larger than 8 MiB"),
    "endless and slow": ({"endless": 0.02}, "the answer did not end within 0.5 s"),
    "endless and silent": ({"endless": 60}, "the answer did not end within 0.5 s"),
    "endless and fast": ({"endless": 0}, "the answer is larger than 8 MiB"),
    "slow beyond the time": ({"slow_body": {"bytes": 1, "interval": 0.1}}, "the answer did not end within 0.5 s"),
    "broken off": ({"drop": "during"}, "the connection was lost in the middle of the answer"),
    "not gzip": ({"headers": {"Content-Encoding": "gzip"}, "json": {"data": {}}}, "cannot be unpacked"),
    "a redirect": ({"redirect": "https://elsewhere.example/"}, "the server redirects to https://elsewhere.example/"),
    "a redirect on the same host": ({"redirect": "/api/v1/other", "status": 308}, "the server redirects to"),
    "no redirect to anywhere": ({"status": 304, "empty": True}, "the server redirects to nowhere"),
}


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk", access_token="canary-token-old")


def run(wire: Wire, config_id: str, timeout: float = AMPLE, **fields: Any) -> Result:
    return wire.run(config_id, fields, timeout=timeout, retries=0)


def time_for(said: str) -> float:
    """The timeout for a bad answer of which that is to be said."""
    return TIMEOUT if "did not end" in said else AMPLE


@pytest.mark.parametrize("answer", BAD)
def test_a_bad_answer_to_the_reading_ends_the_task_before_any_change(
    kapso: Emulator, wire: Wire, config_id: str, answer: str
) -> None:
    rule, said = BAD[answer]
    wire.run(config_id, {"access_token": "canary-token-new"})
    before = dict(wire.receipts)
    kapso.clear_journal()
    kapso.fault(method="GET", **rule)

    result = run(wire, config_id, time_for(said), name="Reception", access_token="canary-token-newer")

    assert said in result["msg"]
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "not_sent")
    assert kapso.short() == "GET"
    assert wire.receipts == before
    assert result["changes"] == []
    assert "canary" not in str(result)


@pytest.mark.parametrize("answer", [name for name, (rule, _said) in BAD.items() if "redirect" not in name])
def test_a_bad_answer_to_the_change_is_looked_into_and_nothing_of_it_kept(
    kapso: Emulator, wire: Wire, config_id: str, answer: str
) -> None:
    rule, said = BAD[answer]
    wire.run(config_id, {"access_token": "canary-token-new"})
    kapso.clear_journal()
    kapso.fault(method="PATCH", **{"apply": False, **rule})

    result = run(wire, config_id, time_for(said), name="Reception", access_token="canary-token-newer")

    assert said in result["msg"]
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert kapso.short() == "GET PATCH GET"
    assert result["data"]["name"] == "Front desk"
    assert "canary" not in str(result)
    kapso.clear_faults()
    kapso.clear_journal()
    # Neither the old token nor the new one is taken to be there.
    assert run(wire, config_id, access_token="canary-token-new")["changed"]
    assert kapso.short() == "GET PATCH"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Emulator]:
    """Another server, to which redirects point."""
    with Emulator.start() as server:
        yield server


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_with_the_key(
    kapso: Emulator, elsewhere: Emulator, wire: Wire, config_id: str, method: str, status: int
) -> None:
    kapso.fault(method=method, redirect=f"{elsewhere.url}/whatsapp_configs/{config_id}", status=status)

    result = run(wire, config_id, name="Reception")

    assert "which is not followed because the API key would travel along" in result["msg"]
    assert elsewhere.journal() == []
    if method == "GET":
        assert kapso.short() == "GET"
        assert (result["changed"], result["error"]["outcome"]) == (False, "not_sent")
    else:
        assert kapso.short() == "GET PATCH"
        assert (result["changed"], result["error"]["outcome"]) == (True, "rejected")


GOOD: dict[str, dict[str, Any]] = {
    "unknown keys": {"merge": {"status": "CONNECTED", "future": {"deep": [1, None]}}},
    "a wrong content type": {"content_type": "text/html"},
    "in chunks": {"chunked": True},
    "compressed": {"gzip": True},
    "compressed and in chunks": {"gzip": True, "chunked": True},
    "in small pieces": {"chunked": True, "slow_body": {"bytes": 7, "interval": 0}},
    "HTTP/1.0": {"http10": True},
    "followed by a closed connection": {"close": True},
    "without what is optional": {"omit": ["updated_at", "created_at", "display_name"]},
    "a wrong type in a field that is not declared": {"merge": {"calls_enabled": "yes"}},
    "null in a declared field": {"merge": {"name": None}},
}


@pytest.mark.parametrize("answer", GOOD)
def test_an_odd_answer_that_can_be_used_is_used(kapso: Emulator, wire: Wire, config_id: str, answer: str) -> None:
    kapso.fault(method="GET", **GOOD[answer])

    result = run(wire, config_id, name="Reception")

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert kapso.short() == "GET PATCH"


def test_just_below_the_limit_is_read(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="GET", big=7.9)

    assert run(wire, config_id, name="Reception")["changed"]


def test_a_packed_answer_is_not_unpacked_beyond_the_limit(kapso: Emulator, wire: Wire, config_id: str) -> None:
    run(wire, config_id, name="Front desk")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kapso.fault(method="GET", big=100, gzip=True)

    result = wire.run(config_id, {"name": "Reception"}, timeout=30, retries=0)

    assert "larger than 8 MiB" in result["msg"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # KiB


@pytest.mark.parametrize(
    "rule",
    [{"delay": 60}, {"endless": 60}, {"endless": 0.9}, {"slow_body": {"bytes": 1, "interval": 0.01}}],
    ids=["silent", "silent after a beginning", "a piece just before the end", "many small pieces"],
)
def test_one_request_takes_no_longer_than_its_timeout(
    kapso: Emulator, wire: Wire, config_id: str, rule: dict[str, Any]
) -> None:
    kapso.fault(method="GET", **rule)
    began = time.monotonic()

    assert run(wire, config_id, timeout=1, name="Reception")["failed"]
    assert time.monotonic() - began < 1.6


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "one"}, "one"),
        ({"error": {"message": "two", "code": "x"}}, "two"),
        ({"error": ["three", "four"]}, "three; four"),
        ({"errors": {"name": ["is too long"]}}, "name is too long"),
        ({"error": "five", "message": "six"}, "five; six"),
        ({"detail": "seven"}, "seven"),
        ("eight", "eight"),
        ({"error": {"a": {"b": ["nine"]}}}, "nine"),
        ({"error": 10}, '{"error":10}'),
        ([], "[]"),
    ],
)
def test_what_a_refusal_says_is_passed_on_in_whatever_shape(
    kapso: Emulator, wire: Wire, config_id: str, body: Any, said: str
) -> None:
    kapso.fault(method="PATCH", status=422, json=body)

    result = run(wire, config_id, name="Reception")

    assert said in result["error"]["message"]
    assert said in result["msg"]


def test_a_long_text_is_cut_and_a_secret_in_it_masked_before_that(kapso: Emulator, wire: Wire, config_id: str) -> None:
    secret = "canary-token-newer"
    kapso.fault(method="PATCH", status=422, body="x" * 190 + " " + secret + "\x1b[31m" + "y" * 500)

    message = run(wire, config_id, access_token=secret)["error"]["message"]

    assert len(message) == 200
    assert "canary" not in message
    assert "\x1b" not in message


def test_a_server_that_quotes_the_whole_request_gives_nothing_away(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", echo=True)

    result = run(wire, config_id, access_token="canary-token-newer")

    assert result["error"]["message"].startswith("PATCH /api/v1/whatsapp_configs/")
    assert "canary" not in str(result)
    assert kapso.key not in str(result)
