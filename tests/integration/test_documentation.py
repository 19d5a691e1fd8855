# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that ``ansible-doc`` of each module is complete: options, returned keys and examples."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.callback import report

from tests.collection import ROOT, ansible_environment
from tests.support.definitions import PROJECT
from tests.support.pages import blocks

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
# Returned keys that users rely on. Those of resources are generated, except the lists of info modules.
ONE = {"changed", "resource", "id", "key", "parent", "data", "changes", "steps", "diff", "warnings", "msg", "error"}
RETURNED = {
    "kapso_customer_info": {"customers", "warnings", "msg", "error"},
    "kapso_setup_link_info": {"setup_links", "warnings", "msg", "error"},
    "kapso_whatsapp_config_info": {"configs", "warnings", "msg", "error"},
    "kapso_whatsapp_phone_number_info": {"phone_numbers", "warnings", "msg", "error"},
    "kapso_whatsapp_webhook_info": {"webhooks", "warnings", "msg", "error"},
    "kapso_project": {
        "changed",
        "results",
        "summary",
        "diff",
        "warnings",
        "msg",
        "truncated",
        "results_file",
        "undeclared",
    },
}


@pytest.fixture(scope="module", params=MODULES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the whole documentation of one module from ansible-doc."""
    name = f"kapso.whatsapp.{request.param}"
    done = subprocess.run(
        ["ansible-doc", "--json", name],
        env=ansible_environment(tmp_path_factory.mktemp("home")),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)[name]
    return found


def nested(entries: dict[str, Any], inside: str, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each entry with its dotted name, also entries inside others."""
    for name, entry in entries.items():
        yield f"{where}{name}", entry
        yield from nested(entry.get(inside) or {}, inside, f"{where}{name}.")


def test_every_option_is_described(page: dict[str, Any]) -> None:
    options = dict(nested(page["doc"]["options"], "suboptions"))
    assert [name for name, option in options.items() if not option.get("description") or not option.get("type")] == []


def test_every_returned_key_is_described(page: dict[str, Any]) -> None:
    returned = dict(nested(page["return"], "contains"))
    wanted = ("description", "returned", "type")
    assert [name for name, key in returned.items() if not all(key.get(word) for word in wanted)] == []
    missing = RETURNED.get(page["doc"]["module"].rpartition(".")[2], ONE) - returned.keys()
    assert missing == set()


def test_examples_are_tasks_of_this_module(page: dict[str, Any]) -> None:
    tasks = yaml.safe_load(page["examples"])
    name = f"kapso.whatsapp.{page['doc']['module'].rpartition('.')[2]}"
    assert tasks
    assert [task for task in tasks if not task.get("name")] == []
    assert any(name in task for task in tasks)


def test_check_and_diff_mode_are_declared(page: dict[str, Any]) -> None:
    attributes = page["doc"]["attributes"]
    assert attributes["check_mode"]["support"] == "full"
    reads_only = page["doc"]["module"].endswith("_info")
    assert attributes["diff_mode"]["support"] == ("none" if reads_only else "full")


@pytest.mark.parametrize(
    ("kind", "name"), [("callback", "report"), ("role", "kapso_provision"), ("inventory", "phone_numbers")]
)
def test_there_is_a_page_of_each_other_plugin(tmp_path: Path, kind: str, name: str) -> None:
    command = ["ansible-doc", "--type", kind, f"kapso.whatsapp.{name}"]
    done = subprocess.run(
        command, env=ansible_environment(tmp_path), check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert f"kapso.whatsapp.{name}" in done.stdout.lower()  # ansible-core 2.16 has some names in capitals


def test_the_example_of_the_callback_is_that_of_the_page_on_plans_which_is_run() -> None:
    settings = ConfigParser()
    settings.read_string(report.EXAMPLES)
    pages = blocks((ROOT / "docs" / "plans.md").read_text(encoding="utf-8"))
    (shown,) = (block for block in pages if block.language == "ini")
    followed = ConfigParser()
    followed.read_string(shown.text)
    assert settings == followed


def test_the_role_has_a_variable_for_each_option_of_the_project_and_leads_to_it() -> None:
    path = ROOT / "roles" / "kapso_provision" / "meta" / "argument_specs.yml"
    variables = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
    options = {f"kapso_provision_{name}" for name in PROJECT.spec if not name.startswith("_")}
    assert set(variables) == options
    unlinked = [
        name
        for name, variable in variables.items()
        if f"#module:{name.removeprefix('kapso_provision_')})" not in str(variable["description"])
    ]
    assert unlinked == []


def test_each_variable_of_the_role_has_the_type_and_the_default_of_its_option() -> None:
    path = ROOT / "roles" / "kapso_provision" / "meta" / "argument_specs.yml"
    variables = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]

    for name, rule in PROJECT.spec.items():
        kind, default = rule["type"], rule.get("default")
        shown = str(default).lower() if isinstance(default, bool) else f"{default:g}" if kind == "float" else default
        of = f" of {rule['elements']}" if kind == "list" else ""
        sentence = f"Type {kind}{of}, default {'none' if default is None else f'V({shown})'}."
        assert sentence in variables[f"kapso_provision_{name}"]["description"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("README.md", "3.9 on a target"),
        ("plugins/doc_fragments/connection.py", "Python 3.9 or newer where the module runs"),
        ("docs/secrets.md", "set `JUNIT_HIDE_TASK_ARGUMENTS=true`, which leaves the arguments out"),
        ("docs/secrets.md", "`ansible_pipelining: true` for such hosts"),
        ("docs/secrets.md", "The path is shown: put no secret there."),
        ("docs/troubleshooting.md", 'set `ansible_python_interpreter: "{{ ansible_playbook_python }}"`'),
    ],
)
def test_the_documentation_states_the_limits_of_the_code(file: str, sentence: str) -> None:
    assert sentence in " ".join((ROOT / file).read_text(encoding="utf-8").split())
