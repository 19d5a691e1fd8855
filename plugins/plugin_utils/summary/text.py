# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the report for a terminal, in the style of Terraform. PURE: no input, no output, no clock."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Callable

from ...module_utils._api.texts import escaped
from . import wording
from .collect import Section
from .entry import Change
from .listing import MANY, Block, Group, groups
from .wording import SIGNS

INDENT = " " * 6  # of the lines below a heading
Paint = Callable[[str, str], str]  # takes a tone and a text; a tone is a key of SIGNS, or "why"


def text(section: Section, name: str, width: int, paint: Paint) -> str:
    """Return the section `name`, "planned" or "applied". Wrap lines at `width` columns if they can be wrapped."""
    parts = []
    host, several = None, len(section.hosts) > 1
    for group in groups(section):
        if several and group.host != host:
            host = group.host
            parts.append(f"[{escaped(host)}]")
        parts.extend(_group(group, name, width, paint))
    return "\n\n".join([*parts, "\n".join(_end(section, name, width, paint))])


def _end(section: Section, name: str, width: int, paint: Paint) -> Iterator[str]:
    warning = wording.unseen(section)
    yield from filter(None, [wording.nothing(section, name), warning and paint("failed", f"Warning: {warning}")])
    yield wording.totals(section, name)
    for line in wording.stops(section):
        yield from (paint("failed", part) for part in _wrapped(line, width))


def _group(group: Group, section: str, width: int, paint: Paint) -> Iterator[str]:
    for block in group.blocks:
        yield "\n".join(_block(block, section, width, paint))
    if group.left_out:
        yield f"  {paint('failed', SIGNS['failed'])} and {group.left_out} more failed"
    if group.undeclared:
        yield "\n".join(_undeclared(group, paint))


def _undeclared(group: Group, paint: Paint) -> Iterator[str]:
    sign = paint("undeclared", SIGNS["undeclared"])
    for found in group.undeclared[:MANY]:
        yield f"  {sign} {wording.called(found)} is not declared"
    more = len(group.undeclared) - MANY
    if more > 0:
        yield f"  {sign} and {more} more {wording.nouns(group.resource)}"


def _block(block: Block, section: str, width: int, paint: Paint) -> Iterator[str]:
    entry, tone = block.first, wording.tone(block.first)
    heading, why = f"{block.subject} {block.fate(section)}", wording.reason(entry)
    note = f"# {why}" if why else ""
    if note and columns(heading) + columns(note) + 6 <= width:
        heading, note = f"{heading}  {paint('why', note)}", ""
    yield f"  {paint(tone, SIGNS[tone])} {heading}"
    for line in filter(None, (note, *(f"# {escaped(remark)}" for remark in block.notes))):
        yield f"    {paint('why', line)}"
    yield from _lines(block.rows, entry.action or tone, width, paint)
    for line in (block.why or "").splitlines():
        yield from _wrapped(escaped(line), width, INDENT)
    if block.is_many:
        yield from _wrapped(block.named(), width, INDENT)


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _lines(changes: Sequence[Change], action: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield an aligned line for each field, with its reason at the end, or below if there is no room."""
    if not changes:
        return
    names = max(len(change.field) for change in changes)
    notes = ["" if change.action == action == "create" else f"# {change.why}" for change in changes]
    values = [f"{change.field:<{names}} = {_value(change)}" for change in changes]
    room = width - 8 - 2 - max(map(len, notes))
    edge = max((columns(value) for value in values if columns(value) <= room), default=room)
    below = " " * (8 + names)
    for change, note, value in zip(changes, notes, values):
        start = f"{INDENT}{paint(action, SIGNS[action])} "
        if note and columns(value) <= room:
            yield f"{start}{value}{' ' * (edge - columns(value))}  {paint('why', note)}"
            continue
        if columns(value) + 8 <= width:
            yield start + value
        else:
            first, *others = _parts(change)
            yield f"{start}{change.field:<{names}} = {first}"
            yield from (f"{below}{other}" for other in others)
        if note:
            yield f"{below}   {paint('why', note)}"


def _value(change: Change) -> str:
    """Return a change on one line."""
    return ", ".join(wording.items(change)) or " -> ".join(wording.sides(change))


def _parts(change: Change) -> list[str]:
    """Return a change on several lines."""
    items = wording.items(change)
    if change.action == "create" and isinstance(change.after, list):
        items = [f"+ {wording.shown(one)}" for one in change.after]
    if items:
        return [items[0], *(f"   {item}" for item in items[1:])]
    first, *second = wording.sides(change)
    return [first, *(f"-> {side}" for side in second)]


def columns(text: str) -> int:
    """Return how many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(one) for one in text)


def _width(one: str) -> int:
    if unicodedata.category(one) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(one) in ("W", "F") else 1
