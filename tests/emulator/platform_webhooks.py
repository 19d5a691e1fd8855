# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes of webhooks of a number and of the project on the platform (docs.kapso.ai/api/platform/v1/webhooks).

A webhook of a number is one object with two addresses: under its number and in the project.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.emulator.answers import Answer
from tests.emulator.call import PLATFORM_BASE, Call, Problem, answer, invalid
from tests.emulator.configs_view import meta_id
from tests.emulator.platform import DATES, Resource, contains, dates, equals, flag
from tests.emulator.platform_fields import Field
from tests.emulator.platform_numbers import own as own_number
from tests.emulator.platform_webhooks_check import check, completed
from tests.emulator.routes import Route
from tests.emulator.store import Stored

_AS_STORED = (
    "id",
    "url",
    "kind",
    "events",
    "active",
    "secret_key",
    "headers",
    "buffer_enabled",
    "buffer_window_seconds",
    "max_buffer_size",
    "buffer_events",
    "inactivity_minutes",
    "payload_version",
    "project_id",
    "created_at",
    "updated_at",
)
# The schema allows null for ``headers``. The emulator is stricter: it refuses null, and ``{}`` clears. Three points
# come from the docs of the legacy API, since those of the platform do not give them: header values are texts, the
# pattern of a URL, and the range of ``inactivity_minutes``.
_FIELDS = {
    "url": Field("text", required=True, pattern=r"https?://\S+"),
    "kind": Field("text", choices=("kapso", "meta")),
    "secret_key": Field("text", required=True, null=True),
    "events": Field("texts"),
    "active": Field("flag"),
    "headers": Field("map"),
    "buffer_enabled": Field("flag"),
    "buffer_window_seconds": Field("number", null=True, between=(1, 60)),
    "max_buffer_size": Field("number", null=True, between=(1, 100)),
    "buffer_events": Field("texts", choices=("whatsapp.message.received",)),
    "inactivity_minutes": Field("number", null=True, between=(1, 1440)),
    "payload_version": Field("text", null=True, choices=("v1", "v2")),
}


def _show(call: Call, item: Stored) -> dict[str, Any]:
    number = call.store.configs.get(item.values["config_id"])
    return {**{name: item.values[name] for name in _AS_STORED}, "phone_number_id": meta_id(number) if number else None}


_OF_NUMBER = Resource(
    "whatsapp_webhook",
    "Webhook",
    _FIELDS,
    _show,
    (*_AS_STORED, "phone_number_id"),
    secrets=("secret_key",),
    sets=("events", "buffer_events"),
    add=lambda call, item: call.store.add_webhook(call.project, {"config_id": item.values["config_id"]}),
)
_OF_PROJECT = replace(
    _OF_NUMBER,
    fields={
        **_FIELDS,
        "secret_key": Field("text", null=True),
        "phone_number_id": Field("text", update=False),
    },
)


def list_of_number(call: Call, phone_number_id: str) -> Answer:
    """GET /whatsapp/phone_numbers/{phone_number_id}/webhooks."""
    config_id = own_number(call, phone_number_id).values["id"]
    rows = [item for item in call.store.webhooks.values() if item.values["config_id"] == config_id]
    active = flag(call, "active", lambda item: bool(item.values["active"]))
    return _OF_NUMBER.list(
        call, rows, contains(call, "url_contains", "url"), equals(call, "kind"), active, *dates(call)
    )


def list_of_project(call: Call) -> Answer:
    """GET /whatsapp/webhooks: those of the project's numbers, too."""
    rows = [item for item in call.store.webhooks.values() if item.project == call.project]
    return _OF_PROJECT.list(call, rows, equals(call, "kind"))


def create_for_number(call: Call, phone_number_id: str) -> Answer:
    """POST /whatsapp/phone_numbers/{phone_number_id}/webhooks."""
    return _create(call, _OF_NUMBER, own_number(call, phone_number_id))


def create_for_project(call: Call) -> Answer:
    """POST /whatsapp/webhooks; with a ``phone_number_id`` it is one of that number."""
    number_id = call.enclosed(_OF_PROJECT.envelope).get("phone_number_id")
    return _create(call, _OF_PROJECT, None if number_id is None else own_number(call, str(number_id)))


def _create(call: Call, resource: Resource, number: Stored | None) -> Answer:
    values, errors = resource.given(call, None)
    values.pop("phone_number_id", None)
    config_id = number.values["id"] if number else None
    check(call, {"kind": "kapso", "events": [], "config_id": config_id, **values}, None, errors)
    if errors:
        raise invalid(errors, call.settings)
    new = {"events": [], "config_id": config_id, **values}
    item = call.store.add_webhook(call.project, completed(new), at=call.store.clock.now())
    call.applied = True
    return resource.one(call, item, 201)


def get(call: Call, webhook_id: str, phone_number_id: str | None = None) -> Answer:
    """GET /whatsapp/webhooks/{webhook_id}, and under its number."""
    return _OF_NUMBER.one(call, _own(call, webhook_id, phone_number_id))


def patch(call: Call, webhook_id: str, phone_number_id: str | None = None) -> Answer:
    """PATCH /whatsapp/webhooks/{webhook_id}, and under its number."""
    item = _own(call, webhook_id, phone_number_id)
    values, errors = _OF_NUMBER.given(call, item)
    check(call, {**item.values, **values}, item, errors)
    if errors:
        raise invalid(errors, call.settings)
    call.write(item, completed({**item.values, **values}))
    return _OF_NUMBER.one(call, item)


def delete(call: Call, webhook_id: str, phone_number_id: str | None = None) -> Answer:
    """DELETE /whatsapp/webhooks/{webhook_id}, and under its number."""
    _own(call, webhook_id, phone_number_id)
    call.store.remove(webhook_id)
    call.applied = True
    return Answer(204)


def test(call: Call, webhook_id: str) -> Answer:
    """POST /whatsapp/webhooks/{webhook_id}/test: a bare body, and an event that the webhook is subscribed to."""
    item = _own(call, webhook_id, None)
    event = call.content().get("event_type")
    if event is not None and event not in item.values["events"]:
        raise Problem(422, "Event type is not one of the webhook's events")  # the text is a guess
    return answer(200, {"data": {"success": True}})


def _own(call: Call, webhook_id: str, phone_number_id: str | None) -> Stored:
    number = None if phone_number_id is None else own_number(call, phone_number_id)
    item = call.own(call.store.webhooks, webhook_id, _OF_NUMBER.thing)
    if number and item.values["config_id"] != number.values["id"]:
        raise Problem(404, f"{_OF_NUMBER.thing} not found")
    return item


_NUMBERS = "/whatsapp/phone_numbers/{phone_number_id}/webhooks"
_PROJECTS = "/whatsapp/webhooks"
_TESTED = {"type": "object", "required": ["data"]}
ROUTES = (
    _OF_NUMBER.route("GET", _NUMBERS, list_of_number, (404,), ("url_contains", "kind", "active", *DATES)),
    _OF_NUMBER.route("POST", _NUMBERS, create_for_number, (400, 404, 422)),
    _OF_PROJECT.route("GET", _PROJECTS, list_of_project, query=("kind",)),
    _OF_PROJECT.route("POST", _PROJECTS, create_for_project, (400, 402, 404, 422)),
    *(
        _OF_NUMBER.route(method, f"{path}/{{webhook_id}}", handler, refusals)
        for path, unpaid in ((_NUMBERS, ()), (_PROJECTS, (402,)))
        for method, handler, refusals in (
            ("GET", get, (404,)),
            ("PATCH", patch, (400, *unpaid, 404, 422)),
            ("DELETE", delete, (404,)),
        )
    ),
    Route(
        "POST",
        f"{PLATFORM_BASE}{_PROJECTS}/{{webhook_id}}/test",
        test,
        200,
        None,
        (400, 404, 422),
        body={"type": "object", "properties": {"event_type": {"type": "string"}}},
        shows=_TESTED,
    ),
)
