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
import requests
import yaml

from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.support.race_hooks import until
from tests.support.runner import FLEET, Data, Runner, changed, each

TOTAL = 80
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


def start(kapso: Emulator, home: Path, receipts: Path, configs: list[Data]) -> subprocess.Popen[bytes]:
    """Begin a run in a session of its own."""
    args = {
        "configs": configs,
        "concurrency": CONCURRENCY,
        "api_url": kapso.url,
        "api_key": kapso.key,
        "receipts": str(receipts),
    }
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [{"name": "Fleet", FLEET: args}]}
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
    kapso.settings(clock_runs=True, latency=0.03)

    process = start(kapso, tmp_path, operator.receipts, configs)
    run = [process.pid]
    try:
        until(lambda: len(kapso.writes()) >= TOTAL // 4, "a quarter is written")
        run += descendants(process.pid)
        end(run)
        process.wait(WITHIN)
        until(lambda: not any(map(is_there, run)), "all processes have ended")
    finally:
        _signal(run, signal.SIGKILL)
        process.wait()
    # An answer to a request that arrives now: all that was under way has taken effect before it.
    requests.get(f"{kapso.url}/whatsapp_configs", headers={"X-API-Key": kapso.key}, timeout=WITHIN)

    written = [entry.path.rsplit("/", 1)[-1] for entry in kapso.writes() if entry.applied]
    kept = len(list(operator.receipts.glob("*.json")))
    assert 0 < len(written) < TOTAL
    assert len(written) - CONCURRENCY <= kept <= len(written)
    assert len(list(operator.receipts.iterdir())) - kept <= CONCURRENCY  # files that were being written

    kapso.settings(latency=0)
    second = operator.run(configs)
    assert len(changed(second)) == TOTAL - kept  # what was lost is sent once more, and the rest for the first time
    assert not second.get("failed")
    assert [config["access_token"] for config in kapso.configs()] == [
        config["fields"]["access_token"] for config in configs
    ]
    assert not operator.run(configs)["changed"]
