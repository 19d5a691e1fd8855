# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to a write, held against the plan. PURE: no input, no output, no clock."""

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
    """What the answer to a write says about the fields that were sent."""

    ignored: tuple[Field, ...]  # accepted with a 2xx and left as they were
    warnings: tuple[str, ...]
    altered: tuple[Field, ...]  # the server made another text of them, and no receipt will remember that


def verify(plan: Plan, before: Mapping[str, Any], after: Mapping[str, Any]) -> Verdict:
    """Hold the answer against the plan. Raises WrongType as `make_plan` does."""
    ignored: list[Field] = []
    altered: list[Field] = []
    warnings: list[str] = []
    for change in plan.changes:
        if change.at_apply:
            continue  # whether it is late enough is for the rules to say
        field, sent, got = change.field, change.after, after.get(change.field.name)
        if not field.holds(got):
            raise WrongType(field, got)
        if _is_as_sent(plan.receipt, field, sent, after):
            continue
        # Of null, of two values, or of a few, there is no other form: what was not taken over was left undone.
        is_text = got is not None and field.is_text
        unmoved = not is_text or field.same(got, before.get(field.name))
        if field.secret and field.write_only:
            if unmoved:
                warnings.append(
                    f"the server accepted {field.name} and shows the same as before: it cannot be confirmed"
                )
        elif unmoved:
            ignored.append(field)
        elif plan.receipt.lasts and field.may_be_rewritten:
            warnings.append(_altered(field, sent, got))
        else:
            altered.append(field)
    return Verdict(tuple(ignored), tuple(warnings), tuple(altered))


def _is_as_sent(receipt: Receipt, field: Field, sent: Any, after: Mapping[str, Any]) -> bool:
    """Whether an answer raises no doubt that the field is at the server as sent."""
    got = after.get(field.name)
    if field.name not in after or field.same(got, sent) or (got is None and field.write_only):
        return True
    # As last time: the server has its own form of this value, or a mask for it.
    return field.may_be_rewritten and receipt.remembers(field.name, sent) and receipt.shows(field.name, got)


def _altered(field: Field, sent: Any, got: Any) -> str:
    if field.secret:
        return f"the server made another {field.name} of the declared one; the two are now taken as the same"
    made, of = shown(field, got), shown(field, sent)
    return f"the server made {made!r} of the {field.name} {of!r}; the two are now taken as the same"
