# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a configuration with customer and number: it is found at any place of the list, and never confused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.examples import NUMBER
from tests.support.race_hooks import after_reading
from tests.support.runner import Runner, actions, assert_repeats


@pytest.mark.parametrize("api_version", ["omits", "nulls", "echoes"])
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_it_is_found_on_the_last_of_several_pages(kapso: Emulator, owner: Runner, api_version: str, order: str) -> None:
    kapso.settings(api_version=api_version, list_order=order)
    kapso.add_many(125, customer_id=owner.customer_id)
    config_id = owner.add(name="Another name")
    kapso.add_many(125, customer_id=owner.customer_id)

    dry = owner.dry_run()
    assert owner.wire == "LIST LIST LIST"
    real = owner.run()
    assert owner.wire == "LIST LIST LIST PATCH"

    assert_repeats(real, dry)
    assert real["data"]["id"] == config_id
    assert "create" not in {action for action, _reason in actions(real)}
    assert len(owner.objects()) == 251
    assert not owner.run()["changed"]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("shift", ["miss", "repeat", "add"])
def test_it_is_found_while_rows_move_between_the_pages(kapso: Emulator, owner: Runner, shift: str, order: str) -> None:
    kapso.add_many(250, customer_id=owner.customer_id, phone_number_id="3000000{n}")
    kapso.settings(list_shift=shift, list_order=order)
    # The objects at the end of a page of a hundred and at the start of the next.
    for number in (50, 51, 52, 100, 101, 102, 150, 151, 152, 200, 201, 202):
        result = owner.dry_run(phone_number_id=f"3000000{number}")
        found = kapso.get(result["config_id"])
        assert found is not None
        assert found["phone_number_id"] == f"3000000{number}"


def test_one_that_a_deletion_moved_to_a_page_already_read_is_found(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.add()
    others = kapso.add_many(100, customer_id=owner.customer_id)
    # The list is newest first: the object is first on page 2, and last on page 1 after a deletion.
    with after_reading(lambda: kapso.remove(others[0])):
        result = owner.run()
    assert result["data"]["id"] == config_id
    assert owner.wire == "LIST LIST LIST PATCH"


def test_several_objects_of_one_number_are_an_error_that_names_them(kapso: Emulator, owner: Runner) -> None:
    ids = [owner.add(), owner.add()]
    for state in ("present", "absent"):
        result = owner.run(state=state)
        assert result["failed"]
        assert not result["changed"]
        assert all(config_id in result["msg"] for config_id in ids)
        assert "config_id" in result["msg"]
        assert result["error"]["outcome"] == "not_sent"
        assert kapso.writes() == []
    assert len(owner.objects()) == 2


def test_the_same_number_of_another_customer_is_another_object(kapso: Emulator, owner: Runner) -> None:
    kapso.settings(unique_numbers=False)
    other = kapso.add(phone_number_id=NUMBER, customer_id=kapso.add_customer())
    before = kapso.get(other)
    result = owner.run()
    assert actions(result) == {("create", "not_found")}
    assert result["data"]["id"] != other
    assert kapso.get(other) == before


def test_a_row_without_a_customer_belongs_to_the_customer_of_its_list(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.add()
    kapso.settings(omit_fields=["customer_id"])
    assert owner.run()["data"]["id"] == config_id
    assert kapso.short() == "GET PATCH"


def test_a_row_without_a_declared_field_is_read_again(kapso: Emulator, owner: Runner) -> None:
    owner.add(name="Example clinic", calls_enabled=True)
    kapso.settings(list_omits=["calls_enabled"])
    result = owner.run(calls_enabled=True, access_token=None, webhook_verify_token=None, webhook_destination_url=None)
    assert (result["changed"], owner.wire) == (False, "LIST GET")  # an existing object needs no further fields
    result = owner.run(calls_enabled=True)
    assert owner.wire == "LIST GET PATCH"
    assert "calls_enabled" not in {change["field"] for change in result["changes"]}


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "odd",
    [
        {"omit": ["phone_number_id"]},
        {"merge": {"phone_number_id": int(NUMBER)}},
        {"merge": {"phone_number_id": [NUMBER]}},
        {"merge": {"customer_id": 7}},
    ],
)
def test_a_row_without_a_number_may_be_the_object_so_nothing_is_sent(
    kapso: Emulator, owner: Runner, odd: dict[str, Any], state: str
) -> None:
    kapso.settings(unique_numbers=False)  # otherwise the server would reject the second number
    config_id = owner.add()
    kapso.fault(**odd, method="GET")
    result = owner.run(state=state)
    assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, False, "not_sent")
    assert config_id in result["msg"]
    assert kapso.short() == "GET"


def test_an_unknown_customer_is_an_error(kapso: Emulator, owner: Runner) -> None:
    result = owner.run(customer_id="7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22")
    assert result["failed"]
    assert result["error"]["status"] == 404
    assert "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22" in result["msg"]
    assert kapso.short() == "GET GET"  # the second read verifies the base URL
