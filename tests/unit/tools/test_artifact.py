# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the collection archive: it has all files that users need, and no others."""

from __future__ import annotations

import json
import re
import subprocess
import tarfile

import pytest

from tests.collection import ROOT, build_artifact

MADE = {"FILES.json", "MANIFEST.json"}  # files that the build makes
AT_THE_TOP = {
    *MADE,
    *(
        "CHANGELOG.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "README.md",
        "SECURITY.md",
        "requirements.txt",
    ),
    *("changelogs", "docs", "meta", "playbooks", "plugins", "roles", "tests"),
}


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of the archive, by name."""
    with tarfile.open(build_artifact(tmp_path_factory.mktemp("artifact"))) as archive:
        members = {member.name: archive.extractfile(member) for member in archive.getmembers() if member.isfile()}
        return {name: file.read() for name, file in members.items() if file is not None}


def test_the_archive_has_no_other_files_at_the_top(packed: dict[str, bytes]) -> None:
    assert {name.partition("/")[0] for name in packed} == AT_THE_TOP
    linked = re.findall(r"\]\((docs/[\w-]+\.md|LICENSE)\)", packed["README.md"].decode())
    assert set(linked) <= packed.keys()


def test_the_archive_has_the_files_of_these_directories_and_no_others(packed: dict[str, bytes]) -> None:
    places = sorted(AT_THE_TOP - MADE - {"changelogs", "tests"} | {"tests/config.yml"})
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *places]
    known = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    there = {name for name in known.split("\0") if name and (ROOT / name).is_file()}

    assert len(there) > 50
    assert {name for name in packed if not name.startswith("changelogs/")} - MADE == there


def test_the_archive_has_only_released_parts_of_the_changelog(packed: dict[str, bytes]) -> None:
    parts = {name for name in packed if name.startswith("changelogs/")}

    assert parts == {"changelogs/changelog.yaml", "changelogs/config.yaml"}


def test_no_file_names_the_machine_that_built_it(packed: dict[str, bytes]) -> None:
    assert [name for name, content in packed.items() if str(ROOT).encode() in content] == []


def test_the_manifest_has_the_data_that_galaxy_shows(packed: dict[str, bytes]) -> None:
    about = json.loads(packed["MANIFEST.json"])["collection_info"]

    assert (about["namespace"], about["name"], about["version"]) == ("kapso", "whatsapp", "0.1.0")
    assert about["dependencies"] == {}
    assert f"v{about['version'].replace('.', chr(92) + '.')}".encode() in packed["CHANGELOG.md"]
