#!/usr/bin/python
# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module: list the webhooks of a Kapso project."""

from __future__ import annotations

DOCUMENTATION = r"""
module: kapso_whatsapp_webhook_info
short_description: List the webhooks of a Kapso project
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Reads one webhook, or all webhooks that match, over all pages of the list, and changes nothing. The list has the
    webhooks of all phone numbers and of the project.
  - All output masks secret keys, the values of headers, and user, password and query values of a URL.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_webhook.info
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_webhook
    description: Creates, updates and deletes a webhook.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# The API key is in the environment, in KAPSO_API_KEY.

- name: List all webhooks of numbers and of the project
  kapso.whatsapp.kapso_whatsapp_webhook_info:
  register: listed

- name: Show the URL of each
  ansible.builtin.debug:
    msg: "{{ item.url }} of {{ item.phone_number_id }}"
  loop: "{{ listed.webhooks }}"
  loop_control:
    label: "{{ item.id }}"

- name: List the webhooks that deliver twice, or nothing
  kapso.whatsapp.kapso_whatsapp_webhook_info:
    only: [duplicates, paused]

- name: List the webhooks of one phone number
  kapso.whatsapp.kapso_whatsapp_webhook_info:
    phone_number_id: "100000000000001"
"""

RETURN = r"""
# Generated from the table by `make generate`:
webhooks:
  description:
  - The webhooks, in the order of the API's list. "(sensitive)" replaces a secret that the
    API returns.
  type: list
  returned: always
  elements: dict
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.info import info_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK


def main() -> None:
    """Run the module."""
    run_module(info_module(WHATSAPP_WEBHOOK))


if __name__ == "__main__":
    main()
