# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the tests of the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator import Emulator
from tests.support.authorities import Authorities
from tests.support.proxy import HOST
from tests.support.wire import Wire, wired


@pytest.fixture
def wire(kapso: Emulator, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """Tasks in this process against the emulator; waiting takes no time."""
    return wired(kapso, monkeypatch)


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    """An object at the server."""
    return kapso.add(name="Front desk", calls_enabled=False, access_token="canary-of-before")


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Whom to trust, and whom not."""
    return Authorities.found(tmp_path_factory.mktemp("tls"), "127.0.0.1", HOST)


@pytest.fixture(scope="session")
def tls_server(authorities: Authorities) -> Iterator[Emulator]:
    """An emulator behind TLS."""
    with Emulator.start(tls_cert=authorities.certificate, tls_key=authorities.key) as server:
        yield server


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authority in the environment, unless a test puts one there."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
