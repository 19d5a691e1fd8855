# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options for receipts, the digests of values that the API does not return."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  send_write_only:
    description:
      - When to send declared write-only fields. Kapso never returns their values.
      - V(when_changed) sends a field if there is no receipt of it, if its value is not the one last sent, or if
        the object was modified at Kapso since.
      - V(when_value_changed) does the same, but ignores modifications at Kapso.
      - V(always) sends at every run. The task is then always changed.
      - V(never) does not send.
      - V(adopt) does not send. It records the declared values as those at Kapso, without a check. Use it once for
        existing objects, so that you need not send live tokens.
      - A new object gets all declared fields with every choice.
    type: str
    default: when_changed
    choices: [when_changed, when_value_changed, always, never, adopt]
  receipts:
    description:
      - Place of the receipts on the controller. Give a directory, the URL of a Redis that a team shares, or V(none).
        A URL begins with C(redis://), C(rediss://) or C(unix://), and may hold a password.
      - The default is in Ansible's home, which C(ANSIBLE_HOME) moves. A relative path starts in the directory in
        which you started Ansible.
      - If a group can write to the directory, the files belong to the group. Otherwise only their owner can read them.
      - A receipt holds keyed digests of the values last sent, never a value.
      - Falls back to the environment variable E(KAPSO_RECEIPTS) of the task, then of the controller.
    type: str
    default: ~/.ansible/kapso/receipts
  receipts_key:
    description:
      - Key of the digests in receipts. It has visible ASCII characters only, without white space.
      - Set it if several people with different API keys share receipts.
      - Falls back to the environment variable E(KAPSO_RECEIPTS_KEY) of the host that runs the module, then to the API
        key.
    type: str
"""

    UNUSED = r"""
options:
  send_write_only:
    description:
      - Has no effect here. You can set it in C(module_defaults) for all modules of this collection.
    type: str
  receipts:
    description:
      - Has no effect here, like O(send_write_only).
    type: str
  receipts_key:
    description:
      - Has no effect here, like O(send_write_only).
    type: str
"""
