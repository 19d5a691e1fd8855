# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who plans, has the plan approved, and applies it, against the emulator in the test's own process."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.journal import Entry, digest
from tests.support.fleet import Configs, Data, Operator

Write = tuple[str, str, Data]  # the method, the object (for a creation, its customer) and the values
SECRET = ("access_token", "webhook_verify_token")


@dataclass
class Planner:
    """Plans and applies the same configs with the same options, but for what a call changes."""

    operator: Operator
    configs: Configs
    options: Data = field(default_factory=dict)
    file: Path = field(init=False)

    def __post_init__(self) -> None:
        """Choose a place for the plan."""
        self.file = self.operator.receipts.with_name("numbers.plan")

    def plan(self, **options: Any) -> Data:
        """Write a plan: a dry run, which writes nothing else."""
        before = self.operator.kapso.configs()
        result = self.operator.run(self.configs, check=True, **{**self.options, "plan_out": str(self.file), **options})
        assert self.operator.kapso.writes() == []
        assert self.operator.kapso.configs() == before
        return result

    def apply(self, configs: Configs | None = None, *, check: bool = False, **options: Any) -> Data:
        """Apply the plan, or in check mode compare with it."""
        configs = self.configs if configs is None else configs
        return self.operator.run(configs, check=check, **{**self.options, "plan_in": str(self.file), **options})

    @property
    def document(self) -> Data:
        """What the file says."""
        document: Data = json.loads(self.file.read_text(encoding="utf-8"))
        return document

    def sent(self) -> list[Write]:
        """The writes of the last run, in a fixed order."""
        return in_order(map(_write, self.operator.kapso.writes()))

    def assert_refused(self, result: Data, *texts: str) -> None:
        """The run was refused before the first write, and its message says all of these."""
        assert self.operator.kapso.writes() == []
        assert (result["failed"], result.get("changed", False)) == (True, False)
        for text in texts:
            assert text in result["msg"]
        assert "plan again" in result["msg"]
        assert "canary" not in json.dumps(result)


def in_order(writes: Iterable[Write]) -> list[Write]:
    """Writes in an order that only depends on what they are."""
    return sorted(writes, key=lambda write: (*write[:2], sorted(write[2].items())))


def _write(entry: Entry) -> Write:
    place = entry.path.rsplit("/", 2)
    return entry.method, place[-2] if entry.method == "POST" else place[-1], entry.sent


def as_sent(values: Data) -> Data:
    """Values as the journal shows them, secrets as digests."""
    return {name: digest(value) if name in SECRET else value for name, value in values.items()}
