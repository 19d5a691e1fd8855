# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of Ansible: parse, run, exit."""

from __future__ import annotations

import platform
import sys

from ansible.module_utils.basic import AnsibleModule

from .._api.transport import REQUESTS_IMPORT_ERROR
from .argument_spec import for_ansible
from .definition import ModuleDefinition
from .result import failure
from .session import RunContext

NO_REQUESTS = "{python} on {host} cannot import requests ({why}); nothing was sent; {python} -m pip install requests"


def run_module(job: ModuleDefinition) -> None:
    """Be the module that does this job. Does not return."""
    module = AnsibleModule(for_ansible(job.spec), supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        why = REQUESTS_IMPORT_ERROR.strip().splitlines()[-1]
        module.fail_json(**failure(NO_REQUESTS.format(python=sys.executable, host=platform.node(), why=why)))
    result = job.do(module.params, RunContext(module.check_mode, module._diff))
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    # Else Ansible would put the options here, masked by its own means, which know one spelling of a secret.
    result["invocation"] = {}
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
