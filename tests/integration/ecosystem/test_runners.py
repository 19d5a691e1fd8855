# SPDX-License-Identifier: GPL-3.0-or-later
"""Under ansible-runner and ansible-navigator: the same results, receipts that stay, and no secret in what they keep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator import Emulator
from tests.support.platform import Platform

TOKEN, VERIFY = "canary-access-token", "canary-verify-token"


@pytest.fixture
def configs(kapso: Emulator) -> list[str]:
    """Three configurations, of which one is as the playbook says but for its token."""
    return [kapso.add(name="Front desk"), *kapso.add_many(2)]


@pytest.fixture
def playbook(kapso: Emulator, platform: Platform, configs: list[str]) -> Path:
    """A fleet, with its secrets in a vault."""
    project = platform.place / "project"
    project.mkdir()
    vault = {"vault_key": kapso.key, "vault_token": TOKEN, "vault_verify": VERIFY}
    (project / "vault.yml").write_text(yaml.safe_dump(vault), encoding="utf-8")
    (platform.place / "password").write_text("example\n", encoding="utf-8")
    platform.run("ansible-vault", "encrypt", "--vault-password-file", "password", "project/vault.yml")
    task = {
        "name": "Converge all",
        "kapso.whatsapp.kapso_whatsapp_fleet": {
            "api_key": "{{ vault_key }}",
            "configs": [{"config_id": config_id} for config_id in configs],
            "defaults": {
                "name": "Front desk",
                "access_token": "{{ vault_token }}",
                "webhook_verify_token": "{{ vault_verify }}",
            },
        },
    }
    play = {
        "name": "Fleet",
        "hosts": "localhost",
        "gather_facts": False,
        "vars_files": ["vault.yml"],
        "tasks": [task],
    }
    path = project / "fleet.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def settings(kapso: Emulator, platform: Platform) -> dict[str, str]:
    """What a platform injects."""
    return {
        "KAPSO_API_URL": kapso.url,
        "KAPSO_RECEIPTS": str(platform.place / "receipts"),
        "ANSIBLE_VAULT_PASSWORD_FILE": str(platform.place / "password"),
    }


def results(platform: Platform, run: str) -> dict[str, Any]:
    """What the fleet's task returned, as ansible-runner keeps it."""
    events = (platform.place / "artifacts" / run / "job_events").glob("*.json")
    (found,) = (
        event["event_data"]["res"]
        for event in (json.loads(path.read_text(encoding="utf-8")) for path in events)
        if event["event"] in ("runner_on_ok", "runner_on_failed")
    )
    returned: dict[str, Any] = found
    return returned


def assert_nothing_leaked(kapso: Emulator, platform: Platform, said: str) -> None:
    """No secret in what is on the screen, or in a file that stays."""
    secrets = [kapso.key, TOKEN, VERIFY]
    assert [secret for secret in secrets if secret in said] == []
    files = list(platform.left())
    assert len(files) > 5
    found = [(path, secret) for path, content in files for secret in secrets if secret.encode() in content]
    assert found == []


def test_ansible_runner(kapso: Emulator, platform: Platform, playbook: Path, settings: dict[str, str]) -> None:
    said = ""
    for run, options in (("dry", "--check --diff"), ("first", "--diff"), ("second", "--diff -vvv")):
        words = ["--playbook", playbook.name, "--ident", run, f"--cmdline={options}"]
        kapso.clear_journal()
        said += platform.run("ansible-runner", "run", ".", *words, **settings)
        if run == "dry":
            assert kapso.writes() == []

    dry, first, second = (results(platform, run) for run in ("dry", "first", "second"))
    assert dry["changed"] is first["changed"] is True
    assert [entry["changes"] for entry in dry["results"]] == [entry["changes"] for entry in first["results"]]
    assert first["summary"] | {"requests": 0} == {
        "total": 3, "created": 0, "changed": 3, "deleted": 0, "unchanged": 0, "failed": 0, "requests": 0
    }  # fmt: skip
    assert (second["changed"], second["summary"]["requests"], kapso.writes()) == (False, 1, [])
    assert {state["access_token"] for state in kapso.configs()} == {TOKEN}
    assert_nothing_leaked(kapso, platform, said)


def test_ansible_navigator(kapso: Emulator, platform: Platform, playbook: Path, settings: dict[str, str]) -> None:
    words = [
        "--mode",
        "stdout",
        "--execution-environment",
        "false",
        "--playbook-artifact-save-as",
        "run-{time_stamp}.json",
    ]
    run = ["ansible-navigator", "run", str(playbook), *words]

    said = platform.run(*run, "--check", "--diff", **settings)
    assert "Front desk" in said
    assert "changed=1" in said
    assert kapso.writes() == []

    said += platform.run(*run, "--diff", ANSIBLE_CALLBACKS_ENABLED="kapso.whatsapp.plan", **settings)
    assert "Applied: 0 created, 3 updated" in said
    assert {state["access_token"] for state in kapso.configs()} == {TOKEN}

    kapso.clear_journal()
    said += platform.run(*run, **settings)
    assert "changed=0" in said.rpartition("PLAY RECAP")[2]
    assert kapso.short() == "GET"
    assert_nothing_leaked(kapso, platform, said)
