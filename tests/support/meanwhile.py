# SPDX-License-Identifier: GPL-3.0-or-later
"""Something that happens just before or just after a write of a run in this process, without a race."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client

Action = Callable[[], object]


@contextmanager
def before_writing(action: Action) -> Iterator[None]:
    """The first run of the block has read the object; then comes `action`, then its write."""
    write, todo = Client.write, [action]

    def delayed(client: Client, *args: Any, **options: Any) -> Any:
        while todo:
            todo.pop()()
        return write(client, *args, **options)

    with patch.object(Client, "write", delayed):
        yield
    assert not todo, "nothing was written"


@contextmanager
def after_writing(action: Action) -> Iterator[None]:
    """The first run of the block has written and has the answer; then comes `action`, then its receipt is kept."""
    write, todo = Client.write, [action]

    def followed(client: Client, *args: Any, **options: Any) -> Any:
        answer = write(client, *args, **options)
        while todo:
            todo.pop()()
        return answer

    with patch.object(Client, "write", followed):
        yield
    assert not todo, "nothing was written"
