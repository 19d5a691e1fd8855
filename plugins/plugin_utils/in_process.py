# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module inside the worker process that Ansible forks for the task.

The argument spec, the definition and the masking are those of a shipped module. Nothing is packed or copied and no
Python starts for each item of a loop, and all items share one HTTP connection.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Mapping
from functools import cache
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._api.masking import Mask
from ..module_utils._api.orphan import end_with_parent
from ..module_utils._api.transport import REQUESTS_IMPORT_ERROR
from ..module_utils._module.arguments import InvalidArguments
from ..module_utils._module.definition import ModuleDefinition
from ..module_utils._module.session import RunContext
from ..module_utils._reconcile.sensitive import KEYS

_freeze_once = cache(gc.freeze)  # `gc.get_freeze_count` counts all objects: 6 ms for each item of a loop


def is_possible(connection: Any, ansible_task: Any) -> bool:
    """Return whether the task stays on this machine, as this user, in this environment, and `requests` is there."""
    return (
        connection.transport == "local"
        and not ansible_task.become
        and connection.become is None
        and not any(ansible_task.environment or ())
        and REQUESTS_IMPORT_ERROR is None
    )


def run(definition: ModuleDefinition, args: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Run the module and return its result. Raise InvalidArguments if the arguments do not match the spec."""
    # `check_shape` has checked the rows of lists by the same spec. The validator would copy and check each row again.
    rows = {name: args.get(name) for name, rule in definition.spec.items() if _has_rows(rule)}
    spec = {name: rule for name, rule in definition.spec.items() if name not in rows}
    validation = ArgumentSpecValidator(spec).validate({name: args[name] for name in args if name not in rows})
    mask = Mask(validation._no_log_values, keys=KEYS)
    if validation.error_messages:
        raise InvalidArguments(mask.text(validation.error_messages[0]))
    # The definition masks its result. This second pass replaces that of AnsibleModule, and is many times as fast.
    masked: dict[str, Any] = mask.value(definition.do({**validation.validated_parameters, **rows}, context))
    end_with_parent()
    return masked


def spare_the_collector() -> None:
    """Exclude all objects that Ansible has made so far from garbage collection, which would take about 0.1 s.

    Do this once, and only in a worker process: excluded objects are never freed, and a worker ends with its task.
    """
    if multiprocessing.parent_process() is not None:
        _freeze_once()


def _has_rows(rule: Mapping[str, Any]) -> bool:
    return rule["type"] == "list" and "options" in rule
