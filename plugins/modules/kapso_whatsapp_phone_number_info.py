#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: a list of WhatsApp phone numbers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_phone_number_info
short_description: List the WhatsApp phone numbers of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one number, or all that match, over all pages of the list.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_phone_number.info
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_phone_number
    description: Changes one of them.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: List all numbers that the key knows
  kapso.whatsapp.kapso_whatsapp_phone_number_info:
  register: listed

- name: Show the id of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ listed.phone_numbers }}"
  loop_control:
    label: "{{ item.id }}"

- name: List those of a customer
  kapso.whatsapp.kapso_whatsapp_phone_number_info:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
"""

RETURN = r"""
# Generated from the table by `make generate`:
phone_numbers:
  description:
  - The WhatsApp phone numbers, in the order of the API's list. A secret that the API shows
    is "(sensitive)".
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - The label of the number.
      type: str
      returned: success
    phone_number_id:
      description:
      - The same as the id.
      type: str
      returned: success
    business_account_id:
      description:
      - Id of the WhatsApp business account at Meta, digits in quotes.
      type: str
      returned: success
    inbound_processing_enabled:
      description:
      - Whether incoming messages are processed.
      type: bool
      returned: success
    calls_enabled:
      description:
      - Whether calls are enabled.
      type: bool
      returned: success
    kind:
      description:
      - Whether the number is a real one or Kapso's sandbox. Set when it is connected.
      type: str
      returned: if this version of the API has it
    id:
      description:
      - Id of the phone number at Meta.
      type: str
      returned: success
    internal_id:
      description:
      - Id of the number's configuration in the legacy API.
      type: str
      returned: success
    customer_id:
      description:
      - Id of the customer, null for the sandbox number.
      type: str
      returned: success
    display_name:
      description:
      - Name and number, as Kapso shows them.
      type: str
      returned: success
    display_phone_number:
      description:
      - The phone number, formatted.
      type: str
      returned: success
    display_phone_number_normalized:
      description:
      - The digits of the phone number.
      type: str
      returned: success
    is_coexistence:
      description:
      - Whether the WhatsApp Business app uses it as well.
      type: bool
      returned: success
    webhook_verified_at:
      description:
      - When Meta verified the webhook, or null.
      type: str
      returned: success
    created_at:
      description:
      - When the number was connected.
      type: str
      returned: success
    updated_at:
      description:
      - When it was last modified.
      type: str
      returned: success
    health:
      description:
      - What Kapso says of the connection to Meta, with its C(status), C(timestamp) and C(checks).
      type: dict
      returned: if O(health=true)
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
from ..module_utils._resources.whatsapp_phone_number import WHATSAPP_PHONE_NUMBER


def main() -> None:
    """Be the module."""
    run_module(info_module(WHATSAPP_PHONE_NUMBER))


if __name__ == "__main__":
    main()
