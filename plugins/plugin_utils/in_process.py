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
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ..module_utils._api.masking import Mask
from ..module_utils._api.orphan import end_with_parent
from ..module_utils._api.transport import REQUESTS_IMPORT_ERROR
from ..module_utils._module import argument_spec
from ..module_utils._module.arguments import InvalidArguments
from ..module_utils._module.definition import ModuleDefinition
from ..module_utils._module.session import RunContext
from ..module_utils._reconcile.sensitive import KEYS


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
    _spare_the_collector()
    validation = ArgumentSpecValidator(_without_rows(definition.spec)).validate(dict(args))
    mask = Mask(validation._no_log_values, keys=KEYS)
    if validation.error_messages:
        raise InvalidArguments(mask.text(validation.error_messages[0]))
    # The definition masks its result. This second pass replaces that of AnsibleModule, and is many times as fast.
    masked: dict[str, Any] = mask.value(definition.do(validation.validated_parameters, context))
    end_with_parent()
    return masked


def _spare_the_collector() -> None:
    """Exclude all objects that Ansible has made so far from garbage collection, which would take about 0.1 s.

    Do this once, and only in a worker process: excluded objects are never freed, and a worker ends with its task.
    """
    if multiprocessing.parent_process() is not None and gc.get_freeze_count() == 0:
        gc.freeze()


def _without_rows(spec: argument_spec.Spec) -> argument_spec.Spec:
    """Return the spec without the options inside lists of dictionaries.

    `check_shape` has checked these by the same spec. For a large project a second check takes longer than the rest of
    the work.
    """
    return {
        name: {key: value for key, value in rule.items() if key != "options"} if rule["type"] == "list" else rule
        for name, rule in spec.items()
    }
