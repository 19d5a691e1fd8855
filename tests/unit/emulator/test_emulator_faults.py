# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the effect of each fault on the answer and on the state of the server."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.emulator import Emulator, EmulatorError, digest
from tests.support.race_hooks import until
from tests.unit.emulator.raw import Raw


def name_of(kapso: Emulator, config_id: str) -> str:
    state = kapso.get(config_id)
    assert state is not None
    name: str = state["name"]
    return name


def test_a_rule_needs_something_to_do_and_known_keys(kapso: Emulator) -> None:
    for rule in ({}, {"method": "GET"}, {"statsu": 500}, {"status": 99}, {"method": "get", "status": 500}):
        with pytest.raises(EmulatorError, match="fault"):
            kapso.fault(**rule)
    for rule in ({"drop": "before", "apply": True}, {"drop": "after", "status": 500}):
        with pytest.raises(EmulatorError, match="says all"):
            kapso.fault(**rule)
    with pytest.raises(EmulatorError, match="header"):
        kapso.fault(headers={"X-Bad": "a\r\nb"})


def test_rules_choose_by_method_path_query_and_count(kapso: Emulator, raw: Raw) -> None:
    first, second = kapso.add(), kapso.add()
    kapso.fault(name="one", method="PATCH", path=first, status=503, after=1, count=2)
    assert [raw.patch(first, name=str(n)).status_code for n in range(5)] == [200, 503, 503, 200, 200]
    assert raw.patch(second, name="x").status_code == 200
    assert raw.get(first).status_code == 200
    kapso.fault(path_regex=f"{second}$", status=502)
    assert raw.get(second).status_code == 502
    assert raw("GET", f"whatsapp_configs/{second}/health").status_code == 200
    kapso.fault(query="page=2", status=504)
    assert raw("GET", "whatsapp_configs?page=1").status_code == 200
    assert raw("GET", "whatsapp_configs?page=2").status_code == 504
    assert [(rule["name"], rule["fired"]) for rule in kapso.faults()] == [("one", 2), ("fault-2", 1), ("fault-3", 1)]
    assert [entry.fault for entry in kapso.journal()][:4] == [None, "one", "one", None]
    kapso.clear_faults()
    assert raw.get(second).status_code == 200


def test_the_first_rule_that_fires_decides(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(status=500, count=1)
    kapso.fault(status=502)
    assert [raw.get(config_id).status_code for _time in range(3)] == [500, 502, 502]


@pytest.mark.parametrize("apply", [False, True])
def test_an_error_may_come_with_or_without_effect(kapso: Emulator, raw: Raw, apply: bool) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(method="PATCH", status=502, apply=apply)
    assert raw.patch(config_id, name="New").status_code == 502
    assert name_of(kapso, config_id) == ("New" if apply else "Old")
    assert [entry.applied for entry in kapso.writes()] == [apply]


HTML = "text/html; charset=utf-8"
LITERALS: tuple[Any, ...] = ([], "text", 5, None, True, {}, {"data": None}, {"data": [1]}, {"data": {"id": 7}})


@pytest.mark.parametrize(
    ("rule", "status", "told"),
    [
        *(({"status": status}, status, b'{"error":') for status in (400, 401, 402, 403, 404, 422, 429, 500)),
        *(({"status": status}, status, f"<h1>{status}".encode()) for status in (502, 503, 504, 599)),
        *(({"json": value}, 200, json.dumps(value, separators=(",", ":")).encode()) for value in LITERALS),
        ({"status": 418, "body": "späte"}, 418, "späte".encode()),
        ({"html": True}, 200, b"<html>"),
        ({"empty": True}, 200, b""),
        ({"invalid_utf8": True}, 200, b"\xff"),
        ({"nesting": 100_000}, 200, b"[" * 100_000),
        ({"big": 20}, 200, b"x" * 20 * 2**20),
        ({"redirect": "/there"}, 302, b""),
        ({"redirect": "/there", "status": 308}, 308, b""),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_answer_has_the_status_and_the_body_of_its_rule(
    kapso: Emulator, raw: Raw, rule: dict[str, Any], status: int, told: bytes
) -> None:
    kapso.fault(**rule)
    response = raw.get("any")
    assert response.status_code == status
    assert told in response.content
    assert bool(response.content) == bool(told)


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        ({"status": 502}, "content-type", HTML),
        ({"status": 429, "headers": {"Retry-After": "7"}}, "retry-after", "7"),
        ({"status": 429, "body": "x", "content_type": "text/x-odd"}, "content-type", "text/x-odd"),
        ({"redirect": "https://elsewhere.example/"}, "location", "https://elsewhere.example/"),
        ({"content_type": "text/html"}, "content-type", "text/html"),
        ({"chunked": True}, "transfer-encoding", "chunked"),
        ({"gzip": True}, "content-encoding", "gzip"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_an_answer_has_the_headers_of_its_rule_and_is_otherwise_correct(
    kapso: Emulator, raw: Raw, rule: dict[str, Any], name: str, value: str
) -> None:
    config_id = kapso.add()
    kapso.fault(**rule)
    response = raw.get(config_id)
    assert response.headers[name] == value
    assert response.status_code != 200 or response.json()["data"]["id"] == config_id


@pytest.mark.parametrize("interval", [0, 0.01])
def test_an_endless_body_ends_when_the_client_leaves(kapso: Emulator, raw: Raw, interval: float) -> None:
    config_id = kapso.add()
    kapso.fault(endless=interval, count=1)
    with raw.get(config_id, stream=True) as response:
        assert "content-length" not in response.headers
        assert len(response.raw.read(30)) == 30
        # One event loop serves all requests, so an answer proves that the endless one does not block it.
        under_way = kapso.journal()[0].ms
    until(lambda: kapso.journal()[0].ms != under_way)


def test_an_echo_quotes_key_path_and_body(kapso: Emulator, raw: Raw) -> None:
    kapso.fault(echo=True, status=400)
    response = raw.patch("any", access_token="canary-1")
    assert response.status_code == 400
    for part in ("/whatsapp_configs/any", kapso.key, "canary-1"):
        assert part in response.json()["error"]


def test_a_fault_can_change_fields_of_a_correct_answer(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(merge={"name": 5, "extra": []}, omit=["kind"])
    for content in (raw.data(config_id), raw.rows()[0]):
        assert (content["name"], content["extra"], "kind" in content) == (5, [], False)
    assert name_of(kapso, config_id) == "Number 1"


def test_a_fault_can_change_the_meta_block_of_a_list(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(meta={"total_pages": "many", "extra": None})
    told = {"page": 1, "per_page": 20, "total_pages": "many", "total_count": 1, "extra": None}
    assert raw.page()["meta"] == told
    assert "meta" not in raw.get(config_id).json()


@pytest.mark.parametrize("apply", [False, True])
def test_truncate_cuts_the_body_and_not_the_message(kapso: Emulator, raw: Raw, apply: bool) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(method="PATCH", truncate=10, apply=apply)
    response = raw.patch(config_id, name="New")
    assert (response.status_code, response.content) == (200, b'{"data":{"')
    assert name_of(kapso, config_id) == ("New" if apply else "Old")
    assert [entry.applied for entry in kapso.writes()] == [apply]


@pytest.mark.parametrize("apply", [True, False])
def test_a_delayed_answer_comes_after_the_effect_or_with_it(kapso: Emulator, raw: Raw, apply: bool) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(method="PATCH", delay=5, apply=apply)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(raw.patch, config_id, name="New")
        until(lambda: [entry.applied for entry in kapso.journal()] == [apply])
        assert (name_of(kapso, config_id), kapso.journal()[0].status) == ("New" if apply else "Old", None)
        kapso.advance(5)
        assert late.result().status_code == 200
    assert name_of(kapso, config_id) == "New"


@pytest.mark.parametrize("end", ["hang_up", "reset"])
def test_a_delayed_effect_is_lost_if_the_client_disconnects_or_the_server_is_reset(
    kapso: Emulator, raw: Raw, end: str
) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(method="PATCH", delay=5, apply=False)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(raw.patch, config_id, name="Late")
        until(kapso.journal)
        getattr(kapso, end)()
        with pytest.raises(requests.ConnectionError):
            late.result()
    if end == "reset":
        assert kapso.add(name="Old") == config_id
    kapso.advance(5)
    assert name_of(kapso, config_id) == "Old"
    assert not any(entry.applied for entry in kapso.journal())


def test_a_slow_body_is_sent_in_pieces(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(slow_body={"bytes": 100, "interval": 0.05})
    start = time.monotonic()
    response = raw.get(config_id)
    length = len(response.content)
    assert time.monotonic() - start >= 0.05 * (length // 100)
    assert length == int(response.headers["content-length"])


def test_a_fault_without_effect_does_not_count_against_the_rate_limit(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 1})
    config_id = kapso.add()
    kapso.fault(status=502, count=3)
    assert [raw.get(config_id).status_code for _time in range(5)] == [502, 502, 502, 200, 429]


def test_secrets_of_a_write_with_a_fault_are_digests_in_the_journal(kapso: Emulator, raw: Raw) -> None:
    kapso.fault(status=500)
    raw.patch("any", access_token="canary-1", name="New")
    (entry,) = kapso.writes()
    assert entry.sent == {"access_token": digest("canary-1"), "name": "New"}
