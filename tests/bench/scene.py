# SPDX-License-Identifier: GPL-3.0-or-later
"""What all contenders find: objects at an emulator, the file that declares them, receipts, an environment."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import run
from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.emulator.journal import Entry

PLAYBOOKS = Path(__file__).parent / "playbooks"
BY_HAND = "Renamed by hand"
# What all objects have in common.
DEFAULTS = {
    "webhook_destination_url": "https://hooks.example.org/whatsapp",
    "webhook_verify_token": "EXAMPLE-VERIFY-TOKEN",
}
OWN_SETTINGS = ("ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT", "ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY")


@dataclass(frozen=True)
class Counts:
    """What the emulator saw of one run."""

    pages: int = 0  # GETs of the list
    gets: int = 0  # of single objects
    patches: int = 0
    refused: int = 0  # by the rate limit, and counted nowhere else

    @property
    def requests(self) -> int:
        """All of them."""
        return self.pages + self.gets + self.patches + self.refused

    def __str__(self) -> str:
        parts = ((self.pages, "list"), (self.gets, "GET"), (self.patches, "PATCH"), (self.refused, "429"))
        return ", ".join(f"{number} {what}" for number, what in parts if number) or "none"


NONE = Counts()


class Scene:
    """So many objects at the emulator, of which every `nth` differs after `begin(differ=True)`."""

    def __init__(self, kapso: Emulator, place: Path, objects: int, nth: int) -> None:
        kapso.reset()
        place.mkdir()
        ids = kapso.add_many(objects, name="Shop {n}", access_token="EXAMPLE-TOKEN-{n}")
        configs = [
            {"config_id": config_id, "fields": {"name": f"Shop {number}", "access_token": f"EXAMPLE-TOKEN-{number}"}}
            for number, config_id in enumerate(ids, 1)
        ]
        self.kapso = kapso
        self.objects = objects
        self.file = place / "configs.json"
        self.file.write_text(json.dumps({"defaults": DEFAULTS, "configs": configs}), encoding="utf-8")
        where = {"KAPSO_API_URL": kapso.url, "KAPSO_API_KEY": kapso.key, "KAPSO_RECEIPTS": str(place / "receipts")}
        # The tests' own way to let workers end is not that of users, and takes time.
        environment = ansible_environment(place / "home", where).items()
        self.environment = {name: value for name, value in environment if name not in OWN_SETTINGS}
        self._names = [f"Shop {number}" for number in range(1, objects + 1)]
        self._differing = ids[::nth]
        self._connections = 0
        # As after an earlier run: receipts for all.
        run(self.playbook("project", "-e", "send_write_only=adopt"), self.environment)

    @property
    def differing(self) -> int:
        """How many of the objects differ, when some do."""
        return len(self._differing)

    def playbook(self, name: str, *options: str) -> tuple[str, ...]:
        """The command that runs one of the playbooks on what is declared."""
        return ("ansible-playbook", str(PLAYBOOKS / f"{name}.yml"), "-e", f"@{self.file}", *options)

    def bare(self, how: str, threads: int | None = None) -> tuple[str, ...]:
        """The command for the same requests without a playbook."""
        words = () if threads is None else (str(threads),)
        return (sys.executable, "tests/bench/bare.py", how, str(self.file), *words)

    def begin(self, differ: bool) -> None:
        """Make the objects differ that are to, and begin to count."""
        for config_id in self._differing if differ else ():
            self.kapso.edit(config_id, name=BY_HAND)
        self.kapso.clear_journal()
        self._connections = self.kapso.connections()

    def counts(self) -> Counts:
        """What was asked since then."""
        return Counts(**Counter(_kind(entry) for entry in self.kapso.journal()))

    def connections(self) -> int:
        """How many connections it came over."""
        return self.kapso.connections() - self._connections

    def is_as_declared(self) -> bool:
        """Whether nothing differs now."""
        return [config["name"] for config in self.kapso.configs()] == self._names


def empty_playbook() -> tuple[str, ...]:
    """The command that runs a playbook without tasks, and without any data."""
    return ("ansible-playbook", str(PLAYBOOKS / "empty.yml"))


def _kind(entry: Entry) -> str:
    if entry.status == 429:
        return "refused"
    if entry.method == "GET":
        return "pages" if entry.query else "gets"
    return "patches"
