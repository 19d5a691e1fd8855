# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform that runs playbooks: the built collection in a place of its own, and the tools that run it there."""

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
    """Where the platform's programs are, installed first where they are not.

    There is one environment for each Python, not for each environment that the tests themselves are run from.
    """
    version = ".".join(map(str, sys.version_info[:2]))
    return extra_venv.ready(f"platform-py{version}", REQUIREMENTS, str(Path(sys.executable).resolve()))


@dataclass(frozen=True)
class Platform:
    """A directory to work in, and the programs of the platform's environment before all others."""

    place: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """That of every command: nothing of the caller's own, and no collection but what is installed here."""
        own = ansible_environment(self.place / "home")
        collections = {"ANSIBLE_COLLECTIONS_PATH": str(self.place / "collections")}
        del own["ANSIBLE_PYTHON_INTERPRETER"]  # that of this process, which is another one
        return {**own, **collections, **self.settings, "PATH": os.pathsep.join([str(programs()), own["PATH"]])}

    def install(self, artifact: Path) -> None:
        """Install the collection."""
        self.run("ansible-galaxy", "collection", "install", str(artifact), "--collections-path", "collections")

    def run(self, *command: str, **settings: str) -> str:
        """What a command prints. Raises AssertionError where it fails."""
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
        """All files that are there, but for the collection's own."""
        for path in self.place.rglob("*"):
            if path.is_file() and self.place / "collections" not in path.parents:
                yield path, path.read_bytes()
