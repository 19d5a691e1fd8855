# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the playbooks plan, apply and drift, run as by a user or a pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import Controller, Data, Played

WAYS = ("auto", "never")
DIFFERS = "Show what differs, and what is not declared"
CLINIC = {
    "name": "Clinic",
    "phone_number_id": "700000000000007",
    "business_account_id": "200000000000001",
    "access_token": "canary-clinic",
}


class Team:
    """Hold a file of variables with two configurations that differ, one as declared, and one that does not exist."""

    def __init__(self, controller: Controller, way: str = "auto") -> None:
        self.controller = controller
        self.kapso = controller.kapso
        controller.home.mkdir()
        controller.environment |= {"KAPSO_API_URL": self.kapso.url, "KAPSO_API_KEY": self.kapso.key}
        self.ids = self.kapso.add_many(3, name="Shop {n}", access_token="canary-before-{n}")
        self.customer = self.kapso.add_customer()
        first, second, third = self.ids
        self.configs: list[Data] = [
            {"config_id": first, "fields": {"name": "Front desk", "access_token": "canary-access"}},
            {"config_id": second, "fields": {"name": "Back office"}},
            {"config_id": third, "fields": {"name": "Shop 3"}},
            {"customer_id": self.customer, "fields": CLINIC},
        ]
        self.way = way

    def run(self, name: str, *options: str, **variables: str) -> Played:
        """Run one of the playbooks. The journal then holds this run only."""
        provision = {"kapso_provision_configs": self.configs, "kapso_provision_run_in_process": self.way}
        self.controller.file("numbers.yml", provision)
        given = [f"-e{variable}={value}" for variable, value in variables.items()]
        self.kapso.clear_journal()
        played = self.controller.run(Path(f"kapso.whatsapp.{name}"), ["-e@numbers.yml", *given, *options])
        assert "canary" not in played.shown + played.record
        assert self.kapso.key not in played.shown + played.record
        return played

    def plan(self, *options: str) -> Played:
        """Write a plan."""
        return self.run("plan", *options, kapso_provision_plan_out="numbers.plan")

    def apply(self, *options: str) -> Played:
        """Apply that plan."""
        return self.run("apply", *options, kapso_provision_plan_in="numbers.plan")

    def drift(self, *options: str) -> tuple[Played, str]:
        """Run the drift check; return the run and the content of the status file."""
        played = self.run("drift", *options, kapso_drift_status_path="drift.status")
        assert self.kapso.writes() == []
        return played, (self.controller.home / "drift.status").read_text(encoding="utf-8")


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_travels_from_one_process_to_the_next(controller: Controller, way: str) -> None:
    team = Team(controller, way)
    first, second, third = team.ids

    planned = team.plan("-vvv").ok()
    assert team.kapso.writes() == []
    assert "canary" not in (controller.home / "numbers.plan").read_text(encoding="utf-8")
    assert '+    "name": "Front desk"' in planned.stdout

    applied = team.apply("-vvv").ok()
    assert {entry.path.rsplit("/", 1)[1]: entry.sent for entry in team.kapso.writes()} == {
        first: {"name": "Front desk", "access_token": digest("canary-access")},
        second: {"name": "Back office"},
        "whatsapp_configs": {**CLINIC, "access_token": digest("canary-clinic")},
    }
    assert team.kapso.get(third) is not None
    assert "changed=1" in applied.stdout

    again = team.apply()
    assert again.returncode == 2
    assert "the changes differ from the plan" in again.stdout
    assert team.kapso.writes() == []


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_is_refused_after_a_change_since_the_approval(controller: Controller, way: str) -> None:
    team = Team(controller, way)
    team.plan().ok()
    team.configs[0]["fields"] = {"name": "Front desk", "access_token": "canary-other"}

    for options in ((), ("--check",)):
        played = team.apply("-vvv", *options)
        assert played.returncode == 2
        assert f"{team.ids[0]}: access_token would be sent with another value" in played.stdout
        assert team.kapso.writes() == []


def test_drift_that_is_found(controller: Controller) -> None:
    team = Team(controller)

    played, status = team.drift("-vvv")

    assert (played.returncode, status) == (2, "drift\n")
    told = "\n".join(" ".join(line.split()) for line in played[DIFFERS].result["msg"])
    for lines in (
        '~ configuration "Front desk" (100000000000001) will be updated',
        '~ name = "Shop 1" -> "Front desk" # differs at Kapso\n~ access_token = (sensitive) # no receipt of an earlier',
        '~ name = "Shop 2" -> "Back office" # differs at Kapso',
        'configuration "Clinic" (',
        '+ name = "Clinic"\n',
    ):
        assert lines in told
    assert "3 of 4 objects differ from the playbook" in played.stdout


def test_no_drift_and_then_an_edit_by_hand(kapso: Emulator, controller: Controller) -> None:
    team = Team(controller)
    team.run("apply").ok()  # without a plan it is a normal run
    assert len(kapso.writes()) == 3

    played, status = team.drift()
    assert (played.returncode, status) == (0, "clean\n")

    kapso.edit(team.ids[1], name="By hand")
    played, status = team.drift()
    assert (played.returncode, status) == (2, "drift\n")
    assert '      ~ name = "By hand" -> "Back office"  # changed at Kapso' in played[DIFFERS].result["msg"]
    assert "1 of 4 objects" in played.stdout


@pytest.mark.parametrize("trouble", ["nothing can be read", "no answer", "bad variables", "no variables"])
def test_an_error_is_not_drift(kapso: Emulator, controller: Controller, trouble: str) -> None:
    team = Team(controller)
    (controller.home / "drift.status").write_text("clean\n", encoding="utf-8")  # from an earlier run
    if trouble == "nothing can be read":
        kapso.fault(status=403)
    elif trouble == "no answer":
        controller.environment["KAPSO_API_URL"] = kapso.refused_url()
        team.configs = team.configs[:1]
    elif trouble == "bad variables":
        team.configs[0]["fields"]["acess_token"] = "canary-mistyped"
    else:
        team.configs[0]["fields"]["access_token"] = "{{ vault_that_nobody_has_loaded }}"

    played, status = team.drift("-vvv", "-ekapso_provision_retries=0")

    assert (played.returncode, status) == (2, "error\n")


def test_the_status_file_is_optional_and_also_written_in_check_mode(controller: Controller) -> None:
    team = Team(controller)

    assert team.run("drift").returncode == 2
    team.configs = team.configs[2:3]
    assert team.run("drift").returncode == 0
    assert team.run("drift", "--check").returncode == 0
    left = {path.name for path in controller.home.iterdir()} - {"numbers.yml", "record.jsonl", "ansible.cfg"}
    assert left == {".ansible"}
    played, status = team.drift("--check", "--diff")
    assert (played.returncode, status) == (0, "clean\n")
    assert "changed=0" in played.stdout
