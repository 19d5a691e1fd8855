# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures for all tests, and hooks of pytest.

Tests run in several processes of pytest-xdist. Each process has its own emulator and home directory.
"""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.collection import link_tree
from tests.emulator import Emulator
from tests.support import proof
from tests.tools import cores, seconds

# Pytest must also work in a clone in which make has never run.
link_tree()
importlib.invalidate_caches()  # the import system has cached that the tree is missing


def pytest_configure(config: pytest.Config) -> None:
    """Give this process its own home directory before a test imports Ansible. Keep the user's settings of pip."""
    patches, place = pytest.MonkeyPatch(), tempfile.TemporaryDirectory(prefix="kapso-home-")
    config.add_cleanup(patches.undo)
    config.add_cleanup(place.cleanup)
    for settings in (Path.home() / ".config" / "pip" / "pip.conf", Path.home() / ".pip" / "pip.conf"):
        if settings.exists() and "PIP_CONFIG_FILE" not in os.environ:
            patches.setenv("PIP_CONFIG_FILE", str(settings))
    patches.setenv("HOME", place.name)


@pytest.fixture(scope="session")
def kapso_server() -> Iterator[Emulator]:
    """Yield one emulator for all tests of this process. Only tests move its clock."""
    with Emulator.start(clock_runs=False) as server:
        if server.process is not None:
            seconds.emulators.append(server.process.pid)
        yield server


@pytest.fixture
def kapso(kapso_server: Emulator) -> Iterator[Emulator]:
    """Yield an emulator without objects, faults and journal. Fail the test if the emulator itself had an error."""
    kapso_server.up()
    kapso_server.reset()
    yield kapso_server
    assert kapso_server.crashes() == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """Count the processor time of a test, with its fixtures."""
    before = seconds.spent()
    done = yield
    seconds.of_file[item.nodeid.partition("::")[0]] += seconds.spent() - before
    return done


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the counts of a worker to the process that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput.update(proof=proof.counted(), seconds=dict(seconds.of_file))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add the counts of a worker of pytest-xdist."""
    counted = getattr(node, "workeroutput", {})
    proof.add(counted.get("proof", {}))
    seconds.add(counted.get("seconds", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Print the counts of the proofs and keep them. If whole files ran, keep the time of each file, too."""
    if terminalreporter.config.getoption("xmlpath"):
        seconds.keep(seconds.of_file)
    if not shutil.which("redis-server"):
        terminalreporter.write_line("redis-server is not installed: fakeredis has played its part")
    if os.geteuid() != 0:
        terminalreporter.write_line("NOT TRIED, as that needs root: two Unix users with one directory of receipts")
    if "interruptions" in proof.counted():
        for core in (core for core in cores.three() if not cores.find_python_for(core)):
            terminalreporter.write_line(f"NOT TRIED, as this machine has no Python for it: ends on ansible-core {core}")
    told = list(proof.lines())
    if told:
        terminalreporter.section("proofs")
        for line in told:
            terminalreporter.line(line)
    if told and exitstatus == pytest.ExitCode.OK:
        proof.keep()
