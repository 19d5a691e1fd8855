# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a server that rejects a partial body: after its 422, one write with more fields follows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import ROTATED, TOKEN
from tests.support.runner import Runner

META = {"phone_number_id": "100000000000077", "business_account_id": "200000000000077", "access_token": TOKEN}
DECLARED = {"name": "Reception", **META}
BLANK = {"status": 422, "json": {"error": "Access token can't be blank"}}


@pytest.fixture
def config_id(kapso: Emulator, wire: Runner) -> str:
    """Return an object with a receipt of its write-only field, at a server that requires that field from now on."""
    config_id = kapso.add(name="Front desk", **META)
    wire.run(config_id, META, send_write_only="adopt")
    kapso.settings(demand_meta_fields=True)
    kapso.clear_journal()
    return config_id


def bodies(kapso: Emulator) -> list[set[str]]:
    """Return the names of the fields of each write, in order."""
    return [set(entry.sent) for entry in kapso.writes()]


@pytest.mark.parametrize("shape", ["string", "platform", "legacy", "object", "list", "rails"])
@pytest.mark.parametrize("names", ["human", "fields"])
def test_the_declared_ones_are_added_once_and_from_then_on_with_every_change(
    kapso: Emulator, wire: Runner, config_id: str, shape: str, names: str
) -> None:
    kapso.settings(error_shape=shape, error_names=names)

    result = wire.run(config_id, DECLARED)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert [entry.status for entry in kapso.journal()] == [200, 422, 200]
    assert bodies(kapso) == [{"name"}, set(DECLARED)]
    reasons = {change["field"]: change["reason"] for change in result["changes"]}
    assert reasons == {"name": "differs", **dict.fromkeys(META, "required_by_server")}

    assert not wire.run(config_id, DECLARED)["changed"]
    assert kapso.short() == "GET"

    renamed = {**DECLARED, "name": "Lobby"}
    predicted = wire.run(config_id, renamed, check=True)
    real = wire.run(config_id, renamed)
    assert bodies(kapso) == [set(DECLARED)]
    assert predicted["changes"] == real["changes"]
    assert {change["field"] for change in real["changes"]} == set(DECLARED)


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}])
def test_an_attempt_that_was_lost_before_the_refusal_does_not_keep_them_back(
    kapso: Emulator, wire: Runner, config_id: str, fault: dict[str, Any]
) -> None:
    kapso.fault(method="PATCH", **fault, count=1)

    result = wire.run(config_id, DECLARED)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert bodies(kapso) == [{"name"}, {"name"}, set(DECLARED)]
    # The run does not read the object after such a 422, since it sends more fields at once.
    assert kapso.short().endswith("PATCH PATCH")


def test_a_fuller_change_that_is_refused_after_one_that_was_lost_leaves_it_open_whether_that_took_effect(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.fault(method="PATCH", status=503, count=1)
    kapso.fault(method="PATCH", after=1, status=422, json={"error": "Name is odd"})

    result = wire.run(config_id, DECLARED)

    assert bodies(kapso) == [{"name"}, {"name"}, set(DECLARED)]
    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")


@pytest.mark.parametrize(
    ("declared", "policy", "added"),
    [
        pytest.param(META.keys() - {"access_token"}, "when_changed", True, id="only what is declared"),
        pytest.param((), "when_changed", False, id="nothing of it is declared"),
        pytest.param(META, "never", False, id="held back by never"),
        pytest.param(META, "adopt", False, id="held back by adopt"),
    ],
)
def test_no_more_is_added_than_is_declared_and_not_held_back(
    kapso: Emulator, wire: Runner, config_id: str, declared: Any, policy: str, added: bool
) -> None:
    fields = {"name": "Reception", **{name: META[name] for name in declared}}

    result = wire.run(config_id, fields, send_write_only=policy)

    assert bodies(kapso) == [{"name"}, set(fields)] if added else [{"name"}]
    assert (result["changed"], result["error"]["outcome"]) == (False, "rejected")
    assert "Access token can't be blank" in result["msg"]


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        pytest.param({"status": 422, "json": {"error": "Name is too long"}}, {}, id="about another field"),
        pytest.param({"status": 422, "json": {"error": "Validation failed"}}, {}, id="about no field"),
        pytest.param(
            {"status": 422, "json": {"error": "display_phone_number_id is odd"}}, {}, id="about a longer name"
        ),
        pytest.param({**BLANK, "status": 400}, {}, id="another status"),
        pytest.param({**BLANK, "status": 409}, {}, id="a conflict"),
        pytest.param({**BLANK, "status": 500}, {}, id="a server's failure"),
        pytest.param(BLANK, {"access_token": ROTATED}, id="about what was sent"),
    ],
)
def test_any_other_refusal_is_final(
    kapso: Emulator, wire: Runner, config_id: str, rule: dict[str, Any], more: dict[str, str]
) -> None:
    kapso.fault(method="PATCH", **rule)

    result = wire.run(config_id, {**DECLARED, **more})
    assert (result["failed"], result["data"]["name"]) == (True, "Front desk")
    assert bodies(kapso) == [{"name", *more}]


def test_a_write_that_was_refused_counts_though_the_fuller_one_could_not_be_sent(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.fault(method="PATCH", **BLANK, headers={"X-RateLimit-Remaining": "0", "Retry-After": "300"})
    wire.at_a_word = kapso.down

    result = wire.run(config_id, DECLARED, rate_limit_timeout=600, retries=0)

    assert bodies(kapso) == [{"name"}]
    assert (result["changed"], result["error"]["outcome"]) == (False, "rejected")
    assert "nothing was changed" in result["msg"]


def test_a_write_with_more_fields_and_without_an_answer_is_verified(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.fault(method="PATCH", after=1, drop="after")

    result = wire.run(config_id, DECLARED, retries=0)

    assert kapso.short() == "GET PATCH PATCH GET"
    assert result["error"]["outcome"] == "unknown"
    kapso.clear_faults()
    assert not wire.run(config_id, DECLARED).get("failed")
    # The receipt still notes that this server requires the fields.
    assert bodies(kapso) == [set(META)]


def test_a_sandbox_object_is_not_asked_for_them(kapso: Emulator, wire: Runner) -> None:
    kapso.settings(demand_meta_fields=True)
    config_id = kapso.add(name="Front desk", kind="sandbox", **META)

    assert not wire.run(config_id, DECLARED, send_write_only="never").get("failed")
    assert bodies(kapso) == [{"name"}]
