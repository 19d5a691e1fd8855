# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all tests on all supported versions of ansible-core, with each Python of the machine (`make test-all`).

`nox -l` lists the sessions; tests/tools/cores.py has the versions. `make test` and `make proof` run all tests on the
default version, and a quick set on the oldest and the newest. NEWEST=1 uses the newest release of each series.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from tests.tools import checks, cores

nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True

PAIRS = [(core, version, cores.find_python(version)) for core, version in cores.pairs()]
HERE = [
    nox.param(python, core, id=cores.session(core, version), tags=[f"core-{cores.minor(core)}"])
    for core, version, python in PAIRS
    if python
]
MISSING = sorted({version for _core, version, python in PAIRS if not python})
if MISSING:
    print(f"!!! NOT TESTED here, because this machine does not have them: Python {', '.join(MISSING)}", file=sys.stderr)


@nox.session
@nox.parametrize("python,core", HERE)
def tests(session: nox.Session, core: str) -> None:
    """Run all tests except those of the tools, which do not depend on the version."""
    session.install("--quiet", *cores.requirements(core))
    session.run(*checks.pytest("nox", "--ignore=tests/unit/tools", *session.posargs))


@nox.session
@nox.parametrize("python,core", HERE)
def sanity(session: nox.Session, core: str) -> None:
    """Run ansible-test sanity of this version."""
    session.install("--quiet", *cores.requirements(core))
    session.run("python", "-m", "tests.tools.sanity")
