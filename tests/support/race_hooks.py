# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that happens between two requests of a run in this process, or to one of them, without a race."""

from __future__ import annotations

import copy
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any, NoReturn
from unittest.mock import patch

import requests
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import deadline
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Transport

from tests.emulator import Emulator

Action = Callable[[], object]

_ONE_AT_A_TIME = threading.Lock()  # of the threads whose time is over


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
    send, todo = Transport.send, [action]

    def followed(transport: Transport, method: str, *args: Any) -> Any:
        answer = send(transport, method, *args)
        if method == wanted and todo:
            todo.pop()()
        return answer

    with patch.object(Transport, "send", followed):
        yield
    assert not todo, f"no {wanted} was sent"


def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait for it. However long the machine takes: more than a minute is a hang."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.005)


@contextmanager
def held_back(kapso: Emulator, writes: int, meanwhile: Action) -> Iterator[None]:
    """Once so many writes of the block have arrived, four of them unanswered, comes `meanwhile`, then the answers."""
    kapso.fault(method="PATCH", delay=1, after=max(writes - 4, 0))

    def let_go() -> None:
        try:
            until(lambda: len(kapso.writes()) >= writes, f"{writes} writes")
            meanwhile()
        finally:
            kapso.clear_faults()
            kapso.advance(1)

    with ThreadPoolExecutor(1) as thread:
        going = thread.submit(let_go)
        yield
        going.result()


class _Hasty(Transport):
    """A session whose time is almost over as soon as an answer has begun."""

    def _read(self, response: requests.Response) -> bytes:
        deadline.begin(0.1)
        return super()._read(response)


@contextmanager
def hasty(kapso: Emulator, transport: Transport, rule: Mapping[str, Any]) -> Iterator[Transport]:
    """Yield the same session with no time left for an answer, or if one begins, with hardly any for its rest.

    So it does not matter how long the machine takes until then.
    """
    if "delay" in rule:
        with out_of_time(kapso):
            yield transport
    else:
        changed = copy.copy(transport)
        changed.__class__ = _Hasty
        yield changed


@contextmanager
def impatient(kapso: Emulator, wanted: str, rule: Mapping[str, Any]) -> Iterator[None]:
    """Requests of this method end by their timeout, at once; all others have the time that they have."""
    send = Transport.send

    def timed(transport: Transport, method: str, *args: Any) -> Any:
        with hasty(kapso, transport, rule) if method == wanted else nullcontext(transport) as used:
            return send(used, method, *args)

    with in_seconds(), patch.object(Transport, "send", timed):
        yield


@contextmanager
def out_of_time(kapso: Emulator) -> Iterator[None]:
    """The time of each request of this thread is over as soon as a fault of the server has it, without a wait."""
    thread = threading.get_ident()

    def over() -> None:
        if threading.get_ident() == thread:
            until(lambda: any(entry.fault or entry.status for entry in kapso.journal()[before:]), "the server has it")
            if any(entry.fault for entry in kapso.journal()[before:]):
                raise TimeoutError("timed out")

    with _ONE_AT_A_TIME:
        before = len(kapso.journal())
        with once_sent(over):
            yield


@contextmanager
def once_sent(action: Action) -> Iterator[None]:
    """After each request of the block, before its answer is read, comes `action`, in the same thread."""
    response = vars(deadline)["_Response"]
    read_status = vars(response)["_read_status"]

    def acted(answer: object) -> Any:
        action()
        return read_status(answer)

    with patch.object(response, "_read_status", acted):
        yield


@contextmanager
def in_seconds(seconds: float = 60) -> Iterator[None]:
    """Fail if the block takes longer, instead of hanging. However slow the machine is: it does not take a minute."""

    def too_late(*_args: object) -> NoReturn:
        raise AssertionError(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
