# SPDX-License-Identifier: GPL-3.0-or-later
"""Each switch does what it says."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.emulator import Emulator, EmulatorError
from tests.unit.emulator.raw import Raw


def stamp(raw: Raw, config_id: str) -> str:
    text: str = raw.data(config_id)["updated_at"]
    return text


def test_an_unknown_setting_or_a_bad_value_is_refused(kapso: Emulator) -> None:
    with pytest.raises(EmulatorError, match="no_such"):
        kapso.settings(no_such=1)
    with pytest.raises(EmulatorError, match="vintage"):
        kapso.settings(vintage="tomorrow")
    with pytest.raises(EmulatorError, match="retry_after"):
        kapso.settings(retry_after="a\nb")
    assert kapso.settings()["vintage"] == "omits"


def test_a_reset_returns_to_the_settings_of_the_start(kapso: Emulator) -> None:
    kapso.settings(vintage="nulls", latency=0.1)
    kapso.reset(milliseconds=True)
    settings = kapso.settings()
    assert (settings["vintage"], settings["latency"], settings["milliseconds"]) == ("omits", 0, True)


@pytest.mark.parametrize("moves", [False, True])
def test_updated_at_on_noop(kapso: Emulator, raw: Raw, moves: bool) -> None:
    kapso.settings(updated_at_on_noop=moves)
    config_id = kapso.add(name="Same", access_token="canary")
    before = stamp(raw, config_id)
    after = raw.patch(config_id, name="Same", access_token="canary").json()["data"]["updated_at"]
    assert (after > before) is moves


def test_updated_at_holds_still_after_a_write_by_default(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    assert raw.patch(config_id, name="New").json()["data"]["updated_at"] == stamp(raw, config_id)


@pytest.mark.parametrize("by_list", [False, True])
def test_updated_at_after_write_moves_once_before_the_next_read(kapso: Emulator, raw: Raw, by_list: bool) -> None:
    kapso.settings(updated_at_after_write="next_read")
    config_id = kapso.add()
    written = raw.patch(config_id, name="New").json()["data"]["updated_at"]
    read = raw.rows()[0]["updated_at"] if by_list else stamp(raw, config_id)
    assert read > written
    assert stamp(raw, config_id) == read


def test_updated_at_after_write_holds_still_after_a_write_that_changed_nothing(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(updated_at_after_write="next_read")
    config_id = kapso.add(name="Same")
    assert raw.patch(config_id, name="Same").json()["data"]["updated_at"] == stamp(raw, config_id)


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


def test_no_updated_at(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(no_updated_at=True)
    config_id = kapso.add()
    assert "updated_at" not in raw.data(config_id) | raw.rows()[0]


def test_trim_values_spares_secrets(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(trim_values=True)
    config_id = kapso.add()
    assert raw.patch(config_id, name="  Desk ", webhook_verify_token=" canary ").json()["data"]["name"] == "Desk"
    assert (kapso.get(config_id) or {})["webhook_verify_token"] == " canary "


def test_lower_urls(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(lower_urls=True, vintage="echoes")
    content = raw.patch(kapso.add(), webhook_destination_url="https://Hooks.Example/Path").json()["data"]
    assert content["webhook_destination_url"] == "https://hooks.example/Path"


def test_ignore_fields_keep_their_old_value(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(ignore_fields=["name"])
    config_id = kapso.add(name="Old")
    content = raw.patch(config_id, name="New", calls_enabled=True).json()["data"]
    assert (content["name"], content["calls_enabled"]) == ("Old", True)


def test_unknown_keys_can_be_refused(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(drop_unknown_keys=False)
    response = raw.patch(kapso.add(), nonsense=1)
    assert (response.status_code, response.json()) == (422, {"error": "found unpermitted parameters: nonsense"})


def test_null_can_be_ignored(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(null_clears=False)
    config_id = kapso.add()
    before = kapso.get(config_id)
    assert raw.patch(config_id, webhook_destination_url=None, name=None).status_code == 200
    assert kapso.get(config_id) == before


def test_a_blank_name_can_be_refused(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    assert raw.patch(config_id, name="").json()["data"]["name"] == ""
    kapso.settings(blank_name=False)
    assert raw.patch(config_id, name="").json() == {"error": "Name can't be blank"}


def test_a_new_token_can_reset_the_verification(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add(webhook_verified_at="2026-01-02T00:00:00Z", access_token="canary-1")
    kapso.settings(reset_verified_on_write=True)
    assert raw.patch(config_id, access_token="canary-1").json()["data"]["webhook_verified_at"] == "2026-01-02T00:00:00Z"
    assert raw.patch(config_id, access_token="canary-2").json()["data"]["webhook_verified_at"] is None


def test_demand_meta_fields_concerns_production_only(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(demand_meta_fields=True)
    config_id, sandbox_id = kapso.add(), kapso.add(kind="sandbox")
    response = raw.patch(config_id, name="New", phone_number_id="1")
    assert response.status_code == 422
    assert response.json() == {"error": "Business account can't be blank, Access token can't be blank"}
    whole = {"name": "New", "phone_number_id": "1", "business_account_id": "2", "access_token": "canary"}
    assert raw.patch(config_id, **whole).status_code == 200
    assert raw.patch(sandbox_id, name="New").status_code == 200


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        ("string", {"error": "Name can't be blank, Access token can't be blank"}),
        ("platform", {"error": "Name can't be blank, Access token can't be blank", "code": "error_422"}),
        (
            "legacy",
            {
                "error": "Request refused",
                "status": 422,
                "message": "Name can't be blank, Access token can't be blank",
            },
        ),
        ("object", {"error": {"message": "Name can't be blank, Access token can't be blank", "code": "error_422"}}),
        ("list", {"error": ["Name can't be blank", "Access token can't be blank"]}),
        ("rails", {"errors": {"name": ["can't be blank"], "access_token": ["can't be blank"]}}),
    ],
)
def test_error_shape(kapso: Emulator, raw: Raw, shape: str, body: dict[str, Any]) -> None:
    kapso.settings(error_shape=shape)
    response = raw.patch(kapso.add(), name=None, access_token=None)
    assert (response.status_code, response.json()) == (422, body)
    assert "not found" in raw.get("nobody").text


def test_error_names(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(error_names="fields")
    assert raw.patch(kapso.add(), phone_number_id="").json() == {"error": "phone_number_id can't be blank"}


def test_required_at_create(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(required_at_create=["webhook_destination_url"])
    customer_id = kapso.add_customer()
    assert raw.create(customer_id).json() == {"error": "Webhook destination url can't be blank"}
    assert raw.create(customer_id, webhook_destination_url="https://a.example").status_code == 201


def test_numbers_need_not_be_unique(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(unique_numbers=False)
    first, second = kapso.add(phone_number_id="1"), kapso.add()
    assert raw.patch(second, phone_number_id="1").status_code == 200
    assert raw.data(first)["phone_number_id"] == raw.data(second)["phone_number_id"]


def test_tokens_can_be_refused(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(refused_tokens=["canary-bad"])
    assert raw.patch(kapso.add(), access_token="canary-bad").json() == {"error": "Access token is invalid"}


def test_a_customer_with_numbers_can_be_kept(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(customer_delete_cascades=False)
    customer_id = kapso.add_customer()
    config_id = kapso.add(customer_id=customer_id)
    assert raw("DELETE", f"customers/{customer_id}").status_code == 422
    kapso.remove(config_id)
    assert raw("DELETE", f"customers/{customer_id}").status_code == 204


def test_odd_ids_and_pages_can_be_refused(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(odd_id_status=400, bad_page_status=422)
    assert raw.get("odd").status_code == 400
    assert raw.get("00000000-0000-4000-8000-0000000000ff").status_code == 404
    assert raw("GET", "whatsapp_configs?page=zero").json() == {"error": "page is invalid"}


def test_mask_secrets(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(mask_secrets=True)
    content = raw.data(kapso.add(access_token="canary-1234", webhook_verify_token=None))
    assert (content["access_token"], content["webhook_verify_token"]) == ("****1234", None)


def test_fields_can_be_left_out_and_added(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(omit_fields=["kind"], list_omits=["name"], extra_keys={"status": "CONNECTED"})
    config_id = kapso.add()
    single, row = raw.data(config_id), raw.rows()[0]
    assert ("kind" in single, "name" in single, single["status"]) == (False, True, "CONNECTED")
    assert ("kind" in row, "name" in row, row["status"]) == (False, False, "CONNECTED")


def test_envelope(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.settings(envelope="none")
    assert raw.get(config_id).json()["id"] == config_id
    kapso.settings(envelope="resource")
    assert raw.get(config_id).json()["whatsapp_config"]["id"] == config_id


def test_has_list_overrides_the_vintage(kapso: Emulator, raw: Raw) -> None:
    kapso.settings(has_list=False)
    assert raw("GET", "whatsapp_configs").status_code == 404
    kapso.settings(has_list=True, vintage="echoes")
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


def test_latency(kapso: Emulator, raw: Raw) -> None:
    config_id = kapso.add()
    kapso.settings(latency=0.2)
    start = time.monotonic()
    raw.get(config_id)
    assert time.monotonic() - start >= 0.2
    assert (kapso.journal()[0].ms or 0) >= 200
