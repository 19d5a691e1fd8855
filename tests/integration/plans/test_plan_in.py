# SPDX-License-Identifier: GPL-3.0-or-later
"""Test `plan_in`: the run sends exactly the planned writes, or none."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.files import plan_files

from tests.emulator import Emulator
from tests.support.plans import Planner, as_sent, in_order
from tests.support.race_hooks import in_seconds
from tests.support.runner import changed, failed

CLINIC = {
    "name": "Clinic",
    "phone_number_id": "700000000000007",
    "business_account_id": "200000000000001",
    "access_token": "canary-clinic",
}


def with_creation(planner: Planner) -> str:
    """Declare an object that does not exist; return the ID of its customer."""
    customer = planner.kapso.add_customer()
    planner.configs = [*planner.configs, {"customer_id": customer, "fields": CLINIC}]
    return customer


def ids(planner: Planner) -> list[str]:
    return [config["config_id"] for config in planner.configs if "config_id" in config]


def redeclare(planner: Planner, number: int, **fields: object) -> None:
    """Change the declaration of one object."""
    configs = [dict(config) for config in planner.configs]
    configs[number]["fields"] = {**configs[number].get("fields", {}), **fields}
    planner.configs = configs


def forget(planner: Planner) -> None:
    for file in planner.receipts.glob("*"):
        file.unlink()


# The writes


def test_exactly_the_plan_is_sent(planner: Planner) -> None:
    customer = with_creation(planner)
    first, second, third = ids(planner)
    planned = planner.plan()

    result = planner.apply()

    assert not result.get("failed"), result
    assert planner.written() == in_order(
        [
            ("PATCH", first, as_sent({"name": "Front desk", "access_token": "canary-access"})),
            ("PATCH", second, {"name": "Back office"}),
            ("DELETE", third, {}),
            ("POST", customer, as_sent(CLINIC)),
        ]
    )
    assert planned["diff"] == result["diff"]
    assert not planner.run(planner.configs[:2])["changed"]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("a pipe", "it is not a regular file"),
        ("a device", "it is not a regular file"),
        ("a directory", "it is not a regular file"),
        ("too large", "is too large for a plan"),
    ],
)
def test_a_path_that_can_be_no_plan_is_refused_without_a_wait(planner: Planner, kind: str, why: str) -> None:
    if kind == "a pipe":
        os.mkfifo(planner.file)
    elif kind == "a device":
        planner.file.symlink_to("/dev/zero")
    elif kind == "a directory":
        planner.file.mkdir()
    else:
        with planner.file.open("wb") as file:
            file.truncate(plan_files.LARGEST + 1)  # a sparse file
    with in_seconds():
        result = planner.apply()
    assert why in result["msg"]
    assert planner.kapso.journal() == []


def test_a_plan_is_applied_once(planner: Planner) -> None:
    planner.plan()
    planner.apply()

    planner.assert_refused(
        planner.apply(), "is updated in the plan, but would not be now", "is deleted in the plan, but would not be now"
    )


def test_check_mode_compares(planner: Planner) -> None:
    planned = planner.plan()

    result = planner.apply(check=True)
    assert (result["changed"], result["diff"]) == (True, planned["diff"])
    assert planner.kapso.writes() == []

    redeclare(planner, 1, name="Workshop")
    planner.assert_refused(planner.apply(check=True), "name would be sent with another value")


# Events that break a plan


CHANGES: dict[str, tuple[Callable[[Planner], object], str]] = {
    "another value declared": (
        lambda planner: redeclare(planner, 1, name="Workshop"),
        "{1}: name would be sent with another value",
    ),
    "another secret": (
        lambda planner: redeclare(planner, 0, access_token="canary-other"),
        "{0}: access_token would be sent with another value",
    ),
    "a further field": (
        lambda planner: redeclare(planner, 1, calls_enabled=True),
        "{1}: calls_enabled would be sent, but is not in the plan",
    ),
    "a field less": (
        lambda planner: redeclare(planner, 0, access_token=None),
        "{0}: access_token is in the plan, but would not be sent",
    ),
    "an entry less": (
        lambda planner: setattr(planner, "configs", planner.configs[:2]),
        "{2}: is deleted in the plan, but would not be now",
    ),
    "an entry more": (
        lambda planner: setattr(
            planner,
            "configs",
            [*planner.configs, {"config_id": planner.kapso.add(), "fields": {"name": "New"}}],
        ),
        "would be updated, but is not in the plan",
    ),
    "no deletion any more": (
        lambda planner: setattr(
            planner, "configs", [*planner.configs[:2], {"config_id": ids(planner)[2], "fields": {"name": "Stays"}}]
        ),
        "{2}: is deleted in the plan, but would be updated now",
    ),
    "only some": (
        lambda planner: planner.options.update(only=ids(planner)[:2]),
        "{2}: is deleted in the plan, but would not be now",
    ),
    "set at the server by hand": (
        lambda planner: planner.kapso.edit(ids(planner)[1], name="Back office"),
        "{1}: is updated in the plan, but would not be now",
    ),
    "one of two fields set by hand": (
        lambda planner: planner.kapso.edit(ids(planner)[0], name="Front desk"),
        "{0}: name is in the plan, but would not be sent",
    ),
    "deleted by hand": (
        lambda planner: planner.kapso.remove(ids(planner)[2]),
        "{2}: is deleted in the plan, but would not be now",
    ),
    "an object to be changed is gone": (
        lambda planner: planner.kapso.remove(ids(planner)[1]),
        "{1}: is updated in the plan, but would not be now, because",
    ),
    "write-only fields held back": (
        lambda planner: planner.options.update(send_write_only="never"),
        "{0}: access_token is in the plan, but would not be sent",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_of_the_planned_writes_is_refused_before_the_first_write(planner: Planner, what: str) -> None:
    addressed = ids(planner)
    planner.plan()
    change, said = CHANGES[what]

    change(planner)

    planner.assert_refused(planner.apply(), said.format(*addressed))


def test_a_lost_receipt_adds_writes_and_breaks_the_plan(planner: Planner) -> None:
    planner.run(planner.configs[:2])
    redeclare(planner, 0, name="Reception")
    planner.plan()

    forget(planner)

    planner.assert_refused(planner.apply(), "access_token would be sent, but is not in the plan")


def test_an_edit_of_another_field_adds_writes_and_breaks_the_plan(planner: Planner) -> None:
    planner.run(planner.configs[:2])
    redeclare(planner, 0, name="Reception")
    planner.plan()

    planner.time.sleep(3600)
    planner.kapso.edit(ids(planner)[0], calls_enabled=True)

    planner.assert_refused(planner.apply(), "access_token would be sent, but is not in the plan")
    assert planner.apply(send_write_only="when_value_changed")["changed"]


def test_an_object_that_exists_by_now_is_not_created(planner: Planner) -> None:
    customer = with_creation(planner)
    planner.plan()

    planner.kapso.add(customer_id=customer, **{**CLINIC, "name": "By hand"})

    planner.assert_refused(planner.apply(), "is created in the plan, but would be updated now")


def test_another_object_with_the_same_number_is_another_object(planner: Planner) -> None:
    customer = with_creation(planner)
    old = planner.kapso.add(customer_id=customer, **{**CLINIC, "name": "Old"})
    planner.plan()

    planner.kapso.remove(old)
    new = planner.kapso.add(customer_id=customer, **{**CLINIC, "name": "Old"})

    planner.assert_refused(planner.apply(), f"is {old} in the plan, but {new} now")


def test_the_message_names_three_differences_and_the_error_all(planner: Planner) -> None:
    created = planner.kapso.add_many(5, name="Shop")
    planner.plan()
    more = [{"config_id": config_id, "fields": {"name": "New"}} for config_id in created]

    result = planner.apply([*planner.configs, *more])

    planner.assert_refused(result, ", and 2 more")
    assert all(config_id in result["error"]["message"] for config_id in created)


# Events that do not


def test_the_order_of_entries_is_free(planner: Planner) -> None:
    planner.plan()

    assert not planner.apply(planner.configs[::-1]).get("failed")


def test_a_readable_value_that_moved_but_still_differs_is_overwritten_as_planned(planner: Planner) -> None:
    planner.plan()
    planner.time.sleep(3600)
    planner.kapso.edit(ids(planner)[1], name="By hand")

    result = planner.apply()

    assert not result.get("failed")
    assert planner.kapso.configs()[1]["name"] == "Back office"


def test_an_unplanned_object_that_cannot_be_read_fails_alone(planner: Planner) -> None:
    bystander = planner.kapso.add(name="Bystander")
    planner.configs = [*planner.configs, {"config_id": bystander, "fields": {"name": "Bystander"}}]
    planner.plan()
    planner.kapso.remove(bystander)

    result = planner.apply()

    assert failed(result) == [bystander]
    assert sorted(changed(result)) == sorted(ids(planner)[:3])


@pytest.mark.parametrize("way", ["when_changed", "when_value_changed", "always"])
def test_the_reason_of_a_write_is_not_a_part_of_the_plan(planner: Planner, way: str) -> None:
    planner.plan()

    assert not planner.apply(send_write_only=way).get("failed")


# Events during the run


def test_a_server_that_demands_more_is_not_given_more_than_the_plan(kapso: Emulator, planner: Planner) -> None:
    numbers: dict[str, Any] = {"phone_number_id": "100000000000009", "business_account_id": "200000000000001"}
    kapso.edit(ids(planner)[0], **numbers)
    planner.configs = [{"config_id": ids(planner)[0], "fields": {**numbers, "access_token": "canary-access"}}]
    planner.run(planner.configs)
    redeclare(planner, 0, name="Reception")
    kapso.settings(demand_meta_fields=True)
    planner.plan()

    result = planner.apply()

    assert [entry.sent for entry in kapso.writes()] == [{"name": "Reception"}]
    assert result["error"]["status"] == 422
    assert (
        "plan again: this server requires phone_number_id, business_account_id, access_token with every change"
        in result["msg"]
    )

    planner.file.unlink()
    planner.plan()
    assert not planner.apply().get("failed")
    assert [set(entry.sent) for entry in kapso.writes()] == [{"name", "access_token", *numbers}]


def test_an_apply_that_was_cut_short_is_planned_again(kapso: Emulator, planner: Planner) -> None:
    planner.plan()
    kapso.fault(method="PATCH", path=ids(planner)[1], status=401)

    assert planner.apply(concurrency=1)["failed"]
    kapso.clear_faults()

    planner.assert_refused(planner.apply(), f"{ids(planner)[0]}: is updated in the plan, but would not be now")
    planner.file.unlink()
    planner.plan()
    assert {entry["id"] for entry in planner.document["objects"].values()} == set(ids(planner)[1:])
    assert not planner.apply().get("failed")
