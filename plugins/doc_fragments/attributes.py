# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attributes that all modules of this collection share, such as support of check mode."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Sends no write. The result is that of the run that would follow.
    support: full
  diff_mode:
    description: Shows the declared fields before and after, secrets masked.
    support: full
  idempotent:
    description: A second run with the same options sends nothing, unless the object changed at Kapso meanwhile.
    support: full
  action_group:
    description: Use C(group/kapso.whatsapp.kapso) in C(module_defaults) to set options for all modules of this
      collection.
    support: full
    membership:
      - kapso.whatsapp.kapso
  async:
    description: Not supported, because receipts cannot be saved in the background.
    support: none
"""
