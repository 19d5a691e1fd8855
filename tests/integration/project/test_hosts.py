# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the playbooks with a host for each customer or each key: no host deletes objects of another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Played
from tests.integration.project.test_several_lists import customer, hook, kinds, phone
from tests.support.runner import Data

PLAYBOOKS = ("plan", "apply", "drift")
OTHER = "https://hooks.example.org/other"


class Clinics:
    """Run the playbooks for two customers of one project, with a host in the inventory for each."""

    def __init__(self, kapso: Emulator, controller: Controller) -> None:
        self.kapso = kapso
        self.controller = controller
        controller.environment = {
            "KAPSO_API_URL": kapso.url,
            "KAPSO_PLATFORM_API_URL": kapso.platform_url,
            "KAPSO_API_KEY": kapso.key,
            "ANSIBLE_PYTHON_INTERPRETER": "/no/such/python",  # the playbooks use the Python of Ansible
        }
        hosts: Data = {
            f"clinic{number}": {
                "kapso_provision_customers": [customer(number)],
                "kapso_provision_phone_numbers": [phone(number * 100, number)],
                "kapso_provision_webhooks": [hook(number * 100)],
            }
            for number in (1, 2)
        }
        self.inventory = controller.file("hosts.yml", {"clinics": {"hosts": hosts}})

    def run(self, playbook: str, *options: str, **variables: Any) -> Played:
        """Run a playbook of the collection for both hosts. The journal then holds that run only."""
        self.kapso.clear_journal()
        file = self.controller.file("more.yml", {"kapso_hosts": "clinics", **variables})
        settings = [f"--inventory={self.inventory}", f"--extra-vars=@{file}", *options]
        return self.controller.run(Path(f"kapso.whatsapp.{playbook}"), settings)

    def number_of(self, webhook: Data) -> str:
        """Return the Meta phone number ID of a webhook, an empty text for a webhook of the project."""
        numbers = {config["id"]: config["phone_number_id"] for config in self.kapso.configs()}
        return str(numbers.get(webhook["config_id"], ""))

    def status(self, name: str) -> str:
        """Return the content of a status file."""
        return (self.controller.home / name).read_text(encoding="utf-8").strip()


@pytest.fixture
def clinics(kapso: Emulator, controller: Controller) -> Clinics:
    """Return both clinics, as declared at Kapso, each with a webhook that is not declared."""
    made = Clinics(kapso, controller)
    made.run("apply").ok()
    for config in kapso.configs():
        kapso.add_webhook(config_id=config["id"], url=OTHER)
    return made


def test_each_host_applies_its_declarations_and_a_limit_excludes_the_others(clinics: Clinics) -> None:
    kapso = clinics.kapso
    assert len(kapso.customers()) == 2
    for row in kapso.customers():
        kapso.edit(row["id"], name="Edited")

    dry = clinics.run("plan").ok()
    assert kapso.writes() == []
    clinics.run("apply", "--limit=clinic1").ok()
    assert kinds(kapso.writes()) == ["PATCH customers"]
    assert sorted(row["name"] for row in kapso.customers()) == ["Clinic 1", "Edited"]
    assert all(f"changed: [{host}]" in dry.stdout for host in ("clinic1", "clinic2"))


@pytest.mark.parametrize("options", [(), ("--limit=clinic1",)])
def test_prune_is_refused_if_hosts_may_share_a_key(clinics: Clinics, options: tuple[str, ...]) -> None:
    for playbook in PLAYBOOKS:
        played = clinics.run(playbook, *options, kapso_provision_prune=["webhooks"], kapso_provision_max_deletions=9)
        assert played.returncode == 2
        assert "kapso_provision_prune would delete objects that another host declares" in " ".join(
            played.stdout.split()
        )
        assert clinics.kapso.journal() == []


def test_prune_within_customers_deletes_nothing_of_the_other_host(clinics: Clinics) -> None:
    kapso = clinics.kapso
    kapso.add_webhook(url="https://hooks.example.org/project")
    variables: Data = {
        "kapso_provision_prune": ["webhooks"],
        "kapso_provision_undeclared": "customers",
        "kapso_provision_max_deletions": 1,
    }

    clinics.run("plan", **variables).ok()
    assert kapso.writes() == []
    clinics.run("apply", "--limit=clinic1", **variables).ok()
    assert kinds(kapso.writes()) == ["DELETE webhooks"]
    assert [clinics.number_of(row) for row in kapso.webhooks() if row["url"] == OTHER] == ["100000000200"]
    clinics.run("apply", **variables).ok()

    assert kinds(kapso.writes()) == ["DELETE webhooks"]
    left = sorted((clinics.number_of(row), row["url"]) for row in kapso.webhooks())
    assert left == [
        ("", "https://hooks.example.org/project"),
        ("100000000100", "https://hooks.example.org/wa"),
        ("100000000200", "https://hooks.example.org/wa"),
    ]


def test_only_through_the_playbooks_deals_with_one_object(clinics: Clinics) -> None:
    kapso = clinics.kapso
    for row in kapso.customers():
        kapso.edit(row["id"], name="Edited")

    chosen = {"kapso_provision_only": "clinic-1"}
    planned = clinics.run("plan", "--limit=clinic1", **chosen).ok()
    clinics.run("apply", "--limit=clinic1", **chosen).ok()

    assert "Clinic 1" in planned.stdout
    assert kinds(kapso.writes()) == ["PATCH customers"]
    misspelt = clinics.run("apply", "--limit=clinic1", kapso_provision_only="clinc-1")
    assert misspelt.returncode == 2
    assert "only: clinc-1 names no entry of the lists (did you mean clinic-1?)" in " ".join(misspelt.stdout.split())
    assert kapso.writes() == []


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("drift.status", ["drift.status.clinic1", "drift.status.clinic2"]),
        ("{{ inventory_hostname }}.drift", ["clinic1.drift", "clinic2.drift"]),
    ],
)
def test_drift_has_a_status_for_each_host(clinics: Clinics, path: str, files: list[str]) -> None:
    kapso = clinics.kapso
    owners = {row["external_customer_id"]: row["id"] for row in kapso.customers()}
    kapso.edit(owners["clinic-2"], name="Edited")

    played = clinics.run("drift", kapso_drift_status_path=path)

    assert played.returncode == 2
    assert [clinics.status(name) for name in files] == ["clean", "drift"]
    assert not (clinics.controller.home / path).exists()
    assert kapso.writes() == []


def test_a_host_has_the_same_status_file_with_a_limit(clinics: Clinics) -> None:
    """Otherwise the file of the run before would still say `clean`."""
    path: Data = {"kapso_drift_status_path": "drift.status"}
    clinics.run("drift", **path).ok()

    refused = clinics.run("drift", "--limit=clinic1", **path, kapso_drift_undeclared="fail")

    assert refused.returncode == 2
    assert [clinics.status(f"drift.status.clinic{number}") for number in (1, 2)] == ["error", "clean"]
    assert not (clinics.controller.home / "drift.status").exists()
    clinics.run("drift", "--limit=clinic1", **path).ok()
    assert clinics.status("drift.status.clinic1") == "clean"


@pytest.mark.parametrize("playbook", [*PLAYBOOKS, "export"])
@pytest.mark.parametrize("hosts", ["clinic", ["clinic", "shops"]])
def test_hosts_that_the_inventory_does_not_have_are_an_error(
    clinics: Clinics, playbook: str, hosts: str | list[str]
) -> None:
    """Ansible itself succeeds if no host matches."""
    played = clinics.run(playbook, kapso_hosts=hosts, kapso_export_path="export.yml")

    assert played.returncode != 0
    assert "kapso_hosts names no host of the inventory" in " ".join((played.stdout + played.stderr).split())
    assert clinics.kapso.journal() == []


def test_hosts_may_be_a_list(clinics: Clinics) -> None:
    played = clinics.run("plan", kapso_hosts=["clinic1", "clinic2"]).ok()

    assert all(f"ok: [{host}]" in played.stdout for host in ("clinic1", "clinic2"))


def test_a_misspelt_variable_of_drift_is_refused(clinics: Clinics) -> None:
    played = clinics.run("drift", kapso_drift_undeclare="fail", kapso_provision_undeclared="customers")

    assert played.returncode == 2
    told = "kapso_drift_undeclare is not a variable of this playbook (did you mean kapso_drift_undeclared?)"
    assert told in " ".join(played.stdout.split())
    assert clinics.kapso.journal() == []


def test_drift_takes_undeclared_objects_for_an_error_if_told_to(clinics: Clinics) -> None:
    path: Data = {"kapso_drift_status_path": "drift.status"}
    files = ("drift.status.clinic1", "drift.status.clinic2")

    listed = clinics.run("drift", **path).ok()
    # Each host lists both undeclared webhooks.
    assert [line.count(f"? webhook {OTHER} of ") for line in listed.stdout.splitlines()].count(1) == 4
    refused = clinics.run("drift", **path, kapso_drift_undeclared="fail")
    assert "kapso_drift_undeclared: fail would report objects that another host declares" in " ".join(
        refused.stdout.split()
    )
    assert clinics.kapso.journal() == []
    assert [clinics.status(name) for name in files] == ["error", "error"]
    found = clinics.run("drift", **path, kapso_drift_undeclared="fail", kapso_provision_undeclared="customers")
    assert found.returncode == 2
    assert [clinics.status(name) for name in files] == ["drift", "drift"]
    assert found.stdout.count(OTHER) == 2
    misspelt = clinics.run("drift", **path, kapso_drift_undeclared="failed")
    assert "kapso_drift_undeclared must be list or fail" in misspelt.stdout
    assert [clinics.status(name) for name in files] == ["error", "error"]


def test_an_edit_at_kapso_makes_write_only_fields_drift(clinics: Clinics) -> None:
    """After an edit of the number, its token is not known."""
    (first, *_others) = clinics.kapso.configs()
    clinics.kapso.edit(first["id"], access_token="canary-edited")

    played = clinics.run("drift", kapso_drift_status_path="drift.status")

    assert played.returncode == 2
    assert "access_token" in played.stdout
    assert "# object modified at Kapso since" in " ".join(played.stdout.split())
    assert "1 of 3 objects differ from the playbook" in played.stdout
    assert sorted(clinics.status(f"drift.status.clinic{number}") for number in (1, 2)) == ["clean", "drift"]


@pytest.mark.parametrize("declared", [None, [], [customer(1)]])
def test_a_wrong_key_is_never_reported_as_clean(
    kapso: Emulator, controller: Controller, declared: list[Data] | None
) -> None:
    clinics = Clinics(kapso, controller)
    variables: Data = {} if declared is None else {"kapso_provision_customers": declared}
    for playbook in PLAYBOOKS:
        played = clinics.run(
            playbook,
            kapso_hosts="localhost",
            kapso_provision_api_key="wrong-key",
            kapso_drift_status_path="drift.status",
            **variables,
        )
        assert played.returncode == 2
        assert ("Nothing is declared" if declared is None else "HTTP 401") in played.stdout
        if playbook == "drift":
            assert clinics.status("drift.status") == "error"
    assert kapso.writes() == []


@pytest.mark.parametrize(
    ("playbook", "variable"), [("export", "kapso_export_path"), ("drift", "kapso_drift_status_path")]
)
def test_a_playbook_that_imports_ours_gives_the_path_as_its_variable(
    clinics: Clinics, playbook: str, variable: str
) -> None:
    importing = {"import_playbook": f"kapso.whatsapp.{playbook}", "vars": {variable: "ours", "kapso_hosts": "clinics"}}
    file = clinics.controller.file("importing.yml", [importing])
    clinics.controller.run(file, [f"--inventory={clinics.inventory}"])
    assert sorted(path.name for path in clinics.controller.home.glob("ours*")) == ["ours.clinic1", "ours.clinic2"]
