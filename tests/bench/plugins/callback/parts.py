# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Count the processor seconds of a run by part, in the controller and in each worker, and append them to a file."""

from __future__ import annotations

import functools
import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible.executor.process.worker import WorkerProcess
from ansible.executor.task_queue_manager import FinalQueue
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import PluginLoader

DOCUMENTATION = """
name: parts
type: notification
short_description: Count processor seconds by part
description: For the benchmarks of this collection.
"""

COLLECTION = "ansible_collections.kapso.whatsapp.plugins."
START, WAITING, WORKER = "Ansible: start, and reading the data", "Ansible: waiting for the worker", "Ansible: the task"
IMPORTS, TEMPLATING, SENDING = (
    "imports of the collection",
    "Ansible: templating the data",
    "Ansible: sending the result",
)
OPTIONS, RECEIPTS, READING = "checking the options", "receipts", "reading: requests and responses"
PLANNING, WRITING, RESULTS = (
    "planning",
    "writing: requests, responses, receipts",
    "results: masking, and the results file",
)

# The first functions of each part, by the names that their callers use.
PARTS = {
    "plugin_utils.action KapsoAction.run": OPTIONS,
    "plugin_utils.receipts.manager ReceiptManager.load": RECEIPTS,
    "plugin_utils.receipts.manager ReceiptManager.check": RECEIPTS,
    "plugin_utils.receipts.manager ReceiptManager.check_read_only": RECEIPTS,
    "module_utils._reconcile.receipts load": RECEIPTS,
    "plugin_utils.in_process run": RESULTS,
    "plugin_utils.in_process ArgumentSpecValidator.validate": OPTIONS,
    "module_utils._module.definition ModuleDefinition.do": PLANNING,
    "module_utils._reconcile.project_plan read_list": READING,
    "module_utils._reconcile.project Project._apply_all": WRITING,
    "module_utils._module.project report": RESULTS,
    "plugin_utils.bounded finish": RESULTS,
}


class Clock:
    """Count the processor seconds of this process, each for the innermost open part."""

    def __init__(self, rest: str) -> None:
        """Count for the part `rest` outside of all other parts."""
        self.begin(rest)

    def begin(self, rest: str) -> None:
        """Start at zero, as in a new process."""
        self.rest = rest
        self.seconds: dict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def charge(self) -> None:
        """Count the seconds since the last call."""
        now = time.process_time()
        self.seconds[self._open[-1] if self._open else self.rest] += now - self._since
        self._since = now

    def within(self, part: str, work: Callable[[], Any]) -> Any:
        """Do the work and count it for a part. The work of other threads counts for the part of the main thread."""
        if threading.current_thread() is not threading.main_thread():
            return work()
        self.charge()
        self._open.append(part)
        try:
            return work()
        finally:
            self.charge()
            self._open.pop()

    def save(self) -> None:
        """Append the seconds to the file, as one line."""
        self.charge()
        with Path(os.environ["BENCH_PARTS"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(self.seconds) + "\n")


clock = Clock(START)


def replace(owner: Any, name: str, wrapped: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Replace a function."""
    function = getattr(owner, name)
    setattr(owner, name, functools.wraps(function)(wrapped(function)))


def count(owner: Any, name: str, part: str, where: str = "") -> None:
    """Let a function count for a part. `where`: only if this is in the argument `path`."""

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **more: Any) -> Any:
            if where not in str(more.get("path")):
                return function(*words, **more)
            return clock.within(part, lambda: function(*words, **more))

        return counted

    replace(owner, name, wrapped)


def count_collection() -> None:
    """Count the functions of the collection, which Ansible has imported before."""
    for place, part in PARTS.items():
        module, _blank, path = place.partition(" ")
        *owners, name = path.split(".")
        owner = functools.reduce(getattr, owners, sys.modules[COLLECTION + module])
        count(owner, name, part)


def count_worker(run: Callable[..., Any]) -> Callable[..., Any]:
    """Return the work of a worker, a fork, with its own clock."""

    def counted(worker: Any) -> Any:
        clock.begin(WORKER)
        count_collection()
        try:
            return run(worker)
        finally:
            clock.save()

    return counted


class CallbackModule(CallbackBase):
    """Count from the time at which Ansible loads this plugin. Earlier seconds belong to the part START."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "parts"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        """Count the functions of Ansible."""
        super().__init__()
        count(PluginLoader, "_load_module_source", IMPORTS, where="kapso")
        count(Task, "post_validate", TEMPLATING)
        count(FinalQueue, "send_task_result", SENDING)
        replace(WorkerProcess, "_run", count_worker)

    def v2_playbook_on_task_start(self, *_task: Any, **_more: Any) -> None:
        """Count for the part of waiting from now on."""
        clock.charge()
        clock.rest = WAITING

    def v2_playbook_on_stats(self, *_stats: Any) -> None:
        """Save the seconds of this process."""
        clock.save()
