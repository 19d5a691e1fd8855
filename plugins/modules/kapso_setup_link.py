#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: manage the setup link of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_setup_link
short_description: Manage the setup link of a customer at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Makes sure that a customer has a valid setup link, with which the customer connects a WhatsApp number.
  - It creates a missing link, extends one that ends soon, and sends the fields that differ.
  - The URL of a link and its token are secrets, and all output masks both; see O(return_url).
notes:
  - A customer who has a number already gets no link; see O(reconnect).
  - In check mode, V((set at apply\)) stands for a time that the run would set.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.setup_link
seealso:
  - module: kapso.whatsapp.kapso_setup_link_info
    description: Lists the links of a customer.
  - module: kapso.whatsapp.kapso_whatsapp_phone_number_info
    description: Lists the numbers of a customer, for example to wait for one.
  - module: kapso.whatsapp.kapso_customer
    description: Manages the customer of a link.
  - name: The API's own page of this resource
    description: Fields of a setup link, and the filters of their list.
    link: https://docs.kapso.ai/api/platform/v1/setup-links/list-setup-links
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: Have a setup link for a customer and get its URL
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    return_url: true
  register: link
  no_log: true

- name: Choose the next page, and the language
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    fields:
      success_redirect_url: https://app.example.org/connected
      failure_redirect_url: https://app.example.org/failed
      language: en

- name: Have a link that is valid for at least two weeks
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    min_validity: 14d

- name: Offer a number for the API only, in your own colors
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    fields:
      allowed_connection_types: [dedicated]
      theme_config:
        primary_color: "#1A7F37"

- name: Revoke the link
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    state: absent

- name: Have a link to connect a number again
  kapso.whatsapp.kapso_setup_link:
    customer_id: 3c9f6c1e-0c55-4f2f-9d61-3d0f5f2a7b11
    reconnect: true
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
  - The kind of object, V(setup_link).
  type: str
  returned: always
id:
  description:
  - ID of the setup link, null if it does not exist.
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
  - 'The setup link as the API returned it after the run. In check mode it is the prediction:
    the current setup link with the readable fields that would be sent. Empty if it does not
    exist.'
  - '"(sensitive)" replaces a secret that the API returns. Other fields of the API are returned
    unchanged.'
  type: dict
  returned: when the object could be read
  contains:
    success_redirect_url:
      description:
      - Page for the customer's browser after the number is connected. All output masks the
        values in its query.
      type: str
      returned: success
    failure_redirect_url:
      description:
      - Page for the customer's browser after a failure. All output masks the values in its
        query.
      type: str
      returned: success
    allowed_origins:
      description:
      - Origins whose pages may embed the setup page, such as V(https://app.example.org),
        in any order.
      type: list
      elements: str
      returned: success
    allowed_connection_types:
      description:
      - Ways to connect. V(coexistence) keeps the WhatsApp Business app, V(dedicated) uses
        the API only. Kapso's default allows both.
      type: list
      elements: str
      returned: success
    provision_phone_number:
      description:
      - If V(true), Kapso provides a phone number.
      type: bool
      returned: success
    phone_number_area_code:
      description:
      - Area code of a number that Kapso provides in the US, in quotes.
      type: str
      returned: success
    phone_number_country_isos:
      description:
      - Countries of a number that Kapso provides, two capital letters for each.
      type: list
      elements: str
      returned: success
    theme_config:
      description:
      - Colors of the setup page, such as V(primary_color) with a value like V(#1A7F37). The
        names are C(primary), C(primary_foreground), C(background), C(text), C(muted_text),
        C(card), C(muted), C(border), C(secondary), C(secondary_foreground), C(destructive)
        and C(destructive_foreground), each followed by C(_color).
      type: dict
      returned: success
    language:
      description:
      - Language of the setup page. The default is the language of the customer's browser.
      type: str
      returned: success
    meta_billing_mode:
      description:
      - 'The party that pays Meta. It cannot be changed: for another value, the task creates
        a new link.'
      type: str
      returned: success
    reconnect_phone_number:
      description:
      - 'The phone number to reconnect, in quotes and with a plus sign, such as V(+15551234567).
        Not Meta''s ID. It requires C(reconnect=true). It cannot be changed: for another number,
        the task creates a new link.'
      type: str
      returned: success
    id:
      description:
      - ID of the setup link.
      type: str
      returned: success
    status:
      description:
      - V(active), V(used), V(expired) or V(revoked).
      type: str
      returned: success
    url:
      description:
      - The text "(sensitive)", if the API returns the value.
      - With O(return_url=true), the value itself.
      type: str
      returned: success
    token:
      description:
      - The text "(sensitive)", if the API returns the value.
      type: str
      returned: if the link is new
    expires_at:
      description:
      - Time when the link expires.
      type: str
      returned: success
    created_at:
      description:
      - Time of creation.
      type: str
      returned: success
    whatsapp_setup_status:
      description:
      - Progress of the customer. V(pending), V(processing), V(completed) or V(failed).
      type: str
      returned: success
    whatsapp_setup_error:
      description:
      - Reason of the failure, or null.
      type: str
      returned: success
    provisioned_phone_number:
      description:
      - The phone number that Kapso provided, or null.
      type: raw
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK


def main() -> None:
    """Run the module."""
    run_module(object_module(SETUP_LINK))


if __name__ == "__main__":
    main()
