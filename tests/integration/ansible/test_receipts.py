# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts in real runs: what a later process sends, and does not send, because of what an earlier one kept."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import Controller, Data, Done, at_server, task

SECRETS = {"access_token": "canary-token", "webhook_verify_token": "canary-verify"}
FIELDS = {"name": "Front desk", **SECRETS, "webhook_destination_url": "https://hooks.example.org/wa"}
HIDDEN = ["access_token", "webhook_verify_token", "webhook_destination_url"]


def reasons(done: Done) -> dict[str, str]:
    """Why each field was sent, or in a dry run would be."""
    return {change["field"]: change["reason"] for change in done.result["changes"]}


def contents(directory: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that is below a directory: mode, time of modification, bytes."""
    return {
        str(path.relative_to(directory)): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in directory.rglob("*")
    }


def edited(kapso: Emulator, config_id: str, **fields: Any) -> list[Data]:
    """An hour later somebody edits the object at the server."""
    return [
        at_server(kapso, "An hour passes", "advance", seconds=3600),
        at_server(kapso, "Somebody edits", "edit", object_id=config_id, **fields),
    ]


def test_the_next_process_sends_nothing_and_a_rotation_exactly_that_field(
    kapso: Emulator, controller: Controller
) -> None:
    config_id = kapso.add()
    rotated = FIELDS | {"access_token": "canary-rotated"}
    first = controller.play(task("Run", config_id=config_id, fields=FIELDS)).ok()
    second = controller.play(
        task("Run again", config_id=config_id, fields=FIELDS),
        task("Dry run", {"check_mode": True}, config_id=config_id, fields=rotated),
        task("Rotate", config_id=config_id, fields=rotated),
        task("Rotate again", config_id=config_id, fields=rotated),
    ).ok()

    assert reasons(first["Run"]) == {"name": "differs", **dict.fromkeys(HIDDEN, "no_receipt")}
    assert [done.short(kapso) for done in second.done] == ["GET", "GET", "GET PATCH", "GET"]
    assert [done.changed for done in second.done] == [False, True, True, False]
    assert reasons(second["Dry run"]) == reasons(second["Rotate"]) == {"access_token": "value_changed"}
    assert kapso.writes()[1].body == {"whatsapp_config": {"access_token": digest("canary-rotated")}}


def test_a_receipt_holds_no_value_and_no_digest_that_could_be_tried_without_the_key(
    kapso: Emulator, controller: Controller
) -> None:
    controller.play(task("Run", config_id=kapso.add(), fields=FIELDS)).ok()
    (receipt,) = controller.receipts.iterdir()
    text = receipt.read_text(encoding="utf-8")
    for value in (*FIELDS.values(), kapso.key):
        assert value not in text
        for kind in ("md5", "sha1", "sha256", "sha512"):
            assert hashlib.new(kind, value.encode(), usedforsecurity=False).hexdigest() not in text
    assert receipt.stat().st_mode & 0o777 == 0o600
    assert controller.receipts.stat().st_mode & 0o777 == 0o700


def test_an_edit_at_the_server_is_overwritten_unless_only_values_count(kapso: Emulator, controller: Controller) -> None:
    config_id, other = kapso.add_many(2)
    by_value = {"send_write_only": "when_value_changed"}
    played = controller.play(
        task("Run", config_id=config_id, fields=FIELDS),
        task("Run other", config_id=other, fields=FIELDS, **by_value),
        *edited(kapso, config_id, access_token="canary-by-hand"),
        *edited(kapso, other, access_token="canary-by-hand"),
        task("Dry run", {"check_mode": True}, config_id=config_id, fields=FIELDS),
        task("After the edit", config_id=config_id, fields=FIELDS),
        task("After the edit again", config_id=config_id, fields=FIELDS),
        task("By value", config_id=other, fields=FIELDS, **by_value),
    ).ok()
    overtaken = dict.fromkeys(HIDDEN, "modified_at_server")
    assert reasons(played["Dry run"]) == reasons(played["After the edit"]) == overtaken
    assert list(kapso.writes()[2].sent) == HIDDEN
    assert played["After the edit again"].short(kapso) == "GET"
    assert played["By value"].short(kapso) == "GET"
    assert [item["access_token"] for item in kapso.configs()] == ["canary-token", "canary-by-hand"]


def test_adopt_takes_over_what_is_there_and_sends_nothing(kapso: Emulator, controller: Controller) -> None:
    config_id = kapso.add(**FIELDS)
    rotated = FIELDS | {"access_token": "canary-rotated"}
    played = controller.play(
        task("Adopt", config_id=config_id, fields=FIELDS, send_write_only="adopt"),
        task("Run", config_id=config_id, fields=FIELDS),
        task("Rotate", config_id=config_id, fields=rotated),
        options=["--diff"],
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET", "GET", "GET PATCH"]
    assert not played["Adopt"].changed
    (told,) = played["Adopt"].result["warnings"]
    assert told.endswith(f"without being sent: {', '.join(HIDDEN)}")
    assert [entry.sent for entry in kapso.writes()] == [{"access_token": digest("canary-rotated")}]


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


@pytest.mark.parametrize("way", ["auto", "never"])
def test_receipts_are_kept_where_the_task_or_the_environment_says(
    kapso: Emulator, controller: Controller, tmp_path: Path, way: str
) -> None:
    declared: Data = {"fields": FIELDS, "run_in_process": way}
    ids = kapso.add_many(3)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    twice = (("Run", ""), ("Run again", " again"))
    played = controller.play(
        *(task(f"Option{n}", config_id=ids[0], receipts=str(ours), **declared) for _time, n in twice),
        *(task(f"Environment{n}", config_id=ids[1], **declared) for _time, n in twice),
        *(task(f"None{n}", config_id=ids[2], receipts="none", **declared) for _time, n in twice),
        environment={"KAPSO_RECEIPTS": str(theirs)},
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH", "GET"] * 2 + ["GET PATCH"] * 2
    assert len(list(ours.iterdir())) == len(list(theirs.iterdir())) == 1
    assert not controller.receipts.exists()
    assert reasons(played["None again"]) == dict.fromkeys(HIDDEN, "no_receipt")


@pytest.mark.parametrize("way", ["auto", "never"])
def test_a_store_that_cannot_be_written_fails_the_task_before_it_sends_anything(
    kapso: Emulator, controller: Controller, tmp_path: Path, way: str
) -> None:
    config_id = kapso.add()
    (tmp_path / "file").write_text("", encoding="utf-8")
    places = (str(tmp_path / "file"), str(tmp_path / "file" / "below"), "/proc/receipts")
    keywords = {"ignore_errors": True, "loop": places}
    declared: Data = {"config_id": config_id, "fields": FIELDS, "run_in_process": way, "receipts": "{{ item }}"}
    played = controller.play(task("Run", keywords, **declared)).ok()
    for place, item in zip(places, played["Run"].items, strict=True):
        assert item["msg"].startswith(f"the receipts directory {place} cannot be used (")
        assert item["msg"].endswith("; nothing was sent")
        assert item["error"]["outcome"] == "not_sent"
    assert kapso.journal() == []


def test_another_key_makes_receipts_foreign_which_is_said_once(kapso: Emulator, controller: Controller) -> None:
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
    told = "a receipt is foreign and counts as none"
    assert " ".join(played.shown.split()).count(told) == 1
    assert "canary" not in played.shown + played.record


def test_with_a_key_of_their_own_receipts_outlive_the_api_key(kapso: Emulator, controller: Controller) -> None:
    kapso.settings(keys={kapso.key: "project-1", "canary-new-key": "project-1"})
    config_id, other = kapso.add_many(2)
    by_option = {"config_id": config_id, "fields": FIELDS, "receipts_key": "canary-receipts-key"}
    by_environment = {"config_id": other, "fields": FIELDS}
    environment = {"KAPSO_RECEIPTS_KEY": "canary-receipts-key-too"}
    tasks = [task("By option", **by_option), task("By environment", **by_environment)]
    controller.play(*tasks, environment=environment).ok()
    controller.defaults["api_key"] = "canary-new-key"
    played = controller.play(*tasks, environment=environment, options=["-vvvvv"]).ok()
    assert [done.short(kapso) for done in played.done] == ["GET", "GET"]
    assert "canary" not in played.shown + played.record


@pytest.mark.parametrize("way", ["auto", "never"])
def test_a_server_that_moves_updated_at_at_every_read_is_given_up_on_with_a_warning(
    kapso: Emulator, controller: Controller, way: str
) -> None:
    kapso.settings(updated_at_on_read=True)
    declared = {"config_id": kapso.add(), "fields": FIELDS, "run_in_process": way}
    played = controller.play(*(task(f"Run {n}", **declared) for n in range(4))).ok()
    assert [done.changed for done in played.done] == [True, True, False, False]
    assert reasons(played["Run 1"]) == dict.fromkeys(HIDDEN, "modified_at_server")
    for done in played.done[2:]:
        (warning,) = done.result["warnings"]
        assert "when_value_changed" in warning
    rotated = {**declared, "fields": FIELDS | {"access_token": "canary-rotated"}}
    after = controller.play(
        task("Rotate", **rotated), task("By value", send_write_only="when_value_changed", **rotated)
    )
    assert list(kapso.writes()[2].sent) == ["access_token"]
    assert after["By value"].short(kapso) == "GET"
    assert not after["By value"].result.get("warnings")
