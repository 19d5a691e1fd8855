# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables and what is read off them."""

from __future__ import annotations

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG, Field

HIDEABLE = {"access_token", "webhook_verify_token", "webhook_destination_url"}
DEMANDED = ("phone_number_id", "business_account_id", "access_token")
READ_ONLY = ("id", "customer_id", "display_name", "webhook_verified_at", "created_at", "updated_at")


def test_the_configuration_lives_where_the_api_says() -> None:
    assert (WHATSAPP_CONFIG.path, WHATSAPP_CONFIG.envelope) == ("/whatsapp_configs", "whatsapp_config")
    assert WHATSAPP_CONFIG.title == "WhatsApp configuration"


def test_no_field_is_in_the_table_twice() -> None:
    names = [field.name for field in WHATSAPP_CONFIG.fields]
    assert len(set(names)) == len(names)


def test_the_flags_are_those_of_the_api() -> None:
    assert WHATSAPP_CONFIG.secrets == ("access_token", "webhook_verify_token")
    assert WHATSAPP_CONFIG.demanded == DEMANDED
    assert WHATSAPP_CONFIG.hideable == HIDEABLE
    assert WHATSAPP_CONFIG.identity.name == "id"
    assert {field.name for field in WHATSAPP_CONFIG.fields if field.may_be_empty} == {"name"}
    assert {field.name for field in WHATSAPP_CONFIG.fields if field.form == "url"} == {"webhook_destination_url"}


def test_secrets_and_what_may_be_hidden_can_be_declared() -> None:
    writable = {field.name for field in WHATSAPP_CONFIG.writable}
    assert writable >= {*WHATSAPP_CONFIG.secrets, *HIDEABLE, *DEMANDED}
    assert not writable & set(READ_ONLY)


def test_a_field_is_found_by_its_name() -> None:
    field = WHATSAPP_CONFIG.field("access_token")
    assert field is not None
    assert field.secret
    assert WHATSAPP_CONFIG.field("colour") is None


def test_what_is_declared_comes_in_the_tables_order_without_nulls_unknown_and_read_only_names() -> None:
    values = {"calls_enabled": False, "updated_at": "x", "colour": "red", "access_token": None, "name": "", "id": "x"}
    assert [(field.name, value) for field, value in WHATSAPP_CONFIG.declared(values)] == [
        ("name", ""),
        ("calls_enabled", False),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        ("str", "", True),
        ("str", None, True),
        ("str", "5", True),
        ("str", 5, False),
        ("str", True, False),
        ("str", ["5"], False),
        ("bool", True, True),
        ("bool", None, True),
        ("bool", 1, False),
        ("bool", 0, False),
        ("bool", "true", False),
        ("bool", {}, False),
    ],
)
def test_a_field_holds_null_and_its_own_type(kind: str, value: object, holds: bool) -> None:
    assert Field("example", type=kind).holds(value) is holds
