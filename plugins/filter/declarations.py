# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter plugin: return objects at Kapso as lists that declare them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: declarations
short_description: Objects at Kapso as the lists of a project that declare them
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Writes objects, as the info modules of this collection return them, as YAML for M(kapso.whatsapp.kapso_project) or
    for the role P(kapso.whatsapp.kapso_provision#role). The playbook C(kapso.whatsapp.export) uses it.
  - Each object is written once. A number is written as a number, and not as its configuration in the legacy API as
    well.
  - An object is named by its key, such as the URL of a webhook, or by its id if several have that key.
  - A field that is secret, or that Kapso does not return, is a comment that suggests a variable for its value.
positional: prefix, without
options:
  _input:
    description: The lists that the info modules return, by their names. A list that is missing is not written.
    type: dict
    required: true
  prefix:
    description: How the names of the variables begin.
    type: str
    default: ""
  without:
    description: The names of lists that are not to be written.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: List the customers
  kapso.whatsapp.kapso_customer_info:
  register: found

- name: Write the objects as a variable of the role
  ansible.builtin.copy:
    content: "{{ found | kapso.whatsapp.declarations('kapso_provision_') }}"
    dest: customers.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: A part of a file of variables, in YAML.
  type: str
"""

from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ..plugin_utils.action import to_builtin
from ..plugin_utils.export import declarations


def written(listed: Mapping[str, Any], prefix: str = "", without: Sequence[str] = ()) -> str:
    """Return the lists as YAML, except those named in `without`."""
    return declarations({name: to_builtin(rows) for name, rows in listed.items() if name not in without}, str(prefix))


class FilterModule:
    """Register the filter with Ansible."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Return the filters by name."""
        return {"declarations": written}
