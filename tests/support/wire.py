# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks in the test's own process against the emulator, with waits that only the two clocks notice.

What the action plugin does for receipts is done here with a dictionary, so that "the next run" is the next call.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils import task, transport
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils.config_task import CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils.job import Job
from ansible_collections.kapso.whatsapp.plugins.module_utils.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils.ratelimit import RateBudget
from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Settings, Transport
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import in_process

from tests.emulator import Emulator

Result = dict[str, Any]


class SharedTime:
    """Real time, which the emulator's clock shares, and which waiting moves ahead instead of passing it."""

    def __init__(self, kapso: Emulator) -> None:
        self._kapso = kapso
        self._ahead = 0.0
        self.slept: list[float] = []  # seconds

    def clock(self) -> float:
        """Seconds, as `time.monotonic` counts them."""
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Be that much later, here and at the server."""
        self.slept.append(seconds)
        self._kapso.advance(seconds)
        self._ahead += seconds


@dataclass
class Wire:
    """What a series of tasks of one user have in common. `options` are those of each task, unless it says otherwise."""

    kapso: Emulator
    time: SharedTime
    options: dict[str, Any] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)  # by the object's id
    announced: list[str] = field(default_factory=list)
    job: Job = CONFIG
    at_a_wait: Callable[[], None] = lambda: None  # called when a wait for the rate limit is announced

    def run(self, config_id: str, fields: Mapping[str, Any], *, check: bool = False, **options: Any) -> Result:
        """One task, with `--diff`. What the user would see is all in the result."""
        args = {
            "config_id": config_id,
            "fields": dict(fields),
            "api_url": self.kapso.url,
            "api_key": self.kapso.key,
            "_receipts": dict(self.receipts),
            **self.options,
            **options,
        }
        circumstances = task.Task(check, True, self._hear, self._keep)
        return in_process.run(self.job, args, circumstances)

    def client(self, **options: Any) -> Client:
        """A client as a task has one, with options of `Client`, and `timeout` in seconds."""
        settings = Settings(self.kapso.url, self.kapso.key, options.pop("timeout", 30.0))
        budget = RateBudget(self.time.clock, self.time.sleep)
        return Client(Transport(settings), budget, Mask([self.kapso.key]), sleep=self.time.sleep, **options)

    def _hear(self, text: str) -> None:
        self.announced.append(text)
        self.at_a_wait()

    def _keep(self, object_id: str, text: str | None) -> bool:
        if text is None:
            self.receipts.pop(object_id, None)
        else:
            self.receipts[object_id] = text
        return True


def wired(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """A Wire in what to the plugins is a fresh process."""
    shared = SharedTime(kapso)
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(task, "Client", partial(Client, sleep=shared.sleep))
    monkeypatch.setattr(task, "RateBudget", partial(RateBudget, shared.clock, shared.sleep))
    return Wire(kapso, shared)
