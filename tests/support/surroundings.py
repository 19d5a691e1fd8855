# SPDX-License-Identifier: GPL-3.0-or-later
"""Define the events around the runs of a random sequence: at the server, its objects, and the receipt stores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.support.reference_model import Server
from tests.support.sequences import Controller, Data, Thing, World
from tests.support.strategies import BY_NUMBER, CLOCKS, FIRST, HONEST, KEYS, fields, some_fields, which


class Surroundings(RuleBasedStateMachine):
    """Hold two objects with IDs, one with customer and number, and two controllers."""

    def __init__(self, world: World, directory: Path) -> None:
        super().__init__()
        self.world = world
        self.kapso = world.kapso
        self.directory = directory
        self.server = Server()
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
        """Start with a new server with random behavior, and without receipts."""
        self.lose(0, {})
        self.world.time.sleep(3600)  # end all waits of the last sequence
        self.server = Server(clock, api_version, demanding, more["masked"])
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

    # Events at the stores

    @precondition(lambda self: self.world.files())
    @rule(data=st.data(), how=st.sampled_from(["lose", "tamper", "cut", "keep", "swap", "bring back", "bring back"]))
    def mishap(self, data: st.DataObject, how: str) -> None:
        """Remove, damage, swap or restore a file of a store."""
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
        """Remove all files of the stores."""
        for file in self.directory.glob("*/*"):
            file.unlink()

    # Edits by other people

    @rule(number=which, change=fields)
    def edit(self, number: int, change: Data) -> None:
        """Change the object as a person in Kapso's web app does, or save it unchanged."""
        state = self.world.state(self.world.things[number])
        if state is not None:
            self.world.later()
            self.kapso.edit(state["id"], **{**change, **self.kept(number)})

    @rule(number=which, change=some_fields)
    def edit_unseen(self, number: int, change: Data) -> None:
        """Change the object without a change of `updated_at`."""
        thing = self.world.things[number]
        state = self.world.state(thing)
        if state is not None:
            self.kapso.edit(state["id"], touch=False, **{**change, **self.kept(number)})
            thing.unseen |= change.keys()

    @rule(number=which, left=fields)
    def remove_or_add(self, number: int, left: Data) -> None:
        """Delete the object, or create one in its place."""
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
        """Switch the server to another API version."""
        self.kapso.settings(api_version=api_version)
        self.server = replace(self.server, api_version=api_version)

    # Helpers of the rules

    def kept(self, number: int) -> Data:
        """Return the fields of that thing that never change."""
        return BY_NUMBER if number == 2 else {}

    def contents(self) -> dict[Path, bytes]:
        """Return the content of each file of the stores, and assert that no secret is in it."""
        files = {file: file.read_bytes() for file in self.world.files().values()}
        assert not any(b"canary" in text for text in files.values())
        return files
