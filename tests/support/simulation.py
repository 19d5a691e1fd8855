# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real engine without a network: a server in memory, and a receipt that is kept between runs."""

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
    """Return the signer of the object of these tests, or of another one."""
    return receipts.ReceiptSigner(key, url, resource, object_id, WHATSAPP_CONFIG.canonical)


def instant(seconds: float) -> str:
    """Return a time as the API writes it, with milliseconds if `seconds` has a fraction."""
    moment = EPOCH + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds" if seconds % 1 else "seconds").replace("+00:00", "Z")


@dataclass
class Server:
    """Hold one object, and the behavior of its server. Each event moves the server's clock by a minute."""

    state: dict[str, Any] = field(default_factory=dict)
    omits: tuple[str, ...] = ()  # fields that no answer has
    nulls: tuple[str, ...] = ()  # fields that are null in every answer
    masks: tuple[str, ...] = ()  # fields shown as asterisks and the last two characters
    ignores: tuple[str, ...] = ()  # fields that a write may have but does not change
    form: Callable[[Any], Any] | None = None  # converts a text before it is stored
    demanding: bool = False  # refuse a write without the fields that are required on write
    timeless: bool = False  # answers have no updated_at
    updated_at_unstable: bool = False  # each read moves updated_at
    touches_after: float | None = None  # seconds after a write at which the server moves updated_at
    now: float = 0
    writes: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> dict[str, Any]:
        """Return the object in the form of the API."""
        if self.updated_at_unstable:
            self.now += 60
        return self._answer()

    def write(self, values: Values) -> dict[str, Any]:
        """Write these values, and return the object. Raise Rejected, as for a 422, if required fields are missing."""
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
        """Set these values, as another client does."""
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
    """Read and write the object of a server in memory."""

    def __init__(self, server: Server) -> None:
        super().__init__(Transport(Settings(URL, KEY)), RateLimiter(), Mask([]))
        self._server = server

    def get(self, path: str) -> Values:
        """Return the object."""
        assert path.endswith(ID)
        return self._server.read()

    def write(self, method: str, path: str, body: Values, after: ApiError | None = None) -> Values:
        """Write to the object and return it."""
        assert (method, path.endswith(ID), after) == ("PATCH", True, None)
        return self._server.write(body[WHATSAPP_CONFIG.envelope])


@dataclass(frozen=True)
class Run:
    """Hold one run: its plan, the sent fields, and its warnings."""

    plan: Plan
    sent: Mapping[str, str]  # reason by field, in the order of the changes
    ignored: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass
class Controller:
    """Keep the receipt of one object between runs."""

    server: Server
    stored: str | None = None

    @property
    def receipt(self) -> receipts.Receipt:
        """Return the receipt, and assert that it is valid."""
        receipt, problem = receipts.load(self.stored, signer())
        assert problem is None
        return receipt

    def reconcile(self, declared: Values, send_write_only: str = "when_changed", *, check: bool = False) -> Outcome:
        """Run, or dry run, and return the outcome."""
        target = Target(WHATSAPP_CONFIG, ID, declared, send_write_only)
        outcome = reconcile(InMemory(self.server), target, lambda _id: self.receipt, check)
        if not check:
            self.stored = outcome.new_receipt.dump()
        return outcome

    def run(self, declared: Values, send_write_only: str = "when_changed") -> Run:
        """Run, and return what it did. The server may ignore fields. Raise ApiError on any other error."""
        outcome = self.reconcile(declared, send_write_only)
        ignored: tuple[str, ...] = ()
        if outcome.error is not None:
            if outcome.error.outcome != "applied":
                raise outcome.error
            ignored = tuple(part.split()[0] for part in outcome.error.facts.message.split(", "))
        sent = {change.field.name: change.reason for change in outcome.plan.changes}
        return Run(outcome.plan, sent, ignored, tuple(outcome.warnings))


# A story: the events of one object, step by step.

Step = Callable[[Controller], None]


def runs(declared: Values, send_write_only: str = "when_changed") -> Step:
    """Return a step: a run without assertions."""

    def step(controller: Controller) -> None:
        controller.run(declared, send_write_only)

    return step


def sends(declared: Values, reason: str, *names: str, by: str = "when_changed", says: Sequence[str] = ()) -> Step:
    """Return a step: a run that sends these fields, or all declared ones, for that reason, with these warnings."""

    def step(controller: Controller) -> None:
        run = controller.run(declared, by)
        assert (run.sent, run.ignored) == (dict.fromkeys(names or declared, reason), ())
        assert list(run.warnings) == list(says)

    return step


def rests(declared: Values, by: str = "when_changed", *, says: Sequence[str] = ()) -> Step:
    """Return a step: a run that sends nothing, with these warnings."""

    def step(controller: Controller) -> None:
        run = controller.run(declared, by)
        assert (run.sent, list(run.warnings)) == ({}, list(says))

    return step


def edit(**values: Any) -> Step:
    """Return a step: another client sets these values at the server."""
    return lambda controller: controller.server.edit(**values)


def server(**behaviour: Any) -> Step:
    """Return a step: the server changes its behavior."""
    return lambda controller: vars(controller.server).update(behaviour)


def holds(**state: Any) -> Step:
    """Return a step: assert that the server holds these values."""

    def step(controller: Controller) -> None:
        assert {name: controller.server.state[name] for name in state} == state

    return step


def tell(controller: Controller, *steps: Step) -> None:
    """Run the steps of a story."""
    for step in steps:
        step(controller)
