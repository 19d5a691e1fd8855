# SPDX-License-Identifier: GPL-3.0-or-later
"""Test `plan_out`: the content of the plan file, and the cases in which none is written."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.files import plan_files

from tests.support.plans import Planner


def test_a_plan_has_actions_values_and_reasons(planner: Planner) -> None:
    first, second, third = (config["config_id"] for config in planner.configs)

    result = planner.plan()

    objects = planner.document["objects"]
    assert {entry["id"]: [step["action"] for step in entry["steps"]] for entry in objects.values()} == {
        first: ["update"],
        second: ["update"],
        third: ["delete"],
    }
    told = [
        {name: change[name] for name in ("field", "action", "reason", "before", "after")}
        for change in objects[f"whatsapp_config {first}"]["steps"][0]["changes"]
    ]
    assert told == result["results"][0]["changes"]
    assert [(change["field"], change["reason"]) for change in told] == [
        ("name", "differs"),
        ("access_token", "no_receipt"),
    ]


def test_no_secret_and_no_unmasked_copy_of_one_is_in_a_plan(planner: Planner) -> None:
    """This also holds for a token in a readable field."""
    planner.kapso.edit(planner.configs[1]["config_id"], name="mine is canary-access")

    planner.plan()

    text = planner.file.read_text(encoding="utf-8")
    assert "canary" not in text
    assert planner.kapso.key not in text
    assert "mine is (sensitive)" in text


def test_a_plan_can_be_read_by_its_owner_alone_and_leaves_nothing_beside_it(planner: Planner) -> None:
    planner.plan()

    assert stat.S_IMODE(planner.file.stat().st_mode) == 0o600
    assert [path.name for path in planner.file.parent.iterdir()] == [planner.file.name]


def test_the_same_plan_is_the_same_text(planner: Planner) -> None:
    planner.plan()
    before = planner.file.read_text(encoding="utf-8")
    planner.file.unlink()
    planner.configs = planner.configs[::-1]

    planner.plan()

    assert planner.file.read_text(encoding="utf-8") == before


def test_nothing_to_do_is_a_plan_too(planner: Planner) -> None:
    planner.configs = [{"config_id": planner.configs[0]["config_id"], "fields": {"name": "Shop 1"}}]

    assert not planner.plan()["changed"]

    assert planner.document["objects"] == {}
    assert not planner.apply().get("failed")
    planner.configs = [{"config_id": planner.configs[0]["config_id"], "fields": {"name": "Other"}}]
    planner.assert_refused(planner.apply(), "would be updated, but is not in the plan")


@pytest.mark.parametrize("content", ["", "an earlier plan"])
def test_a_file_is_never_written_over(planner: Planner, content: str) -> None:
    planner.file.write_text(content, encoding="utf-8")

    result = planner.plan()

    assert result["failed"]
    assert "exists already" in result["msg"]
    assert planner.kapso.journal() == []
    assert planner.file.read_text(encoding="utf-8") == content


def test_a_plan_that_no_run_could_read_is_not_written(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_files, "LARGEST", 100)
    result = planner.plan()
    assert "the plan is too large for plan_in" in result["msg"]
    assert not planner.file.exists()


def test_a_dangling_link_counts_as_an_existing_file(planner: Planner) -> None:
    planner.file.symlink_to("nowhere")

    assert "exists already" in planner.plan()["msg"]
    assert planner.file.is_symlink()


def test_a_file_that_appears_during_the_run_is_not_replaced(planner: Planner) -> None:
    planner.kapso.settings(rate_limit={"limit": 2}, has_list=False)  # so that the run announces a wait
    planner.at_a_word = planner.file.touch

    result = planner.plan(concurrency=1)

    assert result["failed"]
    assert "exists already" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["message"]) == ("not_sent", result["msg"])
    # The result still has the changes of the dry run.
    assert result["changed"]
    assert [entry["changed"] for entry in result["results"]] == [True, True, True]
    assert (result["summary"]["changed"], result["summary"]["deleted"]) == (2, 1)
    assert len(result["diff"]) == 3
    assert planner.file.read_text(encoding="utf-8") == ""
    assert [path.name for path in planner.file.parent.iterdir()] == [planner.file.name]


def test_a_real_run_writes_no_plan(planner: Planner) -> None:
    result = planner.run(planner.configs, plan_out=str(planner.file))

    assert result["failed"]
    assert "--check" in result["msg"]
    assert planner.kapso.journal() == []
    assert not planner.file.exists()


def test_plan_in_and_plan_out_exclude_each_other(planner: Planner) -> None:
    planner.plan()

    result = planner.apply(check=True, plan_out=str(planner.file.with_suffix(".new")))

    assert "give plan_in or plan_out, not both" in result["msg"]
    assert planner.kapso.journal() == []


def test_no_directory_is_made_for_a_plan(planner: Planner, tmp_path: Path) -> None:
    result = planner.plan(plan_out=str(tmp_path / "plans" / "numbers.plan"))

    assert f"there is no directory {tmp_path / 'plans'}" in result["msg"]
    assert planner.kapso.journal() == []


@pytest.mark.parametrize(
    ("fault", "options"),
    [
        pytest.param({"method": "GET", "status": 422}, {}, id="nothing can be read"),
        pytest.param({"path": "whatsapp_configs/", "status": 404}, {}, id="one object is not there"),
        pytest.param(None, {"max_changes": "1"}, id="more would change than may"),
    ],
)
def test_a_dry_run_that_fails_leaves_no_plan(
    planner: Planner, fault: dict[str, Any] | None, options: dict[str, Any]
) -> None:
    if fault is not None:
        planner.kapso.settings(has_list=False)
        planner.kapso.fault(**fault)

    assert planner.plan(**options)["failed"]

    assert not planner.file.exists()


def test_entries_that_turn_out_to_be_one_object_leave_no_plan(planner: Planner) -> None:
    kapso = planner.kapso
    customer, number = kapso.add_customer(), "700000000000007"
    declared = {
        "name": "Clinic",
        "phone_number_id": number,
        "business_account_id": "200000000000001",
        "access_token": "canary-access",
    }
    config_id = kapso.add(customer_id=customer, **declared)
    by_number = {"customer_id": customer, "fields": declared}
    planner.options["send_write_only"] = "never"
    planner.configs = [{"config_id": config_id, "fields": {"name": "Clinic"}}, by_number]

    result = planner.plan()

    assert "more than one entry is configuration" in result["msg"]
    assert not planner.file.exists()
