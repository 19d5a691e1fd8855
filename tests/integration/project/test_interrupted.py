# SPDX-License-Identifier: GPL-3.0-or-later
"""A real run that is ended in the middle, in every way that people and machines end one, and the runs after it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.race_hooks import until
from tests.support.runner import PROJECT, Data, Runner, changed, each

TOTAL = 80
ANSWERED = TOTAL // 4  # before the run is ended; as many as go at once are under way then
CONCURRENCY = 4
WITHIN = 60.0  # seconds, for anything that is waited for


def descendants(pid: int) -> list[int]:
    """The processes below one, of those that are there now."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:  # it has just ended
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = [pid]
    for parent in found:
        found.extend(child for child, its_parent in parents.items() if its_parent == parent)
    return found[1:]


def is_there(pid: int) -> bool:
    """Whether a process is still running."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def interrupt(run: list[int]) -> None:
    """What a terminal does at Ctrl-C. Workers of newer cores have left the group of the main process by then."""
    os.killpg(run[0], signal.SIGINT)


def terminate(run: list[int]) -> None:
    """What a supervisor does: the main process gets it."""
    os.kill(run[0], signal.SIGTERM)


def terminate_all(run: list[int]) -> None:
    """What the end of a container begins with."""
    _signal(run, signal.SIGTERM)


def kill_controller(run: list[int]) -> None:
    """What the kernel may do as well: the worker is left without its parent."""
    os.kill(run[0], signal.SIGKILL)


def kill_worker(run: list[int]) -> None:
    """What the kernel does when memory runs out: the process that does the work is gone at once."""
    _signal(run[1:], signal.SIGKILL)


def kill_all(run: list[int]) -> None:
    """What the end of a machine does."""
    _signal(run, signal.SIGKILL)


def _signal(pids: list[int], number: int) -> None:
    for pid in reversed(pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def applied(kapso: Emulator) -> list[Entry]:
    """The writes that have taken effect."""
    return [entry for entry in kapso.writes() if entry.applied]


def start(kapso: Emulator, home: Path, receipts: Path, configs: list[Data]) -> subprocess.Popen[bytes]:
    """Begin a run in a session of its own."""
    args = {
        "configs": configs,
        "concurrency": CONCURRENCY,
        "api_url": kapso.url,
        "api_key": kapso.key,
        "receipts": str(receipts),
    }
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Project", PROJECT: args}]}
    file = home / "play.yml"
    environment = ansible_environment(home)
    file.write_text(yaml.safe_dump([play]), encoding="utf-8")
    return subprocess.Popen(
        ["ansible-playbook", str(file)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.mark.parametrize("end", [interrupt, terminate, terminate_all, kill_controller, kill_worker, kill_all])
def test_an_ended_run_loses_no_more_receipts_than_requests_were_under_way(
    kapso: Emulator, operator: Runner, tmp_path: Path, end: Callable[[list[int]], None]
) -> None:
    ids = kapso.add_many(TOTAL, name="Shop")
    configs = each(ids, name="Shop {n}", access_token="EXAMPLE-ACCESS-TOKEN-{n}")
    kapso.fault(method="PATCH", delay=1, after=ANSWERED)  # takes effect at once; is answered when the clock moves

    process = start(kapso, tmp_path, operator.receipts, configs)
    run = [process.pid]
    try:
        until(lambda: len(applied(kapso)) == ANSWERED + CONCURRENCY, "a quarter is written")
        run += descendants(process.pid)
        end(run)
        process.wait(WITHIN)
        kapso.advance(1)  # a worker that is left alone gets its answers, and sends nothing more
        until(lambda: not any(map(is_there, run)), "all processes have ended")
    finally:
        _signal(run, signal.SIGKILL)
        process.wait()

    assert len(applied(kapso)) == len(kapso.writes()) == ANSWERED + CONCURRENCY
    kept = len(list(operator.receipts.glob("*.json")))
    assert ANSWERED <= kept <= ANSWERED + CONCURRENCY
    assert len(list(operator.receipts.iterdir())) - kept <= CONCURRENCY  # files that were being written

    kapso.clear_faults()
    second = operator.run(configs)
    assert len(changed(second)) == TOTAL - kept  # what was lost is sent once more, and the rest for the first time
    assert not second.get("failed")
    assert [config["access_token"] for config in kapso.configs()] == [
        config["fields"]["access_token"] for config in configs
    ]
    assert not operator.run(configs)["changed"]
