# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a WhatsApp configuration. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the configuration is made what O(fields) says, and created if O(customer_id)
      allows it.
    - With V(absent), it is deleted. If it does not exist, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  config_id:
    description:
    - Id of the configuration at Kapso. It is required, unless O(customer_id) is given. Case
      means nothing in a UUID.
    type: str
  customer_id:
    description:
    - Id of a customer, in place of O(config_id). The configuration meant is the customer's
      with this O(fields.phone_number_id). More than one is an error that names their ids.
    - One that is there is updated with what is declared. If there is none, it is created,
      and O(fields) has to hold what the API requires of a new one. That is O(fields.name),
      O(fields.business_account_id) and O(fields.access_token), or for a sandbox the name.
      What is missing is named while planning, before any write. Old versions of the API require
      O(fields.webhook_verify_token) as well.
    type: str
  fields:
    description:
    - The fields to manage, at least one with O(state=present). A field that is left out,
      or null, is not managed. An empty text is refused; V(default(omit\)) leaves out a variable
      that is not set.
    - May be JSON, as from a command line or the filter C(to_json).
    - With O(state=absent) only O(fields.phone_number_id) matters, and that only beside O(customer_id).
    type: dict
    suboptions:
      name:
        description:
        - The label of the configuration.
        type: str
      phone_number_id:
        description:
        - Id of the phone number at Meta, digits in quotes, or V(sandbox). Not the phone number
          itself.
        type: str
      business_account_id:
        description:
        - Id of the WhatsApp business account at Meta, digits in quotes, or V(sandbox).
        type: str
      access_token:
        description:
        - Access token of Meta for this number. Secret, and never returned by the API.
        type: str
      webhook_verify_token:
        description:
        - Token that Meta repeats when it verifies the webhook, your own text. Secret, and
          returned by old versions of the API only.
        type: str
      webhook_destination_url:
        description:
        - The http or https URL that events are delivered to. User, password and query values
          in it are masked in all output. Returned by old versions of the API only.
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
        - Whether the number is a real one or Kapso's sandbox. Set at creation; another value
          than that of an existing configuration is an error.
        type: str
        choices:
        - production
        - sandbox
"""

    INFO = r"""
options:
  config_id:
    description:
    - Id of one configuration. The list is empty if the key knows no such configuration. An
      empty text is refused here and for the filters, since it would mean all; V(default(omit\))
      leaves the option out.
    type: str
  customer_id:
    description:
    - Only those of this customer.
    type: str
  business_account_id:
    description:
    - Only those of this WhatsApp business account at Meta, digits in quotes, or V(sandbox).
    type: str
  name_contains:
    description:
    - Only those whose name contains this text, in any case.
    type: str
  phone_number_id:
    description:
    - Only those of this phone number at Meta, digits in quotes, or V(sandbox). The API has
      no such filter, so the others are read as well.
    type: str
"""
