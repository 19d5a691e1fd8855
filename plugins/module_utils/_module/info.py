# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task that lists objects: from validated options to a result. It writes nothing and needs no receipts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.urls import segment
from .._reconcile.outcome import Target
from .._reconcile.read_many import list_project, list_whole, prove
from .._reconcile.reconcile import UNKNOWN_ID
from .._reconcile.update import read
from .._resources.whatsapp_config import WHATSAPP_CONFIG, Resource
from . import argument_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import check_meta_ids
from .result import api_failure, failure, without_secrets
from .session import Params, RunContext, Session, mask_of


def run(resource: Resource, params: Params, task: RunContext) -> dict[str, Any]:
    """List. Returns the module's result."""
    mask = mask_of(resource, params)
    try:
        _check(resource, params)
        session = Session(resource, params, task, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    returned: dict[str, Any] = {"changed": False, "configs": []}
    try:
        rows = _find(session.client, resource, params)
        returned["configs"] = [without_secrets(resource, row) for row in rows]
    except ApiError as error:
        returned.update(api_failure(error, f"The list of {resource.title}s"))
    masked: dict[str, Any] = mask.value(returned)
    return {**masked, "warnings": session.notes()}


def _check(resource: Resource, params: Params) -> None:
    others = [name for name in argument_spec.FILTERS if name != "config_id" and params[name] is not None]
    if params["config_id"] is not None and others:
        raise InvalidArguments(f"config_id names one configuration, and goes with no filter such as {others[0]}")
    check_meta_ids(resource, params)


def _find(client: Client, resource: Resource, params: Params) -> Iterable[Object]:
    if params["config_id"] is not None:
        try:
            return [read(client, Target(resource, params["config_id"], {}))]
        except ApiError as error:
            if error.status not in UNKNOWN_ID:
                raise
            prove(client)
            return []
    # These two the server filters by; `phone_number_id` it silently ignores, and the oldest API version ignores all.
    # docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/list-whatsapp-configs
    names = {"business_account_id": "business_account_id", "name_contains": "q[name_cont]"}
    filters = {query: params[name] for name, query in names.items() if params[name] is not None}
    if params["customer_id"] is not None:
        try:
            rows = list_whole(client, f"/customers/{segment(params['customer_id'])}{resource.path}", filters)
        except ApiError as error:
            if error.status in UNKNOWN_ID:
                prove(client)
            raise
    else:
        rows = list_project(client, resource.path, filters)
    return [row for row in rows if _matches(row, params)]


def _matches(row: Object, params: Params) -> bool:
    part = (params["name_contains"] or "").lower()
    exact = all(params[name] in (None, row.get(name)) for name in ("business_account_id", "phone_number_id"))
    return exact and part in str(row.get("name") or "").lower()


INFO = ModuleDefinition(
    module="kapso.whatsapp.kapso_whatsapp_config_info",
    resource=WHATSAPP_CONFIG,
    spec=argument_spec.info_spec(),
    run=run,
    objects=lambda _params: [],
)
