# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""A connection that is not local to Ansible, and leads to this very machine: so that no test needs another one."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: Another machine, so to say
description: For the tests of this collection.
options: {}
"""


class Connection(Local):
    """A local connection under another name."""

    transport = "elsewhere"
