# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's action plugin in the test's own process, with Ansible's own task and local connection around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.connection.local import Connection
from ansible.template import Templar
from ansible_collections.kapso.whatsapp.plugins.action.kapso_whatsapp_fleet import ActionModule

from tests.emulator import Emulator
from tests.support.wire import SharedTime

FLEET = "kapso.whatsapp.kapso_whatsapp_fleet"

Data = dict[str, Any]
Configs = Sequence[Mapping[str, Any]]


def each(ids: Iterable[str], **fields: Any) -> list[Data]:
    """Configs that declare the same fields of each; ``{n}`` in a text stands for the number of the object, from 1."""
    return [
        {
            "config_id": config_id,
            "fields": {
                name: value.replace("{n}", str(number)) if isinstance(value, str) else value
                for name, value in fields.items()
            },
        }
        for number, config_id in enumerate(ids, 1)
    ]


@dataclass
class Operator:
    """Runs fleets at the emulator, one after the other, with receipts in a directory of its own."""

    kapso: Emulator
    receipts: Path
    time: SharedTime  # waiting only moves it ahead
    announced: list[str] = field(default_factory=list)  # on standard error, while a run went on
    at_a_word: Callable[[], None] = lambda: None  # called with each announcement

    def run(self, configs: Configs, *, check: bool = False, diff: bool = True, **options: Any) -> Data:
        """One task with these configs. What the user is told is all in the result, but for `announced`."""
        task = Task()
        task.name = "Fleet"
        task.action = FLEET
        task.args = {
            "configs": configs,
            "api_url": self.kapso.url,
            "api_key": self.kapso.key,
            "receipts": str(self.receipts),
            **options,
        }
        task.check_mode = check
        task.diff = diff
        context = PlayContext()
        loader = DataLoader()
        plugin = _Listening(task, Connection(context, "/dev/null"), context, loader, Templar(loader=loader), None)
        plugin.hear = self._hear
        self.kapso.clear_journal()
        result: Data = plugin.run(task_vars={})
        return result

    def _hear(self, text: str) -> None:
        self.announced.append(text)
        self.at_a_word()

    def sent(self) -> dict[str, int]:
        """How many requests of the last run were of each kind: lists, single reads, writes."""
        entries = self.kapso.journal()
        lists = sum(entry.method == "GET" and entry.path.endswith("/whatsapp_configs") for entry in entries)
        writes = sum(entry.method != "GET" for entry in entries)
        return {"lists": lists, "reads": len(entries) - lists - writes, "writes": writes}


class _Listening(ActionModule):
    hear: Callable[[str], None]

    def _announce(self, text: str) -> None:
        self.hear(text)


def failed(result: Data) -> list[str]:
    """The ids of the entries of a result that say they failed, in order."""
    return [entry["config_id"] for entry in result["results"] if entry.get("failed")]


def changed(result: Data) -> list[str]:
    """The ids of the entries of a result that say they changed, in order."""
    return [entry["config_id"] for entry in result["results"] if entry["changed"]]
