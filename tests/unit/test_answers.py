# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the reading of answers: the content of a success, and the message for every other shape."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import OUTCOMES, ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import STOPS_RUN, Response, parse
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import RawResponse
from hypothesis import given
from hypothesis import strategies as st

CANARY = "canary-EXAMPLE-1"
UNPARSED = "the answer is not JSON (application/json; it cannot be parsed)"
URL = "https://kapso.example/api/v1/whatsapp_configs/1"


def answer(body: Any, status: int = 200, method: str = "GET", **more: Any) -> Response:
    """Return an answer with that body: bytes unchanged, other values as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = more.pop("headers", {"Content-Type": "application/json"})
    return Response(method, URL, RawResponse(status, headers, content), 1, Mask([CANARY]), **more)


def error(of: Response) -> ApiError:
    """Return the error of reading the object in an answer."""
    with pytest.raises(ApiError) as caught:
        of.object()
    assert CANARY not in caught.value.sentence("Example")
    assert CANARY not in str(caught.value.details())
    return caught.value


def test_a_success_has_an_object_under_data_and_any_other_keys() -> None:
    held = {"id": "1", "name": "Reception", "future": {"a": [1]}, "nothing": None}
    assert answer({"data": held, "meta": {}, "more": 1}).object() == held
    assert answer({"data": {}}, status=201).object() == {}


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param([], "the answer is JSON, but not an object", id="a list"),
        pytest.param("data", "the answer is JSON, but not an object", id="a text"),
        pytest.param(5, "the answer is JSON, but not an object", id="a number"),
        pytest.param(None, "the answer is JSON, but not an object", id="null"),
        pytest.param({}, "the answer has no object under `data`", id="no data"),
        pytest.param({"data": None}, "the answer has no object under `data`", id="data is null"),
        pytest.param({"data": []}, "the answer has no object under `data`", id="data is a list"),
        pytest.param({"data": "x"}, "the answer has no object under `data`", id="data is a text"),
        pytest.param({"id": "1"}, "the answer has no object under `data`", id="no envelope"),
        pytest.param(b"", "the answer is not JSON (application/json; empty)", id="nothing"),
        pytest.param(b" \n", "the answer is not JSON (application/json; empty)", id="white space"),
        pytest.param(b"<html>", UNPARSED, id="HTML"),
        pytest.param(b'{"data": {', UNPARSED, id="cut"),
        pytest.param(b'{"data": {}} x', UNPARSED, id="more"),
        pytest.param(b'{"data": "\xff"}', "the answer is not JSON (application/json; not UTF-8)", id="not UTF-8"),
        pytest.param(b'{"data": NaN}', UNPARSED, id="NaN"),
        pytest.param(b'{"data": -Infinity}', UNPARSED, id="inf"),
        pytest.param(b"[" * 200_000, "the answer is not JSON (application/json; nested too deeply)", id="deep nesting"),
        pytest.param(b"9" * 10_000, UNPARSED, id="a long number"),
        pytest.param(b'{"data": {"a": 1e999}}', UNPARSED, id="a float beyond all"),
        pytest.param(
            b'{"data": ' + b"[" * 32 + b"]" * 32 + b"}",
            "the answer is not JSON (application/json; nested too deeply)",
            id="33 levels",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_a_success_without_an_object_is_a_clear_error(body: Any, what: str, method: str) -> None:
    failed = error(answer(body, method=method))
    assert failed.what == what
    assert failed.outcome == ("not_sent" if method == "GET" else "unknown")
    assert (failed.status, failed.facts.attempts, failed.stops_run) == (200, 1, False)


def test_a_content_type_is_named_masked_and_cut() -> None:
    assert error(answer(b"x", headers={})).what == "the answer is not JSON (no content type; it cannot be parsed)"
    told = error(answer(b"x", headers={"Content-Type": f"{CANARY}\x1b{'y' * 500}"})).what
    assert told.startswith("the answer is not JSON ((sensitive) yyy")
    assert len(told) < 130


@pytest.mark.parametrize(
    ("status", "begins"),
    [
        (400, "Kapso rejected the request (HTTP 400: "),
        (401, "Kapso rejected the API key (HTTP 401: "),
        (402, "Kapso asks for a paid plan (HTTP 402: "),
        (403, "Kapso denied access (HTTP 403: "),
        (404, "Kapso has no such object in the project of this API key (HTTP 404: "),
        (409, "Kapso reports a conflict (HTTP 409: "),
        (418, "Kapso rejected the request (HTTP 418: "),
        (422, "Kapso rejected the values (HTTP 422: "),
        (500, "the server failed (HTTP 500: "),
        (501, "the server does not support this request (HTTP 501: "),
        (503, "the server failed (HTTP 503: "),
        (599, "the server failed (HTTP 599: "),
    ],
)
def test_an_error_has_its_meaning_and_the_text_of_the_server(status: int, begins: str) -> None:
    failed = error(answer({"error": "Example refusal"}, status))
    assert failed.what == f"{begins}Example refusal)"
    assert failed.facts.message == "Example refusal"
    assert failed.status == status
    assert failed.stops_run == (status in STOPS_RUN) == (status in (401, 402, 403))
    assert failed.advice


def test_the_404_names_a_key_of_another_project_as_a_cause() -> None:
    assert "the object may be in another project" in error(answer({"error": "not found"}, 404)).advice


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_its_target_is_reported(status: int) -> None:
    to = f"https://elsewhere.example/{CANARY}"
    failed = error(answer(b"", status, "PATCH", headers={"Location": to}))
    assert failed.what == (
        "the server redirects to https://elsewhere.example/(sensitive), and the API key must not be sent there"
    )
    assert failed.outcome == "unknown"
    assert "redirects to nowhere" in error(answer(b"", status, headers={})).what


@pytest.mark.parametrize(
    ("method", "status", "earlier", "outcome"),
    [
        ("GET", 404, False, "not_sent"),
        ("GET", 500, False, "not_sent"),
        ("PATCH", 200, False, "unknown"),
        ("PATCH", 302, False, "unknown"),
        ("PATCH", 101, False, "unknown"),
        ("PATCH", 600, False, "unknown"),
        ("PATCH", 422, False, "rejected"),
        ("PATCH", 422, True, "unknown"),
        ("PATCH", 500, False, "unknown"),
        ("DELETE", 404, False, "rejected"),
        ("POST", 503, False, "unknown"),
    ],
)
def test_an_error_has_the_outcome_of_the_write(method: str, status: int, earlier: bool, outcome: str) -> None:
    failed = error(answer({"error": "x"}, status, method, maybe_earlier=earlier))
    assert failed.outcome == outcome
    assert OUTCOMES[outcome] in failed.sentence("Example")


def test_a_deletion_needs_no_content_and_a_refused_one_is_an_error() -> None:
    answer(b"", 204, "DELETE").nothing()
    with pytest.raises(ApiError, match="Kapso rejected the API key"):
        answer(b"", 401, "DELETE").nothing()


@pytest.mark.parametrize("body", [b"", b"<html>", {}, {"data": {}}])
def test_an_unusual_2xx_to_a_deletion_has_an_unknown_outcome(body: Any) -> None:
    with pytest.raises(ApiError, match="the answer to the deletion is HTTP 200 instead of 204") as caught:
        answer(body, 200, "DELETE").nothing()
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "one"}, "one"),
        ({"error": "one", "message": "two"}, "one; two"),
        ({"error": "one", "message": "one"}, "one"),
        ({"error": {"message": "one", "code": "x"}}, "one"),
        (
            {"error": {"name": ["can't be blank", "is long"], "kind": "is odd"}},
            "name can't be blank; name is long; kind is odd",
        ),
        ({"errors": ["one", "two"]}, "one; two"),
        ({"errors": [{"detail": "one"}, {"title": "two"}]}, "one; two"),
        ({"errors": {"name": [{"message": "one"}]}}, "one"),
        ({"detail": "one"}, "one"),
        (["one", "two"], "one; two"),
        ("one", "one"),
        ({"error": 5}, '{"error": 5}'),
        ({"error": None}, '{"error": null}'),
        ({"error": []}, '{"error": []}'),
        ({"reason": "one"}, '{"reason": "one"}'),
        ({"error": [[[[[["deep"]]]]]]}, '{"error": [[[[[["deep"]]]]]]}'),
        (b"<h1>Bad\n gateway</h1>", "<h1>Bad gateway</h1>"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", ""),
        ({"error": "x" * 500}, "x" * 199 + "…"),
        ({"error": f"token {CANARY} is bad"}, "token (sensitive) is bad"),
        ({"error": {CANARY: "is bad"}}, "(sensitive) is bad"),
        (f"<p>{CANARY}</p>".encode(), "<p>(sensitive)</p>"),
    ],
)
def test_the_text_of_an_error_is_found_in_every_shape(body: Any, said: str) -> None:
    assert answer(body, 422).said() == said


def test_an_error_without_a_text_is_a_whole_sentence() -> None:
    assert error(answer(b"", 500)).sentence("Example") == (
        "Example: the server failed (HTTP 500); nothing was changed; run again later."
    )


def test_the_structured_error_has_the_documented_keys() -> None:
    assert error(answer({"error": "x"}, 422, "PATCH")).details() == {
        "status": 422,
        "message": "x",
        "method": "PATCH",
        "url": URL,
        "attempts": 1,
        "outcome": "rejected",
    }


# Lists.


def test_a_page_has_rows_and_can_have_a_total() -> None:
    meta: Any = {"total_pages": 3, "total_count": 250}
    assert answer({"data": [{"id": "1"}], "meta": meta}).page() == ([{"id": "1"}], 3, 250)
    for meta in ({}, None, [], {"total_pages": None}):
        assert answer({"data": [], "meta": meta}).page() == ([], None, None)


@pytest.mark.parametrize("value", [-1, "2", 1.5, 1e9, True, [], {}])
@pytest.mark.parametrize("name", ["total_pages", "total_count"])
def test_a_total_that_is_no_count_is_an_error(name: str, value: Any) -> None:
    with pytest.raises(ApiError, match=f"has a {name} that is not a number of objects or pages"):
        answer({"data": [], "meta": {name: value}}).page()


@pytest.mark.parametrize("told", [{}, {"total_pages": None}])
def test_the_number_of_pages_is_computed_from_the_number_of_rows_if_it_is_missing(told: dict[str, Any]) -> None:
    meta = {"total_count": 250, "per_page": 100, **told}
    assert answer({"data": [], "meta": meta}).page().pages == 3
    assert answer({"data": [], "meta": {**meta, "per_page": 0}}).page().pages is None


@pytest.mark.parametrize(
    "row", [5, None, "x", [], {}, {"id": None}, {"id": 5}, {"id": {}}, {"id": ""}, {"id": ".."}, {"id": "a\x1b"}]
)
def test_a_row_that_cannot_be_an_object_is_an_error_rather_than_left_out(row: Any) -> None:
    with pytest.raises(ApiError, match="has an object without an id under `data`"):
        answer({"data": [{"id": "1"}, row]}).page()


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"data": "x"}])
def test_a_page_without_rows_is_a_clear_error(body: Any) -> None:
    with pytest.raises(ApiError, match="the answer has no list under `data`"):
        answer(body).page()


@given(st.binary())
def test_any_body_raises_only_api_errors(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse(body)
    for status in (200, 422, 500):
        read = answer(body, status)
        assert len(read.said()) <= 200
        with contextlib.suppress(ApiError):
            read.object()


@pytest.mark.parametrize("body", [b'{"data": {"secret": "not-read-yet', b' [{"secret": "not-read-yet"}, {'])
def test_a_broken_object_is_not_quoted_since_its_secrets_are_not_known(body: bytes) -> None:
    assert "not-read-yet" not in str(error(answer(body)).details())
    assert "gateway" in str(error(answer(b"<p>gateway</p>")).details())
