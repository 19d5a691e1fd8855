# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the emulator's answers with the API's table and its description, for each route, code and API version."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
import requests

from tests.emulator import Emulator
from tests.support import api_table as api
from tests.support import proof
from tests.support.api_scenes import (
    CANARIES,
    SETTING,
    VALID,
    Scene,
    ask,
    fields_of,
    lists,
    play,
    said,
    scenes,
    shape,
    there,
)

TYPES: dict[str, Any] = {"string": str, "boolean": bool}
jsonschema: Any = importlib.import_module("jsonschema")  # it has no type information
NOTHING = {"cont": "no such text", "gteq": "2999-01-01T00:00:00Z", "lteq": "1999-01-01T00:00:00Z"}


@pytest.mark.parametrize("scene", [*scenes()], ids=str)
def test_each_route_gives_each_of_its_codes(kapso: Emulator, described: dict[str, Any], scene: Scene) -> None:
    response = play(kapso, scene)
    assert response.status_code == scene.code, response.text
    if there(scene.route, scene.api_version):
        _as_described(described, scene.route, response)
    if scene.code >= 400:
        _is_refusal(scene, response)
        assert not any(entry.applied for entry in kapso.journal())
    elif scene.code == 204:
        assert response.content == b""
    elif scene.route.wrapped:
        _shows_the_fields(scene, response.json())
    else:
        _is_health(response.json())
    proof.count("emulator", "answers held to the table")


def _as_described(described: dict[str, Any], route: api.Route, response: requests.Response) -> None:
    """Assert that the answer and its body match the description."""
    operations = {
        (method.upper(), shape(path.removeprefix("/api/v1"))): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    told = operations[(route.method, shape(route.path))]["responses"][str(response.status_code)]
    if response.status_code != 204:
        assert response.headers["Content-Type"].partition(";")[0] == "application/json"
        schema = {**told["content"]["application/json"]["schema"], "components": described["components"]}
        jsonschema.Draft202012Validator(schema).validate(response.json())
    assert all(name in response.headers for name in told.get("headers", {}))


def _is_refusal(scene: Scene, response: requests.Response) -> None:
    content = response.json()
    assert content["error"]
    assert all(isinstance(value, api.ERROR_KEYS[name]) for name, value in content.items())
    if scene.code == api.ENVELOPE_MISSING:
        assert content["error"] == "missing_parameter"
    known = _known(scene)
    if known:
        assert (content["error"], content.get("message")) == (known.error, known.message)


def _known(scene: Scene) -> api.Refusal | None:
    """Return the known error of the API for a scene, None if there is none."""
    match scene.code:
        case 401:
            return api.UNAUTHORIZED
        case 404 if there(scene.route, scene.api_version):
            return api.CONFIG_UNKNOWN if scene.route.path.startswith(api.CONFIGS) else api.CUSTOMER_UNKNOWN
        case 429:
            return api.TOO_MANY
    return None


def _shows_the_fields(scene: Scene, content: dict[str, Any]) -> None:
    rows = content["data"] if scene.route.pages else [content["data"]]
    assert rows
    for row in rows:
        for item in fields_of(scene.route):
            _shows(row, item, scene.api_version)
        assert set(row) <= {item.name for item in fields_of(scene.route)}


def _shows(row: dict[str, Any], item: api.Field, api_version: str) -> None:
    told = said(item.returned, api_version)
    if told is api.SHAPE:
        assert row[item.name] is None
    elif told is api.YES:
        value: Any = row[item.name]
        assert isinstance(value, TYPES[item.type]) or (item.nullable and value is None)
        assert not item.enum or value in item.enum
        if value is not None and item.format == "date-time":
            assert value.endswith("Z")
            assert datetime.fromisoformat(value).tzinfo == UTC
        if value is not None and item.format == "uuid":
            assert str(UUID(value)) == value
    else:
        assert item.name not in row
    proof.count("emulator", "fields of answers looked at")


def _is_health(content: dict[str, Any]) -> None:
    assert set(api.HEALTH_KEYS) <= set(content)
    assert all(isinstance(content[name], kind) for name, kind in api.HEALTH_KEYS.items())
    assert content["status"] in api.HEALTH_STATUS
    assert tuple(content["checks"]) == api.HEALTH_CHECKS
    assert all({"passed"} <= set(check) <= set(api.HEALTH_CHECK_KEYS) for check in content["checks"].values())


@pytest.mark.parametrize("api_version", api.API_VERSIONS)
def test_routes_without_documentation_do_not_exist(kapso: Emulator, api_version: str) -> None:
    kapso.reset(api_version=SETTING[api_version])
    config = kapso.add()
    for method, path in api.ABSENT:
        body = {"whatsapp_config": VALID["whatsapp_config"]}
        response = ask(kapso, method, path.replace("{id}", config), key=kapso.key, body=body)
        assert response.status_code == 404
        proof.count("emulator", "answers held to the table")
    assert len(kapso.configs()) == 1


@pytest.mark.parametrize("api_version", api.API_VERSIONS)
def test_no_answer_has_a_write_only_field(kapso: Emulator, api_version: str) -> None:
    hidden = [item for item in api.CONFIG_FIELDS if item.name in CANARIES]
    shown = [item for item in hidden if said(item.returned, api_version) is api.YES]
    for route in api.ROUTES:
        if not there(route, api_version) or "whatsapp_configs" not in route.path or 204 in route.codes:
            continue
        code = min(route.codes)
        body = {route.envelope: VALID["whatsapp_config"]} if route.envelope else None
        text = play(kapso, Scene(api_version, route, code, "success", body=body)).text
        for item in hidden:
            assert (CANARIES[item.name] in text) == (item in shown and route.wrapped)
            proof.count("emulator", "answers searched for what is write-only")


def test_a_second_customer_of_the_same_external_id_is_refused_as_observed(kapso: Emulator) -> None:
    kapso.add_customer(external_customer_id="clinic-7")
    response = ask(kapso, "POST", "/customers", key=kapso.key, body={"customer": VALID["customer"]})
    assert (response.status_code, response.json()["error"]) == (api.CUSTOMER_TAKEN.status, api.CUSTOMER_TAKEN.error)
    proof.count("emulator", "answers held to the table")


@pytest.mark.parametrize("limit", [*api.PLANS.values()], ids=[*api.PLANS])
def test_every_answer_has_the_headers_of_the_limit(kapso: Emulator, limit: int) -> None:
    kapso.reset(rate_limit={"limit": limit})
    known, strange = kapso.add(), "/whatsapp_configs/99999999-9999-4999-8999-999999999999"
    asked = (f"/whatsapp_configs/{known}", strange, "/no_such_route", api.CONFIGS)
    for number, path in enumerate(asked, start=1):
        headers = ask(kapso, "GET", path, key=kapso.key).headers
        assert [headers[name] for name in api.LIMIT_HEADERS] == [str(limit), str(limit - number)]
        assert "Retry-After" not in headers
        proof.count("emulator", "answers held to the table")
    # Requests without a key have their own counter.
    assert ask(kapso, "GET", api.CONFIGS, key=None).headers[api.LIMIT_HEADERS[1]] == str(limit - 1)


def test_a_used_up_limit_returns_429_until_its_fixed_minute_is_over(kapso: Emulator) -> None:
    kapso.reset(rate_limit={"limit": 1})
    codes = []
    for passed in (0, 58, 3):  # seconds since the last request
        kapso.advance(passed)
        response = ask(kapso, "GET", api.CONFIGS, key=kapso.key)
        codes.append(response.status_code)
        if response.status_code == 429:
            assert response.headers["Retry-After"] == str(api.RETRY_AFTER)
            assert response.headers[api.LIMIT_HEADERS[1]] == "0"
    assert codes == [200, 429, 200]


@pytest.mark.parametrize("api_version", api.API_VERSIONS)
@pytest.mark.parametrize("route", lists(), ids=lambda route: route.path)
def test_pages_have_the_documented_limits(kapso: Emulator, route: api.Route, api_version: str) -> None:
    if not there(route, api_version):
        return
    path = _filled(kapso, route, api_version, 101)
    least, _most, usual = api.PAGE_PARAMETERS["per_page"]
    most = api.LARGEST_PAGE
    for asked, size in ((None, usual), (least, least), (most, most), (0, usual), (101, most), ("many", usual)):
        query = "" if asked is None else f"?per_page={asked}"
        content = ask(kapso, "GET", path + query, key=kapso.key).json()
        assert set(content) == {"data", "meta"}
        assert set(content["meta"]) == set(api.PAGE_META)
        assert content["meta"] == {"page": 1, "per_page": size, "total_pages": -(-101 // size), "total_count": 101}
        assert len(content["data"]) == size
        proof.count("emulator", "pages held to the table")
    beyond = ask(kapso, "GET", f"{path}?page=9&per_page=100", key=kapso.key).json()
    assert (beyond["data"], beyond["meta"]["page"], beyond["meta"]["total_pages"]) == ([], 9, 2)
    proof.count("emulator", "pages held to the table")


@pytest.mark.parametrize("route", lists(), ids=lambda route: route.path)
def test_an_empty_list_has_no_rows_and_a_meta_block(kapso: Emulator, route: api.Route) -> None:
    path = route.path.replace("{customer_id}", kapso.add_customer() if route.path == api.OF_CUSTOMER else "")
    content = ask(kapso, "GET", path, key=kapso.key).json()
    assert content["data"] == []
    assert content["meta"]["total_count"] == 0
    assert content["meta"]["total_pages"] in api.TOTAL_PAGES_OF_NOTHING
    proof.count("emulator", "pages held to the table")


@pytest.mark.parametrize("api_version", api.API_VERSIONS)
@pytest.mark.parametrize("route", lists(), ids=lambda route: route.path)
def test_filters_select_rows_and_unknown_ones_are_ignored(kapso: Emulator, route: api.Route, api_version: str) -> None:
    if not there(route, api_version):
        return
    path = _filled(kapso, route, api_version, 3)
    for name, known in api.FILTERS[route.path].items():
        value = NOTHING.get(name.rstrip("]").rpartition("_")[2], "no such value")
        content = ask(kapso, "GET", f"{path}?{quote(name)}={quote(value)}", key=kapso.key).json()
        if route.path == api.OF_CUSTOMER and api_version not in known.sources:
            assert len(content["data"]) == 3
        else:
            assert content["data"] == []
        proof.count("emulator", "pages held to the table")
    for name in api.IGNORED_FILTERS.get(route.path, ("no_such_filter",)):
        assert len(ask(kapso, "GET", f"{path}?{name}=none", key=kapso.key).json()["data"]) == 3
        proof.count("emulator", "pages held to the table")


def _filled(kapso: Emulator, route: api.Route, api_version: str, number: int) -> str:
    """Add objects to a list; return its path."""
    kapso.reset(api_version=SETTING[api_version])
    customer = ""
    if route.path != "/customers":
        customer = kapso.add_customer()
        kapso.add_many(number, customer_id=customer)
    else:
        kapso.batch(*[("add_customer", {}) for _object in range(number)])
    return route.path.replace("{customer_id}", customer)


def test_a_patch_is_partial(kapso: Emulator) -> None:
    config = kapso.add(**CANARIES)
    before = kapso.get(config) or {}
    path, body = api.CONFIG.format(id=config), {"whatsapp_config": {"name": "New"}}
    assert ask(kapso, "PATCH", path, key=kapso.key, body=body).status_code == 200
    after = kapso.get(config) or {}
    assert {name for name in before if before[name] != after[name]} == {"name", "updated_at"}
    proof.count("emulator", "answers held to the table")
