# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""A connection to this machine that is not local for Ansible, so that no test needs a second machine."""

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
