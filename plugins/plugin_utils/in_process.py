# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process run: the module's work done in the worker that Ansible has forked for the task anyway.

The same argument spec, the same definition, the same masking as in a shipped module; only the shipping is left out.
So a loop pays for it once, and one HTTP connection serves all its items.
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
    """Whether shipping the module would only lead back to this very machine and user."""
    return (
        connection.transport == "local"
        and not ansible_task.become
        and connection.become is None
        and not any(ansible_task.environment or ())
        and REQUESTS_IMPORT_ERROR is None
    )


def run(definition: ModuleDefinition, args: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """What the module would return for these arguments. Raises InvalidArguments if its argument check would fail."""
    _spare_the_collector()
    validation = ArgumentSpecValidator(_without_rows(definition.spec)).validate(dict(args))
    mask = Mask(validation._no_log_values, keys=KEYS)
    if validation.error_messages:
        raise InvalidArguments(mask.text(validation.error_messages[0]))
    # The result is masked already. AnsibleModule would mask it once more, and this is many times as fast.
    masked: dict[str, Any] = mask.value(definition.do(validation.validated_parameters, context))
    end_with_parent()
    return masked


def _spare_the_collector() -> None:
    """Let the garbage collector pass over all that Ansible has made: to go through it takes some 0.1 s.

    Once, and only in a worker, which ends with its task: what is passed over is never collected.
    """
    if multiprocessing.parent_process() is not None and gc.get_freeze_count() == 0:
        gc.freeze()


def _without_rows(spec: argument_spec.Spec) -> argument_spec.Spec:
    """The spec without what lies in lists of dictionaries.

    `check_shape` has been through all of it by the same spec; to do it again costs more than all the rest for a
    large project.
    """
    return {
        name: {key: value for key, value in rule.items() if key != "options"} if rule["type"] == "list" else rule
        for name, rule in spec.items()
    }
