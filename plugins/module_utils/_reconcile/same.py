# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that appear under two resources, as one of each generation of the API. PURE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .._api.ids import canonical_id
from .outcome import Outcome


def pairs(outcomes: Sequence[Outcome]) -> Iterator[tuple[Outcome, Outcome]]:
    """Yield the outcomes that are about one object."""
    by_id = {(o.target.resource.name, canonical_id(o.target.object_id)): o for o in outcomes if o.target.object_id}
    by_key = {(o.target.resource.name, o.target.key): o for o in outcomes if o.plan.action == "create"}
    for outcome in outcomes:
        same = outcome.target.resource.same_as
        if same is None:
            continue
        if outcome.plan.action == "create":
            other = by_key.get((same[0], outcome.target.key))  # neither is there yet
        else:
            other = by_id.get((same[0], canonical_id(str(outcome.before.get(same[1])))))
        if other is not None:
            yield outcome, other


def conflicts(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield what is wrong with each object that two entries declare differently."""
    for one, other in pairs(outcomes):
        both = f"{one.target.subject} and {other.target.subject} are one object"
        if one.target.state != other.target.state:
            yield f"{both}, and only one of them is declared absent"
        elif one.target.state == "present" and not one.before:
            yield f"{both}, and both would be created"
        elif names := _different(one, other):
            yield f"{both}, and are declared with different values of {', '.join(names)}"


def _different(one: Outcome, other: Outcome) -> Iterable[str]:
    return [
        field.name
        for field, value in one.target.resource.declared(one.target.desired)
        if field.name in other.target.desired and not field.same(value, other.target.desired[field.name])
    ]
