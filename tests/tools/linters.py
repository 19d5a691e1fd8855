# SPDX-License-Identifier: GPL-3.0-or-later
"""Have the ecosystem's own tools check the collection: its content, and the artifact that users install.

`python -m tests.tools.linters content` runs ansible-lint over the whole project, `artifact` builds the collection and
has galaxy-importer look at it, as Galaxy does before it publishes one, and `reference` runs antsibull-docs' lint over
what the modules, the role and the callback say of themselves. `recipes` holds the recipes for CI to the schemas of
GitHub and GitLab. Nothing is left out and no rule is skipped.
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
    """Run ansible-lint. Returns its exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        return subprocess.run(
            ["ansible-lint", "--profile", "production", "--offline", "--strict"],
            cwd=ROOT,
            env=_environment(Path(home)),
            check=False,
        ).returncode


def lint_artifact() -> int:
    """Run galaxy-importer. A warning counts like an error: returns 1 where there is one."""
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
    """Run antsibull-docs' lint. Returns its exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-home-") as home:
        return subprocess.run(
            ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", "."],
            cwd=link_tree() / "ansible_collections" / "kapso" / "whatsapp",
            env=ansible_environment(Path(home)),
            check=False,
        ).returncode


def lint_recipes() -> int:
    """Run check-jsonschema, which brings the schemas along. Returns 1 if a recipe is not as one of them says."""
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
    """Return the exit status."""
    linters = {
        "content": lint_content,
        "artifact": lint_artifact,
        "reference": lint_reference,
        "recipes": lint_recipes,
    }
    return linters[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
