# SPDX-License-Identifier: GPL-3.0-or-later
"""Provide the checkout as an installed collection, and an environment in which Ansible does not use the user's home.

As a program, prepare the link tree and print the path for ``ANSIBLE_COLLECTIONS_PATH``.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
COLLECTIONS = BUILD / "collections"


def link_tree() -> Path:
    """Make ``ansible_collections/kapso/whatsapp`` under ``.build/collections`` point at the checkout.

    Return the collections path. Several processes can call this at the same time.
    """
    place = COLLECTIONS / "ansible_collections" / "kapso" / "whatsapp"
    place.parent.mkdir(parents=True, exist_ok=True)
    # A relative link, so that the checkout can be moved.
    with contextlib.suppress(FileExistsError):
        place.symlink_to(os.path.relpath(ROOT, place.parent), target_is_directory=True)
    return COLLECTIONS


def ansible_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for an Ansible process that writes all its files in the directory ``home``.

    The environment has none of the caller's settings for Ansible or Kapso. ``extra`` overrides the others.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "KAPSO_", "MOLECULE_"))
    }
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "ansible.cfg"
    settings.touch()
    here = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "ANSIBLE_CONFIG": str(settings),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "ANSIBLE_LOCAL_TEMP": str(home / ".ansible" / "tmp"),
        # The core asks the shell for the home of the remote user. For root this is not $HOME.
        "ANSIBLE_REMOTE_TEMP": str(home / ".ansible" / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(link_tree()),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        # Let the last worker end on its own. Otherwise the core kills it while it saves its coverage.
        "ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT": "500",
        "ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY": "0.02",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
    }
    return inherited | here | dict(extra or {})


def build_artifact(place: Path) -> Path:
    """Build the collection archive in the directory `place`, which must not hold another one; return its path."""
    command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(place)]
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        environment = ansible_environment(Path(home))
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
    (built,) = place.glob("kapso-whatsapp-*.tar.gz")
    return built


if __name__ == "__main__":
    print(link_tree())
