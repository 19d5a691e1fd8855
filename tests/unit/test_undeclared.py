# SPDX-License-Identifier: GPL-3.0-or-later
"""Test which objects at Kapso no entry of a run declares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read_many import Shown
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.undeclared import Undeclared, referred_to
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import NUMBER, OTHER, SECOND, URL, entry
from tests.support.simulation import ID

FAILED = NotSent("what", "advice")
OWNER, NEXT = ({"id": name, "external_customer_id": key} for name, key in ((ID, "own"), (OTHER, "next")))
PHONE = {"id": NUMBER, "customer_id": ID, "internal_id": "CONFIG-1"}
HOOK = {"id": "hook", "phone_number_id": NUMBER, "url": URL}
CONFIG = {"id": "CONFIG-1", "customer_id": ID, "phone_number_id": NUMBER}
OF = {"owners": CUSTOMER, "phones": WHATSAPP_PHONE_NUMBER, "hooks": WHATSAPP_WEBHOOK, "configs": WHATSAPP_CONFIG}


def lists(is_whole: bool = True, **rows: list[Any]) -> dict[str, Shown]:
    """Return the lists that a run has read, by the name of their resource."""
    return {OF[name].name: Shown(OF[name], {row["id"]: row for row in found}, is_whole) for name, found in rows.items()}


def failed(resource: Resource, desired: Any = (), **more: Any) -> Outcome:
    """Return an entry whose object was not found because of an error."""
    return entry(resource, None, desired, error=FAILED, **more)


def ids(found: Any) -> list[str] | None:
    """Return the IDs of rows."""
    return None if found is None else [row["id"] for row in found]


@pytest.mark.parametrize(
    ("outcomes", "undeclared"),
    [
        ([], [ID, OTHER]),
        ([entry(CUSTOMER, ID.upper())], [OTHER]),
        ([entry(CUSTOMER, ID), entry(CUSTOMER, OTHER, state="absent")], []),
        ([entry(CUSTOMER, ID, others=({"id": OTHER.upper()},))], []),
        ([entry(CUSTOMER, None)], [ID, OTHER]),
        ([entry(WHATSAPP_CONFIG, ID)], [ID, OTHER]),  # the ID of another resource is another object
        ([replace(entry(CUSTOMER, ID), error=FAILED)], [OTHER]),
        ([failed(CUSTOMER, given_key={"external_customer_id": "own"})], [OTHER]),
        ([failed(CUSTOMER, given_key={"external_customer_id": "new"})], [ID, OTHER]),
        ([failed(WHATSAPP_PHONE_NUMBER, given_key={"external_customer_id": "own"})], [ID, OTHER]),
    ],
)
def test_what_no_entry_declares_is_undeclared(outcomes: list[Outcome], undeclared: list[str]) -> None:
    assert ids(Undeclared(outcomes, lists(owners=[OWNER, NEXT]), False).of(CUSTOMER)) == undeclared


def test_a_list_that_may_not_be_whole_tells_nothing() -> None:
    assert Undeclared([], lists(False, owners=[OWNER]), False).of(CUSTOMER) is None
    assert Undeclared([], lists(phones=[]), False).of(CUSTOMER) is None
    assert Undeclared([], lists(phones=[]), False).of(WHATSAPP_PHONE_NUMBER) == []


@pytest.mark.parametrize(
    ("outcome", "row", "may_be"),
    [
        (failed(WHATSAPP_WEBHOOK, {"url": "x"}, parent_id=NUMBER), HOOK, True),  # any webhook of that number
        (entry(WHATSAPP_WEBHOOK, None, {"url": "x"}, parent_id=NUMBER), HOOK, False),  # this run creates its webhook
        (failed(WHATSAPP_WEBHOOK, {"url": URL}, parent_id=SECOND), HOOK, False),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}, parent_id=NUMBER), {**HOOK, "phone_number_id": None}, False),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}), HOOK, True),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}), {**HOOK, "phone_number_id": None}, True),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}, has_no_parent=True), {**HOOK, "phone_number_id": None}, True),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}, has_no_parent=True), HOOK, False),
        (failed(WHATSAPP_WEBHOOK, {"url": URL}, parent_is_sure=True), HOOK, False),  # this run creates the number
    ],
)
def test_what_an_entry_may_mean_that_failed_is_not_undeclared(outcome: Outcome, row: Any, may_be: bool) -> None:
    assert ids(Undeclared([outcome], lists(hooks=[row]), False).of(WHATSAPP_WEBHOOK)) == ([] if may_be else ["hook"])


@pytest.mark.parametrize(
    ("outcomes", "shown", "kind", "undeclared"),
    [
        ([], {"phones": [PHONE], "configs": [CONFIG]}, WHATSAPP_PHONE_NUMBER, [NUMBER]),
        ([], {"phones": [PHONE], "configs": [CONFIG]}, WHATSAPP_CONFIG, []),
        ([], {"phones": [], "configs": [CONFIG]}, WHATSAPP_CONFIG, ["CONFIG-1"]),
        ([], {"phones": [{**PHONE, "internal_id": None}], "configs": [CONFIG]}, WHATSAPP_CONFIG, ["CONFIG-1"]),
        ([], {"phones": [PHONE], "configs": [{**CONFIG, "id": "CONFIG-2"}]}, WHATSAPP_CONFIG, ["CONFIG-2"]),
        ([entry(WHATSAPP_CONFIG, "CONFIG-1")], {"phones": [PHONE]}, WHATSAPP_PHONE_NUMBER, []),
        (
            [entry(WHATSAPP_CONFIG, OTHER)],
            {"phones": [{**PHONE, "internal_id": OTHER.upper()}]},
            WHATSAPP_PHONE_NUMBER,
            [],
        ),
        ([entry(WHATSAPP_CONFIG, "CONFIG-2")], {"phones": [PHONE]}, WHATSAPP_PHONE_NUMBER, [NUMBER]),
        ([entry(WHATSAPP_PHONE_NUMBER, NUMBER, before=PHONE)], {"configs": [CONFIG]}, WHATSAPP_CONFIG, []),
        ([entry(WHATSAPP_PHONE_NUMBER, NUMBER)], {"configs": [CONFIG]}, WHATSAPP_CONFIG, ["CONFIG-1"]),
    ],
)
def test_an_object_that_appears_under_two_resources_counts_once(
    outcomes: list[Outcome], shown: Any, kind: Resource, undeclared: list[str]
) -> None:
    assert ids(Undeclared(outcomes, lists(**shown), False).of(kind)) == undeclared


def test_a_resource_that_the_run_alone_knows_can_be_searched() -> None:
    made_up = replace(CUSTOMER, name="made_up")
    shown = {"made_up": Shown(made_up, {"a": {"id": "a"}, "b": {"id": "b"}}, True)}

    assert ids(Undeclared([entry(made_up, "a")], shown, False).of(made_up)) == ["b"]


HOOKS = [HOOK, {**HOOK, "id": "other", "phone_number_id": SECOND}, {**HOOK, "id": "project", "phone_number_id": None}]
PHONES = [PHONE, {**PHONE, "id": SECOND, "customer_id": OTHER}]


@pytest.mark.parametrize(
    ("outcomes", "kind", "undeclared"),
    [
        ([entry(CUSTOMER, ID)], WHATSAPP_WEBHOOK, ["hook"]),
        ([entry(CUSTOMER, ID)], WHATSAPP_PHONE_NUMBER, [NUMBER]),
        ([entry(CUSTOMER, ID)], CUSTOMER, []),
        ([entry(WHATSAPP_WEBHOOK, "x", parent_id=SECOND)], WHATSAPP_WEBHOOK, ["other"]),
        ([entry(WHATSAPP_WEBHOOK, "x", before={"phone_number_id": None})], WHATSAPP_WEBHOOK, []),
        ([entry(CUSTOMER, ID), entry(CUSTOMER, OTHER)], WHATSAPP_WEBHOOK, ["hook", "other"]),
        ([], WHATSAPP_WEBHOOK, []),
    ],
)
def test_within_owners_only_what_is_below_an_owner_of_an_entry_counts(
    outcomes: list[Outcome], kind: Resource, undeclared: list[str]
) -> None:
    shown = lists(hooks=HOOKS, phones=PHONES, owners=[OWNER, NEXT])

    assert ids(Undeclared(outcomes, shown, True).of(kind)) == undeclared


@pytest.mark.parametrize(
    ("outcome", "found"),
    [
        (entry(WHATSAPP_WEBHOOK, "hook", parent_id=NUMBER), {("whatsapp_phone_number", NUMBER)}),
        (entry(WHATSAPP_WEBHOOK, "hook", before=HOOK), {("whatsapp_phone_number", NUMBER)}),
        (entry(WHATSAPP_PHONE_NUMBER, NUMBER, parent_id=ID.upper()), {("customer", ID)}),
        (entry(WHATSAPP_WEBHOOK, "hook", parent_id=NUMBER, state="absent"), set()),
        (entry(WHATSAPP_WEBHOOK, "hook"), set()),
        (entry(CUSTOMER, ID, parent_id=OTHER), set()),
    ],
)
def test_parents_of_present_objects_are_referred_to(outcome: Outcome, found: set[tuple[str, str]]) -> None:
    assert referred_to([outcome, entry(CUSTOMER, ID)]) == found
