# SPDX-License-Identifier: GPL-3.0-or-later
"""Store the objects at Kapso: configurations (phone numbers), customers, webhooks, setup links; and their clock."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from tests.emulator.fields import OF_META

START = datetime(2026, 1, 2, 3, 4, 5, 123000, UTC)
LINK_LIFE = timedelta(days=30)
_SECOND = timedelta(seconds=1)
_STAMPS = ("created_at", "updated_at", "webhook_verified_at", "expires_at")
_TIMESPECS: dict[int, str] = {0: "seconds", 3: "milliseconds", 6: "microseconds"}


def iso(moment: datetime, digits: int = 0) -> str:
    """Return a time as the API writes it: ISO 8601, UTC, ``Z``, with 0, 3 or 6 digits of a second."""
    return moment.isoformat(timespec=_TIMESPECS[digits]).removesuffix("+00:00") + "Z"


def stamped(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with times, given as ISO 8601 text, as datetimes. Raise ValueError if one is not valid."""
    return {name: _instant(value) if name in _STAMPS else value for name, value in values.items()}


def _instant(value: Any) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    """Give the time at the server. It starts at START on each reset, runs in real time or stands, and can be moved."""

    def __init__(self, runs: bool) -> None:
        self._ahead = 0.0
        self._runs = False
        self._moved = asyncio.Event()
        self.run(runs)

    def run(self, runs: bool) -> None:
        """Start or stop the clock."""
        self._ahead = self.elapsed()
        self._zero = time.monotonic()
        self._runs = runs

    def elapsed(self) -> float:
        """Return the seconds since START."""
        return self._ahead + (time.monotonic() - self._zero if self._runs else 0.0)

    def now(self) -> datetime:
        """Return the current time at the server."""
        return START + timedelta(seconds=self.elapsed())

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved by that many seconds."""
        end = self.elapsed() + seconds
        while (left := end - self.elapsed()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left if self._runs else None)


@dataclass(slots=True)
class Stored:
    """Hold one object: its project, and all its values in clear."""

    project: str
    values: dict[str, Any]
    touch_pending: bool = False

    def touch(self, now: datetime) -> None:
        """Move ``updated_at`` by at least a second, so that the move is visible in whole seconds."""
        self.values["updated_at"] = max(now, self.values["updated_at"] + _SECOND)

    def copy(self) -> Stored:
        """Return an independent copy."""
        return Stored(self.project, dict(self.values), self.touch_pending)


@dataclass(frozen=True)
class Checkup:
    """Hold the last health check of a number.

    report: the report, repeated until ``until``. of: ``updated_at`` of the number at that time. failures: failed checks
    in a row.
    """

    report: dict[str, Any]
    until: datetime
    of: datetime
    failures: int


@dataclass
class Store:
    """Hold all objects of all projects, in order of creation."""

    clock: Clock
    configs: dict[str, Stored] = field(default_factory=dict)
    customers: dict[str, Stored] = field(default_factory=dict)
    webhooks: dict[str, Stored] = field(default_factory=dict)
    setup_links: dict[str, Stored] = field(default_factory=dict)
    checkups: dict[str, Checkup] = field(default_factory=dict)
    serial: int = 0
    lists_served: int = 0

    def copy(self) -> Store:
        """Return an independent copy, for a request that must not take effect."""
        configs, customers, webhooks, setup_links = (
            {key: item.copy() for key, item in shelf.items()} for shelf in self.shelves
        )
        checkups = dict(self.checkups)
        return Store(self.clock, configs, customers, webhooks, setup_links, checkups, self.serial, self.lists_served)

    @property
    def shelves(self) -> tuple[dict[str, Stored], ...]:
        """Return all objects: a dictionary by ID for each kind."""
        return self.configs, self.customers, self.webhooks, self.setup_links

    def find(self, object_id: str) -> Stored | None:
        """Return the object of this ID, of any kind."""
        return next((shelf[object_id] for shelf in self.shelves if object_id in shelf), None)

    def add_config(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a configuration. Missing fields get example values, unique where that matters."""
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
            **OF_META,
            "created_at": at,
            "updated_at": at,
        }
        return _keep(self.configs, project, defaults, values)

    def add_customer(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a customer. Missing fields get example values."""
        number = self._next()
        defaults = {
            "id": f"00000000-0000-4000-9000-{number:012x}",
            "name": f"Customer {number}",
            "external_customer_id": f"customer-{number}",
            "created_at": at,
            "updated_at": at,
        }
        return _keep(self.customers, project, defaults, values)

    def add_webhook(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a webhook. ``config_id`` is the internal ID of its number, None for a webhook of the project."""
        number = self._next()
        defaults: dict[str, Any] = {
            "id": f"00000000-0000-4000-a000-{number:012x}",
            "config_id": None,
            "project_id": str(uuid5(NAMESPACE_OID, project)),
            "url": f"https://hooks.example.org/webhooks/{number}",
            "kind": "kapso",
            "secret_key": None,
            "events": ["whatsapp.message.received"],
            "active": True,
            "headers": {},
            "buffer_enabled": False,
            "buffer_window_seconds": None,
            "max_buffer_size": None,
            "buffer_events": [],
            "inactivity_minutes": 60,
            "payload_version": "v2",
            "created_at": at,
            "updated_at": at,
        }
        return _keep(self.webhooks, project, defaults, values)

    def add_setup_link(self, project: str, values: dict[str, Any], *, at: datetime = START) -> Stored:
        """Add a setup link, which revokes the active one of its customer."""
        number = self._next()
        token = f"EXAMPLE-LINK-{number}"
        defaults: dict[str, Any] = {
            "id": f"00000000-0000-4000-b000-{number:012x}",
            "customer_id": None,
            "status": "active",
            "url": f"https://app.kapso.ai/whatsapp/setup/{token}",
            "token": token,
            "success_redirect_url": None,
            "failure_redirect_url": None,
            "allowed_origins": [],
            "allowed_connection_types": ["coexistence", "dedicated"],
            "provision_phone_number": False,
            "phone_number_area_code": None,
            "phone_number_country_isos": ["US"],
            "theme_config": None,
            "language": None,
            "meta_billing_mode": "customer_managed",
            "reconnect_phone_number": None,
            "whatsapp_setup_status": "pending",
            "whatsapp_setup_error": None,
            "provisioned_phone_number": None,
            "expires_at": at + LINK_LIFE,
            "created_at": at,
            "updated_at": at,
        }
        self.expire_links()
        item = _keep(self.setup_links, project, defaults, values)
        if item.values["status"] == "active":
            self.revoke_other_links(item)
        return item

    def revoke_other_links(self, kept: Stored) -> None:
        """Revoke the other active links of the customer of a link: only one can be active."""
        for item in self.setup_links.values():
            same = item.values["customer_id"] == kept.values["customer_id"]
            if same and item is not kept and item.values["status"] == "active":
                item.values["status"] = "revoked"

    def expire_links(self) -> None:
        """Mark active links as expired whose time is over. Each request about links calls this."""
        for item in self.setup_links.values():
            until = item.values["expires_at"]
            if item.values["status"] == "active" and until and until <= self.clock.now():
                item.values["status"] = "expired"

    def write(self, item: Stored, values: dict[str, Any], *, touch_noop: bool) -> bool:
        """Write new values to an object; return whether its ``updated_at`` moved."""
        changed = any(item.values[name] != value for name, value in values.items())
        item.values.update(values)
        if changed or touch_noop:
            item.touch(self.clock.now())
            return True
        return False

    def remove(self, object_id: str) -> None:
        """Remove an object of any kind, and the objects that belong to it."""
        if object_id in self.configs:
            self.remove_config(object_id)
        elif object_id in self.customers:
            self.remove_customer(object_id)
        else:
            for shelf in (self.webhooks, self.setup_links):
                shelf.pop(object_id, None)

    def remove_config(self, config_id: str) -> None:
        """Remove a configuration and its webhooks."""
        del self.configs[config_id]
        self.webhooks = {key: item for key, item in self.webhooks.items() if item.values["config_id"] != config_id}

    def remove_customer(self, customer_id: str) -> None:
        """Remove a customer and its objects (docs.kapso.ai/api-reference/platform-introduction)."""
        del self.customers[customer_id]
        for config_id in [key for key, item in self.configs.items() if item.values["customer_id"] == customer_id]:
            self.remove_config(config_id)
        links = self.setup_links.items()
        self.setup_links = {key: item for key, item in links if item.values["customer_id"] != customer_id}

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
