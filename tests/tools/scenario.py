# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ``molecule test`` in a scratch home: all scenarios, or with the arguments of the command line."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.collection import ROOT, ansible_environment


def main() -> int:
    """Run molecule; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-molecule-") as scratch:
        # Molecule writes its own ansible.cfg, and its state below XDG_CACHE_HOME.
        own = {"XDG_CACHE_HOME": str(Path(scratch) / "cache"), "NO_COLOR": "1"}
        environment = ansible_environment(Path(scratch), own)
        del environment["ANSIBLE_CONFIG"]
        command = ["molecule", "test", *(sys.argv[1:] or ["--all"])]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
