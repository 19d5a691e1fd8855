# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run says, shows and remembers is true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.info_task import INFO
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt, Seal, load
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.stores import address, open_store

from tests.emulator.journal import WRITES
from tests.support.examples import HIDDEN
from tests.support.matrix.jobs import Job
from tests.support.matrix.parts import Part, parts_of
from tests.support.matrix.stage import Run, Stage

RESOURCE = "whatsapp_config"
OUTCOMES = ("not_sent", "rejected", "applied", "unknown")


def assert_true(job: Job, run: Run) -> None:
    """What a run says is what happened."""
    result = run.result
    text = repr((result, run.told))
    assert "canary" not in text, "a secret is told"
    assert "example-key-not-real" not in text, "the key is told"
    assert "Traceback" not in text, "a traceback"
    for told in [result, *result.get("results", ())]:
        assert ("msg" in told, "error" in told) == (bool(told.get("failed")),) * 2 or "results" not in result
        if told.get("failed"):
            _assert_one_sentence(told["msg"], told["error"])
    if job.module is INFO:
        _assert_listed(run)
        return
    parts = parts_of(job, run)
    for part in parts:
        _assert_part(part, job.check)
    mine = [entry for part in parts for entry in part.writes]
    assert all(entry in mine for entry in run.journal if entry.method in WRITES), "something else was written to"
    if "results" in result:
        assert result["changed"] == any(part.told["changed"] for part in parts)
        assert bool(result.get("failed")) >= any(part.failed for part in parts)
        assert result["summary"]["requests"] == len(run.asked)
        assert result["summary"]["failed"] == sum(part.failed for part in parts)


def _assert_one_sentence(msg: str, error: Mapping[str, Any]) -> None:
    own = msg.replace(str(error["message"]), "")
    assert msg.endswith("."), "no sentence"
    assert "\n" not in msg, "more than one line"
    assert re.search(r"[.!?] +[A-Z]", own) is None, f"more than one sentence: {msg}"
    assert error["outcome"] in OUTCOMES


def _assert_listed(run: Run) -> None:
    result = run.result
    assert result["changed"] is False
    assert run.before == run.after
    assert [entry for entry in run.journal if entry.method in WRITES] == [], "a list writes nothing"
    if result.get("failed"):
        assert result["error"]["outcome"] == "not_sent"
        assert result["configs"] == []


def _assert_part(part: Part, check: bool) -> None:
    told = part.told
    if check:
        assert part.writes == [], "a dry run writes nothing"
        return
    refused = part.failed and told["error"]["outcome"] == "rejected"
    assert told["changed"] == (bool(part.writes) and not refused), "changed: a write took effect or may have, or not"
    creations = [entry for entry in part.writes if entry.method == "POST"]
    assert sum(entry.applied for entry in creations) < 2, "created twice"
    assert part.before is None or creations == [], "created, and it was there"
    if not part.failed:
        assert part.as_declared, "a success that is none"
        return
    outcome = told["error"]["outcome"]
    answered = [entry.status for entry in part.writes]
    if outcome == "not_sent":
        assert part.writes == [], "not_sent, and sent"
        assert part.is_untouched, "not_sent, and changed"
    elif outcome == "rejected":
        assert part.writes, "rejected, and never sent"
        assert part.is_untouched, "rejected, and in force"
    elif outcome == "applied":
        assert any(entry.applied for entry in part.writes), "applied, and nowhere"
        assert part.as_declared, "applied, and not in force"
    else:
        assert any(s is None or not 400 <= s < 500 for s in answered), f"unknown, and all was answered: {answered}"


def assert_shown(job: Job, run: Run) -> None:
    """What a success shows is what the server holds."""
    if job.module is INFO and not run.result.get("failed"):
        shown = {config["id"]: config["name"] for config in run.result["configs"]}
        assert shown == {config["id"]: config["name"] for config in run.after}, "the list shows other objects"
    for part in () if job.module is INFO or job.check else parts_of(job, run):
        if part.failed or part.after is None:
            continue
        data = part.told.get("data") or {}
        for name in data.keys() & part.goal.declared.keys() - HIDDEN:
            assert data[name] == part.after[name], f"data tells another {name}"


def assert_receipts_true(stage: Stage, run: Run) -> None:
    """Of no hidden field another value is remembered than the one that the server holds."""
    for goal in stage.job.goals:
        for there in goal.found_in(run.after):
            receipt = receipt_of(stage, there["id"])
            for name in HIDDEN & receipt.entries.keys():
                assert receipt.remembers(name, there[name]), f"the receipt vouches for a {name} that is not there"


def receipt_of(stage: Stage, object_id: str) -> Receipt:
    """What is remembered of an object."""
    text = open_store(str(stage.receipts)).get(address(stage.kapso.url, RESOURCE, object_id))
    receipt, problem = load(text, Seal(stage.kapso.key, stage.kapso.url, RESOURCE, object_id))
    assert problem is None, f"a receipt is {problem}"
    return receipt
