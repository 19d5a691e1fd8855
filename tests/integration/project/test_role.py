# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the role kapso_provision: a variable for each option of the project, passed on unchanged, and no secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Played
from tests.support.definitions import PROJECT as JOB
from tests.support.runner import PROJECT, Data, each

ROLE = "kapso.whatsapp.kapso_provision"
PREFIX = "kapso_provision_"
TASK = "kapso.whatsapp.kapso_provision : Apply the declared project"
CANARY = "canary-role-token"


def provision(controller: Controller, *options: str, keywords: Data | None = None, **variables: Any) -> Played:
    """Run the role. Names of variables have no prefix. Secrets come from a file, as they do from a vault."""
    variables = {"api_url": controller.kapso.url, "api_key": controller.kapso.key, **variables}
    file = controller.file("variables.yml", {PREFIX + name: value for name, value in variables.items()})
    task = {"name": "Role", "ansible.builtin.import_role": {"name": ROLE}, **(keywords or {})}
    return controller.play(task, options=[f"--extra-vars=@{file}", *options])


def platform(kapso: Emulator) -> Data:
    """Return the variable with the URL of the platform API."""
    return {"platform_api_url": kapso.platform_url}


def result(played: Played) -> Data:
    """Return the result of the project in the role."""
    (done,) = (done for done in played.done if done.name == TASK)
    return done.result


def content(name: str) -> Any:
    """Return the content of a file of the role."""
    return yaml.safe_load((ROOT / "roles" / "kapso_provision" / name).read_text(encoding="utf-8"))


def test_every_option_of_the_project_has_its_variable() -> None:
    options = {name for name in JOB.spec if not name.startswith("_")}
    task = content("tasks/main.yml")[-1]
    specs = content("meta/argument_specs.yml")["argument_specs"]["main"]["options"]

    assert set(task[PROJECT]) == options
    assert set(specs) == {PREFIX + name for name in options}
    for name, expression in task[PROJECT].items():
        other = "default(kapso_drift_scope | default(omit))" if name == "undeclared" else "default(omit)"
        assert expression == f"{{{{ {PREFIX}{name} | {other} }}}}"
    for name, rule in specs.items():
        ours = JOB.spec[name.removeprefix(PREFIX)]
        # Ansible prints values that it cannot convert or that are no valid choice, and splits JSON at commas.
        assert rule["type"] == ("raw" if ours["type"] in ("int", "float", "bool", "list", "dict") else ours["type"])
        assert "choices" not in rule
        assert bool(rule.get("no_log")) is bool(ours.get("no_log"))
        assert not {"elements", "options"} & rule.keys()


def test_from_a_dry_run_to_nothing_to_do(kapso: Emulator, controller: Controller) -> None:
    ids = kapso.add_many(3, name="Shop", calls_enabled=True)
    variables: Data = {
        "configs": each(ids, name="New {n}", access_token=CANARY),
        "defaults": {"configs": {"calls_enabled": False}},  # false is a value, too
    }

    dry = provision(controller, "--check", "--diff", **variables).ok()
    assert kapso.short() == "GET"
    wet = provision(controller, "--diff", **variables).ok()
    assert [list(entry.sent) for entry in kapso.writes()] == [["name", "access_token", "calls_enabled"]] * 3
    again = provision(controller, **variables).ok()

    assert dry.stdout == wet.stdout
    assert dry.stdout.count("+++ after: WhatsApp configuration") == 3
    assert [result(played)["changed"] for played in (dry, wet, again)] == [True, True, False]
    assert {config["calls_enabled"] for config in kapso.configs()} == {False}
    assert CANARY not in dry.shown + wet.shown + again.shown


def test_false_for_the_module_stays_false(kapso: Emulator, controller: Controller) -> None:
    configs = each(kapso.add_many(1, name="Shop"), name="Shop")

    told = result(provision(controller, configs=configs, validate_certs=False, return_unchanged=False).ok())

    assert any("validate_certs is false" in warning for warning in told["warnings"])
    assert told["results"] == []


def test_empty_and_plain_texts_of_a_survey_or_a_command_line(kapso: Emulator, controller: Controller) -> None:
    ids = kapso.add_many(2, name="Shop")
    configs = json.dumps(each(ids, name="New"))
    empty: Data = dict.fromkeys((name for name in JOB.spec if not name.startswith("_")), "")
    del empty["prune"]  # not valid together with `only`
    empty |= {"api_url": kapso.url, "api_key": kapso.key}

    guards: Data = {
        "only": f"{ids[0]}, {ids[1].upper()}",
        "max_changes": "2",
        "max_deletions": "0",
        "undeclared": "project",
    }
    for guard in guards:
        refused = provision(controller, **{**empty, **guards, guard: "", "configs": configs})
        assert f"{guard} is empty" in result(refused)["msg"]
    assert kapso.journal() == []
    summary = result(provision(controller, **{**empty, **guards, "configs": configs}).ok())["summary"]
    assert (summary["total"], summary["changed"]) == (2, 2)


def test_all_variables_at_once(kapso: Emulator, controller: Controller) -> None:
    ids = kapso.add_many(3, name="Shop")
    receipts = controller.home / "kept"

    played = provision(
        controller,
        "-vvvvv",
        configs=each(ids, name="New"),
        defaults={"configs": {"access_token": CANARY}},
        only=ids[:2],
        max_changes="70%",
        on_error="stop",
        concurrency=1,
        return_unchanged=True,
        send_write_only="always",
        receipts=str(receipts),
        receipts_key="canary-receipts-key",
        allow_http=False,
        timeout=20,
        retries=1,
        rate_limit_timeout=5,
        validate_certs=True,
        run_in_process="never",
    )

    # 70 % of the two named objects.
    assert "2 of 2 would change, and max_changes allows 70%" in result(played)["msg"]
    played = provision(
        controller, configs=each(ids, name="New"), max_changes=2, only=ids[:2], receipts=str(receipts)
    ).ok()
    assert result(played)["summary"]["changed"] == 2
    assert "canary" not in played.shown


@pytest.mark.parametrize("variables", [{}, {"webhooks": "", "customers": None}, {"max_changes": 5}])
def test_a_run_without_a_list_is_refused_in_words_of_the_role(
    kapso: Emulator, controller: Controller, variables: Data
) -> None:
    played = provision(controller, **variables)

    assert played.returncode == 2
    said = " ".join(played.stdout.split())
    assert "Nothing is declared for the host localhost: set kapso_provision_customers, kapso_provision_phone_" in said
    assert kapso.journal() == []


def test_an_empty_list_is_a_declaration_and_the_key_is_tried(kapso: Emulator, controller: Controller) -> None:
    assert result(provision(controller, webhooks=[], **platform(kapso)).ok())["summary"]["total"] == 0
    assert kapso.short() == "GET"
    played = provision(controller, webhooks=[], **{**platform(kapso), "api_key": "wrong-key"})
    assert (played.returncode, result(played)["error"]["status"]) == (2, 401)


def test_tags_reach_into_the_role(kapso: Emulator, controller: Controller) -> None:
    configs = each(kapso.add_many(1, name="Shop"), name="New")
    tagged = {"tags": ["numbers"]}

    provision(controller, "--skip-tags=numbers", keywords=tagged, configs=configs).ok()
    assert kapso.journal() == []
    provision(controller, "--tags=numbers", keywords=tagged, configs=configs).ok()
    assert kapso.short() == "GET PATCH"


def test_a_variable_that_nothing_reads_is_refused(kapso: Emulator, controller: Controller) -> None:
    configs = each(kapso.add_many(1, name="Shop"), name="New")

    misspelt = provision(controller, configs=configs, max_change=0)

    assert misspelt.returncode == 2
    assert "kapso_provision_max_change is not a variable of this role" in misspelt.stdout
    assert "kapso_provision_max_changes" in misspelt.stdout
    assert kapso.journal() == []
