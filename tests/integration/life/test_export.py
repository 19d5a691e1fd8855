# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the export of a project: a dry run of its file with the role plans nothing, and adopting it sends nothing."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Played
from tests.support.examples import HIDDEN

EXPORT = Path("kapso.whatsapp.export")  # the name for users
ROLE: Data = {"name": "Provision", "ansible.builtin.include_role": {"name": "kapso.whatsapp.kapso_provision"}}
every_api_version = pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
NAMES = [
    *("Example shop", 'quoted "twice"', "it's", "line\nend", "line\r\nend # no comment\n  - config_id: x"),
    *("# no comment", "trailing \\", "\\N \\x41", " leading", "trailing ", "\ttab", "yes", "null", "~", "12", "0o14"),
    *("1e3", "2026-01-02", "", " ", "- item", "? key", "key: value", "&anchor *alias", "!vault x", "!unsafe x"),
    *("%YAML 1.1", "--- x", "...", "[flow]", "{flow: 1}", "| block", "> fold", "@at `tick`", "{{ 1 + 1 }}"),
    *("{{ no_such_variable }}", "}} {{ lookup('ansible.builtin.env', 'HOME') }} {{", "{% if true %}x"),
    *("{# comment #}", "{ { 1 } }", "#jinja2: variable_start_string:'[[', variable_end_string:']]'\n[[ 1 + 1 ]]"),
    *("Zoë's Café, 北京", "\U0001f600 smile", "next\x85line", "line\u2028separator\u2029s"),
    *("zero\u200bwidth \ufeffbom", "\u202ereversed", "delete\x7f", "x" * 300 + " " + "y" * 300, "(sensitive)"),
]


class Project:
    """Hold a project at Kapso with unusual names, and export it as a user does."""

    def __init__(self, kapso: Emulator, home: Path, platform_url: str = "") -> None:
        """Use this URL of the platform API. Without one, the platform API does not answer."""
        self.kapso = kapso
        # $PWD of the shell is out of date; a relative path starts in the process's working directory.
        self.controller = Controller(
            home,
            kapso,
            environment={
                "KAPSO_API_URL": kapso.url,
                "KAPSO_PLATFORM_API_URL": platform_url or kapso.url.replace("/api/v1", "/nothing/platform/v1"),
                "KAPSO_API_KEY": kapso.key,
                "PWD": str(home.parent),
            },
        )
        home.mkdir(parents=True)
        self.file = home / "kapso.yml"

    def fill(self, more: int = 0) -> None:
        """Add an object for each name, and `more` objects. Write-only values are canaries."""
        customers = [self.kapso.add_customer() for _time in range(2)]
        for number, name in enumerate(NAMES):
            tokens = {"access_token": f"canary-token-{number}", "webhook_verify_token": f"canary-verify-{number}"}
            self.kapso.add(name=name, customer_id=customers[number % 2], calls_enabled=number % 3 == 0, **tokens)
        tokens = {"access_token": "canary-token-{n}", "webhook_verify_token": "canary-verify-{n}"}
        if more:
            self.kapso.add_many(more, name="More {n}", customer_id=customers[0], **tokens)

    def export(self, *options: str) -> Played:
        """Run the export, and assert that it sends no write and shows no secret."""
        self.kapso.clear_journal()
        played = self.controller.run(EXPORT, ["-e", "kapso_export_path=kapso.yml", *options])
        assert self.kapso.writes() == []
        assert "canary" not in played.shown + played.record
        return played

    def exported(self) -> list[Data]:
        """Return the content of the file, read as YAML."""
        reader = Reader(self.file.read_text(encoding="utf-8"))
        configs: list[Data] = reader.get_data()["kapso_provision_configs"]
        return configs

    def provision(self, *options: str, **variables: Any) -> Data:
        """Run the role with the file; return the result of the project."""
        self.kapso.clear_journal()
        played = self.controller.play(
            ROLE, options=["--diff", *options], vars=variables, vars_files=[str(path) for path in self._files()]
        ).ok()
        assert "canary" not in played.shown + played.record
        (result,) = (done.result for done in played.done if "summary" in done.result)
        return result

    def _files(self) -> list[Path]:
        return [path for path in (self.file, self.file.with_name("vault.yml")) if path.exists()]


class Reader(yaml.SafeLoader):
    """Read YAML, with `!unsafe` texts as texts."""


def _text(reader: Reader, node: yaml.nodes.Node) -> str:
    assert isinstance(node, yaml.ScalarNode)
    return str(reader.construct_scalar(node))


Reader.add_constructor("!unsafe", _text)


@pytest.fixture
def project(kapso: Emulator, tmp_path: Path) -> Project:
    """Return a project without objects."""
    return Project(kapso, tmp_path / "home")


def rebase(summary: Data) -> bool:
    """Return whether a project had nothing to do."""
    return not any(summary[key] for key in ("created", "changed", "deleted", "failed"))


@every_api_version
def test_a_dry_run_of_the_export_changes_nothing_and_adopting_it_sends_nothing(
    kapso: Emulator, project: Project, api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    project.fill(more=220)
    before = kapso.configs()
    project.export().ok()

    dry = project.provision("--check")
    assert dry["summary"]["total"] == len(before) >= 250
    assert (dry["changed"], rebase(dry["summary"])) == (False, True)
    assert kapso.writes() == []

    text = project.file.read_text(encoding="utf-8")
    suggested = re.findall(r"^      # (\w+): \"\{\{ (\w+) \}\}\"$", text, re.MULTILINE)
    assert len({variable for _field, variable in suggested}) == len(suggested)
    assert all(variable.isidentifier() for _field, variable in suggested)
    assert {field for field, _variable in suggested} == HIDDEN - (
        {"webhook_destination_url"} if api_version == "echoes" else set()
    )
    uncommented = re.sub(r"^      # (?=\w+: )", "      ", text, flags=re.MULTILINE)
    project.file.write_text(uncommented, encoding="utf-8")
    truth = {config["id"]: config for config in before}
    values: Data = {}
    for entry in project.exported():
        for field in HIDDEN & entry["fields"].keys():
            variable = re.fullmatch(r"\{\{ (\w+) \}\}", entry["fields"][field])
            if variable:
                values[variable[1]] = truth[entry["config_id"]][field]
    assert len(values) == len(suggested)
    project.controller.file("vault.yml", values)

    adopted = project.provision(kapso_provision_send_write_only="adopt")
    assert (adopted["changed"], rebase(adopted["summary"])) == (False, True)
    assert kapso.writes() == []
    managed = project.provision()
    assert (managed["changed"], rebase(managed["summary"])) == (False, True)
    assert kapso.writes() == []
    assert kapso.configs() == before

    rotated = next(name for name in values if name.endswith("_access_token"))
    project.controller.file("vault.yml", {**values, rotated: "canary-rotated"})
    assert project.provision()["summary"]["changed"] == 1
    assert [set(entry.sent) for entry in kapso.writes()] == [{"access_token"}]


@every_api_version
def test_the_file_has_the_readable_fields_and_no_secret(kapso: Emulator, project: Project, api_version: str) -> None:
    kapso.settings(api_version=api_version)
    project.fill()
    project.export().ok()
    text = project.file.read_text(encoding="utf-8")
    assert "canary" not in text
    exported = {entry["config_id"]: entry["fields"] for entry in project.exported()}
    shown = {"name", "phone_number_id", "business_account_id"} | {
        "omits": {"inbound_processing_enabled", "calls_enabled", "kind"},
        "nulls": {"inbound_processing_enabled", "calls_enabled"},
        "echoes": {"webhook_destination_url"},
    }[api_version]
    for config in kapso.configs():
        expected = {name: config[name] for name in shown if config[name] not in ("", " ", MASKED)}  # not valid as names
        assert exported.pop(config["id"]) == expected
    assert exported == {}
    assert project.file.stat().st_mode & 0o777 == 0o644


def test_each_entry_is_introduced_by_name_number_and_customer(kapso: Emulator, project: Project) -> None:
    customer = kapso.add_customer()
    kapso.add(name='Shop "1"\n#', display_phone_number="+1 555-010-0001", customer_id=customer)
    kapso.add(name="Alone", display_phone_number=None, phone_number_id="5")
    project.export().ok()
    comments = [line.strip() for line in project.file.read_text().splitlines() if line.startswith("  # ")]
    assert comments == ['# "Alone"', f'# "Shop \\"1\\"\\n#", "+1 555-010-0001", customer "{customer}"']


def test_the_order_is_stable(kapso: Emulator, project: Project) -> None:
    project.fill()
    project.export().ok()
    first = project.file.read_bytes()
    for settings in ({"list_order": "oldest"}, {"milliseconds": True}):
        kapso.settings(**settings)
        again = project.export("-e", "kapso_export_overwrite=true").ok()
        assert not again["Write the vars file"].changed
        assert project.file.read_bytes() == first


def test_suggested_variables_are_valid_and_each_its_own(kapso: Emulator, project: Project) -> None:
    kapso.settings(unique_numbers=False)
    numbers: dict[str, str | None] = {
        "id-1": "11",
        "id-2": "12",
        "b-1": "13",
        "b-2": "13",
        "c": "sandbox",
        "d": "",
        "e-1": None,
        "f": "1 1",
        "g-1": "x",
        "g_1": "x",
        "h.x": "y",
    }
    for config_id, number in numbers.items():
        kapso.add(id=config_id, phone_number_id=number)

    project.export().ok()

    suggested = re.findall(r"# access_token: \"\{\{ vault_kapso_(\w+)_access_token \}\}\"", project.file.read_text())
    stems = {entry["config_id"]: stem for entry, stem in zip(project.exported(), suggested, strict=True)}
    assert stems.keys() == numbers.keys()
    assert len(set(stems.values())) == len(stems)
    for config_id in ("g-1", "g_1"):
        assert re.fullmatch("configuration_[0-9a-f]{64}", stems.pop(config_id))
    assert stems == {
        "id-1": "11",
        "id-2": "12",
        "b-1": "configuration_b_1",
        "b-2": "configuration_b_2",
        "c": "configuration_c",
        "d": "configuration_d",
        "e-1": "configuration_e_1",
        "f": "configuration_f",
        "h.x": "configuration_h_x",
    }
    assert rebase(project.provision("--check")["summary"])


def test_a_url_that_could_not_be_declared_is_a_comment(kapso: Emulator, project: Project) -> None:
    kapso.settings(api_version="echoes")
    customer = kapso.add_customer()
    bad = [
        "ftp://hooks.example.org",
        "hooks.example.org",
        "https://",
        "https://hooks.example.org:99999/",
        "https://me:EXAMPLE-PASSWORD@hooks.example.org/",
        "https://hooks.example.org/wa?token=EXAMPLE-TOKEN",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/zero\u200bwidth",
        "",
        " ",
    ]
    good = ["http://hooks.example.org:8080/wa", "https://hooks.exämple.org"]
    for url in (*bad, *good):
        kapso.add(customer_id=customer, webhook_destination_url=url)
    project.export().ok()
    assert project.file.read_text().count("# webhook_destination_url: ") == len(bad)
    assert "EXAMPLE-" not in project.file.read_text()
    shown = [entry["fields"].get("webhook_destination_url") for entry in project.exported()]
    assert [url for url in shown if url] == good
    assert rebase(project.provision("--check")["summary"])


def test_an_object_with_nothing_to_declare_is_a_comment(kapso: Emulator, project: Project) -> None:
    kapso.settings(omit_fields=["inbound_processing_enabled", "calls_enabled", "kind"])
    kapso.add(name=" ", phone_number_id=None, business_account_id=None)
    kept = kapso.add(name="Shop")
    project.export().ok()
    assert [entry["config_id"] for entry in project.exported()] == [kept]
    assert rebase(project.provision("--check")["summary"])


def test_an_existing_file_is_left_alone_unless_that_is_asked_for(kapso: Emulator, project: Project) -> None:
    kapso.add(name="Shop")
    project.file.write_text("mine", encoding="utf-8")
    for options in ((), ("-e", "kapso_export_overwrite=false")):
        played = project.export(*options)
        assert played.returncode == 2
        assert "kapso_export_overwrite=true" in played.shown
        assert project.file.read_text() == "mine"
        assert kapso.journal() == []
    project.export("-e", "kapso_export_overwrite=true").ok()
    assert project.exported()[0]["fields"]["name"] == "Shop"


@pytest.mark.parametrize(
    ("path", "said"), [("", "kapso_export_path is not set"), ("' '", "kapso_export_path is not set"), (None, "API key")]
)
def test_an_export_that_fails_writes_no_file(kapso: Emulator, project: Project, path: str | None, said: str) -> None:
    kapso.add_many(150)
    kapso.fault(query="page=2", status=401)
    played = project.export(*(() if path is None else ("-e", f"kapso_export_path={path}")))
    assert played.returncode == 2
    assert said in played.shown
    assert path is None or kapso.journal() == []
    assert not project.file.exists()


def test_a_project_without_configurations_is_an_empty_list_and_a_dry_run_writes_no_file(project: Project) -> None:
    assert project.export("--check").ok()["Write the vars file"].changed
    assert not project.file.exists()
    project.export().ok()
    assert project.exported() == []
    assert project.provision()["summary"]["total"] == 0


def test_the_connection_may_be_that_of_the_role(kapso: Emulator, project: Project) -> None:
    kapso.add(name="Shop")
    project.controller.environment = {}
    variables = {"kapso_provision_api_url": kapso.url, "kapso_provision_api_key": kapso.key}
    project.export("-e", json.dumps(variables), "-e", "kapso_provision_run_in_process=never").ok()
    assert len(project.exported()) == 1


KINDS = ("customers", "phone_numbers", "configs", "webhooks")
WAITS = "-e", "kapso_provision_retries=0"


@pytest.fixture
def whole(kapso: Emulator, tmp_path: Path) -> Project:
    """Return a project with objects of each kind at Kapso, in both APIs."""
    customers = [
        kapso.add_customer(name="{{ 1 + 1 }}", external_customer_id="clinic-7"),
        kapso.add_customer(name="Without an id of one's own", external_customer_id=None),
    ]
    secrets = {"access_token": "canary-token", "webhook_verify_token": "canary-verify"}
    numbers = [
        kapso.add(name=name, customer_id=owner, calls_enabled=True, **secrets)
        for owner in (*customers, None)
        for name in NAMES[:12]
    ]
    hook = {"secret_key": "canary-secret", "headers": {"X-Example": "canary-header"}}
    kapso.add_webhook(config_id=numbers[0], url="https://hooks.example.org/wa", **hook)
    kapso.add_webhook(config_id=numbers[0], url="https://hooks.example.org/meta", kind="meta", **hook)
    kapso.add_webhook(config_id=numbers[1], url="https://hooks.example.org/?token=canary-url", active=False, **hook)
    kapso.add_webhook(url="https://hooks.example.org/project", buffer_enabled=True, buffer_window_seconds=7, **hook)
    for _time in range(2):
        kapso.add_webhook(config_id=numbers[2], url="https://hooks.example.org/twice", **hook)
    return Project(kapso, tmp_path / "home", kapso.platform_url)


def lists(project: Project) -> Data:
    """Return the lists of the file by name."""
    found = Reader(project.file.read_text(encoding="utf-8")).get_data()
    return {name.removeprefix("kapso_provision_"): entries for name, entries in found.items()}


def planned(project: Project) -> Data:
    """Return the result of a dry run of the file."""
    project.kapso.clear_journal()
    played = project.controller.run(Path("kapso.whatsapp.plan"), ["-e", f"@{project.file}"]).ok()
    (result,) = (done.result for done in played.done if "summary" in done.result)
    assert "canary" not in played.shown + played.record
    assert project.kapso.writes() == []
    return dict(result["summary"])


def test_objects_of_every_kind_are_written_once_and_a_dry_run_plans_nothing(kapso: Emulator, whole: Project) -> None:
    whole.export().ok()

    summary = planned(whole)
    assert rebase(summary)
    assert (summary["total"], summary["unchanged"]) == (2 + 36 + 6, 2 + 36 + 6)
    found = lists(whole)
    assert list(found) == ["customers", "phone_numbers", "webhooks"]  # each configuration is a phone number
    assert "# Each of the configs is in kapso_provision_phone_numbers." in whole.file.read_text()
    assert {entry["phone_number_id"] for entry in found["phone_numbers"]} == {
        config["phone_number_id"] for config in kapso.configs()
    }
    ways = sorted(" ".join(entry.keys() - {"fields"}) for entry in found["webhooks"])
    assert len([way for way in ways if "webhook_id" in way]) == 3  # two with one key, and one with a secret URL
    assert not any(value in ("", [], {}, None) for entries in found.values() for e in entries for value in e.values())
    applied = whole.provision()
    assert (applied["changed"], kapso.writes()) == (False, [])


def test_uncommented_secrets_are_adopted_without_a_write(kapso: Emulator, whole: Project) -> None:
    whole.export().ok()
    text = re.sub(r"^( +)# (?=\w+: )", r"\1", whole.file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    whole.file.write_text(text, encoding="utf-8")
    truth = {
        "access_token": "canary-token",
        "webhook_verify_token": "canary-verify",
        "secret_key": "canary-secret",
        "headers": {"X-Example": "canary-header"},
        "url": "https://hooks.example.org/?token=canary-url",
    }
    configs = {config["phone_number_id"]: config for config in kapso.configs()}
    values: Data = {}
    for name in re.findall(r"vault_kapso_\w+", text):
        field = next((field for field in truth if name.endswith(f"_{field}") and "webhook_dest" not in name), "")
        number = name.removeprefix("vault_kapso_").partition("_")[0]
        values[name] = truth[field] if field else configs[number]["webhook_destination_url"]
    whole.controller.file("vault.yml", values)

    adopted = whole.provision(kapso_provision_send_write_only="adopt")
    managed = whole.provision()

    assert (adopted["changed"], managed["changed"]) == (False, False)
    assert kapso.writes() == []


@pytest.mark.parametrize(
    ("variable", "kinds"), [("platform_api_url", ["configs"]), ("api_url", ["customers", "phone_numbers", "webhooks"])]
)
def test_a_generation_that_does_not_answer_is_left_out_with_a_warning(
    kapso: Emulator, whole: Project, variable: str, kinds: list[str]
) -> None:
    refused = kapso.refused_url().replace("/api/v1", "") + ("/platform/v1" if "platform" in variable else "/api/v1")

    played = whole.export("-e", f"kapso_provision_{variable}={refused}", *WAITS).ok()

    assert list(lists(whole)) == kinds
    left = ", ".join(kind for kind in KINDS if kind not in kinds)
    assert f"WARNING: {left} left out, because {variable} does not answer" in " ".join(played.stdout.split())
    assert f"# Left out, since {variable} does not answer: {left}." in whole.file.read_text()
    assert rebase(planned(whole))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 401}, "HTTP 401"),
        ({"status": 401, "path": "/platform/"}, "HTTP 401"),
        ({"status": 404, "path": "/webhooks"}, "webhook"),
        ({"status": 500, "path": "/api/v1"}, "HTTP 500"),
        ({"status": 404}, "base URL"),
    ],
)
def test_a_list_that_cannot_be_read_writes_no_file(kapso: Emulator, whole: Project, fault: Data, said: str) -> None:
    kapso.fault(**fault)
    played = whole.export(*WAITS)
    assert played.returncode == 2
    assert said in played.stdout
    assert not whole.file.exists()


def test_hosts_that_share_a_path_write_a_file_each(whole: Project) -> None:
    inventory = whole.controller.file("hosts.yml", {"clinics": {"hosts": {"one": {}, "two": {}}}})

    whole.export("-i", str(inventory), "-e", "kapso_hosts=clinics").ok()

    texts = {whole.file.with_name(f"kapso.yml.{host}").read_text() for host in ("one", "two")}
    assert len(texts) == 1
    assert not whole.file.exists()


def test_the_steps_of_the_guide_work(kapso: Emulator, project: Project) -> None:
    """Run the commands and the playbook in docs/lifecycle.md unchanged."""
    kapso.add_many(3, name="Shop {n}", access_token="canary-token")
    guide = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8").replace("\\\n", "")
    (playbook,) = re.findall(r"```yaml\n   # numbers\.yml\n(.*?)```", guide, re.DOTALL)
    home = project.controller.home
    (home / "numbers.yml").write_text(textwrap.dedent(playbook), encoding="utf-8")
    export, dry, adopt = (
        shlex.split(line)[1:] for line in re.findall(r"^ +(ansible-playbook .*)$", guide, re.MULTILINE)
    )
    exported = home / "group_vars" / "all" / "kapso.yml"
    exported.parent.mkdir(parents=True)

    project.controller.run(Path(export[0]), export[1:]).ok()
    assert exported.exists()
    assert not result_of(project.controller.run(Path(dry[0]), dry[1:]))["changed"]
    text = exported.read_text(encoding="utf-8")
    exported.write_text(text.replace("# access_token: ", "access_token: "), encoding="utf-8")
    variables = re.findall(r"vault_kapso_\w+_access_token", text)
    project.controller.file("group_vars/all/vault.yml", dict.fromkeys(variables, "canary-token"))
    assert not result_of(project.controller.run(Path(adopt[0]), adopt[1:]))["changed"]
    assert not result_of(project.controller.run(Path(adopt[0])))["changed"]
    assert kapso.writes() == []


def result_of(played: Played) -> Data:
    """Return the result of the project of a play, and assert that it had three configurations."""
    (result,) = (done.result for done in played.ok().done if "summary" in done.result)
    assert result["summary"]["total"] == 3
    return result
