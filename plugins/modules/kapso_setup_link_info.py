#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: the setup links of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_setup_link_info
short_description: List the setup links of a customer at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads the setup links of one customer, or those that match, over all pages of the list.
  - The URL of a link is a secret and masked; see O(return_url).
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.setup_link.info
seealso:
  - module: kapso.whatsapp.kapso_setup_link
    description: Creates, extends, changes and revokes one of them.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: List the setup links of a customer
  kapso.whatsapp.kapso_setup_link_info:
    external_customer_id: clinic-7
  register: listed

- name: Show how far the customer is
  ansible.builtin.debug:
    msg: "{{ item.status }}: {{ item.whatsapp_setup_status }}"
  loop: "{{ listed.setup_links }}"
  loop_control:
    label: "{{ item.id }}"

- name: Get the URL of the active link
  kapso.whatsapp.kapso_setup_link_info:
    external_customer_id: clinic-7
    status: active
    return_url: true
  no_log: true
"""

RETURN = r"""
# Generated from the table by `make generate`:
setup_links:
  description:
  - The setup links, in the order of the API's list. A secret that the API shows is "(sensitive)".
  type: list
  returned: always
  elements: dict
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
from ..module_utils._resources.setup_link import SETUP_LINK


def main() -> None:
    """Be the module."""
    run_module(info_module(SETUP_LINK))


if __name__ == "__main__":
    main()
