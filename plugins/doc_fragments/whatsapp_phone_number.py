# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a WhatsApp phone number. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the number is updated to match O(fields). If it is not connected, it
      is connected under the customer in O(customer_id) or O(external_customer_id). Then O(fields.name),
      O(fields.business_account_id) and O(fields.access_token) are required.
    - With V(absent), it is disconnected. To connect it again, you need its access token again.
      If it is not connected, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  phone_number_id:
    description:
    - Meta's ID of the phone number, digits in quotes, or the ID that Kapso lists for the
      sandbox number. Not the phone number itself.
    type: str
  customer_id:
    description:
    - ID of the customer. If the number is not connected yet, the task connects it under this
      customer. If it belongs to another customer, the task fails, because Kapso cannot move
      a number.
    type: str
  external_customer_id:
    description:
    - Your own ID of the customer, instead of O(customer_id).
    type: str
  fields:
    description:
    - Fields to manage. Fields that you leave out, or set to null, are not changed. An empty
      text is refused; V(default(omit\)) leaves out a variable that is not set.
    - You can give JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      name:
        description:
        - Label of the phone number.
        type: str
      business_account_id:
        description:
        - Meta's ID of the WhatsApp business account, digits in quotes.
        type: str
      access_token:
        description:
        - Meta's access token for this phone number. Secret. The API never returns it.
        type: str
      webhook_verify_token:
        description:
        - Your own text, which Meta repeats when it verifies the webhook. Secret. The API
          never returns it.
        type: str
      webhook_destination_url:
        description:
        - URL for Meta's events. All output masks its user, password and query values. The
          API never returns it.
        type: str
      inbound_processing_enabled:
        description:
        - If V(true), Kapso processes incoming messages.
        type: bool
      calls_enabled:
        description:
        - If V(true), calls are enabled.
        type: bool
      kind:
        description:
        - V(production) for a real phone number, V(sandbox) for Kapso's sandbox. It cannot
          be changed after the number is connected.
        type: str
        choices:
        - production
        - sandbox
  clear:
    description:
    - Names of fields to set to null. A field may not have a value in O(fields) as well.
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
    - ID of one number. The list is empty if the project of the key has no such number. An
      empty text is refused, here and for the filters, because it would select all; V(default(omit\))
      leaves the option out.
    type: str
  customer_id:
    description:
    - Return only those of this customer.
    type: str
  external_customer_id:
    description:
    - Return only those of the customer with this ID of your own.
    type: str
  business_account_id:
    description:
    - Return only those of this WhatsApp business account. Give Meta's ID in quotes.
    type: str
  name_contains:
    description:
    - Return only those whose name contains this text, in upper or lower case.
    type: str
  messaging_enabled:
    description:
    - If V(true), return only those that can send messages now. If V(false), only the others.
    type: bool
  created_after:
    description:
    - Return only those that were connected after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Return only those that were connected before this time.
    type: str
  health:
    description:
    - If V(true), add the health of each number, with one more request for each. Kapso allows
      5 of these a second and 60 a minute.
    type: bool
    default: false
"""
