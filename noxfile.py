# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests on every Python that is on the machine; ``make test`` runs them on the default one.

``nox -l`` lists the sessions. The pins, the choice of ansible-core by Python included, are in tests/requirements.txt.
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13"]


def check(session: nox.Session, *names: str) -> None:
    """Install the pinned tools and run some of the checks."""
    session.install("--quiet", "--requirement", "tests/requirements.txt")
    session.run("python", "-m", "tests.tools.check", *names)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Unit tests and playbooks."""
    check(session, "units", "playbooks")


@nox.session(python=PYTHONS)
def sanity(session: nox.Session) -> None:
    """ansible-test sanity."""
    check(session, "sanity")


@nox.session(python=PYTHONS)
def molecule(session: nox.Session) -> None:
    """The molecule scenario."""
    check(session, "molecule")


@nox.session
def style(session: nox.Session) -> None:
    """Style and static types."""
    check(session, "lint", "types")
