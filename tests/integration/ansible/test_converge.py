# SPDX-License-Identifier: GPL-3.0-or-later
"""Test one configuration: the prediction of a dry run, the requests of the run, and a second run without changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import Controller, Done, task

HIDDEN = ("access_token", "webhook_verify_token", "webhook_destination_url")
SECRET = HIDDEN[:2]
BEFORE = {
    "name": "Example shop",
    "phone_number_id": "100000000000001",
    "business_account_id": "200000000000001",
    "access_token": "canary-token-before",
    "webhook_verify_token": "canary-verify-before",
    "webhook_destination_url": "https://old.example.org/wa",
}
DECLARED = BEFORE | {
    "name": "Front desk",
    "business_account_id": "200000000000002",
    "access_token": "canary-token-declared",
    "webhook_verify_token": "canary-verify-declared",
    "webhook_destination_url": "https://hooks.example.org/wa",
}
FIELDS = {name: DECLARED[name] for name in ("name", *HIDDEN)}
# The write-only fields that each API version returns.
SHOWN = {"omits": (), "nulls": (), "echoes": HIDDEN[1:]}


def on_the_wire(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields as in the journal."""
    return {name: digest(value) if name in SECRET else value for name, value in fields.items()}


def readable(done: Done, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the declared readable fields from a result."""
    return {name: value for name, value in done.result["data"].items() if name in DECLARED and name not in names}


def change(name: str, *, shown: bool) -> dict[str, Any]:
    """Return the entry in `changes` for a field that the first run sends."""
    secret = name in SECRET
    before = "(sensitive)" if secret else BEFORE[name] if shown else None
    how = {"action": "update", "reason": "differs"} if shown else {"action": "send", "reason": "no_receipt"}
    return {"field": name, **how, "before": before, "after": "(sensitive)" if secret else DECLARED[name]}


@pytest.mark.parametrize("api_version", SHOWN)
def test_a_run_does_what_its_dry_run_predicts_and_a_second_run_sends_nothing(
    kapso: Emulator, controller: Controller, api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    config_id = kapso.add(**BEFORE)
    played = controller.play(
        task("Dry run", {"check_mode": True}, config_id=config_id, fields=DECLARED),
        task("Run", config_id=config_id, fields=DECLARED),
        task("Dry run again", {"check_mode": True}, config_id=config_id, fields=DECLARED),
        task("Run again", config_id=config_id, fields=DECLARED),
        options=["--diff"],
    ).ok()

    assert [done.short(kapso) for done in played.done] == ["GET", "GET PATCH", "GET", "GET"]
    assert [done.changed for done in played.done] == [True, True, False, False]

    sent = {name: value for name, value in DECLARED.items() if value != BEFORE[name]}
    (patch,) = kapso.writes()
    assert patch.path == f"/api/v1/whatsapp_configs/{config_id}"
    assert patch.body == {"whatsapp_config": on_the_wire(sent)}
    state = kapso.get(config_id)
    assert state is not None
    assert {name: state[name] for name in DECLARED} == DECLARED

    dry, run, dry_again, again = played.done
    shown = SHOWN[api_version]
    assert run.result["changes"] == [change(name, shown=name not in HIDDEN or name in shown) for name in sent]
    for predicted, real in ((dry, run), (dry_again, again)):
        assert predicted.result.keys() == real.result.keys()
        for key in ("changed", "changes", "diff"):
            assert predicted.result[key] == real.result[key]
        unseen = tuple(set(HIDDEN) - set(shown))
        assert readable(predicted, unseen) == readable(real, unseen)
    assert readable(run, HIDDEN) == {name: DECLARED[name] for name in DECLARED if name not in HIDDEN}
    assert dry_again.result["data"] == again.result["data"]
    assert again.result["changes"] == []
    assert "canary" not in played.shown + played.record


def contents(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return mode, time of modification and bytes of all files below a directory."""
    return {
        str(path.relative_to(directory)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in directory.rglob("*")
    }


def test_a_dry_run_leaves_the_controller_as_it_is(kapso: Emulator, controller: Controller) -> None:
    config_id, adopted = kapso.add(), kapso.add(name=FIELDS["name"])
    dry = [
        task("Dry run", config_id=config_id, fields=FIELDS),
        task("Dry adoption", config_id=adopted, fields=FIELDS, send_write_only="adopt"),
        task("Dry run, shipped", config_id=config_id, fields=FIELDS, run_in_process="never"),
    ]
    controller.play(*dry, options=["--check"]).ok()
    assert not controller.receipts.parent.exists()

    controller.play(task("Run", config_id=config_id, fields=FIELDS)).ok()
    before = contents(controller.receipts)
    kapso.advance(3600)
    kapso.edit(config_id, name="By hand")
    played = controller.play(*dry, options=["--check", "--diff"]).ok()
    assert [done.changed for done in played.done] == [True, False, True]
    assert contents(controller.receipts) == before
    assert len(kapso.writes()) == 1


def test_receipts_of_another_key_are_ignored_with_one_warning(kapso: Emulator, controller: Controller) -> None:
    kapso.settings(keys={kapso.key: "project-1", "canary-new-key": "project-1"})
    ids = kapso.add_many(5)
    loop = {"loop": ids}
    controller.play(task("Run", loop, config_id="{{ item }}", fields=FIELDS)).ok()
    controller.defaults["api_key"] = "canary-new-key"
    played = controller.play(
        task("With the new key", loop, config_id="{{ item }}", fields=FIELDS),
        task("Once more", loop, config_id="{{ item }}", fields=FIELDS),
    ).ok()
    assert played["With the new key"].short(kapso) == "GET PATCH " * 4 + "GET PATCH"
    assert played["Once more"].short(kapso) == "GET " * 4 + "GET"
    for item in played["With the new key"].items:
        assert {change["reason"] for change in item["changes"]} == {"no_receipt"}
    told = "a receipt is foreign and was ignored"
    assert " ".join(played.shown.split()).count(told) == 1
    assert "canary" not in played.shown + played.record
