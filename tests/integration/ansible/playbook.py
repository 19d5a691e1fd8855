# SPDX-License-Identifier: GPL-3.0-or-later
"""Run plays, given as Python data, with a real ``ansible-playbook``, and collect output, results and requests."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.emulator.journal import Entry

MODULE = "kapso.whatsapp.kapso_whatsapp_config"
PLUGINS = Path(__file__).parent / "plugins"
TIMEOUT = 600  # seconds for one process, on a busy machine

Data = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """Hold the result of one task on one host. `begun` and `ended` are monotonic seconds."""

    name: str
    host: str
    status: str  # "ok", "failed" (also if ignored), "skipped" or "unreachable"
    begun: float
    ended: float
    result: Data

    @property
    def changed(self) -> bool:
        """Return whether the recap counts the task as changed."""
        return bool(self.result["changed"])

    @property
    def items(self) -> list[Data]:
        """Return the results of a loop, one for each item."""
        items: list[Data] = self.result["results"]
        return items

    def sent(self, kapso: Emulator) -> list[Entry]:
        """Return the requests that arrived while the task ran."""
        return [entry for entry in kapso.journal() if self.begun <= entry.at <= self.ended]

    def short(self, kapso: Emulator) -> str:
        """Return the methods of these requests as one text, such as ``GET PATCH``."""
        return " ".join(entry.method for entry in self.sent(kapso))


@dataclass(frozen=True)
class Played:
    """Hold the output and the tasks of one process of ``ansible-playbook``."""

    returncode: int
    stdout: str
    stderr: str
    record: str  # the data that callbacks get, as text
    done: list[Done]

    @property
    def shown(self) -> str:
        """Return the whole output for the user."""
        return self.stdout + self.stderr

    def __getitem__(self, name: str) -> Done:
        """Return the only task of that name."""
        (found,) = (done for done in self.done if done.name == name)
        return found

    def ok(self) -> Played:
        """Return self, and assert that no task failed."""
        assert self.returncode == 0, self.shown
        return self


@dataclass
class Controller:
    """Run plays as a user of a machine with Ansible: in a home directory, with settings that all plays share."""

    home: Path
    kapso: Emulator
    defaults: Data = field(default_factory=dict)  # options of all tasks, by the action group
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()  # options of all ansible-playbook processes

    def __post_init__(self) -> None:
        """Let all tasks use the emulator by default."""
        urls = {"api_url": self.kapso.url, "platform_api_url": self.kapso.platform_url}
        self.defaults = {**urls, "api_key": self.kapso.key, **self.defaults}

    @property
    def receipts(self) -> Path:
        """Return the default receipts directory."""
        return self.home / ".ansible" / "kapso" / "receipts"

    def play(
        self,
        *tasks: Data,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        inventory: Data | None = None,
        **keywords: Any,
    ) -> Played:
        """Run one play with these tasks. `keywords` are keywords of the play."""
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/kapso.whatsapp.kapso": self.defaults},
            **keywords,
            "tasks": list(tasks),
        }
        if inventory is not None:
            options = [*options, "--inventory", str(self.file("inventory.yml", inventory))]
        return self.run(self.file("play.yml", [play]), options, environment)

    def file(self, name: str, content: Any) -> Path:
        """Write a YAML file in the user's home; return its path."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path

    def run(self, playbook: Path, options: Sequence[str] = (), environment: Mapping[str, str] | None = None) -> Played:
        """Run a playbook unchanged."""
        record = self.home / "record.jsonl"
        record.write_text("", encoding="utf-8")
        settings = {
            "ANSIBLE_ACTION_PLUGINS": str(PLUGINS / "action"),
            "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
            "ANSIBLE_BECOME_PLUGINS": str(PLUGINS / "become"),
            "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "PLAY_RECORD": str(record),
            **self.environment,
            **(environment or {}),
        }
        process = subprocess.run(
            ["ansible-playbook", str(playbook), *self.options, *options],
            cwd=self.home,
            env=ansible_environment(self.home, settings),
            stdin=subprocess.DEVNULL,
            check=False,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        # Ansible prints this if it, or the recorder, cannot show a result.
        assert "Callback dispatch" not in process.stderr, process.stderr
        told = record.read_text(encoding="utf-8")
        done = [_done(line) for line in map(json.loads, told.splitlines()) if line.pop("of") == "task"]
        return Played(process.returncode, process.stdout, process.stderr, told, done)


def _done(line: Data) -> Done:
    return Done(**{**line, "result": {"changed": False, **_public(line["result"])}})


def _public(result: Data) -> Data:
    """Return a result and the results of a loop without the keys that Ansible adds for itself."""
    kept = {name: value for name, value in result.items() if not name.startswith("_ansible_")}
    return kept | {"results": [_public(item) for item in kept["results"]]} if "results" in kept else kept


def task(name: str, keywords: Mapping[str, Any] | None = None, /, **args: Any) -> Data:
    """Return a task with the module. `keywords` are keywords of the task."""
    return {"name": name, MODULE: args, **(keywords or {})}


def at_server(kapso: Emulator, name: str, command: str, **arguments: Any) -> Data:
    """Return a task that runs a command of the emulator, as an event at the server."""
    url = f"{kapso.url.removesuffix('/api/v1')}/_emulator/{command}"
    # As a text, so that Ansible does not template or convert any part of it.
    return {"name": name, "at_server": {"url": url, "arguments": json.dumps(arguments)}}


class Vaulted(str):
    """A text that ansible-vault has encrypted, for use inline."""

    __slots__ = ()


class Dumper(yaml.SafeDumper):
    """Write Vaulted texts with their tag, and write no YAML aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write a value again if it is used twice."""
        return True


Dumper.add_representer(Vaulted, lambda dumper, text: dumper.represent_scalar("!vault", str(text), style="|"))
