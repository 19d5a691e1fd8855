# SPDX-License-Identifier: GPL-3.0-or-later
"""Any sequence of playbooks, runs, faults, people at Kapso and mishaps with receipts: what is declared is held.

The rule: at a server whose `updated_at` tells of every change, one clean run is enough for everything, hidden values
too, and the run after it sends nothing. At one that moves `updated_at` by itself it takes three runs until nothing is
sent. Where `updated_at` is missing, or moves at every read, a change of a hidden field by somebody else cannot be seen:
such a field is sent exactly if the receipt does not vouch for the declared value.
Each result says why: as the reference model does. A plan is applied exactly if it still holds, and refused if not.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.emulator import Emulator
from tests.support import proof
from tests.support.examples import HIDDEN as HIDEABLE
from tests.support.examples import SECRET
from tests.support.hypothesis_settings import throws
from tests.support.reference_model import REASONS, assert_foretold, assert_true, explained, planned
from tests.support.sequences import Controller, Data, Done, Thing, World
from tests.support.shared_time import shared_time
from tests.support.strategies import (
    BLIND,
    BY_NUMBER,
    CLOCKS,
    DEMANDED,
    FIRST,
    HIDDEN,
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

THROWS = throws(50, "KAPSO_PROOF_SEQUENCES", stateful_step_count=20)

ENOUGH = 50  # sequences, in which every reason is met


class AnySequence(RuleBasedStateMachine):
    """Two objects addressed by their ids, one by customer and number; two controllers."""

    def __init__(self, world: World, directory: Path, seen: Counter[str]) -> None:
        super().__init__()
        self.seen = seen
        self.world = world
        self.kapso = world.kapso
        self.directory = directory
        self.clock = ""
        self.api_version = ""
        self.demanding = self.masked = False
        self.past: list[tuple[Path, bytes]] = []

    @initialize(
        api_version=st.sampled_from(["omits", "nulls", "echoes"]),
        clock=st.sampled_from(["true", *CLOCKS]),
        milliseconds=st.sampled_from([False, True, "mixed"]),
        demanding=st.sampled_from([False, False, False, True]),
        masked=st.sampled_from([False, False, False, True]),
        errors=st.sampled_from(["human", "fields"]),
        shared=st.booleans(),
        keys=st.tuples(*[st.sampled_from([None, "canary-sealing"])] * 2),
        playbooks=st.tuples(some_fields, some_fields, fields),
    )
    def begin(
        self, api_version: str, clock: str, milliseconds: Any, demanding: bool, shared: bool, **more: Any
    ) -> None:
        """A server with its habits, and nothing remembered."""
        self.lose(0, {})
        self.world.time.sleep(3600)  # whatever the last sequence left to wait for
        self.clock, self.api_version, self.demanding, self.masked = clock, api_version, demanding, more["masked"]
        own = {
            "api_version": api_version,
            "milliseconds": milliseconds,
            "demand_meta_fields": demanding,
            **CLOCKS[clock],
        }
        own |= {"unique_numbers": False, "required_at_create": ["name"]}
        own |= {"mask_secrets": more["masked"], "error_names": more["errors"]}
        self.kapso.reset(keys=dict.fromkeys(KEYS, "project-1"), **own)
        self.world = World(self.kapso, self.world.time)
        self.world.honest = clock in HONEST
        stores = [self.directory / name for name in ("one", "one" if shared else "two")]
        pairs = zip(stores, more["keys"], strict=True)
        self.world.controllers = [Controller(store, KEYS[0], key) for store, key in pairs]
        first, second, third = more["playbooks"]
        customer = self.kapso.add_customer()
        self.world.things = [
            Thing(self.kapso.add(**FIRST), first),
            Thing(self.kapso.add(**FIRST), second),
            Thing(None, {**FIRST, **third, **BY_NUMBER}, customer),
        ]

    # What the operators do

    @rule(number=which, declared=some_fields)
    def declare(self, number: int, declared: Data) -> None:
        """Declare something else."""
        thing = self.world.things[number]
        kept = ("name", "business_account_id", "access_token") if number == 2 else ()  # for its creation
        thing.declared = {**{name: thing.declared[name] for name in kept}, **declared, **self._kept(number)}

    @rule(number=which, _change=fields)
    def turn(self, number: int, _change: Data) -> None:
        """Declare it absent, or present again."""
        self.world.things[number].absent = not self.world.things[number].absent

    @rule(
        number=who, sealing=st.sampled_from([None, "canary-sealing", "canary-other-sealing"]), key=st.sampled_from(KEYS)
    )
    def change_keys(self, number: int, sealing: str | None, key: str) -> None:
        """Use other keys from now on."""
        self.world.controllers[number].receipts_key = sealing
        self.world.controllers[number].api_key = key

    @rule(controller=who, which=numbers, fleet=st.booleans(), change=fields)
    def run(self, controller: int, which: list[int], fleet: bool, change: Data) -> None:
        """Run the playbook dry, then really."""
        if change:
            self.world.things[which[0]].declared |= {**change, **self._kept(which[0])}
        self._clean_run(controller, which, fleet)

    @rule(
        controller=who,
        which=numbers,
        fleet=st.booleans(),
        mode=st.sampled_from(["always", "never", "when_value_changed"]),
    )
    def run_otherwise(self, controller: int, which: list[int], fleet: bool, mode: str) -> None:
        """The same with another `send_write_only`."""
        self._clean_run(controller, which, fleet, mode)

    @precondition(lambda self: not self.demanding)
    @rule(which=numbers, mode=modes, before=st.lists(events, max_size=2), meanwhile=st.lists(events, max_size=1))
    def plan(self, which: list[int], mode: str, before: list[Any], meanwhile: list[Any]) -> None:
        """Make a plan, and apply it: exactly if what has happened since alters what would be sent, that is refused."""
        for what, *event in before:
            getattr(self, what)(*event)
        self.world.later()
        file, runner = self.directory / "numbers.plan", self.world.controllers[0]
        file.unlink(missing_ok=True)
        begun = self.world.run(runner, which, fleet=True, check=True, send_write_only=mode, plan_out=str(file))
        for what, *event in meanwhile:
            getattr(self, what)(*event)
        now = self.world.run(runner, which, fleet=True, check=True, send_write_only=mode)
        if any(one.failed for one in (*begun, *now)):
            return
        held = planned(begun) == planned(now)
        self.seen["held" if held else "broken"] += 1
        if held:
            self._clean_run(0, which, fleet=True, mode=mode, plan_in=str(file))
            return
        things = [self.world.things[number] for number in which]
        result = self.world.act(runner, things, fleet=True, check=False, send_write_only=mode, plan_in=str(file))
        assert self.kapso.writes() == []
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert "plan again" in result["msg"]

    @rule(number=st.integers(0, 1), controller=who)
    def adopt(self, number: int, controller: int) -> None:
        """Set by hand what is declared, and have it recorded."""
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
        fleet=st.booleans(),
        rules=st.lists(faults, min_size=1, max_size=2),
        retries=st.sampled_from([0, 0, 2]),
    )
    def run_into_trouble(self, controller: int, which: list[int], fleet: bool, rules: list[Data], retries: int) -> None:
        """A run during which things go wrong."""
        self.world.later()
        for fault in rules:
            self.kapso.fault(**fault)
        try:
            self.world.honest = False
            results = self.world.run(self.world.controllers[controller], which, fleet=fleet, retries=retries)
        finally:
            self.world.honest = self.clock in HONEST
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
        """The same where there is much to do, and a clean run after one more change at Kapso."""
        self.edit(number, theirs)
        self.world.things[number].declared |= {**ours, **self._kept(number)}
        self.run_into_trouble(0, [number], fleet=False, rules=rules, retries=2)
        self.edit(number, more)
        self._clean_run(0, [number], fleet=False)

    @rule(number=st.integers(0, 1), theirs=some_fields, part=some_fields)
    def run_in_part(self, number: int, theirs: Data, part: Data) -> None:
        """Somebody changes the object, the playbook has nothing but a part for one run, and then all again."""
        thing = self.world.things[number]
        self._clean_run(0, [number], fleet=False)
        self.edit(number, theirs)
        whole, thing.declared = thing.declared, part
        self._clean_run(0, [number], fleet=False)
        thing.declared = whole
        self._clean_run(0, [number], fleet=False)

    # What happens to the stores

    @precondition(lambda self: self.world.files())
    @rule(data=st.data(), how=st.sampled_from(["lose", "tamper", "cut", "keep", "swap", "bring back", "bring back"]))
    def mishap(self, data: st.DataObject, how: str) -> None:
        """A file is lost, damaged, in another's place, or as it once was."""
        files = self.world.files()
        chosen = files[data.draw(st.sampled_from(list(files)))]
        text = chosen.read_bytes()
        if how == "lose":
            chosen.unlink()
        elif how == "tamper" and text:
            place = data.draw(st.integers(0, len(text) - 1))
            chosen.write_bytes(text[:place] + bytes([text[place] ^ data.draw(st.integers(1, 255))]) + text[place + 1 :])
        elif how == "cut":
            chosen.write_bytes(text[: data.draw(st.integers(0, len(text)))])
        elif how == "swap":
            files[data.draw(st.sampled_from(list(files)))].write_bytes(text)
        elif how == "bring back" and self.past:
            place_then, content = self.past[data.draw(st.integers(0, len(self.past) - 1))]
            place_then.write_bytes(content)

    @rule(_number=which, _change=fields)
    def lose(self, _number: int, _change: Data) -> None:
        """All files are lost."""
        for file in self.directory.glob("*/*"):
            file.unlink()

    # What others do

    @rule(number=which, change=fields)
    def edit(self, number: int, change: Data) -> None:
        """Somebody changes the object at Kapso's site, or saves it as it is."""
        state = self.world.state(self.world.things[number])
        if state is not None:
            self.world.later()
            self.kapso.edit(state["id"], **{**change, **self._kept(number)})

    @rule(number=which, change=some_fields)
    def edit_unseen(self, number: int, change: Data) -> None:
        """The same, and `updated_at` says nothing of it."""
        thing = self.world.things[number]
        state = self.world.state(thing)
        if state is not None:
            self.kapso.edit(state["id"], touch=False, **{**change, **self._kept(number)})
            thing.unseen |= change.keys()

    @rule(number=which, change=some_fields)
    def clash(self, number: int, change: Data) -> None:
        """The playbook is changed, and somebody changes the object to something else."""
        self.declare(number, {**change, "name": VALUES["name"][0]})
        self.edit(number, {"name": VALUES["name"][1]})

    @rule(number=which, left=fields)
    def remove_or_add(self, number: int, left: Data) -> None:
        """Somebody deletes the object, or makes one in its place."""
        thing = self.world.things[number]
        state = self.world.state(thing)
        self.world.later()
        if state is not None:
            self.kapso.remove(state["id"])
        elif thing.customer_id is None:
            self.kapso.add(id=thing.object_id, **{**FIRST, **left})
        else:
            self.kapso.add(customer_id=thing.customer_id, **{**FIRST, **left, **BY_NUMBER})

    @rule(api_version=st.sampled_from(["omits", "nulls", "echoes"]))
    def upgrade(self, api_version: str) -> None:
        """Kapso serves another API version from now on."""
        self.kapso.settings(api_version=api_version)
        self.api_version = api_version

    def teardown(self) -> None:
        """However it went: so many clean runs, and all is as declared, and nothing more is sent."""
        if not self.world.things:
            return
        one, other = (controller.directory for controller in self.world.controllers)
        for controller in [0] if one == other else [0, 1]:
            for _time in range(RUNS_UNTIL_QUIET.get(self.clock, 1)):
                self._clean_run(controller, [0, 1, 2], fleet=True)
            for done in self._clean_run(controller, [0, 1, 2], fleet=True):
                assert done.failed or not done.writes, done.result
            proof.count("any sequence", "ends")
        proof.count("any sequence", "sequences")

    # How it is checked

    def _kept(self, number: int) -> Data:
        return BY_NUMBER if number == 2 else {}

    def _clean_run(
        self, controller: int, which: list[int], fleet: bool, mode: str = "when_changed", **options: Any
    ) -> list[Done]:
        """A dry run, which writes nothing, and the run that it speaks of."""
        self.world.later()
        runner = self.world.controllers[controller]
        kept = self._files()
        dry = self.world.run(runner, which, fleet=fleet, check=True, send_write_only=mode)
        assert self.kapso.writes() == []
        assert self._files() == kept
        real = self.world.run(runner, which, fleet=fleet, send_write_only=mode, **options)
        self.past += [(file, text) for file, text in self._files().items() if (file, text) not in self.past]
        for number, foretold, done in zip(which, dry, real, strict=True):
            thing = self.world.things[number]
            assert_true(done)
            assert_foretold(foretold, done)
            self._assert_explained(foretold, mode)
            self._assert_as_declared(thing, done, mode)
            proof.count("any sequence", "clean runs, each with its dry run")
        return real

    def _files(self) -> dict[Path, bytes]:
        files = {file: file.read_bytes() for file in self.world.files().values()}
        assert not any(b"canary" in text for text in files.values())
        return files

    def _assert_explained(self, dry: Done, mode: str) -> None:
        """The result says what is done, and why."""
        if dry.failed or self.demanding or self.masked:
            return
        hidden = {name for name in dry.declared if self._is_hidden(name, dry.before)}
        changes = dry.result["changes"]
        assert changes == explained(dry, hidden, mode)
        self.seen.update(change["reason"] for change in changes)

    def _assert_as_declared(self, thing: Thing, done: Done, mode: str) -> None:
        """What a clean run leaves behind."""
        if done.failed:
            gone = done.before is None and thing.customer_id is None and not thing.absent
            required_on_write = self.demanding and (mode == "never" or not thing.declared.keys() >= DEMANDED)
            assert gone or required_on_write, done.result
            assert _but_for_time(done.after) == _but_for_time(done.before)
            return
        if thing.absent:
            assert done.after is None
            return
        assert done.after is not None
        hidden = {name for name in thing.declared if self._is_hidden(name, done.before)}
        sent = done.sent & hidden
        unknown = {name for name in hidden if done.believed.get(name) != thing.declared[name]}
        if mode == "never" and done.before is not None:
            assert sent == set()
        elif mode != "never":
            assert sent >= unknown
        for name, value in thing.declared.items():
            seen = self.clock not in BLIND and name not in thing.unseen
            if name not in hidden or name in sent or (seen and mode in ("when_changed", "always")):
                if mode == "never" and name not in sent and name in HIDEABLE:
                    continue
                assert done.after[name] == value, f"{name} is not as declared: {done.result}"
            elif done.before is not None:
                assert done.after[name] == done.before[name]
        exact = mode == "when_value_changed" or (mode == "when_changed" and self.clock == "none")
        if exact and not self.demanding and done.before is not None:
            # A masked secret shows that it is another one.
            others = {name for name in SECRET & hidden if self.masked and done.before[name] != thing.declared[name]}
            assert unknown <= sent <= unknown | others, (sent, unknown, done.believed, done.result)

    def _is_hidden(self, name: str, state: Data | None) -> bool:
        """Whether the server does not show it; where that is null, it may be that it does not."""
        hidden = HIDDEN[self.api_version] | (SECRET if self.masked else frozenset())
        return name in hidden or (name in HIDEABLE and (state is None or state[name] is None))


def _but_for_time(state: Data | None) -> Data | None:
    return state and {**state, "updated_at": None}


def test_any_sequence_ends_as_declared(kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(kapso, shared_time(kapso, monkeypatch))
    seen: Counter[str] = Counter()

    class Here(AnySequence):
        def __init__(self) -> None:
            super().__init__(world, tmp_path, seen)

    run_state_machine_as_test(Here, settings=THROWS)

    if THROWS.max_examples >= ENOUGH:
        assert {what for what in (*REASONS, "held") if not seen[what]} == set(), seen
