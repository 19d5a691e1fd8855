#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: manage one WhatsApp phone number."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_phone_number
short_description: Manage a WhatsApp phone number at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one phone number of a Kapso project, compares it with O(fields), and sends the fields that differ in one
    request.
  - It connects a new number under a customer, and with O(state=absent), it disconnects the number.
  - Kapso does not return the access token, the verify token and the webhook URL, so the controller keeps a receipt,
    with keyed digests and no value, to decide if it sends one.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts
  - kapso.whatsapp.whatsapp_phone_number
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_phone_number_info
    description: Lists the numbers of a project.
  - module: kapso.whatsapp.kapso_customer
    description: Manages the customer of a number.
  - name: The API's own page of this resource
    description: Fields of a number, and the filters of their list.
    link: https://docs.kapso.ai/api/platform/v1/phone-numbers/list-phone-numbers
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: Have a number of a customer
  kapso.whatsapp.kapso_whatsapp_phone_number:
    phone_number_id: "100000000000001"
    external_customer_id: clinic-7
    fields:
      name: Front desk
      business_account_id: "200000000000001"
      access_token: "{{ vault_front_desk_token }}"

- name: Rename a connected number, and remove its webhook
  kapso.whatsapp.kapso_whatsapp_phone_number:
    phone_number_id: "100000000000001"
    fields:
      name: Reception
    clear: [webhook_destination_url]

- name: Disconnect a number
  kapso.whatsapp.kapso_whatsapp_phone_number:
    phone_number_id: "100000000000002"
    state: absent
"""

RETURN = r"""
# Generated from the table by `make generate`:
changed:
  description:
  - True if a write took effect or may have, also if the task then failed. In check mode,
    true if a write would be sent. False if Kapso rejected the write.
  type: bool
  returned: always
resource:
  description:
  - The kind of object, V(whatsapp_phone_number).
  type: str
  returned: always
id:
  description:
  - ID of the number, null if it does not exist.
  type: str
  returned: always
phone_number_id:
  description:
  - The same as RV(id).
  type: str
  returned: always
key:
  description:
  - The key that identifies it beside its ID, null if unknown.
  type: str
  returned: always
name:
  description:
  - Its name, null if it has none or the name is unknown.
  type: str
  returned: always
parent:
  description:
  - ID of the customer of this object.
  type: str
  returned: always
data:
  description:
  - 'The number as the API returned it after the run. In check mode it is the prediction:
    the current number with the readable fields that would be sent. Empty if it does not exist.'
  - '"(sensitive)" replaces a secret that the API returns. Other fields of the API are returned
    unchanged.'
  type: dict
  returned: when the object could be read
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
changes:
  description:
  - One entry for each sent field, in check mode for each field that would be sent. A deletion
    is one entry, for the field C(id).
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
      - V(update), if the API returns the field and it differs.
      - V(send), if the API does not return the field, or requires it with the others.
      - V(create) and V(delete), if the object as a whole is created or deleted.
      type: str
      returned: always
    reason:
      description:
      - V(declared), Kapso has the value last applied, and the playbook declares another value
        now.
      - V(drifted), the playbook declares the value last applied, and somebody changed it
        at Kapso.
      - V(both), the playbook declares another value now, and somebody changed it at Kapso
        as well.
      - V(differs), Kapso has another value, and there is no receipt that shows why.
      - V(no_receipt), there is no receipt of an earlier value.
      - V(value_changed), the declared value is not the one last sent.
      - V(modified_at_server), somebody modified the object at Kapso since.
      - V(always), because O(send_write_only=always).
      - V(required_by_server), this version of the API requires the field with every write.
      - V(not_found), there is no such object yet.
      - V(state_absent), because O(state=absent).
      - V(ends_soon), because the object is valid for a shorter time than declared.
      - V(replaced), because the existing object cannot be changed as declared, and a new
        one is created.
      type: str
      returned: always
    before:
      description:
      - The value at Kapso. Null if the API does not return it, "(sensitive)" for a secret.
      type: raw
      returned: always
    after:
      description:
      - The declared value, "(sensitive)" for a secret, null for a cleared field.
      type: raw
      returned: always
steps:
  description:
  - The writes in order, in check mode those that would be sent.
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
      - ID of the object of this write, null if it does not exist yet.
      type: str
      returned: always
    fields:
      description:
      - Names of the sent fields.
      type: list
      returned: always
      elements: str
    note:
      description:
      - A note on this write, often empty.
      type: str
      returned: always
diff:
  description:
  - The declared fields before and after, each as JSON text. An empty text stands for no object.
    Secrets are masked.
  type: dict
  returned: when diff mode is on
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.single import object_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)


def main() -> None:
    """Run the module."""
    run_module(object_module(WHATSAPP_PHONE_NUMBER))


if __name__ == "__main__":
    main()
