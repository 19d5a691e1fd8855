# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the limits of a run: `max_changes`, `only`, `on_error`, and errors that stop it before any write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.runner import Runner, changed, each, failed

NO_ID = "99999999-9999-4999-8999-999999999999"


def held_back(result: dict[str, Any]) -> list[str]:
    """Return the IDs of the objects with a planned change that was held back."""
    return [entry["id"] for entry in result["results"] if entry.get("held_back")]


def differing(kapso: Emulator, number: int, total: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the IDs of `total` objects, of which `number` differ, and their entries."""
    ids = kapso.add_many(total, name="Shop")
    return ids[:number], [*each(ids[:number], name="New"), *each(ids[number:], name="Shop")]


@pytest.mark.parametrize(
    ("max_changes", "number", "total", "passes"),
    [
        (5, 5, 20, True),
        ("5", 6, 20, False),
        ("0", 0, 20, True),
        ("10 %", 2, 29, True),
        ("10%", 3, 29, False),
        ("150%", 20, 20, True),
    ],
)
def test_max_changes(
    kapso: Emulator, operator: Runner, max_changes: str | int, number: int, total: int, passes: bool
) -> None:
    ids, configs = differing(kapso, number, total)
    before = kapso.configs()

    predicted = operator.run(configs, check=True, max_changes=max_changes)
    assert kapso.writes() == []
    result = operator.run(configs, max_changes=max_changes)

    for told in (predicted, result):
        assert not told["warnings"]
        assert bool(told.get("failed")) is not passes
        assert changed(told) == (ids if passes else [])
        assert told["changed"] is (passes and number > 0)
    if passes:
        assert len(kapso.writes()) == number
        return
    assert (kapso.writes(), kapso.configs()) == ([], before)
    assert (
        f"{number} of {total} would change, and max_changes allows {str(max_changes).replace(' ', '')}"
        in (result["msg"])
    )
    assert "nothing was written" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("not_sent", 0)
    assert (failed(result), held_back(result)) == ([], ids)
    assert [bool(entry["changes"]) for entry in result["results"]] == [True] * number + [False] * (total - number)
    assert (result["summary"]["not_attempted"], result["summary"]["unchanged"]) == (number, total - number)


def test_max_changes_counts_only_named_objects(kapso: Emulator, operator: Runner) -> None:
    ids, configs = differing(kapso, 10, 20)

    assert operator.run(configs, max_changes="50%", only=ids[:4])["failed"]
    assert kapso.writes() == []
    assert changed(operator.run(configs, max_changes="4", only=ids[:4])) == ids[:4]


@pytest.mark.parametrize("max_changes", ["", "many", "-1", "1.5", "5 %%", "%", "1e3", "٣"])
def test_invalid_values_of_max_changes_are_refused(kapso: Emulator, operator: Runner, max_changes: str) -> None:
    _ids, configs = differing(kapso, 1, 1)

    result = operator.run(configs, max_changes=max_changes)

    assert result["msg"].startswith(("max_changes must be", "max_changes is empty"))
    assert kapso.journal() == []


def test_only_acts_on_those_it_names(kapso: Emulator, operator: Runner) -> None:
    ids, configs = differing(kapso, 300, 300)

    result = operator.run(configs, only=[ids[250], ids[3]])

    # In the order of configs, without the others.
    assert [entry["config_id"] for entry in result["results"]] == changed(result) == [ids[3], ids[250]]
    assert result["summary"]["total"] == 2
    assert operator.counts() == {"lists": 1, "reads": 1, "writes": 2}


def test_only_names_one_at_least(kapso: Emulator, operator: Runner) -> None:
    _ids, configs = differing(kapso, 2, 2)

    assert operator.run(configs, only=[])["msg"].startswith("only is empty")
    assert kapso.journal() == []


def test_only_must_name_an_entry_of_configs(kapso: Emulator, operator: Runner) -> None:
    ids, configs = differing(kapso, 2, 2)

    for name, said in ((NO_ID, NO_ID), ("canary-put-there-by-mistake", "item 2")):
        result = operator.run(configs, only=[ids[0], name])

        assert result["msg"] == f"only: {said} names no entry of the lists; nothing was written"
        assert kapso.writes() == []


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(lambda ids: [*each(ids, name="A"), *each(ids[1:2], name="B")], id="twice"),
        pytest.param(lambda ids: [*each(ids, name="A"), *each(ids[1:2], name="A")], id="twice the same"),
        pytest.param(lambda ids: each([*ids, *ids], name="A"), id="all twice"),
        pytest.param(lambda ids: each([ids[0], ids[0].upper()], name="A"), id="once in upper case"),
    ],
)
def test_an_id_may_stand_in_configs_once(kapso: Emulator, operator: Runner, entries: Any) -> None:
    ids = kapso.add_many(3)

    result = operator.run(entries(ids), only=ids[:1])

    assert "more than once" in result["msg"]
    assert kapso.journal() == []


def test_by_default_all_that_can_be_done_is_done(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(6, name="Shop")
    kapso.fault(method="PATCH", path=ids[4], status=422, count=1)
    configs = each([ids[0], NO_ID, *ids[1:]], name="New")

    result = operator.run(configs)

    assert failed(result) == [NO_ID, ids[4]]
    assert changed(result) == [config_id for config_id in ids if config_id != ids[4]]  # a rejected write is no change
    counts = {"created": 0, "changed": 5, "deleted": 0, "unchanged": 0, "failed": 2, "not_attempted": 0}
    assert result["summary"]["resources"] == {"configs": {"total": 7, **counts}}
    assert counts.items() <= result["summary"].items()
    assert result["changed"]
    assert result["failed"]
    number = (kapso.get(ids[4]) or {})["phone_number_id"]
    named = f'"New" ({NO_ID}) and "Shop" ({number})'
    assert f"2 of 7 failed ({named}), first cause: Kapso has no such" in result["msg"]
    assert "; 5 changed, 0 unchanged; " in result["msg"]
    assert result["error"]["status"] == 404
    assert [config["name"] for config in kapso.configs()] == ["New"] * 4 + ["Shop", "New"]

    second = operator.run(configs)
    assert (changed(second), failed(second)) == ([ids[4]], [NO_ID])


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("on_error", ["stop", None])
def test_an_error_while_planning_writes_nothing_and_shows_the_plan(
    kapso: Emulator, operator: Runner, check: bool, on_error: str | None
) -> None:
    ids = kapso.add_many(6, name="Shop")

    result = operator.run(each([*ids, NO_ID], name="New"), check=check, on_error=on_error)

    assert kapso.writes() == []
    assert not result["changed"]
    assert (failed(result), held_back(result)) == ([NO_ID], ids)
    named = f'WhatsApp configuration "New" ({NO_ID})'
    assert result["msg"].startswith(f"1 of 7 could not be planned, {named}: Kapso has no such")
    assert "6 not attempted" in result["msg"]
    assert "nothing was written" in result["msg"]
    assert all(entry["changes"][0]["after"] == "New" for entry in result["results"][:-1])
    assert result["error"]["status"] == 404


def test_stop_at_a_write_that_fails_writes_nothing_more(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(30, name="Shop")
    kapso.fault(method="PATCH", after=7, status=422, count=1)

    result = operator.run(each(ids, name="New"), on_error="stop", concurrency=3)

    writes = kapso.writes()
    assert 8 <= len(writes) <= 8 + 2  # open requests cannot be stopped
    done = [entry.path.rsplit("/", 1)[-1] for entry in writes if entry.status == 200]
    assert sorted(changed(result)) == sorted(done)
    assert set(failed(result)) == set(ids) - set(done)
    assert f"{len(done)} changed" in result["msg"]
    assert "the next run continues from here" in result["msg"]

    again = operator.run(each(ids, name="New"), on_error="stop")
    assert set(changed(again)) == set(ids) - set(done)


@pytest.mark.parametrize("on_error", ["continue", "stop"])
@pytest.mark.parametrize("status", [401, 402, 403])
def test_an_error_that_all_requests_would_get_stops_the_run(
    kapso: Emulator, operator: Runner, status: int, on_error: str
) -> None:
    ids = kapso.add_many(40, name="Shop")
    kapso.fault(method="PATCH", after=5, status=status)

    result = operator.run(each(ids, name="New"), on_error=on_error, concurrency=2)

    assert len(kapso.writes()) <= 5 + 2
    assert result["error"]["status"] == status
    assert len(failed(result)) == 35
    assert "5 changed" in result["msg"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_costs_one_request(kapso: Emulator, operator: Runner, status: int) -> None:
    kapso.fault(status=status)

    result = operator.run(each(kapso.add_many(300), name="New"))

    assert kapso.short() == "GET"
    assert (result["changed"], len(failed(result))) == (False, 300)


def test_a_server_that_is_unreachable_ends_the_run(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(50, name="Shop")
    kapso.fault(after=1 + 10, drop="before")

    result = operator.run(each(ids, name="New"), concurrency=2)

    assert len(changed(result)) <= 10 + 2  # writes without an answer may have taken effect
    assert len(failed(result)) == 40
    assert len(kapso.journal()) <= 1 + 10 + 5 + 2  # five lost connections in a row, and those of the other thread
    assert "the run was stopped" in result["msg"]


def test_deletions_come_last_and_not_after_a_stop(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(10, name="Shop")
    configs = [{"config_id": config_id, "state": "absent"} for config_id in ids[:5]]
    kapso.fault(method="PATCH", path=ids[9], status=422, count=1)

    result = operator.run([*configs, *each(ids[5:], name="New")], on_error="stop")

    assert {entry.method for entry in kapso.writes()} == {"PATCH"}
    assert set(ids[:5]) <= set(failed(result))
    operator.run([*configs, *each(ids[5:], name="New")], on_error="stop")
    assert [config["id"] for config in kapso.configs()] == ids[5:]


def test_an_object_that_is_already_deleted_is_not_counted_as_not_attempted(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(3, name="Shop")

    result = operator.run([{"config_id": NO_ID, "state": "absent"}, *each(ids, name="New")], max_changes="0")

    assert held_back(result) == ids
