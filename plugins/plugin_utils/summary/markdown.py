# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a comment on a pull request. PURE: no input, no output, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...module_utils._api.texts import escaped
from . import text
from .collect import Entry, Report, Section
from .text import SIGNS

HEADINGS = {"planned": "Kapso plan", "applied": "Kapso: applied"}
OPEN = 20  # objects, up to which they are shown unfolded
LIMIT = 60_000  # characters of objects in all: a comment on GitHub holds 65,536


def code(text: str) -> str:
    """A text in which nothing means anything to Markdown or HTML: a code span, with a fence that it does not hold."""
    text = " ".join(map(escaped, text.splitlines())) or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def cell(text: str) -> str:
    """The same in a table."""
    return code(text).replace("|", "\\|")


def markdown(report: Report) -> str:
    """The report, planned and applied apart."""
    sections = {"planned": report.planned, "applied": report.applied}
    parts = [part for name, section in sections.items() if section.ran for part in _section(section, name)]
    return "\n\n".join(parts or ["### Kapso", "No task of `kapso.whatsapp` ran."]) + "\n"


def _section(section: Section, name: str) -> Iterator[str]:
    yield f"### {HEADINGS[name]}"
    yield f"**{text.totals(section, name)}**"
    yield from filter(None, [text.nothing(section, name)])
    warning = text.unseen(section)
    if warning is not None:
        yield f"> **Warning:** {warning.replace('no_log', '`no_log`')}"
    entries = section.shown
    if not entries:
        return
    blocks, left = _fitting(_block(entry, what, name) for entry, what in text.messages(entries))
    yield "<details open>" if len(entries) <= OPEN else "<details>"
    yield f"<summary>{len(entries)} {'entry' if len(entries) == 1 else 'entries'}</summary>"
    yield from blocks
    if left:
        yield f"And {left} more, which this comment has no room for."
    yield "</details>"


def _fitting(blocks: Iterable[str]) -> tuple[list[str], int]:
    """The blocks that there is room for, and how many others there are."""
    taken: list[str] = []
    used = left = 0
    for block in blocks:
        used += len(block)
        if used <= LIMIT:
            taken.append(block)
        else:
            left += 1
    return taken, left


def _block(entry: Entry, message: str | None, section: str) -> str:
    sign = SIGNS["failed" if entry.msg is not None else entry.action or "update"]
    why = text.reason(entry)
    note = f": {code(why)}" if why is not None and entry.msg is None else ""
    parts = [f"`{sign}` **{code(text.subject(entry))} {text.fate(entry, section)}**{note}"]
    parts.extend(f"> {code(remark)}" for remark in entry.notes)
    if message is not None:
        parts.append(f"> {code(message)}")
    lines = []
    for change in text.rows(entry):
        before, after = [""] * (2 - len(text.sides(change))) + list(map(cell, text.sides(change)))
        lines.append(f"| {cell(change.field)} | {before} | {after} | {change.why} |")
    if lines:
        parts.append("\n".join(["| field | before | after | why |", "|---|---|---|---|", *lines]))
    return "\n\n".join(parts)
