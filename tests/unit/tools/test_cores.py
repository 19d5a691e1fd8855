# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the versions of ansible-core: the Python for each, and the warning if there is none."""

from __future__ import annotations

import json
import re
import runpy
import sys
from pathlib import Path

import pytest
import yaml

from tests.collection import ROOT
from tests.tools import cores
from tests.tools.checks import CHECKS

NOXFILE = str(ROOT / "noxfile.py")
HERE = "{}.{}".format(*sys.version_info)
SHIM = '#!/bin/sh\necho "pyenv: the version is not switched on" >&2\nexit 127\n'


def program(place: Path, content: str) -> None:
    """Write a program."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, encoding="utf-8")
    place.chmod(0o755)


def test_this_python_is_found() -> None:
    assert cores.find_python(HERE) == sys.executable


def test_a_shim_that_does_not_run_is_passed_over_for_a_python_that_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / ".pyenv" / "versions" / "3.99.1" / "bin" / "python"
    program(tmp_path / "shims" / "python3.99", SHIM)
    program(real, "#!/bin/sh\necho 3.99\n")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / ".pyenv"))
    monkeypatch.setenv("PATH", str(tmp_path / "shims"), prepend=":")

    assert cores.find_python("3.99") == str(real)


def test_a_python_of_another_version_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "python3.99", "#!/bin/sh\necho 3.98\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert cores.find_python("3.99") is None


def test_a_core_without_a_python_is_a_warning_and_no_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cores, "CORES", {"2.99.0": ("3.98", "3.99")})
    monkeypatch.setattr(sys, "argv", ["cores", "quick", "2.99.0"])

    assert cores.main() == 0
    said = capsys.readouterr().out
    assert said == "!!! NOT TESTED on ansible-core 2.99.0: no Python 3.98 or 3.99 on this machine\n"


def test_oldest_and_newest_are_the_ends_of_what_is_supported() -> None:
    ordered = sorted(cores.CORES, key=lambda core: [int(number) for number in core.split(".")])
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))

    assert (ordered[0], ordered[-1]) == (cores.OLDEST, cores.NEWEST)
    assert runtime["requires_ansible"] == f">={cores.OLDEST.rpartition('.')[0]}.0"


def test_the_default_is_one_of_them() -> None:
    pins = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    default = {line.split()[0].partition("==")[2] for line in pins if line.startswith("ansible-core==")}

    assert default
    assert default <= cores.CORES.keys()


@pytest.mark.parametrize(
    ("here", "three"),
    [
        ("2.16.99", ["2.16.99", cores.BETWEEN, cores.NEWEST]),
        ("2.18.19", [cores.OLDEST, "2.18.19", cores.NEWEST]),
        (cores.NEWEST, [cores.OLDEST, cores.BETWEEN, cores.NEWEST]),
    ],
)
def test_the_installed_core_is_one_of_three(monkeypatch: pytest.MonkeyPatch, here: str, three: list[str]) -> None:
    monkeypatch.setattr(cores, "installed", lambda _name: here)

    assert [*cores.three()] == three
    assert cores.BETWEEN in cores.CORES.keys() - {cores.OLDEST, cores.NEWEST}


def test_the_quick_set_is_there() -> None:
    assert [name for name in cores.QUICK if not (ROOT / name).exists()] == []


def test_the_workflows_get_every_pair_of_core_and_python() -> None:
    listed = {name: json.loads(pairs) for name, pairs in (line.split("=", 1) for line in cores.listing())}

    assert [pair["core"] for pair in listed["first"]] == list(cores.CORES)
    assert [(pair["core"], pair["python"]) for pair in listed["all"]] == list(cores.pairs())
    assert {pair["session"] for pair in listed["all"]} >= {param.id for param in runpy.run_path(NOXFILE)["HERE"]}


WORKFLOWS = sorted(path for name in ("actions", "workflows") for path in (ROOT / ".github" / name).rglob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_pins_its_actions_and_has_a_timeout(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    jobs = content.get("jobs", {})
    steps = [step for job in (*jobs.values(), content.get("runs", {})) for step in job.get("steps", ())]

    assert steps
    for step in steps:
        assert re.fullmatch(r"(\./.*|[\w/-]+@[0-9a-f]{40})", step.get("uses", "./"))
        assert step.get("uses", "").startswith("actions/checkout") == ("persist-credentials" in step.get("with", {}))
    assert all("timeout-minutes" in job for job in jobs.values())
    assert not jobs or content["concurrency"]


def test_make_has_a_target_for_every_check() -> None:
    (named,) = re.findall(r"^CHECKS := (.*)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert {*named.split(), "demo"} == CHECKS.keys()


def test_the_readme_names_the_cores_that_are_tested_and_no_other() -> None:
    rows = re.findall(
        r"^\| (2\.[\d., ]+) \| 3\.(\d+) to 3\.(\d+) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    named = {core: (int(first), int(last)) for cores_, first, last in rows for core in cores_.split(", ")}

    assert {cores.minor(core) for core in cores.CORES} == named.keys()
    for core, versions in cores.CORES.items():
        first, last = named[cores.minor(core)]
        assert first <= min(int(v.partition(".")[2]) for v in versions)
        assert last == max(int(v.partition(".")[2]) for v in versions)
