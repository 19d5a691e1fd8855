# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of a single object: from validated options to a result."""

from __future__ import annotations

from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils import options
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import Refused
from ansible_collections.kapso.whatsapp.plugins.module_utils.goals import make_goal
from ansible_collections.kapso.whatsapp.plugins.module_utils.job import Job
from ansible_collections.kapso.whatsapp.plugins.module_utils.life import pursue
from ansible_collections.kapso.whatsapp.plugins.module_utils.report import failure, result
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils.task import Params, Task, Work, mask_of


def run(resource: Resource, params: Params, task: Task) -> dict[str, Any]:
    """Converge one object. Returns the module's result; `failed` is true in it where that did not end well.

    `_receipts` and `_aliases` in it are for the controller to keep.
    """
    fields = params.get("fields") or {}
    mask = mask_of(resource, params)
    try:
        goal = make_goal(resource, params, fields, params["send_write_only"])
        work = Work(resource, params, task, mask)
    except Refused as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcome = pursue(work.client, goal, work.receipt, task.check_mode)
    work.keep(outcome)
    returned = result(outcome, mask, task.diff_mode)
    returned["warnings"].extend(work.notes([outcome]))
    returned.update(work.unkept())
    return returned


CONFIG = Job(
    module="kapso.whatsapp.kapso_whatsapp_config",
    resource=WHATSAPP_CONFIG,
    spec=options.config_spec(WHATSAPP_CONFIG),
    run=run,
    objects=lambda params: [params],
)
