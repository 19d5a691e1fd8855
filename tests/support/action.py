# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin in the test's own process, with Ansible's own task and local connection around it.

What `ansible-playbook` does for a task after templating, without its second of starting up: fast enough for thousands
of runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.connection.local import Connection
from ansible.template import Templar
from ansible_collections.kapso.whatsapp.plugins.action.kapso_whatsapp_config import ActionModule

from tests.emulator import Emulator

Result = dict[str, Any]


def act(args: Mapping[str, Any], check: bool = False) -> Result:
    """Run `kapso_whatsapp_config` with these arguments and `--diff`; return its result.

    What the user would be told is all in the result: that of the last item of a loop, say.
    """
    task = Task()
    task.name = "Test"
    task.action = ActionModule.job.module
    task.args = dict(args)
    task.check_mode = check
    task.diff = True
    context = PlayContext()
    loader = DataLoader()
    plugin = ActionModule(task, Connection(context, "/dev/null"), context, loader, Templar(loader=loader), None)
    result: Result = plugin.run(task_vars={})
    return result


class Operator:
    """Somebody who runs the same task for one object at the emulator, with changes from run to run.

    `receipts` is the place of the store, None for the default. Names of fields among the options go into `fields`.
    """

    def __init__(self, kapso: Emulator, receipts: object, config_id: str | None = None, **options: Any) -> None:
        self.kapso = kapso
        self.config_id = config_id or kapso.add()
        self._options = {"api_url": kapso.url, "api_key": kapso.key, "receipts": receipts and str(receipts), **options}

    def run(self, *, check: bool = False, **options: Any) -> Result:
        """Run the task with these options on top; the journal then holds this run alone."""
        chosen = {**self._options, **options}
        fields = {name: chosen.pop(name) for name in tuple(chosen) if name in FIELDS}
        self.kapso.clear_journal()
        return act({"config_id": self.config_id, "fields": fields, **chosen}, check)

    def dry_run(self, **options: Any) -> Result:
        """Run it in check mode."""
        return self.run(check=True, **options)

    @property
    def sent(self) -> list[set[str]]:
        """The names of the fields in each write of the last run."""
        return [set(entry.sent) for entry in self.kapso.writes()]

    @property
    def state(self) -> dict[str, Any]:
        """The object as it truly is."""
        return self.kapso.get(self.config_id) or {}


def reasons(result: Mapping[str, Any]) -> dict[str, str]:
    """Why each field of a result was sent, or would be."""
    return {change["field"]: change["reason"] for change in result["changes"]}


def assert_distrusted(result: Mapping[str, Any], problem: str) -> None:
    """The user was told, once and in nothing else, what is wrong with the receipt."""
    (warning,) = result["warnings"]
    assert problem in warning
    assert "none" in warning


FIELDS = frozenset(field.name for field in ActionModule.job.resource.writable)
