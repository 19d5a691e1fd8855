# SPDX-License-Identifier: GPL-3.0-or-later
"""Test values that only YAML and Ansible produce, in a real play: refused or run, the same in process and shipped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Done, Played
from tests.support import proof
from tests.support.inputs import LONGEST_MESSAGE
from tests.support.matrix.subjects import CONFIGS, PARENT, SUBJECTS

SEALED = "canary-vaulted"
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PASSWORD = "example-vault-password"
VAULT = VaultLib([("default", VaultSecret(PASSWORD.encode()))])

# Values in the spelling of a playbook, by kind.
KINDS: dict[str, str] = {
    "null": "~",
    "nothing": "",
    "yes": "yes",
    "tagged boolean": '!!bool "off"',
    "octal": "0017",
    "sexagesimal": "12:30:45",
    "thousands": "1_000",
    "hexadecimal without end": "0x" + "F" * 5000,
    "tagged number": '!!int "5"',
    "tagged text": "!!str 5",
    "exponent": "1.5e+3",
    "not a number": ".nan",
    "infinity": "-.inf",
    "date": "2026-01-02",
    "instant": "2026-01-02T03:04:05.678+09:00",
    "binary": "!!binary gIGC/w==",
    "set": "!!set {a, b}",
    "ordered": "!!omap [a: 1, b: 2]",
    "pairs": "!!pairs [a: 1, a: 2]",
    "list": "[a, [b]]",
    "dictionary": "{a: {b: [c]}}",
    "number as key": "{5: a, ~: b, 1.5: c, true: d}",
    "date as key": "{2026-01-02: a}",
    "key twice": "{a: 1, a: 2}",
    "folded": '"one\n\n  two"',
    "emoji": '"\\U0001F600"',
    "right to left": '"\\u202Eabc"',
    "zero": '"a\\0b"',
    "escape": '"\\e[31mred\\a"',
    "next line": '"a\\Nb\\Lc"',
    "unsafe": '!unsafe "{{ 1 / 0 }}"',
    "unsafe list": '!unsafe ["{{ 1 / 0 }}"]',
    "vaulted": "!vault |\n{vault}",
    "template of a list": "\"{{ ['a', 'b'] }}\"",
    "template of a tuple as key": "\"{{ {('a', 'b'): 1} }}\"",
    "template of a generator": "\"{{ [1, 2] | map('string') }}\"",
    "template of a surrogate": '"{{ \'\\"\\\\ud800\\"\' | from_json }}"',
    "template of a megabyte": "\"{{ 'x' * 1048576 }}\"",
    "template of the undefined": '"{{ nothing_of_that_name }}"',
    "template that is wrong": '"{{ 1 / 0 }}"',
    "omitted": '"{{ omit }}"',
}
# The places of a value, as arguments of a task.
PLACES: dict[str, str] = {
    "config_id": "config_id: {value}\nfields: {{name: Reception}}",
    "name": "config_id: {id}\nfields:\n  name: {value}",
    "access_token": "config_id: {id}\nfields:\n  access_token: {value}",
    "calls_enabled": "config_id: {id}\nfields:\n  calls_enabled: {value}",
    "fields": "config_id: {id}\nfields: {value}",
    "retries": "config_id: {id}\nretries: {value}\nfields: {{name: Reception}}",
    "receipts_key": "config_id: {id}\nreceipts_key: {value}\nfields: {{webhook_verify_token: canary-verify}}",
}
PROJECTS: dict[str, str] = {
    "configs": "configs: {value}",
    "an entry": "configs:\n  - {value}",
    "fields of an entry": "configs:\n  - config_id: {id}\n    fields: {value}",
    "defaults": "configs: [{{config_id: {id}, fields: {{name: Reception}}}}]\ndefaults:\n  configs: {value}",
    "only": "configs: [{{config_id: {id}, fields: {{name: Reception}}}}]\nonly: {value}",
    "max_changes": "configs: [{{config_id: {id}, fields: {{name: Reception}}}}]\nmax_changes: {value}",
}
SECRET = ("access_token", "receipts_key")
KINDS_OF_OBJECTS = [subject for subject in SUBJECTS.values() if subject is not CONFIGS]
# The values that reach a shipped module; others are refused before.
SHIPPED_KINDS = (
    *("null", "yes", "octal", "tagged text", "folded", "emoji", "right to left", "zero", "next line", "unsafe"),
    *("vaulted", "key twice", "template of a megabyte", "omitted"),
)
SHIPPED_PLACES = ("config_id", "name", "access_token", "fields of an entry", "only")
ROLE = "kapso.whatsapp.kapso_provision"
ROLE_KINDS = (
    *("null", "yes", "hexadecimal without end", "date", "binary", "set", "list", "dictionary", "number as key", "zero"),
    *("unsafe", "vaulted", "template of a tuple as key", "template of the undefined", "omitted"),
)
ROLE_PLACES = ("defaults", "only", "max_changes", "concurrency", "receipts_key")


def indented(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by)


def written(kind: str, place: str, config_id: str) -> str:
    """Return the arguments as lines of YAML."""
    lines, value = place.split("\n"), KINDS[kind]
    holder = next(line for line in lines if "{value}" in line)
    depth = len(holder) - len(holder.lstrip(" -")) + 2
    value = value.replace("{vault}", VAULT.encrypt(SEALED).decode())
    value = indented(value.strip("\n"), depth)
    return place.format(value="\0", id=config_id).replace("\0", value)


def task(name: str, module: str, arguments: str, way: str) -> str:
    lines = indented(f"{arguments}\nrun_in_process: {way}", 8)
    return f"    - name: {name}\n      ignore_errors: true\n      {module}:\n        {lines}\n"


def inclusion(kind: str, place: str, config_id: str) -> str:
    """Return a task that includes the role with the value in a variable. A failed check does not end the play."""
    configs = f"kapso_provision_configs: [{{config_id: {config_id}, fields: {{name: Reception}}}}]"
    address = 'kapso_provision_api_url: "{{ url }}"\nkapso_provision_api_key: "{{ key }}"'
    variables = indented(f"{configs}\n{address}\n{written(kind, f'kapso_provision_{place}: {{value}}', config_id)}", 8)
    role = f"      ansible.builtin.include_role:\n        name: {ROLE}\n        apply: {{ignore_errors: true}}\n"
    return f"    - name: {kind} / {place}\n      ignore_errors: true\n{role}      vars:\n        {variables}\n"


def play(controller: Controller, tasks: list[str]) -> Played:
    """Run these tasks, written as text and not by a YAML library."""
    url, key = controller.kapso.url, controller.kapso.key
    head = f"- hosts: localhost\n  gather_facts: false\n  vars: {{url: {url}, key: {key}}}\n"
    urls = f"api_url: {url}, platform_api_url: {controller.kapso.platform_url}"
    defaults = f"  module_defaults:\n    group/kapso.whatsapp.kapso: {{{urls}, api_key: {key}}}"
    playbook = controller.file("play.yml", [])
    playbook.write_text(f"{head}{defaults}\n  tasks:\n{''.join(tasks)}", encoding="utf-8")
    password = controller.home / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    return controller.run(playbook, ["--vault-password-file", str(password)])


def assert_answered(done: Done) -> None:
    """Assert that the task ran or failed with one sentence. Errors before the action plugin are Ansible's own."""
    assert done.status in ("ok", "failed")
    result = done.result
    assert "Traceback" not in str(result)
    if done.status == "ok":
        return
    if "error" in result:
        assert "\n" not in result["msg"]
        assert len(result["msg"]) <= LONGEST_MESSAGE
    else:
        assert re.search("task args|templat|undefined|division by zero", result["msg"], re.IGNORECASE), result["msg"]


def comparable(done: Done) -> dict[str, Any]:
    """Return the parts of a result that must be equal both ways, without the object's ID."""
    result = done.result
    told = {name: result.get(name) for name in ("failed", "changed", "msg", "changes", "warnings")}
    shown = {name: value for name, value in (result.get("data") or {}).items() if name in ("name", "calls_enabled")}
    alike: dict[str, Any] = json.loads(re.sub(UUID, "the id", json.dumps({**told, "data": shown})))
    return alike


@pytest.mark.parametrize(
    ("module", "places"),
    [("kapso.whatsapp.kapso_whatsapp_config", PLACES), ("kapso.whatsapp.kapso_project", PROJECTS)],
    ids=["config", "project"],
)
def test_any_kind_of_yaml(kapso: Emulator, controller: Controller, module: str, places: dict[str, str]) -> None:
    cases = [(kind, place, "auto") for kind in KINDS for place in places]
    shipped = [(kind, place, "never") for kind in SHIPPED_KINDS for place in SHIPPED_PLACES if place in places]
    ids = kapso.add_many(len(cases) + len(shipped), name="Front desk")
    tasks = [
        task(" / ".join(case), module, written(case[0], places[case[1]], config_id), case[2])
        for case, config_id in zip([*cases, *shipped], ids, strict=True)
    ]

    played = play(controller, tasks)

    assert len(played.done) == len(tasks), played.shown
    for case in [*cases, *shipped]:
        done = played[" / ".join(case)]
        assert_answered(done)
        assert case[1] not in SECRET or SEALED not in str(done.result)
        proof.count("any input", "values in a play")
    for kind, place, way in shipped:
        there, here = played[f"{kind} / {place} / {way}"], played[f"{kind} / {place} / auto"]
        assert comparable(there) == comparable(here)
        proof.count("any input", "of them shipped as well")


def _of_the_tables() -> Iterator[tuple[str, str, str]]:
    """Yield the modules of all other resources. Each kind of value is at one place, the next one at the next place."""
    for subject in KINDS_OF_OBJECTS:
        resource = subject.resource
        fields = [f"{subject.id_option}: {{id}}\nfields:\n  {field.name}: {{value}}" for field in resource.settable]
        chosen = [f"{choice.name}: {{value}}" for choice in resource.filters]
        own = f"{subject.id_option}: {{value}}"
        for number, kind in enumerate(KINDS):
            for job, options in ((subject.one, [own, *fields]), (subject.info, [own, *chosen])):
                yield kind, job.module, options[number % len(options)]


def test_any_kind_of_yaml_for_the_modules_of_all_tables(kapso: Emulator, controller: Controller) -> None:
    cases = list(_of_the_tables())
    for subject in KINDS_OF_OBJECTS:
        kapso.batch(*subject.first, subject.adding({"id": "one"}))
    named = {one.shelf: PARENT if one.is_by_parent else "one" for one in KINDS_OF_OBJECTS}
    ids = {
        job.module: subject.id_of(named[subject.shelf])
        for subject in KINDS_OF_OBJECTS
        for job in (subject.one, subject.info)
    }
    tasks = [
        task(f"{kind} / {number}", module, written(kind, options, ids[module]), "auto")
        for number, (kind, module, options) in enumerate(cases)
    ]

    played = play(controller, tasks)

    assert len(played.done) == len(tasks), played.shown
    secrets = {name for subject in KINDS_OF_OBJECTS for name in subject.resource.secrets}
    for done, (_kind, _module, options) in zip(played.done, cases, strict=True):
        assert_answered(done)
        assert not any(f" {name}:" in options for name in secrets) or SEALED not in str(done.result)
        proof.count("any input", "values in a play")


def test_any_kind_of_yaml_in_a_variable_of_the_role(kapso: Emulator, controller: Controller) -> None:
    cases = [(kind, place) for kind in ROLE_KINDS for place in ROLE_PLACES]
    ids = kapso.add_many(len(cases))
    played = play(controller, [inclusion(*case, config_id) for case, config_id in zip(cases, ids, strict=True)])

    ours = [done for done in played.done if done.name.endswith("Apply the declared project")]
    assert len(ours) == len(cases), played.shown
    for done in ours:
        assert_answered(done)
        proof.count("any input", "values in variables of the role")
    assert "Traceback" not in played.shown
