# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the README: it can be followed, shows the output of its commands, and names all parts of the collection."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.support import pages
from tests.tools.readme import README, TERMINAL, drawn, written

TEXT = README.read_text(encoding="utf-8")


def test_the_readme_shows_the_output_of_its_commands(kapso: Emulator, tmp_path: Path) -> None:
    assert written(kapso, tmp_path) == TEXT, "run: make readme"

    (block,) = (block for block in pages.blocks(TEXT) if block.language == "yaml")
    (task,) = block.content[0]["tasks"]
    arguments = task["kapso.whatsapp.kapso_whatsapp_config"]
    state = kapso.get(arguments["config_id"])
    assert state is not None
    assert arguments["fields"].items() <= state.items()
    assert kapso.short() == "GET GET PATCH GET"  # the dry run, the run, and a second run


def test_the_first_page_of_the_site_shows_what_its_dry_run_prints(kapso: Emulator, tmp_path: Path) -> None:
    assert drawn(kapso, tmp_path) == TERMINAL.read_text(encoding="utf-8"), "run: make readme"
    assert kapso.short() == "GET GET GET GET PATCH POST GET GET"  # the dry run, the run, and a second run


def test_everything_in_the_collection_is_named() -> None:
    found = {path.name for path in (ROOT / "roles").iterdir()}
    found |= {f"kapso.whatsapp.{path.stem}" for path in (ROOT / "plugins" / "callback").glob("[a-z]*.py")}
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert {name for name in found if f"| `{name}` |" not in TEXT} == set()
    assert f"kapso-whatsapp-{galaxy['version']}.tar.gz" in TEXT


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([\w-]+)", TEXT))))
def test_make_has_the_target(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
