#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: one WhatsApp configuration."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_config
short_description: Make a WhatsApp configuration at Kapso what the playbook says
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one WhatsApp configuration at Kapso, compares it with O(fields), and sends what differs, in one request.
    Nothing is sent where nothing differs.
  - Addressed by customer and number, the configuration is found among the customer's, and created where it is not
    there. With O(state=absent) it is deleted.
  - Access token, verify token and webhook URL cannot be read back from today's API. A receipt on the controller,
    which holds keyed digests and no value, tells whether such a field has to be sent.
  - In check mode nothing is written, and RV(changed), RV(changes), RV(data) and RV(diff) are those of the run that
    would follow.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts
  - kapso.whatsapp.whatsapp_config
seealso:
  - module: kapso.whatsapp.kapso_project
    description: For many of them, with one rate limit and a bound on what may change.
  - module: kapso.whatsapp.kapso_whatsapp_config_info
    description: Finds the id of a configuration.
  - plugin: kapso.whatsapp.report
    plugin_type: callback
    description: Reports at the end of a run what changes, and why.
  - name: The API's own page of this resource
    description: Fields of a WhatsApp configuration, and the request that updates one.
    link: https://docs.kapso.ai/api/legacy/whatsapp/whatsapp-configs/update-whatsapp-config
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: Point a number at its webhook
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    fields:
      webhook_destination_url: https://hooks.example.org/whatsapp
      webhook_verify_token: "{{ vault_verify_token }}"

- name: Rename it, and leave everything else alone
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    fields:
      name: Front desk

- name: Rotate its token. The new value is sent once, at the first run after the vault has changed
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    fields:
      access_token: "{{ vault_access_token }}"

- name: See what would change, in the midst of a play that changes other things
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    fields:
      inbound_processing_enabled: false
  check_mode: true
  register: planned

- name: Say which fields and why
  ansible.builtin.debug:
    msg: "{{ item.field }}: {{ item.reason }}"
  loop: "{{ planned.changes }}"
  loop_control:
    label: "{{ item.field }}"

- name: Take over a number that is live already, without sending its token
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    send_write_only: adopt
    fields:
      access_token: "{{ vault_access_token }}"

- name: Bring a customer's number from nothing to configured, or make it what it should be
  kapso.whatsapp.kapso_whatsapp_config:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
    fields:
      name: Example clinic
      phone_number_id: "100000000000007"
      business_account_id: "200000000000001"
      access_token: "{{ vault_access_token }}"

- name: Point several numbers at one place, with a label so that the loop prints no item whole
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: "{{ item }}"
    fields:
      webhook_destination_url: https://hooks.example.org/whatsapp
  loop:
    - 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    - 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
  loop_control:
    label: "{{ item }}"

- name: Keep receipts in a Redis that the team shares, under a key of their own
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11
    receipts: "{{ vault_receipts_redis }}"  # rediss://:password@redis.example.org:6379/0
    receipts_key: "{{ vault_receipts_key }}"
    fields:
      access_token: "{{ vault_access_token }}"

- name: Delete a configuration
  kapso.whatsapp.kapso_whatsapp_config:
    config_id: 5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22
    state: absent
"""

RETURN = r"""
# Generated from the table by `make generate`:
changed:
  description:
  - Whether a write took effect or may have, or in check mode would be sent. False if the
    write was refused.
  type: bool
  returned: always
resource:
  description:
  - The kind of object, V(whatsapp_config).
  type: str
  returned: always
id:
  description:
  - Id of the configuration, null if it is not there.
  type: str
  returned: always
config_id:
  description:
  - The same as RV(id).
  type: str
  returned: always
key:
  description:
  - What identifies it beside its id, null if that is not known.
  type: str
  returned: always
name:
  description:
  - Its name, null if it has none or it is not known.
  type: str
  returned: always
parent:
  description:
  - Id of the customer that it belongs to.
  type: str
  returned: always
data:
  description:
  - The configuration as the API returned it after the run. In check mode the prediction,
    which is the current one with the readable fields that would be sent. Empty for one that
    is not there.
  - A secret that the API shows is replaced by "(sensitive)". What else the API returns is
    passed on as it came.
  type: dict
  returned: when the object could be read
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
changes:
  description:
  - One entry for each field that was sent, or in check mode would be sent. A deletion is
    one entry, for the field C(id).
  type: list
  returned: when the object could be read
  elements: dict
  contains:
    field:
      description:
      - Name of the field.
      type: str
      returned: always
    action:
      description:
      - V(update), if the API shows the field and it differs.
      - V(send), if the API does not show it, or wants it along with the others.
      - V(create) and V(delete), if the object as a whole is created or deleted.
      type: str
      returned: always
    reason:
      description:
      - V(declared), the value at the server is the one last applied, and the playbook says
        another now.
      - V(drifted), the playbook says what was last applied, and the value was changed at
        Kapso.
      - V(both), the playbook says another value now, and the value was changed at Kapso as
        well.
      - V(differs), the value at the server is another, and no receipt tells why.
      - V(no_receipt), nothing is known of what was sent before.
      - V(value_changed), the declared value is not the one last sent.
      - V(modified_at_server), the object was modified at the server since.
      - V(always), because O(send_write_only=always).
      - V(required_by_server), this server wants it with every write.
      - V(not_found), there is no such object yet.
      - V(state_absent), because O(state=absent).
      - V(ends_soon), because the object is not valid for as long as the task wants.
      - V(replaced), because the object there cannot become what is declared, and a new one
        is created.
      type: str
      returned: always
    before:
      description:
      - The value at the server. Null if the API does not show it, "(sensitive)" for a secret.
      type: raw
      returned: always
    after:
      description:
      - The declared value, "(sensitive)" for a secret; null if it is cleared.
      type: raw
      returned: always
steps:
  description:
  - The writes that were sent, or in check mode would be sent, in order.
  type: list
  returned: when the object could be read
  elements: dict
  contains:
    action:
      description:
      - V(create), V(update) or V(delete).
      type: str
      returned: always
    id:
      description:
      - Id of the object that is written to, null if it is not there yet.
      type: str
      returned: always
    fields:
      description:
      - Names of the fields that are sent.
      type: list
      returned: always
      elements: str
    note:
      description:
      - What a person should know of it, often empty.
      type: str
      returned: always
diff:
  description:
  - The declared fields before and after, each as a text of JSON, or an empty text for nothing.
    Secrets are masked.
  type: dict
  returned: when diff mode is on
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
from ..module_utils._module.single import object_module
from ..module_utils._resources.whatsapp_config import WHATSAPP_CONFIG


def main() -> None:
    """Be the module."""
    run_module(object_module(WHATSAPP_CONFIG))


if __name__ == "__main__":
    main()
