#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: a list of WhatsApp configurations."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_config_info
short_description: List the WhatsApp configurations of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one configuration, or all that match, over all pages of the list.
  - Where the server has no list of the whole project, as in its oldest version, the lists of the customers are read one
    by one. Configurations without a customer are not found then.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_config.info
attributes:
  diff_mode:
    description: Shows the declared fields before and after, secrets masked.
    support: none
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_config
    description: Changes one of them.
  - module: kapso.whatsapp.kapso_project
    description: Changes many of them.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: List all configurations that the key knows
  kapso.whatsapp.kapso_whatsapp_config_info:
  register: all_numbers

- name: Show the id of each
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.id }}"
  loop: "{{ all_numbers.configs }}"
  loop_control:
    label: "{{ item.id }}"

- name: Find the configuration of a number, whichever customer has it
  kapso.whatsapp.kapso_whatsapp_config_info:
    phone_number_id: "100000000000001"
  register: found

- name: Find it among those of a customer, which takes fewer requests
  kapso.whatsapp.kapso_whatsapp_config_info:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
    phone_number_id: "100000000000001"

- name: See whether a configuration is there
  kapso.whatsapp.kapso_whatsapp_config_info:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
  register: front_desk
  failed_when: front_desk.configs | length == 0

# The playbook kapso.whatsapp.export writes all of them down as variables of the role kapso.whatsapp.kapso_provision:
# ansible-playbook kapso.whatsapp.export -e kapso_export_path=kapso.yml
"""

RETURN = r"""
# Generated from the table by `make generate`:
configs:
  description:
  - The WhatsApp configurations, in the order of the API's list. A secret that the API shows
    is "(sensitive)".
  type: list
  returned: always
  elements: dict
  contains:
    name:
      description:
      - The label of the configuration.
      type: str
      returned: success
    phone_number_id:
      description:
      - Id of the phone number at Meta, digits in quotes, or V(sandbox). Not the phone number
        itself.
      type: str
      returned: success
    business_account_id:
      description:
      - Id of the WhatsApp business account at Meta, digits in quotes, or V(sandbox).
      type: str
      returned: success
    webhook_verify_token:
      description:
      - The text "(sensitive)", if the API shows the value.
      type: str
      returned: on old versions of the API
    webhook_destination_url:
      description:
      - The http or https URL that events are delivered to. User, password and query values
        in it are masked in all output. Returned by old versions of the API only.
      type: str
      returned: on old versions of the API
    inbound_processing_enabled:
      description:
      - Whether incoming messages are processed.
      type: bool
      returned: where this version of the API has it
    calls_enabled:
      description:
      - Whether calls are enabled.
      type: bool
      returned: where this version of the API has it
    kind:
      description:
      - Whether the number is a real one or Kapso's sandbox. Set at creation; another value
        than that of an existing configuration is an error.
      type: str
      returned: where this version of the API has it
    id:
      description:
      - Id of the configuration.
      type: str
      returned: success
    customer_id:
      description:
      - Id of the customer that the configuration belongs to.
      type: str
      returned: if there is one
    display_name:
      description:
      - Name and number, as Kapso shows them.
      type: str
      returned: success
    display_phone_number:
      description:
      - The phone number, formatted.
      type: str
      returned: where this version of the API has it
    display_phone_number_normalized:
      description:
      - The digits of the phone number.
      type: str
      returned: where this version of the API has it
    is_coexistence:
      description:
      - Whether the number is used in the WhatsApp Business app as well.
      type: bool
      returned: where this version of the API has it
    webhook_verified_at:
      description:
      - When Meta verified the webhook, or null.
      type: str
      returned: where this version of the API has it
    created_at:
      description:
      - When the configuration was created.
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
from ..module_utils._resources.whatsapp_config import WHATSAPP_CONFIG


def main() -> None:
    """Be the module."""
    run_module(info_module(WHATSAPP_CONFIG))


if __name__ == "__main__":
    main()
