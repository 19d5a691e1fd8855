# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a WhatsApp configuration. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the configuration is updated to match O(fields). With O(customer_id)
      a missing one is created.
    - With V(absent), it is deleted. If it does not exist, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  config_id:
    description:
    - ID of the configuration at Kapso. Required, unless you give O(customer_id). Upper and
      lower case of a UUID are the same.
    type: str
  customer_id:
    description:
    - ID of a customer, instead of O(config_id). The task looks for this customer's configuration
      with O(fields.phone_number_id). If there are several, the task fails and lists their
      IDs.
    - If there is none, the task creates it. Then O(fields) must also hold O(fields.name),
      O(fields.business_account_id) and O(fields.access_token); for a sandbox, the name is
      enough. Old versions of the API require O(fields.webhook_verify_token), too. If one
      is missing, the task names it before any write.
    type: str
  fields:
    description:
    - Fields to manage, at least one with O(state=present). Fields that you leave out, or
      set to null, are not changed. An empty text is refused; V(default(omit\)) leaves out
      a variable that is not set.
    - You can give JSON, as from a command line or the filter C(to_json).
    - With O(state=absent), only O(fields.phone_number_id) beside O(customer_id) has an effect.
    type: dict
    suboptions:
      name:
        description:
        - Label of the configuration.
        type: str
      phone_number_id:
        description:
        - Meta's ID of the phone number, digits in quotes, or V(sandbox). Not the phone number
          itself.
        type: str
      business_account_id:
        description:
        - Meta's ID of the WhatsApp business account, digits in quotes, or V(sandbox).
        type: str
      access_token:
        description:
        - Meta's access token for this phone number. Secret. The API never returns it.
        type: str
      webhook_verify_token:
        description:
        - Your own text, which Meta repeats when it verifies the webhook. Secret. Only old
          versions of the API return it.
        type: str
      webhook_destination_url:
        description:
        - HTTP or HTTPS URL for the events. All output masks its user, password and query
          values. Only old versions of the API return it.
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
          be changed after creation.
        type: str
        choices:
        - production
        - sandbox
"""

    INFO = r"""
options:
  config_id:
    description:
    - ID of one configuration. The list is empty if the project of the key has no such configuration.
      An empty text is refused, here and for the filters, because it would select all; V(default(omit\))
      leaves the option out.
    type: str
  customer_id:
    description:
    - Return only those of this customer.
    type: str
  business_account_id:
    description:
    - Return only those of this WhatsApp business account. Give Meta's ID in quotes, or V(sandbox).
    type: str
  name_contains:
    description:
    - Return only those whose name contains this text, in upper or lower case.
    type: str
  phone_number_id:
    description:
    - Return only those of this phone number. Give Meta's ID in quotes, or V(sandbox). The
      API has no such filter, so the task reads the others, too.
    type: str
"""
