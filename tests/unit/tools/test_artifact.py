# SPDX-License-Identifier: GPL-3.0-or-later
"""What users install: all that they need, and nothing of how it is made."""

from __future__ import annotations

import json
import subprocess
import tarfile

import pytest

from tests.collection import ROOT
from tests.tools.judges import build

AT_THE_TOP = {
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "requirements.txt"),
    *("changelogs", "docs", "meta", "playbooks", "plugins", "roles"),
    *("FILES.json", "MANIFEST.json"),
}


@pytest.fixture(scope="module")
def packed() -> dict[str, bytes]:
    """The files of the artifact, by name."""
    with tarfile.open(build()) as archive:
        members = {member.name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()}
        return {name: file.read() for name, file in members.items() if file is not None}


def test_nothing_else_is_at_the_top(packed: dict[str, bytes]) -> None:
    assert {name.partition("/")[0] for name in packed} == AT_THE_TOP


def test_everything_that_users_need_is_in_it(packed: dict[str, bytes]) -> None:
    folders = ["plugins", "roles", "playbooks", "docs", "meta"]
    listing = ["git", "ls-files", "-z", "--cached", *folders]
    tracked = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    there = {name for name in tracked.split("\0") if name and (ROOT / name).is_file()}

    assert len(there) > 50
    assert there - packed.keys() == set()


def test_no_file_tells_of_the_machine_that_packed_it(packed: dict[str, bytes]) -> None:
    assert [name for name, content in packed.items() if str(ROOT).encode() in content] == []


def test_the_manifest_says_what_galaxy_shows(packed: dict[str, bytes]) -> None:
    about = json.loads(packed["MANIFEST.json"])["collection_info"]

    assert (about["namespace"], about["name"], about["version"]) == ("kapso", "whatsapp", "0.1.0")
    assert about["dependencies"] == {}
    assert f"v{about['version'].replace('.', chr(92) + '.')}".encode() in packed["CHANGELOG.md"]
