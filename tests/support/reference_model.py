# SPDX-License-Identifier: GPL-3.0-or-later
"""Predict the result of any run with a model that shares no code with the plugins.

The model knows the values behind the digests in receipts, and the state of the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.support.examples import HIDDEN as HIDEABLE
from tests.support.examples import SECRET
from tests.support.sequences import Data, Done, Thing
from tests.support.strategies import BLIND, DEMANDED, HIDDEN, READABLE, VALUES

REASONS = (  # without `both`, which random runs rarely reach: tests/unit/test_plan_readable.py tests it
    *("differs", "declared", "drifted", "not_found", "state_absent"),
    *("no_receipt", "value_changed", "modified_at_server", "always"),
)


def explained(done: Done, hidden: set[str], mode: str) -> list[Data]:
    """Return the `changes` that the result of that run must show."""
    before, declared = done.before, {name: done.declared[name] for name in VALUES if name in done.declared}
    if before is None:
        return [] if done.absent else [_change(name, "create", "not_found", None, declared[name]) for name in declared]
    if done.absent:
        return [_change("id", "delete", "state_absent", before["id"], None)]
    changes = []
    for name, value in declared.items():
        if name in hidden:
            reason = _why_send(done, name, mode)
            changes += [_change(name, "send", reason, None, value)] if reason else []
        elif before[name] != value and not (mode == "never" and name in SECRET):
            changes.append(_change(name, "update", _why_update(done, name), before[name], value))
    return changes


def _why_send(done: Done, name: str, mode: str) -> str | None:
    if mode in ("always", "never"):
        return {"always": "always", "never": None}[mode]
    if name not in done.believed:
        return "no_receipt"
    if done.believed[name] != done.declared[name]:
        return "value_changed"
    moved = done.moved(name)
    if moved is None:  # the model cannot know, so accept the result
        moved = name in {change["field"] for change in done.result["changes"]}
    return "modified_at_server" if moved and mode == "when_changed" else None


def _why_update(done: Done, name: str) -> str:
    if name not in done.believed:
        return "differs"
    by_playbook, at_server = (
        done.believed[name] != value for value in (done.declared[name], (done.before or {})[name])
    )
    return {(True, True): "both", (True, False): "declared", (False, True): "drifted"}[by_playbook, at_server]


def _change(name: str, action: str, reason: str | None, before: Any, after: Any) -> Data:
    sides = ("(sensitive)", "(sensitive)") if name in SECRET else (before, after)
    return {"field": name, "action": action, "reason": reason, "before": sides[0], "after": sides[1]}


def planned(dry: list[Done]) -> list[tuple[Any, Data]]:
    """Return the writes that a dry run announces: the ID of the object, None if it does not exist, and the values."""
    return [
        (one.before and one.before["id"], {change["field"]: one.declared.get(change["field"]) for change in changes})
        for one in dry
        if (changes := one.result["changes"])
    ]


def assert_true(done: Done) -> None:
    """Assert that the result is true about the server."""
    result = done.result
    refused = done.failed and result["error"]["outcome"] == "rejected"
    assert result["changed"] == (bool(done.writes) and not refused), result
    applied = any(entry.applied for entry in done.writes)
    if done.failed:
        assert result["error"]["outcome"] in {"not_sent", "rejected"} or done.writes
        assert result["error"]["outcome"] in {"applied", "unknown"} or not applied, result
        return
    if done.after is None:
        assert result["data"] == {}
        return
    for name in READABLE & result["data"].keys() & done.declared.keys():
        assert result["data"][name] == done.after[name]


def assert_foretold(dry: Done, done: Done) -> None:
    """Assert that the dry run predicted the run, unless the server rejected a write for missing fields."""
    assert dry.result["changed"] == bool(done.writes)
    if any(entry.status == 422 for entry in done.writes):
        return
    assert dry.result["changes"] == done.result["changes"]
    assert dry.result.get("diff") == done.result.get("diff")  # a project has one diff for all entries
    if not done.failed:
        names = READABLE & dry.result["data"].keys()
        assert {name: dry.result["data"][name] for name in names} == {
            name: done.result["data"].get(name) for name in names
        }


@dataclass(frozen=True)
class Server:
    """Hold the behavior of a server, and assert what it means for a run."""

    clock: str = "true"  # one of CLOCKS
    api_version: str = "omits"
    demanding: bool = False  # whether each write needs all fields for which the API asks Meta
    masked: bool = False

    def assert_explained(self, dry: Done, mode: str) -> list[str]:
        """Assert that the result has the right changes and reasons; return the reasons that this model knows."""
        if dry.failed or self.demanding or self.masked:
            return []
        hidden = {name for name in dry.declared if self.is_hidden(name, dry.before)}
        assert dry.result["changes"] == explained(dry, hidden, mode)
        return [change["reason"] for change in dry.result["changes"]]

    def assert_as_declared(self, thing: Thing, done: Done, mode: str) -> None:
        """Assert the state of the object after a run without faults."""
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
        hidden = {name for name in thing.declared if self.is_hidden(name, done.before)}
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
            # A masked secret shows that the value differs.
            others = {name for name in SECRET & hidden if self.masked and done.before[name] != thing.declared[name]}
            assert unknown <= sent <= unknown | others, (sent, unknown, done.believed, done.result)

    def is_hidden(self, name: str, state: Data | None) -> bool:
        """Return whether the server does not return the field. A null can mean that it does not."""
        hidden = HIDDEN[self.api_version] | (SECRET if self.masked else frozenset())
        return name in hidden or (name in HIDEABLE and (state is None or state[name] is None))


def _but_for_time(state: Data | None) -> Data | None:
    return state and {**state, "updated_at": None}
