# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout as an installed collection, and an environment in which Ansible leaves its user's home alone.

Run as a program it prepares the link tree and prints the path to put into ``ANSIBLE_COLLECTIONS_PATH``.
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

    Returns the collections path. Safe to call from several processes at once.
    """
    place = COLLECTIONS / "ansible_collections" / "kapso" / "whatsapp"
    place.parent.mkdir(parents=True, exist_ok=True)
    # A relative link, so that a checkout may be moved.
    with contextlib.suppress(FileExistsError):
        place.symlink_to(os.path.relpath(ROOT, place.parent), target_is_directory=True)
    return COLLECTIONS


def ansible_environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for an Ansible process whose every trace lands in the directory ``home``.

    Nothing of the caller's own Ansible or Kapso settings gets through; ``extra`` is laid on top.
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
        # Core asks the shell for the home of the remote user, which is not $HOME when that is root.
        "ANSIBLE_REMOTE_TEMP": str(home / ".ansible" / "tmp"),
        "ANSIBLE_COLLECTIONS_PATH": str(link_tree()),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        # Let the last worker end by itself: core would kill it while it saves its coverage.
        "ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT": "500",
        "ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY": "0.02",
        "ANSIBLE_RETRY_FILES_ENABLED": "false",
    }
    return inherited | here | dict(extra or {})


def build_artifact(place: Path) -> Path:
    """The collection as it is given to users, built into the directory `place`, which holds no other."""
    command = ["ansible-galaxy", "collection", "build", "--force", "--output-path", str(place)]
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        environment = ansible_environment(Path(home))
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL, timeout=120)
    (built,) = place.glob("kapso-whatsapp-*.tar.gz")
    return built


if __name__ == "__main__":
    print(link_tree())
