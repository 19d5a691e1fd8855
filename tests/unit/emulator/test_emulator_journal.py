# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: everything that was asked, in order, and no secret."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from tests.emulator import Emulator, digest
from tests.unit.emulator.raw import Raw


def test_an_entry_tells_the_request_and_its_answer(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    before = time.monotonic()
    body = {"whatsapp_config": {"name": "New"}}
    raw("PATCH", f"whatsapp_configs/{config_id}?a=%20b", json=body, headers={"X-Odd": "1"})
    (entry,) = kapso.journal()
    assert (entry.method, entry.path) == ("PATCH", f"/api/v1/whatsapp_configs/{config_id}")
    assert (entry.query, entry.params) == ("a=%20b", {"a": " b"})
    assert (entry.status, entry.applied, entry.fault) == (200, True, None)
    assert (entry.body, entry.sent) == (body, {"name": "New"})
    assert (entry.headers["x-odd"], entry.headers["x-api-key"]) == ("1", digest(kapso.key))
    assert before <= entry.at <= time.monotonic()
    assert entry.ms is not None
    assert str(entry) == f"PATCH /api/v1/whatsapp_configs/{config_id}?a=%20b 200 {{name}}"


def test_no_secret_stands_in_it(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    tokens = {"access_token": "canary-1", "webhook_verify_token": "canary-2"}
    raw.patch(config_id, **tokens, webhook_destination_url="https://a.example")
    raw.get(config_id, headers={"Authorization": "Bearer canary-3"})
    raw("PATCH", f"whatsapp_configs/{config_id}", data="canary-4")
    raw("PATCH", f"whatsapp_configs/{config_id}", json=[{"deep": {"access_token": ["canary-5"]}, "token": None}])
    entries = kapso.journal()
    assert "canary" not in json.dumps([asdict(entry) for entry in entries])
    assert kapso.key not in json.dumps([asdict(entry) for entry in entries])
    assert entries[0].sent["access_token"] == digest("canary-1")
    assert entries[0].sent["webhook_destination_url"] == "https://a.example"
    assert entries[2].body == digest("canary-4")
    assert entries[3].body[0]["token"] is None


def test_reads_writes_and_their_order(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    raw.get(config_id)
    raw.patch(config_id, name="New")
    raw("DELETE", f"whatsapp_configs/{config_id}")
    raw("GET", "no-such-route")
    assert kapso.short() == "GET PATCH DELETE GET"
    assert [entry.method for entry in kapso.writes()] == ["PATCH", "DELETE"]
    assert [entry.status for entry in kapso.journal()] == [200, 200, 204, 404]
    kapso.clear_journal()
    assert kapso.journal() == []
    assert kapso.short() == ""


def test_the_order_is_that_of_arrival_not_of_answers(kapso: Emulator, raw: Raw) -> None:
    first, second = kapso.add(), kapso.add()
    kapso.fault(path=first, delay=0.5)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(raw.get, first)
        deadline = time.monotonic() + 10
        while not kapso.journal():
            assert time.monotonic() < deadline
        raw.get(second)
        slow.result()
    entries = kapso.journal()
    assert [entry.path.rpartition("/")[2] for entry in entries] == [first, second]
    assert (entries[0].ms or 0) > (entries[1].ms or 0)


def test_a_write_that_was_refused_was_not_applied(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    raw.patch(config_id, name=5)
    raw.patch("nobody", name="New")
    body = {"whatsapp_config": {"name": "x"}}
    raw("PATCH", f"whatsapp_configs/{config_id}", json=body, headers={"X-API-Key": "wrong"})
    assert [(entry.status, entry.applied) for entry in kapso.journal()] == [(422, False), (404, False), (401, False)]
