# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the recipes for CI: run their shell steps in their environment, from a pull request to the nightly check."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.collection import ansible_environment, build_artifact, link_tree
from tests.emulator import Emulator
from tests.support.forges import RECIPES, Forge, GitHub, GitLab, holds

NUMBER = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
SECRETS = {"KAPSO_RECEIPTS_KEY": "example-key-of-receipts", "COMMENT_TOKEN": "EXAMPLE-COMMENT-TOKEN"}
VALUES = yaml.safe_load((RECIPES / "vault.yml").read_text(encoding="utf-8"))


def at_kapso(kapso: Emulator, place: Path) -> dict[str, str]:
    """Add a number to Kapso; return the environment for Ansible."""
    kapso.add(id=NUMBER, name="Number one", phone_number_id="100000000000001")
    urls = {"KAPSO_API_URL": kapso.url, "KAPSO_PLATFORM_API_URL": kapso.platform_url}
    return ansible_environment(place / "home", urls)


@pytest.fixture(params=[GitHub, GitLab])
def forge(request: pytest.FixtureRequest, kapso: Emulator, tmp_path: Path) -> Forge:
    """Return a forge with a repository that has the files of the recipe."""
    environment = at_kapso(kapso, tmp_path)
    repository = tmp_path / "repository"
    repository.mkdir()
    for name in ("numbers.yml", "requirements.yml", "vault.yml"):
        shutil.copy(RECIPES / name, repository)
    shutil.copy(build_artifact(tmp_path), repository)
    password = tmp_path / "password"
    password.write_text("example", encoding="utf-8")
    own = {**environment, "ANSIBLE_VAULT_PASSWORD_FILE": str(password)}
    subprocess.run(["ansible-vault", "encrypt", "vault.yml"], cwd=repository, env=own, check=True, timeout=60)
    secrets = {**SECRETS, "KAPSO_API_KEY": kapso.key, "VAULT_PASSWORD": "example"}
    if request.param is GitLab:
        secrets["ANSIBLE_VAULT_PASSWORD_FILE"] = str(password)  # a variable of type File
    made: Forge = request.param(repository, tmp_path / "forge", environment, secrets)
    return made


def writes(kapso: Emulator) -> list[str]:
    """Return the methods of the writes since the last call."""
    found = [entry.method for entry in kapso.journal() if entry.method != "GET"]
    kapso.clear_journal()
    return found


def test_plan_approve_apply_and_a_nightly_drift_check(kapso: Emulator, forge: Forge) -> None:
    assert forge.run("pull_request") == {"plan": True}, forge.said
    comment = (forge.comments / "body").read_text(encoding="utf-8")
    assert "Front desk" in comment
    assert "https://hooks.example.org/wa" in comment
    assert "7" in (forge.comments / "arguments").read_text(encoding="utf-8")  # the number of the pull request
    assert writes(kapso) == []

    assert forge.run("push") == {"plan": True, "apply": True}, forge.said
    assert writes(kapso) == ["PATCH", "POST"]
    assert (kapso.get(NUMBER) or {})["access_token"] == VALUES["vault_front_desk_token"]

    assert forge.run("push") == {"plan": True, "apply": True}, forge.said  # with the receipts of the last job
    assert forge.run("schedule") == {"drift": True}, forge.said
    assert writes(kapso) == []

    kapso.edit(NUMBER, name="Edited by hand")
    told = len(forge.said)
    assert forge.run("schedule") == {"drift": False}
    assert "\ndrift" in forge.said[told:].replace("::error::", "\n")
    assert writes(kapso) == []
    secrets = [*VALUES.values(), *SECRETS.values(), kapso.key]
    shown = forge.said + comment
    assert [secret for secret in secrets if secret in shown] == []


def test_a_failed_plan_is_reported_at_the_pull_request_and_ends_the_pipeline(kapso: Emulator, forge: Forge) -> None:
    numbers = forge.repository / "numbers.yml"
    numbers.write_text(numbers.read_text("utf-8").replace("max_changes: 20", "max_changes: 1"), encoding="utf-8")
    assert forge.run("pull_request") == {"plan": False}
    assert "max_changes" in (forge.comments / "body").read_text(encoding="utf-8")
    assert forge.run("push") == {"plan": False}
    assert writes(kapso) == []


def test_tokens_can_come_from_another_vault(kapso: Emulator, tmp_path: Path) -> None:
    environment = at_kapso(kapso, tmp_path)
    plugins = tmp_path / "ansible_collections" / "community" / "hashi_vault" / "plugins" / "lookup"
    plugins.mkdir(parents=True)
    (plugins / "vault_kv2_get.py").write_text(
        "from ansible.plugins.lookup import LookupBase\n\n\n"
        "class LookupModule(LookupBase):\n"
        "    def run(self, terms, variables=None, **options):\n"
        "        secret = {'front_desk': 'EXAMPLE-OF-VAULT', 'webhook': 'EXAMPLE-SECRET-OF-VAULT'}\n"
        "        return [{'secret': secret} for term in terms if term == 'whatsapp']\n",
        encoding="utf-8",
    )
    own = {"ANSIBLE_COLLECTIONS_PATH": f"{link_tree()}:{tmp_path}", "KAPSO_API_KEY": kapso.key}
    files = [f"-e@{RECIPES / name}" for name in ("numbers.yml", "vault-lookup.yml")]
    subprocess.run(
        ["ansible-playbook", "kapso.whatsapp.apply", *files], env={**environment, **own}, check=True, timeout=120
    )
    assert (kapso.get(NUMBER) or {})["access_token"] == "EXAMPLE-OF-VAULT"
    assert writes(kapso) == ["PATCH", "POST"]


def test_conditions_are_read_as_forges_do() -> None:
    values = {"github.event_name": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
    assert holds("github.event_name == 'pull_request' || github.event_name == 'push'", values)
    assert holds('$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && github.event_name == "push"', values)
    assert not holds("github.event_name == 'push' && github.event_name == 'schedule'", values)
