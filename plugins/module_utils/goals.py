# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to goals: which object is meant, and what it is to be. What cannot be meant is refused here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils import urls
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import LONGEST, Refused, printable
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import NUMBER, Goal
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import Field, Resource

Values = Mapping[str, Any]

NO_ID = f"has more than {LONGEST} characters, or some that cannot be printed, which no id has"


def make_goal(resource: Resource, entry: Values, fields: Values, send_write_only: str) -> Goal:
    """The goal that these options describe. Raises Refused."""
    state = entry.get("state") or "present"
    object_id, customer_id = entry.get("config_id"), entry.get("customer_id")
    desired = checked_fields(resource, fields)
    if object_id is not None:
        checked_id(object_id)
        if customer_id is not None:
            raise Refused("config_id says which configuration is meant, and customer_id says it otherwise: give one")
    elif customer_id is None:
        raise Refused("config_id is required, or customer_id with fields.phone_number_id in its place")
    else:
        checked_id(customer_id, "customer_id")
        _check_creation(resource, state, desired)
    if state == "present" and not desired:
        raise Refused("fields declares nothing: give at least one field a value")
    return Goal(resource, object_id, desired, send_write_only, state, customer_id)


def _check_creation(resource: Resource, state: str, desired: Values) -> None:
    if NUMBER not in desired:
        raise Refused(f"customer_id needs fields.{NUMBER} beside it, to find the configuration among the customer's")
    missing = resource.missing_at_creation(desired) if state == "present" else []
    if missing:
        names = ", ".join(f"fields.{name}" for name in missing)
        raise Refused(f"customer_id may mean to create the configuration, for which the API demands {names} as well")


def checked_id(value: str, name: str = "config_id") -> str:
    """The id as it is. Raises Refused where it can be none."""
    if not value.strip() or value in (".", ".."):
        raise Refused(f"{name} must be an id at Kapso; blank, `.` and `..` are none")
    if not printable(value):
        raise Refused(f"{name} {NO_ID}")
    return value


def checked_fields(resource: Resource, values: Values) -> dict[str, Any]:
    """The declared fields. Raises Refused where one has a value that cannot be meant."""
    declared = resource.declared(values)
    for field, value in declared:
        problem = _problem(field, value)
        if problem:
            raise Refused(f"fields.{field.name} {problem}")
    return {field.name: value for field, value in declared}


def _problem(field: Field, value: Any) -> str | None:
    if field.type == "str" and not value.strip() and not (field.may_be_empty and value == ""):
        return "is empty: leave it out, or set it to null, where it is not to be managed"
    if field.form == "meta_id" and not printable(value):
        return NO_ID
    if field.form == "url":
        try:
            urls.check_http_url(value)
        except urls.BadUrl as error:
            return str(error)
    return None
