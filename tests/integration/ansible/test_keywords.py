# SPDX-License-Identifier: GPL-3.0-or-later
"""Test keywords of tasks: the action plugin supports all except `async`, which it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import MODULE, Controller, task

FRONT_DESK = {"name": "Front desk"}


@pytest.mark.parametrize(("way", "connections"), [("auto", 1), ("never", 3)])
def test_a_loop_in_process_shares_a_connection(
    kapso: Emulator, controller: Controller, way: str, connections: int
) -> None:
    ids = kapso.add_many(3)
    secrets = [{"id": config_id, "token": f"canary-{config_id}"} for config_id in ids]
    loop = {"loop": "{{ secrets }}", "loop_control": {"label": "{{ item.id }}"}}
    fields = {"name": "Front desk", "access_token": "{{ item.token }}"}
    looped = task("Run", loop, config_id="{{ item.id }}", fields=fields, run_in_process=way)
    played = controller.play(looped, vars={"secrets": secrets}).ok()

    assert kapso.connections() == connections
    assert kapso.short() == "GET PATCH " * 2 + "GET PATCH"
    assert [entry.sent["access_token"] for entry in kapso.writes()] == [digest(secret["token"]) for secret in secrets]
    run = played["Run"]
    assert run.changed
    assert [item["data"]["id"] for item in run.items] == ids
    assert [item["changed"] for item in run.items] == [True] * 3
    for config_id in ids:
        assert f"(item={config_id})" in played.stdout
    assert "canary" not in played.shown


def test_a_failed_item_of_a_loop_does_not_stop_the_others(kapso: Emulator, controller: Controller) -> None:
    first, last = kapso.add_many(2)
    loop = {"loop": [first, "unknown", last]}
    played = controller.play(task("Run", loop, config_id="{{ item }}", fields=FRONT_DESK))
    assert played.returncode == 2
    assert [item["changed"] for item in played["Run"].items] == [True, False, True]
    assert ["error" in item for item in played["Run"].items] == [False, True, False]
    assert played["Run"].items[1]["error"]["status"] == 404
    assert kapso.short() == "GET PATCH GET GET PATCH"


def test_register_hands_on_the_whole_result(kapso: Emulator, controller: Controller) -> None:
    config_id = kapso.add(name="Example shop")
    parts = (
        "run.changes[0].before",
        "run.data.name",
        "run.changed",
        "(run.diff.after | from_json).name",
        "run is changed",
    )
    shown = ", ".join(f"{{{{ {part} }}}}" for part in parts)
    played = controller.play(
        task("Run", {"register": "run"}, config_id=config_id, fields=FRONT_DESK),
        {"name": "Show", "ansible.builtin.debug": {"msg": shown}},
        task("Never", {"when": "run is not changed"}, config_id=config_id, fields={"name": "Other"}),
        {"name": "Failed", "ansible.builtin.assert": {"that": ["run is success", "run.warnings | default([]) == []"]}},
        options=["--diff"],
    ).ok()
    assert played["Show"].result["msg"] == "Example shop, Front desk, True, Front desk, True"
    assert played["Never"].status == "skipped"
    assert kapso.short() == "GET PATCH"


def test_a_task_with_no_log_works_and_is_censored(kapso: Emulator, controller: Controller) -> None:
    config_id = kapso.add(name="Example shop")
    played = controller.play(
        task("Run", {"no_log": True, "register": "run"}, config_id=config_id, fields={"name": "canary-name"}),
        task("Fail", {"no_log": True, "ignore_errors": True}, config_id=config_id, fields={"zzz": "canary-field"}),
        task("Run again", {"when": "run.data.name != ''"}, config_id=config_id, fields={"calls_enabled": False}),
        options=["--diff"],
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH", "", "GET"]
    assert "censored" in played["Run"].result
    assert "canary" not in str(played["Run"].result) + str(played["Fail"].result)
    # The second task has no `no_log`, so it shows the object.
    assert played["Run again"].result["data"]["name"] == "canary-name"


def test_a_failure_can_be_ignored_and_rescued_with_its_error_at_hand(kapso: Emulator, controller: Controller) -> None:
    config_id = kapso.add()
    kapso.fault(method="PATCH", status=422, json={"error": "Name has already been taken"}, count=1)
    block = {
        "name": "Try",
        "block": [task("Refused", config_id=config_id, fields=FRONT_DESK)],
        "rescue": [
            {"name": "Tell", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.error }}"}},
            task("Mend", config_id=config_id, fields={"name": "Reception"}),
        ],
    }
    played = controller.play(
        block,
        task("Ignored", {"ignore_errors": True, "register": "ignored"}, config_id="unknown", fields=FRONT_DESK),
        task("Last", {"when": "ignored is failed"}, config_id=config_id, fields={"name": "Last"}),
    ).ok()
    told = played["Tell"].result["msg"]
    assert (told["status"], told["message"], told["outcome"]) == (422, "Name has already been taken", "rejected")
    assert not played["Refused"].changed  # a rejected write is no change
    assert kapso.short() == "GET PATCH GET PATCH GET GET PATCH"
    assert [entry.sent["name"] for entry in kapso.writes()] == ["Front desk", "Reception", "Last"]
    assert "rescued=1" in played.stdout
    assert "ignored=1" in played.stdout


def test_check_mode_of_a_task_overrides_that_of_the_play(kapso: Emulator, controller: Controller) -> None:
    config_id = kapso.add()
    dry = task("Dry", {"check_mode": True}, config_id=config_id, fields=FRONT_DESK)
    real = task("Real", {"check_mode": False}, config_id=config_id, fields=FRONT_DESK)
    either = task("Either", config_id=config_id, fields={"name": "Either"})
    played = controller.play(dry, real, either, options=["--check"]).ok()
    assert [done.short(kapso) for done in played.done] == ["GET", "GET PATCH", "GET"]
    assert [done.changed for done in played.done] == [True, True, True]


ELSEWHERE = {"ansible_connection": "elsewhere"}
UNREACHABLE = {"ansible_connection": "ssh", "ansible_host": "unreachable.example"}


@pytest.mark.parametrize(
    ("host", "keywords", "connections"),
    [
        ({"ansible_connection": "local"}, {}, 1),
        (UNREACHABLE, {"delegate_to": "localhost"}, 1),
        ({"ansible_host": "unreachable.example"}, {"connection": "local"}, 1),
        (ELSEWHERE, {}, 2),
        (ELSEWHERE, {"delegate_to": "localhost"}, 1),
        ({"ansible_connection": "local"}, {"become": True, "become_method": "as_oneself"}, 2),
        ({"ansible_connection": "local"}, {"environment": {"EXAMPLE": "yes"}}, 2),
        ({"ansible_connection": "local", "ansible_become": True, "ansible_become_method": "as_oneself"}, {}, 2),
    ],
    ids=["local", "delegated", "overridden", "elsewhere", "delegated-back", "become", "environment", "become-host"],
)
def test_receipts_are_kept_on_the_controller_wherever_a_task_runs(
    kapso: Emulator, controller: Controller, host: dict[str, Any], keywords: dict[str, Any], connections: int
) -> None:
    ids = kapso.add_many(2)
    declared = {"config_id": "{{ item }}", "fields": {"name": "Front desk", "access_token": "canary-1"}}
    played = controller.play(
        task("Run", {"loop": ids, **keywords}, **declared),
        hosts="target",
        inventory={"all": {"hosts": {"target": host}}},
    ).ok()
    assert [item["changed"] for item in played["Run"].items] == [True] * 2
    assert kapso.connections() == connections
    assert len(list(controller.receipts.iterdir())) == 2
    again = controller.play(task("Run again", {"loop": ids}, **declared)).ok()
    assert again["Run again"].short(kapso) == "GET GET"
    assert not again["Run again"].changed
    assert "canary" not in played.shown + played.record


def test_two_urls_in_the_environment_of_tasks_have_receipts_of_their_own(
    kapso: Emulator, controller: Controller
) -> None:
    config_id = kapso.add()
    with Emulator.start() as other:
        other.add(id=config_id)
        tasks = [
            task(
                f"Run at {name}",
                {"environment": {"KAPSO_API_KEY": kapso.key, "KAPSO_API_URL": "{{ urls[item] }}"}, "loop": [name]},
                config_id=config_id,
                fields={"access_token": f"canary-{name}"},
            )
            for name in ("one", "other")
        ]
        urls = {"one": kapso.url, "other": other.url}
        first = controller.play(*tasks, module_defaults={}, vars={"urls": urls}).ok()
        again = controller.play(*tasks, module_defaults={}, vars={"urls": urls}).ok()
        assert [server.short() for server in (kapso, other)] == ["GET PATCH GET"] * 2
    assert [done.changed for done in (*first.done, *again.done)] == [True, True, False, False]
    assert "receipt is" not in first.shown + again.shown
    assert len(list(controller.receipts.iterdir())) == 2


def test_the_environment_of_a_task_sets_the_place_of_receipts(kapso: Emulator, controller: Controller) -> None:
    theirs = controller.home / "theirs"
    told = task(
        "Run",
        {"environment": {"KAPSO_RECEIPTS": "{{ place }}"}},
        config_id=kapso.add(),
        fields={"access_token": "canary-1"},
    )
    played = controller.play(told, {**told, "name": "Run again"}, vars={"place": str(theirs)}).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH", "GET"]
    assert len(list(theirs.iterdir())) == 1
    assert not controller.receipts.exists()


@pytest.mark.parametrize(("poll", "way"), [(0, "auto"), (1, "auto"), (1, "never")])
def test_async_is_refused_with_advice(kapso: Emulator, controller: Controller, poll: int, way: str) -> None:
    keywords = {"async": 30, "poll": poll}
    played = controller.play(
        task("Run", keywords, config_id=kapso.add(), fields={"access_token": "canary-1"}, run_in_process=way)
    )
    assert played.returncode == 2
    assert "async is not supported" in played["Run"].result["msg"]
    assert "concurrency" in played["Run"].result["msg"]
    assert kapso.journal() == []
    assert "canary" not in played.record


def test_a_short_name_is_found_by_the_collections_keyword(kapso: Emulator, controller: Controller) -> None:
    short = MODULE.rpartition(".")[2]
    ids = kapso.add_many(2)
    loop = {"loop": ids}
    played = controller.play(
        {"name": "Run", short: {"config_id": "{{ item }}", "fields": FRONT_DESK}, **loop},
        {"name": "As action", "action": {"module": short, "config_id": ids[0], "fields": {"name": "Reception"}}},
        collections=["kapso.whatsapp"],
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH GET PATCH", "GET PATCH"]
    assert kapso.connections() == 2  # one for each task, so both ran in a process of Ansible
