# SPDX-License-Identifier: GPL-3.0-or-later
"""Make and apply plans in tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.emulator.journal import Entry, digest
from tests.support.examples import SECRET
from tests.support.runner import Data, Runner

Write = tuple[str, str, Data]  # the method, the object's ID (for a creation, its customer's) and the values


class Planner(Runner):
    """Plan and apply the same entries."""

    @property
    def file(self) -> Path:
        """Return the path of the plan."""
        return self.receipts.with_name("numbers.plan")

    @property
    def configs(self) -> Sequence[Data]:
        """Return the entries."""
        configs: Sequence[Data] = self.options["configs"]
        return configs

    @configs.setter
    def configs(self, configs: Sequence[Data]) -> None:
        self.options["configs"] = configs

    def plan(self, **options: Any) -> Data:
        """Write a plan with a dry run, and assert that no object changed."""
        before = self.kapso.configs()
        result = self.dry_run(**{"plan_out": str(self.file), **options})
        assert self.kapso.configs() == before
        return result

    def apply(self, configs: Sequence[Data] | None = None, **options: Any) -> Data:
        """Apply the plan, or compare with it in check mode."""
        return self.run(configs, **{"plan_in": str(self.file), **options})

    @property
    def document(self) -> Data:
        """Return the content of the plan file."""
        document: Data = json.loads(self.file.read_text(encoding="utf-8"))
        return document

    def written(self) -> list[Write]:
        """Return the writes of the last run, in a fixed order."""
        return in_order(map(_write, self.kapso.writes()))

    def assert_refused(self, result: Data, *texts: str) -> None:
        """Assert that the run failed before the first write, and that its message contains all these texts."""
        assert self.kapso.writes() == []
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert [text for text in (*texts, "plan again") if text not in result["msg"]] == []


def in_order(writes: Iterable[Write]) -> list[Write]:
    """Return writes in an order that depends on their content only."""
    return sorted(writes, key=lambda write: (*write[:2], sorted(write[2].items())))


def _write(entry: Entry) -> Write:
    place = entry.path.rsplit("/", 2)
    return entry.method, place[-2] if entry.method == "POST" else place[-1], entry.sent


def as_sent(values: Data) -> Data:
    """Return values as in the journal, with secrets as digests."""
    return {name: digest(value) if name in SECRET else value for name, value in values.items()}
