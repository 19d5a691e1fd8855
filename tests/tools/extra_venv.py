# SPDX-License-Identifier: GPL-3.0-or-later
"""Make virtual environments beside `.venv`: for tools with other pinned versions, and for other ansible-cores.

They are in `.build/venvs`. An environment is made at the first use, and again if its requirements change.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.collection import BUILD, ROOT

VENVS = BUILD / "venvs"
TIMEOUT = 600  # seconds for one installation


class Unavailable(Exception):
    """Say that an environment cannot be made here. The text is one line."""


def ready(name: str, requirements: Sequence[str], python: str = sys.executable) -> Path:
    """Return the directory of an environment's programs. Make the environment first if it is not ready.

    `requirements` are arguments of pip: `-r` and a file, or names with versions. Raise Unavailable if it cannot be
    made.
    """
    place = VENVS / name
    stamp = place / "ready"
    wanted = _fingerprint(requirements, python)
    with _alone(name):
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return place / "bin"
        shutil.rmtree(place, ignore_errors=True)
        print(f"Installing into {place.relative_to(ROOT)} (once) ...", file=sys.stderr, flush=True)
        _run(python, "-m", "venv", str(place))
        _run(str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", *requirements)
        stamp.write_text(wanted, encoding="utf-8")
    return place / "bin"


def environment(programs: Path) -> dict[str, str]:
    """Return the environment variables of this process, with these programs first in the PATH."""
    return {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])}


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Lock an environment, so that no other process makes it at the same time."""
    VENVS.mkdir(parents=True, exist_ok=True)
    with (VENVS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint(requirements: Sequence[str], python: str) -> str:
    """Return a digest of the requirements and of the interpreter that the environment is made from."""
    digest = hashlib.sha256("\0".join([str(Path(python).resolve()), *requirements]).encode())
    for word in requirements:
        if (ROOT / word).is_file():
            digest.update((ROOT / word).read_bytes())
    return digest.hexdigest()


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]}: {error}") from None
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines() or ["?"]
        raise Unavailable(f"{' '.join(command[:4])} ...: {said[-1]}")
