# SPDX-License-Identifier: GPL-3.0-or-later
"""Test plan files as texts: `load` accepts the output of `dump` and nothing else, and differences are named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import (
    make_plan,
    plan_creation,
    plan_deletion,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt, ReceiptSigner
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.saved_plan import (
    FORMAT,
    BadPlan,
    differences,
    dump,
    load,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.simulation import ID, KEY, URL, instant

TOKEN = "canary-token"
MASK = Mask([TOKEN])
DECLARED = {"name": "Front desk", "access_token": TOKEN}
CURRENT = {"name": f"once {TOKEN}", "updated_at": instant(0)}


def signer_of(object_id: str, key: str = KEY, url: str = URL) -> ReceiptSigner:
    return ReceiptSigner(key, url, WHATSAPP_CONFIG.name, object_id)


def outcome(object_id: str | None = ID, customer_id: str | None = None, **fields: Any) -> Outcome:
    """Return the outcome of an object without changes."""
    desired = {name: value for name, value in {**DECLARED, **fields}.items() if value is not None}
    target = Target(WHATSAPP_CONFIG, object_id, desired, parent_id=customer_id, by_key=customer_id is not None)
    return Outcome.begin(target, lambda object_id: Receipt(signer_of(object_id)))


def update(object_id: str = ID, customer_id: str | None = None, **fields: Any) -> Outcome:
    """Return the outcome of an object that differs."""
    planned = outcome(object_id, customer_id, **fields)
    plan = make_plan(WHATSAPP_CONFIG, planned.target.desired, CURRENT, planned.receipt, "when_changed")
    return replace(planned, before=CURRENT).planned(plan, CURRENT)


def creation(customer_id: str = "customer-1", number: str = "1", **fields: Any) -> Outcome:
    """Return the outcome of an object that does not exist."""
    planned = outcome(None, customer_id, phone_number_id=number, **fields)
    return planned.planned(plan_creation(WHATSAPP_CONFIG, planned.target.desired, planned.receipt), {})


def deletion(object_id: str = ID) -> Outcome:
    """Return the outcome of an object that is declared absent."""
    planned = outcome(object_id)
    planned = replace(planned, target=replace(planned.target, state="absent"))
    return planned.planned(plan_deletion(WHATSAPP_CONFIG, object_id, planned.receipt), {})


def unseen(object_id: str = ID) -> Outcome:
    """Return the outcome of an object that could not be read."""
    return outcome(object_id).failed(NotSent("there is none", "see to it"))


def told(planned: Sequence[Outcome], now: Sequence[Outcome]) -> list[str]:
    """Return the differences between two plans, one of them from a file."""
    return differences(load(dump(planned, signer_of, MASK), signer_of), now, signer_of, MASK)


EVERYTHING = [update(), creation(), deletion("other")]
TEXT = dump(EVERYTHING, signer_of, MASK)


def test_what_was_dumped_is_loaded_and_differs_in_nothing() -> None:
    assert set(load(TEXT, signer_of)) == {f"whatsapp_config {name}" for name in (ID, '["customer-1", "1"]', "other")}
    assert told(EVERYTHING, EVERYTHING[::-1]) == []
    assert told([], []) == []


def test_no_secret_is_in_it_in_whatever_field() -> None:
    assert "canary" not in TEXT
    assert "once (sensitive)" in TEXT


@given(place=st.integers(0, len(TEXT.encode()) - 1), bits=st.integers(1, 255))
@example(place=len(TEXT) - 1, bits=ord("\n") ^ ord(" "))
def test_any_byte_that_was_changed_is_noticed(place: int, bits: int) -> None:
    content = bytearray(TEXT.encode())
    content[place] ^= bits

    with pytest.raises(BadPlan):
        load(content.decode("utf-8", "replace"), signer_of)


@given(st.integers(0, len(TEXT) - 1))
def test_a_text_that_was_cut_is_noticed(length: int) -> None:
    with pytest.raises(BadPlan, match="damaged"):
        load(TEXT[:length], signer_of)


LEAVES = st.none() | st.booleans() | st.integers() | st.text()


@given(st.recursive(LEAVES, lambda inner: st.dictionaries(st.text(), inner, max_size=4), max_leaves=8))
def test_other_documents_are_refused(document: Any) -> None:
    for content in (document, {"format": FORMAT, "objects": document}, {**json.loads(TEXT), "mac": document}):
        with pytest.raises(BadPlan):
            load(json.dumps(content), signer_of)


def test_a_document_that_is_too_deep_is_refused() -> None:
    for depth in (500, 900, 990, 100_000):
        text = TEXT.replace('"objects": {', f'"deep": {"[" * depth}{"]" * depth}, "objects": {{')
        with pytest.raises(BadPlan):
            load(text, signer_of)


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"key": "another"}, "another key"),
        ({"url": "https://other.example/api/v1"}, "another API"),
    ],
)
def test_a_plan_of_another_place_is_refused(other: dict[str, str], problem: str) -> None:
    with pytest.raises(BadPlan, match=problem):
        load(TEXT, partial(signer_of, **other))


@pytest.mark.parametrize("version", [0, FORMAT + 1, True, 1.0, "1", None, [1]])
def test_another_format_is_refused(version: Any) -> None:
    with pytest.raises(BadPlan):
        load(json.dumps({**json.loads(TEXT), "format": version}), signer_of)


def test_digests_are_of_no_use_for_another_object_or_field() -> None:
    digests = [
        change[side]
        for entry in load(dump([update(), update("other")], signer_of, MASK), signer_of).values()
        for step in entry["steps"]
        for change in step["changes"]
        for side in ("before_digest", "after_digest")
    ]
    assert len(digests) == len(set(digests)) == 8


@pytest.mark.parametrize(
    ("planned", "now", "said"),
    [
        ([], [update()], "would be updated, and is not in the plan"),
        ([update()], [], "is to be updated, and would not be"),
        ([update()], [unseen()], "is to be updated, and would not be, because there is none"),
        ([update()], [deletion()], "is to be updated, and would be deleted"),
        ([update()], [update(name="Other")], "name would be sent with another value"),
        ([update()], [update(access_token="canary-other")], "access_token would be sent with another value"),
        ([update()], [update(access_token=None)], "access_token is to be sent, and would not be"),
        ([update(access_token=None)], [update()], "access_token would be sent, and is not in the plan"),
        ([creation()], [creation(name="Other")], "name would be sent with another value"),
        ([creation()], [update(ID, "customer-1", phone_number_id="1")], "is to be created, and would be updated"),
        (
            [update("old", "customer-1", phone_number_id="1")],
            [update("new", "customer-1", phone_number_id="1")],
            "of customer customer-1: is new now, and was old when that was planned",
        ),
    ],
)
def test_what_differs_is_named(planned: list[Outcome], now: list[Outcome], said: str) -> None:
    (line,) = told(planned, now)
    assert line.endswith(said)
    assert line.startswith("WhatsApp configuration ")


def test_another_number_is_another_object() -> None:
    assert len(told([creation()], [creation(number="2")])) == 2
