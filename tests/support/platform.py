# SPDX-License-Identifier: GPL-3.0-or-later
"""Run playbooks as a platform does: the built collection in a separate directory, and the platform's tools."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.collection import ansible_environment
from tests.tools import extra_venv

REQUIREMENTS = ("-r", "tests/integration/ecosystem/requirements.txt")
PROGRAMS = ("ansible-builder", "ansible-navigator", "ansible-runner")
TIMEOUT = 300  # seconds for one command


def programs() -> Path:
    """Return the directory of the platform's programs. Install them first if they are missing.

    There is one environment for each Python, and not for each environment that runs the tests.
    """
    version = ".".join(map(str, sys.version_info[:2]))
    return extra_venv.ready(f"platform-py{version}", REQUIREMENTS, str(Path(sys.executable).resolve()))


@dataclass(frozen=True)
class Platform:
    """Run commands in a directory, with the programs of the platform's environment first in the path."""

    place: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of commands, without the caller's settings, with the collections installed here."""
        own = ansible_environment(self.place / "home")
        collections = {"ANSIBLE_COLLECTIONS_PATH": str(self.place / "collections")}
        del own["ANSIBLE_PYTHON_INTERPRETER"]  # it is the Python of this process, not of the platform
        return {**own, **collections, **self.settings, "PATH": os.pathsep.join([str(programs()), own["PATH"]])}

    def install(self, artifact: Path) -> None:
        """Install the collection."""
        self.run("ansible-galaxy", "collection", "install", str(artifact), "--collections-path", "collections")

    def run(self, *command: str, **settings: str) -> str:
        """Run a command and return its output. Raise AssertionError if it fails."""
        done = subprocess.run(
            command,
            cwd=self.place,
            env={**self.environment, **settings},
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def left(self) -> Iterator[tuple[Path, bytes]]:
        """Yield all files with their content, without those of the collection."""
        for path in self.place.rglob("*"):
            if path.is_file() and self.place / "collections" not in path.parents:
                yield path, path.read_bytes()
