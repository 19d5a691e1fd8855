# SPDX-License-Identifier: GPL-3.0-or-later
"""Test several threads in one run: each item once, a number at a time, and no further item after a stop."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.worker_pool import WorkerPool


def test_each_item_is_dealt_with_once_in_turn() -> None:
    done: list[int] = []
    pool = WorkerPool(1)

    pool.each(done.append, range(50))
    pool.each(done.append, [])

    assert done == list(range(50))
    assert not pool.is_stopped


@pytest.mark.parametrize(("concurrency", "items", "at_once"), [(3, 9, 3), (3, 2, 2), (1, 4, 1), (40, 40, 40)])
def test_so_many_threads_work_at_once(concurrency: int, items: int, at_once: int) -> None:
    meeting = threading.Barrier(at_once)
    threads: set[int] = set()
    done: list[int] = []

    def work(item: int) -> None:
        threads.add(threading.get_ident())
        if item < at_once:
            meeting.wait(30)
        done.append(item)

    WorkerPool(concurrency).each(work, range(items))

    assert sorted(done) == list(range(items))
    assert len(threads) == at_once


def test_a_stop_by_one_thread_ends_all_threads() -> None:
    done: list[int] = []
    pool = WorkerPool(1)

    def work(item: int) -> None:
        done.append(item)
        if item == 3:
            pool.stop()

    pool.each(work, range(9))
    pool.each(work, range(9))

    assert (done, pool.is_stopped) == ([0, 1, 2, 3], True)


def test_an_error_ends_the_work_of_all_and_is_raised() -> None:
    begun: list[int] = []
    pool = WorkerPool(2)
    failed = threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        if item == 1:
            failed.set()
            raise ValueError("no such thing")
        failed.wait(30)
        while not pool.is_stopped and len(begun) < 5:
            pass

    with pytest.raises(ValueError, match="no such thing"):
        pool.each(work, range(1, 100))

    assert pool.is_stopped
    assert len(begun) <= 2
