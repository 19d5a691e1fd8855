# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Run a command of the emulator in the middle of a play, with one POST from the controller's process."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Action plugin with the options `url`, and `arguments` as JSON."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the command. Fail if the emulator refuses it."""
        super().run(tmp, task_vars)
        parts = urlsplit(self._task.args["url"])
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request("POST", parts.path, self._task.args["arguments"])
            answer = connection.getresponse()
            said = json.load(answer)
        finally:
            connection.close()
        return {"changed": False, "failed": answer.status != 200, "answer": said}
