# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback plugin: report the changes of this collection's modules, or the planned changes, with their reasons."""

from __future__ import annotations

DOCUMENTATION = r"""
name: report
type: aggregate
short_description: List each change at Kapso and its reason at the end of a run
version_added: 0.1.0
author:
  - The kapso.whatsapp maintainers (@kapso-whatsapp)
description:
  - At the end of a run with modules of this collection, it prints each changed object, each changed field with its
    reason, the objects at Kapso that no task declares, and one line of totals.
  - Tasks in check mode make the plan. Other tasks make the list of applied changes. Each object counts once, over all
    tasks, items and hosts.
  - It can write the same to files, as JSON and as Markdown.
notes:
  - Objects are grouped by host, if there are several, and by kind. If more than 20 objects have the same change, it is
    shown once.
  - If a task was stopped before it wrote anything, such as by O(kapso.whatsapp.kapso_project#module:max_changes), the
    report shows its plan and the reason.
  - If the C(stdout_callback) prints for programs (C(json), C(jsonl), C(yaml), C(junit)), the report goes to standard
    error.
  - The report has colors if Ansible's output has. C(NO_COLOR) switches them off, with any value, and
    C(ANSIBLE_FORCE_COLOR) on.
  - The report cannot show tasks with C(no_log). It gives their number.
  - A file is written completely or not at all, also if no task of this collection ran. If it cannot be written, the
    report warns.
requirements:
  - C(kapso.whatsapp.report) among the C(callbacks_enabled) of C(ansible.cfg), or in E(ANSIBLE_CALLBACKS_ENABLED)
options:
  json_path:
    description: File for the report as JSON. Its schema is C(docs/report.schema.json) in this collection.
    type: path
    env:
      - name: KAPSO_REPORT_JSON
    ini:
      - section: callback_kapso_report
        key: json
  markdown_path:
    description: File for the report as Markdown, such as for a comment on a pull request.
    type: path
    env:
      - name: KAPSO_REPORT_MARKDOWN
    ini:
      - section: callback_kapso_report
        key: markdown
"""

EXAMPLES = r"""
# fmt: ini
# In ansible.cfg. A playbook cannot switch it on.
[defaults]
callbacks_enabled = kapso.whatsapp.report

[callback_kapso_report]
json = report.json
markdown = report.md
"""

import os
import sys
from typing import Any

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible.utils.color import stringc

from ..module_utils._api.texts import as_json
from ..plugin_utils import bounded
from ..plugin_utils.files.report_files import write_whole
from ..plugin_utils.summary.collect import Report
from ..plugin_utils.summary.markdown import markdown
from ..plugin_utils.summary.text import text
from ..plugin_utils.summary.wording import title

MODULES = "kapso.whatsapp.kapso_"  # prefix of all module names
READING = "_info"  # suffix of modules that change nothing
STRUCTURED = ("json", "jsonl", "yaml", "junit")  # callbacks whose output is for programs
COLORS = {
    "create": constants.COLOR_DIFF_ADD,
    "update": constants.COLOR_CHANGED,
    "delete": constants.COLOR_DIFF_REMOVE,
    "failed": constants.COLOR_ERROR,
    "undeclared": constants.COLOR_WARN,
    "why": constants.COLOR_SKIP,  # cyan is readable on any background, Ansible's color for debug output is not
}


def _part(told: Any, name: str) -> Any:
    """Return an attribute of a callback's result. Before ansible-core 2.19 its name begins with an underscore."""
    return getattr(told, name) if hasattr(told, name) else getattr(told, f"_{name}")


def _painted(tone: str, words: str) -> str:
    """Return the words in the color of their tone if Ansible uses colors."""
    painted: str = stringc(words, COLORS[tone])
    return painted


def has_colors(stderr: bool) -> bool:
    """Return whether to use colors.

    Ansible's own check looks at standard output alone, and ignores some values of NO_COLOR.
    """
    if constants.ANSIBLE_FORCE_COLOR:
        return True
    return not os.environ.get("NO_COLOR") and (not stderr or sys.stderr.isatty())


def _plain(_tone: str, words: str) -> str:
    return words


class CallbackModule(CallbackBase):
    """Collect results during a run, and print and write the report at its end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kapso.whatsapp.report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._report = Report()

    def _take(self, told: Any, failed: bool, last: bool = True) -> None:
        task = _part(told, "task")
        module = task.resolved_action or task.action
        if not module.startswith(MODULES) or module.endswith(READING):
            return
        self._report.add(
            bounded.read(_part(told, "result")),
            task_id=f"{task.get_path()} {task.get_name()}",
            task=task.name or task.get_name(),  # without the role
            host=_part(told, "host").get_name(),
            check_mode=bool(task.check_mode),
            failed=failed,
            last=last,
        )

    def v2_runner_on_ok(self, result: Any) -> None:
        """Add the result of a successful task."""
        self._take(result, failed=False)

    def v2_runner_on_failed(self, result: Any, **_more: Any) -> None:
        """Add the result of a failed task, also if the failure is rescued or ignored: the object is not as declared."""
        self._take(result, failed=True)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Add a task whose host could not be reached."""
        self._take(result, failed=True)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        """Add the result of a successful item of a loop."""
        self._take(result, failed=False)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        """Add the result of a failed item of a loop."""
        self._take(result, failed=True)

    def v2_runner_retry(self, result: Any) -> None:
        """Add the result of an attempt that Ansible repeats: its changes have been sent."""
        if not _part(result, "task").no_log:
            self._take(result, failed=False, last=False)

    def v2_playbook_on_stats(self, _stats: Any) -> None:
        """Print the report and write its files at the end of the run."""
        self._print()
        self._write("json_path", as_json(self._report.document(), indent=2) + "\n")
        self._write("markdown_path", markdown(self._report))

    def _print(self) -> None:
        for name, section in (("planned", self._report.planned), ("applied", self._report.applied)):
            if not section.ran:
                continue
            stderr = constants.DEFAULT_STDOUT_CALLBACK.rpartition(".")[2] in STRUCTURED
            heading, width = f"KAPSO {title(section, name).upper()}", self._display.columns
            paint = _painted if has_colors(stderr) else _plain
            self._display.display(f"\n{heading} {'*' * max(width - len(heading), 3)}", stderr=stderr)
            painted = text(section, name, width, paint)
            plain = painted if paint is _plain else text(section, name, width, _plain)
            self._display.display(painted + "\n", screen_only=True, stderr=stderr)
            self._display.display(plain + "\n", log_only=True)

    def _write(self, option: str, content: str) -> None:
        path = self.get_option(option)
        if not path:
            return
        try:
            write_whole(path, content)
        except OSError as error:
            self._display.warning(f"kapso.whatsapp.report: {path} was not written ({error.strerror or error})")
