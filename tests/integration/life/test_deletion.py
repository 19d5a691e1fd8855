# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the deletion of a configuration, with its receipt and alias."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.emulator.journal import digest
from tests.support.examples import DECLARED, HIDDEN
from tests.support.race_hooks import after_reading
from tests.support.results import sides
from tests.support.runner import Runner, assert_repeats

BY_ID, BY_NUMBER = "by id", "by number"
ANY_ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"


def address(owner: Runner, how: str, config_id: str) -> dict[str, Any]:
    """Return the options that name the object and declare it absent."""
    named = {"customer_id": owner.customer_id} if how == BY_NUMBER else {"customer_id": None, "config_id": config_id}
    fields = {name: None for name in DECLARED if name != "phone_number_id" or how == BY_ID}
    return {"state": "absent", **named, **fields}


both_addresses = pytest.mark.parametrize("how", [BY_ID, BY_NUMBER])


@both_addresses
@pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
def test_it_is_deleted_once_with_its_receipt_and_alias(
    kapso: Emulator, owner: Runner, how: str, api_version: str
) -> None:
    kapso.settings(api_version=api_version)
    others = kapso.add_many(3, customer_id=owner.customer_id)
    config_id = owner.run()["config_id"]
    absent = address(owner, how, config_id)
    read = {BY_ID: "GET", BY_NUMBER: "LIST"}[how]

    dry = owner.dry_run(**absent)
    assert owner.wire == read
    assert config_id in owner.kept_receipts()
    real = owner.run(**absent)
    assert owner.wire == f"{read} DELETE"
    assert_repeats(real, dry)
    assert kapso.writes()[0].path == f"/api/v1/whatsapp_configs/{config_id}"
    assert (real["changed"], real["data"]) == (True, {})
    (change,) = real["changes"]
    assert change == {
        "field": "id",
        "action": "delete",
        "reason": "state_absent",
        "before": config_id,
        "after": None,
    }
    assert [config["id"] for config in owner.objects()] == others
    assert owner.kept_receipts() == {}
    assert how == BY_ID or owner.stored() == []  # for a number the alias is removed, too

    again = [owner.dry_run(**absent), owner.run(**absent)]
    for result in again:
        assert (result["changed"], result["changes"], result["data"]) == (False, [], {})
        assert sides(result) == ({}, {})
    assert owner.wire == read


def test_the_diff_shows_the_deleted_object_with_secrets_masked(kapso: Emulator, owner: Runner) -> None:
    kapso.settings(api_version="echoes")
    config_id = owner.add(webhook_verify_token="canary-echoed")
    before, after = sides(owner.dry_run(**address(owner, BY_ID, config_id)))
    assert after == {}
    assert before["name"] == DECLARED["name"]
    assert before["webhook_verify_token"] == "(sensitive)"
    assert "access_token" not in before


def test_the_receipt_of_an_object_that_was_deleted_at_kapso_is_removed(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.run()["config_id"]
    kapso.remove(config_id)
    dry = owner.dry_run(**address(owner, BY_NUMBER, config_id))
    assert len(owner.stored()) == 2
    real = owner.run(**address(owner, BY_NUMBER, config_id))
    assert (dry["changed"], real["changed"]) == (False, False)
    assert owner.stored() == []


@both_addresses
def test_a_new_object_gets_all_write_only_fields(kapso: Emulator, owner: Runner, how: str) -> None:
    first = owner.run()["config_id"]
    owner.run(**address(owner, how, first))
    second = owner.run()["config_id"]
    assert second != first
    assert {name: kapso.writes()[0].sent[name] for name in HIDDEN} == {
        name: digest(DECLARED[name]) if "token" in name else DECLARED[name] for name in HIDDEN
    }
    assert list(owner.kept_receipts()) == [second]
    assert owner.kept_aliases() == [second]


@pytest.mark.parametrize("config_id", [ANY_ID, "no-uuid", "a/b?c=d"])
@pytest.mark.parametrize("status", [404, 400])
def test_absent_succeeds_for_an_object_that_never_existed(
    kapso: Emulator, owner: Runner, config_id: str, status: int
) -> None:
    kapso.settings(odd_id_status=status)
    for check, wire in ((True, "GET GET"), (False, "GET")):  # the second read verifies the base URL, once
        result = owner.run(check=check, **address(owner, BY_ID, config_id))
        assert "failed" not in result
        assert (result["changed"], result["changes"]) == (False, [])
        assert owner.wire == wire


def test_a_base_url_that_has_returned_an_object_is_trusted_for_others(owner: Runner) -> None:
    owner.run(customer_id=None, config_id=owner.add())
    assert owner.run(**address(owner, BY_ID, ANY_ID))["changed"] is False
    assert owner.wire == "GET"


def test_objects_of_a_deleted_customer_do_not_exist(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.run()["config_id"]
    kapso.remove(owner.customer_id)
    assert owner.objects() == []
    result = owner.run(**address(owner, BY_NUMBER, config_id))
    assert "failed" not in result
    assert not result["changed"]
    assert owner.wire == "LIST"
    assert owner.stored() == []


def test_an_object_of_another_project_is_not_deleted(kapso: Emulator, owner: Runner) -> None:
    kapso.settings(keys={kapso.key: "project-1", "EXAMPLE-other-key": "project-2"})
    config_id = owner.add()
    result = owner.run(api_key="EXAMPLE-other-key", **address(owner, BY_ID, config_id))
    assert not result["changed"]
    assert kapso.writes() == []
    assert kapso.get(config_id) is not None


@pytest.mark.parametrize("status", [404, 400])
def test_an_object_that_is_deleted_between_read_and_delete_is_a_success(
    kapso: Emulator, owner: Runner, status: int
) -> None:
    kapso.settings(odd_id_status=status)
    config_id = owner.add(id="no-uuid")
    with after_reading(lambda: kapso.remove(config_id)):
        result = owner.run(**address(owner, BY_ID, config_id))
    assert "failed" not in result
    assert (result["changed"], result["data"]) == (True, {})
    assert owner.wire == {404: "GET DELETE", 400: "GET DELETE GET"}[status]


@pytest.mark.parametrize("status", [404, 400])
def test_a_deletion_without_an_answer_is_a_success_if_the_object_does_not_exist(
    kapso: Emulator, owner: Runner, status: int
) -> None:
    kapso.settings(odd_id_status=status)
    config_id = owner.add(id="no-uuid")
    kapso.fault(method="DELETE", drop="after")
    result = owner.run(**address(owner, BY_ID, config_id))
    assert ("failed" in result, result["changed"], owner.wire) == (False, True, "GET DELETE GET")


def test_a_deletion_that_gets_lost_is_repeated_as_often_as_any_request(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.add()
    kapso.fault(method="DELETE", drop="before")
    result = owner.run(**address(owner, BY_ID, config_id), retries=1)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert (owner.wire, result["error"]["attempts"]) == ("GET DELETE GET DELETE GET", 2)
    assert "was lost before an answer came" in result["msg"]


@pytest.mark.parametrize("status", [400, 401])
def test_a_deletion_whose_effect_cannot_be_read_is_unknown(kapso: Emulator, owner: Runner, status: int) -> None:
    config_id = owner.run()["config_id"]
    kapso.fault(method="DELETE", drop="after")
    kapso.fault(method="GET", after=1, status=status)
    result = owner.run(**address(owner, BY_ID, config_id))
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "unknown")
    assert "reading the object again failed" in result["msg"]

    kapso.clear_faults()
    result = owner.run(**address(owner, BY_ID, config_id))
    assert not result["changed"]
    assert owner.kept_receipts() == {}


@both_addresses
@pytest.mark.parametrize("status", [400, 401, 403, 409, 422])
def test_a_deletion_that_is_refused_leaves_everything_as_it_was(
    kapso: Emulator, owner: Runner, how: str, status: int
) -> None:
    config_id = owner.run()["config_id"]
    kapso.fault(method="DELETE", status=status)
    result = owner.run(**address(owner, how, config_id))
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "rejected")
    read = {BY_ID: "GET", BY_NUMBER: "LIST"}[how]
    assert owner.wire == (f"{read} DELETE GET" if status == 400 else f"{read} DELETE")
    assert result["data"]["id"] == config_id
    assert owner.kept_aliases() == [config_id]
    assert config_id in owner.kept_receipts()
