# SPDX-License-Identifier: GPL-3.0-or-later
"""Test ansible-runner and ansible-navigator: equal results, persistent receipts, and no secret in their files."""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.progress import PROGRESS_EVERY

from tests.emulator import Emulator
from tests.support.platform import Platform
from tests.support.race_hooks import held_back

TOKEN, VERIFY = "canary-access-token", "canary-verify-token"
TASK = "Converge all"
PROGRESS = "Apply: 1 of 3 written, 0 failed; about"


@pytest.fixture
def playbook(kapso: Emulator, platform: Platform) -> Path:
    """Write a playbook with three configurations, of which one differs in its secrets only, which are in a vault."""
    configs = [kapso.add(name="Front desk"), *kapso.add_many(2)]
    project = platform.place / "project"
    project.mkdir()
    vault = {"vault_key": kapso.key, "vault_token": TOKEN, "vault_verify": VERIFY}
    (project / "vault.yml").write_text(yaml.safe_dump(vault), encoding="utf-8")
    (platform.place / "password").write_text("example\n", encoding="utf-8")
    platform.run("ansible-vault", "encrypt", "--vault-password-file", "password", "project/vault.yml")
    (platform.place / "env").mkdir()
    variables = {"name_of_all": "Front desk", "configs": [{"config_id": config_id} for config_id in configs]}
    (platform.place / "env" / "extravars").write_text(yaml.safe_dump(variables), encoding="utf-8")
    task = {
        "name": TASK,
        "kapso.whatsapp.kapso_project": {
            "api_key": "{{ vault_key }}",
            "configs": "{{ configs }}",
            "defaults": {
                "configs": {
                    "name": "{{ name_of_all }}",
                    "access_token": "{{ vault_token }}",
                    "webhook_verify_token": "{{ vault_verify }}",
                },
            },
        },
        "register": "project",
    }
    # With this, the cache of facts holds the whole result of a task.
    kept = {"name": "Remember", "ansible.builtin.set_fact": {"project_of_last_run": "{{ project }}", "cacheable": True}}
    play = {
        "name": "Project",
        "hosts": "localhost",
        "gather_facts": False,
        "vars_files": ["vault.yml"],
        "tasks": [task, kept],
    }
    path = project / "project.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture
def settings(kapso: Emulator, platform: Platform) -> dict[str, str]:
    """Return the variables that a platform injects."""
    return {
        "KAPSO_API_URL": kapso.url,
        "KAPSO_RECEIPTS": str(platform.place / "receipts"),
        "ANSIBLE_CALLBACKS_ENABLED": "kapso.whatsapp.report",
        "ANSIBLE_VAULT_PASSWORD_FILE": str(platform.place / "password"),
    }


def events(platform: Platform, run: str) -> list[dict[str, Any]]:
    """Return the events of a run in order, from the files of ansible-runner."""
    files = (platform.place / "artifacts" / run / "job_events").glob("*.json")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in files]
    return sorted(found, key=lambda event: int(event["counter"]))


def results(platform: Platform, run: str) -> dict[str, Any]:
    """Return the result of the project's task in a run."""
    (found,) = (
        event["event_data"]["res"]
        for event in events(platform, run)
        if event["event"] == "runner_on_ok" and event["event_data"]["task"] == TASK
    )
    returned: dict[str, Any] = found
    return returned


def assert_nothing_leaked(kapso: Emulator, platform: Platform, said: str) -> None:
    """Assert that no secret is on the screen or in a remaining file."""
    secrets = [kapso.key, TOKEN, VERIFY]
    assert [secret for secret in secrets if secret in said] == []
    files = list(platform.left())
    assert len(files) > 5
    found = [(path, secret) for path, content in files for secret in secrets if secret.encode() in content]
    assert found == []


def test_ansible_runner(kapso: Emulator, platform: Platform, playbook: Path, settings: dict[str, str]) -> None:
    (platform.place / "env" / "envvars").write_text(yaml.safe_dump(settings), encoding="utf-8")
    said = {}
    for run, options in (("dry", "--check --diff"), ("first", "--diff"), ("second", "--diff -vvv")):
        words = ["--playbook", playbook.name, "--ident", run, f"--cmdline={options}"]
        kapso.clear_journal()
        with held_back(kapso, 1, lambda: time.sleep(PROGRESS_EVERY)) if run == "first" else nullcontext():
            said[run] = platform.run("ansible-runner", "run", ".", *words)
        if run == "dry":
            assert kapso.writes() == []

    dry, first, second = (results(platform, run) for run in said)
    assert dry["changed"] is first["changed"] is True
    assert [entry["changes"] for entry in dry["results"]] == [entry["changes"] for entry in first["results"]]
    assert [entry["before_header"] for entry in first["diff"]] == [entry["before_header"] for entry in dry["diff"]]
    assert len(first["diff"]) == 3
    assert (first["summary"]["total"], first["summary"]["changed"], first["summary"]["failed"]) == (3, 3, 0)
    assert (second["changed"], second["summary"]["requests"], kapso.writes()) == (False, 1, [])
    assert {state["access_token"] for state in kapso.configs()} == {TOKEN}
    assert "Plan: 0 to create, 3 to update" in said["dry"]
    assert "Applied: 0 created, 3 updated" in said["first"]
    assert any(event["stdout"].startswith(PROGRESS) for event in events(platform, "first"))
    (facts,) = (platform.place / "artifacts" / "first" / "fact_cache").iterdir()  # newer cores add a prefix to its name
    assert "project_of_last_run" in facts.read_text(encoding="utf-8")
    assert_nothing_leaked(kapso, platform, "".join(said.values()))


def test_ansible_navigator(kapso: Emulator, platform: Platform, playbook: Path, settings: dict[str, str]) -> None:
    words = [
        "--mode",
        "stdout",
        "--execution-environment",
        "false",
        "--playbook-artifact-save-as",
        "run-{time_stamp}.json",
    ]
    run = ["ansible-navigator", "run", str(playbook), *words, "--extra-vars", "@env/extravars"]

    said = platform.run(*run, "--check", "--diff", **settings)
    assert '+    "name": "Front desk"' in said
    assert "changed=1" in said
    assert "Plan: 0 to create, 3 to update" in said
    assert kapso.writes() == []

    with held_back(kapso, 1, lambda: time.sleep(PROGRESS_EVERY)):
        said += platform.run(*run, "--diff", **settings)
    assert PROGRESS in said
    assert "Applied: 0 created, 3 updated" in said
    assert {state["access_token"] for state in kapso.configs()} == {TOKEN}

    kapso.clear_journal()
    said += platform.run(*run, **settings)
    assert "changed=0" in said.rpartition("PLAY RECAP")[2]
    assert kapso.short() == "GET"
    assert len(list(platform.place.glob("run-*.json"))) == 3
    assert_nothing_leaked(kapso, platform, said)
