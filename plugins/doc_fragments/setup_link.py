# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a setup link. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the customer has an active link as O(fields) says, which is valid for
      at least O(min_validity). A link that ends sooner is extended to 30 days from now, and
      its URL stays good. A new link is created if there is none, if a field differs that
      cannot be changed, or if Kapso does not extend the link. A new link revokes the one
      before, which the plan says.
    - With V(absent), the active link is revoked. If there is none, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  customer_id:
    description:
    - Id of the customer at Kapso. The setup link that is meant is the active one of this
      customer.
    type: str
  external_customer_id:
    description:
    - Your own id of the customer, in place of O(customer_id).
    type: str
  fields:
    description:
    - The fields to manage, if any. A field that is left out, or null, is not managed. An
      empty text is refused; V(default(omit\)) leaves out a variable that is not set.
    - May be JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      success_redirect_url:
        description:
        - Where the customer's browser goes when the number is connected. Values in its query
          are masked in all output.
        type: str
      failure_redirect_url:
        description:
        - Where it goes if that failed. Values in its query are masked in all output.
        type: str
      allowed_origins:
        description:
        - The origins whose pages may embed the setup page, such as V(https://app.example.org).
          Their order means nothing.
        type: list
        elements: str
      allowed_connection_types:
        description:
        - How the customer may connect. V(coexistence) goes on with the WhatsApp Business
          app, V(dedicated) with the API alone. Kapso allows both if nothing is said.
        type: list
        elements: str
        choices:
        - coexistence
        - dedicated
      provision_phone_number:
        description:
        - Whether Kapso provides a phone number.
        type: bool
      phone_number_area_code:
        description:
        - The area code of a number that Kapso provides in the US, in quotes.
        type: str
      phone_number_country_isos:
        description:
        - The countries of a number that Kapso provides, as two capital letters each.
        type: list
        elements: str
      theme_config:
        description:
        - The colors of the setup page, such as V(primary_color) with a value like V(#1A7F37).
          The names are C(primary), C(primary_foreground), C(background), C(text), C(muted_text),
          C(card), C(muted), C(border), C(secondary), C(secondary_foreground), C(destructive)
          and C(destructive_foreground), each with C(_color) behind it.
        type: dict
      language:
        description:
        - The language of the setup page. If nothing is said, the customer's browser decides.
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
        - Who pays Meta. Set when a link is created; for another value a new link is created.
        type: str
        choices:
        - customer_managed
        - partner_managed
      reconnect_phone_number:
        description:
        - The phone number to reconnect, in quotes and with a plus sign, such as V(+15551234567).
          Not the id at Meta. Needs C(reconnect=true). Set when a link is created; for another
          number a new link is created.
        type: str
  clear:
    description:
    - The names of fields to set to null. A name may not have a value in O(fields) as well.
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
    - How long an active link has to be valid from now on, such as V(12h) or V(7d), at most
      V(30d). With a value near V(30d), each run extends the link.
    type: str
    default: 7d
  reconnect:
    description:
    - Whether a customer who has a number already gets a link, with which the number is connected
      once more. The number of the customer is sent along. If there are several, name one
      in O(fields.reconnect_phone_number).
    - Without this, nothing is done for such a customer, and a warning says so. A second connection
      could break the first.
    - Once there is a valid link for it, further runs change nothing. Take the option out
      again when the number is connected.
    type: bool
    default: false
  return_url:
    description:
    - Whether the URL of a link is returned in clear, as its C(url), to be mailed to the customer.
      Anyone who has the URL can connect a number. Set C(no_log=true) for the task and for
      those that use what it returns.
    type: bool
    default: false
"""

    INFO = r"""
options:
  customer_id:
    description:
    - Only those of this customer. One of the two is required.
    type: str
  external_customer_id:
    description:
    - Only those of the customer with this id of your own. One of the two is required.
    type: str
  status:
    description:
    - Only those with this status.
    type: str
    choices:
    - active
    - used
    - expired
    - revoked
  created_after:
    description:
    - Only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Only those that were created before this time.
    type: str
  return_url:
    description:
    - Whether the URL of a link is returned in clear, as its C(url), to be mailed to the customer.
      Anyone who has the URL can connect a number. Set C(no_log=true) for the task and for
      those that use what it returns.
    type: bool
    default: false
"""
