# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to targets: which object is meant, and what it is to be. Bad input is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._reconcile.outcome import NUMBER, Target
from .._resources.whatsapp_config import Resource
from .arguments import InvalidArguments
from .formats import SANDBOX

Values = Mapping[str, Any]


def parse_target(resource: Resource, entry: Values, fields: Values, send_write_only: str) -> Target:
    """Return the target that these options describe, which `check_shape` has looked at. Raises InvalidArguments."""
    state = entry.get("state") or "present"
    object_id, customer_id = entry.get("config_id"), entry.get("customer_id")
    desired = {field.name: value for field, value in resource.declared(fields)}
    check_meta_ids(resource, desired, "fields.")
    if object_id is not None:
        if customer_id is not None:
            raise InvalidArguments(
                "config_id says which configuration is meant, and customer_id says it otherwise: give one"
            )
    elif customer_id is None:
        raise InvalidArguments("config_id is required, or customer_id with fields.phone_number_id in its place")
    else:
        _check_creation(resource, state, desired)
    if state == "present" and not desired:
        raise InvalidArguments("fields declares nothing: give at least one field a value")
    return Target(resource, object_id, desired, send_write_only, state, customer_id)


def _check_creation(resource: Resource, state: str, desired: Values) -> None:
    if NUMBER not in desired:
        raise InvalidArguments(
            f"customer_id needs fields.{NUMBER} beside it, to find the configuration among the customer's"
        )
    missing = resource.missing_at_creation(desired) if state == "present" else []
    if missing:
        names = ", ".join(f"fields.{name}" for name in missing)
        raise InvalidArguments(
            f"customer_id may mean to create the configuration, for which the API demands {names} as well"
        )


def check_meta_ids(resource: Resource, given: Values, path: str = "") -> None:
    """Refuse one id of Meta for two things, such as the account's for its number."""
    names: dict[str, str] = {}
    for field in resource.fields:
        value = given.get(field.name)
        if field.format != "meta_id" or value in (None, SANDBOX):
            continue
        name = path + field.name
        if value in names:
            raise InvalidArguments(f"{names[value]} and {name} are one id: copy each from Meta again")
        names[value] = name
