# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies of random sequences: values, clocks of servers, faults, and the weight of each."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

from tests.support.examples import HIDDEN as HIDEABLE
from tests.support.sequences import Data

KEYS = ("example-key-1", "example-key-2")
BY_NUMBER = {"phone_number_id": "700000000000007"}  # the key of the third object, which does not change
DEMANDED = {"phone_number_id", "business_account_id", "access_token"}
# Few values, so that edits often return to one, or set the declared one.
VALUES: dict[str, tuple[Any, ...]] = {
    "name": ("Front desk", "Example shop"),
    "phone_number_id": ("100000000000001", "100000000000002"),
    "business_account_id": ("200000000000001", "200000000000002"),
    "access_token": ("canary-access-1", "canary-access-2", "canary-access-3"),
    "webhook_verify_token": ("canary-verify-1", "canary-verify-2"),
    "webhook_destination_url": ("https://one.example.org/wa", "https://two.example.org/wa"),
}
READABLE = {"name", "phone_number_id", "business_account_id"}
FIRST = {name: values[0] for name, values in VALUES.items()}
HIDDEN = {"omits": HIDEABLE, "nulls": HIDEABLE, "echoes": frozenset({"access_token"})}
CLOCKS: dict[str, Data] = {  # settings of the emulator for `updated_at`
    "true": {},
    "true, and moved by writes that change nothing": {"updated_at_on_noop": True},
    "once more after a write": {"updated_at_after_write": "next_read"},
    "none": {"no_updated_at": True},
    "updated_at_unstable": {"updated_at_on_read": True},
}
HONEST = ("true", "true, and moved by writes that change nothing")
RUNS_UNTIL_QUIET = {"once more after a write": 3, "updated_at_unstable": 3}
BLIND = ("none", "updated_at_unstable")  # an edit is not visible

which = st.sampled_from([0, 0, 1, 2])  # one object gets more events, since long sequences find more
who = st.sampled_from([0, 0, 0, 1])
fields = st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in VALUES.items()})
some_fields = fields.filter(bool)
# Events between a plan and its application, each about one thing.
events = st.tuples(
    st.sampled_from(["declare", "edit", "edit", "edit_unseen", "clash", "turn", "remove_or_add", "lose"]),
    which,
    some_fields,
)
modes = st.sampled_from(["when_changed", "when_changed", "when_value_changed", "always", "never"])
numbers = st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True)
# No fault reports a write that did not take effect: no client could detect that.
kinds = st.sampled_from(
    [
        {"drop": "before"},
        {"drop": "after"},
        {"drop": "during"},
        {"drop": "after", "rst": True},
        {"status": 429},
        {"status": 429, "headers": {"Retry-After": "2"}},
        *({"status": status, "apply": apply} for status in (500, 502, 503) for apply in (False, True)),
        {"status": 504, "html": True, "apply": True},
        {"status": 422},
        {"status": 401},
        {"truncate": True},
        {"truncate": True, "apply": False},
        {"json": [], "apply": True},
        {"json": {"data": "text"}, "apply": True},
        {"json": None},
        {"empty": True, "apply": True},
        {"invalid_utf8": True, "apply": True},
        {"redirect": "https://elsewhere.example/"},
        {"omit": ["updated_at"]},
        {"omit": ["updated_at", *VALUES]},
        {"merge": {"access_token": []}},
        {"merge": {"updated_at": "yesterday"}},
    ]
)
faults = st.builds(
    lambda kind, method, after, count: {**kind, **method, "after": after, **count},
    kinds,
    st.sampled_from([{}, {"method": "GET"}, {"method": "PATCH"}, {"method": "PATCH"}, {"method": "POST"}]),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from([{"count": 1}, {"count": 1}, {"count": 2}, {}]),
)
