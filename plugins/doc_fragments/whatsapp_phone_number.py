# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a WhatsApp phone number. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the number is made what O(fields) says. If it is not connected, it
      is connected under the customer that O(customer_id) or O(external_customer_id) names.
      O(fields) has to hold what the API requires of a new one then.
    - With V(absent), it is disconnected. A new connection needs its access token again. One
      that is not connected stays so.
    type: str
    default: present
    choices:
    - present
    - absent
  phone_number_id:
    description:
    - Id of the phone number at Meta, digits in quotes, or as Kapso lists the sandbox number.
      Not the phone number itself.
    type: str
  customer_id:
    description:
    - Id of the customer that the number is connected under if it is not connected yet. A
      number of another customer is an error, since nothing moves a number.
    type: str
  external_customer_id:
    description:
    - Your own id of that customer, in place of O(customer_id).
    type: str
  fields:
    description:
    - The fields to manage. A field that is left out, or null, is not managed. An empty text
      is refused; V(default(omit\)) leaves out a variable that is not set.
    - May be JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      name:
        description:
        - The label of the number.
        type: str
      business_account_id:
        description:
        - Id of the WhatsApp business account at Meta, digits in quotes.
        type: str
      access_token:
        description:
        - Access token of Meta for this number. Secret, and never returned by the API.
        type: str
      webhook_verify_token:
        description:
        - Token that Meta repeats when it verifies the webhook, your own text. Secret, and
          never returned by the API.
        type: str
      webhook_destination_url:
        description:
        - The URL that Meta's events are delivered to. User, password and query values in
          it are masked in all output. Never returned by the API.
        type: str
      inbound_processing_enabled:
        description:
        - Whether incoming messages are processed.
        type: bool
      calls_enabled:
        description:
        - Whether calls are enabled.
        type: bool
      kind:
        description:
        - Whether the number is a real one or Kapso's sandbox. Set when it is connected.
        type: str
        choices:
        - production
        - sandbox
  clear:
    description:
    - The names of fields to set to null. A name may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - webhook_verify_token
    - webhook_destination_url
"""

    INFO = r"""
options:
  phone_number_id:
    description:
    - Id of one number. The list is empty if the key knows no such number. An empty text is
      refused here and for the filters, since it would mean all; V(default(omit\)) leaves
      the option out.
    type: str
  customer_id:
    description:
    - Only those of this customer.
    type: str
  external_customer_id:
    description:
    - Only those of the customer with this id of your own.
    type: str
  business_account_id:
    description:
    - Only those of this WhatsApp business account at Meta, digits in quotes.
    type: str
  name_contains:
    description:
    - Only those whose name contains this text, in any case.
    type: str
  messaging_enabled:
    description:
    - V(true) for those that can send messages now, V(false) for the others.
    type: bool
  created_after:
    description:
    - Only those that were connected after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Only those that were connected before this time.
    type: str
  health:
    description:
    - Whether to add the health of each number, which takes one more request for each. Kapso
      allows 5 of them a second and 60 a minute.
    type: bool
    default: false
"""
