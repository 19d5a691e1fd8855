#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: list customers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_customer_info
short_description: List the customers of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one customer, or all customers that match, over all pages of the list. It changes nothing.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.customer.info
seealso:
  - module: kapso.whatsapp.kapso_customer
    description: Creates, renames and deletes a customer.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: List all customers of the project
  kapso.whatsapp.kapso_customer_info:
  register: listed

- name: Show the ID of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ listed.customers }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find a customer by your own ID of it
  kapso.whatsapp.kapso_customer_info:
    external_customer_id: clinic-7
"""

RETURN = r"""
# Generated from the table by `make generate`:
customers:
  description:
  - The customers, in the order of the API's list. "(sensitive)" replaces a secret that the
    API returns.
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - Name of the customer. Several customers can have the same name.
      type: str
      returned: success
    external_customer_id:
      description:
      - Your own ID of the customer. No other customer of the project may have it.
      type: str
      returned: success
    id:
      description:
      - ID of the customer at Kapso.
      type: str
      returned: success
    created_at:
      description:
      - When the customer was created.
      type: str
      returned: success
    updated_at:
      description:
      - When it was last modified.
      type: str
      returned: success
warnings:
  description:
  - Warnings, each once.
  type: list
  returned: if there is something to say
  elements: str
msg:
  description:
  - The object, the error, the effect at Kapso, and the next step.
  type: str
  returned: on failure
error:
  description:
  - The error, for programs. RV(msg) is the same as a sentence.
  type: dict
  returned: on failure
  contains:
    status:
      description:
      - HTTP status of the answer, null if there was no answer.
      type: int
      returned: always
    message:
      description:
      - The text of Kapso's answer, masked, at most 200 characters.
      type: str
      returned: always
    method:
      description:
      - Method of the request that failed, null if none was sent.
      type: str
      returned: always
    url:
      description:
      - URL of that request.
      type: str
      returned: always
    attempts:
      description:
      - Number of attempts to send that request.
      type: int
      returned: always
    outcome:
      description:
      - Outcome of the write. V(not_sent), V(rejected) if Kapso rejected it, V(applied), or
        V(unknown). A read that failed is V(not_sent), too.
      type: str
      returned: always
# End of what is generated.
"""

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.entry_point import run_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.info import info_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER


def main() -> None:
    """Run the module."""
    run_module(info_module(CUSTOMER))


if __name__ == "__main__":
    main()
