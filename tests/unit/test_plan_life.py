# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for an object as a whole: made, deleted, and what is settled once it is there."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import (
    SEND_WRITE_ONLY,
    Plan,
    make_plan,
    plan_creation,
    plan_deletion,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

from tests.support.simulation import ID, Controller, Server, seal

NOTHING = Receipt(seal())
WHOLE: dict[str, Any] = {
    "name": "Reception",
    "phone_number_id": "100000000000001",
    "business_account_id": "200000000000001",
    "access_token": "EXAMPLE-token-1",
    "calls_enabled": False,
    "kind": "production",
}


def test_a_creation_carries_all_that_is_declared_in_the_tables_order_and_nothing_else() -> None:
    plan = plan_creation(WHATSAPP_CONFIG, {**dict(reversed(WHOLE.items())), "webhook_verify_token": None}, NOTHING)
    assert plan.action == "create"
    assert list(plan.values.items()) == list(WHOLE.items())
    assert {(change.action, change.reason, change.before) for change in plan.changes} == {("create", "not_found", None)}
    assert not plan.resent
    assert plan.receipt is NOTHING
    assert (plan.hidden, plan.warnings, plan.look_again, plan.fixed) == (frozenset(), (), False, ())


def test_a_plan_is_to_do_nothing_unless_something_is_said() -> None:
    plan = Plan(NOTHING)
    assert (plan.changes, plan.action, plan.values, plan.resent) == ((), None, {}, False)


def test_a_deletion_names_the_object_and_carries_nothing() -> None:
    plan = plan_deletion(WHATSAPP_CONFIG, ID, NOTHING)
    (change,) = plan.changes
    assert (change.field.name, change.action, change.reason) == ("id", "delete", "state_absent")
    assert (change.before, change.after) == (ID, None)
    assert plan.action == "delete"
    assert plan.receipt is NOTHING


@pytest.mark.parametrize(
    ("declared", "action"),
    [
        ({"name": "Reception"}, None),
        ({"name": "Kitchen"}, "update"),
        ({"webhook_verify_token": "EXAMPLE-verify-1"}, "update"),
        ({}, None),
    ],
)
def test_what_is_done_to_an_object_that_is_there_is_an_update_or_nothing(
    declared: dict[str, Any], action: str | None
) -> None:
    assert make_plan(WHATSAPP_CONFIG, declared, WHOLE, NOTHING, "when_changed").action == action


@pytest.mark.parametrize("send_write_only", SEND_WRITE_ONLY)
@pytest.mark.parametrize(
    ("shown", "fixed"),
    [
        pytest.param({"kind": "production"}, [], id="as declared"),
        pytest.param({"kind": "sandbox"}, [("kind", "sandbox", "production")], id="otherwise"),
        pytest.param({"kind": None}, [], id="null"),
        pytest.param({}, [], id="absent"),
    ],
)
def test_what_is_settled_at_creation_is_never_sent_and_only_missed_where_it_is_shown_otherwise(
    shown: dict[str, Any], fixed: list[tuple[str, str, str]], send_write_only: str
) -> None:
    plan = make_plan(WHATSAPP_CONFIG, {"kind": "production"}, shown, NOTHING, send_write_only)
    assert [(change.field.name, change.before, change.after) for change in plan.fixed] == fixed
    assert {(change.action, change.reason) for change in plan.fixed} <= {("update", "differs")}
    assert (plan.changes, plan.hidden, plan.warnings) == ((), frozenset(), ())


def test_an_object_that_was_made_is_converged_by_the_next_run() -> None:
    plan = plan_creation(WHATSAPP_CONFIG, WHOLE, NOTHING)
    server = Server(omits=("access_token",))
    created = server.write(plan.values)
    controller = Controller(server, NOTHING.recorded(plan.values, {}, created).dump())
    assert controller.run(WHOLE).sent == {}
    assert controller.run({**WHOLE, "access_token": "EXAMPLE-token-2"}).sent == {"access_token": "value_changed"}


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, ["name", "phone_number_id", "business_account_id", "access_token"]),
        ({"kind": "production", "name": "x"}, ["phone_number_id", "business_account_id", "access_token"]),
        ({"kind": "sandbox"}, ["name"]),
        ({"kind": "sandbox", "name": ""}, []),
        (WHOLE, []),
        ({**WHOLE, "access_token": None}, ["access_token"]),
    ],
)
def test_what_the_api_is_known_to_demand_of_a_new_object_is_missed(values: dict[str, Any], missing: list[str]) -> None:
    assert WHATSAPP_CONFIG.missing_at_creation(values) == missing
