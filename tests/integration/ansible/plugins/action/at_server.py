# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Do something at the emulator in the middle of a play: one POST from the controller's own process."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Takes `url`, and `arguments` as JSON."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Fails where the emulator refuses the command."""
        super().run(tmp, task_vars)
        body = self._task.args["arguments"].encode()
        with urlopen(Request(self._task.args["url"], body), timeout=30) as answer:  # noqa: S310
            return {"changed": False, "answer": json.load(answer)}
