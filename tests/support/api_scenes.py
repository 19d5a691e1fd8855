# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a request for each route in the API's table and each of its status codes, to which the API answers so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.emulator import Emulator
from tests.support import api_table as api

SETTING = {"L0": "echoes", "LP": "nulls", "LW": "omits"}
"""The emulator's name of each API version."""

# Routes that the oldest API version does not have.
NOT_IN_L0 = ((api.CONFIGS, "GET"), (api.CONFIG + "/health", "GET"))
UNKNOWN = "99999999-9999-4999-8999-999999999999"
CANARIES = {
    "access_token": "canary-access-token",
    "webhook_verify_token": "canary-verify-token",
    "webhook_destination_url": "https://canary.example/hook",
}
VALID: dict[str, dict[str, Any]] = {
    "whatsapp_config": {
        "name": "Front desk",
        "phone_number_id": "100000000099999",
        "business_account_id": "200000000099999",
        "inbound_processing_enabled": False,
        "calls_enabled": True,
        **CANARIES,
    },
    "customer": {"name": "Example Clinic", "external_customer_id": "clinic-7"},
}


@dataclass(frozen=True)
class Scene:
    """Hold one request to one API version, and the status code of its answer. ``why`` names the cause of that code."""

    api_version: str
    route: api.Route
    code: int
    why: str
    key: str | None = "example-key-not-real"
    ids: str = "own"  # own, unknown, or of another project
    body: Any = None
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.api_version} {self.route.method} {self.route.path} {self.code} {self.why}"


def there(route: api.Route, api_version: str) -> bool:
    """Return whether an API version has a route."""
    return api_version != "L0" or (route.path, route.method) not in NOT_IN_L0


def fields_of(route: api.Route) -> tuple[api.Field, ...]:
    """Return the fields of the objects that a route reads or writes."""
    return api.CONFIG_FIELDS if "whatsapp_configs" in route.path else api.CUSTOMER_FIELDS


def said(told: tuple[api.Said, api.Said, api.Said], api_version: str) -> api.Said:
    """Return the statement of one API version."""
    return told[api.API_VERSIONS.index(api_version)]


def scenes() -> Iterator[Scene]:
    """Yield all scenes."""
    for api_version in api.API_VERSIONS:
        for route in api.ROUTES:
            if there(route, api_version):
                yield from _of_route(api_version, route)
            else:
                yield Scene(api_version, route, 404, "a route that this API version lacks")


def _of_route(api_version: str, route: api.Route) -> Iterator[Scene]:
    good = {route.envelope: VALID[route.envelope]} if route.envelope else None
    for code in sorted({*route.codes, *api.EVERYWHERE}):
        match code:
            case 200 | 201 | 204:
                yield Scene(api_version, route, code, "success", body=good)
            case 401:
                yield Scene(api_version, route, code, "no key", key=None, body=good)
                yield Scene(api_version, route, code, "a wrong key", key="canary-wrong-key", body=good)
            case 404:
                yield Scene(api_version, route, code, "an unknown id", ids="unknown", body=good)
                yield Scene(api_version, route, code, "another project's id", ids="foreign", body=good)
            case 422 if route.envelope:
                yield from _invalid(api_version, route, route.envelope)
            case 429:
                spent = {"rate_limit": {"limit": 0}}
                yield Scene(api_version, route, code, "the limit is used up", body=good, settings=spent)
            case 400 if route.envelope:
                yield Scene(api_version, route, code, "no envelope", body=VALID[route.envelope])
                yield Scene(api_version, route, code, "another envelope", body={"setup_link": VALID[route.envelope]})


def _invalid(api_version: str, route: api.Route, envelope: str) -> Iterator[Scene]:
    """Yield a scene for each missing required field, each field of a wrong type, and each value outside the choices."""
    for item in fields_of(route):
        told = said(item.create if route.method == "POST" else item.update, api_version)
        if told in (api.REQ, api.Said.PRODUCTION) and route.method == "POST":
            rest = {name: value for name, value in VALID[envelope].items() if name != item.name}
            yield Scene(api_version, route, 422, f"{item.name} is missing", body={envelope: rest})
        if told in (api.REQ, api.Said.PRODUCTION, api.YES):
            wrong = {**VALID[envelope], item.name: {"a": "table"}}
            yield Scene(api_version, route, 422, f"{item.name} is no {item.type}", body={envelope: wrong})
        if item.enum and told is api.YES:
            other = {**VALID[envelope], item.name: "neither"}
            yield Scene(api_version, route, 422, f"{item.name} is none of its values", body={envelope: other})


def play(kapso: Emulator, scene: Scene) -> requests.Response:
    """Prepare the emulator for a scene, and send its request."""
    keys = {kapso.key: "project-1", "example-key-other": "project-2"}
    kapso.reset(api_version=SETTING[scene.api_version], keys=keys, **scene.settings)
    project = "project-2" if scene.ids == "foreign" else "project-1"
    customer = kapso.add_customer(project=project)
    config = kapso.add(project=project, customer_id=customer, **CANARIES)
    if scene.ids == "unknown":
        customer = config = UNKNOWN
    path = scene.route.path.replace("{customer_id}", customer)
    path = path.replace("{id}", config if path.startswith(api.CONFIGS) else customer)
    return ask(kapso, scene.route.method, path, key=scene.key, body=scene.body)


def ask(kapso: Emulator, method: str, path: str, *, key: str | None, body: Any = None) -> requests.Response:
    """Send one request to a path below the base URL."""
    with requests.Session() as session:
        session.trust_env = False
        headers = {"X-API-Key": key} if key else {}
        return session.request(method, kapso.url + path, json=body, headers=headers, timeout=10, allow_redirects=False)


def shape(path: str) -> str:
    """Return a path without the names of its parameters, since each API version names them differently."""
    return re.sub(r"\{\w+\}", "{}", path)


def lists() -> tuple[api.Route, ...]:
    """Return the routes that return pages."""
    return tuple(route for route in api.ROUTES if route.pages)
