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
  - Reads one webhook, or all that match, over all pages of the list. Those of all numbers and of the project are in one
    list.
  - Secret keys and the values of headers are masked, and so are user, password and query values of a URL.
extends_documentation_fragment:
  - kapso.whatsapp.attributes
  - kapso.whatsapp.connection
  - kapso.whatsapp.receipts.unused
  - kapso.whatsapp.whatsapp_webhook.info
seealso:
  - module: kapso.whatsapp.kapso_whatsapp_webhook
    description: Changes one of them.
attributes:
  diff_mode:
    support: none
    description: Shows nothing, since nothing changes.
"""

EXAMPLES = r"""
# api_key is left to the environment variable KAPSO_API_KEY.

- name: List all webhooks of numbers and of the project
  kapso.whatsapp.kapso_whatsapp_webhook_info:
  register: listed

- name: Show the URL of each
  ansible.builtin.debug:
    msg: "{{ item.url }} of {{ item.phone_number_id }}"
  loop: "{{ listed.webhooks }}"
  loop_control:
    label: "{{ item.id }}"

- name: List those that deliver twice, or nothing
  kapso.whatsapp.kapso_whatsapp_webhook_info:
    only: [duplicates, paused]

- name: List those of one number
  kapso.whatsapp.kapso_whatsapp_webhook_info:
    phone_number_id: "100000000000001"
"""

RETURN = r"""
# Generated from the table by `make generate`:
webhooks:
  description:
  - The webhooks, in the order of the API's list. A secret that the API shows is "(sensitive)".
  type: list
  returned: always
  elements: dict
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
from ..module_utils._module.info import info_module
from ..module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK


def main() -> None:
    """Be the module."""
    run_module(info_module(WHATSAPP_WEBHOOK))


if __name__ == "__main__":
    main()
