# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as a terminal shows it, in Terraform's habit. PURE: no input, no output, no clock."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Any, Callable

from ...module_utils._api.masking import MASKED
from ...module_utils._api.texts import as_json, escaped
from .collect import Change, Entry, Section

Paint = Callable[[str, str], str]  # takes a text and its tone: a key of SIGNS, or "why"

SIGNS = {"create": "+", "update": "~", "delete": "-", "failed": "!"}
VERBS = {"create": "created", "update": "updated", "delete": "deleted"}
SAME = "(for the same reason as the one before)"


def shown(value: Any) -> str:
    """A value as JSON writes it, on one line; a masked one as it is."""
    return MASKED if value == MASKED else as_json(value)


def sides(change: Change) -> list[str]:
    """The value before and the one after, or the only one that there is to show."""
    if change.action == "create" or change.before == change.after:
        return [shown(change.after)]
    hidden = change.action == "send" and change.before is None
    return ["(write-only)" if hidden else shown(change.before), shown(change.after)]


def subject(entry: Entry) -> str:
    """The object by name and id, as far as they are known."""
    if not entry.is_object and entry.resource is not None and entry.parent is not None:
        return escaped(f"{entry.resource.replace('_', ' ')} of {entry.parent}")
    if not entry.is_object:
        return f"task {shown(entry.task)} on {escaped(entry.host)}"
    known = escaped(entry.id or entry.key or "")
    return known if entry.name is None else f"{shown(entry.name)} ({known})"


def fate(entry: Entry, section: str) -> str:
    """What is done to the object, in words."""
    if entry.msg is not None:
        return "failed"
    return f"{'will be' if section == 'planned' else 'was'} {VERBS[entry.action or 'update']}"


def reason(entry: Entry) -> str | None:
    """Why the object as a whole is created or deleted."""
    return entry.changes[0].why if entry.changes and entry.action in ("create", "delete") else None


def rows(entry: Entry) -> tuple[Change, ...]:
    """The fields that are worth a line: a deletion has none."""
    return () if entry.action == "delete" else entry.changes


def messages(entries: list[Entry]) -> Iterator[tuple[Entry, str | None]]:
    """The entries, each with what to say of its failure: a reason that many share, as of a run that stopped, once."""
    before = None
    for entry in entries:
        what = entry.msg
        named = entry.id or entry.parent or entry.key
        if what is not None and named is not None:
            # The sentence begins with the object, which stands above it already.
            what = what.partition(f"{named}: ")[2] or what
        yield entry, SAME if what is not None and what == before else what
        before = what


def unseen(section: Section) -> str | None:
    """What to say of tasks under no_log."""
    number = len(section.unseen)
    if not number:
        return None
    tasks = "1 task" if number == 1 else f"{number} tasks"
    return f"{tasks} ran under no_log and cannot be seen: the totals are incomplete."


def nothing(section: Section, name: str) -> str | None:
    """What to say where nothing changes and nothing is wrong."""
    if section.shown or section.unseen:
        return None
    return f"No changes. Kapso {'is' if name == 'planned' else 'was'} as declared."


def totals(section: Section, name: str) -> str:
    """The one line that counts."""
    count = section.totals
    if name == "planned":
        done = "Plan: {create} to create, {update} to update, {delete} to delete"
    else:
        done = "Applied: {create} created, {update} updated, {delete} deleted"
    line = f"{done}; {{unchanged}} unchanged, {{failed}} failed.".format(**count)
    return f"{line} {count['drifted']} drifted." if count["drifted"] else line


def text(section: Section, name: str, width: int, paint: Paint) -> str:
    """The section `name`, "planned" or "applied", on lines of at most `width` columns where that can be."""
    blocks = ["\n".join(_block(entry, what, name, width, paint)) for entry, what in messages(section.shown)]
    warning = unseen(section)
    ends = [nothing(section, name), warning and paint("failed", f"Warning: {warning}"), totals(section, name)]
    return "\n\n".join([*blocks, "\n".join(filter(None, ends))])


def _block(entry: Entry, message: str | None, section: str, width: int, paint: Paint) -> Iterator[str]:
    tone = "failed" if entry.msg is not None else entry.action or "update"
    heading = f"{subject(entry)} {fate(entry, section)}"
    why = reason(entry)
    note = f"# {why}" if why is not None and entry.msg is None else ""
    if note and columns(heading) + columns(note) + 6 <= width:
        heading, note = f"{heading}  {paint('why', note)}", ""
    yield f"  {paint(tone, SIGNS[tone])} {heading}"
    for line in filter(None, (note, *(f"# {escaped(remark)}" for remark in entry.notes))):
        yield f"    {paint('why', line)}"
    yield from _lines(rows(entry), entry.action or "update", width, paint)
    if message is not None:
        for line in message.splitlines():
            yield from textwrap.wrap(
                escaped(line), width, initial_indent=" " * 6, subsequent_indent=" " * 6, break_long_words=False
            )


def _lines(changes: tuple[Change, ...], action: str, width: int, paint: Paint) -> Iterator[str]:
    """A line for each field: aligned, and the reason behind it where there is room, else below."""
    if not changes:
        return
    names = max(len(change.field) for change in changes)
    notes = ["" if change.action == action == "create" else f"# {change.why}" for change in changes]
    values = [f"{change.field:<{names}} = {' -> '.join(sides(change))}" for change in changes]
    room = width - 8 - 2 - max(map(len, notes))
    edge = max((columns(value) for value in values if columns(value) <= room), default=0)
    below = " " * (8 + names)
    for change, note, value in zip(changes, notes, values):
        start = f"      {paint(action, SIGNS[action])} "
        if note and columns(value) <= room:
            yield f"{start}{value}{' ' * (edge - columns(value))}  {paint('why', note)}"
            continue
        if columns(value) + 8 <= width:
            yield start + value
        else:
            first, *second = sides(change)
            yield f"{start}{change.field:<{names}} = {first}"
            yield from (f"{below}-> {side}" for side in second)
        if note:
            yield f"{below}   {paint('why', note)}"


def columns(text: str) -> int:
    """How many columns of a terminal a printable text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(one) for one in text)


def _width(one: str) -> int:
    if unicodedata.combining(one) or unicodedata.category(one) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1
