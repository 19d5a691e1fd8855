# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the parents of objects, and the objects that are deleted with their parent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.family import Family, row_of
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import plan_deletion
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read_many import Shown
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import EMPTY, NUMBER, entry
from tests.support.simulation import ID

PHONES, OWNERS = WHATSAPP_PHONE_NUMBER.name, CUSTOMER.name
HOOK = {"id": "hook", "phone_number_id": NUMBER}
PHONE = {"id": NUMBER, "customer_id": ID.upper()}
OWNER = {"id": ID}
ORPHANS = replace(
    WHATSAPP_WEBHOOK, parent=WHATSAPP_WEBHOOK.parent and WHATSAPP_WEBHOOK.parent._replace(resource="line")
)


def gone(resource: Resource, object_id: str, before: Any = ()) -> Outcome:
    """Return an entry that deletes its object."""
    plan = plan_deletion(resource, object_id, EMPTY)
    return entry(resource, object_id, before=dict(before), plan=plan, state="absent")


def family(*outcomes: Outcome, others: Any = None, **shown: list[Mapping[str, Any]]) -> Family:
    """Return the family of a run with these objects."""
    resources = {"phones": WHATSAPP_PHONE_NUMBER, "owners": CUSTOMER}
    lists = {
        resources[name].name: Shown(resources[name], {row["id"]: row for row in rows}) for name, rows in shown.items()
    }
    return Family(outcomes, lists, others)


def test_rows_come_from_lists_then_from_single_reads_then_from_rules() -> None:
    read, listed = {**PHONE, "name": "read"}, {**PHONE, "name": "listed"}
    ruled = {(PHONES, NUMBER): {**PHONE, "name": "ruled"}, (OWNERS, "x"): {"id": "x"}}

    known = family(
        entry(CUSTOMER, ID.upper(), before=OWNER),
        entry(CUSTOMER, "y"),
        entry(CUSTOMER, None, before={"id": "z"}),
        others=ruled,
    )
    assert known.rows == {**ruled, (OWNERS, ID): OWNER}
    assert family(entry(WHATSAPP_PHONE_NUMBER, NUMBER, before=read), phones=[listed]).rows == {(PHONES, NUMBER): listed}
    assert family(others=ruled, phones=[listed]).rows[PHONES, NUMBER] == listed
    assert ruled[PHONES, NUMBER]["name"] == "ruled"
    assert family().rows == {}


@pytest.mark.parametrize(
    ("known", "kind", "row", "above", "top"),
    [
        (family(phones=[PHONE]), WHATSAPP_WEBHOOK, HOOK, [(PHONES, NUMBER), (OWNERS, ID)], (OWNERS, ID)),
        (family(), WHATSAPP_WEBHOOK, HOOK, [(PHONES, NUMBER)], None),
        (family(phones=[{"id": NUMBER, "customer_id": None}]), WHATSAPP_WEBHOOK, HOOK, [(PHONES, NUMBER)], None),
        (family(), WHATSAPP_WEBHOOK, {"id": "hook"}, [], None),
        (family(), WHATSAPP_PHONE_NUMBER, PHONE, [(OWNERS, ID)], (OWNERS, ID)),
        (family(), WHATSAPP_PHONE_NUMBER, {"id": NUMBER, "customer_id": 5}, [], None),
        (family(), CUSTOMER, {"id": ID.upper()}, [], (OWNERS, ID)),
        (family(), CUSTOMER, {}, [], None),
        (family(), ORPHANS, HOOK, [], (WHATSAPP_WEBHOOK.name, "hook")),
    ],
)
def test_the_parents_of_an_object(
    known: Family, kind: Resource, row: Any, above: list[tuple[str, str]], top: tuple[str, str] | None
) -> None:
    assert list(known.above(kind, row)) == above
    assert known.top(kind, row) == top


@pytest.mark.parametrize(
    ("outcome", "row"),
    [
        (
            entry(WHATSAPP_WEBHOOK, "hook", before={"id": "HOOK", "phone_number_id": "2", "url": "u"}, parent_id="1"),
            {"id": "hook", "phone_number_id": "1", "url": "u"},
        ),
        (
            entry(WHATSAPP_WEBHOOK, None, before={"id": "a", "phone_number_id": "2"}),
            {"id": "a", "phone_number_id": "2"},
        ),
        (entry(CUSTOMER, ID, parent_id="1"), {"id": ID}),
    ],
)
def test_the_row_of_an_entry_has_the_id_and_parent_of_the_entry(outcome: Outcome, row: Any) -> None:
    assert row_of(outcome) == row


KEPT_HOOK = entry(WHATSAPP_WEBHOOK, "hook", before=HOOK)
NO_OWNER = gone(CUSTOMER, ID, OWNER)
NO_PHONE = gone(WHATSAPP_PHONE_NUMBER, NUMBER, PHONE)
NO_CONFIG = gone(WHATSAPP_CONFIG, ID, {"phone_number_id": NUMBER})
ERROR = NotSent("what", "advice")


@pytest.mark.parametrize(
    ("outcomes", "taken"),
    [
        ([KEPT_HOOK, NO_PHONE], {0: 1}),
        ([NO_PHONE, KEPT_HOOK], {1: 0}),
        ([KEPT_HOOK, NO_OWNER], {0: 1}),
        ([KEPT_HOOK, NO_CONFIG], {0: 1}),
        ([KEPT_HOOK, NO_PHONE, NO_OWNER], {0: 1}),
        ([KEPT_HOOK, NO_PHONE, KEPT_HOOK], {0: 1, 2: 1}),
        ([entry(WHATSAPP_WEBHOOK, None, parent_id=NUMBER), NO_PHONE], {0: 1}),
        ([KEPT_HOOK, replace(NO_PHONE, error=ERROR)], {}),
        ([KEPT_HOOK, entry(WHATSAPP_PHONE_NUMBER, NUMBER, before=PHONE)], {}),
        ([replace(KEPT_HOOK, error=ERROR), NO_PHONE], {}),
        ([gone(WHATSAPP_WEBHOOK, "hook", HOOK), NO_PHONE], {}),
        ([KEPT_HOOK, gone(WHATSAPP_PHONE_NUMBER, "2")], {}),
        ([KEPT_HOOK, gone(WHATSAPP_CONFIG, ID, {"phone_number_id": "2"})], {}),
        ([entry(WHATSAPP_PHONE_NUMBER, "2", before={"customer_id": "None"}), gone(CUSTOMER, ID, {})], {}),
    ],
)
def test_present_objects_that_are_deleted_with_their_parent(outcomes: list[Outcome], taken: dict[int, int]) -> None:
    known = family(*outcomes, phones=[PHONE])

    assert dict(known.taken_along()) == {place: outcomes[cause] for place, cause in taken.items()}
