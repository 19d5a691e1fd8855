# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a webhook. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the webhook is updated to match O(fields), and created if it does not
      exist.
    - With V(absent), every webhook with this URL is deleted. If there is none, nothing changes.
    type: str
    default: present
    choices:
    - present
    - absent
  webhook_id:
    description:
    - ID of the webhook at Kapso. With it, O(url) is the new URL of the webhook.
    type: str
  phone_number_id:
    description:
    - Meta's ID of the phone number of this webhook, digits in quotes.
    type: str
  url:
    description:
    - URL for the events. With O(phone_number_id) or O(scope=project), it finds the webhook,
      active or not.
    - Upper and lower case of scheme and host, a default port, and an empty path for C(/)
      are the same.
    type: str
  kind:
    description:
    - V(kapso) for Kapso's own events, V(meta) for Meta's events. Kapso's default is V(kapso).
      A phone number has one webhook of kind V(meta), with any URL. It cannot be changed after
      creation; see O(replace).
    type: str
    choices:
    - kapso
    - meta
  fields:
    description:
    - Fields to manage. Fields that you leave out, or set to null, are not changed. An empty
      text is refused; V(default(omit\)) leaves out a variable that is not set.
    - You can give JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      events:
        description:
        - Names of the events, such as V(whatsapp.message.received), in any order. None for
          kind V(meta).
        type: list
        elements: str
      secret_key:
        description:
        - Your own text, the secret that signs the deliveries. The API returns it, so the
          task compares it. All output masks it. It cannot be cleared.
        type: str
      active:
        description:
        - If V(true), events are delivered. Kapso sets it to V(false) if most deliveries fail.
        type: bool
      headers:
        description:
        - More HTTP headers of each delivery. The values are secret. An empty dictionary removes
          all.
        type: dict
      payload_version:
        description:
        - Format of the deliveries.
        type: str
        choices:
        - v1
        - v2
      buffer_enabled:
        description:
        - If V(true), events are collected and delivered together.
        type: bool
      buffer_window_seconds:
        description:
        - Time to collect events, from 1 to 60 seconds. Kapso's default is 5; C(clear) restores
          it.
        type: int
      max_buffer_size:
        description:
        - Number of events to collect, from 1 to 100. Kapso's default is 50; C(clear) restores
          it.
        type: int
      buffer_events:
        description:
        - Events to collect. Kapso accepts V(whatsapp.message.received) only.
        type: list
        elements: str
      inactivity_minutes:
        description:
        - Minutes without a message before C(whatsapp.conversation.inactive), by default 60.
        type: int
  clear:
    description:
    - Names of fields to set to null. A field may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - buffer_window_seconds
    - max_buffer_size
    - inactivity_minutes
  scope:
    description:
    - V(project) for a webhook of the project, which receives events of its numbers and workflows.
      Give it instead of O(phone_number_id).
    type: str
    choices:
    - number
    - project
  match_url:
    description:
    - Regular expression to find the webhook if none has exactly O(url), for example after
      a tunnel got a new host. It can match anywhere in the URL. The webhook then gets O(url).
    type: str
  solo:
    description:
    - If V(true), keep one webhook of this scope, URL and kind, and delete the others. The
      task keeps an active one, then the oldest. If V(false), the task fails and lists them.
    type: bool
    default: false
  replace:
    description:
    - If V(true), create a new webhook and delete the old one if O(kind) or the scope differs.
      This applies to a webhook that O(webhook_id) or O(match_url) finds. Fields that you
      do not declare are copied. With O(webhook_id), you must also name the new one by its
      scope, O(url) and O(kind), so that the next run finds it.
    type: bool
    default: false
"""

    INFO = r"""
options:
  webhook_id:
    description:
    - ID of one webhook. The list is empty if the project of the key has no such webhook.
      An empty text is refused, here and for the filters, because it would select all; V(default(omit\))
      leaves the option out.
    type: str
  phone_number_id:
    description:
    - Return only those of this number.
    type: str
  scope:
    description:
    - V(project) for those that belong to no number, any other value for the rest.
    type: str
    choices:
    - number
    - project
  url_contains:
    description:
    - Return only those whose URL contains this text, in upper or lower case.
    type: str
  kind:
    description:
    - Return only those of this kind, V(kapso) or V(meta).
    type: str
    choices:
    - kapso
    - meta
  active:
    description:
    - If V(true), return only those that deliver. If V(false), only the paused ones.
    type: bool
  created_after:
    description:
    - Return only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Return only those that were created before this time.
    type: str
  only:
    description:
    - Return only objects that match one of these names.
    - V(duplicates), those that share scope, kind and URL with another one.
    - V(paused), those that deliver nothing.
    type: list
    elements: str
    choices:
    - duplicates
    - paused
"""
