# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the body of a write to a configuration: its keys, their types, and required fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.emulator.call import Call, Errors, Problem, invalid
from tests.emulator.configs_view import meta_id
from tests.emulator.fields import FLAGS, KINDS, META_FIELDS, WEBHOOK_FIELDS, WRITABLE
from tests.emulator.settings import Settings
from tests.emulator.store import Stored

BLANK = "can't be blank"


def checked(call: Call, item: Stored, given: dict[str, Any]) -> dict[str, Any]:
    """Return the values that a PATCH sets. Raise Problem 422 if one is not valid."""
    settings = call.settings
    values = _permitted(call, given)
    errors = _type_errors(values)
    kind = values.get("kind", item.values["kind"])
    if settings.demand_meta_fields and kind == "production":
        _add(errors, (name for name in META_FIELDS if values.get(name) in (None, "")), BLANK)
    values = _cleared(values, settings)
    _add(errors, (name for name, value in values.items() if _must_not_be_blank(name, value, kind, settings)), BLANK)
    if call.platform and item.values["kind"] != kind == "production" and "phone_number_id" not in values:
        _add(errors, ("phone_number_id",), BLANK)  # "required when switching to production" [documented]
    _refuse(call, errors, values, item)
    return {name: value for name, value in values.items() if name not in settings.ignore_fields}


def checked_new(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a new configuration. Raise Problem 422 or 409 if they are not valid."""
    settings = call.settings
    values = {name: value for name, value in _permitted(call, given).items() if value is not None}
    errors = _type_errors(values)
    kind = values.setdefault("kind", "production")
    # The platform's schema requires the same fields for a sandbox as for a production number [documented].
    demanded = settings.demanded_at_create(call.api_version, "production" if call.platform else str(kind))
    _add(errors, (name for name in demanded if values.get(name) in (None, "")), BLANK)
    _refuse(call, errors, values, None)
    return {**dict.fromkeys((*META_FIELDS, *WEBHOOK_FIELDS)), **values}


def _permitted(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    settings = call.settings
    known = WRITABLE[call.api_version]
    unknown = [name for name in given if name not in known]
    if unknown and not settings.drop_unknown_keys:
        raise Problem(422, f"found unpermitted parameters: {', '.join(unknown)}")
    return {name: call.normalised(name, given[name]) for name in known if name in given}


def _type_errors(values: dict[str, Any]) -> Errors:
    errors: Errors = {}
    for name, value in values.items():
        if value is None:
            continue
        if name in FLAGS:
            if not isinstance(value, bool):
                errors[name] = ["must be true or false"]
        elif not isinstance(value, str):
            errors[name] = ["must be a string"]
        elif name == "kind" and value not in KINDS:
            errors[name] = ["is not included in the list"]
    return errors


def _cleared(values: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return values if settings.null_clears else {name: value for name, value in values.items() if value is not None}


def _must_not_be_blank(name: str, value: Any, kind: Any, settings: Settings) -> bool:
    if name == "name":
        return value is None or (value == "" and not settings.blank_name)
    if name in META_FIELDS:
        return kind == "production" and value in (None, "")
    return value is None and name not in WEBHOOK_FIELDS


def _refuse(call: Call, errors: Errors, values: dict[str, Any], item: Stored | None) -> None:
    """Raise Problem 422 if there are errors or a rejected token, 422 or 409 if the number is taken."""
    if values.get("access_token") in call.settings.refused_tokens:
        errors.setdefault("access_token", []).append("is invalid")
    taken = call.settings.unique_numbers and _number_taken(call, values, item)
    connects = call.platform and item is None
    if taken and not connects:
        errors.setdefault("phone_number_id", []).append("has already been taken")
    if errors:
        raise invalid(errors, call.settings)
    if connects:
        _refuse_conflict(call, taken=taken)


def _refuse_conflict(call: Call, *, taken: bool) -> None:
    """Raise Problem 409 if a number cannot be connected. The status is documented; both texts are guesses."""
    limit = call.settings.number_limit
    if taken:
        raise Problem(409, "Phone number is already connected")
    if limit is not None and sum(item.project == call.project for item in call.store.configs.values()) >= limit:
        raise Problem(409, "Phone number limit reached for your plan")


def _number_taken(call: Call, values: dict[str, Any], item: Stored | None) -> bool:
    number = values.get("phone_number_id")
    kind = values.get("kind", item.values["kind"] if item else "production")
    if not number or (kind != "production" and not call.platform) or (item and meta_id(item) == number):
        return False
    return any(meta_id(other) == number and other.project == call.project for other in call.store.configs.values())


def _add(errors: Errors, names: Iterable[str], text: str) -> None:
    for name in names:
        texts = errors.setdefault(name, [])
        if text not in texts:
            texts.append(text)
