# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is remembered of values that cannot be read back."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  send_write_only:
    description:
      - When to send the declared fields whose value the API does not show, here called write-only fields.
      - V(when_changed) sends where no receipt is there, where the value is not the one last sent, and where the object
        was modified at the server since.
      - V(when_value_changed) is the same, without regard to modifications at the server.
      - V(always) sends at every run. The task is then always changed.
      - V(never) does not send.
      - V(adopt) does not send, and records the declared values as being those at the server. For objects that existed
        before, so that their live tokens need not be sent.
      - An object that is created gets all that is declared, whatever this says. Nothing else could be at the
        server.
    type: str
    default: when_changed
    choices: [when_changed, when_value_changed, always, never, adopt]
  receipts:
    description:
      - Where the controller keeps receipts. A directory, or the URL of a Redis that a team shares (C(redis://), C(rediss://)
        or C(unix://), a password included), or V(none).
      - The default is in Ansible's home, which C(ANSIBLE_HOME) moves. A relative path begins in the directory that
        Ansible was started in.
      - A directory that a group may write to is shared, and its files belong to the group. In any other the files are
        for their owner only.
      - A receipt holds keyed digests of the values last sent, never a value.
      - Falls back to the environment variable E(KAPSO_RECEIPTS) of the task, or else of the controller.
    type: str
    default: ~/.ansible/kapso/receipts
  receipts_key:
    description:
      - The key of the digests in receipts. Visible ASCII characters, without white space.
      - A team that shares receipts and whose members use different API keys sets it.
      - Falls back to the environment variable E(KAPSO_RECEIPTS_KEY), read where the module runs, then to the API key.
    type: str
"""

    UNUSED = r"""
options:
  send_write_only:
    description:
      - Without effect here. C(module_defaults) of the action group may set it for all modules of this collection.
    type: str
  receipts:
    description:
      - Without effect here, like O(send_write_only).
    type: str
  receipts_key:
    description:
      - Without effect here, like O(send_write_only).
    type: str
"""
