# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that the check before a release names each problem."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.tools import release

FILES = {
    "galaxy.yml": "version: 1.2.3\n",
    "README.md": "kapso-whatsapp-1.2.3.tar.gz\n",
    "plugins/module_utils/_api/transport.py": 'VERSION = "1.2.3"\n',
    "changelogs/changelog.yaml": "releases:\n  1.2.3: {}\n",
}


def _checkout(place: Path, **changed: str) -> Path:
    for name, text in {**FILES, **changed}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    author = ("-c", "user.name=Example", "-c", "user.email=someone@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-q", "-m", "All")):
        subprocess.run(("git", *command), cwd=place, check=True, timeout=60)
    return place


def test_a_checkout_that_is_ready_has_no_problem(tmp_path: Path) -> None:
    assert list(release.problems(_checkout(tmp_path))) == []


def test_each_thing_that_is_not_ready_is_named(tmp_path: Path) -> None:
    place = _checkout(tmp_path, **{"galaxy.yml": "version: 1.3.0\n", "changelogs/fragments/new.yml": "---\n"})
    (place / "left.txt").touch()

    said = "\n".join(release.problems(place))

    for part in ("transport.py", "README.md", "no release 1.3.0", "new.yml", "not committed"):
        assert part in said
