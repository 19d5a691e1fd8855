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
    plugin = ActionModule(task, Connection(context, "/dev/null"), context, loader, Templar(loader=loader))
    result: Result = plugin.run(task_vars={})
    return result


def arguments(kapso: Emulator, config_id: str, receipts: object, **options: Any) -> dict[str, Any]:
    """The arguments of a task that declares something of an object at the emulator.

    `receipts` is the place of the store. Names of fields among `options` go into `fields`.
    """
    fields = {name: options.pop(name) for name in tuple(options) if name in FIELDS}
    return {
        "config_id": config_id,
        "api_url": kapso.url,
        "api_key": kapso.key,
        "receipts": str(receipts),
        "fields": fields,
        **options,
    }


FIELDS = frozenset(field.name for field in ActionModule.job.resource.writable)
