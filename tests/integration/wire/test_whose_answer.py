# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that an answer is only used if it is about the requested object, and the base URL serves the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import ROTATED
from tests.support.runner import Runner

ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
READABLE: dict[str, Any] = {"name": "Reception"}
SECRET = {"access_token": ROTATED}
ABSENT: dict[str, Any] = {"state": "absent"}
OTHERS: dict[str, dict[str, Any]] = {
    "another's": {"merge": {"id": "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22"}},
    "nobody's": {"omit": ["id"]},
    "of no text": {"merge": {"id": 7}},
    "of null": {"merge": {"id": None}},
}
NAMED = ["another's", "of no text", "of null"]


@pytest.mark.parametrize(
    ("options", "answer"), [(ABSENT, answer) for answer in OTHERS] + [({}, answer) for answer in NAMED]
)
def test_another_object_is_neither_compared_nor_deleted(
    kapso: Emulator, wire: Runner, options: dict[str, Any], answer: str
) -> None:
    kapso.add(id=ID, name="Front desk")
    kapso.fault(method="GET", **OTHERS[answer])

    result = wire.run(ID, READABLE, **options)

    assert "the answer is about another object" in result["msg"]
    assert (result["changed"], result["error"]["outcome"], kapso.short()) == (False, "not_sent", "GET")


@pytest.mark.parametrize("answer", OTHERS)
@pytest.mark.parametrize("fields", [READABLE, SECRET])
def test_a_write_answered_about_another_object_is_read_again(
    kapso: Emulator, wire: Runner, fields: dict[str, Any], answer: str
) -> None:
    kapso.add(id=ID, name="Front desk")
    kapso.fault(method="PATCH", **OTHERS[answer])

    result = wire.run(ID, fields)

    assert (result["changed"], kapso.short()) == (True, "GET PATCH GET")
    assert bool(result["warnings"]) is (fields is READABLE and answer in NAMED)
    if fields is READABLE or answer not in NAMED:  # a read shows them, or the answer to the write
        assert not result.get("failed")
    else:
        told = [result["error"][fact] for fact in ("method", "url", "outcome")]
        assert told == ["PATCH", f"{kapso.url}/whatsapp_configs/{ID}", "unknown"]


def test_a_uuid_is_the_same_in_upper_and_in_lower_case(kapso: Emulator, wire: Runner) -> None:
    kapso.add(id=ID, name="Front desk")
    kapso.fault(merge={"id": ID.upper()})

    assert not wire.run(ID, READABLE).get("failed")
    assert kapso.short() == "GET PATCH"


@pytest.mark.parametrize(("status", "object_id"), [(404, ID), (400, "odd"), (422, "odd")])
def test_a_404_counts_as_absent_only_if_the_base_url_serves_the_api(
    kapso: Emulator, wire: Runner, status: int, object_id: str
) -> None:
    kapso.fault(path="/whatsapp_configs", status=status)
    for asked in ([object_id, "customers"], [object_id]):
        assert not wire.run(object_id, READABLE, **ABSENT).get("failed")
        assert [entry.path.rpartition("/")[2] for entry in kapso.journal()] == asked


@pytest.mark.parametrize("status", [400, 422])
def test_a_rejection_of_a_valid_id_does_not_prove_that_it_is_absent(kapso: Emulator, wire: Runner, status: int) -> None:
    kapso.add(id=ID)
    kapso.fault(path=f"/{ID}", status=status)

    result = wire.run(ID, READABLE, **ABSENT)

    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, status)


@pytest.mark.parametrize("status", [404, 405])
def test_a_base_url_that_does_not_serve_the_api_is_reported(kapso: Emulator, wire: Runner, status: int) -> None:
    kapso.add(id=ID)
    kapso.fault(path=f"/{ID}", status=404)
    kapso.fault(path="/customers", status=status)

    result = wire.run(ID, READABLE, **ABSENT)

    assert "api_url is not the base URL of the Kapso API" in result["msg"]
    assert (result["changed"], result["error"]["status"]) == (False, status)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api", "api_url does not end in /api/v1, and nothing is there"),
        ("/platform/v1", "api_url is a base URL of the platform API"),
    ],
)
def test_a_base_url_of_the_other_api_is_found_by_its_path(kapso: Emulator, wire: Runner, path: str, said: str) -> None:
    result = wire.run(ID, READABLE, api_url=kapso.url.replace("/api/v1", path))
    assert said in result["msg"]


def test_a_host_alone_is_completed(kapso: Emulator, wire: Runner) -> None:
    kapso.add(id=ID)
    assert wire.run(ID, READABLE, api_url=kapso.url.removesuffix("/api/v1"))["changed"]
