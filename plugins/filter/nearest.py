# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter plugin: return the known name that is most similar to a mistyped one."""

from __future__ import annotations

DOCUMENTATION = r"""
name: nearest
short_description: The known name that is nearest to a mistyped one
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Finds the known name that looks most like another one, as the modules of this collection do for the names of options
    and fields. The role P(kapso.whatsapp.kapso_provision#role) uses it for the names of variables.
positional: known
options:
  _input:
    description: The name that is not known.
    type: str
    required: true
  known:
    description: The names that are known.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show the nearest name, which is max_changes
  ansible.builtin.debug:
    msg: "{{ 'max_change' | kapso.whatsapp.nearest(['max_changes', 'only']) }}"
"""

RETURN = r"""
_value:
  description: The nearest known name, an empty text if none is near.
  type: str
"""

from collections.abc import Iterable
from typing import Any, Callable

from ..module_utils._module.arguments import nearest


class FilterModule:
    """Register the filter with Ansible."""

    def filters(self) -> dict[str, Callable[[Any, Iterable[str]], str]]:
        """Return the filters by name."""
        return {"nearest": nearest}
