# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-playbook` in a separate session, and end it in the ways that people and machines do."""

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


def start(home: Path, tasks: Sequence[Mapping[str, Any]], programs: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a run of these tasks, with the Ansible in `programs` if given, and return its process."""
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [*tasks]}
    environment = ansible_environment(home)
    if programs:
        environment["PATH"] = os.pathsep.join([str(programs), environment["PATH"]])
        environment["ANSIBLE_PYTHON_INTERPRETER"] = str(programs / "python")
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
    """Return the IDs of the running processes below `pid`."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:  # the process has ended
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = [pid]
    for parent in found:
        found.extend(child for child, its_parent in parents.items() if its_parent == parent)
    return found[1:]


def is_there(pid: int) -> bool:
    """Return whether a process is still running."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def interrupt(run: list[int]) -> None:
    """Interrupt the process group, as a terminal does on Ctrl-C. Workers of newer cores are in other groups."""
    os.killpg(run[0], signal.SIGINT)


def terminate(run: list[int]) -> None:
    """Terminate the main process, as a supervisor does."""
    os.kill(run[0], signal.SIGTERM)


def terminate_all(run: list[int]) -> None:
    """Terminate all processes, as the stop of a container does first."""
    send_all(run, signal.SIGTERM)


def kill_controller(run: list[int]) -> None:
    """Kill the main process, as the kernel can do, and leave the worker without its parent."""
    os.kill(run[0], signal.SIGKILL)


def kill_worker(run: list[int]) -> None:
    """Kill the processes that do the work, as the kernel does when memory runs out."""
    send_all(run[1:], signal.SIGKILL)


def kill_all(run: list[int]) -> None:
    """Kill all processes, as the end of a machine does."""
    send_all(run, signal.SIGKILL)


def send_all(pids: list[int], number: int) -> None:
    """Send a signal to all of these processes that still run."""
    for pid in reversed(pids):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


ENDS: tuple[End, ...] = (interrupt, terminate, terminate_all, kill_controller, kill_worker, kill_all)
