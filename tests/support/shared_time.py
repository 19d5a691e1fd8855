# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits that take no time, and that the client's clock and the emulator's notice all the same."""

from __future__ import annotations

import time
from functools import partial

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils import task, transport
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils.ratelimit import RateBudget

from tests.emulator import Emulator


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


def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Return the time of what to the plugins is a fresh process."""
    shared = SharedTime(kapso)
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(task, "Client", partial(Client, sleep=shared.sleep))
    monkeypatch.setattr(task, "RateBudget", partial(RateBudget, shared.clock, shared.sleep))
    return shared
