# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a customer. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the customer is updated to match O(fields), and created if it does
      not exist.
    - With V(absent), it is deleted, unless it has numbers; see O(force). If it does not exist,
      nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  customer_id:
    description:
    - ID of the customer at Kapso. Required, unless you give O(external_customer_id). If you
      give both, they must name one customer.
    type: str
  external_customer_id:
    description:
    - Your own ID of the customer, exactly as at Kapso. If several customers have it, the
      task fails and lists them.
    - If no customer has this ID, the task creates one. Then O(fields.name) is required.
    - To change it, give O(customer_id) and O(fields.external_customer_id).
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
        - Name of the customer. Several customers can have the same name.
        type: str
      external_customer_id:
        description:
        - Your own ID of the customer. No other customer of the project may have it.
        type: str
  clear:
    description:
    - Names of fields to set to null. A field may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - external_customer_id
  force:
    description:
    - If V(true), O(state=absent) deletes the customer even if it has numbers. The plan names
      them. Kapso's legacy documentation says that this deletes all data of the customer.
      That of the platform API does not say so.
    type: bool
    default: false
"""

    INFO = r"""
options:
  customer_id:
    description:
    - ID of one customer. The list is empty if the project of the key has no such customer.
      An empty text is refused, here and for the filters, because it would select all; V(default(omit\))
      leaves the option out.
    type: str
  external_customer_id:
    description:
    - Return only the customer with exactly this ID of your own.
    type: str
  name_contains:
    description:
    - Return only those whose name contains this text, in upper or lower case.
    type: str
  created_after:
    description:
    - Return only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Return only those that were created before this time.
    type: str
"""
