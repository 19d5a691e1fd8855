# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments beside `.venv`: for tools whose pins fight with it, and for other versions of ansible-core.

They live in `.build/venvs`, are made when first asked for, and made anew when what they hold is to be another.
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
    """An environment that cannot be made here. The text is one line."""


def ready(name: str, requirements: Sequence[str], python: str = sys.executable) -> Path:
    """The directory of an environment's programs, made ready first where it is not.

    `requirements` are pip's words: `-r` and a file, names with versions. Raises Unavailable.
    """
    place = VENVS / name
    stamp = place / "ready"
    wanted = _fingerprint(requirements, python)
    with _alone(name):
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return place / "bin"
        shutil.rmtree(place, ignore_errors=True)
        print(f"Installing into {place.relative_to(ROOT)} (once) ...", flush=True)
        _run(python, "-m", "venv", str(place))
        _run(str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", *requirements)
        stamp.write_text(wanted, encoding="utf-8")
    return place / "bin"


def environment(programs: Path) -> dict[str, str]:
    """This process's environment with an environment's programs before all others."""
    return {**os.environ, "PATH": os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])}


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    """Let nobody else make the same environment meanwhile."""
    VENVS.mkdir(parents=True, exist_ok=True)
    with (VENVS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint(requirements: Sequence[str], python: str) -> str:
    """What an environment holds: of interpreters, the one that virtual environments are made from counts."""
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
