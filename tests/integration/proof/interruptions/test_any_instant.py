# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a run of one task, a loop or a project that is ended at any time: its effects, and the next runs.

This is done on three versions of ansible-core: the oldest, the newest and one between. The assertions do not depend on
the progress of the run at its end.
"""

from __future__ import annotations

import functools
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import version as installed
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support import proof
from tests.support.ended_runs import ENDS, End, descendants, is_there, send_all, start
from tests.support.race_hooks import until
from tests.support.runner import PROJECT, Data, Runner
from tests.tools import cores

INSTANTS = range(60 if proof.WHOLE else 18)
CONCURRENCY, OBJECTS = 4, 8
LATENCY = 0.02  # seconds for each request, so that a run can end during one
LATEST = 1.5  # seconds after the first request
WITHIN = 60.0  # seconds for each wait
CUSTOMER, NUMBER = "kapso.whatsapp.kapso_customer", "kapso.whatsapp.kapso_whatsapp_phone_number"

CUSTOMERS = [
    {"external_customer_id": f"shop-{number}", "fields": {"name": f"Shop {number}"}} for number in range(OBJECTS)
]
NUMBERS = [
    {
        "phone_number_id": f"70000000000000{number}",
        "external_customer_id": f"shop-{number}",
        "fields": {"name": "Desk", "business_account_id": "200000000000001", "access_token": f"EXAMPLE-{number}"},
    }
    for number in range(OBJECTS)
]
WEBHOOKS = [
    {
        "phone_number_id": f"70000000000000{number}",
        "url": "https://hooks.example.org/wa",
        "fields": {"events": ["whatsapp.message.received"], "secret_key": "EXAMPLE-SECRET"},
    }
    for number in range(OBJECTS)
]
WHOLE = {"customers": CUSTOMERS, "phone_numbers": NUMBERS, "webhooks": WEBHOOKS, "concurrency": CONCURRENCY}
# The tasks of a run, each a module and its items; and the final number of objects by kind.
KINDS: dict[str, tuple[list[tuple[str, list[Data]]], tuple[int, int, int]]] = {
    "a task": ([(CUSTOMER, CUSTOMERS[:1]), (NUMBER, NUMBERS[:1])], (1, 1, 0)),
    "a loop": ([(CUSTOMER, CUSTOMERS), (NUMBER, NUMBERS)], (OBJECTS, OBJECTS, 0)),
    "a project": ([(PROJECT, [WHOLE])], (OBJECTS, OBJECTS, OBJECTS)),
}


@functools.cache
def controllers() -> list[tuple[str, Path | None]]:
    """Return three versions of ansible-core, each with the directory of its programs, None for the one of this process.

    A version for which this machine has no Python is left out. The summary of the tests names it.
    """
    here = installed("ansible-core")
    pythons = {core: cores.find_python_for(core) for core in cores.three() if core != here}
    others = [(core, cores.programs(core, python)) for core, python in pythons.items() if python]
    for core, programs in others:
        said = subprocess.run([programs / "ansible-playbook", "--version"], capture_output=True, text=True, check=True)
        assert f"[core {cores.minor(core)}." in said.stdout
    return [(here, None), *others]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    """Yield an emulator with a running clock."""
    with Emulator.start() as kapso:
        yield kapso


@pytest.mark.parametrize("instant", INSTANTS)
def test_a_run_that_is_ended_is_finished_by_the_next(running: Emulator, tmp_path: Path, instant: int) -> None:
    # Each kind with each core, and in the long run with each end.
    name = [*KINDS][instant % len(KINDS)]
    core, programs = controllers()[(instant + instant // len(KINDS)) % len(controllers())]
    end = ENDS[(instant + instant // len(KINDS) ** 2) % len(ENDS)]
    tasks, wanted = KINDS[name]
    at_once = CONCURRENCY if name == "a project" else 1
    running.reset(latency=LATENCY)
    options = {"receipts": str(tmp_path / "receipts"), "platform_api_url": running.platform_url, "api_key": running.key}

    yaml = [_as_task(module, items, options) for module, items in tasks]
    _run_and_end(running, start(tmp_path, yaml, programs), end, LATEST * (instant * 0.618 % 1), at_once)
    second = [*_run(running, options, tasks)]
    third = [*_run(running, options, tasks)]

    assert (len(running.customers()), len(running.configs()), len(running.webhooks())) == wanted
    assert sum(entry.method != "POST" for entry in second) <= at_once, "more was sent twice than was under way"
    assert third == [], "all was done"
    assert running.crashes() == []
    proof.count("interruptions", f"ended runs of {name}")
    proof.count("interruptions", f"on ansible-core {cores.minor(core)}")


def _as_task(module: str, items: list[Data], options: Data) -> Data:
    """Return the task of a playbook, with a loop if there are several items."""
    if len(items) == 1:
        return {"name": "One", module: {**options, **items[0]}}
    looped = {name: f"{{{{ item.{name} }}}}" for name in items[0]}
    return {"name": "Loop", module: {**options, **looped}, "loop": items, "loop_control": {"label": "one"}}


def _run(kapso: Emulator, options: Data, tasks: list[tuple[str, list[Data]]]) -> Iterable[Entry]:
    """Run the same tasks to their end; return the writes."""
    for module, items in tasks:
        runner = Runner(kapso, options["receipts"], module)
        for item in items:
            result = runner.run(**options, **item)
            assert not result.get("failed"), result
            assert not any("was ignored" in warning for warning in result["warnings"]), result["warnings"]
            yield from kapso.writes()


def _run_and_end(kapso: Emulator, process: subprocess.Popen[bytes], end: End, moment: float, at_once: int) -> None:
    """End a run, and assert that it sends only requests that were open, and leaves no process."""
    run = [process.pid]
    try:
        until(lambda: kapso.journal() or process.poll() is not None, "the first request")
        time.sleep(moment)  # any time is suitable
        run += descendants(process.pid)
        before = len(kapso.writes())
        end(run)
        process.wait(WITHIN)
        until(lambda: not any(map(is_there, run)), "all processes have ended")
    finally:
        send_all(run, signal.SIGKILL)
        process.wait()
    # The run continues between the count and the signal: each thread can finish a request and start another.
    assert len(kapso.writes()) - before <= 2 * at_once
