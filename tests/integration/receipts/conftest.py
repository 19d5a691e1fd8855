# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of receipts: an operator, a Redis, and a user who may not do everything."""

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
    """The message of a run that was refused before any request."""
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "not_sent")
    assert kapso.journal() == []
    return str(result["msg"])


@pytest.fixture
def operator(kapso: Emulator, receipts: Path) -> Runner:
    """An operator with a directory of receipts."""
    return Runner(kapso, receipts, config_id=kapso.add())


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis without contents."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A directory that the unprivileged user owns. pytest's own are within one that only root may enter."""
    with tempfile.TemporaryDirectory(prefix="kapso-test-") as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


@pytest.fixture
def unprivileged() -> Unprivileged:
    """A context in which file permissions hold: root would be let through everywhere."""

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
