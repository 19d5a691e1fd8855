# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task does to the process that it runs in: a worker is there for it alone, any other process is not."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable

import pytest

from tests.emulator import Emulator
from tests.support.wire import Wire

TIMEOUT = 30  # seconds


@pytest.fixture
def task(kapso: Emulator, wire: Wire) -> Callable[[], int]:
    """Runs one, and returns how many objects the garbage collector passes over from then on."""
    config_id = kapso.add(name="Front desk")

    def run() -> int:
        assert not wire.run(config_id, {"name": "Front desk"}).get("failed")
        return gc.get_freeze_count()

    return run


def test_a_worker_passes_over_what_was_there_before_it(task: Callable[[], int]) -> None:
    answers, worker_end = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("fork").Process(target=lambda: worker_end.send(task()))
    worker.start()
    try:
        assert answers.poll(TIMEOUT)
        assert answers.recv() > 10_000  # of Python, Ansible and the tests
    finally:
        worker.join(TIMEOUT)
    assert worker.exitcode == 0


def test_any_other_process_goes_on_as_before(task: Callable[[], int]) -> None:
    assert task() == gc.get_freeze_count() == 0
