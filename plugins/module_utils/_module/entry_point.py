# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module process of Ansible: parse the options, run, exit."""

from __future__ import annotations

import json
import platform
import sys

from ansible.module_utils.basic import AnsibleModule

from .._api.transport import REQUESTS_IMPORT_ERROR
from .._reconcile.receipts import decode
from .argument_spec import for_ansible
from .definition import ModuleDefinition
from .result import failure
from .session import RunContext

NO_REQUESTS = (
    "{python} on {host} cannot import requests ({why}); nothing was sent; run {python} -m pip install requests"
)


def run_module(definition: ModuleDefinition) -> None:
    """Run the module of this definition. Exit the process, and do not return."""
    spec = for_ansible(definition.spec)
    # The controller has put receipts here. They are not secret, and too long for Ansible to search for in each text.
    spec["receipts"] = {**spec["receipts"], "no_log": False}
    module = AnsibleModule(spec, supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        why = REQUESTS_IMPORT_ERROR.strip().splitlines()[-1]
        module.fail_json(**failure(NO_REQUESTS.format(python=sys.executable, host=platform.node(), why=why)))
    context = RunContext(
        module.check_mode,
        module._diff,
        _receipts(module.params.get("receipts")),
        _decoded(module.params.get("plan_in")),
        module.params.get("plan_out") is not None,
    )
    result = definition.do(module.params, context)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    # Otherwise Ansible puts the options here. Its own masking knows only one spelling of a secret.
    result["invocation"] = {}
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def _receipts(text: str | None) -> dict[str, str] | None:
    """Return the receipts that the controller has loaded, by place (session.place_of). None: it stores none."""
    decoded = _decoded(text)
    found: dict[str, str] | None = None if decoded is None else json.loads(decoded)
    return found


def _decoded(text: str | None) -> str | None:
    """Return the text that the controller has encoded into an option, or None if it has not."""
    try:
        return None if text is None else decode(text)
    except ValueError:
        return None
