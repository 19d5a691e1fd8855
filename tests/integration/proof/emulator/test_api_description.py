# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's own OpenAPI description, held to the API's table: each route, code, parameter and field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import proof
from tests.support.api_scenes import fields_of, lists, shape
from tests.support.api_table import (
    ABSENT,
    CONFIG_FIELDS,
    CUSTOMER_FIELDS,
    ERROR_KEYS,
    EVERYWHERE,
    FILTERS,
    HEALTH_CHECK_KEYS,
    HEALTH_KEYS,
    HEALTH_STATUS,
    KEY_HEADER,
    LIMIT_HEADERS,
    NO,
    PAGE_META,
    PAGE_PARAMETERS,
    REQ,
    ROUTES,
    SHAPE,
    SILENT,
    YES,
    Field,
    Route,
)

BASE = "/api/v1"
SHOWING = [route for route in ROUTES if route.wrapped and 204 not in route.codes]
WRITING = [route for route in ROUTES if route.envelope]
JSON_TYPES = {str: "string", int: "integer", dict: "object"}

# Where the emulator knowingly says more than the table, and why.
LOOSER = {
    ("phone_number_id", "nullable"): "a sandbox may be made without one, and nobody says what it shows then",
    ("business_account_id", "nullable"): "as above",
    ("external_customer_id", "nullable"): "a customer may be made without one since LP",
    ("id", "format"): "ids are opaque; the oldest vintage shows some that are no UUIDs",
    ("customer_id", "format"): "as above",
}


def _operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), shape(path.removeprefix(BASE))): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def _operation(described: dict[str, Any], route: Route) -> dict[str, Any]:
    return _operations(described)[(route.method, shape(route.path))]


def _resolved(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with its reference followed, and that of the rows of a list."""
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _kinds(schema: dict[str, Any]) -> tuple[set[str], dict[str, Any]]:
    """The JSON types that a property may have, null among them, and the schema of the value that is not null."""
    parts = schema.get("anyOf", [schema])
    types = {kind for part in parts for kind in ([part["type"]] if isinstance(part["type"], str) else part["type"])}
    value = next(part for part in parts if part["type"] != "null")
    return types, value


def _object(described: dict[str, Any], route: Route) -> dict[str, Any]:
    """The schema of the object, or of one row, that a route's success shows."""
    success = next(answer for code, answer in _operation(described, route)["responses"].items() if code < "300")
    data = _resolved(described, success["content"]["application/json"]["schema"])["properties"]["data"]
    return _resolved(described, _resolved(described, data).get("items", data))


def _body(described: dict[str, Any], route: Route) -> dict[str, Any]:
    schema: dict[str, Any] = _operation(described, route)["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == [route.envelope]
    inner: dict[str, Any] = schema["properties"][route.envelope]
    return inner


def test_it_describes_the_routes_of_the_table_and_no_other(described: dict[str, Any]) -> None:
    assert set(_operations(described)) == {(route.method, shape(route.path)) for route in ROUTES}
    assert not set(_operations(described)) & {(method, shape(path)) for method, path in ABSENT}
    proof.count("emulator", "facts compared with its description", len(ROUTES) + len(ABSENT))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_route_has_its_codes(described: dict[str, Any], route: Route) -> None:
    codes = {int(code) for code in _operation(described, route)["responses"]}
    assert set(route.codes) <= codes
    assert codes <= {*route.codes, *EVERYWHERE}
    assert 429 in codes
    assert (400 in codes) == bool(route.envelope)
    proof.count("emulator", "facts compared with its description", len(codes))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_refusal_has_the_shape_of_an_error(described: dict[str, Any], route: Route) -> None:
    for code, answer in _operation(described, route)["responses"].items():
        if code < "400":
            continue
        schema = _resolved(described, answer["content"]["application/json"]["schema"])
        assert schema["required"] == ["error"]
        for name, kind in ERROR_KEYS.items():
            assert _kinds(schema["properties"][name])[0] == {JSON_TYPES[kind]}
        if code == "429":
            assert set(answer["headers"]) == {"Retry-After", *LIMIT_HEADERS}
        proof.count("emulator", "facts compared with its description")


@pytest.mark.parametrize("route", lists(), ids=lambda route: route.path)
def test_a_list_has_its_parameters_and_its_meta(described: dict[str, Any], route: Route) -> None:
    query = {item["name"]: item for item in _operation(described, route)["parameters"] if item["in"] == "query"}
    assert set(query) == {*PAGE_PARAMETERS, *FILTERS[route.path]}
    for name, (least, most, default) in PAGE_PARAMETERS.items():
        schema = query[name]["schema"]
        assert (schema["type"], schema["minimum"], schema.get("maximum")) == ("integer", least, most)
        assert schema["default"] == default
    success = _operation(described, route)["responses"]["200"]["content"]["application/json"]["schema"]
    meta = _resolved(described, _resolved(described, success)["properties"]["meta"])
    assert set(meta["required"]) == set(PAGE_META)
    assert all(meta["properties"][name]["type"] == "integer" for name in PAGE_META)
    proof.count("emulator", "facts compared with its description", len(query) + len(PAGE_META))


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.wrapped and 204 not in route.codes],
    ids=lambda r: f"{r.method} {r.path}",
)
def test_an_answer_shows_the_fields_of_the_table(described: dict[str, Any], route: Route) -> None:
    schema = _object(described, route)
    for item in fields_of(route):
        if not {YES, SHAPE} & set(item.returned):
            assert item.name not in schema["properties"]
            continue
        assert (item.name in schema["required"]) == (set(item.returned) == {YES})
        _same_type(item, schema["properties"][item.name])
        proof.count("emulator", "facts compared with its description")
    assert set(schema["properties"]) <= {item.name for item in fields_of(route)}


def _same_type(item: Field, schema: dict[str, Any]) -> None:
    types, value = _kinds(schema)
    nullable = item.nullable or SHAPE in item.returned or (item.name, "nullable") in LOOSER
    assert types == {item.type, "null"} if nullable else types == {item.type}
    assert tuple(value.get("enum", ())) == item.enum
    if (item.name, "format") not in LOOSER:
        assert value.get("format") == item.format


@pytest.mark.parametrize("route", WRITING, ids=lambda route: f"{route.method} {route.path}")
def test_a_write_takes_the_fields_of_the_table(described: dict[str, Any], route: Route) -> None:
    schema = _body(described, route)
    creates = route.method == "POST"
    for item in fields_of(route):
        told = item.create if creates else item.update
        if not set(told) - {NO, SILENT}:
            assert item.name not in schema["properties"]
            continue
        shown = schema["properties"][item.name]
        types, value = _kinds({**shown, "anyOf": [{**shown, "type": kind} for kind in _listed(shown["type"])]})
        assert types - {"null"} == {item.type}
        assert tuple(value.get("enum", ())) == item.enum
        assert bool(value.get("writeOnly")) == (SHAPE in item.returned or YES not in item.returned)
        assert value.get("default") == (item.default if creates else None)
        # What all vintages that describe the write demand. The rest depends on the vintage and the kind.
        assert (item.name in schema.get("required", [])) == (
            creates and set(told) - {SILENT} == {REQ} and told[1] is REQ
        )
        proof.count("emulator", "facts compared with its description")
    assert set(schema["properties"]) <= {item.name for item in fields_of(route)}


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds


def test_a_health_report_stands_in_no_envelope(described: dict[str, Any]) -> None:
    route = next(route for route in ROUTES if not route.wrapped)
    answer = _operation(described, route)["responses"]["200"]["content"]["application/json"]["schema"]
    schema = _resolved(described, answer)
    assert "data" not in schema["properties"]
    assert {*HEALTH_KEYS, "error"} == set(schema["properties"])
    assert tuple(schema["properties"]["status"]["enum"]) == HEALTH_STATUS
    check = _resolved(described, _kinds(schema["properties"]["checks"])[1]["additionalProperties"])
    assert set(check["properties"]) == set(HEALTH_CHECK_KEYS)
    assert check["required"] == ["passed"]
    proof.count("emulator", "facts compared with its description", len(HEALTH_KEYS) + len(HEALTH_CHECK_KEYS))


def test_the_key_stands_in_its_header(described: dict[str, Any]) -> None:
    (scheme,) = described["components"]["securitySchemes"].items()
    assert (scheme[1]["in"], scheme[1]["name"]) == ("header", KEY_HEADER)
    assert all(operation["security"] == [{scheme[0]: []}] for operation in _operations(described).values())


def test_where_it_says_more_than_the_table_is_said_here() -> None:
    names = {item.name for item in (*CONFIG_FIELDS, *CUSTOMER_FIELDS)}
    assert {name for name, _what in LOOSER} <= names
