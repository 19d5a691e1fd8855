# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences and files that `make generate` fills in. A resource says in `notes` what is special about an option."""

from __future__ import annotations

from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource

SENSITIVE = 'The text "(sensitive)", if the API shows the value.'
VIEWS = "Only objects of these kinds. With several names, one that fits any of them is in the list."
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
    """Read by ansible-doc."""

{body}'''
)
PAGE = """\
# {resource.plural}

`{resource.module}` manages one {resource.title}, and `{resource.module}_info` lists them.

The page of the API: <{resource.documentation}>.
"""


def about(resource: Resource, option: str) -> list[str]:
    """Return what an option of an entry means, unless the resource says it."""
    noun, parent = resource.noun, resource.parent
    if option == "state":
        return [
            (
                f"With V(present), the {noun} is made what O(fields) says. It is created if it is not there and is "
                "addressed by its key."
            ),
            "With V(absent), it is deleted. If it does not exist, nothing changes.",
        ]
    if option == "fields":
        return [
            (
                "The fields to manage. A field that is left out, or null, is not managed. An empty text is refused; "
                r"V(default(omit\)) leaves out a variable that is not set."
            ),
            "May be JSON, as from a command line or the filter C(to_json).",
        ]
    if option == "clear":
        return ["The names of fields to set to null. A name may not have a value in O(fields) as well."]
    if option == resource.id_option:
        return [f"Id of the {noun} at Kapso. Case means nothing in a UUID."]
    if parent is not None and option == parent.id_option:
        return [f"Id of the {parent.title} that the {noun} belongs to."]
    field = resource.field(option)
    return [f"{option} of the {noun}." if field is None else str(field.description)]


def chosen_by(resource: Resource) -> dict[str, str]:
    """Return what the ids mean among the options of an info module."""
    noun, parent = resource.noun, resource.parent
    one = (
        f"Id of one {noun}. The list is empty if the key knows no such {noun}. An empty text is refused here and for "
        r"the filters, since it would mean all; V(default(omit\)) leaves the option out."
    )
    owner = {parent.id_option: f"Only those of this {parent.title}."} if parent else {}
    if parent is not None and parent.key_option:
        owner[parent.key_option] = f"Only those of the {parent.resource} with this id of your own."
    if not resource.id_option:
        owner = {name: f"{text} One of the two is required." for name, text in owner.items()}
    return {**({resource.id_option: one} if resource.id_option else {}), **owner}


def scope(resource: Resource) -> str:
    """Return what the option means in the info module that tells objects without a parent."""
    parent = resource.parent
    assert parent is not None
    assert parent.without is not None
    return f"V({parent.without[1]}) for those that belong to no {parent.noun}, any other value for the rest."


def entries(resource: Resource) -> list[str]:
    """Return what the list of entries means."""
    return [
        f"The {resource.title}s. None may occur twice, be it by its id, by its key, or by one and the other.",
        f"May be JSON, and so may each entry, its O({resource.plural}[].fields), and O(defaults).",
        "An empty list declares that there is nothing to do here; one that is left out declares nothing.",
    ]


DEFAULTS = ["Fields for all entries of a list, unless their own say otherwise."]


def defaults(resource: Resource) -> list[str]:
    """Return what the fields under all entries mean."""
    return [
        f"Fields for all entries of O({resource.plural}), unless their own O({resource.plural}[].fields) say otherwise."
    ]


def _value(description: str, kind: str, returned: str, **more: Any) -> dict[str, Any]:
    return {"description": [description], "type": kind, "returned": returned, **more}


ERROR = {
    "status": _value("HTTP status of the answer, null if there was none.", "int", "always"),
    "message": _value("What the server said, masked, at most 200 characters.", "str", "always"),
    "method": _value("Method of the request that failed, null if none was sent.", "str", "always"),
    "url": _value("URL of that request.", "str", "always"),
    "attempts": _value("How often that request was sent.", "int", "always"),
    "outcome": _value(
        "What is known of the write. V(not_sent), V(rejected) if the server refused it, V(applied), or V(unknown).",
        "str",
        "always",
    ),
}
FAILURE = {
    "msg": _value("What went wrong, what was and was not changed, and what to do.", "str", "on failure"),
    "error": _value(
        "What went wrong, for programs. RV(msg) says the same in a sentence.", "dict", "on failure", contains=ERROR
    ),
}
WARNINGS = {"warnings": _value("What a person should know.", "list", "if there is something to say", elements="str")}


def _changes() -> dict[str, Any]:
    return {
        "field": _value("Name of the field.", "str", "always"),
        "action": {
            "description": [
                "V(update), if the API shows the field and it differs.",
                "V(send), if the API does not show it, or wants it along with the others.",
                "V(create) and V(delete), if the object as a whole is created or deleted.",
            ],
            "type": "str",
            "returned": "always",
        },
        "reason": {
            "description": [
                "V(declared), the value at the server is the one last applied, and the playbook says another now.",
                "V(drifted), the playbook says what was last applied, and the value was changed at Kapso.",
                "V(both), the playbook says another value now, and the value was changed at Kapso as well.",
                "V(differs), the value at the server is another, and no receipt tells why.",
                "V(no_receipt), nothing is known of what was sent before.",
                "V(value_changed), the declared value is not the one last sent.",
                "V(modified_at_server), the object was modified at the server since.",
                "V(always), because O(send_write_only=always).",
                "V(required_by_server), this server wants it with every write.",
                "V(not_found), there is no such object yet.",
                "V(state_absent), because O(state=absent).",
                "V(ends_soon), because the object is not valid for as long as the task wants.",
                "V(replaced), because the object there cannot become what is declared, and a new one is created.",
            ],
            "type": "str",
            "returned": "always",
        },
        "before": _value(
            'The value at the server. Null if the API does not show it, "(sensitive)" for a secret.', "raw", "always"
        ),
        "after": _value('The declared value, "(sensitive)" for a secret; null if it is cleared.', "raw", "always"),
    }


def _steps() -> dict[str, Any]:
    return {
        "action": _value("V(create), V(update) or V(delete).", "str", "always"),
        "id": _value("Id of the object that is written to, null if it is not there yet.", "str", "always"),
        "fields": _value("Names of the fields that are sent.", "list", "always", elements="str"),
        "note": _value("What a person should know of it, often empty.", "str", "always"),
    }


def result(resource: Resource, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a module of one object returns."""
    noun, planned = resource.noun, "when the object could be read"
    parent = f"Id of the {resource.parent.title} that it belongs to." if resource.parent else "Always null here."
    data = [
        (
            f"The {noun} as the API returned it after the run. In check mode the prediction, which is the current "
            "one with the readable fields that would be sent. Empty for one that is not there."
        ),
        'A secret that the API shows is replaced by "(sensitive)". What else the API returns is passed on as it came.',
    ]
    return {
        "changed": _value(
            "Whether a write took effect or may have, or in check mode would be sent. False if the write was refused.",
            "bool",
            "always",
        ),
        "resource": _value(f"The kind of object, V({resource.name}).", "str", "always"),
        "id": _value(f"Id of the {noun}, null if it is not there.", "str", "always"),
        **({resource.id_option: _value("The same as RV(id).", "str", "always")} if resource.id_option else {}),
        "key": _value("What identifies it beside its id, null if that is not known.", "str", "always"),
        "name": _value("Its name, null if it has none or it is not known.", "str", "always"),
        "parent": _value(parent, "str", "always"),
        "data": {"description": data, "type": "dict", "returned": planned, "contains": fields},
        "changes": _value(
            "One entry for each field that was sent, or in check mode would be sent. A deletion is one entry, for the "
            "field C(id).",
            "list",
            planned,
            elements="dict",
            contains=_changes(),
        ),
        "steps": _value(
            "The writes that were sent, or in check mode would be sent, in order.",
            "list",
            planned,
            elements="dict",
            contains=_steps(),
        ),
        "diff": _value(
            "The declared fields before and after, each as a text of JSON, or an empty text for nothing. Secrets are "
            "masked.",
            "dict",
            "when diff mode is on",
        ),
        **WARNINGS,
        **FAILURE,
    }


def info_result(resource: Resource, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a module that lists objects returns."""
    rows = f'The {resource.title}s, in the order of the API\'s list. A secret that the API shows is "(sensitive)".'
    return {
        resource.plural: _value(rows, "list", "always", elements="dict", contains=fields),
        **WARNINGS,
        **FAILURE,
    }


def module(resource: Resource, info: bool, begin: str, end: str) -> str:
    """Return a module file to be filled in."""
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

from ..module_utils._module.entry_point import run_module
from ..module_utils._module.{kind} import {maker}
from ..module_utils._resources.{resource.name} import {constant}


def main() -> None:
    """Be the module."""
    run_module({maker}({constant}))


if __name__ == "__main__":
    main()
'''


def action(resource: Resource, info: bool) -> str:
    """Return the action plugin of a module."""
    kind, maker = ("info", "info_module") if info else ("single", "object_module")
    constant = resource.name.upper()
    what = f"The list of {resource.title}s." if info else f"One {resource.title}."
    return f'''{LICENSE}"""The controller's side of the module of the same name."""

from __future__ import annotations

from ..module_utils._module.{kind} import {maker}
from ..module_utils._resources.{resource.name} import {constant}
from ..plugin_utils.action import KapsoAction


class ActionModule(KapsoAction):
    """{what}"""

    definition = {maker}({constant})
'''
