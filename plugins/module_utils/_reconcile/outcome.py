# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An outcome: the state of one object, its plan, and the effect of the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from .._api.errors import ApiError
from .._api.ids import canonical_id
from .._api.texts import as_json, escaped
from .._resources.model import Resource
from .plan import Change, Plan
from .receipts import Receipt
from .sensitive import shown_key
from .target import Target


def key_in_words(resource: Resource, values: Iterable[Any]) -> str | None:
    """Return the values of a key as one text, without default values. None: no value remains."""
    named = zip(resource.key_fields, shown_key(resource, values))
    known = [value for field, value in named if value not in (None, field.default)]
    return " ".join(map(str, known)) or None


@dataclass(frozen=True)
class Step:
    """One write: to the object itself, or the deletion of another one."""

    action: str
    object_id: str | None
    changes: tuple[Change, ...]
    note: str


@dataclass(frozen=True)
class Outcome:
    """The state and the plan of one object, and the effect of the run. Each verb returns a new outcome.

    If nothing was written, `after` is the predicted object.
    """

    target: Target
    receipt_of: Callable[[str], Receipt]  # returns the receipt of an ID
    receipt: Receipt  # as it was loaded
    plan: Plan  # empty if the object could not be read
    new_receipt: Receipt  # the receipt to save
    planned_as: str = ""  # the subject of the target when the plan was made
    before: Mapping[str, Any] = field(default_factory=dict)  # the object as it was read; empty if it does not exist
    after: Mapping[str, Any] = field(default_factory=dict)  # the object after the run
    changed: bool = False  # a write took effect or may have; before `apply` and in check mode: a write is planned
    write_attempted: bool = False  # `apply` was called
    others: tuple[Mapping[str, Any], ...] = ()  # further objects to delete
    others_note: str = ""  # a phrase that describes them
    others_first: bool = False  # delete them before the write to the object itself
    earlier: Outcome | None = None  # an earlier write, which was not enough
    held_back: bool = False  # it was planned, but the run was stopped before the first write
    absent: bool = False  # the object does not exist, as declared
    error: ApiError | None = None  # why the object could not be planned, or the write failed
    warnings: tuple[str, ...] = ()
    parent_name: str | None = None  # name of the parent, if a list has shown it

    @classmethod
    def begin(cls, target: Target, receipt_of: Callable[[str], Receipt]) -> Outcome:
        """Return the outcome of an object that was not read yet."""
        receipt = receipt_of(target.object_id or "")
        return cls(target, receipt_of, receipt, Plan(receipt), receipt)

    def identified(self, object_id: str) -> Outcome:
        """Return the outcome with the ID of the object, and with the receipt of that ID."""
        known = canonical_id(object_id)
        receipt = self.receipt_of(known)
        target = replace(self.target, object_id=known)
        return replace(self, target=target, receipt=receipt, plan=Plan(receipt), new_receipt=receipt)

    def seen(self, before: Mapping[str, Any]) -> Outcome:
        """Return the outcome with the object as it is at Kapso."""
        return replace(self, before=before, after=before)

    def planned(self, plan: Plan, after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Outcome:
        """Return the outcome with a plan and the predicted object. `before`: the object as it was read."""
        return replace(
            self,
            before=self.before if before is None else before,
            plan=plan,
            planned_as=self.target.subject,
            new_receipt=plan.receipt,
            after=after,
            changed=plan.action is not None,
            warnings=(*self.warnings, *plan.warnings),
        )

    def deleting(self, others: Iterable[Mapping[str, Any]], note: str, before_all: bool = False) -> Outcome:
        """Return the outcome with further objects to delete. `{noun}` in the note becomes the noun of the resource."""
        return replace(
            self,
            others=(*self.others, *others),
            others_note=note.format(noun=self.target.resource.noun),
            others_first=before_all,
            changed=True,
            planned_as=self.target.subject,
        )

    def failed(self, error: ApiError) -> Outcome:
        """Return the outcome with an error."""
        return replace(self, error=error)

    @property
    def steps(self) -> list[Step]:
        """The writes in order."""
        plan, own = self.plan, self.earlier.steps if self.earlier is not None else []
        if plan.action is not None:
            own.append(Step(plan.action, self.target.object_id, plan.changes, plan.note))
        others = [Step("delete", row["id"], (), self.others_note) for row in self.others]
        return [*others, *own] if self.others_first else [*own, *others]

    @property
    def key(self) -> str | None:
        """Return the key of the object as one text, None if it is not known."""
        named = zip(self.target.resource.key, self.target.key)
        values = [given if (shown := self._shown(name)) is None else shown for name, given in named]
        return key_in_words(self.target.resource, values)

    @property
    def name(self) -> str | None:
        """Return the name of the object as it will be; the last name of a deleted object. None: it has no name."""
        declared = self.target.desired.get("name")
        names = (self.after.get("name"), declared, self.before.get("name"))
        return next((name for name in names if isinstance(name, str)), None)

    @property
    def label(self) -> str:
        """Return the name and the key of the object, for lists of objects. Without a name, return its ID or subject."""
        known = self.key or self.target.object_id
        if self.name is None or known is None:
            return self.target.object_id or self.target.subject
        return f"{as_json(self.name)} ({escaped(known)})"

    @property
    def title(self) -> str:
        """Return the object as sentences about a run name it."""
        return self.target.subject if self.name is None else f"{self.target.resource.title} {self.label}"

    @property
    def parent(self) -> str | None:
        """Return the ID of the parent, None if there is none or it is not known."""
        parent = self.target.resource.parent
        if parent is None:
            return None
        owner = self.target.parent_id or self._shown(parent.row_field)
        return owner if isinstance(owner, str) else None

    def _shown(self, name: str) -> Any:
        """Return the predicted value of a field, or the current one if the prediction lacks the field."""
        return self.after[name] if name in self.after else self.before.get(name)
