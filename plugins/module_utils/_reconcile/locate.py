# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find an object by its key, in the list of its parent or of the Kapso project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .._api.client import Client, Object
from .._api.errors import ERRORS, ApiError, NotSent
from .._api.ids import PROPER
from .._api.lists import NOT_FOUND, list_whole, prove
from .._api.urls import segment
from .._resources import RESOURCES
from .._resources.model import Parent
from .read import read_named
from .sensitive import shown_key
from .target import Target

UNKNOWN_ID = (NOT_FOUND, 400, 422)  # Kapso may answer 400 or 422 to an ID that it cannot parse


def is_unknown(error: ApiError, form: str, object_id: str) -> bool:
    """Return whether an error says that no object has that ID, whose format is `form` (a key of PROPER).

    A 400 or a 422 says this only of an ID that Kapso may not be able to parse. For any other ID it is a rejection.
    """
    return error.status in UNKNOWN_ID and (error.status == NOT_FOUND or not PROPER[form].fullmatch(object_id))


def with_parent(client: Client, target: Target) -> Target:
    """Return the target with the ID of its parent. Read the parent if the entry names its key. Raise ApiError."""
    parent, key = target.resource.parent, target.parent_key
    if parent is None or key is None or target.parent_id is not None or target.parent_is_sure:
        return target
    owner = RESOURCES[parent.resource]
    return of_parent(client, target, list_whole(client, owner.path, {owner.key_query: key}))


def of_parent(client: Client, target: Target, rows: Sequence[Object]) -> Target:
    """Return the target with the ID of its parent, which is among the rows. Raise ApiError."""
    parent, key = target.resource.parent, target.parent_key
    if parent is None:
        return target
    owner = RESOURCES[parent.resource]
    found = [row for row in rows if row.get(owner.key[0]) == key]
    if not found and target.state == "absent" and not find(client, target):
        return target  # neither of them exists
    if len(found) != 1:
        what = f"{len(found) or 'no'} {owner.noun}{'s have' if found else ' has'} {parent.key_option} {key}"
        raise NotSent(what, f"correct {parent.key_option}, or give {parent.id_option} in its place")
    return replace(target, parent_id=found[0]["id"])


def check_parent(client: Client, target: Target) -> None:
    """Raise ApiError if the parent with that ID does not exist. Read it unless a list has already shown it."""
    parent = target.resource.parent
    known = target.parent_is_sure or target.parent_key is not None
    if parent is None or not target.resource.key_is_id or target.parent_id is None or known:
        return
    try:
        client.get(f"{parent.list_path}/{segment(target.parent_id)}")
    except ApiError as error:
        if not is_unknown(error, parent.id_format, target.parent_id):
            raise
        raise _unknown_parent(parent, target.parent_id, error) from None


def _unknown_parent(parent: Parent, parent_id: str, error: ApiError) -> ApiError:
    what = f"there is no {parent.title} {parent_id} (HTTP {error.status})"
    return error.but(what, f"correct {parent.id_option}, or check the key: it may be in another project")


def find(client: Client, target: Target) -> list[Object]:
    """Return the objects in the target's list that have its key. Raise ApiError."""
    parent = target.resource.parent
    if target.resource.key_is_id:
        return find_by_id(client, target)
    if not target.collection_path:
        return []  # its list belongs to a parent, and no such parent exists
    try:
        rows = list_whole(client, target.collection_path, target.query)
    except ApiError as error:
        if is_as_meant(client, target, error):
            return []
        if parent is None or target.parent_id is None or not is_unknown(error, parent.id_format, target.parent_id):
            raise
        raise _unknown_parent(parent, target.parent_id, error) from None
    return matching(client, target, rows)


def find_by_id(client: Client, target: Target) -> list[Object]:
    """Return the object with that ID if it exists. Raise ApiError, also if the base URL may not serve the API."""
    try:
        return [read_named(client, target)]
    except ApiError as error:
        if not is_unknown(error, target.resource.id_format, str(target.object_id)):
            raise
        prove(client)
        return []


def matching(client: Client, target: Target, rows: Sequence[Object]) -> list[Object]:
    """Return the rows that the target means.

    Raise ApiError if a row does not show its key or its parent. It may be the object, which would be created twice.
    """
    resource = target.resource
    for row in rows:
        if not resource.tells(row, whose=target.has_no_parent):
            raise _unrecognizable(client, target, row["id"])
    found = None
    if target.object_id is None:
        found = resource.rules.found(target.entry, [row for row in rows if target.owns(row)])
    return [row for row in rows if target.matches(row)] if found is None else list(found)


def is_as_meant(client: Client, target: Target, error: ApiError) -> bool:
    """Return whether a failed read means success, because the object is declared absent and does not exist.

    Raise ApiError if the base URL is not known to serve the API: then a 404 proves nothing.
    """
    # The list of the project always exists, and so does the list of a parent that was found by its key.
    is_there = target.object_id is None and (target.parent_id is None or target.parent_key is not None)
    parent = target.resource.parent
    by_parent = target.object_id is None and parent is not None
    form = parent.id_format if by_parent and parent is not None else target.resource.id_format
    if is_there or not is_unknown(error, form, str(target.parent_id if by_parent else target.object_id)):
        return False
    prove(client)
    return target.state == "absent"


def ambiguous(target: Target, rows: Sequence[Object], outcome: str = "not_sent") -> ApiError:
    """Return the error for several objects with one key."""
    resource = target.resource
    ids = ", ".join(sorted(str(row.get("id")) for row in rows))
    exact = all(target.matches(row) for row in rows)
    named = zip(resource.key, shown_key(resource, target.key))
    key = " and ".join(f"{name} {value}" for name, value in named if value is not None)
    what = f"{len(rows)} {resource.noun}s have {key if exact else 'a key that matches'}: {ids}"
    keep = (
        f", or `{resource.solo_option}: true` to keep one and delete the others"
        if resource.solo_option and exact
        else ""
    )
    return ERRORS[outcome](what, f"give {resource.id_option} of one{keep}")


def _unrecognizable(client: Client, target: Target, object_id: str) -> ApiError:
    """Return the error for a row that does not show its key or its parent."""
    names = " and ".join(
        [*target.resource.key, *([target.resource.parent.row_field] if target.resource.parent else [])]
    )
    return client.wrong_answer(
        f"the list does not show {names} of {object_id}, which may be the declared object",
        "GET",
        target.collection_path,
        advice=f"give {target.resource.id_option}, or {client.check_url}",
    )
