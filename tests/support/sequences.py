# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the state of a random sequence: objects at the server, a playbook, and controllers with receipts.

The value behind a digest in a receipt is the one that the playbook declared when the digest first appeared: a digest
stands for one value under one key. This module shares no logic with the plugins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import alias
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import bounded
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.store import address

from tests.emulator import Emulator
from tests.emulator.journal import Entry
from tests.support.definitions import CONFIG, PROJECT
from tests.support.examples import HOUR
from tests.support.runner import act
from tests.support.shared_time import SharedTime

Data = dict[str, Any]

RESOURCE = "whatsapp_config"
NUMBER = "phone_number_id"


@dataclass
class Thing:
    """Hold one entry of the playbook, with its ID, or with its customer and number."""

    object_id: str | None
    declared: Data
    customer_id: str | None = None
    absent: bool = False
    unseen: set[str] = field(default_factory=set)  # fields that were edited without a change of `updated_at`

    @property
    def entry(self) -> Data:
        """Return it as an entry of `configs`, or as options of a task about one object."""
        where = {"config_id": self.object_id} if self.customer_id is None else {"customer_id": self.customer_id}
        return {**where, "fields": dict(self.declared), "state": "absent" if self.absent else "present"}


@dataclass
class Controller:
    """Hold the receipts directory and the keys of a controller."""

    directory: Path
    api_key: str
    receipts_key: str | None = None

    @property
    def sealing(self) -> str:
        """Return the key of the digests."""
        return self.receipts_key or self.api_key


@dataclass(frozen=True)
class Known:
    """Hold a receipt that a run has written: the ID of its object, its key, and the values behind its digests.

    `moments` has, for each field, the `updated_at` of the last write or of the last run that found no later edit. It is
    None if that is not known.
    """

    object_id: str = ""
    sealing: str = ""
    values: Data = field(default_factory=dict)
    moments: Data | None = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """Hold the run of one thing. `before` and `after` are the object at the server, None if it does not exist."""

    result: Data
    writes: list[Entry]
    before: Data | None
    after: Data | None
    receipt: Known  # the receipt that this run could use
    declared: Data
    absent: bool

    @property
    def believed(self) -> Data:
        """Return the values in the receipt."""
        return self.receipt.values

    def moved(self, name: str) -> bool | None:
        """Return whether the object was changed since that field was sent; None if that is not known."""
        moment = (self.receipt.moments or {}).get(name)
        return None if moment is None or self.before is None else bool(moment != self.before["updated_at"])

    @property
    def failed(self) -> bool:
        """Return whether the run failed."""
        return bool(self.result.get("failed"))

    @property
    def sent(self) -> set[str]:
        """Return the names of all fields in its writes."""
        return {name for entry in self.writes for name in entry.sent}


class World:
    """Hold the whole state, and run tasks. `things` are in the order of the playbook."""

    def __init__(self, kapso: Emulator, time: SharedTime) -> None:
        self.kapso = kapso
        self.time = time
        self.things: list[Thing] = []
        self.controllers: list[Controller] = []
        self.known: dict[bytes, Known | None] = {}  # receipts by the content of their file
        self.honest = True  # whether writes alone move `updated_at`, and all answers show it
        self._meanings: dict[str, Any] = {}  # the declared value when a digest first appeared
        self._ids: dict[str, None] = {}  # IDs of all objects of runs, in the order of their first runs

    def later(self) -> None:
        """Let an hour pass, so that an edit does not look like a change by the server right after a write."""
        self.time.sleep(HOUR)

    def state(self, thing: Thing) -> Data | None:
        """Return the object of a thing at the server, None if it does not exist."""
        if thing.customer_id is None:
            return self.kapso.get(str(thing.object_id))
        mine = (thing.customer_id, thing.declared[NUMBER])
        rows = (row for row in self.kapso.configs() if (row["customer_id"], row[NUMBER]) == mine)
        return next(rows, None)

    def receipt_file(self, controller: Controller, object_id: str) -> Path:
        """Return the path of the receipt of an object on a controller."""
        return controller.directory / f"{address(self.kapso.url, RESOURCE, object_id)}.json"

    def alias_file(self, controller: Controller, thing: Thing) -> Path:
        """Return the path of the alias of a thing that has no ID in the playbook."""
        place = address(self.kapso.url, f"{RESOURCE} alias", alias(thing.customer_id, thing.declared[NUMBER]))
        return controller.directory / f"{place}.json"

    def files(self) -> dict[str, Path]:
        """Return the files of all stores by their purpose, since their names depend on the emulator's port."""
        found: dict[str, Path] = {}
        for directory, controller in {one.directory: one for one in self.controllers}.items():
            places = {f"receipt of {object_id}": self.receipt_file(controller, object_id) for object_id in self._ids}
            numbers = [thing for thing in self.things if thing.customer_id is not None]
            places |= {f"alias of {thing.customer_id}": self.alias_file(controller, thing) for thing in numbers}
            there = {f"{directory.name}, {purpose}": file for purpose, file in places.items() if file.exists()}
            assert set(there.values()) == set(directory.glob("*"))
            found |= there
        return found

    def receipt(self, controller: Controller, thing: Thing, object_id: str | None) -> Known:
        """Return the controller's receipt of the object, an empty one if it cannot be found or read."""
        if object_id is None:
            return Known()
        if thing.customer_id is not None and _id_in(self.alias_file(controller, thing)) != object_id:
            return Known()
        known = self.known.get(_content(self.receipt_file(controller, object_id)))
        if known is None or (known.object_id, known.sealing) != (object_id, controller.sealing):
            return Known()
        return known

    def run(
        self,
        controller: Controller,
        numbers: Sequence[int],
        *,
        project: bool = False,
        check: bool = False,
        **options: Any,
    ) -> list[Done]:
        """Run the playbook for these things: in one task if `project`, otherwise in one task each."""
        groups = [list(numbers)] if project else [[number] for number in numbers]
        return [done for group in groups for done in self._task(controller, group, project, check, options)]

    def _task(
        self, controller: Controller, numbers: list[int], project: bool, check: bool, options: Data
    ) -> list[Done]:
        things = [self.things[number] for number in numbers]
        before = [self.state(thing) for thing in things]
        ids = [state["id"] if state else thing.object_id for thing, state in zip(things, before, strict=True)]
        self._ids |= dict.fromkeys(object_id for object_id in ids if object_id)
        receipts = [self.receipt(controller, *pair) for pair in zip(things, ids, strict=True)]
        files = set(map(_content, controller.directory.glob("*")))
        result = self.act(controller, things, project=project, check=check, **options)
        results = result["results"] if project else [result]
        assert bool(result["changed"]) == any(one["changed"] for one in results)
        journal = self.kapso.writes()
        done = []
        for thing, result, state, object_id, receipt in zip(things, results, before, ids, receipts, strict=True):
            after = self.state(thing)
            self._ids |= {after["id"]: None} if after else {}
            writes = [entry for entry in journal if _is_of(entry, thing, object_id or (after or {}).get("id"))]
            done.append(Done(result, writes, state, after, receipt, dict(thing.declared), thing.absent))
        assert sum(len(one.writes) for one in done) == len(journal)
        if not check:
            self.known |= dict.fromkeys(files - self.known.keys())  # unusable: the test has changed these files
            for thing, one in zip(things, done, strict=True):
                self._learn(controller, thing, one, options)
        return done

    def act(
        self, controller: Controller, things: Sequence[Thing], *, project: bool, check: bool, **options: Any
    ) -> Data:
        """Run one task for these things. The journal then holds this task only."""
        args = {
            "api_url": self.kapso.url,
            "api_key": controller.api_key,
            "receipts": str(controller.directory),
            **({"receipts_key": controller.receipts_key} if controller.receipts_key else {}),
            **options,
        }
        self.kapso.clear_journal()
        if project:
            entries = {"configs": [thing.entry for thing in things], "concurrency": 1}
            shown = {"on_error": "continue", "return_unchanged": True, "return_data": True}
            result = dict(bounded.read(act(PROJECT, {**shown, **args, **entries}, check=check)))
        else:
            result = act(CONFIG, {**args, **things[0].entry}, check=check)
        assert "canary" not in repr(result)
        return result

    def _learn(self, controller: Controller, thing: Thing, done: Done, options: Data) -> None:
        """Store the content of a new receipt, and assert that its new values are true."""
        state = done.after or done.before
        content = b"" if state is None else _content(self.receipt_file(controller, state["id"]))
        if state is None or not content or content in self.known:
            return
        values = {}
        for name, entry in json.loads(content)["fields"].items():
            values[name] = self._meanings.setdefault(entry["digest"], thing.declared.get(name))
            if values[name] != done.believed.get(name) and options.get("send_write_only") != "adopt":
                assert done.after is not None
                assert done.after[name] == values[name], f"the receipt vouches for a {name} that is not there"
        if done.failed and done.result["error"]["outcome"] == "unknown":
            # A readable field of a creation may have been read since; the assertion above checks it.
            in_doubt = done.sent & values.keys() & CONFIG.resources[0].write_only
            assert not in_doubt, "the receipt vouches for what may not have been taken"
        moments = (
            self._moments(done, values, state["updated_at"]) if options.get("send_write_only") != "adopt" else None
        )
        self.known[content] = Known(state["id"], controller.sealing, values, moments)
        thing.unseen -= done.sent

    def _moments(self, done: Done, values: Data, now: str) -> Data | None:
        """Return the `moments` of a new receipt, as in Known."""
        if done.receipt.moments is None or not self.honest:
            return None
        return {
            name: now if name in done.sent or done.moved(name) is False else done.receipt.moments.get(name)
            for name in values
        }


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _id_in(file: Path) -> Any:
    try:
        document = json.loads(_content(file))
    except ValueError:
        return None
    return document.get("id") if isinstance(document, dict) and document.get("format") == 1 else None


def _is_of(entry: Entry, thing: Thing, object_id: str | None) -> bool:
    if entry.method == "POST":
        return thing.customer_id is not None and f"/customers/{thing.customer_id}/" in entry.path
    return object_id is not None and entry.path.endswith(f"/{object_id}")
