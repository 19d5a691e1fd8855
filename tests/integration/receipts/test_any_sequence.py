# SPDX-License-Identifier: GPL-3.0-or-later
"""Any sequence of what operators, their stores and other people do: what is declared is what the server then holds.

Everything happens an hour apart, so that nothing that a person does looks like a server's own doing right after a
write.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.stores import address
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.emulator import Emulator
from tests.support.dice import throws
from tests.support.runner import Data, Runner, reasons

HOUR = 3600
KEYS = ("example-key-1", "example-key-2")
# Few values, so that people often come back to one, or set what the playbook happens to declare. Two tokens look the
# same behind a mask.
VALUES: dict[str, tuple[str, ...]] = {
    "name": ("", "Front desk", "Example shop"),
    "phone_number_id": ("100000000000001", "100000000000002"),
    "business_account_id": ("200000000000001", "200000000000002"),
    "access_token": ("canary-access-1-same", "canary-access-2-same", "canary-access-3"),
    "webhook_verify_token": ("canary-verify-1", "canary-verify-2"),
    "webhook_destination_url": ("https://one.example.org/wa", "https://two.example.org/wa"),
}
DEMANDED = {"phone_number_id", "business_account_id", "access_token"}
READABLE = {"name", "phone_number_id", "business_account_id"}

which = st.sampled_from([0, 0, 0, 1])  # the more happens to one object, the more follows from it
modes = st.sampled_from(["always", "never", "when_value_changed"])
fields = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
some_fields = fields.filter(bool)
troubles = st.sampled_from(
    [
        {"drop": "before"},
        {"drop": "after"},
        {"drop": "during"},
        {"status": 500},
        {"status": 500, "apply": True},
        {"status": 503, "apply": True},
        {"truncate": True},
        {"truncate": True, "apply": False},
        {"omit": ["updated_at", *VALUES]},
    ]
)


class AnySequence(RuleBasedStateMachine):
    """Two objects, a playbook for each, and one directory of receipts."""

    def __init__(self, kapso: Emulator, directory: Path) -> None:
        super().__init__()
        self.kapso = kapso
        self.directory = directory
        self.operators: list[Runner] = []
        self.playbooks: list[dict[str, Any]] = []
        self.key = KEYS[0]
        self.past: list[tuple[str, bytes]] = []  # receipts as they once were, with the names of their files
        self.demanding = False

    @initialize(
        server=st.fixed_dictionaries(
            {
                "vintage": st.sampled_from(["omits", "nulls", "echoes"]),
                "updated_at_on_noop": st.booleans(),
                "milliseconds": st.sampled_from([False, True, "mixed"]),
                "mask_secrets": st.booleans(),
                "demand_meta_fields": st.booleans(),
                "error_names": st.sampled_from(["human", "fields"]),
            }
        ),
        team=st.booleans(),
        playbooks=st.tuples(some_fields, some_fields),
    )
    def begin(self, server: dict[str, Any], team: bool, playbooks: tuple[dict[str, Any], dict[str, Any]]) -> None:
        """A server with some habits, two objects, two playbooks, no receipts."""
        for file in self.directory.glob("*"):
            file.unlink()
        self.kapso.reset(keys=dict.fromkeys(KEYS, "project-1"), unique_numbers=False, **server)
        self.demanding = server["demand_meta_fields"]
        shared: Data = {"receipts_key": "canary-receipts-key"} if team else {}
        self.operators = [
            Runner(self.kapso, self.directory, config_id=self.kapso.add(), **shared) for _object in range(2)
        ]
        self.playbooks = list(playbooks)

    # What the operators do

    @rule(number=which, playbook=some_fields)
    def rewrite_playbook(self, number: int, playbook: dict[str, str]) -> None:
        """Declare something else."""
        self.playbooks[number] = playbook

    @rule()
    def change_key(self) -> None:
        """Use the project's other key from now on."""
        self.key = KEYS[1 - KEYS.index(self.key)]

    @rule(number=which)
    def run(self, number: int) -> None:
        """Run the playbook dry, then really, then once more."""
        if not self._predicted_run(number).get("failed"):
            self._assert_held(number, set(VALUES))
            self._assert_quiet(number)

    @rule(number=which, mode=modes)
    def run_otherwise(self, number: int, mode: str) -> None:
        """The same with another `send_write_only`, which may leave hidden fields as they are."""
        if not self._predicted_run(number, send_write_only=mode).get("failed"):
            self._assert_held(number, set(VALUES) if mode == "always" else READABLE)
            if mode != "always":
                self._assert_quiet(number, send_write_only=mode)

    @rule(number=which, change=some_fields)
    def rotate_and_run(self, number: int, change: dict[str, str]) -> None:
        """Declare other values, or more fields, and run."""
        self.playbooks[number] = {**self.playbooks[number], **change}
        self.run(number)

    @rule(number=which)
    def adopt(self, number: int) -> None:
        """Set by hand what is declared, and have it recorded."""
        self.edit(number, self.playbooks[number])
        result = self._predicted_run(number, send_write_only="adopt")
        assert (result["changed"], result.get("failed", False)) == (False, False)
        self._assert_quiet(number)

    @rule(number=which, trouble=troubles)
    def run_into_trouble(self, number: int, trouble: dict[str, Any]) -> None:
        """The answer to a write is lost, or cannot be read. What is true then shows at the next run."""
        self.kapso.fault(method="PATCH", count=1, **trouble)
        self._predicted_run(number, retries=0)
        self.kapso.clear_faults()

    # What happens to the store

    @rule(number=which)
    def lose(self, number: int) -> None:
        """The receipt is gone."""
        self._file(number).unlink(missing_ok=True)

    @precondition(lambda self: any(self.directory.glob("*")))
    @rule(file=st.integers(0, 1), place=st.integers(0, 2000), bits=st.integers(1, 255))
    def tamper(self, file: int, place: int, bits: int) -> None:
        """Somebody changes one byte of a receipt."""
        files = sorted(self.directory.glob("*"))
        chosen = files[file % len(files)]
        text = bytearray(chosen.read_bytes())
        if text:
            text[place % len(text)] ^= bits
        chosen.write_bytes(text)

    @precondition(lambda self: any(self.directory.glob("*")))
    @rule(length=st.integers(0, 2000))
    def truncate(self, length: int) -> None:
        """A receipt is cut."""
        file = min(self.directory.glob("*"))
        file.write_bytes(file.read_bytes()[:length])

    @precondition(lambda self: self.past)
    @rule(data=st.data())
    def bring_back(self, data: st.DataObject) -> None:
        """An old receipt comes back, as from a restored backup, to its own place or to that of the other object."""
        name, text = data.draw(st.sampled_from(self.past))
        names = sorted({name, *(known for known, _text in self.past)})
        (self.directory / data.draw(st.sampled_from(names))).write_bytes(text)

    # What others do

    @rule(number=which, change=fields)
    def edit(self, number: int, change: dict[str, Any]) -> None:
        """Somebody changes the object at Kapso's site, or saves it as it is."""
        self.kapso.advance(HOUR)
        self.kapso.edit(self.operators[number].object_id, **change)

    @rule(number=which, change=some_fields)
    def edit_and_run(self, number: int, change: dict[str, Any]) -> None:
        """Somebody changes the object, and nothing else happens before the next run."""
        self.edit(number, change)
        self.run(number)

    @rule(vintage=st.sampled_from(["omits", "nulls", "echoes"]))
    def upgrade(self, vintage: str) -> None:
        """Kapso serves another vintage from now on."""
        self.kapso.settings(vintage=vintage)

    @invariant()
    def no_receipt_holds_a_value(self) -> None:
        """Digests only, whatever happened."""
        texts = [file.read_text(errors="replace") for file in self.directory.glob("*")]
        assert [text for text in texts if "canary" in text] == []

    # How it is checked

    def _file(self, number: int) -> Path:
        operator = self.operators[number]
        name = address(self.kapso.url, "whatsapp_config", operator.object_id)
        return self.directory / f"{name}.json"

    def _contents(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.directory.glob("*")}

    def _options(self, number: int, options: dict[str, Any]) -> dict[str, Any]:
        return {"api_key": self.key, **self.playbooks[number], **options}

    def _predicted_run(self, number: int, **options: Any) -> Data:
        """A dry run, which changes nothing, and the run that it speaks of."""
        self.kapso.advance(HOUR)
        operator, chosen = self.operators[number], self._options(number, options)
        before, receipts = operator.state, self._contents()
        dry = operator.dry_run(**chosen)
        assert operator.sent == []
        assert (operator.state, self._contents()) == (before, receipts)
        real = operator.run(**chosen)
        self.past += self._contents().items()
        self._assert_predicted(number, dry, real)
        if real.get("failed") and self.kapso.faults() == []:
            assert self.demanding
            held_back = options.get("send_write_only") in ("never", "adopt")
            assert held_back or not self.playbooks[number].keys() >= DEMANDED
            assert operator.state == before
        return real

    def _assert_predicted(self, number: int, dry: Data, real: Data) -> None:
        writes = self.kapso.writes()
        assert real["changed"] == bool(writes)
        assert dry["changed"] == real["changed"]
        predicted = [set(reasons(dry))] if dry["changed"] else []
        sent = [set(entry.sent) for entry in writes]
        if any(entry.status == 422 for entry in writes):
            # What a server demands cannot be known before it was said once.
            assert sent[:1] == predicted
            assert all(later >= predicted[0] for later in sent)
            return
        assert sent == predicted
        assert (dry["changes"], dry["diff"]) == (real["changes"], real["diff"])
        if not real.get("failed"):
            readable = READABLE & self.playbooks[number].keys()
            assert {name: dry["data"][name] for name in readable} == {name: real["data"][name] for name in readable}

    def _assert_held(self, number: int, names: set[str]) -> None:
        declared = {name: value for name, value in self.playbooks[number].items() if name in names}
        state = self.operators[number].state
        assert {name: state[name] for name in declared} == declared

    def _assert_quiet(self, number: int, **options: Any) -> None:
        operator = self.operators[number]
        again = operator.run(**self._options(number, options))
        assert (again["changed"], again["changes"], self.kapso.short()) == (False, [], "GET")
        if not options:
            assert again["warnings"] == []


def test_any_sequence_ends_as_declared(kapso: Emulator, tmp_path: Path) -> None:
    class Here(AnySequence):
        def __init__(self) -> None:
            super().__init__(kapso, tmp_path)

    run_state_machine_as_test(Here, settings=throws(120, stateful_step_count=30))
