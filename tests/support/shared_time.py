# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that a test moves, so that no verdict depends on how fast the machine is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.clock import Clock
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import (
    RawResponse,
    Transport,
    TransportError,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import session

from tests.emulator import Emulator


class StillClock(Clock):
    """A clock that stands still until somebody waits, or moves it."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []  # seconds

    def now(self) -> float:
        """Return the seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Be that much later."""
        self.slept.append(seconds)
        self.time += seconds

    def wait(self, _condition: threading.Condition, seconds: float) -> None:
        """Be that much later. Nobody else gets the lock of the condition."""
        self.sleep(seconds)


class SharedTime(Clock):
    """A clock that only waiting moves, here and at the server: to the first end of a wait, once nothing is under way.

    So no request of one thread outlasts the wait of another, however long the machine takes over it.
    """

    def __init__(self, kapso: Emulator) -> None:
        self._kapso = kapso
        self._now = 1000.0
        self._lock = threading.Lock()
        self._under_way: set[int] = set()  # threads with a request whose answer nobody has looked at
        self._ends: dict[int, float] = {}  # of the waits, by thread
        self.slept: list[float] = []  # seconds

    def now(self) -> float:
        """Return the seconds. Who asks is done with his request."""
        self._under_way.discard(threading.get_ident())
        return self._now

    def sleep(self, seconds: float) -> None:
        """Be that much later."""
        nobody = threading.Condition()
        with nobody:
            self.wait(nobody, seconds)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Be that much later, unless somebody notifies the condition before."""
        me = threading.get_ident()
        end = self._ends[me] = self.now() + seconds
        self._move()
        for _look in range(60_000):
            if self._now >= end or condition.wait(0.001):
                break
            self._move()
        else:
            raise AssertionError("a request is under way for longer than a minute")
        del self._ends[me]

    def _move(self) -> None:
        with self._lock:
            end = min(list(self._ends.values()))
            if end > self._now and not self._under_way:
                self.slept.append(round(end - self._now, 6))
                self._kapso.advance(end - self._now)
                self._now = end

    def told_of(self, send: Callable[..., RawResponse]) -> Callable[..., RawResponse]:
        """Return `send`, which tells this clock of what is under way."""

        def told(*request: Any) -> RawResponse:
            self._under_way.add(threading.get_ident())
            try:
                return send(*request)
            except TransportError:
                self.now()
                raise

        return told


def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Return the time of what to the plugins is a fresh process."""
    shared = SharedTime(kapso)
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(Transport, "send", shared.told_of(Transport.send))
    monkeypatch.setattr(session, "CLOCK", shared)
    return shared
