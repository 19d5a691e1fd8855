# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Word the sentences of the report, for a terminal and for Markdown. PURE: no input, no output, no clock."""

from __future__ import annotations

from typing import Any

from ...module_utils._api.masking import MASKED
from ...module_utils._api.texts import as_json, escaped
from ...module_utils._module.result import listed
from ...module_utils._resources import RESOURCES
from .collect import Section
from .entry import Change, Entry, Object

SIGNS = {"create": "+", "update": "~", "delete": "-", "failed": "!", "undeclared": "?"}
STOPS = 10  # reasons of stopped tasks that are shown
VERBS = {"create": "created", "update": "updated", "delete": "deleted"}


def shown(value: Any) -> str:
    """Return a value as JSON on one line. Return a masked value as it is."""
    return MASKED if value == MASKED else as_json(value)


def sides(change: Change) -> list[str]:
    """Return the values before and after as texts, or only one text if one is enough."""
    if change.action == "create" or change.before == change.after:
        return [shown(change.after)]
    hidden = change.action == "send" and change.before is None
    return ["(write-only)" if hidden else shown(change.before), shown(change.after)]


def items(change: Change) -> list[str]:
    """Return the items that a list loses (`-`) and gains (`+`). Return none unless both values are lists."""
    before, after = change.before, change.after
    if not isinstance(before, list) or not isinstance(after, list):
        return []
    lost = [f"- {_item(one)}" for one in before if one not in after]
    return lost + [f"+ {_item(one)}" for one in after if one not in before]


def _item(value: Any) -> str:
    return escaped(value) if isinstance(value, str) else shown(value)


def noun(resource: str | None) -> str:
    """Return the noun for one object of a kind."""
    return RESOURCES[resource].noun if resource in RESOURCES else escaped((resource or "object").replace("_", " "))


def nouns(resource: str | None) -> str:
    """Return the noun for several objects of a kind."""
    return RESOURCES[resource].plural.replace("_", " ") if resource in RESOURCES else f"{noun(resource)}s"


def called(thing: Object) -> str:
    """Return the noun and the label of an object."""
    return f"{noun(thing.resource)} {label(thing)}"


def label(thing: Object) -> str:
    """Return the name, the key or ID, and the parent of an object, as far as they are known."""
    known = escaped(thing.key or thing.id or "")
    own = known if thing.name is None else f"{shown(thing.name)} ({known})" if known else shown(thing.name)
    return " ".join(filter(None, (own, _of_whom(thing))))


def _of_whom(thing: Object) -> str:
    """Return the parent of an object, as "of ...". For an object without a name it contains the parent's ID."""
    if thing.name is not None and thing.is_object:
        return "" if thing.parent_name is None else f"of {shown(thing.parent_name)}"
    if thing.parent_name is not None:
        return f"of {shown(thing.parent_name)}" + (f" ({escaped(thing.parent)})" if thing.parent else "")
    above = RESOURCES[thing.resource].parent if thing.resource in RESOURCES else None
    if thing.parent is None:
        return "" if above is None or above.without is None else f"of the {above.without[1]}"
    return f"of {'' if above is None else f'{above.title} '}{escaped(thing.parent)}"


def subject(entry: Entry) -> str:
    """Return the subject of a sentence about an entry: the object, or the task if no object is known."""
    if entry.resource is None or not (entry.is_object or entry.name or entry.parent):
        return f"task {shown(entry.task)} on {escaped(entry.host)}"
    return called(entry)


def fate(entry: Entry, section: str) -> str:
    """Return the predicate of a sentence about an entry, such as "will be updated"."""
    if entry.msg is not None:
        return "failed"
    when = "would be" if entry.held_back else "will be" if section == "planned" else "was"
    return f"{when} {VERBS[tone(entry)]}"


def tone(entry: Entry) -> str:
    """Return the key of SIGNS for an entry."""
    return "failed" if entry.msg is not None or entry.action is None else entry.action


def reason(entry: Entry) -> str | None:
    """Return the reason for a creation or a deletion, None for an object that does not exist yet and for a failure."""
    if tone(entry) not in ("create", "delete") or not entry.changes or entry.changes[0].reason == "not_found":
        return None
    return entry.changes[0].why


def why_failed(entry: Entry) -> str | None:
    """Return the error message without the object, which the report names in its heading."""
    if entry.msg is None:
        return None
    for name in filter(None, (entry.id, entry.parent, entry.key)):
        _before, found, rest = entry.msg.partition(f"{name}: ")
        if found:
            return rest
    return entry.msg


def unseen(section: Section) -> str | None:
    """Return the warning about tasks under no_log, None if there are none."""
    number = len(section.unseen)
    if not number:
        return None
    tasks = "1 task" if number == 1 else f"{number} tasks"
    return f"{tasks} ran under no_log and cannot be seen: the totals are incomplete."


def nothing(section: Section, name: str) -> str | None:
    """Return the sentence for a section without changes and failures, otherwise None."""
    if section.shown or section.unseen or section.stops:
        return None
    return f"No changes. Kapso {'is' if name == 'planned' else 'was'} as declared."


def title(section: Section, name: str) -> str:
    """Return "plan" or "applied". A section that was stopped before any write is a plan, too."""
    return "plan" if name == "planned" or section.is_stopped else "applied"


def totals(section: Section, name: str) -> str:
    """Return the line with the totals."""
    count, is_plan = section.totals, title(section, name) == "plan"
    if is_plan:
        done = "Plan: {create} to create, {update} to update, {delete} to delete".format(**section.planned)
    else:
        done = "Applied: {create} created, {update} updated, {delete} deleted".format(**count)
    parts = [f"{done}; {count['unchanged']} unchanged, {count['failed']} failed."]
    if count["not_attempted"] and not is_plan:
        parts.append(f"{count['not_attempted']} not attempted.")
    if count["drifted"]:
        parts.append(f"{count['drifted']} drifted.")
    undeclared = len(section.undeclared)
    if undeclared:
        parts.append(f"{undeclared} at Kapso {'is' if undeclared == 1 else 'are'} not declared.")
    return " ".join(parts)


def stops(section: Section) -> list[str]:
    """Return a line for each reason of stopped tasks, and a last line that they wrote nothing."""
    if not section.stops:
        return []
    several = len(section.hosts) > 1
    hosts: dict[str, dict[str, None]] = {}  # by reason, each once
    for stop in section.stops:
        hosts.setdefault(stop.msg, {})[stop.host] = None
    shown = list(hosts.items())[:STOPS]
    lines = [f"{f'{listed(list(names))}: ' if several else ''}{_sentence(msg)}" for msg, names in shown]
    more = len(hosts) - len(shown)
    lines += [f"And {more} more."] if more > 0 else []
    task = "stopped task" if len(section.stops) == 1 else "stopped tasks"
    wrote = "Nothing was written." if section.is_stopped else f"The {task} wrote nothing."
    return [*map(escaped, lines), wrote]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
