# SPDX-License-Identifier: GPL-3.0-or-later
"""Test targets: the paths of an object, its name in messages, and its row in a list."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import NOTHING, Target, alias
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Entry
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

ID, OTHER = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "1b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
URL = "https://hooks.example.org/wa"
NUMBER = "100000000000001"


def by_id(resource: Any, object_id: str = ID, **more: Any) -> Target:
    """Return a target that an ID names."""
    return Target(resource, object_id, more.pop("desired", {}), **more)


def by_key(resource: Any, desired: Any = (), **more: Any) -> Target:
    """Return a target that its key names."""
    return Target(resource, None, dict(desired), by_key=True, **more)


def hook(**more: Any) -> Target:
    """Return a target for a webhook, by its URL."""
    return by_key(WHATSAPP_WEBHOOK, {"url": URL}, **more)


def config(**more: Any) -> Target:
    """Return a target for a configuration, by its number."""
    return by_key(WHATSAPP_CONFIG, {"phone_number_id": NUMBER}, **more)


def test_the_defaults_of_a_target() -> None:
    assert vars(Target(CUSTOMER, None, {"name": "Clinic"})) == {
        "resource": CUSTOMER,
        "object_id": None,
        "desired": {"name": "Clinic"},
        "send_write_only": "when_changed",
        "state": "present",
        "parent_id": None,
        "parent_key": None,
        "has_no_parent": False,
        "given_key": {},
        "by_key": False,
        "options": {},
        "at_creation": {},
        "strict_plan": False,
        "parent_is_sure": False,
    }
    assert dict(NOTHING) == {}


@pytest.mark.parametrize(
    ("target", "own", "collection", "query"),
    [
        (by_id(WHATSAPP_CONFIG, "a/b"), "/whatsapp_configs/a%2Fb", "/whatsapp_configs", {}),
        (
            by_id(CUSTOMER, parent_id="x", given_key={"external_customer_id": 1}),
            f"/customers/{ID}",
            "/customers",
            {"external_customer_id": "1"},
        ),
        (
            by_id(SETUP_LINK, "a b", parent_id="x/y"),
            "/customers/x%2Fy/setup_links/a%20b",
            "/customers/x%2Fy/setup_links",
            {"status": "active"},
        ),
        (by_id(SETUP_LINK, "a"), "/customers/None/setup_links/a", "", {"status": "active"}),
        (
            by_id(WHATSAPP_WEBHOOK, parent_id="a/b"),
            f"/whatsapp/webhooks/{ID}",
            "/whatsapp/phone_numbers/a%2Fb/webhooks",
            {},
        ),
        (by_id(WHATSAPP_WEBHOOK), f"/whatsapp/webhooks/{ID}", "/whatsapp/webhooks", {}),
    ],
)
def test_the_paths_of_a_target(target: Target, own: str, collection: str, query: Any) -> None:
    assert (target.path, target.collection_path, target.query) == (own, collection, query)


def test_the_given_values_are_the_fields_and_the_options_of_the_key() -> None:
    target = by_id(
        CUSTOMER, desired={"name": "A", "external_customer_id": "a"}, given_key={"external_customer_id": "b"}
    )

    assert target.given == {"name": "A", "external_customer_id": "b"}
    assert target.key == ("b",)
    assert hook().key == (URL, None)


def test_a_target_is_named_by_its_id_if_that_is_known() -> None:
    assert alias(ID.upper(), "a", 1) == f'["{ID}", "a", 1]'
    assert alias(None, "A") == '[null, "A"]'
    assert config(parent_id=OTHER.upper()).alias == f'["{OTHER}", "{NUMBER}"]'
    assert hook(parent_id="1").alias == f'["1", "{URL}", "kapso"]'
    assert hook(parent_id="1").address == hook(parent_id="1").alias
    assert by_id(WHATSAPP_CONFIG, desired={"phone_number_id": NUMBER}).alias is None
    assert by_id(WHATSAPP_CONFIG, ID.upper(), by_key=True).address == ID
    assert by_id(WHATSAPP_CONFIG, "AB").address == "AB"


@pytest.mark.parametrize(
    ("target", "subject"),
    [
        (by_id(WHATSAPP_CONFIG, parent_id="c-1"), f"WhatsApp configuration {ID}"),
        (by_id(WHATSAPP_CONFIG, "a\n"), "WhatsApp configuration a\\n"),
        (config(parent_id="c-1"), f"WhatsApp configuration of number {NUMBER} of customer c-1"),
        (config(parent_id="c-1", parent_key="own"), f"WhatsApp configuration of number {NUMBER} of customer own"),
        (
            by_id(WHATSAPP_CONFIG, desired={"phone_number_id": NUMBER}, by_key=True, parent_id="c-1"),
            f"WhatsApp configuration of number {NUMBER} of customer c-1",
        ),
        (by_key(CUSTOMER, given_key={"external_customer_id": "own\n"}), "customer own\\n"),
        (by_key(SETUP_LINK, parent_key="own"), "setup link of customer own"),
        (hook(parent_id="1"), f"webhook {URL} of number 1"),
        (hook(has_no_parent=True), f"webhook {URL} of the project"),
        (hook(), f"webhook {URL}"),
        (
            by_key(WHATSAPP_WEBHOOK, {"url": "https://u:canary@h.example/?k=canary"}),
            "webhook https://(sensitive)@h.example/?k=(sensitive)",
        ),
    ],
)
def test_the_name_of_a_target_in_a_message(target: Target, subject: str) -> None:
    assert target.subject == subject


def test_the_entry_of_a_target_for_rules() -> None:
    target = Target(
        CUSTOMER,
        ID,
        {"name": "A"},
        state="absent",
        parent_id="p",
        given_key={"external_customer_id": "a"},
        options={"force": True},
    )
    assert target.entry == Entry("absent", ID, "p", {"external_customer_id": "a"}, {"name": "A"}, {"force": True})


MINE = {"id": ID, "url": URL, "phone_number_id": "1"}


@pytest.mark.parametrize(
    ("target", "row", "is_meant"),
    [
        (by_id(WHATSAPP_CONFIG), {"id": ID.upper()}, True),
        (by_id(WHATSAPP_CONFIG), {"id": OTHER}, False),
        (by_id(WHATSAPP_CONFIG), {}, False),
        (by_id(WHATSAPP_WEBHOOK, parent_id="2"), MINE, True),
        (hook(parent_id="1"), MINE, True),
        (hook(parent_id="1"), {**MINE, "kind": "kapso"}, True),
        (hook(parent_id="1"), {**MINE, "url": f"{URL}/b"}, False),
        (hook(parent_id="2"), MINE, False),
        (hook(has_no_parent=True), MINE, False),
        (by_key(CUSTOMER, given_key={"external_customer_id": "a"}), {"external_customer_id": "a"}, True),
        (by_key(CUSTOMER, given_key={"external_customer_id": "a"}), {"external_customer_id": "b"}, False),
    ],
)
def test_which_row_is_the_object(target: Target, row: Any, is_meant: bool) -> None:
    assert target.matches(row) is is_meant


def number(**more: Any) -> Target:
    """Return a target for a phone number, whose key is its ID."""
    return by_id(WHATSAPP_PHONE_NUMBER, NUMBER, **more)


@pytest.mark.parametrize(
    ("target", "row", "owns"),
    [
        (by_id(CUSTOMER), {}, True),
        (by_id(CUSTOMER, parent_is_sure=True), {}, True),
        (by_id(CUSTOMER, has_no_parent=True), {}, True),
        (hook(has_no_parent=True), {}, True),
        (hook(has_no_parent=True), {"phone_number_id": None}, True),
        (hook(has_no_parent=True), {"phone_number_id": "1"}, False),
        (hook(has_no_parent=True, parent_id="1"), {"phone_number_id": "1"}, False),
        (hook(), {"phone_number_id": "1"}, True),
        (hook(parent_is_sure=True), {"phone_number_id": "1"}, False),
        (hook(parent_id="1", parent_is_sure=True), {"phone_number_id": "1"}, True),
        (hook(parent_id="1"), {}, True),
        (hook(parent_id="1"), {"phone_number_id": None}, True),
        (hook(parent_id="1"), {"phone_number_id": "2"}, False),
        (number(parent_id=ID), {}, True),
        (number(parent_id=ID), {"customer_id": None}, False),
        (number(parent_id=ID), {"customer_id": ID.upper()}, True),
        (number(parent_id=ID), {"customer_id": OTHER}, False),
    ],
)
def test_the_parent_of_a_row(target: Target, row: Any, owns: bool) -> None:
    assert target.owns(row) is owns
