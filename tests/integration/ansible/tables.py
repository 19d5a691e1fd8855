# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the tasks of an object's life for each resource from its table: create, change, list, refuse, delete.

Configurations have other scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Data
from tests.support.matrix.scenarios import Usual
from tests.support.matrix.subjects import CONFIGS, SUBJECTS, Subject, Target


@dataclass(frozen=True)
class Step:
    """Hold one task."""

    title: str
    module: str
    options: Data
    check: bool = False


@dataclass(frozen=True)
class Life:
    """Hold the tasks of one resource for the test of both ways. Secrets are in variables."""

    subject: Subject
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the prefix of the names of its tasks."""
        return self.subject.resource.plural

    @property
    def variables(self) -> Data:
        """Return the secrets by the names of their variables."""
        return {f"{self.name}_{name}": value for name, value in self._whole.items() if "canary" in str(value)}

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps, in order."""
        one, info = self.subject.one.module, self.subject.info.module
        whole = {name: self._given(name, value) for name, value in self._whole.items()}
        present = self._target(whole).entry
        changed = self._target({**whole, **self._other}).entry
        gone = self._target({name: whole[name] for name in Usual(self.subject).key}, absent=True).entry
        wrong = {**present, "fields": {**present["fields"], "surprise": next(iter(whole.values()))}}
        return (
            Step("created, dry run", one, present, check=True),
            Step("created", one, present),
            Step("again", one, present),
            Step("changed, dry run", one, changed, check=True),
            Step("changed", one, changed),
            Step("listed", info, dict(self.subject.parent) if self.subject.is_by_parent else {}),
            Step("refused", one, wrong),
            Step("deleted", one, gone),
            Step("deleted again", one, gone),
        )

    @property
    def _whole(self) -> Data:
        return Usual(self.subject).whole

    @property
    def _other(self) -> Data:
        """Return another value of the first field that a task can change and that is not in the key."""
        key = self.subject.resource.key
        plain = [item for item in Usual(self.subject).mixed("old").items() if "canary" not in str(item)]
        return dict([item for item in plain if item[0] not in key][:1])

    def _given(self, name: str, value: Any) -> Any:
        return f"{{{{ {self.name}_{name} }}}}" if f"{self.name}_{name}" in self.variables else value

    def _target(self, declared: Data, **more: Any) -> Target:
        own_id = "one" if self.subject.resource.key_is_id else None
        return Target(self.subject, own_id, declared, parent=self.subject.parent, **more)

    def prepare(self, kapso: Emulator, _object_id: str) -> None:
        """Add the parent to the emulator."""
        kapso.batch(*self.subject.first)

    def tasks(self, _kapso: Emulator, _object_id: str, way: str) -> Iterator[Data]:
        """Yield the tasks of the play."""
        for step in self.steps:
            keywords = {"ignore_errors": True, **({"check_mode": True} if step.check else {})}
            options = {**step.options, "run_in_process": way, "retries": 0}
            yield {"name": f"{self.name}: {step.title}", step.module: options, **keywords}


LIVES = [Life(subject) for subject in SUBJECTS.values() if subject is not CONFIGS]
SECRETS = {name: value for life in LIVES for name, value in life.variables.items()}
