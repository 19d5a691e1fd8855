# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of whole runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller
from tests.support.redis_server import RedisServer
from tests.support.runner import PROJECT, Runner
from tests.support.shared_time import SharedTime
from tests.support.shared_time import shared_time as make_shared_time


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the caller's environment variables about Kapso, proxies and certificate authorities."""
    for name in tuple(os.environ):
        if name.startswith("KAPSO_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def controller(kapso: Emulator, tmp_path: Path) -> Controller:
    """Return a new controller that uses the emulator as Kapso."""
    return Controller(tmp_path / "home", kapso)


@pytest.fixture
def receipts(tmp_path: Path) -> Path:
    """Return the path of a receipts directory that does not exist yet."""
    return tmp_path / "receipts"


@pytest.fixture(params=["directory", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield each kind of store, as a value of the option `receipts`."""
    if request.param == "directory":
        yield str(tmp_path / "receipts")
    else:
        with RedisServer() as server:
            yield server.url


@pytest.fixture
def shared_time(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> SharedTime:
    """Return a clock with which waits take no time, here and at the server, and are recorded."""
    return make_shared_time(kapso, monkeypatch)


@pytest.fixture
def operator(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner of projects in this process with `on_error: continue`. Waits take no time."""
    return Runner(kapso, receipts, PROJECT, time=shared_time, on_error="continue")
