# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the emulator's OpenAPI description with the API's table: each route, code, parameter and field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import api_table as api
from tests.support import proof
from tests.support.api_scenes import fields_of, lists, shape

BASE = "/api/v1"
SHOWING = [route for route in api.ROUTES if route.wrapped and 204 not in route.codes]
WRITING = [route for route in api.ROUTES if route.envelope]


def _operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), shape(path.removeprefix(BASE))): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def _operation(described: dict[str, Any], route: api.Route) -> dict[str, Any]:
    return _operations(described)[(route.method, shape(route.path))]


def _resolved(described: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its reference resolved, also that of the rows of a list."""
    while "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _types(schema: dict[str, Any]) -> set[str]:
    """Return the JSON types of a property, without null."""
    parts = schema.get("anyOf", [schema])
    types = {kind for part in parts for kind in ([part["type"]] if isinstance(part["type"], str) else part["type"])}
    return types - {"null"}


def _object(described: dict[str, Any], route: api.Route) -> dict[str, Any]:
    """Return the schema of the object, or of one row, in a successful answer of a route."""
    success = next(answer for code, answer in _operation(described, route)["responses"].items() if code < "300")
    data = _resolved(described, success["content"]["application/json"]["schema"])["properties"]["data"]
    return _resolved(described, _resolved(described, data).get("items", data))


def test_it_describes_the_routes_of_the_table_and_no_other(described: dict[str, Any]) -> None:
    assert set(_operations(described)) == {(route.method, shape(route.path)) for route in api.ROUTES}
    assert not set(_operations(described)) & {(method, shape(path)) for method, path in api.ABSENT}
    proof.count("emulator", "facts compared with its description", len(api.ROUTES) + len(api.ABSENT))


@pytest.mark.parametrize("route", api.ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_each_route_has_its_codes(described: dict[str, Any], route: api.Route) -> None:
    codes = {int(code) for code in _operation(described, route)["responses"]}
    assert set(route.codes) <= codes
    assert codes <= {*route.codes, *api.EVERYWHERE}
    assert 429 in codes
    assert (400 in codes) == bool(route.envelope)
    proof.count("emulator", "facts compared with its description", len(codes))


@pytest.mark.parametrize("route", lists(), ids=lambda route: route.path)
def test_a_list_has_its_parameters_and_its_meta(described: dict[str, Any], route: api.Route) -> None:
    query = {item["name"]: item for item in _operation(described, route)["parameters"] if item["in"] == "query"}
    assert set(query) == {*api.PAGE_PARAMETERS, *api.FILTERS[route.path]}
    for name, (least, most, default) in api.PAGE_PARAMETERS.items():
        schema = query[name]["schema"]
        assert (schema["type"], schema["minimum"], schema.get("maximum")) == ("integer", least, most)
        assert schema["default"] == default
    success = _operation(described, route)["responses"]["200"]["content"]["application/json"]["schema"]
    meta = _resolved(described, _resolved(described, success)["properties"]["meta"])
    assert set(meta["required"]) == set(api.PAGE_META)
    assert all(meta["properties"][name]["type"] == "integer" for name in api.PAGE_META)
    proof.count("emulator", "facts compared with its description", len(query) + len(api.PAGE_META))


@pytest.mark.parametrize("route", SHOWING, ids=lambda route: f"{route.method} {route.path}")
def test_an_answer_shows_the_fields_of_the_table(described: dict[str, Any], route: api.Route) -> None:
    schema = _object(described, route)
    shown = {item.name: item for item in fields_of(route) if {api.YES, api.SHAPE} & set(item.returned)}
    assert schema["properties"].keys() == shown.keys()
    assert set(schema["required"]) == {name for name, item in shown.items() if set(item.returned) == {api.YES}}
    for name, item in shown.items():
        assert _types(schema["properties"][name]) == {item.type}
        proof.count("emulator", "facts compared with its description")


@pytest.mark.parametrize("route", WRITING, ids=lambda route: f"{route.method} {route.path}")
def test_a_write_takes_the_fields_of_the_table(described: dict[str, Any], route: api.Route) -> None:
    outer = _operation(described, route)["requestBody"]["content"]["application/json"]["schema"]
    assert outer["required"] == [route.envelope]
    schema = outer["properties"][route.envelope]
    told = {item.name: item.create if route.method == "POST" else item.update for item in fields_of(route)}
    taken = {item.name: item for item in fields_of(route) if set(told[item.name]) - {api.NO, api.SILENT}}
    assert schema["properties"].keys() == taken.keys()
    for name, item in taken.items():
        shown = schema["properties"][name]
        assert _types(shown) == {item.type}
        assert bool(shown.get("writeOnly")) == (api.SHAPE in item.returned or api.YES not in item.returned)
        assert shown.get("default") == (item.default if route.method == "POST" else None)
        proof.count("emulator", "facts compared with its description")


def test_the_description_has_the_header_of_the_key(described: dict[str, Any]) -> None:
    (scheme,) = described["components"]["securitySchemes"].items()
    assert (scheme[1]["in"], scheme[1]["name"]) == ("header", api.KEY_HEADER)
    assert all(operation["security"] == [{scheme[0]: []}] for operation in _operations(described).values())
