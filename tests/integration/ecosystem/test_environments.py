# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the definition of an execution environment, and the variables that AWX injects."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.support.pages import blocks
from tests.support.platform import Platform
from tests.support.redis_server import RedisServer

PAGES = ROOT / "docs"


def test_the_collection_declares_its_requirements(platform: Platform) -> None:
    said = platform.run("ansible-builder", "introspect", "collections")

    needs = yaml.safe_load(said)
    (requests,) = (line.partition("#")[0].strip() for line in needs["python"])
    assert requests in (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert needs["system"] == []


def test_the_definition_on_the_page_is_one_that_ansible_builder_takes(platform: Platform, artifact: Path) -> None:
    (definition,) = (
        block
        for block in blocks((PAGES / "execution-environments.md").read_text(encoding="utf-8"))
        if block.file == "execution-environment.yml"
    )
    (platform.place / "execution-environment.yml").write_text(definition.text, encoding="utf-8")
    shutil.copy(artifact, platform.place)  # a link would be copied into the image as a link

    platform.run("ansible-builder", "create", "--context", "context")

    build = platform.place / "context" / "_build"
    (named,) = yaml.safe_load((build / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    # This is copied to the container's working directory.
    assert (build / named["name"]).read_bytes() == artifact.read_bytes()
    # For receipts in a Redis: the collection itself requires requests only.
    assert (build / "requirements.txt").read_text(encoding="utf-8").split() == ["redis>=4"]
    # Some base images have no Python, and no image can be built from them.
    (recipe,) = build.parent.glob("*file")
    assert "install $PYPKG" in recipe.read_text(encoding="utf-8")


AWX = blocks((PAGES / "awx.md").read_text(encoding="utf-8"))
INPUTS, INJECTORS, TEMPLATES, SURVEY = (json.loads(block.text) for block in AWX if block.language == "json")


@pytest.fixture
def credential_type() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the inputs and injectors in the page."""
    return INPUTS, INJECTORS


def test_the_credential_type_is_one_for_awx(credential_type: tuple[dict[str, Any], dict[str, Any]]) -> None:
    inputs, injectors = credential_type
    fields = {field["id"]: field for field in inputs["fields"]}

    assert set(inputs) == {"fields", "required"}
    assert set(inputs["required"]) <= fields.keys()
    for field in fields.values():
        assert field.keys() <= {"id", "label", "type", "secret", "help_text", "multiline", "choices", "default"}
        assert (field["type"], field["secret"]) == ("string", True)
        assert re.fullmatch(r"[a-z_]+", field["id"])
    assert set(injectors) == {"env"}
    used = {name for text in injectors["env"].values() for name in re.findall(r"{{ (\w+) }}", text)}
    assert used == fields.keys()


def test_the_injected_variables_are_enough_for_a_job(
    kapso: Emulator, platform: Platform, credential_type: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    config_id = kapso.add(name="Shop")
    task = {
        "kapso.whatsapp.kapso_whatsapp_config": {
            "config_id": config_id,
            "fields": {"name": "Front desk", "access_token": "EXAMPLE-TOKEN"},
            "api_url": kapso.url,
        }
    }
    play = platform.place / "play.yml"
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]), encoding="utf-8")
    with RedisServer() as redis:
        inputs = {"api_key": kapso.key, "receipts_key": "canary-receipts-key", "receipts": redis.url}
        injected = {
            name: re.sub(r"{{ (\w+) }}", lambda found: inputs[found[1]], text)
            for name, text in credential_type[1]["env"].items()
        }
        first = platform.run("ansible-playbook", "play.yml", **injected)
        second = platform.run("ansible-playbook", "play.yml", **injected)

    assert "changed=1" in first
    assert "changed=0" in second
    assert kapso.short() == "GET PATCH GET"
    assert not (platform.place / "home" / ".ansible" / "kapso").exists()  # the container can be removed without loss


def launched(platform: Platform, template: dict[str, Any], injected: dict[str, str], **answers: object) -> str:
    """Run the command of AWX for a template of the page. A missing answer is the default of its question."""
    questions = {question["variable"]: question["default"] for question in SURVEY["spec"]}
    assert answers.keys() <= questions.keys()
    options = ["--check"] * (template["job_type"] == "check") + ["--diff"] * template["diff_mode"]
    given = ["--extra-vars", json.dumps({**questions, **answers}), "--inventory", "inventory.yml"]
    return platform.run("ansible-playbook", *given, *options, template["playbook"], **injected)


def test_the_templates_and_the_survey_of_the_page_run(kapso: Emulator, platform: Platform) -> None:
    for block in AWX:
        if block.file:
            (platform.place / block.file).write_text(block.text, encoding="utf-8")
    (config_id,) = re.findall(r"config_id: (\S+)", (platform.place / "numbers.yml").read_text("utf-8"))
    kapso.add(id=config_id, name="Shop")
    (platform.place / "group_vars").mkdir()
    (platform.place / "group_vars" / "all.yml").write_text("vault_front_desk_token: EXAMPLE-TOKEN\n", encoding="utf-8")
    plan, apply = TEMPLATES
    with RedisServer() as redis:
        inputs = {"api_key": kapso.key, "receipts_key": "example-receipts-key", "receipts": redis.url}
        injected = {name: inputs[text.strip("{} ")] for name, text in INJECTORS["env"].items()}
        injected["KAPSO_API_URL"] = kapso.url
        assert "changed=1" in launched(platform, plan, injected)
        assert "changed=1" in launched(platform, plan, injected, kapso_provision_only="Front*")
        assert {entry.method for entry in kapso.journal()} == {"GET"}
        assert "changed=1" in launched(platform, apply, injected)
        assert "changed=0" in launched(platform, apply, injected, kapso_provision_max_changes=0)
    assert [entry.method for entry in kapso.journal() if entry.method != "GET"] == ["PATCH"]
    assert [(template["job_type"], template["allow_simultaneous"]) for template in TEMPLATES] == [
        ("check", True),
        ("run", False),
    ]
