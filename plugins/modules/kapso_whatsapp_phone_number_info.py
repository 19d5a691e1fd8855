#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: list WhatsApp phone numbers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_phone_number_info
short_description: List the WhatsApp phone numbers of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one phone number, or all phone numbers that match, over all pages of the list. It changes nothing.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_phone_number.info
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_phone_number
    description: Connects, updates and disconnects a phone number.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: List all phone numbers of the project
  kapso.whatsapp.kapso_whatsapp_phone_number_info:
  register: listed

- name: Show the ID of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ listed.phone_numbers }}"
  loop_control:
    label: "{{ item.id }}"

- name: List the phone numbers of a customer
  kapso.whatsapp.kapso_whatsapp_phone_number_info:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
"""

RETURN = r"""
# Generated from the table by `make generate`:
phone_numbers:
  description:
  - The WhatsApp phone numbers, in the order of the API's list. "(sensitive)" replaces a secret
    that the API returns.
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - Label of the phone number.
      type: str
      returned: success
    phone_number_id:
      description:
      - The same as the ID.
      type: str
      returned: success
    business_account_id:
      description:
      - Meta's ID of the WhatsApp business account, digits in quotes.
      type: str
      returned: success
    inbound_processing_enabled:
      description:
      - If V(true), Kapso processes incoming messages.
      type: bool
      returned: success
    calls_enabled:
      description:
      - If V(true), calls are enabled.
      type: bool
      returned: success
    kind:
      description:
      - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot be
        changed after the number is connected.
      type: str
      returned: if this version of the API has it
    id:
      description:
      - Meta's ID of the phone number.
      type: str
      returned: success
    internal_id:
      description:
      - ID of the number's configuration in the legacy API.
      type: str
      returned: success
    customer_id:
      description:
      - ID of the customer, null for the sandbox number.
      type: str
      returned: success
    display_name:
      description:
      - Name and phone number, as Kapso shows them.
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
      - True if the WhatsApp Business app uses the phone number, too.
      type: bool
      returned: success
    webhook_verified_at:
      description:
      - Time when Meta verified the webhook, or null.
      type: str
      returned: success
    created_at:
      description:
      - Time when the number was connected.
      type: str
      returned: success
    updated_at:
      description:
      - Time of the last modification.
      type: str
      returned: success
    health:
      description:
      - Kapso's report on the connection to Meta, with C(status), C(timestamp) and C(checks).
      type: dict
      returned: if O(health=true)
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)


def main() -> None:
    """Run the module."""
    run_module(info_module(WHATSAPP_PHONE_NUMBER))


if __name__ == "__main__":
    main()
