# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a new user with the README, the collection archive, an API key and an empty directory. Nothing is mocked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.support import pages

TIMEOUT = 600  # seconds, with the installation
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
LOOK_AROUND = """
ansible-doc kapso.whatsapp.kapso_whatsapp_config
ansible-doc --type role kapso.whatsapp.kapso_provision
find "$HOME/.ansible" -name 'kapso_project.py' -path '*/action/*' -o -name troubleshooting.md
"""


@pytest.fixture
def environment(kapso: Emulator, tmp_path: Path) -> dict[str, str]:
    """Return a new user's environment, with the machine's settings of pip, and an emulator in place of Kapso."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "KAPSO_", "PYTHON"))}
    own = {
        "HOME": str(tmp_path),
        # Ansible asks the system for the home of the user. For root this is not $HOME.
        "ANSIBLE_HOME": str(tmp_path / ".ansible"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / ".ansible" / "tmp"),
        "PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]),
    }
    return {**kept, **own, "KAPSO_API_URL": kapso.url, "KAPSO_API_KEY": kapso.key}


def test_the_readme_and_the_artifact_are_enough(
    kapso: Emulator, artifact: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    kapso.add(id=CONFIG, name="Number one")
    here = tmp_path / "empty"
    here.mkdir()
    (here / artifact.name).symlink_to(artifact)
    blocks = [block for block in pages.blocks(README) if block.language in ("yaml", "console")]

    done = subprocess.run(
        ["bash", "-c", pages.script(blocks, port=0) + LOOK_AROUND],
        cwd=here,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
    )

    assert done.returncode == 0, done.stdout
    (playbook,) = (block for block in blocks if block.language == "yaml")
    declared = playbook.content[0]["tasks"][0]["kapso.whatsapp.kapso_whatsapp_config"]["fields"]
    state = kapso.get(CONFIG)
    assert state is not None
    assert declared.items() <= state.items()
    assert kapso.short() == "GET GET PATCH GET"  # the dry run, the run, and a second run
    assert kapso.key not in done.stdout
    for sentence in ("Reads one WhatsApp configuration at Kapso", "kapso_provision_configs", "action/", "docs/"):
        assert sentence in done.stdout
