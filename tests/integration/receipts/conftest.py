# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of receipts: an operator, a Redis, and a user with few rights."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.redis_server import RedisServer
from tests.support.runner import Runner

NOBODY = 65534

Unprivileged = Callable[[], AbstractContextManager[None]]


def refused(result: dict[str, Any], kapso: Emulator) -> str:
    """Return the message of a run, and assert that it failed before any request."""
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "not_sent")
    assert kapso.journal() == []
    return str(result["msg"])


@pytest.fixture
def operator(kapso: Emulator, receipts: Path) -> Runner:
    """Return an operator with a receipts directory."""
    return Runner(kapso, receipts, config_id=kapso.add())


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """Yield an empty Redis."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Yield a directory of the unprivileged user. Pytest's directories are below one that only root can enter."""
    with tempfile.TemporaryDirectory(prefix="kapso-test-") as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


@pytest.fixture
def unprivileged() -> Unprivileged:
    """Return a context in which file permissions apply, since they do not for root."""

    @contextmanager
    def somebody_else() -> Iterator[None]:
        before = os.geteuid()
        if before == 0:
            os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(before)

    return somebody_else
