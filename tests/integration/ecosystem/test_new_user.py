# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody new, with the README, the artifact, a key and an empty directory: no stand-in for anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.support import pages

TIMEOUT = 600  # seconds, installing included
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
LOOK_AROUND = """
ansible-doc kapso.whatsapp.kapso_whatsapp_config
ansible-doc --type role kapso.whatsapp.kapso_provision
find "$HOME/.ansible" -name 'kapso_project.py' -path '*/action/*' -o -name troubleshooting.md
"""


@pytest.fixture
def environment(kapso: Emulator, tmp_path: Path) -> dict[str, str]:
    """A login of their own, with the machine's way to the package index, and an emulator in the place of Kapso."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "KAPSO_", "PYTHON"))}
    own = {
        "HOME": str(tmp_path),
        # ansible asks for the home of the user, which is not $HOME when that is root.
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
    assert kapso.short() == "GET GET PATCH GET"  # the dry run, the run, and the run again
    assert kapso.key not in done.stdout
    for sentence in ("Reads one WhatsApp configuration at Kapso", "kapso_provision_configs", "action/", "docs/"):
        assert sentence in done.stdout
