# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan for readable fields, and for an object as a whole."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import (
    HOLD_BACK,
    SEND_WRITE_ONLY,
    Change,
    Plan,
    WrongType,
    make_plan,
    plan_creation,
    plan_deletion,
    renewed,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.verify import verify
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support.simulation import ID, Controller, Server, edit, instant, rests, runs, sends, server, signer, tell

ONE: dict[str, Any] = {
    "name": "Reception",
    "phone_number_id": "100000000000001",
    "business_account_id": "200000000000001",
    "access_token": "EXAMPLE-token-1",
    "webhook_verify_token": "EXAMPLE-verify-1",
    "webhook_destination_url": "https://hooks.example.org/1",
    "inbound_processing_enabled": True,
    "calls_enabled": False,
}
OTHER: dict[str, Any] = {
    name: not value if isinstance(value, bool) else value[:-1] + "9" for name, value in ONE.items()
}
EVERY = tuple(ONE)
NOTHING = Receipt(signer())
FIELDS = tuple(field for field in WHATSAPP_CONFIG.writable if field.name in ONE)
TEXTS = tuple(field.name for field in FIELDS if field.type == "str")
BOOLS = tuple(field.name for field in FIELDS if field.type == "bool")
ALWAYS_SHOWN = tuple(field.name for field in FIELDS if not field.write_only)


def test_these_tests_cover_every_field_that_can_be_changed() -> None:
    assert tuple(field.name for field in WHATSAPP_CONFIG.writable if field.name != "kind") == EVERY


@pytest.mark.parametrize("send_write_only", SEND_WRITE_ONLY)
@pytest.mark.parametrize("name", EVERY)
def test_a_field_that_is_shown_as_declared_is_left_alone(name: str, send_write_only: str) -> None:
    tell(Controller(Server(dict(ONE))), *(rests({name: ONE[name]}, send_write_only),) * 2)


@pytest.mark.parametrize("name", EVERY)
def test_a_field_that_is_shown_with_another_value_is_updated_once(name: str) -> None:
    controller = Controller(Server(dict(OTHER)))
    run = controller.run({name: ONE[name]})
    (change,) = run.plan.changes
    assert (change.field.name, change.action, change.reason) == (name, "update", "differs")
    assert (change.before, change.after) == (OTHER[name], ONE[name])
    assert controller.server.writes == [{name: ONE[name]}]
    assert controller.run({name: ONE[name]}).sent == {}


@pytest.mark.parametrize("name", ALWAYS_SHOWN)
def test_a_field_that_the_server_shows_as_null_is_updated_once(name: str) -> None:
    declared = {name: ONE[name]}
    tell(Controller(Server({**ONE, name: None})), sends(declared, "differs"), rests(declared))


@pytest.mark.parametrize("shown", [pytest.param("other", id="shown"), pytest.param("null"), pytest.param("absent")])
@pytest.mark.parametrize("name", EVERY)
def test_undeclared_fields_are_not_managed(name: str, shown: str) -> None:
    state = {key: value for key, value in ONE.items() if key != name}
    state |= {"other": {name: OTHER[name]}, "null": {name: None}, "absent": {}}[shown]
    run = Controller(Server(state)).run({}, "always")
    assert (run.sent, run.warnings) == ({}, ())


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [
        *(pytest.param(name, 5, f"{name} is a number instead of a string", id=name) for name in TEXTS),
        *(
            pytest.param(name, "true", f"{name} is a string instead of a boolean", id=f"{name} a text")
            for name in BOOLS
        ),
        pytest.param("calls_enabled", 0, "calls_enabled is a number instead of a boolean", id="0 is not false"),
        pytest.param("name", True, "name is a boolean instead of a string", id="a boolean"),
        pytest.param("name", 1.5, "name is a number instead of a string", id="a fraction"),
        pytest.param("name", ["Reception"], "name is a list instead of a string", id="a list"),
        pytest.param("name", {"text": "Reception"}, "name is an object instead of a string", id="an object"),
    ],
)
def test_a_declared_field_of_a_wrong_type_is_an_error_that_names_it_without_its_value(
    name: str, wrong: Any, sentence: str
) -> None:
    with pytest.raises(ApiError, match="the answer to GET has a wrong type") as caught:
        Controller(Server({**ONE, name: wrong})).run({name: ONE[name]})
    assert caught.value.facts.message == sentence


def test_a_wrong_type_in_an_undeclared_field_is_ignored() -> None:
    assert Controller(Server({**ONE, "name": 5})).run({"calls_enabled": False}).sent == {}


def test_a_wrong_type_in_the_answer_to_a_write_is_an_error() -> None:
    before = {**ONE, "name": "Old"}
    plan = make_plan(WHATSAPP_CONFIG, {"name": "Reception"}, before, NOTHING, "when_changed")
    with pytest.raises(WrongType, match="name is a list instead of a string"):
        verify(plan, before, {**before, "name": ["Reception"]})


def test_one_write_has_all_differences_in_the_tables_order() -> None:
    controller = Controller(Server({**ONE, "calls_enabled": True, "name": "Old", "phone_number_id": None}))
    run = controller.run(dict(reversed(ONE.items())))
    assert list(run.sent) == ["name", "phone_number_id", "calls_enabled"]
    assert controller.server.writes == [{name: ONE[name] for name in ("name", "phone_number_id", "calls_enabled")}]


def test_unknown_and_read_only_names_are_never_sent() -> None:
    declared = {"name": "Reception", "id": "another", "kind": "sandbox", "updated_at": "never", "colour": "red"}
    assert Controller(Server(dict(ONE))).run(declared).sent == {}


@pytest.mark.parametrize("send_write_only", SEND_WRITE_ONLY)
@pytest.mark.parametrize("name", ["Reception", ""], ids=["a text", "an empty text is one, too"])
def test_readable_fields_are_updated_whatever_is_to_happen_to_hidden_ones(name: str, send_write_only: str) -> None:
    declared = {"name": name}
    controller = Controller(Server({**ONE, "name": "Old"}))
    tell(controller, sends(declared, "differs", by=send_write_only), rests(declared, send_write_only))


@pytest.mark.parametrize("send_write_only", HOLD_BACK)
@pytest.mark.parametrize("name", WHATSAPP_CONFIG.secrets)
def test_a_returned_secret_that_differs_is_not_sent_with_never(name: str, send_write_only: str) -> None:
    controller = Controller(Server(dict(OTHER)))
    run = controller.run({name: ONE[name]}, send_write_only)
    assert run.sent == {}
    assert run.warnings[0] == (
        f"Kapso shows another {name} than the declared one, or masks it; `{send_write_only}` does not send it"
    )


@pytest.mark.parametrize("send_write_only", HOLD_BACK)
def test_a_url_that_is_shown_otherwise_is_no_secret_to_hold_back(send_write_only: str) -> None:
    declared = {"webhook_destination_url": ONE["webhook_destination_url"]}
    assert Controller(Server(dict(OTHER))).run(declared, send_write_only).sent == {"webhook_destination_url": "differs"}


# The reason of a difference.


@pytest.mark.parametrize(
    ("applied", "shown", "declared", "reason"),
    [
        pytest.param(None, "Old", "New", "differs", id="nobody knows"),
        pytest.param("Old", "Old", "New", "declared", id="the playbook"),
        pytest.param("Old", "Edited", "Old", "drifted", id="somebody at the server"),
        pytest.param("Old", "Edited", "New", "both", id="both"),
        pytest.param("Old", None, "Old", "drifted", id="somebody who emptied it"),
    ],
)
@pytest.mark.parametrize("by_sending", [True, False], ids=["after it was sent", "after it was seen"])
def test_an_update_has_the_reason_of_the_difference(
    applied: str | None, shown: str | None, declared: str, reason: str, by_sending: bool
) -> None:
    controller = Controller(Server({"name": "Before" if by_sending else applied, "calls_enabled": False}))
    if applied is not None:
        controller.run({"name": applied, "calls_enabled": True})
    controller.server.edit(name=shown)
    assert controller.run({"name": declared}).sent == {"name": reason}
    assert controller.run({"name": declared}).sent == {}


def test_a_readable_field_as_declared_is_recorded_if_there_is_a_receipt() -> None:
    controller = Controller(Server({"name": "Reception", "calls_enabled": False}))
    controller.run({"name": "Reception"})
    assert controller.receipt.entries == {}
    controller.run({"name": "Reception", "calls_enabled": True})
    assert set(controller.receipt.entries) == {"name", "calls_enabled"}
    stored = controller.stored
    controller.run({"name": "Reception", "calls_enabled": True})
    assert controller.stored == stored


def test_an_old_read_does_not_prove_the_value_of_a_write_only_field() -> None:
    declared = {"webhook_verify_token": "EXAMPLE-verify-1"}
    tell(
        Controller(Server({**declared, "calls_enabled": False})),
        runs({**declared, "calls_enabled": True}),
        edit(webhook_verify_token="EXAMPLE-foreign"),
        server(omits=tuple(declared)),
        sends(declared, "modified_at_server"),
        rests(declared),
    )


# An object as a whole: creation, deletion, and fields that a creation alone can set.

WHOLE = {name: value for name, value in ONE.items() if not name.startswith(("webhook", "inbound"))} | {
    "kind": "production"
}


def test_a_creation_has_the_declared_fields_in_the_tables_order() -> None:
    plan = plan_creation(WHATSAPP_CONFIG, dict(reversed(WHOLE.items())), NOTHING)
    assert plan.action == "create"
    assert list(plan.values.items()) == list(WHOLE.items())
    assert {(change.action, change.reason, change.before) for change in plan.changes} == {("create", "not_found", None)}
    assert not plan.last_write_was_resend
    assert plan.receipt is NOTHING
    assert (plan.not_shown, plan.warnings, plan.look_again, plan.immutable_changes) == (frozenset(), (), False, ())


@pytest.mark.parametrize(
    ("shown", "sentence"),
    [
        (["a", 5], "labels has an element that is not a string"),
        ("a", "labels is a string instead of a list"),
        ({"a": 1}, "labels is an object instead of a list"),
    ],
)
def test_a_wrong_type_of_a_list_or_an_element_is_an_error(shown: Any, sentence: str) -> None:
    resource = replace(WHATSAPP_CONFIG, fields=(*WHATSAPP_CONFIG.fields, Field("labels", "list")))
    with pytest.raises(WrongType, match=f"^{sentence}$"):
        make_plan(resource, {"labels": ["a"]}, {"labels": shown}, NOTHING, "when_changed")


def test_a_time_to_set_is_sent_with_the_differences_and_is_not_verified() -> None:
    later, until = replace(FIELDS[1], name="later"), replace(FIELDS[1], name="until")
    resource = replace(WHATSAPP_CONFIG, fields=(*WHATSAPP_CONFIG.fields, later, until))
    before = {"name": "Old", "until": instant(0)}
    plan = make_plan(resource, {"name": "New"}, before, NOTHING, "when_changed")

    both = renewed(resource, plan, before, {"until": instant(60)})

    name, time = both.changes
    assert ((name,), both.warnings, both.receipt) == (plan.changes, plan.warnings, plan.receipt)
    assert time == Change(until, "update", "ends_soon", instant(0), instant(60), at_apply=True)
    assert name.at_apply is False
    verdict = verify(replace(both, changes=(time, name)), before, before)
    assert [field.name for field in verdict.ignored] == ["name"]


@pytest.mark.parametrize("at_apply", [False, True])
def test_a_time_is_at_the_server_in_whatever_spelling(at_apply: bool) -> None:
    change = Change(FIELDS[0], "update", "ends_soon", None, "2026-01-02T03:04:05Z", at_apply)
    assert change.is_at("2026-01-02T03:04:05Z")
    assert change.is_at("2026-01-02T04:04:05.000+01:00") is at_apply
    assert not change.is_at("2026-01-02T03:04:06Z")
    assert not change.is_at(None)


def test_an_empty_plan_does_nothing() -> None:
    plan = Plan(NOTHING)
    assert (plan.changes, plan.action, plan.values, plan.last_write_was_resend) == ((), None, {}, False)
    assert (plan.note, plan.creates) == ("", False)


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
def test_the_action_for_an_existing_object_is_update_or_none(declared: dict[str, Any], action: str | None) -> None:
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
def test_a_field_of_creations_is_never_updated_and_only_reported_if_it_differs(
    shown: dict[str, Any], fixed: list[tuple[str, str, str]], send_write_only: str
) -> None:
    plan = make_plan(WHATSAPP_CONFIG, {"kind": "production"}, shown, NOTHING, send_write_only)
    assert [(change.field.name, change.before, change.after) for change in plan.immutable_changes] == fixed
    assert {(change.action, change.reason) for change in plan.immutable_changes} <= {("update", "differs")}
    assert (plan.changes, plan.not_shown, plan.warnings) == ((), frozenset(), ())


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
def test_missing_fields_that_the_api_requires_for_a_creation_are_reported(
    values: dict[str, Any], missing: list[str]
) -> None:
    assert WHATSAPP_CONFIG.missing_at_creation(values) == missing
