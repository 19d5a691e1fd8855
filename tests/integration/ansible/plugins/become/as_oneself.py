# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Become the same user: privilege escalation that works for all users on all machines."""

from __future__ import annotations

from typing import Any

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: as_oneself
short_description: Become oneself
description: For the tests of this collection.
options:
  become_user:
    description: Not looked at.
    default: root
    vars: [{name: ansible_become_user}]
  become_exe:
    description: Not looked at.
    vars: [{name: ansible_become_exe}]
  become_flags:
    description: Not looked at.
    default: ""
    vars: [{name: ansible_become_flags}]
  become_pass:
    description: Not looked at.
    vars: [{name: ansible_become_password}]
"""


class BecomeModule(BecomeBase):
    """Run all steps of privilege escalation in Ansible, without a change of the user."""

    name = "as_oneself"

    def build_become_command(self, cmd: str, shell: Any) -> str:
        """Return the command, preceded by the success mark that Ansible waits for."""
        super().build_become_command(cmd, shell)
        built: str = self._build_success_command(cmd, shell)
        return built
