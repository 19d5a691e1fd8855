#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: manage a webhook at Kapso."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_webhook
short_description: Manage a webhook at Kapso
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Finds the webhook of a phone number, or of the project, by its URL, active or not, compares it with O(fields), and
    sends the fields that differ in one request.
  - It creates a missing webhook, but never a second one beside a webhook that Kapso has paused, and with
    O(state=absent), it deletes the webhook.
  - Kapso returns the secret key and the headers, so the task compares them, and all output masks them.
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
# The API key is in the environment, in KAPSO_API_KEY.

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

- name: Have a webhook of the project
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
  - True if a write took effect or may have, also if the task then failed. In check mode,
    true if a write would be sent. False if Kapso rejected the write.
  type: bool
  returned: always
resource:
  description:
  - The kind of object, V(whatsapp_webhook).
  type: str
  returned: always
id:
  description:
  - ID of the webhook, null if it does not exist.
  type: str
  returned: always
webhook_id:
  description:
  - The same as RV(id).
  type: str
  returned: always
key:
  description:
  - The key that identifies it beside its ID, null if unknown.
  type: str
  returned: always
name:
  description:
  - Its name, null if it has none or the name is unknown.
  type: str
  returned: always
parent:
  description:
  - ID of the number of this object.
  type: str
  returned: always
data:
  description:
  - 'The webhook as the API returned it after the run. In check mode it is the prediction:
    the current webhook with the readable fields that would be sent. Empty if it does not
    exist.'
  - '"(sensitive)" replaces a secret that the API returns. Other fields of the API are returned
    unchanged.'
  type: dict
  returned: when the object could be read
  contains:
    url:
      description:
      - URL for the events. All output masks its user, password and query values.
      type: str
      returned: success
    kind:
      description:
      - V(kapso) for Kapso's own events, V(meta) for Meta's events, unchanged. Set at creation.
      type: str
      returned: success
    events:
      description:
      - Names of the events, such as V(whatsapp.message.received), in any order. None for
        kind V(meta).
      type: list
      elements: str
      returned: success
    secret_key:
      description:
      - The text "(sensitive)", if the API returns the value.
      type: str
      returned: success
    active:
      description:
      - If V(true), events are delivered. Kapso sets it to V(false) if most deliveries fail.
      type: bool
      returned: success
    headers:
      description:
      - The text "(sensitive)", if the API returns the value.
      type: dict
      returned: success
    payload_version:
      description:
      - Format of the deliveries.
      type: str
      returned: success
    buffer_enabled:
      description:
      - If V(true), events are collected and delivered together.
      type: bool
      returned: success
    buffer_window_seconds:
      description:
      - Time to collect events, from 1 to 60 seconds. Kapso's default is 5; C(clear) restores
        it.
      type: int
      returned: success
    max_buffer_size:
      description:
      - Number of events to collect, from 1 to 100. Kapso's default is 50; C(clear) restores
        it.
      type: int
      returned: success
    buffer_events:
      description:
      - Events to collect. Kapso accepts V(whatsapp.message.received) only.
      type: list
      elements: str
      returned: success
    inactivity_minutes:
      description:
      - Minutes without a message before C(whatsapp.conversation.inactive), by default 60.
      type: int
      returned: success
    id:
      description:
      - ID of the webhook at Kapso.
      type: str
      returned: success
    phone_number_id:
      description:
      - Meta's ID of its phone number, null for a webhook of the project.
      type: str
      returned: success
    project_id:
      description:
      - ID of the Kapso project.
      type: str
      returned: success
    created_at:
      description:
      - Time of creation.
      type: str
      returned: success
    updated_at:
      description:
      - Time of the last modification.
      type: str
      returned: success
changes:
  description:
  - One entry for each sent field, in check mode for each field that would be sent. A deletion
    is one entry, for the field C(id).
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
      - V(update), if the API returns the field and it differs.
      - V(send), if the API does not return the field, or requires it with the others.
      - V(create) and V(delete), if the object as a whole is created or deleted.
      type: str
      returned: always
    reason:
      description:
      - V(declared), Kapso has the value last applied, and the playbook declares another value
        now.
      - V(drifted), the playbook declares the value last applied, and somebody changed it
        at Kapso.
      - V(both), the playbook declares another value now, and somebody changed it at Kapso
        as well.
      - V(differs), Kapso has another value, and there is no receipt that shows why.
      - V(no_receipt), there is no receipt of an earlier value.
      - V(value_changed), the declared value is not the one last sent.
      - V(modified_at_server), somebody modified the object at Kapso since.
      - V(always), because O(send_write_only=always).
      - V(required_by_server), this version of the API requires the field with every write.
      - V(not_found), there is no such object yet.
      - V(state_absent), because O(state=absent).
      - V(ends_soon), because the object is valid for a shorter time than declared.
      - V(replaced), because the existing object cannot be changed as declared, and a new
        one is created.
      type: str
      returned: always
    before:
      description:
      - The value at Kapso. Null if the API does not return it, "(sensitive)" for a secret.
      type: raw
      returned: always
    after:
      description:
      - The declared value, "(sensitive)" for a secret, null for a cleared field.
      type: raw
      returned: always
steps:
  description:
  - The writes in order, in check mode those that would be sent.
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
      - ID of the object of this write, null if it does not exist yet.
      type: str
      returned: always
    fields:
      description:
      - Names of the sent fields.
      type: list
      returned: always
      elements: str
    note:
      description:
      - A note on this write, often empty.
      type: str
      returned: always
diff:
  description:
  - The declared fields before and after, each as JSON text. An empty text stands for no object.
    Secrets are masked.
  type: dict
  returned: when diff mode is on
warnings:
  description:
  - Warnings, each once.
  type: list
  returned: if there is something to say
  elements: str
msg:
  description:
  - The object, the error, the effect at Kapso, and the next step.
  type: str
  returned: on failure
error:
  description:
  - The error, for programs. RV(msg) is the same as a sentence.
  type: dict
  returned: on failure
  contains:
    status:
      description:
      - HTTP status of the answer, null if there was no answer.
      type: int
      returned: always
    message:
      description:
      - The text of Kapso's answer, masked, at most 200 characters.
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
      - Number of attempts to send that request.
      type: int
      returned: always
    outcome:
      description:
      - Outcome of the write. V(not_sent), V(rejected) if Kapso rejected it, V(applied), or
        V(unknown). A read that failed is V(not_sent), too.
      type: str
      returned: always
# End of what is generated.
"""

from ansible_collections.kapso.whatsapp.plugins.module_utils._module.entry_point import run_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.single import object_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK


def main() -> None:
    """Run the module."""
    run_module(object_module(WHATSAPP_WEBHOOK))


if __name__ == "__main__":
    main()
