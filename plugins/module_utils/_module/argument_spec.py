# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the modules, generated from the resource tables.

A rule has two keys that Ansible does not know. `format` is the format of a text: see formats.py. `empty` is about an
empty text that does not mean "not given". "refused": without this option, the task would mean more objects.
"identifies": refused unless another option identifies the object.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._reconcile.plan import SEND_WRITE_ONLY
from .._resources.apis import APIS
from .._resources.model import Filter, Option, Resource

RECEIPTS_IN_HOME = "kapso/receipts"
DEFAULT_RECEIPTS = f"~/.ansible/{RECEIPTS_IN_HOME}"  # the action plugin replaces ~/.ansible by Ansible's home directory

Spec = dict[str, dict[str, Any]]

PROJECT = "project"
OURS = ("format", "empty")


def from_environment(*names: str) -> str:
    """Return the value of the first of these variables that is not blank. Raise AnsibleFallbackNotFound."""
    for name in names:
        if os.environ.get(name, "").strip():
            return os.environ[name]
    raise AnsibleFallbackNotFound


def for_ansible(spec: Spec) -> Spec:
    """Return the spec without the keys that Ansible does not know."""
    return {
        name: {key: for_ansible(value) if key == "options" else value for key, value in rule.items() if key not in OURS}
        for name, rule in spec.items()
    }


def connection_spec() -> Spec:
    """Return the options for the connection to the API, which are the same for all modules."""
    return {
        # Not `required`: our own message also names the environment variable.
        "api_key": {
            "type": "str",
            "no_log": True,
            "format": "token",
            "fallback": (from_environment, ["KAPSO_API_KEY"]),
        },
        **{
            api.option: {"type": "str", "default": api.default, "fallback": (from_environment, [api.environment])}
            for api in APIS.values()
        },
        "allow_http": {"type": "bool", "default": False},
        "timeout": {"type": "float", "default": 30.0},
        "retries": {"type": "int", "default": 4},
        "rate_limit_timeout": {"type": "float", "default": 120.0},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "run_in_process": {"type": "str", "default": "auto", "choices": ["auto", "never"]},
    }


def receipt_spec() -> Spec:
    """Return the options for write-only fields and their receipts."""
    return {
        "send_write_only": {"type": "str", "default": SEND_WRITE_ONLY[0], "choices": list(SEND_WRITE_ONLY)},
        "receipts": {
            "type": "str",
            "no_log": True,
            "default": DEFAULT_RECEIPTS,
            "fallback": (from_environment, ["KAPSO_RECEIPTS"]),
        },
        "receipts_key": {
            "type": "str",
            "no_log": True,
            "format": "token",
            "fallback": (from_environment, ["KAPSO_RECEIPTS_KEY"]),
        },
    }


def field_spec(resource: Resource) -> Spec:
    """Return the sub-options of `fields`."""
    return {
        field.name: {
            "type": field.type,
            **({"elements": field.elements} if field.type == "list" else {}),
            "format": field.format,
            "no_log": field.secret,
            **({"choices": list(field.choices)} if field.choices else {}),
        }
        for field in resource.settable
    }


def object_spec(resource: Resource) -> Spec:
    """Return the options that identify one object and declare its state."""
    key = resource.key if resource.key_as_option else ()
    given = {field.name: field for field in resource.fields if field.name in key}
    forms = {**resource.id_formats, **{name: field.format for name, field in given.items()}}
    choices = {name: {"choices": list(field.choices)} for name, field in given.items() if field.choices}
    clear = {"clear": {"type": "list", "elements": "str", "choices": list(resource.nullable)}}
    return {
        "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
        **{
            name: {"type": "str", "format": forms[name], "empty": "identifies", **choices.get(name, {})}
            for name in resource.identifying
        },
        "fields": {"type": "dict", "options": field_spec(resource)},
        **(clear if resource.nullable else {}),
        **{option.name: _option_spec(option) for option in resource.options},
    }


def _option_spec(option: Option) -> dict[str, Any]:
    choices = {"choices": list(option.choices)} if option.choices else {}
    return {"type": option.type, "default": option.default, **choices}


def object_module_spec(resource: Resource) -> Spec:
    """Return all options of a module that manages one object of this resource."""
    receipts = receipt_spec() if resource.write_only else _without_effect(receipt_spec())
    return {**object_spec(resource), **connection_spec(), **receipts}


def _without_effect(spec: Spec) -> Spec:
    """Return options that a module accepts and ignores: defaults of the action group may set them."""
    dropped = ("default", "choices", "fallback")
    return {name: {key: value for key, value in rule.items() if key not in dropped} for name, rule in spec.items()}


def info_spec(resource: Resource) -> Spec:
    """Return all options of a module that lists objects."""
    scope = resource.scope_option
    views = {"type": "list", "elements": "str", "choices": list(resource.rules.views), "empty": "refused"}
    return {
        **{name: {"type": "str", "format": form, "empty": "refused"} for name, form in resource.id_formats.items()},
        **({scope.name: {**_option_spec(scope), "empty": "refused"}} if scope else {}),
        **{one.name: _filter_spec(resource, one) for one in resource.filters},
        **({"only": views} if resource.rules.views else {}),
        **{field.reveal: {"type": "bool", "default": False} for field in resource.fields if field.reveal},
        **{extra.option: {"type": "bool", "default": False} for extra in resource.extras},
        **connection_spec(),
        **_without_effect(receipt_spec()),
    }


def _filter_spec(resource: Resource, choice: Filter) -> dict[str, Any]:
    field = resource.field(choice.field)
    choices = {"choices": list(field.choices)} if field is not None and field.choices else {}
    return {"type": choice.type, "format": choice.format, "empty": "refused", **choices}


def undeclared_within(resources: Sequence[Resource]) -> list[str]:
    """Return the choices of `undeclared`: the Kapso project, or the top-level objects in the lists."""
    return [PROJECT, *(one.plural for one in resources if one.parent is None)]


def project_spec(resources: Sequence[Resource]) -> Spec:
    """Return all options of a module that manages many objects of these resources."""
    return {
        **{one.plural: {"type": "list", "elements": "dict", "options": object_spec(one)} for one in resources},
        "defaults": {
            "type": "dict",
            "options": {one.plural: {"type": "dict", "options": field_spec(one)} for one in resources},
        },
        "only": {"type": "list", "elements": "str", "empty": "refused"},
        "undeclared": {"type": "str", "empty": "refused", "choices": undeclared_within(resources)},
        "prune": {
            "type": "list",
            "elements": "str",
            "empty": "refused",
            "choices": [one.plural for one in resources if one.may_prune],
        },
        "concurrency": {"type": "int", "default": 4},
        "max_changes": {"type": "str", "empty": "refused"},
        "max_deletions": {"type": "str", "empty": "refused"},
        "on_error": {
            "type": "str",
            "default": "stop_before_writing",
            "choices": ["stop_before_writing", "continue", "stop"],
        },
        "return_unchanged": {"type": "bool", "default": False},
        "return_data": {"type": "bool", "default": False},
        "results_path": {"type": "path"},
        "plan_out": {"type": "path"},
        "plan_in": {"type": "path"},
        **connection_spec(),
        **receipt_spec(),
    }
