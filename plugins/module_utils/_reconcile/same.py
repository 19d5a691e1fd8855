# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two entries about one object: under the resources of both APIs, or under one key. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .._api.errors import NotSent
from .._api.ids import canonical_id
from .outcome import Outcome
from .reconcile import unplanned
from .target import NOTHING, alias
from .timestamps import seconds_between

Settled = Iterator[tuple[int, Outcome]]  # places of entries, each with its new outcome


def pairs(outcomes: Sequence[Outcome]) -> Iterator[tuple[int, int]]:
    """Yield the places of two entries about one object: by its ID, or by its key if no ID shows it."""
    by_id: dict[tuple[str, str], int] = {}
    by_key: dict[tuple[str, object], int] = {}
    doubles = {same[0] for outcome in outcomes if (same := outcome.target.resource.same_as) is not None}
    for place, outcome in enumerate(outcomes):
        target = outcome.target
        if target.resource.name not in doubles:
            continue
        if target.object_id:
            by_id[target.resource.name, canonical_id(target.object_id)] = place
        by_key[target.resource.name, _key(outcome)] = place
    for place, outcome in enumerate(outcomes) if by_key else ():
        same = outcome.target.resource.same_as
        if same is None:
            continue
        other = by_id.get((same[0], canonical_id(str(outcome.before.get(same[1])))))
        if other is None:
            alike = by_key.get((same[0], _key(outcome)))
            other = alike if alike is not None and _may_be_one(outcome, outcomes[alike]) else None
        if other is not None:
            yield place, other


def _key(outcome: Outcome) -> tuple[object, ...]:
    """Return the values of the key, as far as they are known."""
    target = outcome.target
    return tuple(outcome.before.get(name, target.given.get(name)) for name in target.resource.key)


def _may_be_one(one: Outcome, other: Outcome) -> bool:
    """Return whether two entries with one key are about one object, if no ID shows it."""
    created = one.plan.action == other.plan.action == "create"  # neither exists yet
    return created or (one.error is not None and not one.before) or (other.error is not None and not other.before)


def conflicts(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a message for each object that two entries declare differently."""
    for one, other in ((outcomes[place], outcomes[also]) for place, also in pairs(outcomes)):
        both = f"{one.target.subject} and {other.target.subject} are one object"
        if one.target.state != other.target.state:
            yield f"{both}, and only one of them is declared absent"
        elif one.plan.action == other.plan.action == "create":
            yield f"{both}, and both would be created"
        elif names := _different(one, other):
            yield f"{both}, and are declared with different values of {', '.join(names)}"


def _different(one: Outcome, other: Outcome) -> Iterable[str]:
    return [
        field.name
        for field, value in one.target.resource.declared(one.target.desired)
        if field.name in other.target.desired and not field.same(value, other.target.desired[field.name])
    ]


def shared_keys(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a message for each entry that would give its object the same key as another entry."""
    seen: dict[tuple[str, str], Outcome] = {}
    for outcome in outcomes:
        target, resource = outcome.target, outcome.target.resource
        is_known = target.by_key or (outcome.before and not resource.key_is_id)
        if target.state == "absent" or outcome.error is not None or not is_known:
            continue
        key = resource.key_of({**outcome.before, **target.given})
        other = seen.setdefault((resource.name, alias(outcome.parent, *key)), outcome)
        if other is not outcome and (other.target.by_key or target.by_key):
            yield f"{other.target.subject} and {target.subject} would have the same {' and '.join(resource.key)}"


def joined(outcomes: Sequence[Outcome]) -> Settled:
    """Yield the new outcome of an entry: not tried if the other entry failed, or deleted with the other one."""
    for place, also in pairs(outcomes):
        one, other = outcomes[place], outcomes[also]
        if one.error is None and other.error is None:
            if one.plan.action == other.plan.action == "delete":
                yield also, replace(unplanned(other), absent=True, after=NOTHING)
        elif one.error is None or other.error is None:
            wrong, rest, left = (other, one, place) if one.error is None else (one, other, also)
            if rest.changed and wrong.error is not None:
                what = f"not tried, because {wrong.target.subject}, which is the same object, could not be planned"
                error = NotSent(f"{what}: {wrong.error.what}", wrong.error.advice, attempts=0)
                yield left, unplanned(rest).failed(error)


def not_deleted(outcomes: Sequence[Outcome]) -> Settled:
    """Yield the new outcome of an entry whose object the other entry should have deleted, but did not."""
    for place, also in pairs(outcomes):
        one, other = outcomes[place], outcomes[also]
        if one.plan.action == "delete" and not one.absent and other.absent and other.before:
            what = f"{one.target.subject}, which is the same object, was not deleted"
            error = NotSent(what, "read the message of that object, and run again", attempts=0)
            yield also, replace(other, absent=False, after=other.before).failed(error)


def renewed_receipts(outcomes: Sequence[Outcome]) -> Settled:
    """Yield the new outcome of the entry that was written first: its receipt stays valid after the other write."""
    for place, also in pairs(outcomes):
        one, other = outcomes[place], outcomes[also]
        is_one_time = seconds_between(one.before.get("updated_at"), other.before.get("updated_at")) == 0
        gap = seconds_between(one.after.get("updated_at"), other.after.get("updated_at"))
        if not is_one_time or not gap or one.error is not None or other.error is not None:
            continue
        earlier, last, which = (one, other, place) if gap > 0 else (other, one, also)
        known = earlier.new_receipt
        if known.entries:
            receipt = known.recorded({}, earlier.after, last.after, known.last_write_was_resend)
            yield which, replace(earlier, new_receipt=receipt)
