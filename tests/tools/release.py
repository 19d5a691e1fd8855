# SPDX-License-Identifier: GPL-3.0-or-later
"""Check whether this checkout can be released (`make release-check`). The exit status is 1 if it cannot.

CONTRIBUTING.md has the whole procedure. This tool changes no file and publishes nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.collection import ROOT, build_artifact

TRANSPORT = ROOT / "plugins" / "module_utils" / "_api" / "transport.py"


def problems(root: Path = ROOT) -> Iterator[str]:
    """Yield a sentence for each reason against a release of that checkout."""
    version = yaml.safe_load((root / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        yield f"galaxy.yml has the version {version}, which is not of the form 1.2.3."
    told = re.search(r'^VERSION = "(.*)"$', (root / TRANSPORT.relative_to(ROOT)).read_text("utf-8"), re.MULTILINE)
    if told is None or told[1] != version:
        yield f"transport.py tells the API another version than {version}: correct VERSION."
    if f"kapso-whatsapp-{version}.tar.gz" not in (root / "README.md").read_text(encoding="utf-8"):
        yield f"README.md does not name kapso-whatsapp-{version}.tar.gz."
    releases = yaml.safe_load((root / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    if version not in releases:
        yield f"changelogs/changelog.yaml has no release {version}: run antsibull-changelog release."
    fragments = sorted(path.name for path in (root / "changelogs" / "fragments").glob("*.yml"))
    if fragments:
        yield f"these changelog fragments are not released: {', '.join(fragments)}."
    if _said(root, "git", "status", "--porcelain"):
        yield "the checkout has changes that are not committed."
    tags = _said(root, "git", "tag", "--list", version)
    if tags and _said(root, "git", "rev-list", "-n1", version) != _said(root, "git", "rev-parse", "HEAD"):
        yield f"the tag {version} is there, and is another commit."


def _said(root: Path, *command: str) -> str:
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def main() -> int:
    """Print the reasons against a release, or the next step; return the exit status."""
    found = list(problems())
    for problem in found:
        print(f"- {problem}")
    if found:
        return 1
    with tempfile.TemporaryDirectory() as place:
        print(f"{build_artifact(Path(place)).name} can be released: run make test and make proof, then tag it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
