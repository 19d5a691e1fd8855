# SPDX-License-Identifier: GPL-3.0-or-later
"""The README tells the truth: its playbook runs as it stands, its commands exist."""

from __future__ import annotations

import re
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def galaxy(place: Path, *words: str) -> None:
    """Run ``ansible-galaxy collection`` on the checkout, with everything but the checkout below ``place``."""
    command = ["ansible-galaxy", "collection", *words]
    environment = ansible_environment(place / "home", {"ANSIBLE_COLLECTIONS_PATH": str(place / "collections")})
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path with the collection built and installed as the README says, and nothing else."""
    place = tmp_path_factory.mktemp("installed")
    galaxy(place, "build", "--output-path", str(place))
    (artifact,) = place.glob("kapso-whatsapp-*.tar.gz")
    with tarfile.open(artifact) as content:
        kept_out = ("tests/", "extensions/", ".venv/", ".build/", ".git/", ".ci/")
        assert [name for name in content.getnames() if name.startswith(kept_out)] == []
    galaxy(place, "install", "--offline", str(artifact))
    return place / "collections"


def test_playbook_converges_as_it_stands(kapso: Emulator, installed: Path, tmp_path: Path) -> None:
    (playbook,) = blocks("yaml")
    (task,) = yaml.safe_load(playbook)[0]["tasks"]
    arguments = task["kapso.whatsapp.kapso_whatsapp_config"]
    kapso.add(id=arguments["config_id"], name="Example shop", webhook_destination_url="https://old.example.org/wa")
    file = tmp_path / "whatsapp.yml"
    file.write_text(playbook, encoding="utf-8")
    settings = {"KAPSO_API_URL": kapso.url, "KAPSO_API_KEY": kapso.key, "ANSIBLE_COLLECTIONS_PATH": str(installed)}
    environment = ansible_environment(tmp_path / "home", settings)

    for options, changed, requests in ((["--check", "--diff"], 1, "GET"), ([], 1, "GET PATCH"), ([], 0, "GET")):
        kapso.clear_journal()
        done = subprocess.run(
            ["ansible-playbook", str(file), *options],
            cwd=tmp_path,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"changed={changed} " in done.stdout
        assert kapso.short() == requests

    state = kapso.get(arguments["config_id"])
    assert state is not None
    assert arguments["fields"].items() <= state.items()


@pytest.mark.parametrize("target", re.findall(r"^make ([\w-]+)", README, re.MULTILINE))
def test_make_has_the_target(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
