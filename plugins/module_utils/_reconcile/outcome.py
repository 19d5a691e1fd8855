# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An outcome: what was found of one object, what is planned for it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from .._api.errors import ApiError
from .._api.ids import canonical_id
from .._api.texts import as_json, escaped
from .._resources.model import Resource
from .plan import Plan
from .receipts import Receipt
from .sensitive import shown_key
from .target import Target


def key_in_words(resource: Resource, values: Iterable[Any]) -> str | None:
    """Return the values of a key in one text, without those that are a default; None if there is no other."""
    usual = {field.name: field.default for field in resource.fields}
    named = zip(resource.key, shown_key(resource, values))
    known = [value for name, value in named if value not in (None, usual[name])]
    return " ".join(map(str, known)) or None


@dataclass(frozen=True)
class Outcome:
    """What became of one object. Each verb returns a further one; `after` is the prediction if nothing was written."""

    target: Target
    receipt_of: Callable[[str], Receipt]
    receipt: Receipt  # as it was found
    plan: Plan  # an empty one if the object could not be read
    new_receipt: Receipt
    planned_as: str = ""  # what the object was called when that was planned
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    changed: bool = False  # a write took effect or may have; before that, and in check mode: would be sent
    write_attempted: bool = False
    others: tuple[Mapping[str, Any], ...] = ()  # further objects, which are deleted
    others_note: str = ""  # what they are
    others_first: bool = False  # whether they are deleted before the object itself is written to
    earlier: Outcome | None = None  # a write before this one, which did not do
    held_back: bool = False  # it was planned, and the run was stopped before anything was written
    absent: bool = False  # the object is not there, and is not meant to be
    error: ApiError | None = None
    warnings: tuple[str, ...] = ()
    parent_name: str | None = None  # the name of the object that it belongs to, if a list has shown it

    @classmethod
    def begin(cls, target: Target, receipt_of: Callable[[str], Receipt]) -> Outcome:
        """Return what is known of an object before it is read."""
        receipt = receipt_of(target.object_id or "")
        return cls(target, receipt_of, receipt, Plan(receipt), receipt)

    def identified(self, object_id: str) -> Outcome:
        """Return the outcome with the id of the object, which is known now."""
        known = canonical_id(object_id)
        receipt = self.receipt_of(known)
        target = replace(self.target, object_id=known)
        return replace(self, target=target, receipt=receipt, plan=Plan(receipt), new_receipt=receipt)

    def planned(self, plan: Plan, after: Mapping[str, Any]) -> Outcome:
        """Return the outcome with what is to be done, and the object as it will be."""
        return replace(
            self,
            plan=plan,
            planned_as=self.target.subject,
            new_receipt=plan.receipt,
            after=after,
            changed=plan.action is not None,
            warnings=(*self.warnings, *plan.warnings),
        )

    def deleting(self, others: Iterable[Mapping[str, Any]], note: str, before_all: bool = False) -> Outcome:
        """Return the outcome with further objects to delete. `{noun}` in the note is what one of them is called."""
        return replace(
            self,
            others=(*self.others, *others),
            others_note=note.format(noun=self.target.resource.noun),
            others_first=before_all,
            changed=True,
            planned_as=self.target.subject,
        )

    def failed(self, error: ApiError) -> Outcome:
        """Return the outcome with what went wrong."""
        return replace(self, error=error)

    @property
    def key(self) -> str | None:
        """The key of the object in one text, None if it is not known."""
        shown, resource = {**self.before, **self.after}, self.target.resource
        values = [
            given if shown.get(name) is None else shown[name] for name, given in zip(resource.key, self.target.key)
        ]
        return key_in_words(resource, values)

    @property
    def name(self) -> str | None:
        """The name of the object as it will be, or of one that is deleted as it was; None if it has none."""
        declared = self.target.desired.get("name")
        names = (self.after.get("name"), declared, self.before.get("name"))
        return next((name for name in names if isinstance(name, str)), None)

    @property
    def label(self) -> str:
        """The object as a list of several calls it: by its name and key, if it has a name."""
        known = self.key or self.target.object_id
        if self.name is None or known is None:
            return self.target.object_id or self.target.subject
        return f"{as_json(self.name)} ({escaped(known)})"

    @property
    def title(self) -> str:
        """The object as a sentence about a run calls it."""
        return self.target.subject if self.name is None else f"{self.target.resource.title} {self.label}"

    @property
    def parent(self) -> str | None:
        """The id of the parent, None if there is none or it is not known."""
        parent = self.target.resource.parent
        if parent is None:
            return None
        shown = {**self.before, **self.after}
        owner = self.target.parent_id or shown.get(parent.row_field)
        return owner if isinstance(owner, str) else None
