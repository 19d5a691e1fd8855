# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all scenes both ways, with Ansible's outputs, logs and caches, and find no part of a canary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES

from tests.emulator import Emulator, digest
from tests.integration.ansible.playbook import Controller, Data, Dumper, Played
from tests.integration.proof.leaks.mistakes import FAILURES, MISTAKES
from tests.integration.proof.leaks.projects import PROJECTS, PROJECTS_MISTAKES
from tests.integration.proof.leaks.scenes import ANSWERS, CUSTOMER, LIVES, ROLE, SECRETS, Scene
from tests.integration.proof.leaks.tables import EARLIER, TABLES, TABLES_MISTAKES, VARIABLES
from tests.support import proof
from tests.support.leaks import Hunt, canary
from tests.support.redis_server import RedisServer

TARGET = Path(__file__).parent / "target"
PROOF = "leak hunt"
REST = (*ANSWERS, *FAILURES, *MISTAKES, *PROJECTS, *PROJECTS_MISTAKES, *TABLES, *TABLES_MISTAKES)
# Ansible's debug output prints the arguments of all shipped modules, as docs/secrets.md says.
DEBUGGED = re.compile(rb"done with _execute_module \([^\n]*")
# It also keeps the shipped files, if it is told to.
PAYLOAD = re.compile(r"home/\.ansible/tmp/ansible-tmp-[\d.-]+/AnsiballZ_kapso_\w+\.py")
VAULT_PASSWORD = "not a canary, since it stands beside the playbook"


@dataclass(frozen=True)
class Run:
    """Hold the settings of one process of ansible-playbook: how modules run, its output, and its files."""

    way: str
    scenes: tuple[Scene, ...]
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    redis: bool = False
    exports: bool = False


REPORTS = {
    "ANSIBLE_CALLBACKS_ENABLED": "record,kapso.whatsapp.report,ansible.builtin.junit,ansible.builtin.tree",
    "ANSIBLE_CALLBACK_TREE_DIR": "tree",
    "JUNIT_OUTPUT_DIR": "junit",
    "KAPSO_REPORT_JSON": "report.json",
    "KAPSO_REPORT_MARKDOWN": "report.md",
    "ANSIBLE_LOG_PATH": "ansible.log",
}
EXPECTED = {  # files that must exist, since otherwise the hunt proves nothing
    "ANSIBLE_CALLBACK_TREE_DIR": "tree/localhost",
    "JUNIT_OUTPUT_DIR": "junit/*.xml",
    "KAPSO_REPORT_JSON": "report.json",
    "KAPSO_REPORT_MARKDOWN": "report.md",
    "ANSIBLE_LOG_PATH": "ansible.log",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts/*",
    "ANSIBLE_RETRY_FILES_SAVE_PATH": "retry/play.retry",
}
KEPT = {
    "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "facts",
    "ANSIBLE_RETRY_FILES_ENABLED": "true",
    "ANSIBLE_RETRY_FILES_SAVE_PATH": "retry",
}


def some(scenes: tuple[Scene, ...], first: int, step: int) -> tuple[Scene, ...]:
    """Return all scenes of a life and some of the given scenes, or all of them with KAPSO_PROOF=all."""
    return (*LIVES, *scenes[0 if proof.WHOLE else first :: 1 if proof.WHOLE else step])


# In process, each scene runs with at least one of the outputs.
RUNS = {
    "in process, YAML, all reports": Run(
        "auto",
        some(REST, 0, 2),
        ("-vvvvv", "--diff"),
        {**REPORTS, **KEPT, "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"},
        exports=True,
    ),
    "in process, JSON, debugging": Run(
        "auto",
        some(REST, 1, 4),
        ("--diff",),
        {"ANSIBLE_DEBUG": "true", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
        redis=True,
    ),
    "in process, minimal": Run(
        "auto", some(REST, 3, 4), ("-v",), {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal"}
    ),
    "shipped, JSON, debugging, all reports": Run(
        "never",
        # Mistakes are refused before anything is shipped.
        some((*ANSWERS, *FAILURES, *MISTAKES[::6], *PROJECTS, *TABLES), 0, 8),
        ("-vvvvv", "--diff"),
        {**REPORTS, **KEPT, "ANSIBLE_DEBUG": "true", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"},
    ),
}


@dataclass(frozen=True)
class Traces:
    """Hold the output, requests and files of one run."""

    run: Run
    played: Played
    hunt: Hunt
    home: Path
    tokens: set[object]  # digests of the secrets that reached the server
    written: set[str]  # IDs of objects with a write
    fired: Counter[str]  # number of faults by the scene's name


def write(path: Path, content: object) -> Path:
    """Write a YAML file of the playbook's author; return its path."""
    path.write_text(yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def author(place: Path, kapso: Emulator, run: Run, redis: RedisServer, home: Path) -> tuple[Path, list[str]]:
    """Write the playbook and its vault, which has the secrets. Return the playbook and its options."""
    place.mkdir()
    password = place / "password"
    password.write_text(VAULT_PASSWORD, encoding="utf-8")
    redis_url = f"redis://:{SECRETS['redis_password']}@127.0.0.1:{redis.port}/0"
    variables = write(
        place / "vault.yml",
        {
            **VARIABLES,
            "url": kapso.url,
            "platform_url": kapso.platform_url,
            "redis_url": redis_url,
            "kept": str(home / "kept"),
        },
    )
    vault = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))])
    variables.write_bytes(vault.encrypt(variables.read_bytes()))
    played = [task for number, scene in enumerate(run.scenes) for task in scene.tasks(number, run.way)]
    outcomes = f"{{{{ [{', '.join(task['register'] for task in played if 'register' in task)}] }}}}"
    tasks: list[Data] = [
        *played,
        {"name": "Show", "ansible.builtin.debug": {"msg": outcomes}},
        {"name": "Keep", "ansible.builtin.copy": {"content": outcomes, "dest": str(home / "kept" / "outcomes")}},
        {"name": "Remember", "ansible.builtin.set_fact": {"outcomes": outcomes, "cacheable": True}},
        {"name": "Fail", "ansible.builtin.assert": {"that": ["outcomes | length == 0"]}},
    ]
    defaults = {"api_key": "{{ key }}", "api_url": "{{ url }}", "platform_api_url": "{{ platform_url }}"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {"group/kapso.whatsapp.kapso": defaults},
        "tasks": tasks,
    }
    urls = {name: f"{{{{ {name.removesuffix('api_url')}url }}}}" for name in ("api_url", "platform_api_url")}
    options = {"api_key": "{{ key }}", **urls, "run_in_process": run.way}
    export = {
        "import_playbook": "kapso.whatsapp.export",
        "vars": {
            "kapso_export_path": str(home / "kept" / "export.yml"),
            **{f"kapso_provision_{name}": value for name, value in options.items()},
        },
    }
    return write(place / "play.yml", [*([export] if run.exports else []), play]), [
        f"--vault-password-file={password}",
        f"--extra-vars=@{variables}",
    ]


def prepare(kapso: Emulator, run: Run) -> None:
    """Prepare the emulator with the objects and faults of all scenes."""
    kapso.reset(keys={SECRETS["key"]: "project-1"}, unique_numbers=False)
    kapso.add_customer(id=CUSTOMER, project="project-1")
    objects = [scene.named(command, number) for number, scene in enumerate(run.scenes) for command in scene.objects]
    kapso.batch(*EARLIER, *objects)
    for number, scene in enumerate(run.scenes):
        for rule in scene.rules(number):
            kapso.fault(**rule)


def played(kapso: Emulator, place: Path, run: Run) -> Traces:
    """Run all scenes, and search for canaries. One of the two receipt stores has another password."""
    kapso.up()
    prepare(kapso, run)
    home = place / "home"
    for name in ("tmp", "kept", "junit", "tree"):
        (home / name).mkdir(parents=True)
    hunt = Hunt(DEBUGGED)
    with RedisServer() as redis, RedisServer() as guarded:
        guarded.demand("another password")
        environment = {
            "TMPDIR": str(home / "tmp"),
            "PYTHONPATH": str(TARGET),
            "SYSTEM_LOG": str(home / "system.log"),
            "HTTPS_PROXY": f"http://me:{canary('proxy-password')}@127.0.0.1:1",
            "KAPSO_API_KEY": canary("key-of-the-environment"),
            **({"KAPSO_RECEIPTS": redis.url} if run.redis else {}),
            **run.environment,
        }
        playbook, options = author(place / "author", kapso, run, guarded, home)
        done = Controller(home, kapso).run(playbook, [*options, *run.options], environment)
        for address, content in redis.contents().items():
            hunt.text(f"redis {address}", content)
    hunt.text("stdout", done.stdout)
    hunt.text("stderr", done.stderr)
    hunt.tree("home", home)
    sent = (item for entry in kapso.writes() for item in (entry.sent or {}).items())
    fired: Counter[str] = Counter()
    for rule in kapso.faults():
        fired[rule["name"]] += rule["fired"]
    assert kapso.crashes() == []
    tokens = {value for name, value in sent if name.endswith(("token", "secret_key"))}
    return Traces(run, done, hunt, home, tokens, {entry.path.rpartition("/")[2] for entry in kapso.writes()}, fired)


@pytest.fixture(scope="module", params=RUNS)
def traces(request: pytest.FixtureRequest, kapso_server: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Traces:
    """Return the traces of a run."""
    return played(kapso_server, tmp_path_factory.mktemp("hunt"), RUNS[request.param])


def test_every_scene_runs_as_intended(traces: Traces) -> None:
    done = {task.name for task in traces.played.done}
    steps = [step for scene in traces.run.scenes for step in scene.steps]
    assert [step.name for step in steps if step.action != ROLE and step.name not in done] == []
    assert "Traceback" not in traces.played.shown
    silent = [name for name, fired in traces.fired.items() if not fired]
    assert silent == []
    mistakes = (*MISTAKES, *TABLES_MISTAKES, *PROJECTS_MISTAKES)
    mistaken = {scene.object_id(number) for number, scene in enumerate(traces.run.scenes) if scene in mistakes}
    assert mistaken & traces.written == set()
    # The secrets could have leaked, since they reached the server.
    assert {digest(SECRETS[name]) for name in ("token", "verify")} <= traces.tokens


def test_no_canary_is_on_the_screen_or_in_a_remaining_file(traces: Traces) -> None:
    hunt = traces.hunt
    assert hunt.found == [], f"{len(hunt.found)} traces"
    assert not list((traces.home / "tmp").iterdir())
    assert (traces.home / "kept" / "export.yml").exists() == traces.run.exports
    for name in traces.run.environment.keys() & EXPECTED.keys():
        assert list(traces.home.glob(EXPECTED[name])), name
    proof.count(PROOF, "runs")
    proof.count(PROOF, "tasks", len(traces.played.done))
    proof.count(PROOF, "places searched", hunt.places)
    proof.count(PROOF, "bytes searched", hunt.searched)


def test_a_scene_is_named_once_and_no_scene_is_left_out() -> None:
    names = [step.name for scene in (*LIVES, *REST) for step in scene.steps]
    assert sorted(set(names)) == sorted(names)
    in_process = (run for run in RUNS.values() if run.way == "auto")
    assert {step.name for run in in_process for scene in run.scenes for step in scene.steps} == set(names)
    proof.count(PROOF, "scenes", len(names))
    for resource in RESOURCES.values():
        mine = {f"kapso.whatsapp.{resource.module}", f"kapso.whatsapp.{resource.module}_info"}
        proof.count(PROOF, f"of them with {resource.plural}", sum(s.action in mine for s in (*LIVES, *REST)))
    proof.count(PROOF, "of them with all kinds in a project", len(PROJECTS) + len(PROJECTS_MISTAKES))
    proof.count(PROOF, "secrets", len(VARIABLES) + 2)  # with two of the environment: an API key, and a proxy's password


def test_a_target_logs_nothing_of_a_module_of_ours(traces: Traces) -> None:
    logged = (traces.home / "system.log").read_text(encoding="utf-8")
    assert "Invoked with" in logged  # Ansible's own modules are logged, so the log works
    assert "config_id" not in logged


def test_of_kept_remote_files_only_ansibles_own_has_a_secret(kapso_server: Emulator, tmp_path: Path) -> None:
    kept = Run("never", LIVES[:8], ("-vvvvv",), {**REPORTS, "ANSIBLE_KEEP_REMOTE_FILES": "true"})
    places = {find.split(": ")[0] for find in played(kapso_server, tmp_path, kept).hunt.found}
    assert places
    assert [place for place in places if not PAYLOAD.fullmatch(place)] == []
