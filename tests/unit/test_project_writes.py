# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the writes of a project: their order, children of new parents, what stops a run, which receipts are saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import (
    ApiError,
    Applied,
    OutcomeUnknown,
    Rejected,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.project import APPEARS
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER, CustomerRules
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Verdict
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)

from tests.support.entries import NUMBER, OTHER, SECOND, URL
from tests.support.example_project import HOOK, NEEDED, OWNER, PHONE, WHEN
from tests.support.simulation import ID, instant
from tests.support.whole_run import at_kapso, run

CONFIG = Target(WHATSAPP_CONFIG, None, {"phone_number_id": NUMBER, **NEEDED}, by_key=True, parent_id=ID)
NONE: dict[str, Any] = {**at_kapso(), "/customers?external_customer_id=own": []}
NEW_OWNER, NEW_PHONE = {"id": ID, **WHEN}, {"id": NUMBER, **WHEN}
MAKE_OWNER = "POST /customers"
MAKE_PHONE = f"POST /customers/{ID}/whatsapp/phone_numbers"
MAKE_HOOK = f"POST /whatsapp/phone_numbers/{NUMBER}/webhooks"
MADE = {**NONE, MAKE_OWNER: NEW_OWNER, MAKE_PHONE: NEW_PHONE, MAKE_HOOK: WHEN}
FULL = Rejected("it is full", "buy more", status=403, message="no")
LAST = Rejected("the key ends", "get a key", status=401, message="ended", stops_run=True)


def absent(target: Target, object_id: str) -> Target:
    """Return an entry that deletes the object with that ID."""
    return replace(target, object_id=object_id, state="absent", desired={}, parent_id=None, parent_key=None)


def there(*ids: str) -> list[dict[str, Any]]:
    """Return customers as rows of a list."""
    return [{"id": one, "name": "Old", "external_customer_id": one, **WHEN} for one in ids]


def renamed(*ids: str) -> list[Target]:
    """Return entries that rename customers."""
    return [Target(CUSTOMER, one, {"name": "New"}) for one in ids]


def parts(error: ApiError | None) -> tuple[str, str, str, int] | None:
    """Return the parts of an error."""
    return None if error is None else (error.what, error.advice, error.outcome, error.facts.attempts)


def test_parents_are_created_first_and_children_below_them() -> None:
    ran = run(HOOK, PHONE, OWNER, answers=MADE)

    assert ran.sent == [MAKE_OWNER, MAKE_PHONE, MAKE_HOOK]
    assert [outcome.target.parent_id for outcome in ran.outcomes] == [NUMBER, ID, None]
    assert [outcome.parent_name for outcome in ran.outcomes] == ["Shop", "Own", None]
    assert ran.wrong == [None] * 3
    assert (ran.project.stopped, ran.project.is_guarded) == (None, False)
    assert ran.saved == ["customer own", f"WhatsApp phone number {NUMBER}", f"webhook {URL} of number {NUMBER}"]
    assert (ran.progress.phases, ran.progress.done, ran.progress.failures) == (
        [("Apply", "written", 3)],
        [3, 3],
        [0, 0],
    )


def test_children_are_deleted_first_and_after_all_other_writes() -> None:
    rows = at_kapso(
        customers=there(ID, OTHER),
        phone_numbers=[{"id": NUMBER, "customer_id": ID}],
        webhooks=[{"id": "hook", "url": URL, "phone_number_id": NUMBER}],
    )
    rows[f"/whatsapp/phone_numbers?customer_id={ID}"] = rows["/whatsapp/phone_numbers"]
    gone = [absent(OWNER, ID), absent(PHONE, NUMBER), absent(HOOK, "hook")]
    ran = run(replace(gone[0], given_key={}), *gone[1:], *renamed(OTHER), answers=rows, check_mode=False)

    assert ran.sent == [
        f"PATCH /customers/{OTHER}",
        "DELETE /whatsapp/webhooks/hook",
        f"DELETE /whatsapp/phone_numbers/{NUMBER}",
        f"DELETE /customers/{ID}",
    ]


def test_check_mode_writes_nothing_and_saves_nothing() -> None:
    ran = run(HOOK, PHONE, OWNER, answers=MADE, check_mode=True)

    assert (ran.sent, ran.saved, ran.progress.phases) == ([], [], [])
    assert ran.planned == ["create"] * 3
    assert [outcome.parent_name for outcome in ran.outcomes] == ["Shop", "Own", None]
    assert ran.wrong == [None] * 3


def test_only_entries_with_a_change_or_an_error_get_the_name_of_their_parent() -> None:
    shops = [{"id": number, "name": "Shop", "customer_id": ID, **WHEN} for number in (NUMBER, SECOND)]
    rows = at_kapso(customers=there(ID), phone_numbers=shops)
    quiet = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {"name": "Shop"})
    loud = Target(WHATSAPP_PHONE_NUMBER, SECOND, {"name": "New"})
    wrong = replace(loud, object_id="3", parent_id=ID)
    ran = run(*renamed(ID), quiet, loud, wrong, answers=rows, check_mode=True)

    assert [outcome.parent_name for outcome in ran.outcomes] == [None, None, "New", "New"]
    assert ran.outcomes[3].error is not None


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (FULL, "it is full"),
        (OutcomeUnknown("the answer was lost", "look", status=500), None),
    ],
)
def test_no_child_is_tried_below_a_parent_that_was_not_created(answer: ApiError, cause: str | None) -> None:
    ran = run(HOOK, PHONE, OWNER, answers={**MADE, MAKE_OWNER: answer})

    owner, phone, hook = reversed(ran.outcomes)
    assert ran.sent == [MAKE_OWNER]
    assert owner.error is not None
    what = f"not tried, because customer own was not created: {owner.error.what}"
    assert cause in (None, owner.error.what)
    assert parts(phone.error) == (what, "read the message of that object, and run again", "not_sent", 0)
    what = f"not tried, because WhatsApp phone number {NUMBER} was not created: {what}"
    assert parts(hook.error) == (what, "read the message of that object, and run again", "not_sent", 0)
    assert [(one.changed, one.write_attempted, one.after) for one in (phone, hook)] == [(False, False, {})] * 2
    assert (ran.progress.done, ran.progress.failures) == ([3, 3], [0, 3])
    assert ran.project.stopped is None


def test_no_child_is_tried_below_a_parent_that_a_rule_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CustomerRules, "judge", lambda *_about: Verdict(leave=True))
    ran = run(PHONE, OWNER, answers=MADE)

    assert ran.sent == []
    assert ran.wrong == ["not tried, because customer own was not created: it does not exist", None]
    monkeypatch.undo()
    monkeypatch.setattr(WHATSAPP_PHONE_NUMBER.rules, "judge", lambda *_about: Verdict(leave=True))
    ran = run(HOOK, PHONE, OWNER, answers=MADE)

    assert ran.sent == [MAKE_OWNER]
    what = f"not tried, because WhatsApp phone number {NUMBER} was not created: it does not exist"
    assert ran.wrong == [what, None, None]


def test_a_parent_that_was_created_with_an_error_gets_its_children() -> None:
    ran = run(PHONE, OWNER, answers={**MADE, MAKE_OWNER: {"id": ID}})

    assert isinstance(ran.outcomes[1].error, Applied)
    assert ran.sent == [MAKE_OWNER, MAKE_PHONE]
    assert ran.outcomes[0].error is None


def test_no_child_is_tried_below_a_parent_whose_last_write_may_be_lost() -> None:
    found = {"id": ID, "name": "Old", "external_customer_id": "own", **WHEN}
    lost = OutcomeUnknown("the answer was lost", "look", status=500)
    answers = {**MADE, MAKE_OWNER: lost, f"PATCH /customers/{ID}": lost, f"/customers/{ID}": 500}
    ran = run(PHONE, OWNER, answers={**answers, "/customers?external_customer_id=own": [found]}, whole={"customer"})

    assert ran.sent == [MAKE_OWNER, f"PATCH /customers/{ID}"]
    assert ran.outcomes[1].target.object_id == ID
    assert (ran.wrong[0] or "").startswith("not tried, because customer own was not created: ")


def test_a_child_keeps_the_id_of_a_parent_that_appears_under_another_resource() -> None:
    answers = {
        **at_kapso(customers=there(ID)),
        f"/customers/{ID}/whatsapp_configs": [],
        f"POST /customers/{ID}/whatsapp_configs": {"id": OTHER, **WHEN},
        MAKE_HOOK: WHEN,
    }
    ran = run(HOOK, CONFIG, answers=answers)

    assert ran.sent == [f"POST /customers/{ID}/whatsapp_configs", MAKE_HOOK]


@pytest.mark.parametrize(("refusals", "slept"), [(1, 1), (3, 3), (6, 6), (7, 6)])
def test_a_404_below_a_new_parent_is_tried_again_for_a_minute(refusals: int, slept: int) -> None:
    ran = run(PHONE, OWNER, answers={**MADE, MAKE_PHONE: [*[404] * refusals, NEW_PHONE]})

    assert ran.client.clock.slept == [1.0, 2.0, 4.0, 8.0, 15.0, 30.0][:slept] == list(APPEARS)[:slept]
    assert ran.sent.count(MAKE_PHONE) == slept + 1
    assert (ran.outcomes[0].error is None) is (refusals < 7)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (403, "refused"),
        (OutcomeUnknown("lost", "look", status=404), None),
        ({"id": NUMBER}, "refused"),  # the new number cannot be read: 404
    ],
)
def test_another_error_below_a_new_parent_is_final(answer: Any, error: str | None) -> None:
    ran = run(PHONE, OWNER, answers={**MADE, MAKE_PHONE: answer})

    assert ran.sent == [MAKE_OWNER, MAKE_PHONE]
    assert ran.outcomes[0].error is not None
    assert error in (None, ran.wrong[0])


def test_a_404_below_a_parent_that_was_there_is_final() -> None:
    ran = run(
        PHONE,
        answers={
            **NONE,
            "/customers?external_customer_id=own": [{"id": ID, "external_customer_id": "own"}],
            MAKE_PHONE: 404,
        },
    )

    assert (ran.sent, ran.client.clock.slept, ran.wrong) == ([MAKE_PHONE], [], ["refused"])


PATCHES = [f"PATCH /customers/{one}" for one in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("on_error", "refusal", "sent", "stops"),
    [
        ("continue", FULL, 3, False),
        ("stop_before_writing", FULL, 3, False),
        ("stop", FULL, 2, True),
        ("continue", LAST, 2, True),
    ],
)
def test_which_errors_stop_the_writes(on_error: str, refusal: ApiError, sent: int, stops: bool) -> None:
    answers = {**at_kapso(customers=there("a", "b", "c")), PATCHES[1]: refusal}
    ran = run(*renamed("a", "b", "c"), answers=answers, on_error=on_error)

    assert ran.sent == PATCHES[:sent]
    assert (ran.project.stopped is refusal or ran.project.stopped is ran.outcomes[1].error) is stops
    assert ran.saved == [f"customer {one}" for one in "abc"[:sent]]
    assert (ran.progress.done[1], ran.progress.failures[1]) == (sent, 1)
    last = ran.outcomes[2]
    assert (last.changed, last.write_attempted) == (not stops, not stops)
    if stops:
        assert last.after == last.before
        what = f"not tried, because {refusal.what}"
        assert parts(last.error) == (what, refusal.advice, "not_sent", 0)
        assert last.error is not None
        assert (last.error.status, last.error.facts.message) == (refusal.status, refusal.facts.message)
    assert ran.outcomes[0].error is None
    assert not ran.project.is_guarded


def test_an_entry_that_was_read_and_needs_no_write_is_done_when_the_run_stops() -> None:
    answers = {**at_kapso(customers=there("a", "b")), f"/customers/{ID}": 404, PATCHES[0]: LAST}
    same = Target(CUSTOMER, "b", {"name": "Old"})
    gone = Target(CUSTOMER, ID, {}, state="absent")
    ran = run(*renamed("a"), same, gone, answers=answers)

    assert ran.wrong == ["the key ends", None, None]
    assert ran.saved == ["customer a"]


def test_the_receipts_of_entries_without_a_write_are_saved_after_the_writes() -> None:
    answers = {**at_kapso(customers=there("a", "b", "c")), PATCHES[1]: 403}
    same = Target(CUSTOMER, "a", {"name": "Old"})
    missing = Target(CUSTOMER, "none", {"name": "Old"})
    ran = run(same, *renamed("b", "c"), missing, answers=answers)

    assert ran.saved == ["customer b", "customer c", "customer a"]
    assert ran.project.stopped is None


@pytest.mark.parametrize(
    ("unsaved", "sent", "outcome"),
    [("a", 0, "not_sent"), ("b", 1, "applied")],
)
def test_the_run_stops_if_a_receipt_cannot_be_saved(unsaved: str, sent: int, outcome: str) -> None:
    same = Target(CUSTOMER, "a", {"name": "Old"})
    entries = [same, *renamed("b", "c")] if sent else [same, replace(same, object_id="b")]
    answers = {**at_kapso(customers=there("a", "b", "c"))}
    ran = run(*entries, answers=answers, save=lambda done: done.target.object_id != unsaved)

    what = "receipts cannot be saved"
    assert parts(ran.project.stopped) == (what, "check the store in `receipts`", outcome, 0)
    assert ran.project.stopped is not None
    assert ran.project.stopped.facts.message == what
    assert len(ran.sent) == sent
    assert ran.saved[-1] == f"customer {unsaved}"
    assert len(ran.saved) == 1


def test_an_error_of_a_read_may_stop_the_run() -> None:
    ran = run(*renamed("a", "b"), answers={"/customers/a": LAST, "/customers": 404})

    assert ran.project.stopped is ran.outcomes[0].error is LAST
    assert ran.wrong == ["the key ends", "not tried, because the key ends"]
    assert ran.client.asked == ["/customers", "/customers/a"]


def test_the_first_error_is_the_one_that_stopped_the_run() -> None:
    answers = {**at_kapso(customers=there("a", "b")), PATCHES[0]: LAST}
    ran = run(*renamed("a", "b"), answers=answers, save=lambda _done: False)

    assert ran.project.stopped is not None
    assert ran.project.stopped.what == "the key ends"


# A number and its configuration are one object under two resources.

PHONE_ROW = {"id": NUMBER, "name": "Shop", "internal_id": ID, "customer_id": OTHER, **WHEN}
CONFIG_ROW = {"id": ID, "name": "Shop", "phone_number_id": NUMBER, "customer_id": OTHER, **WHEN}
BOTH = at_kapso(customers=there(OTHER), phone_numbers=[PHONE_ROW], configs=[CONFIG_ROW])
AS_PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {})
AS_CONFIG = Target(WHATSAPP_CONFIG, ID, {})
PATCH_PHONE, PATCH_CONFIG = f"PATCH /whatsapp/phone_numbers/{NUMBER}", f"PATCH /whatsapp_configs/{ID}"


def test_a_write_under_the_other_resource_renews_the_receipt_and_saves_it_again() -> None:
    token = replace(AS_PHONE, desired={"access_token": "EXAMPLE-token"})
    answers = {**BOTH, PATCH_PHONE: {"updated_at": instant(60)}, PATCH_CONFIG: {"updated_at": instant(120)}}
    ran = run(token, replace(AS_CONFIG, desired={"name": "New"}), answers=answers)

    assert ran.sent == [PATCH_PHONE, PATCH_CONFIG]
    assert ran.saved == [f"WhatsApp phone number {NUMBER}", f"WhatsApp configuration {ID}", *ran.saved[:1]]
    assert ran.outcomes[0].new_receipt.updated_at == instant(120)
    assert ran.project.stopped is None


def test_the_run_ends_with_an_error_if_the_renewed_receipt_cannot_be_saved() -> None:
    token = replace(AS_PHONE, desired={"access_token": "EXAMPLE-token"})
    answers = {**BOTH, PATCH_PHONE: {"updated_at": instant(60)}, PATCH_CONFIG: {"updated_at": instant(120)}}
    left = [True, True]
    ran = run(
        token,
        replace(AS_CONFIG, desired={"name": "New"}),
        answers=answers,
        save=lambda _done: bool(left and left.pop()),
    )

    assert parts(ran.project.stopped) == ("receipts cannot be saved", "check the store in `receipts`", "applied", 0)


def test_if_the_only_deletion_of_both_fails_both_entries_have_an_error() -> None:
    gone = [replace(AS_PHONE, state="absent"), replace(AS_CONFIG, state="absent")]
    ran = run(*gone, answers={**BOTH, f"DELETE /whatsapp/phone_numbers/{NUMBER}": 403})

    assert ran.sent == [f"DELETE /whatsapp/phone_numbers/{NUMBER}"]
    assert ran.wrong == ["refused", f"WhatsApp phone number {NUMBER}, which is the same object, was not deleted"]
    assert ran.saved == [f"WhatsApp phone number {NUMBER}"]
    assert ran.outcomes[1].absent is False


def test_a_failure_of_the_plan_leaves_no_entry_without_an_error_or_a_plan() -> None:
    ran = run(*renamed("a", "b"), answers={"/customers": 401, "/customers/a": 401})

    assert ran.sent == ran.saved == []
    assert parts(ran.project.stopped) == ("refused", "wait", "not_sent", 1)
    assert ran.wrong == ["not tried, because refused"] * 2
    assert not ran.project.is_guarded
