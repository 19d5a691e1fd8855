# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that happens between two requests of a run in this process, or to one of them, without a race."""

from __future__ import annotations

import copy
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn
from unittest.mock import patch

from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Transport

Action = Callable[[], object]


@contextmanager
def after_reading(action: Action) -> Iterator[None]:
    """The first answer to a read of the block is there; then comes `action`, then what the run makes of the answer."""
    with _after("GET", action):
        yield


@contextmanager
def after_writing(action: Action) -> Iterator[None]:
    """The first write of the block took effect and was answered; then comes `action`, then the receipt is kept."""
    with _after("PATCH", action):
        yield


@contextmanager
def _after(wanted: str, action: Action) -> Iterator[None]:
    exchange, todo = Transport.exchange, [action]

    def followed(transport: Transport, method: str, *args: Any) -> Any:
        answer = exchange(transport, method, *args)
        if method == wanted and todo:
            todo.pop()()
        return answer

    with patch.object(Transport, "exchange", followed):
        yield
    assert not todo, f"no {wanted} was sent"


def hasty(transport: Transport, timeout: float = 0.1) -> Transport:
    """The same session with little time for an answer, in seconds."""
    changed = copy.copy(transport)
    changed.settings = replace(transport.settings, timeout=timeout)
    return changed


@contextmanager
def impatient(wanted: str) -> Iterator[None]:
    """Requests of this method end by their timeout, at once; all others have the time that they have."""
    exchange = Transport.exchange

    def timed(transport: Transport, method: str, *args: Any) -> Any:
        return exchange(hasty(transport) if method == wanted else transport, method, *args)

    with in_seconds(30), patch.object(Transport, "exchange", timed):
        yield


@contextmanager
def in_seconds(seconds: float) -> Iterator[None]:
    """Fail if the block takes longer, instead of hanging."""

    def too_late(*_args: object) -> NoReturn:
        raise AssertionError(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
