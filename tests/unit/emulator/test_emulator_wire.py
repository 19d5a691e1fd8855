# SPDX-License-Identifier: GPL-3.0-or-later
"""Test connections (dropped, refused, counted, encrypted) and the rate limit."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.emulator import Emulator
from tests.unit.emulator.raw import Raw

START = "Fri, 02 Jan 2026 03:04:05 GMT"
CUT_SHORT = (requests.exceptions.ChunkedEncodingError, requests.ConnectionError)


def asked(kapso: Emulator, config_id: str, name: str) -> bytes:
    """Send a PATCH over a socket and return all bytes of the answer. Raise ConnectionResetError on a reset."""
    parts = urlsplit(kapso.url)
    body = f'{{"whatsapp_config": {{"name": "{name}"}}}}'
    head = (
        f"PATCH {parts.path}/whatsapp_configs/{config_id} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"X-API-Key: {kapso.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as sock:
        sock.sendall((head + body).encode())
        received = b""
        while piece := sock.recv(65536):
            received += piece
        return received


@pytest.mark.parametrize(("drop", "name"), [("before", "Old"), ("after", "New")])
def test_a_dropped_connection_sends_no_byte(kapso: Emulator, drop: str, name: str) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(drop=drop)
    assert asked(kapso, config_id, "New") == b""
    assert (kapso.get(config_id) or {})["name"] == name
    assert [(entry.status, entry.applied, entry.fault) for entry in kapso.journal()] == [
        (None, name == "New", "fault-1")
    ]


def test_a_connection_can_be_reset(kapso: Emulator) -> None:
    config_id = kapso.add()
    kapso.fault(drop="before", rst=True)
    with pytest.raises(ConnectionResetError):
        asked(kapso, config_id, "New")


@pytest.mark.parametrize("apply", [False, True])
def test_an_answer_can_be_cut_in_the_middle(kapso: Emulator, raw: Raw, apply: bool) -> None:
    config_id = kapso.add(name="Old")
    kapso.fault(drop="during", apply=apply)
    head, _gap, body = asked(kapso, config_id, "New").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body.startswith(b'{"data"')
    assert f"content-length: {len(body) * 2}".encode()[:-1] in head
    with pytest.raises(CUT_SHORT):
        raw.get(config_id)
    kapso.clear_faults()
    assert raw.data(config_id)["name"] == ("New" if apply else "Old")


def test_an_http_1_0_answer_ends_with_the_connection(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(http10=True, count=2)
    received = asked(kapso, config_id, "New")
    assert received.startswith(b"HTTP/1.0 200 ")
    assert b"content-length" not in received.lower()
    assert raw.data(config_id)["name"] == "New"
    assert raw.data(config_id)["name"] == "New"
    assert kapso.connections() == 3


def test_connection_close_ends_the_connection(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.fault(close=True)
    assert [raw.get(config_id).headers["connection"] for _time in range(3)] == ["close"] * 3
    assert kapso.connections() == 3


def test_connections_are_counted_since_the_reset_and_without_the_admin_s(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    for _time in range(5):
        raw.get(config_id)
    assert kapso.connections() == 1
    requests.get(kapso.url, timeout=10)
    assert kapso.connections() == 2
    kapso.reset()
    assert kapso.connections() == 0
    raw.get(config_id)
    assert kapso.connections() == 1


def test_a_hung_up_connection_is_replaced(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    raw.get(config_id)
    kapso.hang_up()
    assert raw.get(config_id).status_code == 200
    assert kapso.connections() == 2


def test_down_refuses_and_up_serves_at_the_same_port(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    assert raw.get(config_id).status_code == 200
    kapso.down()
    kapso.down()
    with pytest.raises(requests.ConnectionError, match="refused"):
        raw.get(config_id)
    kapso.up()
    kapso.up()
    assert raw.get(config_id).status_code == 200
    assert kapso.short() == "GET GET"


def test_refused_url_refuses(kapso: Emulator) -> None:
    with pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(kapso.refused_url(), timeout=10)


def test_the_window_is_fixed(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 2, "phase": 50})
    config_id = kapso.add()
    raw.get(config_id)
    kapso.advance(10)
    assert [raw.get(config_id).status_code for _time in range(3)] == [200, 200, 429]


def test_each_key_has_its_own_limit(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(keys={kapso.key: "project-1", "second": "project-1"}, rate_limit={"limit": 1})
    config_id = kapso.add()
    assert [raw.get(config_id).status_code for _time in range(2)] == [200, 429]
    assert raw.get(config_id, headers={"X-API-Key": "second"}).status_code == 200


@pytest.mark.parametrize(("form", "value"), [("seconds", "60"), ("missing", None), ("-1", "-1"), ("soon", "soon")])
def test_retry_after_has_many_forms(kapso: Emulator, raw: Raw, form: str, value: Any) -> None:
    kapso.settings(rate_limit={"limit": 0}, retry_after=form)
    raw.get("any")
    kapso.advance(30)
    assert raw.get("any").headers.get("retry-after") == value


def test_retry_after_can_be_the_rest_of_the_window(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 0}, retry_after="remaining")
    raw.get("any")
    kapso.advance(30)
    assert raw.get("any").headers["retry-after"] == "30"


def test_retry_after_as_a_date_is_the_end_of_the_window(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 0, "window_seconds": 30}, retry_after="date")
    headers = raw.get("any").headers
    assert (headers["date"], headers["retry-after"]) == (START, "Fri, 02 Jan 2026 03:04:36 GMT")


def test_retry_after_may_come_with_a_success(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 2}, retry_after_on_success=True)
    config_id = kapso.add()
    assert [raw.get(config_id).headers.get("retry-after") for _time in range(2)] == [None, "60"]


def test_real_time_opens_the_next_window(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(rate_limit={"limit": 1, "window_seconds": 0.3}, clock_runs=True)
    start = time.monotonic()
    assert raw.get("any").status_code == 404
    while raw.get("any").status_code == 429:
        assert time.monotonic() < start + 60
    assert time.monotonic() >= start + 0.3
