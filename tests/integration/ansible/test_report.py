# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the callback report in a real ``ansible-playbook``: its output and files, and that they match the requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible_collections.kapso.whatsapp.plugins.callback import report

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Played, task
from tests.support.runner import PROJECT

FIELDS: Data = {
    "name": "Front desk",
    "business_account_id": "200000000000001",
    "access_token": "canary-token-1",
    "webhook_destination_url": "https://hooks.example.org/whatsapp",
}


@pytest.fixture
def reported(controller: Controller) -> Controller:
    """Return a user with the report enabled, also in files."""
    controller.environment |= {
        "ANSIBLE_CALLBACKS_ENABLED": "record,kapso.whatsapp.report",
        "KAPSO_REPORT_JSON": str(controller.home / "report.json"),
        "KAPSO_REPORT_MARKDOWN": str(controller.home / "report.md"),
    }
    return controller


def section(played: Played, title: str) -> str:
    """Return the text below a heading of the report, empty if the heading is missing."""
    found = re.search(
        rf"^KAPSO {title} \*+\n(.*?)(?:\n\n\n|\n*\Z|(?=\nKAPSO ))", played.stdout, re.DOTALL | re.MULTILINE
    )
    return found[1] if found else ""


def written(controller: Controller) -> dict[str, Any]:
    """Return the JSON report."""
    document: dict[str, Any] = json.loads((controller.home / "report.json").read_text(encoding="utf-8"))
    return document


def test_the_plan_has_reasons_and_the_next_run_sends_exactly_the_plan(kapso: Emulator, reported: Controller) -> None:
    desk = kapso.add(**FIELDS)
    old = kapso.add(name="Old desk")
    same = kapso.add(name="Same")
    number = {one["id"]: one["phone_number_id"] for one in kapso.configs()}
    customer = kapso.add_customer(name="Example clinic")
    reported.play(task("Begin", config_id=desk, fields=FIELDS)).ok()
    kapso.edit(desk, name="Desk \x1b[2J edited")
    new = FIELDS | {"name": "Example clinic", "phone_number_id": "100000000000077", "access_token": "canary-token-2"}
    wanted = {
        PROJECT: {
            "configs": [
                {"config_id": desk, "fields": FIELDS | {"business_account_id": "200000000000002"}},
                {"customer_id": customer, "fields": new},
                {"config_id": old, "state": "absent"},
                {"config_id": same, "fields": {"name": "Same"}},
            ]
        }
    }
    expected = f"""
  ~ configuration "Front desk" ({number[desk]}) will be updated
      ~ name                    = "Desk \\u001b[2J edited" -> "Front desk"
                                  # changed at Kapso
      ~ business_account_id     = "200000000000001" -> "200000000000002"
                                  # changed in the playbook
      ~ access_token            = (sensitive)  # object modified at Kapso since
      ~ webhook_destination_url = (write-only)
                               -> "https://hooks.example.org/whatsapp"
                                  # object modified at Kapso since

  + configuration "Example clinic" (100000000000077) will be created
      + name                    = "Example clinic"
      + phone_number_id         = "100000000000077"
      + business_account_id     = "200000000000001"
      + access_token            = (sensitive)
      + webhook_destination_url = "https://hooks.example.org/whatsapp"

  - configuration "Old desk" ({number[old]}) will be deleted
    # declared absent

Plan: 1 to create, 1 to update, 1 to delete; 1 unchanged, 0 failed. 1 drifted."""

    kapso.clear_journal()
    planned = reported.play(wanted, options=["--check"]).ok()
    assert section(planned, "PLAN") == expected.lstrip("\n")
    assert section(planned, "APPLIED") == ""
    assert kapso.writes() == []
    plan = written(reported)["planned"]["objects"]

    applied = reported.play(wanted).ok()
    assert section(applied, "PLAN") == ""
    assert section(applied, "APPLIED").splitlines()[-1] == (
        "Applied: 1 created, 1 updated, 1 deleted; 1 unchanged, 0 failed. 1 drifted."
    )
    sent = {entry.method: set(entry.sent or ()) for entry in kapso.writes()}
    assert sent == {
        method: {change["field"] for change in entry["changes"]} - {"id"}
        for method, entry in zip(("PATCH", "POST", "DELETE"), plan, strict=True)
    }
    done = written(reported)
    assert done["planned"] is None
    assert [entry["changes"] for entry in done["applied"]["objects"]] == [entry["changes"] for entry in plan]
    files = [(reported.home / name).read_text(encoding="utf-8") for name in ("report.json", "report.md")]
    assert files[1].startswith("### Kapso: applied\n\n**Applied: 1 created, 1 updated, 1 deleted;")
    assert done["applied"]["resources"]["whatsapp_config"] == {**done["applied"]["totals"], "undeclared": 0}
    assert "canary" not in "".join([planned.shown, applied.shown, *files])


def test_each_object_counts_once_over_loops_hosts_projects_rescues_and_short_names(
    kapso: Emulator, reported: Controller
) -> None:
    one, two, three, four = kapso.add_many(4, name="Desk {n}")
    gone = "00000000-0000-4000-8000-00000000ffff"
    label = {"loop_control": {"label": "an object"}}
    looped = task(
        "Loop",
        {"loop": [one, two, gone], "ignore_errors": True, **label},
        config_id="{{ item }}",
        fields={"name": "Loop"},
    )
    project = {
        "name": "Project",
        PROJECT: {"configs": [{"config_id": i, "fields": {"calls_enabled": True}} for i in (one, three)]},
    }
    refused = task("Refused", config_id=four, fields={"business_account_id": "200000000000009"})
    # The first attempt changes the object, the second has nothing to do.
    again = {"name": "Again", "register": "tried", "until": "tried is not changed", "retries": 2, "delay": 0}
    kapso.fault(method="PATCH", path=f"/whatsapp_configs/{four}", status=422, count=1)
    played = reported.play(
        looped,
        {
            "name": "Loop of projects",
            PROJECT: {"configs": [{"config_id": "{{ item }}", "fields": {"inbound_processing_enabled": False}}]},
            "loop": [one, two],
            **label,
        },
        project,
        {"name": "Block", "block": [refused], "rescue": [refused | again]},
        task("Unseen", {"no_log": True}, config_id=three, fields={"access_token": "canary-token"}),
        task("Dry", {"check_mode": True}, config_id=three, fields={"name": "Dry"}),
        {"name": "Short", "kapso_whatsapp_config": {"config_id": two, "fields": {"calls_enabled": True}}},
        {"name": "No concern of the report", "kapso.whatsapp.kapso_whatsapp_config_info": {"config_id": one}},
        collections=["kapso.whatsapp"],
        hosts="all",
        serial=1,
        inventory={"all": {"hosts": {name: {"ansible_connection": "local"} for name in ("first", "second")}}},
    ).ok()
    assert (
        section(played, "PLAN").splitlines()[-1]
        == "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed."
    )
    said = section(played, "APPLIED")
    assert said.splitlines()[-2:] == [
        "Warning: 1 task ran under no_log and cannot be seen: the totals are incomplete.",
        "Applied: 0 created, 4 updated, 0 deleted; 0 unchanged, 1 failed.",
    ]
    numbers = [(kapso.get(config_id) or {})["phone_number_id"] for config_id in (one, two, three, four)]
    assert [said.count(f"({number})") for number in numbers] == [1] * 4
    assert f'  ! configuration "Loop" ({gone}) failed\n' in said
    assert "canary" not in said + (reported.home / "report.json").read_text(encoding="utf-8")


def test_without_tasks_of_the_collection_nothing_is_printed_and_a_failed_file_is_a_warning(
    reported: Controller,
) -> None:
    Path(reported.home).mkdir(exist_ok=True)
    (reported.home / "report.json").write_text("of an earlier run", encoding="utf-8")
    there = str(reported.home / "not" / "there.md")
    played = reported.play({"ansible.builtin.debug": {"msg": "x"}}, environment={"KAPSO_REPORT_MARKDOWN": there}).ok()
    assert "KAPSO" not in played.stdout
    assert written(reported) == {"version": 1, "planned": None, "applied": None}
    # The line is broken at the terminal's width.
    assert f"kapso.whatsapp.report:{there}wasnotwritten(Nosuchfileordirectory)" in re.sub(r"\s", "", played.stderr)
    assert "Traceback" not in played.shown


def test_with_output_for_programs_the_report_is_on_standard_error(kapso: Emulator, reported: Controller) -> None:
    declared = task("Run", config_id=kapso.add(), fields=FIELDS)
    played = reported.play(declared, environment={"ANSIBLE_STDOUT_CALLBACK": "json"}).ok()
    assert json.loads(played.stdout) == {"hosts": 1}
    assert "Applied: 0 created, 1 updated" in played.stderr


def test_a_stopped_run_shows_its_plan_and_undeclared_objects(kapso: Emulator, reported: Controller) -> None:
    desk = kapso.add(name="Desk")
    kapso.add_webhook(url="https://hooks.example.org/of-all")
    declared = {
        "name": "Run",
        PROJECT: {
            "configs": [{"config_id": desk, "fields": {"name": "Front desk"}}],
            "webhooks": [],
            "undeclared": "project",
            "max_changes": 0,
        },
    }
    number = (kapso.get(desk) or {})["phone_number_id"]
    played = reported.play(declared, environment={"NO_COLOR": "any value", "ANSIBLE_NOCOLOR": "false"})
    assert played.returncode == 2
    assert section(played, "APPLIED") == ""
    assert (
        section(played, "PLAN")
        == f"""
  ~ configuration "Front desk" ({number}) would be updated
      ~ name = "Desk" -> "Front desk"  # differs at Kapso

  ? webhook https://hooks.example.org/of-all of the project is not declared

Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 at Kapso is not declared.
1 of 1 would change, and max_changes allows 0; check the plan; raise
max_changes if you want these changes.
Nothing was written.""".lstrip("\n")
    )
    document = written(reported)["applied"]
    assert (document["totals"]["not_attempted"], [stop["task"] for stop in document["stopped"]]) == (1, ["Run"])
    assert [found["resource"] for found in document["undeclared"]] == ["whatsapp_webhook"]
    assert kapso.writes() == []


@pytest.mark.parametrize(
    ("no_color", "force", "stderr", "expected"),
    [
        (None, False, False, True),  # Ansible decides for its standard output
        ("", False, False, True),
        ("anything", False, False, False),
        ("anything", True, False, True),
        (None, False, True, False),  # standard error is no terminal
        (None, True, True, True),
    ],
)
def test_when_there_are_colors(
    monkeypatch: pytest.MonkeyPatch, no_color: str | None, force: bool, stderr: bool, expected: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(constants, "ANSIBLE_FORCE_COLOR", force, raising=False)
    assert report.has_colors(stderr) is expected
