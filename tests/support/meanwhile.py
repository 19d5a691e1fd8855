# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that happens while a request is on its way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.emulator import Emulator

HELD_UP = 1.0  # seconds that the answer is held up; enough for what happens meanwhile, which is checked
WITHIN = 10.0  # seconds in which the request has to come


@contextmanager
def while_writing(kapso: Emulator, action: Callable[[], object]) -> Iterator[None]:
    """The first PATCH of the block takes effect, then comes `action`, then the answer."""
    with _while(kapso, "PATCH", action):
        yield


@contextmanager
def after_reading(kapso: Emulator, action: Callable[[], object]) -> Iterator[None]:
    """The first GET of the block is worked on, then comes `action`, then the answer, which knows nothing of it."""
    with _while(kapso, "GET", action):
        yield


@contextmanager
def _while(kapso: Emulator, method: str, action: Callable[[], object]) -> Iterator[None]:
    def act_in_time() -> None:
        came = _wait_for(kapso, method)
        action()
        if time.monotonic() > came + HELD_UP:
            raise TimeoutError("the answer may have come before the action was done")

    with ThreadPoolExecutor(1) as pool:
        kapso.fault(method=method, delay=HELD_UP, count=1)
        done = pool.submit(act_in_time)
        yield
        done.result()


def _wait_for(kapso: Emulator, method: str) -> float:
    """Wait for a request; return when it came, on the monotonic clock."""
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        for entry in kapso.journal():
            if entry.method == method:
                return entry.at
        time.sleep(0.01)
    raise TimeoutError(f"no {method} came")
