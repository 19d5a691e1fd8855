# SPDX-License-Identifier: GPL-3.0-or-later
"""Random scenarios: what a dry run says, why it says it, and what the run that follows sends.

In each step some things happen, a plan is made, perhaps more happens, and the plan is applied. The dry run must say
what the model foresees; and if what has happened since alters what would be sent, the apply must refuse, else it must
send exactly the plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import hypothesis.strategies as st
from hypothesis import Phase, given

from tests.support.hypothesis_settings import throws
from tests.support.plans import Planner, Write, in_order
from tests.support.reference_model import HIDEABLE, Deed, Thing, foresee, remember
from tests.support.runner import Data

HOUR = 3600
SCENARIOS = 220
# Few values, so that people often come back to one, or set what the playbook happens to declare.
VALUES = {
    "name": ("Front desk", "Example shop", "Reception"),
    "business_account_id": ("200000000000001", "200000000000002"),
    "access_token": ("canary-access-1", "canary-access-2"),
    "webhook_verify_token": ("canary-verify-1", "canary-verify-2"),
    "webhook_destination_url": ("https://one.example.org/wa", "https://two.example.org/wa"),
}
HIDDEN = {"omits": frozenset(HIDEABLE), "nulls": frozenset(HIDEABLE), "echoes": frozenset({"access_token"})}
FIRST = {name: values[0] for name, values in VALUES.items()}
REASONS = (
    *("applied", "refused", "differs", "declared", "drifted", "both", "not_found", "state_absent"),
    *("no_receipt", "value_changed", "modified_at_server", "always"),
)
AT_CREATION = ("name", "business_account_id", "access_token")

fields = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
some_fields = fields.filter(bool)
which = st.integers(0, 3)
events = st.one_of(
    st.tuples(st.just("declare"), which, some_fields),
    st.tuples(st.just("declare"), which, some_fields),
    st.tuples(st.just("edit"), which, some_fields),
    st.tuples(st.just("edit"), which, some_fields),
    st.tuples(st.just("edit_unseen"), which, some_fields),
    st.tuples(st.just("clash"), which, some_fields),
    st.tuples(st.just("lose"), which, st.just({})),
    st.tuples(st.just("change_state"), which, st.just({})),
    st.tuples(st.just("remove_or_add"), which, some_fields),
)
modes = st.sampled_from(["when_changed", "when_changed", "when_changed", "when_value_changed", "always", "never"])
steps = st.lists(
    st.tuples(modes, st.lists(events, max_size=3), st.lists(events, max_size=1)),
    min_size=2,
    max_size=4,
)
servers = st.fixed_dictionaries(
    {
        "vintage": st.sampled_from(["omits", "nulls", "echoes"]),
        "updated_at_on_noop": st.booleans(),
        "milliseconds": st.sampled_from([False, True, "mixed", "mixed_list"]),
    }
)
things = st.lists(st.tuples(st.booleans(), some_fields), min_size=1, max_size=4)


@dataclass
class Scenario:
    """A server, a fleet, and the model that follows what happens to them."""

    operator: Planner
    hidden: frozenset[str]
    things: list[Thing] = field(default_factory=list)

    def begin(self, declared: list[tuple[bool, Data]]) -> None:
        """Some objects that are there, and some that are to be created."""
        customer = self.operator.kapso.add_customer()
        for number, (by_number, values) in enumerate(declared):
            if by_number:
                desired = {**FIRST, **values, "phone_number_id": f"70000000000000{number}"}
                self.things.append(Thing({"customer_id": customer}, desired))
            else:
                self.things.append(Thing({"config_id": self.operator.kapso.add(**FIRST)}, values))

    def current(self) -> list[Data | None]:
        """The true state of what is meant, for each."""
        rows = self.operator.kapso.configs()
        return [next(filter(thing.is_me, rows), None) for thing in self.things]

    def foresee(self, states: list[Data | None], mode: str) -> list[Deed | None]:
        """What a run would do now, for each."""
        pairs = zip(self.things, states, strict=True)
        return [foresee(thing, state, self.hidden, mode) for thing, state in pairs]

    @property
    def configs(self) -> list[Data]:
        """The fleet, as the playbook has it."""
        return [thing.config for thing in self.things]

    def happen(self, what: str, which: int, values: Data) -> None:
        """Let something happen, where it can."""
        self.operator.time.sleep(HOUR)
        number = which % len(self.things)
        getattr(self, f"_{what}")(self.things[number], self.current()[number], values)

    def _declare(self, thing: Thing, _current: Data | None, values: Data) -> None:
        kept = ("phone_number_id", *AT_CREATION) if thing.by_number else ()
        thing.desired = {**{name: thing.desired[name] for name in kept}, **values}

    def _edit(self, thing: Thing, current: Data | None, values: Data) -> None:
        if current is not None:
            self.operator.kapso.edit(current["id"], **values)
            thing.touched()

    def _edit_unseen(self, _thing: Thing, current: Data | None, values: Data) -> None:
        """As by a server whose `updated_at` says nothing of it."""
        if current is not None:
            self.operator.kapso.edit(current["id"], touch=False, **values)

    def _clash(self, thing: Thing, current: Data | None, values: Data) -> None:
        """The playbook is changed, and somebody changes the object to something else."""
        name = VALUES["name"].index(thing.desired.get("name", "Reception"))
        self._declare(thing, current, {**thing.desired, **values, "name": VALUES["name"][name - 1]})
        self._edit(thing, current, {"name": VALUES["name"][name - 2]})

    def _lose(self, _thing: Thing, _current: Data | None, _values: Data) -> None:
        for file in self.operator.receipts.glob("*"):
            file.unlink()
        for thing in self.things:
            thing.memory = {}

    def _change_state(self, thing: Thing, _current: Data | None, _values: Data) -> None:
        thing.absent = thing.by_number and not thing.absent

    def _remove_or_add(self, thing: Thing, current: Data | None, values: Data) -> None:
        """Somebody else deletes the object, or makes one that nothing is remembered of."""
        if not thing.by_number:
            return
        if current is None:
            number = {"phone_number_id": thing.desired["phone_number_id"]}
            self.operator.kapso.add(**thing.address, **{**FIRST, **values, **number})
            thing.memory = {}
        else:
            self.operator.kapso.remove(current["id"])


def writes(deeds: list[Deed | None]) -> list[Write]:
    """The requests of a run, in a fixed order."""
    return in_order(deed.write for deed in deeds if deed is not None)


def assert_told(result: Data, deeds: list[Deed | None]) -> None:
    """The result says of each object what is done and why."""
    assert not result.get("failed"), result
    assert [entry["changes"] for entry in result["results"]] == [deed.changes if deed else [] for deed in deeds]
    assert result["changed"] == any(deeds)


def take(scenario: Scenario, mode: str, before: list[Any], meanwhile: list[Any]) -> list[str]:
    """One step. Returns what it came to, and the reasons of what was sent."""
    for event in before:
        scenario.happen(*event)
    planner = scenario.operator
    planner.options |= {"configs": scenario.configs, "send_write_only": mode}
    planner.file.unlink(missing_ok=True)
    planned = scenario.foresee(scenario.current(), mode)
    assert_told(planner.plan(), planned)

    for event in meanwhile:
        scenario.happen(*event)
    states = scenario.current()
    deeds = scenario.foresee(states, mode)
    binds = writes(deeds) == writes(planned)
    result = planner.apply()
    if not binds:
        planner.assert_refused(result)
        result = planner.run()
    assert planner.written() == writes(deeds)
    assert_told(result, deeds)
    for thing, deed, state in zip(scenario.things, deeds, states, strict=True):
        remember(thing, deed, state, scenario.hidden)
    reasons = [change["reason"] for deed in deeds if deed for change in deed.changes]
    return ["applied" if binds else "refused", *reasons]


def test_what_the_dry_run_says_is_what_the_run_sends(planner: Planner) -> None:
    seen: Counter[str] = Counter()

    @throws(SCENARIOS, phases=[Phase.generate, Phase.shrink])
    @given(servers, things, steps)
    def tell(server: Data, declared: list[tuple[bool, Data]], taken: list[tuple[str, list[Any], list[Any]]]) -> None:
        planner.kapso.reset(unique_numbers=False, required_at_create=["name"], **server)
        for file in planner.receipts.glob("*"):
            file.unlink()
        scenario = Scenario(planner, HIDDEN[server["vintage"]])
        scenario.begin(declared)
        for step in taken:
            seen.update(take(scenario, *step))
        seen["scenarios"] += 1

    tell()

    assert seen["scenarios"] >= 200
    # Every reason was met often enough to speak of, and so were plans that held and plans that did not.
    rare = {reason for reason in REASONS if seen[reason] < 10}
    assert rare == set(), seen
