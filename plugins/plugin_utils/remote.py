# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ship a module without writing its secrets to a file, and explain why a shipped module could not start."""

from __future__ import annotations

import re
from typing import Any, Callable

from ..module_utils._module.result import failure


def send_through_a_pipe(connection: Any) -> None:
    """Make Ansible send the module through the standard input of the remote Python, and not as a file.

    An interrupted run would leave that file behind, with the arguments in it. With `become`, users switch on
    `pipelining` themselves: it fails on a remote host whose sudo requires a terminal.
    """
    if connection.become is None and connection.has_option("pipelining"):
        connection.set_option("pipelining", True)


TOO_OLD = (
    "{python} on the target is Python {version}, and this module needs 3.9 or newer; nothing was sent; set "
    "ansible_python_interpreter to a newer one"
)
NO_REQUESTS = "cannot import requests"  # part of the message of a module that started without `requests`
SHIPPED = (
    "the module ran under {python}, because `environment` is set; to use Ansible's Python, set "
    "`ansible_python_interpreter: '{{{{ ansible_playbook_python }}}}'` for this host"
)


def explained(
    result: dict[str, Any], python: str, with_environment: bool, output: Callable[[str], str]
) -> dict[str, Any]:
    """Return the result of a shipped module, with the cause added if the module could not start or import requests.

    `python` is the interpreter on the remote host. `with_environment`: the module was shipped from the controller to
    itself because of the keyword `environment`. `output` runs a command on the remote host and returns its output.
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
