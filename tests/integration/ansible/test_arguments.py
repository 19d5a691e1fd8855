# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments: where they may come from, and what is refused, in one sentence, before any request."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.integration.ansible.playbook import Controller, Vaulted, task

OPTIONS = (
    "known are allow_http, api_key, api_url, ca_path, config_id, customer_id, fields, rate_limit_timeout, receipts, "
    "receipts_key, retries, run_in_process, send_write_only, state, timeout, validate_certs"
)
FIELDS = (
    "known are access_token, business_account_id, calls_enabled, inbound_processing_enabled, kind, name, "
    "phone_number_id, webhook_destination_url, webhook_verify_token"
)
NO_FIELDS = "fields declares nothing: give at least one field a value"
EMPTY = "is empty: give it a value, or leave it out with `default(omit)`"
LINE_END = "ends with a line end, often from a YAML block, `echo` or a file: remove it"
NO_KEY = "api_key is not set: give the option, or KAPSO_API_KEY in the environment where the module runs"
NO_STORE = "receipts must be a directory, or a URL with redis://, rediss:// or unix://, or `none`"
URL = "webhook_destination_url"

Refusals = list[tuple[dict[str, Any], str]]

# (what the task says instead of a proper argument, what the user is told); a value is always a canary.
# Names and shapes, which are looked at before it is decided where the module runs:
SHAPES: Refusals = [
    ({"config": "canary-1"}, "there is no option config; did you mean config_id?"),
    ({"api_kee": "canary-1"}, "there is no option api_kee; did you mean api_key?"),
    ({"access_token": "canary-1"}, f"there is no option access_token; {OPTIONS}"),
    ({"_receipts": {"canary-1": "canary-2"}}, "there is no option _receipts; did you mean receipts?"),
    ({"config_id": ["canary-1"]}, "config_id must be one value, and is a list"),
    ({"fields": "access_token canary-1"}, "fields must be a dictionary, and is a text"),
    ({"fields": [{"access_token": "canary-1"}]}, "fields must be a dictionary, and is a list"),
    ({"fields": {"acess_token": "canary-1"}}, "there is no field acess_token in fields; did you mean access_token?"),
    ({"fields": {"Name": "canary-1"}}, "there is no field Name in fields; did you mean name?"),
    ({"fields": {"zzz": "canary-1"}}, f"there is no field zzz in fields; {FIELDS}"),
    ({"fields": {"{access_token: canary-1}": None}}, "no field with that name in fields; did you mean access_token?"),
    ({"fields": {"access_token": "  "}}, f"fields.access_token {EMPTY}"),
    ({"fields": {"access_token": {"canary-1": "canary-2"}}}, "fields.access_token must be one value, and is a dict"),
    ({"fields": {"phone_number_id": 1.5e14}}, "fields.phone_number_id must be a text, and is a number: quote it"),
    ({"fields": {"name": ["canary-1"]}}, "fields.name must be one value, and is a list"),
    ({"fields": {"calls_enabled": "canary-1"}}, "fields.calls_enabled must be true or false"),
    ({"api_key": "  "}, f"api_key {EMPTY}"),
    ({"api_key": ["canary-1"]}, "api_key must be one value, and is a list"),
    ({"timeout": "canary-1"}, "timeout must be a number"),
    ({"retries": 1.5}, "retries must be a whole number"),
    ({"validate_certs": "canary-1"}, "validate_certs must be true or false"),
    ({"send_write_only": "canary-1"}, "send_write_only must be one of when_changed, when_value_changed, always, never"),
    ({"state": "canary-1"}, "state must be one of present, absent"),
    ({"fields": {"kind": "canary-1"}}, "fields.kind must be one of production, sandbox"),
    ({"receipts": "https://:canary-1@redis.example"}, NO_STORE),
    ({"receipts": ["canary-1"]}, "receipts must be one value, and is a list"),
    ({"receipts": "none", "send_write_only": "adopt"}, "send_write_only: adopt records what is declared, and receipts"),
    ({"receipts_key": " "}, f"receipts_key {EMPTY}"),
    ({"fields": {"access_token": "canary-1\n"}}, f"fields.access_token {LINE_END}"),
    ({"fields": '{"webhook_verify_token": "canary-1\\n"}'}, f"fields.webhook_verify_token {LINE_END}"),
    ({"fields": '{"access_token": "canary-1'}, "fields begins with `{` and is not JSON: correct it"),
    ({"fields": {"name": ""}}, f"fields.name {EMPTY}"),
    ({"config_id": "", "state": "absent"}, f"config_id {EMPTY}"),
    ({"config_id": "canary-1\n", "state": "absent"}, f"config_id {LINE_END}"),
    ({"fields": {URL: "canary-1.example/wa"}}, f"fields.{URL} must begin with https:// or http://"),
    ({"fields": {URL: "ftp://canary-1.example/wa"}}, f"fields.{URL} must begin with https:// or http://"),
    ({"fields": {URL: "https:///canary-1"}}, f"fields.{URL} names no host"),
    ({"fields": {URL: "https://canary-1.example/a b"}}, f"fields.{URL} contains white space or control characters"),
    ({"run_in_process": "canary-1"}, "run_in_process must be one of auto, never"),
]
# Values, which are looked at by the module, wherever it runs:
VALUES: Refusals = [
    ({"config_id": None}, "config_id is required, or customer_id with fields.phone_number_id in its place"),
    ({"customer_id": "canary-1"}, "config_id says which configuration is meant, and customer_id says it otherwise"),
    ({"config_id": None, "customer_id": "canary-1"}, "customer_id needs fields.phone_number_id beside it"),
    ({"fields": None}, NO_FIELDS),
    ({"fields": {}}, NO_FIELDS),
    ({"fields": {"name": None, URL: None}}, NO_FIELDS),
    ({"api_key": ""}, NO_KEY),
    ({"fields": {"phone_number_id": "5", "business_account_id": "5"}}, "business_account_id are one id: copy each"),
    ({"api_url": "https://me:canary-1@kapso.example/v1"}, "api_url must not contain a user name or password"),
    ({"api_url": "http://kapso.example/api/v1"}, "api_url must use https: the API key would travel in clear"),
    ({"api_url": "http://127.0.0.1.example/v1"}, "api_url must use https: the API key would travel in clear"),
    ({"api_url": "https://kapso.example/v1?key=canary-1"}, "api_url must be a plain base URL"),
    ({"api_url": "canary-1"}, "api_url must begin with https:// or http://"),
    ({"timeout": 0}, "timeout must be more than 0"),
    ({"retries": -1}, "retries must be at least 0"),
    ({"rate_limit_timeout": -1}, "rate_limit_timeout must be at least 0"),
]


@pytest.mark.parametrize(("way", "refusals"), [("auto", SHAPES + VALUES), ("never", VALUES)], ids=["auto", "never"])
def test_what_cannot_be_meant_is_refused_in_one_sentence_before_any_request(
    kapso: Emulator, controller: Controller, way: str, refusals: Refusals
) -> None:
    proper = {"config_id": kapso.add(), "fields": {"name": "Front desk"}, "run_in_process": way}
    tasks = [task(str(n), {"ignore_errors": True}, **{**proper, **said}) for n, (said, _told) in enumerate(refusals)]
    played = controller.play(*tasks).ok()

    messages = [done.result["msg"] for done in played.done]
    assert [message for message, (_said, told) in zip(messages, refusals, strict=True) if told not in message] == []
    for done in played.done:
        assert done.status == "failed"
        assert not done.changed
        assert done.result["msg"].endswith("; nothing was sent")
        assert "\n" not in done.result["msg"]
        assert done.result["error"]["outcome"] == "not_sent"
        assert done.result["error"]["attempts"] == 0
    assert kapso.journal() == []
    assert "canary" not in played.record
    assert "Traceback" not in played.shown


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
        {"name": "Many", "kapso.whatsapp.kapso_whatsapp_fleet": {"configs": entries}},
        {"name": "All", "kapso.whatsapp.kapso_whatsapp_fleet": {"configs": "{{ entries | to_json }}"}},
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


def test_an_option_goes_before_the_environment(kapso: Emulator, controller: Controller) -> None:
    environment = {"KAPSO_API_KEY": "canary-1", "KAPSO_API_URL": kapso.refused_url()}
    played = controller.play(
        task("Run", config_id=kapso.add(), fields={"name": "Front desk"}), environment=environment
    ).ok()
    assert played["Run"].short(kapso) == "GET PATCH"


def test_a_task_goes_before_the_defaults_of_the_group(kapso: Emulator, controller: Controller) -> None:
    controller.defaults |= {"send_write_only": "never"}
    config_id = kapso.add()
    declared = {"config_id": config_id, "fields": {"access_token": "canary-1"}}
    played = controller.play(
        task("As the group says", **declared), task("As the task says", **declared, send_write_only="always")
    ).ok()
    assert [done.short(kapso) for done in played.done] == ["GET", "GET PATCH"]


def test_without_a_key_the_refusal_names_option_and_variable(kapso: Emulator, controller: Controller) -> None:
    without = task("Run", config_id=kapso.add(), fields={"name": "Front desk"}, api_url=kapso.url)
    played = controller.play(without, module_defaults={})
    assert played["Run"].result["msg"] == f"{NO_KEY}; nothing was sent"
    assert kapso.journal() == []


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


def test_a_meta_id_given_as_a_number_is_its_digits_and_a_warning_says_to_quote_it(
    kapso: Emulator, controller: Controller
) -> None:
    config_id = kapso.add()
    fields = {"phone_number_id": 100000000000009, "business_account_id": "{{ 200000000000009 }}"}
    declared = task("Run", config_id=config_id, fields=fields)
    played = controller.play(declared, declared | {"name": "Run again"}).ok()
    assert kapso.writes()[0].sent == {"phone_number_id": "100000000000009", "business_account_id": "200000000000009"}
    for done in played.done:
        assert "fields.phone_number_id was given as a number; quote it, or YAML may change its digits" in str(
            done.result["warnings"]
        )
    assert played["Run again"].short(kapso) == "GET"
    assert "quote it" in " ".join(played.shown.split())
