# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans that are made, approved and applied."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.emulator.journal import Entry, digest
from tests.support.examples import SECRET
from tests.support.runner import Data, Runner

Write = tuple[str, str, Data]  # the method, the object (for a creation, its customer) and the values


class Planner(Runner):
    """Plans and applies the same entries."""

    @property
    def file(self) -> Path:
        """Where the plan is."""
        return self.receipts.with_name("numbers.plan")

    @property
    def configs(self) -> Sequence[Data]:
        """The entries."""
        configs: Sequence[Data] = self.options["configs"]
        return configs

    @configs.setter
    def configs(self, configs: Sequence[Data]) -> None:
        self.options["configs"] = configs

    def plan(self, **options: Any) -> Data:
        """Write a plan: a dry run, which writes nothing else."""
        before = self.kapso.configs()
        result = self.dry_run(**{"plan_out": str(self.file), **options})
        assert self.kapso.configs() == before
        return result

    def apply(self, configs: Sequence[Data] | None = None, **options: Any) -> Data:
        """Apply the plan, or in check mode compare with it."""
        return self.run(configs, **{"plan_in": str(self.file), **options})

    @property
    def document(self) -> Data:
        """What the file says."""
        document: Data = json.loads(self.file.read_text(encoding="utf-8"))
        return document

    def written(self) -> list[Write]:
        """The writes of the last run, in a fixed order."""
        return in_order(map(_write, self.kapso.writes()))

    def assert_refused(self, result: Data, *texts: str) -> None:
        """The run was refused before the first write, and its message says all of these."""
        assert self.kapso.writes() == []
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert [text for text in (*texts, "plan again") if text not in result["msg"]] == []


def in_order(writes: Iterable[Write]) -> list[Write]:
    """Return writes in an order that only depends on what they are."""
    return sorted(writes, key=lambda write: (*write[:2], sorted(write[2].items())))


def _write(entry: Entry) -> Write:
    place = entry.path.rsplit("/", 2)
    return entry.method, place[-2] if entry.method == "POST" else place[-1], entry.sent


def as_sent(values: Data) -> Data:
    """Return values as the journal shows them, secrets as digests."""
    return {name: digest(value) if name in SECRET else value for name, value in values.items()}
