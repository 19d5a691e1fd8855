# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for tests of HTTP requests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.proxy import HOST
from tests.support.runner import Runner
from tests.support.shared_time import SharedTime


@pytest.fixture
def wire(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Runner:
    """Return a runner of tasks in this process. Waits take no time."""
    return Runner(kapso, receipts, time=shared_time)


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    """Return the ID of an object at the server."""
    return kapso.add(name="Front desk", calls_enabled=False, access_token="canary-of-before")


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Return a trusted and an untrusted certificate authority."""
    return Authorities.found(tmp_path_factory.mktemp("tls"), "127.0.0.1", HOST)


@pytest.fixture(scope="session")
def tls_server(authorities: Authorities) -> Iterator[Emulator]:
    """Yield an emulator with TLS."""
    with Emulator.start(tls_cert=authorities.certificate, tls_key=authorities.key) as server:
        yield server
