# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the response to a write with the plan. Pure: no input, no output, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .plan import Plan, WrongType
from .sensitive import shown

if TYPE_CHECKING:
    from .._resources.model import Field
    from .receipts import Receipt


@dataclass(frozen=True)
class Verdict:
    """The sent fields that a response does not confirm."""

    ignored: tuple[Field, ...]  # accepted with a 2xx, but not changed
    warnings: tuple[str, ...]
    altered: tuple[Field, ...]  # Kapso stored another text, and no receipt will remember that


def verify(plan: Plan, before: Mapping[str, Any], after: Mapping[str, Any]) -> Verdict:
    """Compare the response with the plan. Raise WrongType if a field has a wrong type."""
    ignored: list[Field] = []
    altered: list[Field] = []
    warnings: list[str] = []
    for change in plan.changes:
        if change.at_apply:
            continue  # the rules decide whether the time is late enough
        field, sent, got = change.field, change.after, after.get(change.field.name)
        if not field.holds(got):
            raise WrongType(field, got)
        if _is_as_sent(plan.receipt, field, sent, after):
            continue
        # Only a free text can be stored in another form. Any other value that differs was ignored.
        is_text = got is not None and field.is_text
        unmoved = not is_text or field.same(got, before.get(field.name))
        if field.secret and field.write_only:
            if unmoved:
                warnings.append(f"Kapso accepted {field.name}, but still shows the old value or a mask")
        elif unmoved:
            ignored.append(field)
        elif plan.receipt.lasts and field.may_be_rewritten:
            warnings.append(_altered(field, sent, got))
        else:
            altered.append(field)
    return Verdict(tuple(ignored), tuple(warnings), tuple(altered))


def _is_as_sent(receipt: Receipt, field: Field, sent: Any, after: Mapping[str, Any]) -> bool:
    """Return whether the response gives no doubt that Kapso stores the field as sent."""
    got = after.get(field.name)
    if field.name not in after or field.same(got, sent) or (got is None and field.write_only):
        return True
    # As after an earlier write: Kapso spells this value in its own way, or masks it.
    return field.may_be_rewritten and receipt.remembers(field.name, sent) and receipt.shows(field.name, got)


def _altered(field: Field, sent: Any, got: Any) -> str:
    if field.secret:
        return f"Kapso stored another {field.name} than the declared one; later runs accept both"
    made, of = shown(field, got), shown(field, sent)
    return f"Kapso stored {made!r} for {field.name} {of!r}; later runs accept both"
