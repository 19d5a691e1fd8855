# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan and `updated_at`: a person's edit is undone; a server that moves it by itself is left in peace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils.plan import AFTERMATH, RESTLESS, TOUCHED, make_plan
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

from tests.support.simulation import Controller, Server, instant, seal

TOKEN = {"access_token": "EXAMPLE-token-1"}
ROTATED = {"access_token": "EXAMPLE-token-2"}
VERIFY = {"webhook_verify_token": "EXAMPLE-verify-1"}
BOTH = TOKEN | VERIFY
OVERTAKEN = {"access_token": "modified_at_server"}
MADE_RESTLESS = 3  # runs until a restless server is known to be one


def hiding(**behaviour: Any) -> Controller:
    """A controller of a server that hides both tokens and behaves like that."""
    return Controller(Server({"name": "Reception"}, omits=tuple(BOTH), **behaviour))


@pytest.mark.parametrize(
    ("then", "now", "moved"),
    [
        pytest.param("2026-01-01T00:00:05Z", "2026-01-01T00:00:05Z", False, id="the same text"),
        pytest.param("2026-01-01T00:00:05Z", "2026-01-01T00:00:05.900Z", False, id="equal at the coarser precision"),
        pytest.param("2026-01-01T00:00:05.900Z", "2026-01-01T00:00:05Z", False, id="coarser now than then"),
        pytest.param("2026-01-01T00:00:05.100Z", "2026-01-01T00:00:05.101Z", True, id="a millisecond later"),
        pytest.param("2026-01-01T00:00:05.999Z", "2026-01-01T00:00:06Z", True, id="the next second"),
        pytest.param("2026-01-01T02:00:05+02:00", "2026-01-01T00:00:05Z", False, id="another zone"),
        pytest.param("2026-01-01T00:00:05Z", "2026-01-01T00:00:04Z", True, id="earlier than it was"),
        pytest.param("2026-01-01T00:00:05Z", None, False, id="none now"),
        pytest.param(None, "2026-01-01T00:00:05Z", True, id="none then"),
        pytest.param("2026-01-01T00:00:05Z", "yesterday", False, id="no instant now"),
        pytest.param("2026-01-01T00:00:05Z", 1767225605, False, id="a number now"),
    ],
)
def test_an_object_was_modified_if_its_instant_is_known_to_be_another(then: object, now: object, moved: bool) -> None:
    receipt = Receipt(seal()).recorded(TOKEN, {}, {"updated_at": then})
    plan = make_plan(WHATSAPP_CONFIG, TOKEN, {"updated_at": now}, receipt, "when_changed")
    assert [change.reason for change in plan.changes] == (["modified_at_server"] if moved else [])


def test_a_server_without_instants_is_judged_by_value() -> None:
    controller = hiding(timeless=True)
    controller.run(TOKEN)
    controller.server.edit(access_token="EXAMPLE-foreign")
    assert controller.run(TOKEN).sent == {}
    assert controller.run(ROTATED).sent == {"access_token": "value_changed"}


def test_each_edit_by_a_person_is_undone_however_often() -> None:
    controller = hiding()
    controller.run(TOKEN)
    for _time in range(5):
        controller.server.edit(access_token="EXAMPLE-foreign")
        controller.server.now += AFTERMATH
        run = controller.run(TOKEN)
        assert (run.sent, run.warnings) == (OVERTAKEN, ())
        assert controller.run(TOKEN).sent == {}


# A restless server: updated_at moves at every reading.


def restless() -> Controller:
    """A controller that has just found out that its server is restless."""
    controller = hiding(restless=True)
    runs = [controller.run(BOTH) for _time in range(MADE_RESTLESS)]
    reasons = [dict.fromkeys(BOTH, reason) for reason in ("no_receipt", "modified_at_server")]
    assert [run.sent for run in runs] == [*reasons, {}]
    assert runs[-1].warnings == (RESTLESS,)
    return controller


def test_to_a_restless_server_hidden_fields_are_sent_once_more_and_then_no_longer() -> None:
    controller = restless()
    for _time in range(3):
        run = controller.run(BOTH)
        assert (run.sent, run.warnings) == ({}, (RESTLESS,))


def test_a_restless_server_still_gets_what_changed_and_no_more() -> None:
    controller = restless()
    assert controller.run(BOTH | ROTATED).sent == {"access_token": "value_changed"}
    assert controller.run(BOTH | ROTATED).sent == {}
    assert controller.run(BOTH | ROTATED | {"name": "Kitchen"}).sent == {"name": "differs"}
    assert controller.run(BOTH | ROTATED | {"name": "Kitchen"}).sent == {}


def test_when_value_changed_settles_it_without_a_word() -> None:
    controller = restless()
    run = controller.run(BOTH, "when_value_changed")
    assert (run.sent, run.warnings) == ({}, ())


@pytest.mark.parametrize("more", [0, 1, 3])
def test_a_server_that_held_still_once_is_trusted_again(more: int) -> None:
    controller = restless()
    for _time in range(more):
        controller.run(BOTH)
    controller.server.restless = False
    run = controller.run(BOTH)
    assert (run.sent, run.warnings) == ({}, ())
    controller.server.edit(access_token="EXAMPLE-foreign")
    assert controller.run(BOTH).sent == dict.fromkeys(BOTH, "modified_at_server")
    assert controller.server.state["access_token"] == TOKEN["access_token"]
    assert controller.run(BOTH).sent == {}


def test_a_server_that_held_still_since_a_write_is_trusted_again() -> None:
    controller = restless()
    controller.run(BOTH | ROTATED)
    controller.server.restless = False
    assert controller.run(BOTH | ROTATED).sent == {}
    controller.server.edit(access_token="EXAMPLE-foreign")
    run = controller.run(BOTH | ROTATED)
    assert (run.sent, run.warnings) == (dict.fromkeys(BOTH, "modified_at_server"), ())


def test_what_was_overtaken_before_the_last_write_is_not_covered_by_the_calm() -> None:
    controller = hiding(restless=True)
    controller.run(BOTH)
    assert controller.run(TOKEN).sent == OVERTAKEN
    controller.server.edit(webhook_verify_token="EXAMPLE-foreign")
    assert controller.run(TOKEN).warnings == (RESTLESS,)
    assert controller.run(BOTH).sent == {"webhook_verify_token": "modified_at_server"}
    assert controller.server.state["webhook_verify_token"] == VERIFY["webhook_verify_token"]
    assert [controller.run(BOTH).sent for _time in range(3)] == [{}, {}, {}]


def test_two_playbooks_that_share_an_object_come_to_rest_on_a_restless_server() -> None:
    controller = hiding(restless=True)
    runs = [controller.run(declared).sent for declared in (TOKEN, VERIFY) * 6]
    assert runs[-6:] == [{}] * 6


def test_a_restless_server_that_stops_telling_the_time_is_judged_by_value() -> None:
    controller = restless()
    controller.server.timeless = True
    assert controller.run(BOTH).sent == {}
    controller.server.timeless = False
    assert controller.run(BOTH).warnings == (RESTLESS,)


# A server that touches the object a little after each write.


def test_a_server_that_touches_the_object_after_each_write_is_sent_it_once_more_and_then_no_longer() -> None:
    controller = hiding(touches_after=AFTERMATH)
    assert controller.run(BOTH).sent == dict.fromkeys(BOTH, "no_receipt")
    assert controller.run(BOTH).sent == dict.fromkeys(BOTH, "modified_at_server")
    run = controller.run(BOTH)
    assert (run.sent, run.warnings) == ({}, (TOUCHED,))
    run = controller.run(BOTH)
    assert (run.sent, run.warnings) == ({}, ())


def test_a_later_movement_is_a_persons_edit() -> None:
    controller = hiding(touches_after=AFTERMATH + 1)
    controller.run(TOKEN)
    assert controller.run(TOKEN).sent == OVERTAKEN
    run = controller.run(TOKEN)
    assert (run.sent, run.warnings) == (OVERTAKEN, ())


def test_an_instant_that_went_back_is_not_the_servers_doing_after_a_write() -> None:
    controller = hiding(touches_after=-30)
    controller.run(TOKEN)
    assert controller.run(TOKEN).sent == OVERTAKEN
    assert controller.run(TOKEN).sent == OVERTAKEN


def test_after_that_an_edit_is_undone_again() -> None:
    controller = hiding(touches_after=AFTERMATH)
    for _time in range(3):
        controller.run(TOKEN)
    controller.server.edit(access_token="EXAMPLE-foreign")
    assert controller.run(TOKEN).sent == OVERTAKEN
    assert controller.server.state == {"name": "Reception"} | TOKEN


def test_what_was_overtaken_before_the_last_write_is_not_covered_by_the_aftermath() -> None:
    controller = hiding(touches_after=AFTERMATH)
    controller.run(BOTH)
    assert controller.run(TOKEN).sent == OVERTAKEN
    controller.server.state["webhook_verify_token"] = "EXAMPLE-foreign"
    assert controller.run(BOTH).sent == {"webhook_verify_token": "modified_at_server"}
    assert controller.server.state["webhook_verify_token"] == VERIFY["webhook_verify_token"]


@pytest.mark.parametrize(
    "behaviour", [{"restless": True}, {"touches_after": AFTERMATH}], ids=lambda one: next(iter(one))
)
def test_a_server_that_wants_more_with_every_write_comes_to_rest_just_the_same(behaviour: dict[str, Any]) -> None:
    ids = {"phone_number_id": "100000000000001", "business_account_id": "200000000000001"}
    controller = hiding(demanding=True, **behaviour)
    controller.server.state.update(ids)
    runs = [controller.run(BOTH | ids).sent for _time in range(6)]
    assert runs[1].items() >= OVERTAKEN.items()
    assert runs[2:] == [{}] * 4


def test_what_is_said_of_such_servers_names_the_way_out() -> None:
    for said in (RESTLESS, TOUCHED):
        assert "`send_write_only: when_value_changed`" in said


# The second look.


def written_again(at: float) -> Receipt:
    """The receipt of a token that was sent again at that moment, for `modified_at_server` alone."""
    return Receipt(seal()).recorded(TOKEN, {}, {"updated_at": instant(at)}, resent=True)


def test_a_second_look_is_asked_for_only_after_a_write_that_was_in_vain() -> None:
    later = {"updated_at": instant(3600)}
    asks = make_plan(WHATSAPP_CONFIG, TOKEN, later, written_again(0), "when_changed")
    assert asks.look_again
    for receipt, send_write_only, declared in (
        (replace(written_again(0), resent=False), "when_changed", TOKEN),
        (written_again(3600), "when_changed", TOKEN),
        (written_again(0), "when_value_changed", TOKEN),
        (written_again(0), "always", TOKEN),
        (written_again(0), "never", TOKEN),
        (written_again(0), "when_changed", ROTATED),
        (written_again(0), "when_changed", VERIFY),
    ):
        assert not make_plan(WHATSAPP_CONFIG, declared, later, receipt, send_write_only).look_again


@pytest.mark.parametrize(
    ("first", "second", "reasons", "restless"),
    [
        pytest.param(3600, 3600, ["modified_at_server"], None, id="still: a person's edit, sent"),
        pytest.param(3600, 3601, [], instant(3601), id="moving: the server's doing, not sent"),
        pytest.param(60, 60, [], None, id="still, and a minute after the write at most: not sent"),
        pytest.param(1, 1, [], None, id="still, and a second after the write: not sent"),
        pytest.param(61, 61, ["modified_at_server"], None, id="still, and later than that: sent"),
        pytest.param(
            AFTERMATH, AFTERMATH + 1, [], instant(AFTERMATH + 1), id="soon after the write, and moving: not sent"
        ),
        pytest.param(3600, None, ["modified_at_server"], None, id="the second has no instant: sent"),
    ],
)
def test_a_second_look_tells_a_person_from_the_server(
    first: float, second: float | None, reasons: list[str], restless: str | None
) -> None:
    again = {} if second is None else {"updated_at": instant(second)}
    plan = make_plan(WHATSAPP_CONFIG, TOKEN, {"updated_at": instant(first)}, written_again(0), "when_changed", again)
    assert [change.reason for change in plan.changes] == reasons
    assert plan.receipt.restless == restless
    assert not plan.look_again
