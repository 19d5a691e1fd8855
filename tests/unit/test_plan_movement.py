# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan and `updated_at`: an edit is undone, but a move of `updated_at` by the server causes no writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import (
    GRACE_SECONDS,
    TOUCHED,
    UPDATED_AT_UNSTABLE,
    make_plan,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support.simulation import (
    Controller,
    Server,
    Step,
    edit,
    holds,
    instant,
    rests,
    runs,
    sends,
    server,
    signer,
    tell,
)

TOKEN = {"access_token": "EXAMPLE-token-1"}
ROTATED = {"access_token": "EXAMPLE-token-2"}
VERIFY = {"webhook_verify_token": "EXAMPLE-verify-1"}
BOTH = TOKEN | VERIFY
KITCHEN = {"name": "Kitchen"}
OVERTAKEN = "modified_at_server"


def hiding(**behaviour: Any) -> Controller:
    """Return a controller whose server returns neither token, with this behavior."""
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
        pytest.param("2026-01-01T00:00:05Z", 1767225606, True, id="a later number now"),
        pytest.param("2026-01-01T00:00:05Z", "2026-01-01 00:00:06 UTC", True, id="later, in another form"),
    ],
)
def test_an_object_was_modified_if_its_instant_is_known_to_be_another(then: object, now: object, moved: bool) -> None:
    receipt = Receipt(signer()).recorded(TOKEN, {}, {"updated_at": then})
    plan = make_plan(WHATSAPP_CONFIG, TOKEN, {"updated_at": now}, receipt, "when_changed")
    assert [change.reason for change in plan.changes] == (["modified_at_server"] if moved else [])


@pytest.mark.parametrize(
    ("now", "send_write_only", "warned"),
    [
        ("yesterday", "when_changed", True),
        (7, "when_changed", True),
        ("yesterday", "when_value_changed", False),
        (None, "when_changed", False),
        ("2026-01-01 00:00:05 UTC", "when_changed", False),
    ],
)
def test_a_time_stamp_that_cannot_be_read_is_a_warning_if_it_matters(
    now: object, send_write_only: str, warned: bool
) -> None:
    plan = make_plan(WHATSAPP_CONFIG, TOKEN, {"updated_at": now}, Receipt(signer()), send_write_only)
    assert any("unknown format" in warning for warning in plan.warnings) is warned


FOREIGN = edit(access_token="EXAMPLE-foreign")
FOREIGN_VERIFY = edit(webhook_verify_token="EXAMPLE-foreign")
NEWER = BOTH | ROTATED
# A server can move updated_at at every read: the steps until the code detects that.
FOUND_OUT = (
    server(updated_at_unstable=True),
    sends(BOTH, "no_receipt"),
    sends(BOTH, "modified_at_server"),
    rests(BOTH, says=[UPDATED_AT_UNSTABLE]),
)
STILL = server(updated_at_unstable=False)
UNDONE = (FOREIGN, sends(BOTH, "modified_at_server"), holds(**TOKEN), rests(BOTH))
# Another server moves updated_at a little after each write.
TOUCHING = server(touches_after=GRACE_SECONDS)
STORIES: dict[str, tuple[Step, ...]] = {
    "a server without instants is judged by value": (
        server(timeless=True),
        runs(TOKEN),
        FOREIGN,
        rests(TOKEN),
        sends(ROTATED, "value_changed"),
    ),
    "each edit by a person is undone however often": (
        runs(TOKEN),
        *(FOREIGN, edit(), sends(TOKEN, OVERTAKEN), rests(TOKEN)) * 5,
    ),
    "to a server that moves updated_at write-only fields are sent once more and then no longer": (
        *FOUND_OUT,
        *(rests(BOTH, says=[UPDATED_AT_UNSTABLE]),) * 3,
    ),
    "a server that moves updated_at still gets what changed and no more": (
        *FOUND_OUT,
        sends(NEWER, "value_changed", "access_token", says=[UPDATED_AT_UNSTABLE]),
        rests(NEWER, says=[UPDATED_AT_UNSTABLE]),
        sends(NEWER | KITCHEN, "differs", "name", says=[UPDATED_AT_UNSTABLE]),
        rests(NEWER | KITCHEN, says=[UPDATED_AT_UNSTABLE]),
    ),
    "when_value_changed settles it without a word": (*FOUND_OUT, rests(BOTH, "when_value_changed")),
    "a server that held still once is trusted again": (*FOUND_OUT, STILL, rests(BOTH), *UNDONE),
    "after one more run in which it moved it is, too": (*FOUND_OUT, runs(BOTH), STILL, rests(BOTH), *UNDONE),
    "after three more it is, too": (*FOUND_OUT, *(runs(BOTH),) * 3, STILL, rests(BOTH), *UNDONE),
    "a server that held still since a write is trusted again": (
        *FOUND_OUT,
        runs(NEWER),
        STILL,
        rests(NEWER),
        FOREIGN,
        sends(NEWER, OVERTAKEN),
    ),
    "what was overtaken before the last write is not covered by the calm": (
        server(updated_at_unstable=True),
        runs(BOTH),
        sends(TOKEN, OVERTAKEN),
        FOREIGN_VERIFY,
        rests(TOKEN, says=[UPDATED_AT_UNSTABLE]),
        sends(BOTH, OVERTAKEN, *VERIFY, says=[UPDATED_AT_UNSTABLE]),
        holds(**VERIFY),
        *(rests(BOTH, says=[UPDATED_AT_UNSTABLE]),) * 3,
    ),
    "a server that moves updated_at that stops telling the time is judged by value": (
        *FOUND_OUT,
        server(timeless=True),
        rests(BOTH),
        server(timeless=False),
        rests(BOTH, says=[UPDATED_AT_UNSTABLE]),
    ),
    "a server that touches the object after each write is sent it once more and then no longer": (
        TOUCHING,
        sends(BOTH, "no_receipt"),
        sends(BOTH, OVERTAKEN),
        rests(BOTH, says=[TOUCHED]),
        rests(BOTH),
    ),
    "a later movement is a person's edit": (
        server(touches_after=GRACE_SECONDS + 1),
        runs(TOKEN),
        *(sends(TOKEN, OVERTAKEN),) * 2,
    ),
    "an instant that went back is not the server's doing after a write": (
        server(touches_after=-30),
        runs(TOKEN),
        *(sends(TOKEN, OVERTAKEN),) * 2,
    ),
    "after that an edit is undone again": (
        TOUCHING,
        *(runs(TOKEN),) * 3,
        FOREIGN,
        sends(TOKEN, OVERTAKEN),
        holds(**TOKEN),
    ),
    "what was overtaken before the last write is not covered by the aftermath": (
        TOUCHING,
        runs(BOTH),
        sends(TOKEN, OVERTAKEN),
        lambda controller: controller.server.state.update(webhook_verify_token="EXAMPLE-foreign"),
        sends(BOTH, OVERTAKEN, *VERIFY, says=[TOUCHED]),
        holds(**VERIFY),
    ),
}


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_story(steps: Sequence[Step]) -> None:
    tell(hiding(), *steps)


def test_two_playbooks_that_share_an_object_come_to_rest_on_a_server_that_moves_updated_at() -> None:
    controller = hiding(updated_at_unstable=True)
    runs = [controller.run(declared).sent for declared in (TOKEN, VERIFY) * 6]
    assert runs[-6:] == [{}] * 6


@pytest.mark.parametrize(
    "behaviour", [{"updated_at_unstable": True}, {"touches_after": GRACE_SECONDS}], ids=lambda one: next(iter(one))
)
def test_with_a_server_that_requires_more_fields_writes_end_too(behaviour: dict[str, Any]) -> None:
    ids = {"phone_number_id": "100000000000001", "business_account_id": "200000000000001"}
    controller = hiding(demanding=True, **behaviour)
    controller.server.state.update(ids)
    runs = [controller.run(BOTH | ids).sent for _time in range(6)]
    assert runs[1]["access_token"] == OVERTAKEN
    assert runs[2:] == [{}] * 4


def test_warnings_about_such_servers_name_the_option_to_set() -> None:
    for said in (UPDATED_AT_UNSTABLE, TOUCHED):
        assert "`send_write_only: when_value_changed`" in said


# The second read.


def written_again(at: float) -> Receipt:
    """Return the receipt of a token that was sent again at that time, with `modified_at_server` as the only reason."""
    return Receipt(signer()).recorded(TOKEN, {}, {"updated_at": instant(at)}, last_write_was_resend=True)


def test_a_second_read_is_needed_only_if_updated_at_moved_after_a_resend() -> None:
    later = {"updated_at": instant(3600)}
    asks = make_plan(WHATSAPP_CONFIG, TOKEN, later, written_again(0), "when_changed")
    assert asks.look_again
    for receipt, send_write_only, declared in (
        (replace(written_again(0), last_write_was_resend=False), "when_changed", TOKEN),
        (written_again(3600), "when_changed", TOKEN),
        (written_again(0), "when_value_changed", TOKEN),
        (written_again(0), "always", TOKEN),
        (written_again(0), "never", TOKEN),
        (written_again(0), "when_changed", ROTATED),
        (written_again(0), "when_changed", VERIFY),
        (replace(written_again(0), updated_at_unstable=instant(3600)), "when_changed", TOKEN),
    ):
        assert not make_plan(WHATSAPP_CONFIG, declared, later, receipt, send_write_only).look_again


@pytest.mark.parametrize(
    ("first", "second", "reasons", "updated_at_unstable"),
    [
        pytest.param(3600, 3600, ["modified_at_server"], None, id="still: a person's edit, sent"),
        pytest.param(3600, 3601, [], instant(3601), id="moving: the server's doing, not sent"),
        pytest.param(60, 60, [], None, id="still, and a minute after the write at most: not sent"),
        pytest.param(1, 1, [], None, id="still, and a second after the write: not sent"),
        pytest.param(61, 61, ["modified_at_server"], None, id="still, and later than that: sent"),
        pytest.param(
            GRACE_SECONDS,
            GRACE_SECONDS + 1,
            [],
            instant(GRACE_SECONDS + 1),
            id="soon after the write, and moving: not sent",
        ),
        pytest.param(3600, None, ["modified_at_server"], None, id="the second has no instant: sent"),
    ],
)
def test_a_second_read_tells_an_edit_from_a_move_by_the_server(
    first: float, second: float | None, reasons: list[str], updated_at_unstable: str | None
) -> None:
    again = {} if second is None else {"updated_at": instant(second)}
    plan = make_plan(WHATSAPP_CONFIG, TOKEN, {"updated_at": instant(first)}, written_again(0), "when_changed", again)
    assert [change.reason for change in plan.changes] == reasons
    assert plan.receipt.updated_at_unstable == updated_at_unstable
    assert not plan.look_again
