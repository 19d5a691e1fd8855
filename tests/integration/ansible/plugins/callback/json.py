# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: allow-subclassing-any
"""Print one JSON document to standard output, like the callback of that name in ansible.posix."""

from __future__ import annotations

from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: json
type: stdout
short_description: Print JSON
description: For the tests of this collection.
"""


class CallbackModule(CallbackBase):
    """Print the document at the end of the run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "json"

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print the document."""
        self._display.display(f'{{"hosts": {len(stats.processed)}}}')
