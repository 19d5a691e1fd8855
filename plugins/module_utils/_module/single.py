# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that manages a single object: from checked options to a result."""

from __future__ import annotations

from functools import partial
from typing import Any

from .._reconcile.plan import SEND_WRITE_ONLY
from .._reconcile.reconcile import reconcile
from .._resources.model import Resource
from .argument_spec import object_module_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import parse_target
from .result import failure, result
from .session import Params, RunContext, Session, mask_of


def run(resource: Resource, params: Params, context: RunContext) -> dict[str, Any]:
    """Reconcile one object, and return the result of the module. `failed` is true in it after a failure."""
    mask = mask_of((resource,), params, context.secrets)
    try:
        target = parse_target(
            resource, params, params.get("fields") or {}, params["send_write_only"] or SEND_WRITE_ONLY[0]
        )
        session = Session((resource,), params, context, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcome = reconcile(session.client, target, session.receipts_of(resource), context.check_mode)
    session.save(outcome)
    returned = result(outcome, mask, context.diff_mode)
    returned["warnings"].extend(session.notes([outcome]))
    returned.update(session.pending_receipts())
    return returned


def object_module(resource: Resource) -> ModuleDefinition:
    """Return the definition of the module that manages one object of this resource."""
    return ModuleDefinition(
        module=f"kapso.whatsapp.{resource.module}",
        resources=(resource,),
        spec=object_module_spec(resource),
        run=partial(run, resource),
        objects=lambda params: [(resource, params)],
    )
