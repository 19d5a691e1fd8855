#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: a list of customers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_customer_info
short_description: List the customers of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one customer, or all that match, over all pages of the list.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.customer.info
seealso:
  - module: kapso.whatsapp.kapso_customer
    description: Changes one of them.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: List all customers that the key knows
  kapso.whatsapp.kapso_customer_info:
  register: listed

- name: Show the id of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ listed.customers }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find a customer by your own id of it
  kapso.whatsapp.kapso_customer_info:
    external_customer_id: clinic-7
"""

RETURN = r"""
# Generated from the table by `make generate`:
customers:
  description:
  - The customers, in the order of the API's list. A secret that the API shows is "(sensitive)".
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - The name of the customer. Several may have the same.
      type: str
      returned: success
    external_customer_id:
      description:
      - Your own id of the customer, which no other customer of the project has.
      type: str
      returned: success
    id:
      description:
      - Id of the customer at Kapso.
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
  - What a person should know.
  type: list
  returned: if there is something to say
  elements: str
msg:
  description:
  - What went wrong, what was and was not changed, and what to do.
  type: str
  returned: on failure
error:
  description:
  - What went wrong, for programs. RV(msg) says the same in a sentence.
  type: dict
  returned: on failure
  contains:
    status:
      description:
      - HTTP status of the answer, null if there was none.
      type: int
      returned: always
    message:
      description:
      - What the server said, masked, at most 200 characters.
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
      - How often that request was sent.
      type: int
      returned: always
    outcome:
      description:
      - What is known of the write. V(not_sent), V(rejected) if the server refused it, V(applied),
        or V(unknown).
      type: str
      returned: always
# End of what is generated.
"""

from ..module_utils._module.entry_point import run_module
from ..module_utils._module.info import info_module
from ..module_utils._resources.customer import CUSTOMER


def main() -> None:
    """Be the module."""
    run_module(info_module(CUSTOMER))


if __name__ == "__main__":
    main()
