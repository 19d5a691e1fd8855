# SPDX-License-Identifier: GPL-3.0-or-later
"""All tests on all supported versions of ansible-core, with every Python that is on the machine; `make test-all`.

`nox -l` lists the sessions; the versions are in tests/tools/cores.py. `make test` runs all tests on the default
version, and a quick set on the oldest and the newest.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from tests.tools import cores

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

PAIRS = [(core, version, cores.find_python(version)) for core, version in cores.pairs()]
HERE = [
    nox.param(python, core, id=f"{core}-py{version}", tags=[f"core-{core}"])
    for core, version, python in PAIRS
    if python
]
MISSING = sorted({version for _core, version, python in PAIRS if not python})
if MISSING:
    print(f"!!! NOT TESTED here, because this machine does not have them: Python {', '.join(MISSING)}", file=sys.stderr)


@nox.session
@nox.parametrize("python,core", HERE)
def tests(session: nox.Session, core: str) -> None:
    """Unit tests and tests that run Ansible, both ways included."""
    session.install("--quiet", *cores.requirements(core))
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
@nox.parametrize("python,core", HERE)
def sanity(session: nox.Session, core: str) -> None:
    """ansible-test sanity, as this version has it."""
    session.install("--quiet", *cores.requirements(core))
    session.run("python", "-m", "tests.tools.sanity")


@nox.session
def checks(session: nox.Session) -> None:
    """Everything that does not depend on the version of ansible-core."""
    session.install("--quiet", "--requirement", "tests/requirements.txt")
    session.run("python", "-m", "tests.tools.check", *cores.ONCE)
