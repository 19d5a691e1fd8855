# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs without a network: the real engine, a server in memory, and a receipt that is remembered between the runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError, Rejected
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import receipts
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import Plan
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.reconcile import reconcile
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

KEY = "EXAMPLE-receipts-key"
URL = "https://kapso.example/api/v1"
ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

Values = Mapping[str, Any]


def signer(
    key: str = KEY, url: str = URL, resource: str = WHATSAPP_CONFIG.name, object_id: str = ID
) -> receipts.ReceiptSigner:
    """The signer of the object that these tests are about, or of one that differs from it."""
    return receipts.ReceiptSigner(key, url, resource, object_id, WHATSAPP_CONFIG.canonical)


def instant(seconds: float) -> str:
    """A moment, as the API writes it; with milliseconds where the number has a fraction."""
    moment = EPOCH + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds" if seconds % 1 else "seconds").replace("+00:00", "Z")


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
    updated_at_unstable: bool = False  # every reading moves updated_at
    touches_after: float | None = None  # seconds after a write at which it moves updated_at by itself
    now: float = 0
    writes: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> dict[str, Any]:
        """The object as the API returns it."""
        if self.updated_at_unstable:
            self.now += 60
        return self._answer()

    def write(self, values: Values) -> dict[str, Any]:
        """Set these, and return the object. Raises ApiError, as for a 422."""
        if self.demanding and not set(WHATSAPP_CONFIG.required_on_write) <= set(values):
            raise Rejected("refused", "", status=422, answer="Phone number can't be blank")
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


class InMemory(Client):
    """A client of a server in memory."""

    def __init__(self, server: Server) -> None:
        super().__init__(Transport(Settings(URL, KEY)), RateLimiter(), Mask([]))
        self._server = server

    def get(self, path: str) -> Values:
        """The object."""
        assert path.endswith(ID)
        return self._server.read()

    def write(self, method: str, path: str, body: Values, after: ApiError | None = None) -> Values:
        """Write to the object."""
        assert (method, path.endswith(ID), after) == ("PATCH", True, None)
        return self._server.write(body[WHATSAPP_CONFIG.envelope])


@dataclass(frozen=True)
class Run:
    """What a run did."""

    plan: Plan
    sent: Mapping[str, str]  # reason by field, in the order of the changes
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass
class Controller:
    """Remembers one object between its runs, as the text of a receipt."""

    server: Server
    stored: str | None = None

    @property
    def receipt(self) -> receipts.Receipt:
        """The receipt, which must be a good one."""
        receipt, problem = receipts.load(self.stored, signer())
        assert problem is None
        return receipt

    def reconcile(self, declared: Values, send_write_only: str = "when_changed", *, check: bool = False) -> Outcome:
        """A run, or a dry run, and all that came of it."""
        target = Target(WHATSAPP_CONFIG, ID, declared, send_write_only)
        outcome = reconcile(InMemory(self.server), target, lambda _id: self.receipt, check)
        if not check:
            self.stored = outcome.new_receipt.dump()
        return outcome

    def run(self, declared: Values, send_write_only: str = "when_changed") -> Run:
        """A run, in which the server may have left fields undone. Raises ApiError where anything else went wrong."""
        outcome = self.reconcile(declared, send_write_only)
        ignored: tuple[str, ...] = ()
        if outcome.error is not None:
            if outcome.error.outcome != "applied":
                raise outcome.error
            ignored = tuple(part.split()[0] for part in outcome.error.facts.message.split(", "))
        sent = {change.field.name: change.reason for change in outcome.plan.changes}
        return Run(outcome.plan, sent, ignored, tuple(outcome.warnings))


# A story: what happens to one object, step by step.

Step = Callable[[Controller], None]


def runs(declared: Values, send_write_only: str = "when_changed") -> Step:
    """A run that does whatever it does."""

    def step(controller: Controller) -> None:
        controller.run(declared, send_write_only)

    return step


def sends(declared: Values, reason: str, *names: str, by: str = "when_changed", says: Sequence[str] = ()) -> Step:
    """A run that sends these fields, or all that are declared, for that reason, and warns in these words."""

    def step(controller: Controller) -> None:
        run = controller.run(declared, by)
        assert (run.sent, run.ignored) == (dict.fromkeys(names or declared, reason), ())
        assert list(run.warnings) == list(says)

    return step


def rests(declared: Values, by: str = "when_changed", *, says: Sequence[str] = ()) -> Step:
    """A run that sends nothing, and warns in these words."""

    def step(controller: Controller) -> None:
        run = controller.run(declared, by)
        assert (run.sent, list(run.warnings)) == ({}, list(says))

    return step


def edit(**values: Any) -> Step:
    """Somebody else sets these at the server."""
    return lambda controller: controller.server.edit(**values)


def server(**behaviour: Any) -> Step:
    """From now on the server behaves like that."""
    return lambda controller: vars(controller.server).update(behaviour)


def holds(**state: Any) -> Step:
    """The server holds these by now."""

    def step(controller: Controller) -> None:
        assert {name: controller.server.state[name] for name in state} == state

    return step


def tell(controller: Controller, *steps: Step) -> None:
    """Go through a story."""
    for step in steps:
        step(controller)
