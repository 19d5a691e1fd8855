# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that tests move, so that no result depends on the speed of the machine."""

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
    """Stand still until the code waits, or a test moves the time."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []  # seconds

    def now(self) -> float:
        """Return the time in seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the time by that many seconds."""
        self.slept.append(seconds)
        self.time += seconds

    def wait(self, _condition: threading.Condition, seconds: float) -> None:
        """Move the time by that many seconds. Keep the lock of the condition."""
        self.sleep(seconds)


class SharedTime(Clock):
    """Move the time, here and at the server, only by waits: to the first end of a wait, while no request is open.

    So no request of one thread takes longer than the wait of another thread, at any speed of the machine.
    """

    def __init__(self, kapso: Emulator) -> None:
        self._kapso = kapso
        self._now = 1000.0
        self._lock = threading.Lock()
        self._under_way: set[int] = set()  # threads with a request whose answer was not read
        self._ends: dict[int, float] = {}  # ends of the waits, by thread
        self.slept: list[float] = []  # seconds

    def now(self) -> float:
        """Return the time in seconds. A thread that asks has finished its request."""
        self._under_way.discard(threading.get_ident())
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time by that many seconds."""
        nobody = threading.Condition()
        with nobody:
            self.wait(nobody, seconds)

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait that many seconds, or until the condition is notified."""
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
        """Return `send` with a note to this clock that a request is open."""

        def told(*request: Any) -> RawResponse:
            self._under_way.add(threading.get_ident())
            try:
                return send(*request)
            except TransportError:
                self.now()
                raise

        return told


def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Reset the plugins to the state of a new process, let them use a shared clock, and return that clock."""
    shared = SharedTime(kapso)
    monkeypatch.setattr(transport, "_kept", {})
    monkeypatch.setattr(Transport, "send", shared.told_of(Transport.send))
    monkeypatch.setattr(session, "CLOCK", shared)
    return shared
