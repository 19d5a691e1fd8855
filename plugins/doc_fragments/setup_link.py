# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a setup link. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the customer has an active link that matches O(fields) and is valid
      for at least O(min_validity). A link that ends sooner is extended to 30 days from now,
      and its URL stays valid. A new link is created if there is none, if a field differs
      that cannot be changed, or if Kapso does not extend the link. A new link revokes the
      old one; the plan shows that.
    - With V(absent), the active link is revoked. If there is none, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  customer_id:
    description:
    - ID of the customer at Kapso. The task manages the active setup link of this customer.
    type: str
  external_customer_id:
    description:
    - Your own ID of the customer, instead of O(customer_id).
    type: str
  fields:
    description:
    - Fields to manage, if any. Fields that you leave out, or set to null, are not changed.
      An empty text is refused; V(default(omit\)) leaves out a variable that is not set.
    - You can give JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      success_redirect_url:
        description:
        - Page for the customer's browser after the number is connected. All output masks
          the values in its query.
        type: str
      failure_redirect_url:
        description:
        - Page for the customer's browser after a failure. All output masks the values in
          its query.
        type: str
      allowed_origins:
        description:
        - Origins whose pages may embed the setup page, such as V(https://app.example.org),
          in any order.
        type: list
        elements: str
      allowed_connection_types:
        description:
        - Ways to connect. V(coexistence) keeps the WhatsApp Business app, V(dedicated) uses
          the API only. Kapso's default allows both.
        type: list
        elements: str
        choices:
        - coexistence
        - dedicated
      provision_phone_number:
        description:
        - If V(true), Kapso provides a phone number.
        type: bool
      phone_number_area_code:
        description:
        - Area code of a number that Kapso provides in the US, in quotes.
        type: str
      phone_number_country_isos:
        description:
        - Countries of a number that Kapso provides, two capital letters for each.
        type: list
        elements: str
      theme_config:
        description:
        - Colors of the setup page, such as V(primary_color) with a value like V(#1A7F37).
          The names are C(primary), C(primary_foreground), C(background), C(text), C(muted_text),
          C(card), C(muted), C(border), C(secondary), C(secondary_foreground), C(destructive)
          and C(destructive_foreground), each followed by C(_color).
        type: dict
      language:
        description:
        - Language of the setup page. The default is the language of the customer's browser.
        type: str
        choices:
        - en
        - es
        - pt
        - hi
        - id
        - ar
      meta_billing_mode:
        description:
        - 'The party that pays Meta. It cannot be changed: for another value, the task creates
          a new link.'
        type: str
        choices:
        - customer_managed
        - partner_managed
      reconnect_phone_number:
        description:
        - 'The phone number to reconnect, in quotes and with a plus sign, such as V(+15551234567).
          Not Meta''s ID. It requires C(reconnect=true). It cannot be changed: for another
          number, the task creates a new link.'
        type: str
  clear:
    description:
    - Names of fields to set to null. A field may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - success_redirect_url
    - failure_redirect_url
    - phone_number_area_code
    - theme_config
    - language
  min_validity:
    description:
    - Shortest time that an active link must still be valid, such as V(12h) or V(7d), up to
      V(30d). With a value near V(30d), each run extends the link.
    type: str
    default: 7d
  reconnect:
    description:
    - If V(true), a customer who has a number already gets a link to connect it again. The
      task sends the number of the customer. If there are several, name one in O(fields.reconnect_phone_number).
    - If V(false), the task creates no link for such a customer, and warns. A second connection
      could break the first.
    - While the link is valid, further runs change nothing. Remove the option when the number
      is connected.
    type: bool
    default: false
  return_url:
    description:
    - If V(true), return the URL of a link in clear, as C(url), so that you can mail it. Anyone
      who has the URL can connect a number. Set C(no_log=true) for the task and for tasks
      that use its result.
    type: bool
    default: false
"""

    INFO = r"""
options:
  customer_id:
    description:
    - Return only those of this customer. One of these two options is required.
    type: str
  external_customer_id:
    description:
    - Return only those of the customer with this ID of your own. One of these two options
      is required.
    type: str
  status:
    description:
    - Return only those with this status.
    type: str
    choices:
    - active
    - used
    - expired
    - revoked
  created_after:
    description:
    - Return only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Return only those that were created before this time.
    type: str
  return_url:
    description:
    - If V(true), return the URL of a link in clear, as C(url), so that you can mail it. Anyone
      who has the URL can connect a number. Set C(no_log=true) for the task and for tasks
      that use its result.
    type: bool
    default: false
"""
