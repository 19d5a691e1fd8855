# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for fields that the server does not show: sent by what the receipt says and what the task wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import ADOPTED, SEND_WRITE_ONLY

from tests.support.simulation import Controller, Server

TOKEN = {"access_token": "EXAMPLE-token-1"}
ROTATED = {"access_token": "EXAMPLE-token-2"}
VERIFY = {"webhook_verify_token": "EXAMPLE-verify-1"}
URL = {"webhook_destination_url": "https://hooks.example.org/1"}
HIDDEN = TOKEN | VERIFY | URL


def hiding(**options: Any) -> Controller:
    """A controller of a server that leaves all three out."""
    return Controller(Server({"name": "Reception"}, omits=tuple(HIDDEN), **options))


def never_sent(_controller: Controller) -> None:
    """Nothing came before."""


def sent(controller: Controller) -> None:
    """The value was sent, and nothing happened since."""
    controller.run(TOKEN)


def rotated(controller: Controller) -> None:
    """Another value was sent."""
    controller.run(ROTATED)


def edited(controller: Controller) -> None:
    """The value was sent, and then somebody edited the object."""
    controller.run(TOKEN)
    controller.server.edit(access_token="EXAMPLE-foreign")


def rotated_and_edited(controller: Controller) -> None:
    """Another value was sent, and then somebody edited the object."""
    controller.run(ROTATED)
    controller.server.edit(access_token="EXAMPLE-foreign")


# What each policy does about a hidden field in each situation, and what the run after it does.
RULES = [
    ("when_changed", never_sent, "no_receipt", None),
    ("when_changed", sent, None, None),
    ("when_changed", rotated, "value_changed", None),
    ("when_changed", edited, "modified_at_server", None),
    ("when_changed", rotated_and_edited, "value_changed", None),
    ("when_value_changed", never_sent, "no_receipt", None),
    ("when_value_changed", sent, None, None),
    ("when_value_changed", rotated, "value_changed", None),
    ("when_value_changed", edited, None, None),
    ("when_value_changed", rotated_and_edited, "value_changed", None),
    *(("always", history, "always", "always") for history in (never_sent, sent, rotated, edited, rotated_and_edited)),
    *(("never", history, None, None) for history in (never_sent, sent, rotated, edited, rotated_and_edited)),
    *(("adopt", history, None, None) for history in (never_sent, sent, rotated, edited, rotated_and_edited)),
]


@pytest.mark.parametrize(
    ("send_write_only", "history", "reason", "next_reason"),
    [pytest.param(*rule, id=f"{rule[0]}-{rule[1].__name__}") for rule in RULES],
)
def test_a_hidden_field_is_sent_for_the_reason_that_its_policy_knows(
    send_write_only: str, history: Callable[[Controller], None], reason: str | None, next_reason: str | None
) -> None:
    controller = hiding()
    history(controller)
    already = len(controller.server.writes)
    for expected in (reason, next_reason):
        run = controller.run(TOKEN, send_write_only)
        assert run.sent == ({} if expected is None else {"access_token": expected})
        assert [(change.action, change.before) for change in run.plan.changes] == [("send", None)] * len(run.sent)
    assert controller.server.writes[already:] == [TOKEN] * sum(r is not None for r in (reason, next_reason))


def test_the_rules_cover_every_policy() -> None:
    assert {rule[0] for rule in RULES} == set(SEND_WRITE_ONLY)


@pytest.mark.parametrize(("omits", "nulls"), [(True, False), (False, True)], ids=["absent", "null"])
@pytest.mark.parametrize("name", HIDDEN)
def test_a_field_that_may_be_hidden_is_so_when_absent_and_when_null(name: str, omits: bool, nulls: bool) -> None:
    controller = Controller(Server({name: "anything"}, omits=(name,) * omits, nulls=(name,) * nulls))
    assert controller.run({name: HIDDEN[name]}).sent == {name: "no_receipt"}
    assert controller.run({name: HIDDEN[name]}).sent == {}


@pytest.mark.parametrize(
    "name", ["name", "phone_number_id", "business_account_id", "inbound_processing_enabled", "calls_enabled"]
)
def test_a_field_that_this_server_does_not_show_is_treated_as_hidden_and_said_to_be_unconfirmed(name: str) -> None:
    value = True if name.endswith("_enabled") else "5"
    controller = Controller(Server({name: None}, omits=(name,)))
    said = (f"this server does not confirm {name}: it is treated as a field that cannot be read back",)
    assert (controller.run({name: value}).sent, controller.run({name: value}).sent) == ({name: "no_receipt"}, {})
    assert controller.run({name: value}).warnings == said
    assert controller.run({name: value}, "never").warnings == said
    assert controller.run({}).warnings == ()


def test_a_hidden_field_that_is_not_declared_is_not_sent_under_any_policy() -> None:
    for send_write_only in SEND_WRITE_ONLY:
        assert hiding().run({"access_token": None, "name": "Reception"}, send_write_only).sent == {}


def test_a_server_that_begins_to_show_a_field_is_believed() -> None:
    controller = hiding()
    controller.run(URL)
    controller.server.omits = ()
    assert controller.run(URL).sent == {}
    controller.server.edit(webhook_destination_url="https://hooks.example.org/other")
    assert controller.run(URL).sent == {"webhook_destination_url": "drifted"}


def test_a_server_that_ceases_to_show_a_field_is_sent_what_nobody_ever_sent() -> None:
    controller = Controller(Server(dict(URL)))
    assert controller.run(URL).sent == {}
    controller.server.omits = tuple(URL)
    assert controller.run(URL).sent == {"webhook_destination_url": "no_receipt"}
    assert controller.run(URL).sent == {}


def test_a_secret_that_the_server_shows_as_declared_is_not_sent_whatever_that_stood_for_before() -> None:
    controller = Controller(Server({"access_token": ""}, form=str.strip))
    controller.run({"access_token": " EXAMPLE-token-1 "})
    assert controller.run({"access_token": " EXAMPLE-token-1 "}).sent == {}
    assert controller.run(TOKEN).sent == {}


# Validity is of each field.


def test_a_rotated_token_is_sent_alone_and_the_others_stay_good() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    assert controller.run(HIDDEN | ROTATED).sent == {"access_token": "value_changed"}
    assert controller.run(HIDDEN | ROTATED).sent == {}


def test_a_readable_update_leaves_good_receipts_good() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    assert controller.run(HIDDEN | {"name": "Kitchen"}).sent == {"name": "differs"}
    assert controller.run(HIDDEN | {"name": "Kitchen"}).sent == {}


def test_sending_one_field_does_not_vouch_for_another_that_was_overtaken() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    controller.server.edit(webhook_verify_token="EXAMPLE-foreign")
    assert controller.run(ROTATED).sent == {"access_token": "value_changed"}
    assert controller.run(HIDDEN | ROTATED).sent == dict.fromkeys(VERIFY | URL, "modified_at_server")
    assert controller.server.state["webhook_verify_token"] == VERIFY["webhook_verify_token"]
    assert controller.run(HIDDEN | ROTATED).sent == {}


def test_a_readable_update_does_not_vouch_for_a_field_that_was_overtaken() -> None:
    controller = hiding()
    controller.run(TOKEN)
    controller.server.edit(access_token="EXAMPLE-foreign")
    assert controller.run({"name": "Kitchen"}).sent == {"name": "differs"}
    assert controller.run(TOKEN).sent == {"access_token": "modified_at_server"}
    assert controller.run(TOKEN).sent == {}


def test_a_run_that_holds_back_does_not_vouch_for_a_field_that_was_overtaken() -> None:
    controller = hiding()
    controller.run(TOKEN)
    controller.server.edit(access_token="EXAMPLE-foreign")
    assert controller.run(TOKEN | {"name": "Kitchen"}, "never").sent == {"name": "differs"}
    assert controller.run(TOKEN).sent == {"access_token": "modified_at_server"}


def test_a_field_declared_for_the_first_time_is_sent_alone() -> None:
    controller = hiding()
    controller.run(TOKEN)
    assert controller.run(TOKEN | VERIFY).sent == {"webhook_verify_token": "no_receipt"}
    assert controller.run(TOKEN | VERIFY).sent == {}


def test_a_field_that_was_left_out_for_a_while_is_still_known() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    controller.run(ROTATED)
    assert controller.run(HIDDEN | ROTATED).sent == {}


def test_a_value_sent_for_one_field_is_not_known_for_another() -> None:
    controller = hiding()
    controller.run({"access_token": "EXAMPLE-same"})
    assert controller.run({"webhook_verify_token": "EXAMPLE-same"}).sent == {"webhook_verify_token": "no_receipt"}


def test_a_value_is_sent_again_when_it_comes_back() -> None:
    controller = hiding()
    for declared in (TOKEN, ROTATED, TOKEN):
        controller.run(declared)
    assert controller.server.writes == [TOKEN, ROTATED, TOKEN]


def test_what_was_forgotten_is_sent_again_and_the_rest_stays_known() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    controller.stored = controller.receipt.without(TOKEN).dump()
    assert controller.run(HIDDEN).sent == {"access_token": "no_receipt"}
    assert controller.run(HIDDEN).sent == {}


def test_always_sends_all_declared_hidden_fields_and_no_readable_one_that_agrees() -> None:
    controller = hiding()
    assert controller.run(HIDDEN | {"name": "Reception"}, "always").sent == dict.fromkeys(HIDDEN, "always")
    assert controller.run(TOKEN).sent == {}


# Adopt and never.


def test_what_was_adopted_is_known_to_the_next_ordinary_run() -> None:
    controller = hiding()
    run = controller.run(HIDDEN, "adopt")
    assert run.sent == {}
    assert run.warnings == (ADOPTED.format("access_token, webhook_verify_token, webhook_destination_url"),)
    assert controller.run(HIDDEN).sent == {}
    assert controller.run(HIDDEN | ROTATED).sent == {"access_token": "value_changed"}
    controller.server.edit(name="Reception")
    assert set(controller.run(HIDDEN | ROTATED).sent.values()) == {"modified_at_server"}


def test_adopting_together_with_a_readable_update_is_known_to_the_next_run() -> None:
    controller = hiding()
    assert controller.run(TOKEN | {"name": "Kitchen"}, "adopt").sent == {"name": "differs"}
    assert controller.run(TOKEN | {"name": "Kitchen"}).sent == {}


def test_adopting_takes_what_is_declared_for_what_was_sent_before() -> None:
    controller = hiding()
    controller.run(ROTATED)
    controller.run(TOKEN, "adopt")
    assert controller.run(TOKEN).sent == {}
    assert controller.run(ROTATED).sent == {"access_token": "value_changed"}


def test_adopting_says_nothing_where_all_is_shown() -> None:
    controller = Controller(Server(TOKEN | {"name": "Reception"}))
    assert controller.run(TOKEN, "adopt").warnings == ()
    assert controller.receipt.entries == {}


def test_never_leaves_no_trace_in_the_receipt() -> None:
    controller = hiding()
    controller.run(HIDDEN, "never")
    assert controller.receipt.entries == {}
    assert controller.run(HIDDEN).sent == dict.fromkeys(HIDDEN, "no_receipt")
