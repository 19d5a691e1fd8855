# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for all tests."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from tests.collection import link_tree
from tests.emulator import Emulator
from tests.support import proof

# So that pytest by itself works in a clone where make has never run.
link_tree()
importlib.invalidate_caches()  # it has looked for the tree already


@pytest.fixture(scope="session")
def kapso_server() -> Iterator[Emulator]:
    """One emulator for the whole run."""
    with Emulator.start() as server:
        yield server


@pytest.fixture
def kapso(kapso_server: Emulator) -> Iterator[Emulator]:
    """An emulator without objects, faults or history; fails the test if the emulator itself made a mistake."""
    kapso_server.up()
    kapso_server.reset()
    yield kapso_server
    assert kapso_server.crashes() == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Say what the proofs went through."""
    told = list(proof.lines())
    if told:
        terminalreporter.section("proofs")
        for line in told:
            terminalreporter.line(line)
    if told and exitstatus == pytest.ExitCode.OK:
        proof.keep()
