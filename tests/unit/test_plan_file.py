# SPDX-License-Identifier: GPL-3.0-or-later
"""Test plan files as texts: `load` accepts the output of `dump` and nothing else, and differences are named."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED, Mask
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
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK
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


def with_others(planned: Outcome, *ids: str, first: bool = False) -> Outcome:
    """Return the outcome with further objects to delete."""
    return planned.deleting([{"id": one} for one in ids], "another {noun}", before_all=first)


def unseen(object_id: str = ID) -> Outcome:
    """Return the outcome of an object that could not be read."""
    return outcome(object_id).failed(NotSent("there is none", "see to it"))


def told(planned: Sequence[Outcome], now: Sequence[Outcome]) -> list[str]:
    """Return the differences between two plans, one of them from a file."""
    return differences(load(dump(planned, signer_of, MASK), signer_of), now, signer_of, MASK)


EVERYTHING = [update(), creation(), deletion("other")]
TEXT = dump(EVERYTHING, signer_of, MASK)


def test_a_plan_that_was_dumped_is_loaded_without_differences() -> None:
    assert set(load(TEXT, signer_of)) == {f"whatsapp_config {name}" for name in (ID, '["customer-1", "1"]', "other")}
    assert told(EVERYTHING, EVERYTHING[::-1]) == []
    assert told([], []) == []


def test_no_secret_is_in_a_plan_in_any_field() -> None:
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


@pytest.mark.parametrize(
    "content",
    [
        *("[]", "null", '""', "1"),
        json.dumps({name: value for name, value in json.loads(TEXT).items() if name != "mac"}),
        json.dumps({**json.loads(TEXT), "mac": "é"}),
        json.dumps(json.loads(TEXT)),
        "[" * 100_000,
    ],
)
def test_a_text_that_only_looks_like_a_plan_is_refused(content: str) -> None:
    with pytest.raises(BadPlan, match=r"is damaged|was changed after it was made"):
        load(content, signer_of)


def test_a_document_that_is_too_deep_to_be_signed_is_refused_without_a_signature() -> None:
    text, opening = TEXT.replace(json.loads(TEXT)["mac"], ""), '{"a": '

    def refusal(depth: int) -> str:
        with pytest.raises(BadPlan) as error:
            load(text.replace('"format"', f'"deep": {opening * depth}1{"}" * depth}, "format"'), signer_of)
        return str(error.value)

    first = bisect_left(range(100_000), 1, key=lambda depth: refusal(depth) == "is damaged")
    # How deep the encoder can go depends on the frames around it, too.
    refused = [refusal(depth) for depth in range(first - 10, first + 10)]
    assert set(refused) == {"was changed after it was made, or made with another key", "is damaged"}


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
    with pytest.raises(BadPlan, match="has a format"):
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
        ([], [update()], "would be updated, but is not in the plan"),
        ([update()], [], "is updated in the plan, but would not be now"),
        ([update()], [unseen()], "is updated in the plan, but would not be now, because there is none"),
        ([update()], [deletion()], "is updated in the plan, but would be deleted now"),
        ([update()], [update(name="Other")], "name would be sent with another value"),
        ([update()], [update(access_token="canary-other")], "access_token would be sent with another value"),
        ([update()], [update(access_token=None)], "access_token is in the plan, but would not be sent"),
        ([update(access_token=None)], [update()], "access_token would be sent, but is not in the plan"),
        ([creation()], [creation(name="Other")], "name would be sent with another value"),
        (
            [creation()],
            [update(ID, "customer-1", phone_number_id="1")],
            "is created in the plan, but would be updated now",
        ),
        (
            [update("old", "customer-1", phone_number_id="1")],
            [update("new", "customer-1", phone_number_id="1")],
            "of customer customer-1: is old in the plan, but new now",
        ),
        (
            [with_others(update(), "x", "y")],
            [with_others(update(), "x", "z")],
            ": deletes x, y in the plan, but would delete x, z now",
        ),
    ],
)
def test_differences_are_named(planned: list[Outcome], now: list[Outcome], said: str) -> None:
    (line,) = told(planned, now)
    assert line.endswith(said)
    assert line.startswith("WhatsApp configuration ")


def test_a_plan_holds_the_object_its_steps_in_order_and_each_change_with_digests() -> None:
    planned = with_others(update(ID, "customer-1", phone_number_id="1", name="Réception"), "x", "y")
    planned = replace(planned, plan=replace(planned.plan, note=f"see {TOKEN}"))
    changes = [
        ("name", "update", "differs", "once (sensitive)", "Réception", f"once {TOKEN}", "Réception"),
        ("phone_number_id", "send", "no_receipt", None, "1", None, "1"),
        ("access_token", "send", "no_receipt", MASKED, MASKED, None, TOKEN),
    ]
    names = ("field", "action", "reason", "before", "after", "before_digest", "after_digest")
    own, whole = signer_of('whatsapp_config ["customer-1", "1"]'), dump([planned], signer_of, MASK)
    step = {
        "action": "update",
        "id": ID,
        "note": "see (sensitive)",
        "changes": [
            dict(zip(names, (field, *told, *(own.digest(f"planned {field}", side) for side in sides)), strict=True))
            for field, *told, before, after in changes
            for sides in [(before, after)]
        ],
    }
    note, none = "another configuration", list[dict[str, Any]]()
    others = [{"action": "delete", "id": one, "note": note, "changes": none} for one in ("x", "y")]
    (found,) = load(whole, signer_of).values()
    assert {**found, "steps": 0} == {
        "subject": "WhatsApp configuration of number 1 of customer customer-1",
        "resource": "whatsapp_config",
        "id": ID,
        "key": "1",
        "parent": "customer-1",
        "updated_at": instant(0),
        "steps": 0,
    }
    assert found["steps"] == [step, *others]
    assert '"Réception"' in whole
    (found,) = load(dump([with_others(planned, "z", first=True)], signer_of, MASK), signer_of).values()
    assert [one["id"] for one in found["steps"]] == ["x", "y", "z", ID]
    (found,) = load(dump([with_others(outcome(), "x")], signer_of, MASK), signer_of).values()
    assert found["steps"] == others[:1]


def webhook(secret: str, object_id: str | None = None) -> Outcome:
    """Return the outcome of a webhook whose URL has a secret."""
    declared = {"url": f"https://hooks.example.org/?key={secret}", "kind": "whatsapp"}
    target = Target(WHATSAPP_WEBHOOK, object_id, declared, parent_id="123", by_key=True)
    begun = Outcome.begin(target, lambda object_id: Receipt(signer_of(object_id)))
    return begun.planned(plan_creation(WHATSAPP_WEBHOOK, declared, begun.receipt), {})


def test_an_object_whose_key_holds_a_secret_has_the_same_address_before_and_after_it_is_created() -> None:
    key, digest = "https://hooks.example.org/?key=canary-1", signer_of("plan").digest
    parts = ["123", f"https://hooks.example.org/?key={MASKED}", "whatsapp", digest("planned key", [key, "whatsapp"])]
    for planned in (webhook("canary-1"), webhook("canary-1", "w")):
        text = dump([planned], signer_of, Mask([]))
        assert set(load(text, signer_of)) == {f"whatsapp_webhook {json.dumps(parts)}"}
        assert "canary" not in text
    gone = webhook("canary-1").failed(NotSent("there is none", "see to it"))
    (line,) = told([webhook("canary-1")], [replace(gone, changed=False)])
    assert line.endswith("would not be now, because there is none")
    assert len(told([webhook("canary-1")], [webhook("canary-2")])) == 2


def test_an_object_that_is_named_by_its_id_is_addressed_by_it() -> None:
    planned = webhook("canary-1", "w")
    planned = replace(planned, target=replace(planned.target, by_key=False))
    assert set(load(dump([planned], signer_of, MASK), signer_of)) == {"whatsapp_webhook w"}


def test_another_number_is_another_object() -> None:
    assert len(told([creation()], [creation(number="2")])) == 2
