#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: the setup link of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_setup_link
short_description: Make sure that a customer has a valid setup link at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - A setup link is mailed to a customer, who connects a WhatsApp number with it.
  - Reads the customer's active link, compares it with O(fields), and sends what differs, in one request. Nothing is
    sent if nothing differs and the link is valid for long enough.
  - If there is no active link, one is created. A customer who has a number already gets none; see O(reconnect).
  - The URL of a link and its token are secrets. Both are masked in all output; see O(return_url).
  - In check mode nothing is written, and RV(changed), RV(changes), RV(data) and RV(diff) are those of the run that
    would follow. A time that is only set when it is sent is V((set at apply\)) there.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.setup_link
seealso:
  - module: kapso.whatsapp.kapso_setup_link_info
    description: Lists the links of a customer.
  - module: kapso.whatsapp.kapso_whatsapp_phone_number_info
    description: Lists the numbers of a customer, such as to wait for one.
  - module: kapso.whatsapp.kapso_customer
    description: Manages the customer of a link.
  - name: The API's own page of this resource
    description: Fields of a setup link, and the filters of their list.
    link: https://docs.kapso.ai/api/platform/v1/setup-links/list-setup-links
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: Have a setup link for a customer and get its URL
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    return_url: true
  register: link
  no_log: true

- name: Say where the customer's browser goes, and in which language the page is
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    fields:
      success_redirect_url: https://app.example.org/connected
      failure_redirect_url: https://app.example.org/failed
      language: en

- name: Have a link that is valid for two weeks at least
  kapso.whatsapp.kapso_setup_link:
    external_customer_id: clinic-7
    min_validity: 14d

- name: Let the customer connect a number for the API alone, on a page in your own colors
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

- name: Have a link with which a customer connects its number once more
  kapso.whatsapp.kapso_setup_link:
    customer_id: 3c9f6c1e-0c55-4f2f-9d61-3d0f5f2a7b11
    reconnect: true
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
  - The kind of object, V(setup_link).
  type: str
  returned: always
id:
  description:
  - Id of the setup link, null if it is not there.
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
  - The setup link as the API returned it after the run. In check mode the prediction, which
    is the current one with the readable fields that would be sent. Empty for one that is
    not there.
  - A secret that the API shows is replaced by "(sensitive)". What else the API returns is
    passed on as it came.
  type: dict
  returned: when the object could be read
  contains:
    success_redirect_url:
      description:
      - Where the customer's browser goes when the number is connected. Values in its query
        are masked in all output.
      type: str
      returned: success
    failure_redirect_url:
      description:
      - Where it goes if that failed. Values in its query are masked in all output.
      type: str
      returned: success
    allowed_origins:
      description:
      - The origins whose pages may embed the setup page, such as V(https://app.example.org).
        Their order means nothing.
      type: list
      elements: str
      returned: success
    allowed_connection_types:
      description:
      - How the customer may connect. V(coexistence) goes on with the WhatsApp Business app,
        V(dedicated) with the API alone. Kapso allows both if nothing is said.
      type: list
      elements: str
      returned: success
    provision_phone_number:
      description:
      - Whether Kapso provides a phone number.
      type: bool
      returned: success
    phone_number_area_code:
      description:
      - The area code of a number that Kapso provides in the US, in quotes.
      type: str
      returned: success
    phone_number_country_isos:
      description:
      - The countries of a number that Kapso provides, as two capital letters each.
      type: list
      elements: str
      returned: success
    theme_config:
      description:
      - The colors of the setup page, such as V(primary_color) with a value like V(#1A7F37).
        The names are C(primary), C(primary_foreground), C(background), C(text), C(muted_text),
        C(card), C(muted), C(border), C(secondary), C(secondary_foreground), C(destructive)
        and C(destructive_foreground), each with C(_color) behind it.
      type: dict
      returned: success
    language:
      description:
      - The language of the setup page. If nothing is said, the customer's browser decides.
      type: str
      returned: success
    meta_billing_mode:
      description:
      - Who pays Meta. Set when a link is created; for another value a new link is created.
      type: str
      returned: success
    reconnect_phone_number:
      description:
      - The phone number to reconnect, in quotes and with a plus sign, such as V(+15551234567).
        Not the id at Meta. Needs C(reconnect=true). Set when a link is created; for another
        number a new link is created.
      type: str
      returned: success
    id:
      description:
      - Id of the setup link.
      type: str
      returned: success
    status:
      description:
      - V(active), V(used), V(expired) or V(revoked).
      type: str
      returned: success
    url:
      description:
      - The text "(sensitive)", if the API shows the value.
      - With O(return_url=true), the value itself.
      type: str
      returned: success
    token:
      description:
      - The text "(sensitive)", if the API shows the value.
      type: str
      returned: if the link is new
    expires_at:
      description:
      - Until when the link is valid.
      type: str
      returned: success
    created_at:
      description:
      - When the link was created.
      type: str
      returned: success
    whatsapp_setup_status:
      description:
      - How far the customer is. V(pending), V(processing), V(completed) or V(failed).
      type: str
      returned: success
    whatsapp_setup_error:
      description:
      - Why it failed, or null.
      type: str
      returned: success
    provisioned_phone_number:
      description:
      - The number that Kapso provided, or null.
      type: raw
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
from ..module_utils._resources.setup_link import SETUP_LINK


def main() -> None:
    """Be the module."""
    run_module(object_module(SETUP_LINK))


if __name__ == "__main__":
    main()
