# SPDX-License-Identifier: GPL-3.0-or-later
"""Test two entries about one object: a number and its configuration, or objects that would get one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import Plan, plan_deletion
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.same import (
    conflicts,
    joined,
    not_deleted,
    pairs,
    renewed_receipts,
    shared_keys,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.entries import EMPTY, NUMBER, OTHER, URL, entry, told
from tests.support.simulation import ID, instant

ERROR = NotSent("it is not there", "add name", attempts=3)
CREATED = Plan(EMPTY, creates=True)
DELETED = plan_deletion(WHATSAPP_CONFIG, ID, EMPTY)


def phone(object_id: str = NUMBER, desired: Any = (), **more: Any) -> Outcome:
    """Return an entry about a number."""
    return entry(WHATSAPP_PHONE_NUMBER, object_id, desired, given_key={"phone_number_id": object_id}, **more)


def config(object_id: str | None = None, desired: Any = (), **more: Any) -> Outcome:
    """Return an entry about a configuration, by its number if no ID is given."""
    key = {} if object_id else {"phone_number_id": NUMBER}
    return entry(WHATSAPP_CONFIG, object_id, {**key, **dict(desired)}, by_key=not object_id, **more)


THERE = {"internal_id": ID.upper()}


@pytest.mark.parametrize(
    ("outcomes", "places"),
    [
        ([phone(before=THERE), config(ID)], [(0, 1)]),
        ([config(ID.upper()), phone(before={"internal_id": ID})], [(1, 0)]),
        ([phone(before=THERE), config(OTHER)], []),
        ([phone(before={}), config(ID)], []),
        ([phone(before=THERE)], []),
        ([config(ID)], []),
        ([], []),
        ([phone(plan=CREATED), config(plan=CREATED)], [(0, 1)]),
        ([phone(plan=CREATED), config(plan=DELETED)], []),
        ([phone(plan=CREATED), config()], []),
        ([phone(), config()], []),
        ([phone("2", plan=CREATED), config(plan=CREATED)], []),
        ([phone(error=ERROR), config(plan=CREATED)], [(0, 1)]),
        ([phone(error=ERROR, before={"id": NUMBER}), config(plan=CREATED)], []),
        ([phone(plan=CREATED), config(error=ERROR)], [(0, 1)]),
        ([phone(plan=CREATED), config(error=ERROR, before={"phone_number_id": NUMBER})], []),
        ([phone(error=ERROR), config(ID, before={"phone_number_id": NUMBER})], [(0, 1)]),
        ([phone(error=ERROR), config(ID, before={"phone_number_id": "2"})], []),
        ([phone("None", before={}), config("None")], [(0, 1)]),
        ([phone(before=THERE), entry(CUSTOMER, ID), entry(WHATSAPP_WEBHOOK, "w"), config(ID), phone("2")], [(0, 3)]),
    ],
)
def test_which_entries_are_about_one_object(outcomes: Sequence[Outcome], places: list[tuple[int, int]]) -> None:
    assert list(pairs(outcomes)) == places


PHONE, CONFIG = f"WhatsApp phone number {NUMBER}", f"WhatsApp configuration {ID}"
BOTH = f"{PHONE} and {CONFIG} are one object"


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (phone(before=THERE), config(ID), []),
        (phone(before=THERE), config(ID, state="absent"), [f"{BOTH}, and only one of them is declared absent"]),
        (phone(before=THERE, state="absent"), config(ID, state="absent"), []),
        (
            phone(plan=CREATED),
            config(plan=CREATED),
            [f"{PHONE} and WhatsApp configuration of number {NUMBER} are one object, and both would be created"],
        ),
        (phone(before=THERE, desired={"name": "A"}), config(ID, {"name": "A"}), []),
        (
            phone(before=THERE, desired={"name": "A", "calls_enabled": True}),
            config(ID, {"name": "B"}),
            [f"{BOTH}, and are declared with different values of name"],
        ),
        (
            phone(before=THERE, desired={"name": "A", "calls_enabled": True}),
            config(ID, {"name": "B", "calls_enabled": False}),
            [f"{BOTH}, and are declared with different values of name, calls_enabled"],
        ),
        (phone(before=THERE, desired={"name": "A "}), config(ID, {"name": "A"}), []),
        (phone(before=THERE, desired={"name": "A"}), config(ID, {"calls_enabled": True}), []),
    ],
)
def test_fields_in_which_two_entries_must_agree(one: Outcome, other: Outcome, said: list[str]) -> None:
    assert list(conflicts([one, other])) == said


def hook(object_id: str | None = None, url: str = URL, **more: Any) -> Outcome:
    """Return an entry about a webhook of a number, by its URL if no ID is given."""
    return entry(WHATSAPP_WEBHOOK, object_id, {"url": url}, parent_id="1", by_key=not object_id, **more)


SAME = f"webhook {URL} of number 1"
MOVED = hook("a", before={"id": "a", "url": f"{URL}/old", "phone_number_id": "1"})


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        ([hook(), MOVED], [f"{SAME} and webhook a"]),
        ([MOVED, hook()], [f"webhook a and {SAME}"]),
        ([hook(), hook()], [f"{SAME} and {SAME}"]),
        ([hook(), hook(), hook()], [f"{SAME} and {SAME}"] * 2),
        ([replace(MOVED, error=ERROR), hook(), hook()], [f"{SAME} and {SAME}"]),
        ([hook(), hook(url=f"{URL}/b")], []),
        ([hook(), entry(CUSTOMER, None, by_key=True)], []),
        ([MOVED, MOVED], []),
        ([hook(), hook("a")], []),
        ([hook(), replace(MOVED, target=replace(MOVED.target, state="absent"))], []),
        ([hook(), replace(MOVED, error=ERROR)], []),
        ([hook(), replace(MOVED, target=replace(MOVED.target, parent_id="2"))], []),
        ([hook(), replace(MOVED, target=replace(MOVED.target, parent_id=None))], [f"{SAME} and webhook a"]),
        ([hook(), replace(MOVED, target=replace(MOVED.target, desired={"kind": "kapso"}))], []),
        (
            [hook(url=f"{URL}/old"), replace(MOVED, target=replace(MOVED.target, desired={"kind": "kapso"}))],
            [f"webhook {URL}/old of number 1 and webhook a"],
        ),
        ([phone(before={"id": NUMBER}), phone(before={"id": NUMBER})], []),
    ],
)
def test_which_entries_would_give_two_objects_one_key(outcomes: Sequence[Outcome], said: list[str]) -> None:
    assert list(shared_keys(outcomes)) == [f"{two} would have the same url and kind" for two in said]


def becomes(settled: Any) -> dict[int, Outcome]:
    """Return the outcomes of the entries, by their places."""
    return dict(settled)


def test_of_two_deletions_one_is_enough() -> None:
    gone = phone(before=THERE, plan=DELETED, changed=True)
    also = config(ID, before={"id": ID}, after={"id": ID}, plan=DELETED, changed=True)

    ((place, left),) = joined([gone, also])
    assert (place, left.absent, left.after, left.changed, left.plan.action) == (1, True, {}, False, None)
    assert (left.before, left.error) == ({"id": ID}, None)
    assert not becomes(joined([gone, replace(also, plan=Plan(EMPTY))]))
    assert not becomes(joined([replace(gone, plan=Plan(EMPTY)), also]))
    assert not becomes(joined([gone, replace(also, target=replace(also.target, object_id=OTHER))]))


BAD = phone(before={**THERE, "id": NUMBER}, error=ERROR)
GOOD = config(ID, changed=True)
NOT_TRIED = "not tried, because {}, which is the same object, could not be planned: it is not there"


@pytest.mark.parametrize(
    ("outcomes", "place", "wrong"),
    [
        ([BAD, GOOD], 1, PHONE),
        ([GOOD, BAD], 0, PHONE),
        ([replace(BAD, error=None, changed=True), replace(GOOD, error=ERROR)], 0, CONFIG),
    ],
)
def test_one_entry_is_not_tried_without_the_other(outcomes: Sequence[Outcome], place: int, wrong: str) -> None:
    ((left, outcome),) = joined(outcomes)

    assert left == place
    assert (told(outcome.error), outcome.changed) == ((NOT_TRIED.format(wrong), "add name", 0), False)
    assert outcome.target.subject == outcomes[place].target.subject


@pytest.mark.parametrize(
    "outcomes",
    [
        [BAD, replace(GOOD, changed=False)],
        [replace(BAD, changed=True), replace(GOOD, error=ERROR)],
        [replace(BAD, error=None), GOOD],
    ],
)
def test_entries_that_need_nothing_or_both_fail_are_left_as_they_are(outcomes: Sequence[Outcome]) -> None:
    assert list(joined(outcomes)) == []


KEPT = phone(before=THERE, plan=DELETED)
ALSO = config(ID, before={"id": ID}, absent=True)


def test_an_object_that_was_not_deleted_exists_in_both_lists() -> None:
    ((place, left),) = not_deleted([KEPT, ALSO])

    what = f"{PHONE}, which is the same object, was not deleted"
    assert (place, told(left.error)) == (1, (what, "read the message of that object, and run again", 0))
    assert (left.absent, left.after) == (False, {"id": ID})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace(KEPT, absent=True), ALSO),
        (replace(KEPT, plan=Plan(EMPTY)), ALSO),
        (KEPT, replace(ALSO, absent=False)),
        (KEPT, replace(ALSO, before={})),
        (KEPT, config(OTHER, before={"id": OTHER}, absent=True)),
    ],
)
def test_outcomes_of_deleted_or_missing_objects_do_not_change(one: Outcome, other: Outcome) -> None:
    assert list(not_deleted([one, other])) == []


def written(outcome: Outcome, seconds: float | None, before: float | None = 0) -> Outcome:
    """Return the entry after a write that set `updated_at` to that time."""
    stamp = {} if seconds is None else {"updated_at": instant(seconds)}
    start = {} if before is None else {"updated_at": instant(before)}
    known = EMPTY.recorded({"access_token": "EXAMPLE"}, {}, stamp, last_write_was_resend=True)
    return replace(outcome, before={**outcome.before, **start}, after=stamp, new_receipt=known)


FIRST, SECOND = phone(before=THERE), config(ID)


@pytest.mark.parametrize(
    ("one", "other", "place"), [(written(FIRST, 5), written(SECOND, 6), 0), (written(FIRST, 6), written(SECOND, 5), 1)]
)
def test_the_entry_that_was_written_first_has_a_good_receipt(one: Outcome, other: Outcome, place: int) -> None:
    untouched = [phone("2", before={"internal_id": OTHER}), config(OTHER)]
    ((left, outcome),) = renewed_receipts([one, other, *untouched])
    ((moved, same),) = renewed_receipts([*untouched, one, other])
    assert (moved, same) == (left + 2, outcome)

    assert left == place
    receipt = outcome.new_receipt
    assert (receipt.updated_at, receipt.last_write_was_resend) == (instant(6), True)
    assert receipt.entries["access_token"].updated_at == instant(6)
    assert replace(outcome, new_receipt=EMPTY) == replace((one, other)[place], new_receipt=EMPTY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (written(FIRST, 5), written(SECOND, 5)),
        (written(FIRST, None), written(SECOND, 5)),
        (written(FIRST, 5, before=1), written(SECOND, 9)),
        (written(FIRST, 5, before=None), written(SECOND, 9)),
        (replace(written(FIRST, 5), error=ERROR), written(SECOND, 9)),
        (written(FIRST, 5), replace(written(SECOND, 9), error=ERROR)),
        (replace(written(FIRST, 5), new_receipt=EMPTY), written(SECOND, 9)),
        (written(FIRST, 5), written(config(OTHER), 9)),
    ],
)
def test_a_receipt_is_renewed_only_if_the_other_entry_alone_has_moved_the_object(one: Outcome, other: Outcome) -> None:
    assert list(renewed_receipts([one, other])) == []
