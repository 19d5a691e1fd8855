# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a customer. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the customer is made what O(fields) says, and created if it is not
      there.
    - With V(absent), it is deleted, unless it has numbers; see O(force). If there is none,
      nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  customer_id:
    description:
    - Id of the customer at Kapso. Required, unless O(external_customer_id) is given. Both
      must name one customer.
    type: str
  external_customer_id:
    description:
    - Your own id of the customer, exactly as at Kapso. More than one with it is an error
      that names their ids.
    - A customer with this id is created if there is none. O(fields.name) is needed for that.
    - To change it, give O(customer_id) and O(fields.external_customer_id).
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
        - The name of the customer. Several may have the same.
        type: str
      external_customer_id:
        description:
        - Your own id of the customer, which no other customer of the project has.
        type: str
  clear:
    description:
    - The names of fields to set to null. A name may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - external_customer_id
  force:
    description:
    - With O(state=absent), delete the customer even if it has numbers. The plan names them.
      Kapso's legacy documentation says that a deletion takes all data of the customer along.
      That of the platform API does not say so.
    type: bool
    default: false
"""

    INFO = r"""
options:
  customer_id:
    description:
    - Id of one customer. The list is empty if the key knows no such customer. An empty text
      is refused here and for the filters, since it would mean all; V(default(omit\)) leaves
      the option out.
    type: str
  external_customer_id:
    description:
    - Only the customer with exactly this id of your own.
    type: str
  name_contains:
    description:
    - Only those whose name contains this text, in any case.
    type: str
  created_after:
    description:
    - Only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Only those that were created before this time.
    type: str
"""
