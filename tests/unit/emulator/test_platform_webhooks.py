# SPDX-License-Identifier: GPL-3.0-or-later
"""Test webhooks of numbers and of the project in the platform API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator, digest
from tests.unit.emulator.raw import Raw

META_ID = "100000000000777"
OF_NUMBER = f"whatsapp/phone_numbers/{META_ID}/webhooks"
OF_PROJECT = "whatsapp/webhooks"
HOOK = "https://hooks.example.org/wa"
START = "2026-01-02T03:04:05Z"
RECEIVED, SENT, CREATED = "whatsapp.message.received", "whatsapp.message.sent", "whatsapp.phone_number.created"
NEW = {"url": HOOK, "secret_key": "EXAMPLE-SECRET", "events": [RECEIVED]}
LIFECYCLE = {**NEW, "events": [CREATED]}
META = {"url": HOOK, "secret_key": "EXAMPLE-SECRET", "kind": "meta"}
MISSING = {"error": "param is missing or the value is empty: whatsapp_webhook"}
NO_NUMBER = {"error": "WhatsApp configuration not found"}
NO_WEBHOOK = {"error": "Webhook not found"}
BUFFER = {"buffer_enabled": True, "buffer_window_seconds": None, "max_buffer_size": None}


def send(client: Raw, method: str, path: str, **values: Any) -> Any:
    response = client(method, path, json={"whatsapp_webhook": values})
    return response.json().get("data") or (response.status_code, response.json())


@pytest.mark.parametrize("path", [OF_NUMBER, OF_PROJECT])
def test_a_webhook_of_a_number_has_two_addresses(kapso: Emulator, platform: Raw, path: str) -> None:
    kapso.add(phone_number_id=META_ID)
    made = send(platform, "POST", path, **NEW, phone_number_id=META_ID)
    assert made == {
        **NEW,
        "id": made["id"],
        "kind": "kapso",
        "active": True,
        "headers": {},
        "buffer_enabled": False,
        "buffer_window_seconds": None,
        "max_buffer_size": None,
        "buffer_events": [],
        "inactivity_minutes": 60,
        "payload_version": "v2",
        "project_id": made["project_id"],
        "phone_number_id": META_ID,
        "created_at": START,
        "updated_at": START,
    }
    assert platform.rows(OF_NUMBER) == platform.rows(OF_PROJECT) == [made]
    one, other = f"{OF_NUMBER}/{made['id']}", f"{OF_PROJECT}/{made['id']}"
    assert send(platform, "PATCH", one, active=False) == platform("GET", other).json()["data"]
    assert send(platform, "PATCH", other, headers={"X-Team": "a"})["headers"] == {"X-Team": "a"}
    assert kapso.journal()[-1].sent == {"headers": {"X-Team": digest("a")}}
    assert platform("DELETE", one if path == OF_PROJECT else other).status_code == 204
    assert kapso.webhooks() == []


def test_the_list_of_the_project_has_all_and_no_filter_but_the_kind(kapso: Emulator, platform: Raw) -> None:
    kapso.add(phone_number_id=META_ID)
    made = [
        send(platform, "POST", path, **values)["id"]
        for path, values in ((OF_PROJECT, LIFECYCLE), (OF_NUMBER, META), (OF_NUMBER, NEW), (OF_NUMBER, NEW))
    ]
    kapso.add_webhook(project="another")
    ignored = {"active": "false", "created_after": "2030-01-01T00:00:00Z"}
    assert [row["id"] for row in platform.rows(OF_PROJECT, **ignored)] == made[::-1]
    assert [row["phone_number_id"] for row in platform.rows(OF_PROJECT)] == [META_ID] * 3 + [None]
    assert [row["id"] for row in platform.rows(OF_PROJECT, kind="meta")] == [made[1]]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({}, 2),
        ({"url_contains": "OLD"}, 1),
        ({"kind": "meta"}, 1),
        ({"active": "true"}, 1),
        ({"created_before": "2026-01-01T00:00:00Z"}, 1),
    ],
)
def test_filters_of_a_number_s_list(kapso: Emulator, platform: Raw, query: dict[str, Any], count: int) -> None:
    kapso.add(phone_number_id=META_ID)
    kapso.add_webhook(phone_number_id=META_ID, kind="meta")
    kapso.add_webhook(
        phone_number_id=META_ID, active=False, url="https://old.example", created_at="2025-01-01T00:00:00Z"
    )
    kapso.add_webhook()
    assert len(platform.rows(OF_NUMBER, **query)) == count


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "answer"),
    [
        ("POST", OF_NUMBER, {}, 422, "Url can't be blank, Secret key can't be blank"),
        ("POST", OF_NUMBER, {**NEW, "secret_key": ""}, 422, "Secret key can't be blank"),
        ("POST", OF_PROJECT, {**NEW, "secret_key": None, "phone_number_id": META_ID}, 422, "Secret key can't be blank"),
        ("POST", OF_NUMBER, {**NEW, "events": []}, 422, "Events can't be blank"),
        ("POST", OF_NUMBER, {**NEW, "url": "hooks.example.org"}, 422, "Url is invalid"),
        ("POST", OF_NUMBER, {**NEW, "headers": None}, 422, "Headers can't be blank"),
        ("POST", OF_NUMBER, {**NEW, "headers": {"X-A": 1}}, 422, "Headers must be an object of strings"),
        ("POST", OF_NUMBER, {**NEW, "buffer_events": None}, 422, "Buffer events can't be blank"),
        (
            "POST",
            OF_NUMBER,
            {**NEW, "buffer_window_seconds": 61},
            422,
            "Buffer window seconds must be between 1 and 60",
        ),
        ("POST", OF_NUMBER, LIFECYCLE, 422, "Events are not available in this scope"),
        ("POST", OF_PROJECT, NEW, 422, "Events are not available in this scope"),
        ("POST", OF_NUMBER, META, 422, "Kind has already been taken"),
        ("POST", OF_PROJECT, META, 422, "Phone number can't be blank"),
        (
            "PATCH",
            f"{OF_NUMBER}/meta",
            {"buffer_enabled": True},
            422,
            "Buffer enabled is not supported for meta webhooks",
        ),
        ("PATCH", f"{OF_NUMBER}/meta", {"kind": "kapso"}, 422, "Kind cannot be changed"),
        ("PATCH", f"{OF_PROJECT}/meta", {"url": None}, 422, "Url can't be blank"),
        ("PATCH", f"{OF_PROJECT}/own", {"events": ["project.event"]}, 402, "This feature requires a paid plan"),
        ("POST", OF_PROJECT, {**NEW, "phone_number_id": "3"}, 404, NO_NUMBER["error"]),
        ("POST", OF_NUMBER.replace(META_ID, "3"), NEW, 404, NO_NUMBER["error"]),
        ("GET", f"{OF_NUMBER}/own", None, 404, NO_WEBHOOK["error"]),
        ("PATCH", f"{OF_PROJECT}/other", {"active": False}, 404, NO_WEBHOOK["error"]),
        ("DELETE", f"{OF_NUMBER}/other", None, 404, NO_WEBHOOK["error"]),
        ("POST", OF_PROJECT, None, 422, MISSING["error"]),
    ],
)
def test_invalid_requests_are_refused(
    kapso: Emulator, platform: Raw, method: str, path: str, body: Any, status: int, answer: str
) -> None:
    kapso.settings(project_events=False)
    kapso.add(phone_number_id=META_ID)
    kapso.add_webhook(id="meta", phone_number_id=META_ID, kind="meta", events=[])
    kapso.add_webhook(id="own", events=[CREATED])
    kapso.add_webhook(id="other", project="another")
    before = kapso.webhooks()
    response = platform(method, path, json={} if body is None else {"whatsapp_webhook": body})
    assert (response.status_code, response.json()) == (status, {"error": answer})
    assert kapso.webhooks() == before


@pytest.mark.parametrize(
    ("settings", "sent", "shown"),
    [
        ({}, {"kind": "meta", "events": [SENT]}, {"kind": "meta", "events": []}),
        ({}, {"events": [SENT, "whatsapp.brand.new"]}, {"events": [SENT, "whatsapp.brand.new"]}),
        (
            {},
            {"inactivity_minutes": None, "payload_version": None},
            {"inactivity_minutes": 60, "payload_version": "v2"},
        ),
        ({}, BUFFER, {"buffer_enabled": True, "buffer_window_seconds": 5, "max_buffer_size": 50}),
        ({}, {**BUFFER, "buffer_enabled": False}, {**BUFFER, "buffer_enabled": False}),
        ({"reverse_sets": True}, {"events": [SENT, RECEIVED]}, {"events": [RECEIVED, SENT]}),
        ({"mask_secrets": True}, {}, {"secret_key": "****CRET"}),
        ({"lower_urls": True}, {"url": "https://Hooks.example"}, {"url": "https://hooks.example"}),
    ],
)
def test_the_api_completes_values_with_its_defaults(
    kapso: Emulator, platform: Raw, settings: dict[str, Any], sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    kapso.settings(**settings)
    kapso.add(phone_number_id=META_ID)
    made = send(platform, "POST", OF_NUMBER, **{**NEW, **sent})
    assert {name: made[name] for name in shown} == shown


def test_a_change_replaces_lists_and_maps_and_may_clear_the_secret(kapso: Emulator, platform: Raw) -> None:
    hook = kapso.add_webhook(secret_key="EXAMPLE", events=[CREATED], headers={"X-A": "a"})
    changed = send(
        platform, "PATCH", f"{OF_PROJECT}/{hook}", secret_key=None, events=["workflow.execution.failed"], headers={}
    )
    names = ("secret_key", "events", "headers")
    assert [changed[name] for name in names] == [None, ["workflow.execution.failed"], {}]
    kapso.settings(merge_maps=True)
    for header in ("X-A", "X-B"):
        changed = send(platform, "PATCH", f"{OF_PROJECT}/{hook}", headers={header: "1"})
    assert changed["headers"] == {"X-A": "1", "X-B": "1"}


def test_a_paused_webhook_is_shown_and_webhooks_are_deleted_with_their_number(kapso: Emulator, platform: Raw) -> None:
    kapso.add(phone_number_id=META_ID)
    hook = kapso.add_webhook(phone_number_id=META_ID)
    kapso.pause(hook)
    assert [row["active"] for row in platform.rows(OF_NUMBER)] == [False]
    assert send(platform, "PATCH", f"{OF_NUMBER}/{hook}", active=True)["active"] is True
    platform("DELETE", f"whatsapp/phone_numbers/{META_ID}")
    assert kapso.webhooks() == []


@pytest.mark.parametrize(
    ("body", "status"), [(None, 200), ({}, 200), ({"event_type": CREATED}, 200), ({"event_type": SENT}, 422)]
)
def test_a_delivery_can_be_tried(kapso: Emulator, platform: Raw, body: Any, status: int) -> None:
    hook = kapso.add_webhook(events=[CREATED])
    response = platform("POST", f"{OF_PROJECT}/{hook}/test", json=body)
    assert response.status_code == status
    assert status != 200 or response.json() == {"data": {"success": True}}
