# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of this collection does and does not do."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Predicts the result without sending a write.
    support: full
  diff_mode:
    description: Shows the declared fields before and after, secrets masked.
    support: full
  idempotent:
    description: When run again with the same options and nothing else changed, it sends nothing and is not changed.
    support: full
  action_group:
    description: Use C(group/kapso.whatsapp.kapso) in C(module_defaults) to set options for all modules of this
      collection.
    support: full
    membership:
      - kapso.whatsapp.kapso
  async:
    description: Runs in the background. Receipts could not be kept then, so it is refused.
    support: none
"""
