# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that happens between two requests of a run in this process, without a race."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
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
