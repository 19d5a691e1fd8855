# SPDX-License-Identifier: GPL-3.0-or-later
"""Test each setting."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.emulator import Emulator, EmulatorError
from tests.support.race_hooks import until
from tests.unit.emulator.raw import Raw

BLANK = ("Name can't be blank", "Access token can't be blank")
BOTH = ", ".join(BLANK)
WITHOUT = {"name": None, "access_token": None}  # refused for both fields
VERIFIED = {"webhook_verified_at": "2026-01-02T00:00:00Z", "access_token": "canary-1"}
DEMANDING = {"demand_meta_fields": True}
URL = "https://a.example"


def stamp(raw: Raw, config_id: str) -> str:
    text: str = raw.data(config_id)["updated_at"]
    return text


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ({"no_such": 1}, "no_such"),
        ({"api_version": "tomorrow"}, "api_version"),
        ({"retry_after": "a\nb"}, "retry_after"),
    ],
)
def test_an_unknown_setting_or_a_bad_value_is_refused(kapso: Emulator, setting: dict[str, Any], why: str) -> None:
    with pytest.raises(EmulatorError, match=why):
        kapso.settings(**setting)
    assert kapso.settings()["api_version"] == "omits"


def test_a_reset_returns_to_the_settings_of_the_start(kapso: Emulator) -> None:
    kapso.settings(api_version="nulls", latency=0.1)
    kapso.reset(milliseconds=True)
    settings = kapso.settings()
    assert (settings["api_version"], settings["latency"], settings["milliseconds"]) == ("omits", 0, True)


@pytest.mark.parametrize(
    ("settings", "there", "sent", "answer"),
    [
        ({"trim_values": True}, {}, {"name": "  Desk "}, {"name": "Desk"}),
        (
            {"trim_values": True, "api_version": "echoes"},
            {},
            {"webhook_verify_token": " canary "},
            {"webhook_verify_token": " canary "},
        ),
        (
            {"lower_urls": True, "api_version": "echoes"},
            {},
            {"webhook_destination_url": "https://Hooks.Example/Path"},
            {"webhook_destination_url": "https://hooks.example/Path"},
        ),
        ({"ignore_fields": ["name"]}, {"name": "Old"}, {"name": "New", "calls_enabled": True}, {"name": "Old"}),
        ({"ignore_fields": ["name"]}, {"name": "Old"}, {"name": "New", "calls_enabled": True}, {"calls_enabled": True}),
        ({"drop_unknown_keys": False}, {}, {"nonsense": 1}, {"error": "found unpermitted parameters: nonsense"}),
        ({"null_clears": False}, {"name": "Old"}, {"name": None}, {"name": "Old"}),
        (
            {"null_clears": False, "api_version": "echoes"},
            {"webhook_destination_url": URL},
            {"webhook_destination_url": None},
            {"webhook_destination_url": URL},
        ),
        ({}, {}, {"name": ""}, {"name": ""}),
        ({"blank_name": False}, {}, {"name": ""}, {"error": BLANK[0]}),
        (
            {"reset_verified_on_write": True},
            VERIFIED,
            {"access_token": "canary-1"},
            {"webhook_verified_at": VERIFIED["webhook_verified_at"]},
        ),
        ({"reset_verified_on_write": True}, VERIFIED, {"access_token": "canary-2"}, {"webhook_verified_at": None}),
        ({"refused_tokens": ["canary-bad"]}, {}, {"access_token": "canary-bad"}, {"error": "Access token is invalid"}),
        ({"unique_numbers": False}, {}, {"phone_number_id": "taken"}, {"phone_number_id": "taken"}),
        (
            DEMANDING,
            {},
            {"name": "New", "phone_number_id": "1"},
            {"error": f"Business account can't be blank, {BLANK[1]}"},
        ),
        (
            DEMANDING,
            {},
            {"name": "New", "phone_number_id": "1", "business_account_id": "2", "access_token": "canary"},
            {"name": "New"},
        ),
        (DEMANDING, {"kind": "sandbox"}, {"name": "New"}, {"name": "New"}),
        ({"error_names": "fields"}, {}, {"phone_number_id": ""}, {"error": "phone_number_id can't be blank"}),
        ({"error_shape": "string"}, {}, WITHOUT, {"error": BOTH}),
        ({"error_shape": "platform"}, {}, WITHOUT, {"error": BOTH, "code": "error_422"}),
        ({"error_shape": "legacy"}, {}, WITHOUT, {"error": "Request refused", "status": 422, "message": BOTH}),
        ({"error_shape": "object"}, {}, WITHOUT, {"error": {"message": BOTH, "code": "error_422"}}),
        ({"error_shape": "list"}, {}, WITHOUT, {"error": [*BLANK]}),
        (
            {"error_shape": "rails"},
            {},
            WITHOUT,
            {"errors": {"name": ["can't be blank"], "access_token": ["can't be blank"]}},
        ),
    ],
    ids=str,
)
def test_settings_change_how_values_are_stored(
    kapso: Emulator,
    raw: Raw,
    settings: dict[str, Any],
    there: dict[str, Any],
    sent: dict[str, Any],
    answer: dict[str, Any],
) -> None:
    kapso.settings(**settings)
    kapso.add(phone_number_id="taken")
    response = raw.patch(kapso.add(**there), **sent)
    content = response.json()
    if response.status_code == 200:
        content = {name: content["data"][name] for name in answer}
    assert (response.status_code, content) == (422 if {"error", "errors"} & set(answer) else 200, answer)


@pytest.mark.parametrize("shape", ["platform", "legacy", "object", "list", "rails"])
def test_a_404_has_each_error_shape(kapso: Emulator, raw: Raw, shape: str) -> None:
    kapso.settings(error_shape=shape)
    assert "not found" in raw.get("nobody").text


# The time of an object's last change.


@pytest.mark.parametrize("moves", [False, True])
def test_updated_at_on_noop(kapso: Emulator, raw: Raw, moves: bool) -> None:
    kapso.settings(updated_at_on_noop=moves)
    config_id = kapso.add(name="Same", access_token="canary")
    before = stamp(raw, config_id)
    after = raw.patch(config_id, name="Same", access_token="canary").json()["data"]["updated_at"]
    assert (after > before) is moves


@pytest.mark.parametrize(
    ("after_write", "name", "moves"),
    [("never", "New", False), ("next_read", "New", True), ("next_read", "Same", False)],
)
@pytest.mark.parametrize("by_list", [False, True])
def test_updated_at_moves_once_before_the_next_read_if_the_write_changed_something(
    kapso: Emulator, raw: Raw, by_list: bool, after_write: str, name: str, moves: bool
) -> None:
    kapso.settings(updated_at_after_write=after_write)
    config_id = kapso.add(name="Same")
    written = raw.patch(config_id, name=name).json()["data"]["updated_at"]
    read = raw.rows()[0]["updated_at"] if by_list else stamp(raw, config_id)
    assert (read > written, stamp(raw, config_id)) == (moves, read)


def test_updated_at_on_read_moves_always(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(updated_at_on_read=True)
    config_id = kapso.add()
    stamps = [stamp(raw, config_id), raw.rows()[0]["updated_at"], stamp(raw, config_id)]
    assert stamps == sorted(set(stamps))


@pytest.mark.parametrize(
    ("setting", "in_write", "in_read", "in_row"),
    [(False, 0, 0, 0), (True, 1, 1, 1), ("mixed", 1, 0, 0), ("mixed_list", 1, 1, 0)],
)
def test_milliseconds(kapso: Emulator, raw: Raw, setting: Any, in_write: int, in_read: int, in_row: int) -> None:
    kapso.settings(milliseconds=setting)
    config_id = kapso.add()
    written = raw.patch(config_id, name="New").json()["data"]["updated_at"]
    stamps = [written, stamp(raw, config_id), raw.rows()[0]["updated_at"]]
    assert ["." in text for text in stamps] == [bool(in_write), bool(in_read), bool(in_row)]
    assert len({text[:19] for text in stamps}) == 1


# The content of answers, and other errors.


def test_fields_can_be_masked_left_out_and_added(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add(access_token="canary-1234", webhook_verify_token=None)
    kapso.settings(no_updated_at=True)
    assert "updated_at" not in raw.data(config_id) | raw.rows()[0]
    kapso.settings(mask_secrets=True, omit_fields=["kind"], list_omits=["name"], extra_keys={"status": "CONNECTED"})
    single, row = raw.data(config_id), raw.rows()[0]
    assert (single["access_token"], single["webhook_verify_token"]) == ("****1234", None)
    assert ("kind" in single, "name" in single, single["status"]) == (False, True, "CONNECTED")
    assert ("kind" in row, "name" in row, row["status"]) == (False, False, "CONNECTED")


def test_envelope(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.settings(envelope="none")
    assert raw.get(config_id).json()["id"] == config_id
    kapso.settings(envelope="resource")
    assert raw.get(config_id).json()["whatsapp_config"]["id"] == config_id


def test_required_at_create(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(required_at_create=["webhook_destination_url"])
    customer_id = kapso.add_customer()
    assert raw.create(customer_id).json() == {"error": "Webhook destination url can't be blank"}
    assert raw.create(customer_id, webhook_destination_url=URL).status_code == 201


def test_a_customer_with_numbers_can_be_kept(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(customer_delete_cascades=False)
    customer_id = kapso.add_customer()
    config_id = kapso.add(customer_id=customer_id)
    assert raw("DELETE", f"customers/{customer_id}").status_code == 422
    kapso.settings(customer_delete_cascades=True)
    assert raw("DELETE", f"customers/{customer_id}").status_code == 204
    assert kapso.get(config_id) is None


def test_odd_ids_and_pages_can_be_refused(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(odd_id_status=400, bad_page_status=422)
    assert raw.get("odd").status_code == 400
    assert raw.get("00000000-0000-4000-8000-0000000000ff").status_code == 404
    assert raw("GET", "whatsapp_configs?page=zero").json() == {"error": "page is invalid"}


def test_has_list_overrides_the_api_version(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(has_list=False)
    assert raw("GET", "whatsapp_configs").status_code == 404
    kapso.settings(has_list=True, api_version="echoes")
    assert raw("GET", "whatsapp_configs").status_code == 200


def test_list_order_and_cap(kapso: Emulator, raw: Raw) -> None:
    ids = kapso.add_many(3)
    kapso.settings(list_order="oldest", per_page_cap=2)
    page = raw.page(per_page=100)
    assert [row["id"] for row in page["data"]] == ids[:2]
    assert page["meta"] == {"page": 1, "per_page": 2, "total_pages": 2, "total_count": 3}


@pytest.mark.parametrize(("shift", "seen"), [("miss", 8), ("repeat", 8), ("add", 10)])
def test_list_shift_moves_objects_between_pages(kapso: Emulator, raw: Raw, shift: str, seen: int) -> None:
    ids = kapso.add_many(10)
    kapso.settings(list_shift=shift)
    rows = [row["id"] for page in (1, 2, 3) for row in raw.rows(page=page, per_page=4)]
    found = [config_id for config_id in ids if config_id in rows]
    assert len(rows) > len(set(rows))
    assert len(found) == seen


@pytest.mark.parametrize("runs", [True, False])
def test_latency_is_time_by_the_clock_of_the_server(kapso: Emulator, raw: Raw, runs: bool) -> None:
    kapso.settings(latency=0.2, clock_runs=runs)
    start = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(raw.get, "any")
        until(kapso.journal)
        if not runs:
            kapso.advance(0.1)
            assert kapso.journal()[0].status is None
            kapso.advance(0.1)
        assert late.result().status_code == 404
    assert not runs or time.monotonic() >= start + 0.2
