# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a webhook. Written by `make generate`: change the table, not this file."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  state:
    description:
    - With V(present), the webhook is made what O(fields) says, and created if it is not there.
    - With V(absent), it is deleted. If several have the URL, all are. If there is none, nothing
      changes.
    type: str
    default: present
    choices:
    - present
    - absent
  webhook_id:
    description:
    - Id of the webhook at Kapso, in place of O(url). O(url) is its new URL then.
    type: str
  phone_number_id:
    description:
    - Id at Meta of the number that the webhook belongs to, digits in quotes.
    type: str
  url:
    description:
    - With O(phone_number_id) or O(scope=project), it says which webhook is meant, active
      or not.
    - Scheme and host in upper or lower case, a default port, and an empty path for C(/) do
      not count.
    type: str
  kind:
    description:
    - V(kapso) for Kapso's own events, V(meta) for what Meta sends. Kapso's default is V(kapso).
      A number has one webhook of kind V(meta), whatever its URL. It is set when the webhook
      is created.
    type: str
    choices:
    - kapso
    - meta
  fields:
    description:
    - The fields to manage. A field that is left out, or null, is not managed. An empty text
      is refused; V(default(omit\)) leaves out a variable that is not set.
    - May be JSON, as from a command line or the filter C(to_json).
    type: dict
    suboptions:
      events:
        description:
        - The names of the events, such as V(whatsapp.message.received). Their order means
          nothing. A webhook of kind meta has none.
        type: list
        elements: str
      secret_key:
        description:
        - The secret that deliveries are signed with, your own text. The API shows it, so
          that it is compared. It is never shown, and cannot be cleared.
        type: str
      active:
        description:
        - Whether events are delivered. Kapso sets it to false when most of them fail.
        type: bool
      headers:
        description:
        - Further HTTP headers of each delivery. The values are secret. An empty dictionary
          removes all.
        type: dict
      payload_version:
        description:
        - The form of what is delivered.
        type: str
        choices:
        - v1
        - v2
      buffer_enabled:
        description:
        - Whether events are collected and delivered together.
        type: bool
      buffer_window_seconds:
        description:
        - How long events are collected, from 1 to 60 seconds. Null for Kapso's default, 5.
        type: int
      max_buffer_size:
        description:
        - How many events are collected, from 1 to 100. Null for Kapso's default, 50.
        type: int
      buffer_events:
        description:
        - The events that are collected. Kapso knows V(whatsapp.message.received) only.
        type: list
        elements: str
      inactivity_minutes:
        description:
        - After how many minutes without a message C(whatsapp.conversation.inactive) is sent.
          Null for Kapso's default, 60.
        type: int
  clear:
    description:
    - The names of fields to set to null. A name may not have a value in O(fields) as well.
    type: list
    elements: str
    choices:
    - buffer_window_seconds
    - max_buffer_size
    - inactivity_minutes
  scope:
    description:
    - V(project) for a webhook of the project, which hears of its numbers and workflows. It
      takes the place of O(phone_number_id).
    type: str
    choices:
    - number
    - project
  match_url:
    description:
    - A regular expression that finds the webhook if none has exactly O(url), such as one
      of an earlier tunnel. It may match anywhere in the URL. O(url) is the new URL then.
    type: str
  solo:
    description:
    - Whether to delete all other webhooks of the same scope, URL and kind. An active one
      is kept, then the oldest. Without it, several are an error that names their ids.
    type: bool
    default: false
  replace:
    description:
    - Whether to create a new webhook and delete the old one if O(kind) or the scope of one
      found by O(webhook_id) or O(match_url) differs. Fields that are not declared are carried
      over.
    type: bool
    default: false
"""

    INFO = r"""
options:
  webhook_id:
    description:
    - Id of one webhook. The list is empty if the key knows no such webhook. An empty text
      is refused here and for the filters, since it would mean all; V(default(omit\)) leaves
      the option out.
    type: str
  phone_number_id:
    description:
    - Only those of this number.
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
    - Only those whose URL contains this text, in any case.
    type: str
  kind:
    description:
    - Only those of this kind, V(kapso) or V(meta).
    type: str
    choices:
    - kapso
    - meta
  active:
    description:
    - V(true) for those that deliver, V(false) for the paused ones.
    type: bool
  created_after:
    description:
    - Only those that were created after this time, such as V(2026-01-31T00:00:00Z).
    type: str
  created_before:
    description:
    - Only those that were created before this time.
    type: str
  only:
    description:
    - Only objects of these kinds. With several names, one that fits any of them is in the
      list.
    - V(duplicates), those that share scope, kind and URL with another one.
    - V(paused), those that deliver nothing.
    type: list
    elements: str
    choices:
    - duplicates
    - paused
"""
