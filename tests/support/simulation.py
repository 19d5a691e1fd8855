# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs without a network: a server in memory, and a controller that plans, writes and remembers as the engine does.

So a case of the plan's tests can say what the next run does, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils import receipts
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import Plan, demand, make_plan, verify
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

KEY = "EXAMPLE-receipts-key"
URL = "https://kapso.example/api/v1"
ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

Values = Mapping[str, Any]


def seal(key: str = KEY, url: str = URL, resource: str = WHATSAPP_CONFIG.name, object_id: str = ID) -> receipts.Seal:
    """The seal of the object that these tests are about, or of one that differs from it."""
    return receipts.Seal(key, url, resource, object_id)


def instant(seconds: float) -> str:
    """A moment, as the API writes it; with milliseconds where the number has a fraction."""
    moment = EPOCH + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds" if seconds % 1 else "seconds").replace("+00:00", "Z")


class Demanding(Exception):
    """The server's 422: it wants the Meta ids and the token with every write."""


@dataclass
class Server:
    """One object, and how its server behaves. Whatever happens takes a minute, by the server's clock."""

    state: dict[str, Any] = field(default_factory=dict)
    omits: tuple[str, ...] = ()  # left out of every answer
    nulls: tuple[str, ...] = ()  # null in every answer
    masks: tuple[str, ...] = ()  # shown as asterisks and the last two characters
    ignores: tuple[str, ...] = ()  # accepted in a write, and left as they were
    form: Callable[[Any], Any] | None = None  # what it makes of a text that it stores
    demanding: bool = False  # a write without these three is refused
    timeless: bool = False  # no updated_at
    restless: bool = False  # every reading moves updated_at
    touches_after: float | None = None  # seconds after a write at which it moves updated_at by itself
    now: float = 0
    writes: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> dict[str, Any]:
        """The object as the API returns it."""
        if self.restless:
            self.now += 60
        return self._answer()

    def write(self, values: Values) -> dict[str, Any]:
        """Set these, and return the object. Raises Demanding."""
        if self.demanding and not set(WHATSAPP_CONFIG.demanded) <= set(values):
            raise Demanding
        self.writes.append(dict(values))
        stored = {name: value for name, value in values.items() if name not in self.ignores}
        if self.form is not None:
            stored = {name: self.form(value) if isinstance(value, str) else value for name, value in stored.items()}
        self.edit(**stored)
        answer = self._answer()
        self.now += self.touches_after or 0
        return answer

    def edit(self, **values: Any) -> None:
        """Somebody else sets these."""
        self.state.update(values)
        self.now += 60

    def _answer(self) -> dict[str, Any]:
        shown = {name: self._shown(name, value) for name, value in self.state.items() if name not in self.omits}
        return shown if self.timeless else {**shown, "updated_at": instant(self.now)}

    def _shown(self, name: str, value: Any) -> Any:
        if name in self.nulls:
            return None
        return f"********{value[-2:]}" if name in self.masks and value else value


@dataclass(frozen=True)
class Run:
    """What a run did."""

    plan: Plan
    sent: Mapping[str, str]  # reason by field, in the order of the changes
    ignored: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class Controller:
    """Remembers one object between its runs, as the text of a receipt."""

    server: Server
    stored: str | None = None

    @property
    def receipt(self) -> receipts.Receipt:
        """The receipt, which must be a good one."""
        receipt, problem = receipts.load(self.stored, seal())
        assert problem is None
        return receipt

    def dry_run(self, declared: Values, send_write_only: str = "when_changed") -> Plan:
        """Read and plan."""
        return self._look(declared, send_write_only)[1]

    def run(self, declared: Values, send_write_only: str = "when_changed") -> Run:
        """Read, plan, write and remember."""
        before, plan = self._look(declared, send_write_only)
        ignored: tuple[str, ...] = ()
        receipt, warnings = plan.receipt, plan.warnings
        if plan.changes:
            plan, after = self._write(plan, declared, before, send_write_only)
            verdict = verify(plan, before, after)
            ignored = tuple(field.name for field in verdict.ignored)
            warnings = (*warnings, *verdict.warnings)
            accepted = {name: value for name, value in plan.values.items() if name not in ignored}
            receipt = plan.receipt.recorded(accepted, before, after, plan.resent)
        self.stored = receipt.dump()
        return Run(plan, {change.field.name: change.reason for change in plan.changes}, ignored, warnings)

    def _look(self, declared: Values, send_write_only: str) -> tuple[Values, Plan]:
        current = self.server.read()
        plan = make_plan(WHATSAPP_CONFIG, declared, current, self.receipt, send_write_only)
        if plan.look_again:
            again = self.server.read()
            plan = make_plan(WHATSAPP_CONFIG, declared, current, self.receipt, send_write_only, again)
        assert not plan.look_again
        return current, plan

    def _write(self, plan: Plan, declared: Values, before: Values, send_write_only: str) -> tuple[Plan, Values]:
        try:
            return plan, self.server.write(plan.values)
        except Demanding:
            wider = replace(plan, receipt=replace(plan.receipt, required_by_server=True))
            wider = demand(WHATSAPP_CONFIG, wider, declared, before, send_write_only)
            return wider, self.server.write(wider.values)
