# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for the fault matrix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.emulator import Emulator
from tests.support.matrix.jobs import Job
from tests.support.matrix.stage import Stage
from tests.support.wire import wired

Stages = Callable[[Job], AbstractContextManager[Stage]]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller's own environment says of Kapso, proxies and authorities is none of the tests' business."""
    for name in tuple(os.environ):
        if name.startswith("KAPSO_") or name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)


@pytest.fixture
def stages(kapso: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """A stage for each job that it is given: everything as if for the first time, and waiting takes no time."""

    @contextmanager
    def staged(job: Job) -> Iterator[Stage]:
        with pytest.MonkeyPatch.context() as patches:
            yield Stage(kapso, tmp_path_factory.mktemp("receipts"), wired(kapso, patches).time, job)

    return staged
