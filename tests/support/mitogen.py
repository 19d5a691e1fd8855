# SPDX-License-Identifier: GPL-3.0-or-later
"""Mitogen, which runs modules in processes that stay: strategies for playbooks, from the package index."""

from __future__ import annotations

import re
import sys

from tests.collection import ROOT
from tests.tools import extra_venv

REQUIREMENTS = "tests/support/mitogen.txt"


def version() -> str:
    """Return the version that is pinned."""
    (pin,) = re.findall(r"^mitogen==(\S+)", (ROOT / REQUIREMENTS).read_text(encoding="utf-8"), re.MULTILINE)
    return str(pin)


def settings(strategy: str) -> dict[str, str]:
    """Return the environment in which Ansible uses one of Mitogen's strategies. Install Mitogen first if it is missing.

    Raise Unavailable if the package index cannot be reached.
    """
    version = ".".join(map(str, sys.version_info[:2]))
    programs = extra_venv.ready(f"mitogen-py{version}", ("-r", REQUIREMENTS))
    (plugins,) = programs.parent.glob("lib/python*/site-packages/ansible_mitogen/plugins/strategy")
    return {"ANSIBLE_STRATEGY": strategy, "ANSIBLE_STRATEGY_PLUGINS": str(plugins)}
