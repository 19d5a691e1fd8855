# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the report in Markdown, for a comment on a pull request. PURE: no input, no output, no clock."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from ...module_utils._api.texts import escaped
from . import wording
from .collect import Report, Section
from .entry import Change, Object
from .listing import MANY, Block, Group, groups
from .wording import SIGNS

HEADINGS = {"plan": "Kapso plan", "applied": "Kapso: applied"}
OPEN = 20  # up to this number of objects, the groups are not folded
LIMIT = 60_000  # characters; a comment on GitHub holds 65,536
FIRST = ("failed", "delete", "create", "update")  # order of the blocks, since the last may be left out
COLUMNS = ("create", "update", "delete", "unchanged", "failed", "not_attempted", "drifted", "undeclared")


class _Room:
    """Count the characters that are left."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, text: str, spare: int = 0) -> bool:
        """Take room for a text if it fits and leaves `spare` characters. Return whether it fits."""
        fits = len(text) + 2 + spare <= self._left
        self._left -= len(text) + 2 if fits else 0
        return fits


def code(text: str) -> str:
    """Return a text as a code span, so that Markdown and HTML in it have no effect. The text cannot end the span."""
    text = " ".join(map(escaped, text.splitlines())) or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{space}{text}{space}{fence}"


def cell(text: str) -> str:
    """Return a text as a code span for a cell of a table."""
    return code(text).replace("|", "\\|")


def markdown(report: Report) -> str:
    """Return the report with at most LIMIT characters: first the planned changes, then the applied ones."""
    sections = {"planned": report.planned, "applied": report.applied}
    heads = {name: [*_head(section, name)] for name, section in sections.items() if section.ran}
    room = _Room(LIMIT - 400 - sum(len(part) + 2 for head in heads.values() for part in head))
    parts = []
    for name, head in heads.items():
        parts += [*head, *_groups(sections[name], name, room)]
    return "\n\n".join(parts or ["### Kapso", "No task of `kapso.whatsapp` ran."]) + "\n"


def _head(section: Section, name: str) -> Iterator[str]:
    yield f"### {HEADINGS[wording.title(section, name)]}"
    yield f"**{wording.totals(section, name)}**"
    yield from filter(None, [wording.nothing(section, name)])
    warning = wording.unseen(section)
    if warning is not None:
        yield f"> **Warning:** {warning.replace('no_log', '`no_log`')}"
    *lines, wrote = wording.stops(section) or [""]
    if wrote:
        yield "\n>\n".join(f"> {line}" for line in [*map(code, (line[:1000] for line in lines)), f"**{wrote}**"])
    yield from _summary(section)


def _summary(section: Section) -> Iterator[str]:
    """Yield a table with a row for each kind of object, without the columns that are all zero."""
    counts = section.resources
    names = [name for name in COLUMNS if any(count[name] for count in counts.values())]
    if names:
        heads = " | ".join(["", *(name.replace("_", " ").replace("undeclared", "not declared") for name in names)])
        lines = [f"|{heads} |", f"|---|{'---|' * len(names)}"]
        for resource, count in counts.items():
            cells = [wording.noun(resource, 2), *(str(count[name]) for name in names)]
            lines.append(f"| {' | '.join(cells)} |")
        yield "\n".join(lines)


def _groups(section: Section, name: str, room: _Room) -> Iterator[str]:
    every = groups(section)
    size = sum(group.size for group in every)
    several = len(section.hosts) > 1
    left = 0
    for group in every:
        title = f"{group.host}, " if several else ""
        summary = html.escape(f"{escaped(title)}{wording.noun(group.resource, 2)}: {group.size}")
        start = f"<details{' open' if size <= OPEN else ''}>\n\n<summary>{summary}</summary>"
        blocks, others = _fitting(group, name, room, start)
        left += others if not blocks else 0
        if blocks:
            yield start
            yield from blocks
            if others:
                yield f"And {others} more, which this comment has no room for."
            yield "</details>"
    if left:
        yield f"And {left} more in groups that this comment has no room for."


def _fitting(group: Group, name: str, room: _Room, start: str) -> tuple[list[str], int]:
    """Return the blocks of a group that fit, and the number of objects in the others."""
    around = len(start) + 100  # the start, the end and a sentence about objects left out
    blocks = sorted(group.blocks, key=lambda block: FIRST.index(wording.tone(block.first)))
    parts = [(_block(block, name), len(block.entries)) for block in blocks]
    undeclared = len(group.undeclared)
    if undeclared:
        parts.append((_undeclared(group), undeclared))
    taken: list[str] = []
    left = group.left_out
    for text, number in parts:
        if room.take(text, 0 if taken else around):
            if not taken:
                room.take(" " * around)
            taken.append(text)
        else:
            left += number
    return taken, left


def _undeclared(group: Group) -> str:
    lines = [f"`?` **{code(_named(group, found))} is not declared**" for found in group.undeclared[:MANY]]
    more = len(group.undeclared) - MANY
    return "\n\n".join([*lines, *([f"`?` and {more} more that are not declared"] if more > 0 else [])])


def _named(group: Group, found: Object) -> str:
    return f"{wording.noun(group.resource)} {wording.label(found)}"


def _block(block: Block, section: str) -> str:
    entry = block.first
    sign, fate = SIGNS[wording.tone(entry)], wording.fate(entry, section)
    if block.is_many:
        who = f"{len(block.entries)} {wording.noun(entry.resource, 2)} {fate.replace('was', 'were')}"
    else:
        who = f"{code(wording.subject(entry))} {fate}"
    why = wording.reason(entry)
    note = f": {code(why)}" if why is not None and block.why is None else ""
    parts = [f"`{sign}` **{who}**{note}"]
    parts.extend(f"> {code(remark)}" for remark in (() if block.is_many else entry.notes))
    if block.why is not None:
        parts.append(f"> {code(block.why)}")
    parts.extend(_table(block.rows))
    if block.is_many:
        parts.append(block.named(lambda one: code(wording.label(one)), "others"))
    return "\n\n".join(parts)


def _table(changes: Sequence[Change]) -> Iterator[str]:
    if changes and all(change.action == "create" for change in changes):
        lines = [f"| {cell(change.field)} | {cell(wording.shown(change.after))} |" for change in changes]
        yield "\n".join(["| field | value |", "|---|---|", *lines])
    elif changes:
        lines = [f"| {cell(change.field)} | {' | '.join(_sides(change))} | {change.why} |" for change in changes]
        yield "\n".join(["| field | before | after | why |", "|---|---|---|---|", *lines])


def _sides(change: Change) -> tuple[str, str]:
    """Return the cells before and after. For a list: the items removed and the items added."""
    items = wording.items(change)
    if items:
        return _cells(one for one in items if one[0] == "-"), _cells(one for one in items if one[0] == "+")
    *before, after = wording.sides(change)
    return _cells(before), cell(after)


def _cells(texts: Iterable[str]) -> str:
    return " ".join(map(cell, texts))
