# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the objects and the process of the handle, and the journal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
import requests

from tests.emulator import Emulator, EmulatorError, digest
from tests.emulator.handle import ROOT
from tests.support.race_hooks import until
from tests.unit.emulator.raw import Raw

COMMAND = [sys.executable, "-m", "tests.emulator"]


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_unknown_fields_and_ids_in_use_are_refused(kapso: Emulator) -> None:
    with pytest.raises(EmulatorError, match="nmae"):
        kapso.add(nmae="typo")
    kapso.add(id="taken")
    with pytest.raises(EmulatorError, match="taken"):
        kapso.add(id="taken")
    with pytest.raises(EmulatorError, match="nmae"):
        kapso.edit("taken", nmae="typo")
    with pytest.raises(EmulatorError, match="no such object"):
        kapso.edit("nobody", name="x")
    assert kapso.get("nobody") is None


def test_edit_changes_write_only_fields_and_moves_updated_at_unless_touch_is_false(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    before = raw.data(config_id)
    kapso.edit(config_id, access_token="canary", touch=False)
    assert raw.data(config_id) == before
    kapso.edit(config_id, webhook_verify_token="canary")
    after = raw.data(config_id)
    assert after["updated_at"] > before["updated_at"]
    assert after == before | {"updated_at": after["updated_at"]}
    assert (kapso.get(config_id) or {})["access_token"] == "canary"
    kapso.remove(config_id)
    assert raw.get(config_id).status_code == 404


def test_it_starts_with_settings_and_seed_and_ends_with_its_block(tmp_path: Path) -> None:
    seed = tmp_path / "seed.json"
    objects = {
        "customers": [{"id": "acme", "name": "ACME"}],
        "configs": [{"id": "one", "customer_id": "acme", "created_at": "2025-01-01T00:00:00Z"}],
    }
    seed.write_text(json.dumps(objects), "utf-8")
    with Emulator.start(api_version="echoes", seed=seed) as kapso:
        raw = Raw(kapso.url, kapso.key)
        with raw.session:
            assert "webhook_verify_token" in raw.data("one")
            assert raw.rows("customers/acme/whatsapp_configs")[0]["created_at"] == "2025-01-01T00:00:00Z"
        assert kapso.process is not None
        process = kapso.process
    assert process.returncode == 0
    with pytest.raises(OSError, match="refused"):
        Emulator(kapso.url)


def test_faults_print_nothing_and_an_open_request_does_not_stop_the_end(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with ThreadPoolExecutor(1) as pool, Emulator.start(seed=1) as kapso:
        for rule in ({"drop": "before"}, {"drop": "after"}, {"drop": "during"}, {"drop": "during", "rst": True}):
            kapso.fault(**rule, count=1)
            with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
                requests.get(f"{kapso.url}/whatsapp_configs", headers={"X-API-Key": kapso.key}, timeout=10)
        kapso.fault(http10=True, count=1)
        assert requests.get(f"{kapso.url}/whatsapp_configs", timeout=10).status_code == 401
        assert capfd.readouterr().err == ""
        kapso.clear_journal()
        kapso.fault(delay=60)
        pool.submit(requests.get, kapso.url, timeout=60)
        until(kapso.journal)
        process = kapso.process
    assert process is not None
    assert process.returncode == 0  # not killed


def test_a_failed_start_prints_the_reason(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(EmulatorError, match="exit status 2"):
        Emulator.start(api_version="tomorrow")
    assert "api_version" in capfd.readouterr().err


def test_it_prints_one_line_when_ready_and_ends_on_an_interrupt() -> None:
    with subprocess.Popen([*COMMAND, "--seed=2"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert len(Emulator(url).configs()) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
        assert process.stdout.read() == ""


def test_it_ends_with_its_parent() -> None:
    script = (
        "import os, subprocess, sys, time\n"
        "for option in ('--exit-with-parent', f'--exit-with-parent={os.getpid()}'):\n"
        f"    child = subprocess.Popen({COMMAND!r} + [option], stdout=subprocess.PIPE, text=True)\n"
        "    child.stdout.readline()\n"
        "    print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(parent.stdout.readline()) for _child in range(2)]
        assert [alive(pid) for pid in pids] == [True, True]
        parent.kill()
    until(lambda: not any(map(alive, pids)))


# The journal: all requests in order, without secrets.


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


def test_no_secret_is_in_the_journal(kapso: Emulator, raw: Raw) -> None:
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
    kapso.fault(path=first, delay=5)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(raw.get, first)
        until(kapso.journal)
        raw.get(second)
        assert [entry.status for entry in kapso.journal()] == [None, 200]
        kapso.advance(5)
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
