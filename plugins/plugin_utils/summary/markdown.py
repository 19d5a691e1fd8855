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
from .entry import Change
from .listing import MANY, Block, Group, groups
from .wording import SIGNS

HEADINGS = {"plan": "Kapso plan", "applied": "Kapso: applied"}
OPEN = 20  # up to this number of objects, the groups are not folded
LIMIT = 60_000  # characters; a comment on GitHub holds 65,536
GAP = "\n\n"  # between two parts
END = "</details>"  # of a group
FIRST = ("failed", "delete", "create", "update")  # order of the blocks, since the last may be left out
COLUMNS = ("create", "update", "delete", "unchanged", "failed", "not_attempted", "drifted", "undeclared")


class _Room:
    """Count the characters that are left."""

    def __init__(self, left: int) -> None:
        self._left = left

    def take(self, *parts: str) -> bool:
        """Take room for some parts of the report if they fit. Return whether they do."""
        size = sum(len(part) + len(GAP) for part in parts)
        fits = size <= self._left
        self._left -= size if fits else 0
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
    room = _Room(LIMIT)
    for name, head in heads.items():
        room.take(*head, _left_out(len(sections[name].shown) + len(sections[name].undeclared)))
    parts = []
    for name, head in heads.items():
        parts += [*head, *_groups(sections[name], name, room)]
    return GAP.join(parts or ["### Kapso", "No task of `kapso.whatsapp` ran."]) + "\n"


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
            cells = [wording.nouns(resource), *(str(count[name]) for name in names)]
            lines.append(f"| {' | '.join(cells)} |")
        yield "\n".join(lines)


def _groups(section: Section, name: str, room: _Room) -> Iterator[str]:
    every = groups(section)
    size = sum(group.size for group in every)
    several = len(section.hosts) > 1
    left = 0
    for group in every:
        host = f"{group.host}, " if several else ""
        summary = html.escape(f"{escaped(host)}{wording.nouns(group.resource)}: {group.size}")
        start = f"<details{' open' if size <= OPEN else ''}>\n\n<summary>{summary}</summary>"
        blocks, others = _fitting(group, name, room, (start, END))
        left += others
        if blocks:
            yield from (start, *blocks, END)
    if left:
        yield _left_out(left)


def _left_out(number: int) -> str:
    return f"And {number} more, which this comment has no room for."


def _fitting(group: Group, name: str, room: _Room, around: Sequence[str]) -> tuple[list[str], int]:
    """Return the blocks of a group that fit with what is `around` them, and the number of objects in the others."""
    blocks = sorted(group.blocks, key=lambda block: FIRST.index(wording.tone(block.first)))
    parts = [(_block(block, name), len(block.entries)) for block in blocks]
    if group.undeclared:
        parts.append((_undeclared(group), len(group.undeclared)))
    taken: list[str] = []
    left = group.left_out
    for text, number in parts:
        if room.take(text, *(() if taken else around)):
            taken.append(text)
        else:
            left += number
    return taken, left


def _undeclared(group: Group) -> str:
    lines = [f"`?` **{code(wording.called(found))} is not declared**" for found in group.undeclared[:MANY]]
    more = len(group.undeclared) - MANY
    return GAP.join([*lines, *([f"`?` and {more} more that are not declared"] if more > 0 else [])])


def _block(block: Block, section: str) -> str:
    sign, why = SIGNS[wording.tone(block.first)], wording.reason(block.first)
    note = f": {code(why)}" if why else ""
    parts = [f"`{sign}` **{code(block.subject)} {block.fate(section)}**{note}"]
    parts.extend(f"> {code(remark)}" for remark in (*block.notes, *filter(None, [block.why])))
    parts.extend(_table(block.rows))
    if block.is_many:
        parts.append(block.named(code))
    return GAP.join(parts)


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
