# SPDX-License-Identifier: GPL-3.0-or-later
"""Prepare the scene of all contenders: objects at an emulator, a file that declares them, receipts, an environment."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.processes import run
from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.emulator.journal import Entry

PLAYBOOKS = Path(__file__).parent / "playbooks"
PER_PAGE = 100
BY_HAND = "Renamed by hand"
# Fields that all objects share.
DEFAULTS = {
    "webhook_destination_url": "https://hooks.example.org/whatsapp",
    "webhook_verify_token": "EXAMPLE-VERIFY-TOKEN",
}
OWN_SETTINGS = ("ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT", "ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY")


@dataclass(frozen=True)
class Size:
    """Hold the number of objects of a project."""

    customers: int
    numbers: int
    webhooks: int

    @property
    def objects(self) -> int:
        """Return the number of all objects."""
        return self.customers + self.numbers + self.webhooks

    def __str__(self) -> str:
        return f"{self.customers} customers, {self.numbers} numbers, {self.webhooks} webhooks"

    @property
    def pages(self) -> int:
        """Return the number of pages in their lists."""
        return sum(math.ceil(number / PER_PAGE) for number in vars(self).values())


@dataclass(frozen=True)
class Counts:
    """Hold the number of requests of one run, from the journal."""

    pages: int = 0  # GETs of the list
    gets: int = 0  # of single objects
    patches: int = 0
    refused: int = 0  # by the rate limit, not counted above

    @property
    def requests(self) -> int:
        """Return the number of all requests."""
        return self.pages + self.gets + self.patches + self.refused

    def __str__(self) -> str:
        parts = ((self.pages, "list"), (self.gets, "GET"), (self.patches, "PATCH"), (self.refused, "429"))
        return ", ".join(f"{number} {what}" for number, what in parts if number) or "none"


NONE = Counts()


class Scene:
    """Hold objects at the emulator as declared, receipts for all, and edits that make some of them differ.

    declared: variables of the playbooks. playbook: applies the declarations; it runs once when the scene is made.
    """

    def __init__(
        self, kapso: Emulator, place: Path, declared: dict[str, Any], playbook: str, options: tuple[str, ...] = ()
    ) -> None:
        self.kapso = kapso
        self.file = place / "declared.json"
        self.file.write_text(json.dumps(declared), encoding="utf-8")
        self.edits: dict[str, dict[str, Any]] = {}  # by the ID of the object
        self.script = "tests/bench/bare.py"
        self._main = self.playbook(playbook)
        where = {"KAPSO_API_URL": kapso.url, "KAPSO_API_KEY": kapso.key, "KAPSO_RECEIPTS": str(place / "receipts")}
        where["KAPSO_PLATFORM_API_URL"] = kapso.platform_url
        # These settings are for tests only, and take time.
        environment = ansible_environment(place / "home", where).items()
        self.environment = {name: value for name, value in environment if name not in OWN_SETTINGS}
        self._connections = 0
        run((*self._main, *options), self.environment)
        self._as_declared = self._state()

    @property
    def differing(self) -> int:
        """Return the number of objects that differ after the edits."""
        return len(self.edits)

    def playbook(self, name: str, *options: str) -> tuple[str, ...]:
        """Return the command that runs a playbook on the declared objects."""
        return ("ansible-playbook", str(PLAYBOOKS / f"{name}.yml"), "-e", f"@{self.file}", *options)

    def bare(self, how: str, threads: int | None = None) -> tuple[str, ...]:
        """Return the command that makes the same requests without a playbook."""
        words = () if threads is None else (str(threads),)
        return (sys.executable, self.script, how, str(self.file), *words)

    def begin(self, differ: bool) -> None:
        """Make the edits if `differ`, and start to count requests."""
        if differ:
            self.kapso.batch(*(("edit", {"object_id": key, **fields}) for key, fields in self.edits.items()))
        self.kapso.clear_journal()
        self._connections = self.kapso.connections()

    def counts(self) -> Counts:
        """Return the number of requests since `begin`."""
        return Counts(**Counter(_kind(entry) for entry in self.kapso.journal()))

    def connections(self) -> int:
        """Return the number of connections since `begin`."""
        return self.kapso.connections() - self._connections

    def is_as_declared(self) -> bool:
        """Return whether all objects are as declared."""
        return self._state() == self._as_declared

    def _state(self) -> list[tuple[Any, ...]]:
        rows = [*self.kapso.customers(), *self.kapso.configs(), *self.kapso.webhooks()]
        return [(row["id"], row.get("name"), row.get("buffer_window_seconds")) for row in rows]


def configurations(kapso: Emulator, place: Path, objects: int, nth: int) -> Scene:
    """Return a scene with configurations, of which each `nth` can differ."""
    kapso.reset()
    place.mkdir()
    ids = kapso.add_many(objects, name="Shop {n}", access_token="EXAMPLE-TOKEN-{n}")
    configs = [
        {"config_id": config_id, "fields": {"name": f"Shop {number}", "access_token": f"EXAMPLE-TOKEN-{number}"}}
        for number, config_id in enumerate(ids, 1)
    ]
    declared = {"defaults": DEFAULTS, "configs": configs}
    scene = Scene(kapso, place, declared, "project", ("-e", "send_write_only=adopt"))
    scene.edits = {config_id: {"name": BY_HAND} for config_id in ids[::nth]}
    return scene


def whole_project(kapso: Emulator, place: Path, size: Size, differing: int) -> Scene:
    """Return a scene with objects of all kinds, of which `differing` can differ, spread over the kinds."""
    kapso.reset()
    place.mkdir()
    scene = Scene(kapso, place, _declared(size), "platform")
    rows = [*kapso.customers(), *kapso.configs()]
    names = [(row["id"], {"name": BY_HAND}) for row in rows]
    windows = [(row["id"], {"buffer_window_seconds": 30}) for row in kapso.webhooks()]
    each: list[tuple[str, dict[str, Any]]] = [*names, *windows]
    scene.edits = dict(each[:: len(each) // differing][:differing])
    scene.script = "tests/bench/bare_project.py"
    return scene


def _declared(size: Size) -> dict[str, Any]:
    """Return customers, numbers spread over the customers, and webhooks spread over the numbers."""
    numbers = [f"1{number:014}" for number in range(size.numbers)]
    return {
        "customers": [
            {"external_customer_id": f"shop-{number}", "fields": {"name": f"Shop {number}"}}
            for number in range(size.customers)
        ],
        "phone_numbers": [
            {
                "phone_number_id": number,
                "external_customer_id": f"shop-{place % size.customers}",
                "fields": {"name": f"Desk {place}", "access_token": f"EXAMPLE-TOKEN-{place}"},
            }
            for place, number in enumerate(numbers)
        ],
        "webhooks": [
            {"phone_number_id": numbers[place % size.numbers], "url": f"https://hooks.example.org/wa/{place}"}
            for place in range(size.webhooks)
        ],
        "defaults": {
            "phone_numbers": {"business_account_id": "200000000000001"},
            "webhooks": {
                "events": ["whatsapp.message.received"],
                "secret_key": "EXAMPLE-SECRET",
                "buffer_enabled": True,
                "buffer_window_seconds": 5,
            },
        },
    }


def empty_playbook() -> tuple[str, ...]:
    """Return the command that runs a playbook without tasks and data."""
    return ("ansible-playbook", str(PLAYBOOKS / "empty.yml"))


def _kind(entry: Entry) -> str:
    if entry.status == 429:
        return "refused"
    if entry.method == "GET":
        return "pages" if entry.query else "gets"
    return "patches"
