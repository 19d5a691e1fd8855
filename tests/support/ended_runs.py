# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of `ansible-playbook` in a session of its own, and the ways in which people and machines end one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.collection import ansible_environment

End = Callable[[list[int]], None]


def start(home: Path, tasks: Sequence[Mapping[str, Any]]) -> subprocess.Popen[bytes]:
    """Begin to run these tasks."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [*tasks]}
    environment = ansible_environment(home)
    file = home / "play.yml"
    file.write_text(yaml.safe_dump([play]), encoding="utf-8")
    return subprocess.Popen(
        ["ansible-playbook", str(file)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


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
    send_all(run, signal.SIGTERM)


def kill_controller(run: list[int]) -> None:
    """What the kernel may do as well: the worker is left without its parent."""
    os.kill(run[0], signal.SIGKILL)


def kill_worker(run: list[int]) -> None:
    """What the kernel does when memory runs out: the process that does the work is gone at once."""
    send_all(run[1:], signal.SIGKILL)


def kill_all(run: list[int]) -> None:
    """What the end of a machine does."""
    send_all(run, signal.SIGKILL)


def send_all(pids: list[int], number: int) -> None:
    """Send a signal to all of them that are still there."""
    for pid in reversed(pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


ENDS: tuple[End, ...] = (interrupt, terminate, terminate_all, kill_controller, kill_worker, kill_all)
