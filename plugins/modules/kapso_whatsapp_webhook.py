#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: manage a webhook at Kapso."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_webhook
short_description: Make a webhook at Kapso what the playbook says
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Finds the webhook of a number, or of the project, by its URL, active or not. Compares it with O(fields), and sends
    what differs, in one request. Nothing is sent if nothing differs.
  - A webhook that is not there is created. So no second one is created beside one that Kapso has paused.
  - Kapso shows the secret key and the headers to the key of the API. They are compared, and masked in all output.
  - In check mode nothing is written, and RV(changed), RV(changes), RV(data) and RV(diff) are those of the run that
    would follow.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts
  - kapso.whatsapp.whatsapp_webhook
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_webhook_info
    description: Lists the webhooks of a project.
  - module: kapso.whatsapp.kapso_whatsapp_phone_number
    description: Manages the number of a webhook.
  - name: The API's own page of this resource
    description: Fields of a webhook, and the filters of their list.
    link: https://docs.kapso.ai/api/platform/v1/webhooks/list-webhooks
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: Have the webhook of a number
  kapso.whatsapp.kapso_whatsapp_webhook:
    phone_number_id: "100000000000001"
    url: https://hooks.example.org/wa
    fields:
      events: [whatsapp.message.received]
      secret_key: "{{ vault_webhook_secret }}"
      active: true

- name: Point it at the host of this environment
  kapso.whatsapp.kapso_whatsapp_webhook:
    phone_number_id: "100000000000001"
    url: https://staging.example.org/wa
    match_url: ^https://[a-z]+\.example\.org/wa$

- name: Have one webhook of the project
  kapso.whatsapp.kapso_whatsapp_webhook:
    scope: project
    url: https://hooks.example.org/project
    fields:
      events: [whatsapp.phone_number.created]
      secret_key: "{{ vault_webhook_secret }}"

- name: Keep one of several webhooks with one URL
  kapso.whatsapp.kapso_whatsapp_webhook:
    phone_number_id: "100000000000002"
    url: https://hooks.example.org/wa
    solo: true

- name: Delete a webhook
  kapso.whatsapp.kapso_whatsapp_webhook:
    scope: project
    url: https://hooks.example.org/project
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
  - The kind of object, V(whatsapp_webhook).
  type: str
  returned: always
id:
  description:
  - Id of the webhook, null if it is not there.
  type: str
  returned: always
webhook_id:
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
  - Id of the number that it belongs to.
  type: str
  returned: always
data:
  description:
  - The webhook as the API returned it after the run. In check mode the prediction, which
    is the current one with the readable fields that would be sent. Empty for one that is
    not there.
  - A secret that the API shows is replaced by "(sensitive)". What else the API returns is
    passed on as it came.
  type: dict
  returned: when the object could be read
  contains:
    url:
      description:
      - Where the events are delivered. User, password and query values in it are masked in
        all output.
      type: str
      returned: success
    kind:
      description:
      - V(kapso) for Kapso's own events, V(meta) for what Meta sends, as it is.
      type: str
      returned: success
    events:
      description:
      - The names of the events, such as V(whatsapp.message.received). Their order means nothing.
        A webhook of kind meta has none.
      type: list
      elements: str
      returned: success
    secret_key:
      description:
      - The text "(sensitive)", if the API shows the value.
      type: str
      returned: success
    active:
      description:
      - Whether events are delivered. Kapso sets it to false when most of them fail.
      type: bool
      returned: success
    headers:
      description:
      - The text "(sensitive)", if the API shows the value.
      type: dict
      returned: success
    payload_version:
      description:
      - The form of what is delivered.
      type: str
      returned: success
    buffer_enabled:
      description:
      - Whether events are collected and delivered together.
      type: bool
      returned: success
    buffer_window_seconds:
      description:
      - How long events are collected, from 1 to 60 seconds. Null for Kapso's default, 5.
      type: int
      returned: success
    max_buffer_size:
      description:
      - How many events are collected, from 1 to 100. Null for Kapso's default, 50.
      type: int
      returned: success
    buffer_events:
      description:
      - The events that are collected. Kapso knows V(whatsapp.message.received) only.
      type: list
      elements: str
      returned: success
    inactivity_minutes:
      description:
      - After how many minutes without a message C(whatsapp.conversation.inactive) is sent.
        Null for Kapso's default, 60.
      type: int
      returned: success
    id:
      description:
      - Id of the webhook at Kapso.
      type: str
      returned: success
    phone_number_id:
      description:
      - Id of its number at Meta, null for one of the project.
      type: str
      returned: success
    project_id:
      description:
      - Id of the project.
      type: str
      returned: success
    created_at:
      description:
      - When the webhook was created.
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
from ..module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK


def main() -> None:
    """Be the module."""
    run_module(object_module(WHATSAPP_WEBHOOK))


if __name__ == "__main__":
    main()
