#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: list the setup links of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_setup_link_info
short_description: List the setup links of a customer at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads the setup links of one customer, or those that match, over all pages of the list. It changes nothing.
  - The URL of a link is a secret, and all output masks it; see O(return_url).
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.setup_link.info
seealso:
  - module: kapso.whatsapp.kapso_setup_link
    description: Creates, extends, updates and revokes a setup link.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: List the setup links of a customer
  kapso.whatsapp.kapso_setup_link_info:
    external_customer_id: clinic-7
  register: listed

- name: Show the progress of the customer
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
  - The setup links, in the order of the API's list. "(sensitive)" replaces a secret that
    the API returns.
  type: list
  returned: always
  elements: dict
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK


def main() -> None:
    """Run the module."""
    run_module(info_module(SETUP_LINK))


if __name__ == "__main__":
    main()
