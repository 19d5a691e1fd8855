# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way of a module that is shipped: its secrets never lie in a file, and what keeps it from running has a name."""

from __future__ import annotations

import re
from typing import Any, Callable

from ..module_utils._module.result import failure


def send_through_a_pipe(connection: Any) -> None:
    """Have Ansible send the module through the standard input of the target's Python, and not as a file.

    An interrupted run leaves that file behind, with the arguments in it. With `become` it is for the user to switch
    `pipelining` on: a target whose sudo wants a terminal would refuse it.
    """
    if connection.become is None and connection.has_option("pipelining"):
        connection.set_option("pipelining", True)


TOO_OLD = (
    "{python} on the target is Python {version}, and this module needs 3.9 or newer; nothing was sent; set "
    "ansible_python_interpreter to a newer one"
)
NO_REQUESTS = "cannot import requests"  # in what a module says that has begun and found nothing to work with
SHIPPED = (
    "the module ran under {python}, because `environment` is set: it takes the task out of Ansible's own process. "
    "`ansible_python_interpreter: '{{{{ ansible_playbook_python }}}}'` for this host has it run under Ansible's Python"
)


def explained(
    result: dict[str, Any], python: str, with_environment: bool, output: Callable[[str], str]
) -> dict[str, Any]:
    """Return the result of a shipped module, or, if it could not even begin, one that names the cause.

    `with_environment`: nothing but the keyword `environment` has the module shipped. `output` is what a command prints
    at the target.
    """
    begun = "error" in result and NO_REQUESTS not in result["msg"]
    if begun or not result.get("failed") or not python:
        return result
    if "error" not in result:
        version = output(f"{python} -c 'import sys; print(\"%d.%d\" % sys.version_info[:2])'").strip()
        if re.fullmatch(r"2\.\d+|3\.[0-8]", version, re.ASCII):
            result = failure(TOO_OLD.format(python=python, version=version))
    if with_environment:
        result["warnings"] = [*result.get("warnings", ()), SHIPPED.format(python=python)]
    return result
