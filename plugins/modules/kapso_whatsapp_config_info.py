#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: list WhatsApp configurations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_config_info
short_description: List the WhatsApp configurations of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one configuration, or all configurations that match, over all pages of the list, and changes nothing.
  - If the API has no list of the whole project, as in its oldest version, the module reads the lists of all customers.
    Then it does not find configurations without a customer.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_config.info
attributes:
  diff_mode:
    description: Shows nothing, since nothing changes.
    support: none
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_config
    description: Creates, updates and deletes a configuration.
  - module: kapso.whatsapp.kapso_project
    description: Manages many configurations in one task.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: List all configurations of the project
  kapso.whatsapp.kapso_whatsapp_config_info:
  register: all_numbers

- name: Show the ID of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ all_numbers.configs }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the configuration of a number of any customer
  kapso.whatsapp.kapso_whatsapp_config_info:
    phone_number_id: "100000000000001"
  register: found

- name: Find it among those of one customer
  kapso.whatsapp.kapso_whatsapp_config_info:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
    phone_number_id: "100000000000001"

- name: Check that a configuration exists
  kapso.whatsapp.kapso_whatsapp_config_info:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
  register: front_desk
  failed_when: front_desk.configs | length == 0

# The playbook kapso.whatsapp.export writes all of them to a
# file, as variables of the role kapso_provision:
# ansible-playbook kapso.whatsapp.export \
#   -e kapso_export_path=kapso.yml
"""

RETURN = r"""
# Generated from the table by `make generate`:
configs:
  description:
  - The WhatsApp configurations, in the order of the API's list. "(sensitive)" replaces a
    secret that the API returns.
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - Label of the configuration.
      type: str
      returned: success
    phone_number_id:
      description:
      - Meta's ID of the phone number, digits in quotes, or V(sandbox). Not the phone number
        itself.
      type: str
      returned: success
    business_account_id:
      description:
      - Meta's ID of the WhatsApp business account, digits in quotes, or V(sandbox).
      type: str
      returned: success
    webhook_verify_token:
      description:
      - The text "(sensitive)", if the API returns the value.
      type: str
      returned: on old versions of the API
    webhook_destination_url:
      description:
      - HTTP or HTTPS URL for the events. All output masks its user, password and query values.
        Only old versions of the API return it.
      type: str
      returned: on old versions of the API
    inbound_processing_enabled:
      description:
      - If V(true), Kapso processes incoming messages.
      type: bool
      returned: if this version of the API has it
    calls_enabled:
      description:
      - If V(true), calls are enabled.
      type: bool
      returned: if this version of the API has it
    kind:
      description:
      - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot be
        changed after creation.
      type: str
      returned: if this version of the API has it
    id:
      description:
      - ID of the configuration.
      type: str
      returned: success
    customer_id:
      description:
      - ID of the customer of this configuration.
      type: str
      returned: if there is one
    display_name:
      description:
      - Name and phone number, as Kapso shows them.
      type: str
      returned: success
    display_phone_number:
      description:
      - The phone number, formatted.
      type: str
      returned: if this version of the API has it
    display_phone_number_normalized:
      description:
      - The digits of the phone number.
      type: str
      returned: if this version of the API has it
    is_coexistence:
      description:
      - True if the WhatsApp Business app uses the phone number, too.
      type: bool
      returned: if this version of the API has it
    webhook_verified_at:
      description:
      - Time when Meta verified the webhook, or null.
      type: str
      returned: if this version of the API has it
    created_at:
      description:
      - Time of creation.
      type: str
      returned: success
    updated_at:
      description:
      - Time of the last modification.
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG


def main() -> None:
    """Run the module."""
    run_module(info_module(WHATSAPP_CONFIG))


if __name__ == "__main__":
    main()
