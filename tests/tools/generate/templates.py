# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates of `make generate`. `notes` of a resource replaces the description of an option."""

from __future__ import annotations

from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

SENSITIVE = 'The text "(sensitive)", if the API returns the value.'
VIEWS = "Return only objects that match one of these names."
LICENSE = """\
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
FRAGMENT = (
    LICENSE
    + '''"""{title}, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

{body}'''
)
PAGE = """\
# {resource.plural}

`{resource.module}` manages one {resource.title}, and `{resource.module}_info` lists them.

The page of the API: <{resource.documentation}>.
"""


def about(resource: Resource, option: str) -> list[str]:
    """Return the description of an option of an entry, for a resource without a note about it."""
    noun, parent = resource.noun, resource.parent
    if option == "state":
        return [
            (
                f"With V(present), the {noun} is updated to match O(fields). It is created if it does not exist and "
                "you name it by its key."
            ),
            "With V(absent), it is deleted. If it does not exist, nothing changes.",
        ]
    if option == "fields":
        return [
            (
                "Fields to manage. Fields that you leave out, or set to null, are not changed. An empty text is "
                r"refused; V(default(omit\)) leaves out a variable that is not set."
            ),
            "You can give JSON, as from a command line or the filter C(to_json).",
        ]
    if option == "clear":
        return ["Names of fields to set to null. A field may not have a value in O(fields) as well."]
    if option == resource.id_option:
        return [f"ID of the {noun} at Kapso. Upper and lower case of a UUID are the same."]
    if parent is not None and option == parent.id_option:
        return [f"ID of the {parent.title} of this {noun}."]
    field = resource.field(option)
    return [f"{option} of the {noun}." if field is None else str(field.description)]


def chosen_by(resource: Resource) -> dict[str, str]:
    """Return the descriptions of the ID options of an info module."""
    noun, parent = resource.noun, resource.parent
    one = (
        f"ID of one {noun}. The list is empty if the project of the key has no such {noun}. An empty text is refused, "
        r"here and for the filters, because it would select all; V(default(omit\)) leaves the option out."
    )
    owner = {parent.id_option: f"Return only those of this {parent.title}."} if parent else {}
    if parent is not None and parent.key_option:
        owner[parent.key_option] = f"Return only those of the {parent.resource} with this ID of your own."
    if not resource.id_option:
        owner = {name: f"{text} One of these two options is required." for name, text in owner.items()}
    return {**({resource.id_option: one} if resource.id_option else {}), **owner}


def scope(resource: Resource) -> str:
    """Return the description of the option of an info module for objects without a parent."""
    parent = resource.parent
    assert parent is not None
    assert parent.without is not None
    return f"V({parent.without[1]}) for those that belong to no {parent.noun}, any other value for the rest."


def entries(resource: Resource) -> list[str]:
    """Return the description of a list of entries."""
    return [
        f"The {resource.title}s to manage. Two entries must not name the same object, by its ID or by its key.",
        f"You can give JSON, also for an entry, its O({resource.plural}[].fields), and O(defaults).",
        "An empty list manages no object. If all lists are left out, the task fails.",
    ]


DEFAULTS = ["Fields for all entries of a list. The fields of an entry override them."]


def defaults(resource: Resource) -> list[str]:
    """Return the description of the default fields of a list."""
    return [f"Fields for all entries of O({resource.plural}). Their own O({resource.plural}[].fields) override them."]


def _value(description: str, kind: str, returned: str, **more: Any) -> dict[str, Any]:
    return {"description": [description], "type": kind, "returned": returned, **more}


ERROR = {
    "status": _value("HTTP status of the answer, null if there was no answer.", "int", "always"),
    "message": _value("The text of Kapso's answer, masked, at most 200 characters.", "str", "always"),
    "method": _value("Method of the request that failed, null if none was sent.", "str", "always"),
    "url": _value("URL of that request.", "str", "always"),
    "attempts": _value("Number of attempts to send that request.", "int", "always"),
    "outcome": _value(
        "Outcome of the write. V(not_sent), V(rejected) if Kapso rejected it, V(applied), or V(unknown). A read that "
        "failed is V(not_sent), too.",
        "str",
        "always",
    ),
}
FAILURE = {
    "msg": _value("The object, the error, the effect at Kapso, and the next step.", "str", "on failure"),
    "error": _value(
        "The error, for programs. RV(msg) is the same as a sentence.", "dict", "on failure", contains=ERROR
    ),
}
WARNINGS = {"warnings": _value("Warnings, each once.", "list", "if there is something to say", elements="str")}


def _changes() -> dict[str, Any]:
    return {
        "field": _value("Name of the field.", "str", "always"),
        "action": {
            "description": [
                "V(update), if the API returns the field and it differs.",
                "V(send), if the API does not return the field, or requires it with the others.",
                "V(create) and V(delete), if the object as a whole is created or deleted.",
            ],
            "type": "str",
            "returned": "always",
        },
        "reason": {
            "description": [
                "V(declared), Kapso has the value last applied, and the playbook declares another value now.",
                "V(drifted), the playbook declares the value last applied, and somebody changed it at Kapso.",
                "V(both), the playbook declares another value now, and somebody changed it at Kapso as well.",
                "V(differs), Kapso has another value, and there is no receipt that shows why.",
                "V(no_receipt), there is no receipt of an earlier value.",
                "V(value_changed), the declared value is not the one last sent.",
                "V(modified_at_server), somebody modified the object at Kapso since.",
                "V(always), because O(send_write_only=always).",
                "V(required_by_server), this version of the API requires the field with every write.",
                "V(not_found), there is no such object yet.",
                "V(state_absent), because O(state=absent).",
                "V(ends_soon), because the object is valid for a shorter time than declared.",
                "V(replaced), because the existing object cannot be changed as declared, and a new one is created.",
            ],
            "type": "str",
            "returned": "always",
        },
        "before": _value(
            'The value at Kapso. Null if the API does not return it, "(sensitive)" for a secret.', "raw", "always"
        ),
        "after": _value('The declared value, "(sensitive)" for a secret, null for a cleared field.', "raw", "always"),
    }


def _steps() -> dict[str, Any]:
    return {
        "action": _value("V(create), V(update) or V(delete).", "str", "always"),
        "id": _value("ID of the object of this write, null if it does not exist yet.", "str", "always"),
        "fields": _value("Names of the sent fields.", "list", "always", elements="str"),
        "note": _value("A note on this write, often empty.", "str", "always"),
    }


def result(resource: Resource, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the documentation of the result of a module of one object."""
    noun, planned = resource.noun, "when the object could be read"
    parent = f"ID of the {resource.parent.title} of this object." if resource.parent else "Always null here."
    data = [
        (
            f"The {noun} as the API returned it after the run. In check mode it is the prediction: the current {noun} "
            "with the readable fields that would be sent. Empty if it does not exist."
        ),
        '"(sensitive)" replaces a secret that the API returns. Other fields of the API are returned unchanged.',
    ]
    return {
        "changed": _value(
            "True if a write took effect or may have, also if the task then failed. In check mode, true if a write "
            "would be sent. False if Kapso rejected the write.",
            "bool",
            "always",
        ),
        "resource": _value(f"The kind of object, V({resource.name}).", "str", "always"),
        "id": _value(f"ID of the {noun}, null if it does not exist.", "str", "always"),
        **({resource.id_option: _value("The same as RV(id).", "str", "always")} if resource.id_option else {}),
        "key": _value("The key that identifies it beside its ID, null if unknown.", "str", "always"),
        "name": _value("Its name, null if it has none or the name is unknown.", "str", "always"),
        "parent": _value(parent, "str", "always"),
        "data": {"description": data, "type": "dict", "returned": planned, "contains": fields},
        "changes": _value(
            "One entry for each sent field, in check mode for each field that would be sent. A deletion is one "
            "entry, for the field C(id).",
            "list",
            planned,
            elements="dict",
            contains=_changes(),
        ),
        "steps": _value(
            "The writes in order, in check mode those that would be sent.",
            "list",
            planned,
            elements="dict",
            contains=_steps(),
        ),
        "diff": _value(
            "The declared fields before and after, each as JSON text. An empty text stands for no object. Secrets are "
            "masked.",
            "dict",
            "when diff mode is on",
        ),
        **WARNINGS,
        **FAILURE,
    }


def info_result(resource: Resource, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the documentation of the result of a module that lists objects."""
    rows = (
        f'The {resource.title}s, in the order of the API\'s list. "(sensitive)" replaces a secret that the API returns.'
    )
    return {
        resource.plural: _value(rows, "list", "always", elements="dict", contains=fields),
        **WARNINGS,
        **FAILURE,
    }


def module(resource: Resource, info: bool, begin: str, end: str) -> str:
    """Return a module file as a template, which a person completes."""
    name = f"{resource.module}_info" if info else resource.module
    what = f"List the {resource.title}s of a Kapso project" if info else f"Manage a {resource.title} at Kapso"
    fragments = ["attributes", "connection", f"{resource.name}.info" if info else resource.name]
    fragments.insert(2, "receipts" if resource.write_only and not info else "receipts.unused")
    extends = "\n".join(f"  - kapso.whatsapp.{fragment}" for fragment in fragments)
    no_diff = "attributes:\n  diff_mode:\n    support: none\n    description: Shows nothing, since nothing changes.\n"
    kind, maker = ("info", "info_module") if info else ("single", "object_module")
    constant = resource.name.upper()
    return f'''#!/usr/bin/python
{LICENSE}"""Ansible module: {what[0].lower()}{what[1:]}."""

from __future__ import annotations

DOCUMENTATION = r"""
module: {name}
short_description: {what}
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - {what}.
extends_documentation_fragment:
{extends}
{no_diff if info else ""}"""

EXAMPLES = r"""
- name: {what}
  kapso.whatsapp.{name}:
"""

RETURN = r"""
{begin}
{end}
"""

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.entry_point import run_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.{kind} import {maker}
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.{resource.name} import {constant}


def main() -> None:
    """Run the module."""
    run_module({maker}({constant}))


if __name__ == "__main__":
    main()
'''


def action(resource: Resource, info: bool) -> str:
    """Return the action plugin of a module."""
    kind, maker = ("info", "info_module") if info else ("single", "object_module")
    constant = resource.name.upper()
    what = f"List {resource.title}s." if info else f"Manage one {resource.title}."
    return f'''{LICENSE}"""Action plugin: run the module of the same name from the controller."""

from __future__ import annotations

from ..module_utils._module.{kind} import {maker}
from ..module_utils._resources.{resource.name} import {constant}
from ..plugin_utils.action import KapsoAction


class ActionModule(KapsoAction):
    """{what}"""

    definition = {maker}({constant})
'''
