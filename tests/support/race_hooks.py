# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an action between two requests of a run in this process, or change one of them, without a race."""

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

_ONE_AT_A_TIME = threading.Lock()  # one thread at a time can be out of time


@contextmanager
def after_reading(action: Action) -> Iterator[None]:
    """Call `action` after the first answer to a read in the block, before the run uses the answer."""
    with _after("GET", action):
        yield


@contextmanager
def after_writing(action: Action) -> Iterator[None]:
    """Call `action` after the answer to the first write in the block, before the run saves a receipt."""
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
    """Wait until the condition is true. Fail after a minute, which is longer than any slow machine needs."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.005)


@contextmanager
def held_back(kapso: Emulator, writes: int, meanwhile: Action) -> Iterator[None]:
    """Call `meanwhile` when `writes` writes have arrived, with the last four unanswered; then send the answers."""
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
    """Leave little time for an answer as soon as it has begun."""

    def _read(self, response: requests.Response) -> bytes:
        deadline.begin(0.1)
        return super()._read(response)


@contextmanager
def hasty(kapso: Emulator, transport: Transport, rule: Mapping[str, Any]) -> Iterator[Transport]:
    """Yield the transport with no time for an answer, or with 0.1 s for the rest of an answer that has begun.

    So the speed of the machine does not matter.
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
    """Let requests of this method end by their timeout at once. Other requests keep their timeout."""
    send = Transport.send

    def timed(transport: Transport, method: str, *args: Any) -> Any:
        with hasty(kapso, transport, rule) if method == wanted else nullcontext(transport) as used:
            return send(used, method, *args)

    with in_seconds(), patch.object(Transport, "send", timed):
        yield


@contextmanager
def out_of_time(kapso: Emulator) -> Iterator[None]:
    """End each request of this thread by its timeout as soon as a fault rule of the emulator has fired for it."""
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
    """Call `action` in the same thread after each request in the block, before its answer is read."""
    response = vars(deadline)["_Response"]
    read_status = vars(response)["_read_status"]

    def acted(answer: object) -> Any:
        action()
        return read_status(answer)

    with patch.object(response, "_read_status", acted):
        yield


@contextmanager
def in_seconds(seconds: float = 60) -> Iterator[None]:
    """Fail if the block takes longer. The default is longer than any slow machine needs."""

    def too_late(*_args: object) -> NoReturn:
        raise AssertionError(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
