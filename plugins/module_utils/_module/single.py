# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of a single object: from validated options to a result."""

from __future__ import annotations

from typing import Any

from .._reconcile.reconcile import reconcile
from .._resources.whatsapp_config import WHATSAPP_CONFIG, Resource
from . import argument_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import parse_target
from .result import failure, result
from .session import Params, RunContext, Session, mask_of


def run(resource: Resource, params: Params, task: RunContext) -> dict[str, Any]:
    """Converge one object. Returns the module's result; `failed` is true in it where that did not end well.

    `_receipts` and `_aliases` in it are for the controller to keep.
    """
    fields = params.get("fields") or {}
    mask = mask_of(resource, params)
    try:
        target = parse_target(resource, params, fields, params["send_write_only"])
        session = Session(resource, params, task, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcome = reconcile(session.client, target, session.receipt, task.check_mode)
    session.save(outcome)
    returned = result(outcome, mask, task.diff_mode)
    returned["warnings"].extend(session.notes([outcome]))
    returned.update(session.pending_receipts())
    return returned


CONFIG = ModuleDefinition(
    module="kapso.whatsapp.kapso_whatsapp_config",
    resource=WHATSAPP_CONFIG,
    spec=argument_spec.config_spec(WHATSAPP_CONFIG),
    run=run,
    objects=lambda params: [params],
)
