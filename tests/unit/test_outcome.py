# SPDX-License-Identifier: GPL-3.0-or-later
"""Test outcomes: the data that each step adds, and the name of the object."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome, key_in_words
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import Change, Plan
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import URL
from tests.support.simulation import ID, signer

FOUND = Receipt(signer())
WITHOUT_ID = Receipt(signer(object_id=""))


def receipt_of(object_id: str) -> Receipt:
    """Return the receipt of the object, or of one whose ID is not known."""
    return {ID: FOUND, "": WITHOUT_ID}[object_id]


def begun(target: Target, **more: Any) -> Outcome:
    """Return the first outcome of an object, with further values."""
    return replace(Outcome.begin(target, receipt_of), **more)


HOOK = Target(WHATSAPP_WEBHOOK, None, {"url": URL}, by_key=True, parent_id="1")


def test_the_first_outcome_of_an_object() -> None:
    assert vars(Outcome.begin(HOOK, receipt_of)) == {
        "target": HOOK,
        "receipt_of": receipt_of,
        "receipt": WITHOUT_ID,
        "plan": Plan(WITHOUT_ID),
        "new_receipt": WITHOUT_ID,
        "planned_as": "",
        "before": {},
        "after": {},
        "changed": False,
        "write_attempted": False,
        "others": (),
        "others_note": "",
        "others_first": False,
        "earlier": None,
        "held_back": False,
        "absent": False,
        "error": None,
        "warnings": (),
        "parent_name": None,
    }
    assert Outcome.begin(Target(CUSTOMER, ID, {}), receipt_of).receipt is FOUND


def test_an_id_that_is_found_brings_its_receipt() -> None:
    known = begun(HOOK, warnings=("read",)).identified(ID.upper())

    assert known == begun(replace(HOOK, object_id=ID), warnings=("read",))
    assert known.receipt is FOUND


@pytest.mark.parametrize("changes", [(), (Change(CUSTOMER.identity, "update", "differs", "a", "b"),)])
def test_a_planned_outcome_has_its_changes_and_the_objects_old_name(changes: tuple[Change, ...]) -> None:
    receipt = Receipt(signer(), updated_at="2026-01-01T00:00:00Z")
    plan = Plan(receipt, changes, warnings=("planned",))
    outcome = begun(HOOK, before={"name": "A"}, warnings=("read",))

    planned = replace(
        outcome,
        plan=plan,
        planned_as=f"webhook {URL} of number 1",
        new_receipt=receipt,
        after={"name": "B"},
        changed=bool(changes),
        warnings=("read", "planned"),
    )
    assert outcome.planned(plan, {"name": "B"}) == planned
    assert outcome.planned(plan, {"name": "B"}, {}) == replace(planned, before={})
    assert outcome.seen({"name": "C"}) == replace(outcome, before={"name": "C"}, after={"name": "C"})


def test_others_are_deleted_beside_or_before_it() -> None:
    outcome = begun(HOOK, others=({"id": "1"},))
    expected = replace(
        outcome,
        others=({"id": "1"}, {"id": "2"}, {"id": "3"}),
        others_note="another webhook",
        changed=True,
        planned_as=f"webhook {URL} of number 1",
    )

    assert outcome.deleting([{"id": "2"}, {"id": "3"}], "another {noun}") == expected
    assert outcome.deleting([{"id": "2"}, {"id": "3"}], "another {noun}", True) == replace(expected, others_first=True)


def test_a_failure_adds_only_its_error() -> None:
    error = NotSent("what", "advice")

    assert begun(HOOK).failed(error) == begun(HOOK, error=error)


@pytest.mark.parametrize(
    ("resource", "values", "words"),
    [
        (CUSTOMER, ["clinic-1"], "clinic-1"),
        (CUSTOMER, [None], None),
        (SETUP_LINK, [], None),
        (WHATSAPP_WEBHOOK, [URL, "kapso"], URL),
        (WHATSAPP_WEBHOOK, [URL, "meta"], f"{URL} meta"),
        (WHATSAPP_WEBHOOK, [None, "meta"], "meta"),
        (WHATSAPP_WEBHOOK, [f"{URL}?token=canary", None], f"{URL}?token=(sensitive)"),
    ],
)
def test_a_key_in_words_leaves_out_default_values(resource: Resource, values: list[Any], words: str | None) -> None:
    assert key_in_words(resource, values) == words


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ({}, {}, URL),
        ({"url": f"{URL}/old"}, {}, f"{URL}/old"),
        ({"url": f"{URL}/old"}, {"url": f"{URL}/new"}, f"{URL}/new"),
        ({"url": None, "kind": "meta"}, {}, f"{URL} meta"),
    ],
)
def test_the_key_is_that_of_the_object_as_it_will_be(before: Any, after: Any, key: str) -> None:
    assert begun(HOOK, before=before, after=after).key == key


@pytest.mark.parametrize(
    ("before", "declared", "after", "name"),
    [
        ("Old", "Declared", "New", "New"),
        ("Old", "Declared", None, "Declared"),
        ("Old", None, 5, "Old"),
        (None, None, None, None),
    ],
)
def test_the_name_is_that_of_the_object_as_it_will_be(before: Any, declared: Any, after: Any, name: str | None) -> None:
    target = Target(CUSTOMER, ID, {"name": declared})

    assert begun(target, before={"name": before}, after={"name": after}).name == name
    assert begun(replace(target, desired={})).name is None


@pytest.mark.parametrize(
    ("target", "before", "label", "title"),
    [
        (Target(CUSTOMER, ID, {}), {}, ID, f"customer {ID}"),
        (Target(CUSTOMER, ID, {}), {"name": "Ä\n"}, f'"Ä\\n" ({ID})', f'customer "Ä\\n" ({ID})'),
        (
            Target(CUSTOMER, ID, {"external_customer_id": "own\n"}),
            {"name": "A"},
            '"A" (own\\n)',
            'customer "A" (own\\n)',
        ),
        (Target(CUSTOMER, ID, {"external_customer_id": "own"}), {}, ID, f"customer {ID}"),
        (HOOK, {}, f"webhook {URL} of number 1", f"webhook {URL} of number 1"),
    ],
)
def test_the_name_in_lists_and_in_messages(target: Target, before: Any, label: str, title: str) -> None:
    outcome = begun(target, before=before)

    assert (outcome.label, outcome.title) == (label, title)
    assert begun(Target(SETUP_LINK, None, {"name": "A"}, by_key=True)).label == "setup link"


@pytest.mark.parametrize(
    ("target", "before", "after", "parent"),
    [
        (Target(CUSTOMER, ID, {}, parent_id="x"), {"customer_id": "y"}, {}, None),
        (Target(WHATSAPP_CONFIG, ID, {}, parent_id="x"), {"customer_id": "y"}, {"customer_id": "z"}, "x"),
        (Target(WHATSAPP_CONFIG, ID, {}), {"customer_id": "y"}, {"customer_id": "z"}, "z"),
        (Target(WHATSAPP_CONFIG, ID, {}), {"customer_id": "y"}, {}, "y"),
        (Target(WHATSAPP_CONFIG, ID, {}), {"customer_id": 5}, {}, None),
        (Target(WHATSAPP_CONFIG, ID, {}), {}, {}, None),
    ],
)
def test_the_parent_is_the_declared_one_or_the_one_that_is_shown(
    target: Target, before: Any, after: Any, parent: str | None
) -> None:
    assert begun(target, before=before, after=after).parent == parent
