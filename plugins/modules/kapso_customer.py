#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: one customer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_customer
short_description: Make a customer at Kapso what the playbook says
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one customer of a Kapso project, compares it with O(fields), and sends what differs, in one request.
    Nothing is sent if nothing differs.
  - Addressed by O(external_customer_id), your own id of it, the customer is created if it is not there. With
    O(state=absent) it is deleted.
  - In check mode nothing is written, and RV(changed), RV(changes), RV(data) and RV(diff) are those of the run that
    would follow.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.customer
seealso:
  - module: kapso.whatsapp.kapso_customer_info
    description: Lists customers and finds their ids.
  - module: kapso.whatsapp.kapso_whatsapp_config
    description: Manages a number of a customer.
  - name: The API's own page of this resource
    description: Fields of a customer, and the filters of their list.
    link: https://docs.kapso.ai/api/platform/v1/customers/list-customers
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: Have a customer, by your own id of it
  kapso.whatsapp.kapso_customer:
    external_customer_id: clinic-7
    fields:
      name: Example Clinic
  register: clinic

# A dry run does not know the id of a customer that does not exist yet, and this task fails then.
- name: Connect a number of it
  kapso.whatsapp.kapso_whatsapp_config:
    customer_id: "{{ clinic.customer_id }}"
    fields:
      name: Front desk
      phone_number_id: "100000000000001"
      business_account_id: "200000000000001"
      access_token: "{{ vault_front_desk_token }}"
  when: clinic.customer_id is not none # a dry run has no id of a customer that is not there yet

- name: Give a customer another id of your own
  kapso.whatsapp.kapso_customer:
    customer_id: 7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22
    fields:
      external_customer_id: clinic-8

- name: Delete a customer. This is refused while it has numbers
  kapso.whatsapp.kapso_customer:
    external_customer_id: clinic-9
    state: absent
"""

RETURN = r"""
# Generated from the table by `make generate`:
changed:
  description:
  - Whether a write took effect or may have, or in check mode would be sent. False if the
    write was refused.
  type: bool
  returned: always
resource:
  description:
  - The kind of object, V(customer).
  type: str
  returned: always
id:
  description:
  - Id of the customer, null if it is not there.
  type: str
  returned: always
customer_id:
  description:
  - The same as RV(id).
  type: str
  returned: always
key:
  description:
  - What identifies it beside its id, null if that is not known.
  type: str
  returned: always
name:
  description:
  - Its name, null if it has none or it is not known.
  type: str
  returned: always
parent:
  description:
  - Always null here.
  type: str
  returned: always
data:
  description:
  - The customer as the API returned it after the run. In check mode the prediction, which
    is the current one with the readable fields that would be sent. Empty for one that is
    not there.
  - A secret that the API shows is replaced by "(sensitive)". What else the API returns is
    passed on as it came.
  type: dict
  returned: when the object could be read
  contains:
    name:
      description:
      - The name of the customer. Several may have the same.
      type: str
      returned: success
    external_customer_id:
      description:
      - Your own id of the customer, which no other customer of the project has.
      type: str
      returned: success
    id:
      description:
      - Id of the customer at Kapso.
      type: str
      returned: success
    created_at:
      description:
      - When the customer was created.
      type: str
      returned: success
    updated_at:
      description:
      - When it was last modified.
      type: str
      returned: success
changes:
  description:
  - One entry for each field that was sent, or in check mode would be sent. A deletion is
    one entry, for the field C(id).
  type: list
  returned: when the object could be read
  elements: dict
  contains:
    field:
      description:
      - Name of the field.
      type: str
      returned: always
    action:
      description:
      - V(update), if the API shows the field and it differs.
      - V(send), if the API does not show it, or wants it along with the others.
      - V(create) and V(delete), if the object as a whole is created or deleted.
      type: str
      returned: always
    reason:
      description:
      - V(declared), the value at the server is the one last applied, and the playbook says
        another now.
      - V(drifted), the playbook says what was last applied, and the value was changed at
        Kapso.
      - V(both), the playbook says another value now, and the value was changed at Kapso as
        well.
      - V(differs), the value at the server is another, and no receipt tells why.
      - V(no_receipt), nothing is known of what was sent before.
      - V(value_changed), the declared value is not the one last sent.
      - V(modified_at_server), the object was modified at the server since.
      - V(always), because O(send_write_only=always).
      - V(required_by_server), this server wants it with every write.
      - V(not_found), there is no such object yet.
      - V(state_absent), because O(state=absent).
      - V(ends_soon), because the object is not valid for as long as the task wants.
      - V(replaced), because the object there cannot become what is declared, and a new one
        is created.
      type: str
      returned: always
    before:
      description:
      - The value at the server. Null if the API does not show it, "(sensitive)" for a secret.
      type: raw
      returned: always
    after:
      description:
      - The declared value, "(sensitive)" for a secret; null if it is cleared.
      type: raw
      returned: always
steps:
  description:
  - The writes that were sent, or in check mode would be sent, in order.
  type: list
  returned: when the object could be read
  elements: dict
  contains:
    action:
      description:
      - V(create), V(update) or V(delete).
      type: str
      returned: always
    id:
      description:
      - Id of the object that is written to, null if it is not there yet.
      type: str
      returned: always
    fields:
      description:
      - Names of the fields that are sent.
      type: list
      returned: always
      elements: str
    note:
      description:
      - What a person should know of it, often empty.
      type: str
      returned: always
diff:
  description:
  - The declared fields before and after, each as a text of JSON, or an empty text for nothing.
    Secrets are masked.
  type: dict
  returned: when diff mode is on
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
from ..module_utils._module.single import object_module
from ..module_utils._resources.customer import CUSTOMER


def main() -> None:
    """Be the module."""
    run_module(object_module(CUSTOMER))


if __name__ == "__main__":
    main()
