# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kapso holds: configurations and customers, with their true values, and the clock that stamps them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 2, 3, 4, 5, 123000, UTC)
_SECOND = timedelta(seconds=1)
_STAMPS = ("created_at", "updated_at", "webhook_verified_at")


def iso(moment: datetime, *, milliseconds: bool) -> str:
    """Return an instant as the API writes it: ISO 8601, UTC, ``Z``, with or without milliseconds."""
    return moment.isoformat(timespec="milliseconds" if milliseconds else "seconds").removesuffix("+00:00") + "Z"


def stamped(values: dict[str, Any]) -> dict[str, Any]:
    """Return values whose instants, given as ISO 8601 text, are instants; raises ValueError."""
    return {name: _instant(value) if name in _STAMPS else value for name, value in values.items()}


def _instant(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    """Time at the server: begins at START with each reset, runs as real time does or not at all, and can be moved."""

    def __init__(self, runs: bool) -> None:
        self._ahead = 0.0
        self._runs = False
        self._moved = asyncio.Event()
        self.run(runs)

    def run(self, runs: bool) -> None:
        """Run from now on, or stand still."""
        self._ahead = self.elapsed()
        self._zero = time.monotonic()
        self._runs = runs

    def elapsed(self) -> float:
        """Return the seconds since START."""
        return self._ahead + (time.monotonic() - self._zero if self._runs else 0.0)

    def now(self) -> datetime:
        """Return the present instant at the server."""
        return START + timedelta(seconds=self.elapsed())

    def advance(self, seconds: float) -> None:
        """Move the clock ahead."""
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Return when it is that much later by this clock."""
        end = self.elapsed() + seconds
        while (left := end - self.elapsed()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left if self._runs else None)


@dataclass(slots=True)
class Stored:
    """One object as it is: all its values in clear, and the project it belongs to."""

    project: str
    values: dict[str, Any]
    touch_pending: bool = False

    def touch(self, now: datetime) -> None:
        """Move ``updated_at``: by a second at least, so that the move shows even without milliseconds."""
        self.values["updated_at"] = max(now, self.values["updated_at"] + _SECOND)

    def copy(self) -> Stored:
        """Return an independent copy."""
        return Stored(self.project, dict(self.values), self.touch_pending)


@dataclass
class Store:
    """All objects of all projects, in order of creation."""

    clock: Clock
    configs: dict[str, Stored] = field(default_factory=dict)
    customers: dict[str, Stored] = field(default_factory=dict)
    serial: int = 0
    lists_served: int = 0

    def copy(self) -> Store:
        """Return a copy on which a request may run without consequences."""
        return Store(
            self.clock,
            {key: item.copy() for key, item in self.configs.items()},
            {key: item.copy() for key, item in self.customers.items()},
            self.serial,
            self.lists_served,
        )

    def add_config(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a configuration; what is not given gets an example value that differs from object to object."""
        number = self._next()
        defaults = {
            "id": f"00000000-0000-4000-8000-{number:012x}",
            "name": f"Number {number}",
            "kind": "production",
            "phone_number_id": str(100_000_000_000_000 + number),
            "business_account_id": str(200_000_000_000_000 + number),
            "access_token": f"EXAMPLE-TOKEN-{number}",
            "webhook_verify_token": f"EXAMPLE-VERIFY-{number}",
            "webhook_destination_url": f"https://hooks.example.org/wa/{number}",
            "inbound_processing_enabled": True,
            "calls_enabled": False,
            "display_phone_number": f"+1 555-{number // 10_000:03d}-{number % 10_000:04d}",
            "is_coexistence": False,
            "webhook_verified_at": None,
            "customer_id": None,
            "created_at": at,
            "updated_at": at,
        }
        return _keep(self.configs, project, defaults, values)

    def add_customer(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a customer; what is not given gets an example value."""
        number = self._next()
        defaults = {
            "id": f"00000000-0000-4000-9000-{number:012x}",
            "name": f"Customer {number}",
            "external_customer_id": f"customer-{number}",
            "created_at": at,
            "updated_at": at,
        }
        return _keep(self.customers, project, defaults, values)

    def write(self, item: Stored, values: dict[str, Any], *, touch_noop: bool) -> bool:
        """Give an object new values; return whether that moved its ``updated_at``."""
        changed = any(item.values[name] != value for name, value in values.items())
        item.values.update(values)
        if changed or touch_noop:
            item.touch(self.clock.now())
            return True
        return False

    def remove_customer(self, customer_id: str) -> None:
        """Remove a customer and all that belongs to it (docs.kapso.ai/api-reference/platform-introduction)."""
        del self.customers[customer_id]
        for config_id in [key for key, item in self.configs.items() if item.values["customer_id"] == customer_id]:
            del self.configs[config_id]

    def _next(self) -> int:
        self.serial += 1
        return self.serial


def _keep(shelf: dict[str, Stored], project: str, defaults: dict[str, Any], values: dict[str, Any]) -> Stored:
    unknown = values.keys() - defaults.keys()
    if unknown:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    item = Stored(project, {**defaults, **stamped(values)})
    key = item.values["id"]
    if not isinstance(key, str) or not key or key in shelf:
        raise ValueError(f"an id must be text, not empty and not in use: {key!r}")
    shelf[key] = item
    return item
