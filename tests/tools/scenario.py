# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the molecule scenarios in a scratch home, or what further words tell ``molecule test`` to run."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.collection import ROOT, ansible_environment


def main() -> int:
    """Return molecule's exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-molecule-") as scratch:
        # Molecule writes its own ansible.cfg, and keeps its state below XDG_CACHE_HOME.
        own = {"XDG_CACHE_HOME": str(Path(scratch) / "cache"), "NO_COLOR": "1"}
        environment = ansible_environment(Path(scratch), own)
        del environment["ANSIBLE_CONFIG"]
        command = ["molecule", "test", *(sys.argv[1:] or ["--all"])]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
