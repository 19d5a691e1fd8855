# SPDX-License-Identifier: GPL-3.0-or-later
"""Test arguments: the sources of their values, and the precedence of the sources."""

from __future__ import annotations

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import Controller, Vaulted, task

LINE_END = "ends with a line end, often from a YAML block, `echo` or a file: remove it"


@pytest.mark.parametrize("way", ["auto", "never"])
def test_a_secret_of_the_environment_is_held_against_the_same_rules(
    kapso: Emulator, controller: Controller, way: str
) -> None:
    declared = {"config_id": kapso.add(), "fields": {"access_token": "canary-1"}, "run_in_process": way}
    for name, told in {"KAPSO_API_KEY": "api_key", "KAPSO_RECEIPTS_KEY": "receipts_key"}.items():
        environment = {"KAPSO_API_KEY": kapso.key, name: "canary-2\n"}
        defaults = {"group/kapso.whatsapp.kapso": {"api_url": kapso.url}}
        played = controller.play(task("Run", **declared), environment=environment, module_defaults=defaults)
        assert played["Run"].result["msg"] == f"{told} {LINE_END}; nothing was sent"
        assert "canary" not in played.shown + played.record
    assert kapso.journal() == []


@pytest.mark.parametrize("way", ["auto", "never"])
def test_fields_may_be_json(kapso: Emulator, controller: Controller, way: str) -> None:
    fields = {"name": "Front desk", "access_token": "canary-1", "calls_enabled": True}
    text = "{{ declared | to_json }}"
    entries = [{"config_id": kapso.add(), "fields": text}, {"config_id": kapso.add(), "fields": fields}]
    controller.defaults["run_in_process"] = way
    played = controller.play(
        task("One", config_id=kapso.add(), fields=text),
        {"name": "Many", "kapso.whatsapp.kapso_project": {"configs": entries}},
        {"name": "All", "kapso.whatsapp.kapso_project": {"configs": "{{ entries | to_json }}"}},
        vars={"declared": fields, "entries": entries},
        options=["-vvvvv"],
    ).ok()
    assert [done.changed for done in played.done] == [True, True, False]
    assert [entry.sent for entry in kapso.writes()] == [{**fields, "access_token": digest("canary-1")}] * 3
    assert "canary" not in played.record


@pytest.mark.parametrize("way", ["auto", "never"])
def test_key_and_url_from_the_environment(kapso: Emulator, controller: Controller, way: str) -> None:
    config_id = kapso.add()
    environment = {"KAPSO_API_KEY": kapso.key, "KAPSO_API_URL": f"{kapso.url}/"}
    declared = {"config_id": config_id, "fields": {"name": "Front desk", "access_token": "canary-1"}}
    tasks = (task("Run", **declared, run_in_process=way), task("Run again", **declared, run_in_process=way))
    played = controller.play(*tasks, environment=environment, module_defaults={}).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH", "GET"]
    assert {entry.headers["x-api-key"] for entry in kapso.journal()} == {digest(kapso.key)}
    assert kapso.writes()[0].path == f"/api/v1/whatsapp_configs/{config_id}"


@pytest.mark.parametrize("way", ["auto", "never"])
def test_vaulted_values_are_values_like_any_other(kapso: Emulator, controller: Controller, way: str) -> None:
    secret = VaultSecret(b"canary-vault-password")
    vault = VaultLib([("default", secret)])

    def vaulted(text: str) -> Vaulted:
        return Vaulted(vault.encrypt(text, secret).decode())

    password = controller.file("password", "")
    password.write_text("canary-vault-password", encoding="utf-8")
    whole = controller.file("vault.yml", {"vault_token": "canary-token", "vault_number": "100000000000009"})
    whole.write_bytes(vault.encrypt(whole.read_bytes(), secret))

    config_id = kapso.add()
    fields = {
        "access_token": "{{ vault_token }}",
        "webhook_verify_token": vaulted("canary-verify"),
        "phone_number_id": "{{ vault_number }}",
        "name": vaulted("Front desk"),
    }
    declared = {"config_id": config_id, "fields": fields, "api_key": vaulted(kapso.key), "run_in_process": way}
    played = controller.play(
        task("Run", **declared),
        task("Run again", **declared),
        task("In one piece", **{**declared, "fields": "{{ fields }}"}),
        options=[f"--vault-password-file={password}"],
        vars_files=[str(whole)],
        vars={"fields": fields},
        module_defaults={"group/kapso.whatsapp.kapso": {"api_url": kapso.url}},
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET PATCH", "GET", "GET"]
    assert kapso.writes()[0].sent == {
        "name": "Front desk",
        "phone_number_id": "100000000000009",
        "access_token": digest("canary-token"),
        "webhook_verify_token": digest("canary-verify"),
    }
    assert "canary" not in played.shown + played.record


def test_options_of_a_task_override_group_defaults_and_these_the_environment(
    kapso: Emulator, controller: Controller
) -> None:
    controller.defaults |= {"send_write_only": "never"}
    declared = {"config_id": kapso.add(), "fields": {"access_token": "canary-1"}}
    played = controller.play(
        task("As the group says", **declared),
        task("As the task says", **declared, send_write_only="always"),
        environment={"KAPSO_API_KEY": "canary-2", "KAPSO_API_URL": kapso.refused_url()},
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET", "GET PATCH"]
