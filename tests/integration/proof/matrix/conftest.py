# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the fault matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Transport

from tests.emulator import Emulator
from tests.support.matrix.scenario import Scenario
from tests.support.matrix.stage import Stage
from tests.support.shared_time import shared_time

Stages = Callable[[Scenario], AbstractContextManager[Stage]]


@pytest.fixture(scope="session")
def connections() -> dict[Any, Transport]:
    """Return sessions that all scenarios share, since a new session takes longer than some runs."""
    return {}


@pytest.fixture
def stages(kapso: Emulator, tmp_path_factory: pytest.TempPathFactory, connections: dict[Any, Transport]) -> Stages:
    """Return a function that makes a new stage for a scenario. Waits take no time."""

    @contextmanager
    def staged(scenario: Scenario) -> Iterator[Stage]:
        with pytest.MonkeyPatch.context() as patches:
            time = shared_time(kapso, patches)
            kept: dict[Any, Any] = dict(connections)
            patches.setattr(transport, "_kept", kept)
            yield Stage(kapso, tmp_path_factory.mktemp("receipts"), time, scenario)
            connections.update({key: value for key, value in kept.items() if isinstance(value, Transport)})

    return staged
