# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any sequence of playbooks, runs, faults, edits at Kapso and damaged receipts: the declared values are applied.

If `updated_at` of the server shows each change, one run without faults applies all fields, also write-only ones, and
the next run sends nothing. If the server moves `updated_at` after writes, nothing is sent after three runs. If
`updated_at` is missing or moves at each read, nobody can see an edit of a write-only field: it is sent exactly if the
receipt does not have the declared value. The reasons in each result are those of the reference model. A plan is applied
if it is still valid, and refused if not.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from tests.emulator import Emulator
from tests.support import proof
from tests.support.hypothesis_settings import throws
from tests.support.reference_model import REASONS, assert_foretold, assert_true, planned
from tests.support.sequences import Data, Done, World
from tests.support.shared_time import shared_time
from tests.support.strategies import (
    HONEST,
    KEYS,
    RUNS_UNTIL_QUIET,
    VALUES,
    events,
    faults,
    fields,
    modes,
    numbers,
    some_fields,
    which,
    who,
)
from tests.support.surroundings import Surroundings

THROWS = throws(50, "KAPSO_PROOF_SEQUENCES", stateful_step_count=20)

ENOUGH = 50  # sequences, among which all reasons occur


class AnySequence(Surroundings):
    """Define the actions of operators among the events, and the assertions at the end."""

    def __init__(self, world: World, directory: Path, seen: Counter[str]) -> None:
        super().__init__(world, directory)
        self.seen = seen

    # Actions of operators

    @rule(number=which, declared=some_fields)
    def declare(self, number: int, declared: Data) -> None:
        """Declare other values."""
        thing = self.world.things[number]
        kept = ("name", "business_account_id", "access_token") if number == 2 else ()  # required for its creation
        thing.declared = {**{name: thing.declared[name] for name in kept}, **declared, **self.kept(number)}

    @rule(number=which, _change=fields)
    def turn(self, number: int, _change: Data) -> None:
        """Declare the object absent, or present again."""
        self.world.things[number].absent = not self.world.things[number].absent

    @rule(
        number=who, sealing=st.sampled_from([None, "canary-sealing", "canary-other-sealing"]), key=st.sampled_from(KEYS)
    )
    def change_keys(self, number: int, sealing: str | None, key: str) -> None:
        """Change the keys."""
        self.world.controllers[number].receipts_key = sealing
        self.world.controllers[number].api_key = key

    @rule(controller=who, which=numbers, project=st.booleans(), change=fields)
    def run(self, controller: int, which: list[int], project: bool, change: Data) -> None:
        """Run the playbook in check mode, then for real."""
        if change:
            self.world.things[which[0]].declared |= {**change, **self.kept(which[0])}
        self._clean_run(controller, which, project)

    @rule(
        controller=who,
        which=numbers,
        project=st.booleans(),
        mode=st.sampled_from(["always", "never", "when_value_changed"]),
    )
    def run_otherwise(self, controller: int, which: list[int], project: bool, mode: str) -> None:
        """Run with another `send_write_only`."""
        self._clean_run(controller, which, project, mode)

    @precondition(lambda self: not self.server.demanding)
    @rule(which=numbers, mode=modes, before=st.lists(events, max_size=2), meanwhile=st.lists(events, max_size=1))
    def plan(self, which: list[int], mode: str, before: list[Any], meanwhile: list[Any]) -> None:
        """Make a plan and apply it. Assert that it is refused exactly if an event has changed the planned writes."""
        for what, *event in before:
            getattr(self, what)(*event)
        self.world.later()
        file, runner = self.directory / "numbers.plan", self.world.controllers[0]
        file.unlink(missing_ok=True)
        begun = self.world.run(runner, which, project=True, check=True, send_write_only=mode, plan_out=str(file))
        for what, *event in meanwhile:
            getattr(self, what)(*event)
        now = self.world.run(runner, which, project=True, check=True, send_write_only=mode)
        if any(one.failed for one in (*begun, *now)):
            return
        held = planned(begun) == planned(now)
        self.seen["held" if held else "broken"] += 1
        if held:
            self._clean_run(0, which, project=True, mode=mode, plan_in=str(file))
            return
        things = [self.world.things[number] for number in which]
        result = self.world.act(runner, things, project=True, check=False, send_write_only=mode, plan_in=str(file))
        assert self.kapso.writes() == []
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert "plan again" in result["msg"]

    @rule(number=st.integers(0, 1), controller=who)
    def adopt(self, number: int, controller: int) -> None:
        """Set the declared values at the server by hand, and adopt them."""
        thing = self.world.things[number]
        if self.world.state(thing) is None or thing.absent:
            return
        self.world.later()
        self.kapso.edit(thing.object_id or "", **thing.declared)
        (done,) = self.world.run(self.world.controllers[controller], [number], send_write_only="adopt")
        assert not done.failed
        assert not done.writes

    @rule(
        controller=who,
        which=numbers,
        project=st.booleans(),
        rules=st.lists(faults, min_size=1, max_size=2),
        retries=st.sampled_from([0, 0, 2]),
    )
    def run_into_trouble(
        self, controller: int, which: list[int], project: bool, rules: list[Data], retries: int
    ) -> None:
        """Run with faults."""
        self.world.later()
        for fault in rules:
            self.kapso.fault(**fault)
        try:
            self.world.honest = False
            results = self.world.run(self.world.controllers[controller], which, project=project, retries=retries)
        finally:
            self.world.honest = self.server.clock in HONEST
            self.kapso.clear_faults()
        for done in results:
            assert_true(done)
            proof.count("any sequence", "runs with faults")

    @rule(
        number=which, theirs=some_fields, ours=some_fields, rules=st.lists(faults, min_size=1, max_size=2), more=fields
    )
    def run_into_trouble_amid_changes(
        self, number: int, theirs: Data, ours: Data, rules: list[Data], more: Data
    ) -> None:
        """Run with faults and many differences, then run without faults after one more edit at Kapso."""
        self.edit(number, theirs)
        self.world.things[number].declared |= {**ours, **self.kept(number)}
        self.run_into_trouble(0, [number], project=False, rules=rules, retries=2)
        self.edit(number, more)
        self._clean_run(0, [number], project=False)

    @rule(number=st.integers(0, 1), theirs=some_fields, part=some_fields)
    def run_in_part(self, number: int, theirs: Data, part: Data) -> None:
        """Edit the object at Kapso, run once with a part of the declaration, then with the whole."""
        thing = self.world.things[number]
        self._clean_run(0, [number], project=False)
        self.edit(number, theirs)
        whole, thing.declared = thing.declared, part
        self._clean_run(0, [number], project=False)
        thing.declared = whole
        self._clean_run(0, [number], project=False)

    @rule(number=which, change=some_fields)
    def clash(self, number: int, change: Data) -> None:
        """Change the declaration, and edit the object to another value."""
        self.declare(number, {**change, "name": VALUES["name"][0]})
        self.edit(number, {"name": VALUES["name"][1]})

    def teardown(self) -> None:
        """Run without faults, and assert that all objects are as declared and nothing more is sent."""
        if not self.world.things:
            return
        one, other = (controller.directory for controller in self.world.controllers)
        for controller in [0] if one == other else [0, 1]:
            for _time in range(RUNS_UNTIL_QUIET.get(self.server.clock, 1)):
                self._clean_run(controller, [0, 1, 2], project=True)
            for done in self._clean_run(controller, [0, 1, 2], project=True):
                assert done.failed or not done.writes, done.result
            proof.count("any sequence", "ends")
        proof.count("any sequence", "sequences")

    # Checks

    def _clean_run(
        self, controller: int, which: list[int], project: bool, mode: str = "when_changed", **options: Any
    ) -> list[Done]:
        """Run in check mode, assert that it writes nothing, then run for real."""
        self.world.later()
        runner = self.world.controllers[controller]
        kept = self.contents()
        dry = self.world.run(runner, which, project=project, check=True, send_write_only=mode)
        assert self.kapso.writes() == []
        assert self.contents() == kept
        real = self.world.run(runner, which, project=project, send_write_only=mode, **options)
        self.past += [(file, text) for file, text in self.contents().items() if (file, text) not in self.past]
        for number, foretold, done in zip(which, dry, real, strict=True):
            thing = self.world.things[number]
            assert_true(done)
            assert_foretold(foretold, done)
            self.seen.update(self.server.assert_explained(foretold, mode))
            self.server.assert_as_declared(thing, done, mode)
            proof.count("any sequence", "clean runs, each with its dry run")
        return real


def test_any_sequence_ends_as_declared(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(kapso, shared_time(kapso, monkeypatch))
    seen: Counter[str] = Counter()

    class Here(AnySequence):
        def __init__(self) -> None:
            super().__init__(world, tmp_path, seen)

    run_state_machine_as_test(Here, settings=THROWS)

    if THROWS.max_examples >= ENOUGH:
        assert {what for what in (*REASONS, "held") if not seen[what]} == set(), seen
