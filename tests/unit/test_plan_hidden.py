# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan for write-only fields, which depends on the receipt and on `send_write_only`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import ADOPTED, SEND_WRITE_ONLY

from tests.support.simulation import Controller, Server, Step, edit, holds, rests, runs, sends, server, tell

TOKEN = {"access_token": "EXAMPLE-token-1"}
ROTATED = {"access_token": "EXAMPLE-token-2"}
VERIFY = {"webhook_verify_token": "EXAMPLE-verify-1"}
URL = {"webhook_destination_url": "https://hooks.example.org/1"}
HIDDEN = TOKEN | VERIFY | URL
KITCHEN = {"name": "Kitchen"}
FOREIGN = edit(access_token="EXAMPLE-foreign")


def hiding(**options: Any) -> Controller:
    """Return a controller whose server returns none of the three write-only fields."""
    return Controller(Server({"name": "Reception"}, omits=tuple(HIDDEN), **options))


# The steps before: this value, another one or none was sent, then the object was edited or not.
HISTORY: dict[str, tuple[Step, ...]] = {
    "never sent": (),
    "sent": (runs(TOKEN),),
    "rotated": (runs(ROTATED),),
    "edited": (runs(TOKEN), FOREIGN),
    "rotated and edited": (runs(ROTATED), FOREIGN),
}
# The reason for which each policy sends a write-only field in each situation, and in the next run.
RULES = [
    ("when_changed", "never sent", "no_receipt", None),
    ("when_changed", "sent", None, None),
    ("when_changed", "rotated", "value_changed", None),
    ("when_changed", "edited", "modified_at_server", None),
    ("when_changed", "rotated and edited", "value_changed", None),
    ("when_value_changed", "never sent", "no_receipt", None),
    ("when_value_changed", "sent", None, None),
    ("when_value_changed", "rotated", "value_changed", None),
    ("when_value_changed", "edited", None, None),
    ("when_value_changed", "rotated and edited", "value_changed", None),
    *(("always", history, "always", "always") for history in HISTORY),
    *(("never", history, None, None) for history in HISTORY),
    *(("adopt", history, None, None) for history in HISTORY),
]


@pytest.mark.parametrize(
    ("send_write_only", "history", "reason", "next_reason"),
    RULES,
)
def test_each_policy_sends_a_write_only_field_for_its_reasons(
    send_write_only: str, history: str, reason: str | None, next_reason: str | None
) -> None:
    controller = hiding()
    tell(controller, *HISTORY[history])
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
def test_a_field_that_the_server_does_not_return_is_write_only_and_unconfirmed(name: str) -> None:
    value = True if name.endswith("_enabled") else "5"
    controller = Controller(Server({name: None}, omits=(name,)))
    said = (f"this server does not return {name}: the task treats it as a write-only field",)
    assert (controller.run({name: value}).sent, controller.run({name: value}).sent) == ({name: "no_receipt"}, {})
    assert controller.run({name: value}).warnings == said
    assert controller.run({name: value}, "never").warnings == said
    assert controller.run({}).warnings == ()


def test_a_hidden_field_that_is_not_declared_is_not_sent_under_any_policy() -> None:
    for send_write_only in SEND_WRITE_ONLY:
        assert hiding().run({"name": "Reception"}, send_write_only).sent == {}


STORIES = {
    "a server that begins to show a field is believed": (
        runs(URL),
        server(omits=()),
        rests(URL),
        edit(webhook_destination_url="https://hooks.example.org/other"),
        sends(URL, "drifted"),
    ),
    "a server that ceases to show a field is sent what nobody ever sent": (
        server(state=dict(URL), omits=()),
        rests(URL),
        server(omits=tuple(URL)),
        sends(URL, "no_receipt"),
        rests(URL),
    ),
    "a rotated token is sent alone and the others stay good": (
        runs(HIDDEN),
        sends(HIDDEN | ROTATED, "value_changed", "access_token"),
        rests(HIDDEN | ROTATED),
    ),
    "a readable update leaves good receipts good": (
        runs(HIDDEN),
        sends(HIDDEN | KITCHEN, "differs", "name"),
        rests(HIDDEN | KITCHEN),
    ),
    "sending one field does not vouch for another that was overtaken": (
        runs(HIDDEN),
        edit(webhook_verify_token="EXAMPLE-foreign"),
        sends(ROTATED, "value_changed"),
        sends(HIDDEN | ROTATED, "modified_at_server", *VERIFY, *URL),
        holds(**VERIFY),
        rests(HIDDEN | ROTATED),
    ),
    "a readable update does not vouch for a field that was overtaken": (
        runs(TOKEN),
        FOREIGN,
        sends(KITCHEN, "differs"),
        sends(TOKEN, "modified_at_server"),
        rests(TOKEN),
    ),
    "a run that holds back does not vouch for a field that was overtaken": (
        runs(TOKEN),
        FOREIGN,
        sends(TOKEN | KITCHEN, "differs", "name", by="never"),
        sends(TOKEN, "modified_at_server"),
    ),
    "a field declared for the first time is sent alone": (
        runs(TOKEN),
        sends(TOKEN | VERIFY, "no_receipt", *VERIFY),
        rests(TOKEN | VERIFY),
    ),
    "a field that was left out for a while is still known": (runs(HIDDEN), runs(ROTATED), rests(HIDDEN | ROTATED)),
    "a value sent for one field is not known for another": (
        runs({"access_token": "EXAMPLE-same"}),
        sends({"webhook_verify_token": "EXAMPLE-same"}, "no_receipt"),
    ),
    "a value is sent again when it comes back": (
        runs(TOKEN),
        sends(ROTATED, "value_changed"),
        sends(TOKEN, "value_changed"),
        holds(**TOKEN),
    ),
    "always sends all declared write-only fields and no readable one that agrees": (
        sends(HIDDEN | {"name": "Reception"}, "always", *HIDDEN, by="always"),
        rests(TOKEN),
    ),
    "what was adopted is known to the next ordinary run": (
        rests(HIDDEN, "adopt", says=[ADOPTED.format("access_token, webhook_verify_token, webhook_destination_url")]),
        rests(HIDDEN),
        sends(HIDDEN | ROTATED, "value_changed", "access_token"),
        edit(name="Reception"),
        sends(HIDDEN | ROTATED, "modified_at_server"),
    ),
    "adopting together with a readable update is known to the next run": (
        sends(TOKEN | KITCHEN, "differs", "name", by="adopt", says=[ADOPTED.format("access_token")]),
        rests(TOKEN | KITCHEN),
    ),
    "adopting takes what is declared for what was sent before": (
        runs(ROTATED),
        runs(TOKEN, "adopt"),
        rests(TOKEN),
        sends(ROTATED, "value_changed"),
    ),
    "never leaves no trace in the receipt": (rests(HIDDEN, "never"), sends(HIDDEN, "no_receipt")),
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_story(steps: Sequence[Step]) -> None:
    tell(hiding(), *steps)


def test_a_secret_that_the_server_returns_as_declared_is_never_sent() -> None:
    blank = {"access_token": " EXAMPLE-token-1 "}
    tell(Controller(Server({"access_token": ""}, form=str.strip)), runs(blank), rests(blank), rests(TOKEN))


def test_a_field_without_a_receipt_is_sent_again_and_others_are_not() -> None:
    controller = hiding()
    controller.run(HIDDEN)
    controller.stored = controller.receipt.without(TOKEN).dump()
    tell(controller, sends(HIDDEN, "no_receipt", "access_token"), rests(HIDDEN))


def test_adopting_has_no_warning_if_all_fields_are_readable() -> None:
    controller = Controller(Server(TOKEN | {"name": "Reception"}))
    tell(controller, rests(TOKEN, "adopt"))
    assert controller.receipt.entries == {}
