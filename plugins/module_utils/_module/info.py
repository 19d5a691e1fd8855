# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that lists objects: from checked options to a result. It sends no write and uses no receipts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from .._api.client import Client, Object
from .._api.errors import ApiError
from .._api.lists import list_whole, prove
from .._api.masking import Mask
from .._api.pace import Pace
from .._reconcile.locate import UNKNOWN_ID, find_by_id, with_parent
from .._reconcile.read_many import list_project
from .._reconcile.target import Target
from .._reconcile.timestamps import seconds_between
from .._resources.model import Extra, Filter, Parent, Resource
from .argument_spec import info_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import check_meta_ids
from .result import api_failure, failure, revealed, without_secrets
from .session import Params, RunContext, Session, mask_of


def run(resource: Resource, params: Params, context: RunContext) -> dict[str, Any]:
    """List the objects, and return the result of the module."""
    mask = mask_of((resource,), params, context.secrets)
    try:
        _check(resource, params)
        _learn_filters(resource, params, mask)
        session = Session((resource,), params, context, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    returned: dict[str, Any] = {"changed": False, resource.plural: []}
    warnings: list[str] = []
    rows: Sequence[Object] = ()
    try:
        rows = _in_views(resource, params, _find(session.client, resource, params))
        rows = _with_extras(session, resource, params, rows, warnings)
        returned[resource.plural] = [without_secrets(resource, row) for row in rows]
    except ApiError as error:
        returned.update(api_failure(error, f"The list of {resource.title}s"))
    masked: dict[str, Any] = mask.value({**returned, "warnings": warnings})
    for shown, row in zip(masked[resource.plural], rows):
        shown.update(revealed(resource, params, row))
    return {**masked, "warnings": [*session.notes(), *masked["warnings"]]}


def _learn_filters(resource: Resource, params: Params, mask: Mask) -> None:
    """Add to the mask the secrets in a filter for a part of a URL: an error repeats the request."""
    for choice in resource.filters:
        field, part = resource.field(choice.field), params[choice.name]
        if field is not None and field.format == "url" and "=" in str(part):
            mask.learn({field.name: part if "?" in part else f"?{part}"})


def _check(resource: Resource, params: Params) -> None:
    """Raise InvalidArguments if options are missing or exclude each other."""
    given = [name for name in resource.id_formats if params[name] is not None]
    others = [name for name in given if name != resource.id_option]
    if len(others) > 1:
        raise InvalidArguments(f"give {' or '.join(others)}, not both")
    scope = resource.scope_option
    if scope is not None and params[scope.name] is not None:
        if others:
            raise InvalidArguments(f"give {scope.name} or {others[0]}, not both")
        others += [scope.name]
    if not resource.path and not others:
        raise InvalidArguments(f"{' or '.join(resource.id_formats)} is required: there is no list of all")
    others += [choice.name for choice in resource.filters if params[choice.name] is not None]
    if params.get(resource.id_option) is not None and others:
        what = f"give {resource.id_option} or a filter such as {others[0]}, not both"
        raise InvalidArguments(what)
    check_meta_ids(resource, params)


def _in_views(resource: Resource, params: Params, rows: Sequence[Object]) -> Sequence[Object]:
    """Return the rows that the views in `only` select, or all rows if the option names no view."""
    views = resource.rules.views
    names = params["only"] if views else None
    if not names:
        return rows
    shown = {row["id"] for name in names for row in views[name].choose(rows)}
    return [row for row in rows if row["id"] in shown]


def _with_extras(
    session: Session, resource: Resource, params: Params, rows: Sequence[Object], warnings: list[str]
) -> Sequence[Object]:
    """Return the rows with the further reads that the options ask for. Raise ApiError if all reads would fail.

    If the read for one row fails, its value is null, and a warning gives the reason.
    """
    for extra in resource.extras:
        if params[extra.option]:
            apart, pace = session.client.apart(), session.pace(extra.limits)
            rows = [_with_extra(apart, pace, resource, extra, row, warnings) for row in rows]
    return rows


def _with_extra(
    client: Client, pace: Pace, resource: Resource, extra: Extra, row: Object, warnings: list[str]
) -> Object:
    """Return the row with one further read."""
    pace.wait()
    try:
        found: Object | None = client.bare(f"{Target(resource, row['id'], {}).path}{extra.path}")
    except ApiError as error:
        if error.stops_run:
            raise error.but(f"reading the {extra.option} of {row['id']} failed: {error.what}") from None
        found = None
        warnings.append(f"reading the {extra.option} of {row['id']} failed, so that it is null: {error.what}")
    return {**row, extra.option: found}


def _find(client: Client, resource: Resource, params: Params) -> list[Object]:
    """Return the rows that the options select. Raise ApiError."""
    if params.get(resource.id_option) is not None:
        return find_by_id(client, Target(resource, params[resource.id_option], {}))
    chosen = [choice for choice in resource.filters if params[choice.name] is not None]
    query = {choice.query: _in_query(params[choice.name]) for choice in chosen if choice.query}
    rows = _list_of_parent(client, resource.parent, resource, params, query) if resource.parent else None
    if rows is None:
        rows = list_project(client, resource, query)
    # Kapso may ignore a filter.
    rows = [row for row in rows if all(_matches(resource, choice, row, params[choice.name]) for choice in chosen)]
    without = resource.parent.without if resource.parent else None
    if resource.parent is None or without is None or params[without[0]] is None:
        return rows
    field, has_none = resource.parent.row_field, params[without[0]] == without[1]
    return [row for row in rows if (row.get(field) is None) == has_none]


def _list_of_parent(
    client: Client, parent: Parent, resource: Resource, params: Params, query: dict[str, str]
) -> list[Object] | None:
    """Return the objects of the parent that the options name. None: they name no parent. Raise ApiError."""
    parent_id, key = params[parent.id_option], params[parent.key_option] if parent.key_option else None
    if parent_id is None and key is None:
        return None
    target = with_parent(client, Target(resource, None, {}, parent_id=parent_id, parent_key=key))
    if parent.query:
        rows = list_project(client, resource, {**query, parent.query: str(target.parent_id)})
        return [row for row in rows if target.owns(row)]
    try:
        return list_whole(client, target.collection_path, query)
    except ApiError as error:
        if error.status in UNKNOWN_ID:
            prove(client)
        raise


def _in_query(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _matches(resource: Resource, choice: Filter, row: Object, value: str) -> bool:
    """Return whether a filter with this value selects the row."""
    there, field = row.get(choice.field), resource.field(choice.field)
    if choice.match == "part":
        return value.lower() in str(there or "").lower()
    if choice.match in ("after", "before"):
        later = seconds_between(value, there)
        return later is None or (later >= 0 if choice.match == "after" else later <= 0)
    there = field.default if field is not None and there is None else there
    return choice.match == "server" or value == there


def info_module(resource: Resource) -> ModuleDefinition:
    """Return the definition of the module that lists this resource."""
    return ModuleDefinition(
        module=f"kapso.whatsapp.{resource.module}_info",
        resources=(resource,),
        spec=info_spec(resource),
        run=partial(run, resource),
    )
