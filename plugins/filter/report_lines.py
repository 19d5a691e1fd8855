# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter plugin: return the lines of the report for one result."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report_lines
short_description: The result of a task in the words of the report
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - Returns the lines that the callback P(kapso.whatsapp.report#callback) prints of a dry run. The last line has the
    totals. The playbook C(kapso.whatsapp.drift) uses it.
options:
  _input:
    description: The registered result of M(kapso.whatsapp.kapso_project), or of a module that manages one object.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Compare
  kapso.whatsapp.kapso_project:
    customers:
      - external_customer_id: clinic-7
        fields:
          name: Example Clinic
  check_mode: true
  register: compared

- name: Show what differs
  ansible.builtin.debug:
    msg: "{{ compared | kapso.whatsapp.report_lines }}"
"""

RETURN = r"""
_value:
  description: The lines, without colors.
  type: list
  elements: str
"""

from collections.abc import Mapping
from typing import Any, Callable

from ..plugin_utils import bounded
from ..plugin_utils.action import to_builtin
from ..plugin_utils.summary.collect import Report
from ..plugin_utils.summary.text import text

WIDTH = 100  # columns


def report_lines(result: Mapping[str, Any]) -> list[str]:
    """Return the lines of the report for one result, without empty lines and colors."""
    report = Report()
    told, failed = bounded.read(to_builtin(result)), bool(result.get("failed"))
    report.add(told, task_id="", task="", host="", check_mode=True, failed=failed)
    lines = text(report.planned, "planned", WIDTH, lambda _tone, words: words).splitlines()
    return [line for line in lines if line.strip()]


class FilterModule:
    """Register the filter with Ansible."""

    def filters(self) -> dict[str, Callable[[Mapping[str, Any]], list[str]]]:
        """Return the filters by name."""
        return {"report_lines": report_lines}
