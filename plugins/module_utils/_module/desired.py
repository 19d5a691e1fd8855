# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make targets from options. Wrong options are refused here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._reconcile.plan import SEND_WRITE_ONLY
from .._reconcile.target import Target
from .._resources.model import Option, Parent, Resource
from .arguments import InvalidArguments
from .formats import SANDBOX

Values = Mapping[str, Any]


def parse_target(
    resource: Resource, entry: Values, fields: Values, send_write_only: str, strict_plan: bool = False
) -> Target:
    """Return the target for these options, which `check_shape` has checked. Raise InvalidArguments."""
    parent = resource.parent
    object_id = entry.get(resource.id_option)
    parent_id = entry.get(parent.id_option) if parent else None
    names = resource.key if resource.key_as_option else ()
    given_key = {name: entry[name] for name in names if entry.get(name) is not None}
    if resource.key_is_id and object_id is not None:
        given_key = {resource.key[0]: object_id}
    parent_key = entry.get(parent.key_option) if parent and parent.key_option else None
    has_no_parent = _has_no_parent(parent, entry)
    if parent is not None and parent_id is not None and parent_key is not None:
        raise InvalidArguments(f"give {parent.id_option} or {parent.key_option}, not both")
    desired = {**_cleared(entry, fields), **{name: value for name, value in fields.items() if value is not None}}
    check_meta_ids(resource, {**desired, **(given_key if resource.key_is_id else {})}, "fields.")
    known = given_key if resource.key_as_option else desired
    if not resource.id_option and parent_id is None and parent_key is None:
        raise InvalidArguments(f"{' or '.join(resource.identifying)} is required")
    by_key = not resource.id_option or _is_by_key(resource, object_id, parent_id, has_no_parent, known)
    if resource.key_moves:
        desired, given_key = {**desired, **given_key}, {}
    target = Target(
        resource,
        object_id,
        desired,
        send_write_only if resource.write_only else SEND_WRITE_ONLY[0],  # a default of the action group may set it
        entry.get("state") or "present",
        parent_id,
        parent_key,
        has_no_parent,
        given_key,
        by_key,
        {option.name: _option(entry, option) for option in resource.options},
        strict_plan=strict_plan,
    )
    problem = resource.rules.check(target.entry)
    if problem:
        raise InvalidArguments(problem)
    both = next((name for name in given_key if name in desired), None)
    if both is not None:  # an object created under one value would be searched for under the other
        raise InvalidArguments(f"give {both} or fields.{both}, not both")
    is_moved = target.options.get(resource.replace_option)  # a move to another parent may change no field
    if target.state == "present" and not (desired or is_moved or (by_key and given_key)) and resource.id_option:
        raise InvalidArguments("fields declares nothing: give at least one field a value")
    return target


def _option(entry: Values, option: Option) -> Any:
    """Return the value of an option. Ansible sets defaults for the options of a task, but not for those of entries."""
    value = entry.get(option.name)
    return option.default if value is None else value


def _cleared(entry: Values, fields: Values) -> dict[str, None]:
    """Return the fields to clear, which override defaults. Raise InvalidArguments if the entry gives one a value."""
    names = entry.get("clear") or []
    both = next((name for name in names if fields.get(name) is not None), None)
    if both is not None:
        raise InvalidArguments(f"{both} is in fields and in clear: remove one of the two")
    return dict.fromkeys(names)


def _has_no_parent(parent: Parent | None, entry: Values) -> bool:
    """Return whether the entry says that its object has no parent. Raise InvalidArguments if it also names one."""
    if parent is None or parent.without is None or entry.get(parent.without[0]) != parent.without[1]:
        return False
    if entry.get(parent.id_option) is not None:
        raise InvalidArguments(f"give {parent.id_option} or {': '.join(parent.without)}, not both")
    return True


def _is_by_key(resource: Resource, object_id: Any, parent_id: Any, has_no_parent: bool, known: Values) -> bool:
    """Return whether the entry identifies its object by key. Raise InvalidArguments for missing or excess options."""
    option, parent = resource.id_option, resource.parent
    names = [name if resource.key_as_option else f"fields.{name}" for name in resource.key]
    key = " and ".join(names)
    if resource.key_is_id:
        if object_id is None:
            raise InvalidArguments(f"{option} is required")
        return False
    if object_id is not None:
        if parent is not None and parent_id is not None and not resource.key_moves:
            what = f"give {option} or {parent.id_option}, not both"
            raise InvalidArguments(what)
        return False
    owner = parent.id_option if parent else ""
    if parent is not None and parent.without is not None:
        owner += f" or {': '.join(parent.without)}"
    if parent is not None and parent_id is None and not has_no_parent:
        raise InvalidArguments(f"{option} is required, or {owner} together with {key}")
    if not resource.key or None in resource.key_of(known):
        if parent is not None:
            raise InvalidArguments(f"{owner} also needs {key}, to find the {resource.noun}")
        raise InvalidArguments(f"{option} is required{f', or {key}' if key else ''}")
    return True


def check_meta_ids(resource: Resource, given: Values, path: str = "") -> None:
    """Raise InvalidArguments if two fields have the same Meta ID, such as that of an account and of its number."""
    names: dict[str, str] = {}
    for field in resource.fields:
        value = given.get(field.name)
        if field.format != "meta_id" or value in (None, SANDBOX):
            continue
        name = field.name if field not in resource.settable else path + field.name
        if value in names:
            raise InvalidArguments(f"{names[value]} and {name} have the same id: copy each from Meta again")
        names[value] = name
