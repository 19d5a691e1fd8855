# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the collection with tools of the Ansible community: its content, and the archive that users install.

`python -m tests.tools.linters content` runs ansible-lint on the whole project. `artifact` builds the collection and
runs galaxy-importer on it, as Galaxy does before it publishes one. `reference` runs antsibull-docs on the documentation
of the modules, the role and the callback. `recipes` checks the recipes for CI with the schemas of GitHub and GitLab.
No file is left out and no rule is skipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.collection import BUILD, ROOT, ansible_environment, build_artifact, link_tree
from tests.tools import extra_venv

REQUIREMENTS = ("-r", "tests/linters/requirements.txt")
ARTIFACTS = BUILD / "artifact"
SETTINGS = """[galaxy-importer]
CHECK_CHANGELOG = True
CHECK_REQUIRED_TAGS = True
RUN_ANSIBLE_DOC = True
RUN_ANSIBLE_LINT = True
RUN_FLAKE8 = True
"""
COMPLAINT = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\b.*", re.MULTILINE)


def lint_content() -> int:
    """Run ansible-lint; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        return subprocess.run(
            ["ansible-lint", "--profile", "production", "--offline", "--strict"],
            cwd=ROOT,
            env=_environment(Path(home)),
            check=False,
        ).returncode


def lint_artifact() -> int:
    """Run galaxy-importer; return 1 if there is an error or a warning."""
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir(parents=True)
    artifact = build_artifact(ARTIFACTS)
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        place = Path(home)
        (place / "galaxy-importer.cfg").write_text(SETTINGS, encoding="utf-8")
        own = {"GALAXY_IMPORTER_CONFIG": str(place / "galaxy-importer.cfg")}
        done = subprocess.run(
            ["python", "-m", "galaxy_importer.main", str(artifact)],
            cwd=place,
            env=_environment(place) | own,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    print(done.stdout)
    return 1 if done.returncode or COMPLAINT.search(done.stdout) else 0


def lint_reference() -> int:
    """Run the lint of antsibull-docs; return its exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        return subprocess.run(
            ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", "."],
            cwd=link_tree() / "ansible_collections" / "kapso" / "whatsapp",
            env=ansible_environment(Path(home)),
            check=False,
        ).returncode


def lint_recipes() -> int:
    """Run check-jsonschema, which contains the schemas; return 1 if a recipe does not match its schema."""
    schemas = {"github.yml": "github-workflows", "gitlab.yml": "gitlab-ci"}
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        done = [
            subprocess.run(
                ["check-jsonschema", "--builtin-schema", f"vendor.{schema}", f"docs/recipes/{recipe}"],
                cwd=ROOT,
                env=_environment(Path(home)),
                check=False,
            ).returncode
            for recipe, schema in schemas.items()
        ]
    return max(done)


def _environment(home: Path) -> dict[str, str]:
    programs = extra_venv.ready("linters", REQUIREMENTS)
    own = ansible_environment(home, {"NO_COLOR": "1"})
    return {**own, "PATH": f"{programs}:{own['PATH']}"}


def main() -> int:
    """Run the named linter; return the exit status."""
    linters = {
        "content": lint_content,
        "artifact": lint_artifact,
        "reference": lint_reference,
        "recipes": lint_recipes,
    }
    return linters[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
