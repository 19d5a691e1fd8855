# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Write the results that callbacks get to the file named in PLAY_RECORD, a line of JSON for each.

The results are those that any callback gets, so a log or a report would hold the same.
"""

from __future__ import annotations

import json
import os
import time
from functools import partialmethod
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Write down results as JSON
description: For the tests of this collection.
"""


def _part(told: Any, name: str) -> Any:
    """Return an attribute of a callback's result. On older cores its name begins with an underscore."""
    return getattr(told, name if hasattr(told, name) else f"_{name}")


class CallbackModule(CallbackBase):
    """Record all results. Times are monotonic seconds, as in the emulator's journal."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._record = Path(os.environ["PLAY_RECORD"])
        self._begun = 0.0

    def v2_playbook_on_task_start(self, _task: Any, **_more: Any) -> None:
        """Record the time. With the linear strategy, no two tasks run at the same time."""
        self._begun = time.monotonic()

    def _write(self, status: str, of: str, told: Any, **_more: Any) -> None:
        line = {
            "of": of,
            "name": _part(told, "task").get_name(),
            "host": _part(told, "host").get_name(),
            "status": status,
            "begun": self._begun,
            "ended": time.monotonic(),
            "result": _part(told, "result"),
        }
        with self._record.open("a", encoding="utf-8") as record:
            record.write(json.dumps(line) + "\n")

    v2_runner_on_ok = partialmethod(_write, "ok", "task")
    v2_runner_on_failed = partialmethod(_write, "failed", "task")
    v2_runner_on_skipped = partialmethod(_write, "skipped", "task")
    v2_runner_on_unreachable = partialmethod(_write, "unreachable", "task")
    v2_runner_item_on_ok = partialmethod(_write, "ok", "item")
    v2_runner_item_on_failed = partialmethod(_write, "failed", "item")
    v2_runner_item_on_skipped = partialmethod(_write, "skipped", "item")
    v2_runner_retry = partialmethod(_write, "retry", "try")
