# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of what a run sends and why, told from what has happened, in a few lines that share nothing with the plugins.

It knows what was last applied in clear, where the plugins have keyed digests, and the true state of the server.
Everything happens an hour apart, so that nobody's edit looks like the server's own doing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.examples import SECRET
from tests.support.plans import Write, as_sent

HIDEABLE = ("access_token", "webhook_verify_token", "webhook_destination_url")
ORDER = ("name", "phone_number_id", "business_account_id", *HIDEABLE)

Data = dict[str, Any]


@dataclass
class Applied:
    """What is remembered of one field: the value, and whether the object was left alone since it was sent."""

    value: Any
    untouched: bool = True


@dataclass
class Thing:
    """One entry of a fleet: what is declared, and what is remembered of the object."""

    address: Data  # its `config_id` or its `customer_id`
    desired: Data
    absent: bool = False
    memory: dict[str, Applied] = field(default_factory=dict)

    @property
    def by_number(self) -> bool:
        """Whether it is addressed by customer and number."""
        return "customer_id" in self.address

    @property
    def config(self) -> Data:
        """It, as an entry of `configs`."""
        return {**self.address, "fields": self.desired, **({"state": "absent"} if self.absent else {})}

    def is_me(self, row: Data) -> bool:
        """Whether an object at the server is the one meant."""
        if self.by_number:
            mine = (self.address["customer_id"], self.desired["phone_number_id"])
            return (row["customer_id"], row["phone_number_id"]) == mine
        return bool(row["id"] == self.address["config_id"])

    def touched(self) -> None:
        """Somebody has changed the object."""
        for applied in self.memory.values():
            applied.untouched = False


@dataclass(frozen=True)
class Deed:
    """What would be done to one thing: the request, and `changes` as results show them."""

    method: str
    place: str
    sent: Data
    changes: list[Data]

    @property
    def write(self) -> Write:
        """As the journal has it."""
        return self.method, self.place, as_sent(self.sent)


def foresee(thing: Thing, current: Data | None, hidden: frozenset[str], mode: str) -> Deed | None:
    """What a run does now; None for nothing. `current` is the true state, None where there is no object."""
    if current is None:
        if thing.absent:
            return None
        created = [_change(name, "create", "not_found", None, thing.desired[name]) for name in _declared(thing)]
        return Deed("POST", thing.address["customer_id"], thing.desired, created)
    if thing.absent:
        deleted = [_change("id", "delete", "state_absent", current["id"], None)]
        return Deed("DELETE", current["id"], {}, deleted)
    changes, sent = [], {}
    hidden |= {name for name in HIDEABLE if current[name] is None}  # it may be that the server does not show it
    for name in _declared(thing):
        why = (_why_send if name in hidden else _why_update)(thing, name, current[name], mode)
        if why is not None:
            sent[name] = thing.desired[name]
            action, before = ("send", None) if name in hidden else ("update", current[name])
            changes.append(_change(name, action, why, before, sent[name]))
    return Deed("PATCH", current["id"], sent, changes) if sent else None


def remember(thing: Thing, deed: Deed | None, current: Data | None, hidden: frozenset[str]) -> None:
    """The run has taken place, with the object having been `current` before."""
    if thing.absent or current is None:
        thing.memory = {} if deed is None else {name: Applied(value) for name, value in deed.sent.items()}
        return
    if thing.memory or deed is not None:
        for name in _declared(thing):
            if name not in hidden and current[name] == thing.desired[name]:
                thing.memory[name] = Applied(current[name])
    for name in () if deed is None else deed.sent:
        thing.memory[name] = Applied(thing.desired[name])


def _declared(thing: Thing) -> list[str]:
    return [name for name in ORDER if name in thing.desired]


def _why_send(thing: Thing, name: str, _current: Any, mode: str) -> str | None:
    if mode in ("always", "never"):
        return {"always": "always", "never": None}[mode]
    applied = thing.memory.get(name)
    if applied is None:
        return "no_receipt"
    if applied.value != thing.desired[name]:
        return "value_changed"
    return None if applied.untouched or mode == "when_value_changed" else "modified_at_server"


def _why_update(thing: Thing, name: str, current: Any, mode: str) -> str | None:
    held_back = mode == "never" and name in SECRET
    if current == thing.desired[name] or held_back:
        return None
    applied = thing.memory.get(name)
    if applied is None:
        return "differs"
    by_playbook, at_server = applied.value != thing.desired[name], applied.value != current
    return {(True, True): "both", (True, False): "declared", (False, True): "drifted"}[by_playbook, at_server]


def _change(name: str, action: str, reason: str, before: Any, after: Any) -> Data:
    sides = ("(sensitive)", "(sensitive)") if name in SECRET else (before, after)
    return {"field": name, "action": action, "reason": reason, "before": sides[0], "after": sides[1]}
