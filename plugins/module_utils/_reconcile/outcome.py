# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Target and outcome: what one object is to be, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Callable

from .._api.errors import ApiError
from .._api.ids import canonical_id, same_id
from .._api.texts import escaped
from .._api.urls import segment
from .._resources.whatsapp_config import Resource
from .plan import Plan
from .receipts import Receipt

NUMBER = "phone_number_id"  # what finds an object among those of its customer


def alias(customer_id: Any, number: Any) -> str:
    """What an object goes by until its id is known."""
    return json.dumps([canonical_id(customer_id) if isinstance(customer_id, str) else customer_id, number])


def row_keys(row: Mapping[str, Any]) -> list[str]:
    """The keys of the targets that a row of a list may be meant by."""
    return [canonical_id(str(row.get("id"))), alias(row.get("customer_id"), row.get(NUMBER))]


@dataclass(frozen=True)
class Target:
    """What one object is to be. It is addressed by its id, or by customer and number until the id is known."""

    resource: Resource
    object_id: str | None
    desired: Mapping[str, Any]
    send_write_only: str = "when_changed"
    state: str = "present"
    customer_id: str | None = None
    strict_plan: bool = False  # send what is planned and nothing more, whatever the server demands

    @property
    def path(self) -> str:
        """The object's path under the base URL."""
        return f"{self.resource.path}/{segment(self.object_id or '')}"

    @property
    def collection_path(self) -> str:
        """The path of the customer's objects of this kind."""
        return f"/customers/{segment(self.customer_id or '')}{self.resource.path}"

    @property
    def key(self) -> str:
        """What tells this target from the others of a task."""
        return canonical_id(self.object_id) if self.object_id is not None else str(self.alias)

    @property
    def alias(self) -> str | None:
        """What the object goes by until its id is known, None where it was never addressed so."""
        return None if self.customer_id is None else alias(self.customer_id, self.desired.get(NUMBER))

    @property
    def subject(self) -> str:
        """The object as a sentence calls it."""
        if self.object_id is not None:
            return escaped(f"{self.resource.title} {self.object_id}")
        return escaped(f"{self.resource.title} of number {self.desired.get(NUMBER)} of customer {self.customer_id}")

    def matches(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of a list is the object meant."""
        if self.object_id is not None:
            return same_id(row.get("id"), self.object_id)
        owner = row.get("customer_id")
        return row.get(NUMBER) == self.desired.get(NUMBER) and (owner is None or same_id(owner, self.customer_id))


@dataclass
class Outcome:
    """What became of one object. `after` is the prediction where nothing was written."""

    target: Target
    receipt_of: Callable[[str], Receipt]
    receipt: Receipt = field(init=False)  # as it was found; `kept` is what it became
    per_process: Receipt = field(init=False)
    plan: Plan = field(init=False)  # an empty one where the object could not be read
    planned_as: str = ""  # what the object was called when that was planned
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    changed: bool = False  # a write took effect or may have; before that, and in check mode: would be sent
    write_attempted: bool = False  # whether it came to sending
    absent: bool = False  # the object is not there, and is not meant to be
    error: ApiError | None = None
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._load(self.target.object_id or "")

    def identify(self, object_id: str) -> None:
        """The id of the object is known now."""
        known = canonical_id(object_id)
        self.target = replace(self.target, object_id=known)
        self._load(known)

    def _load(self, object_id: str) -> None:
        self.receipt = self.new_receipt = self.receipt_of(object_id)
        self.plan = Plan(self.receipt)

    def adopt_plan(self, plan: Plan) -> None:
        """What is to be done is known now."""
        self.planned_as = self.target.subject
        self.plan = plan
        self.new_receipt = plan.receipt
        self.warnings.extend(plan.warnings)
        self.changed = bool(plan.changes)
