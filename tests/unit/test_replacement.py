# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan of another object in place of one that cannot be changed as declared: `replace: true` of a webhook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.reconcile import TAKEN_AWAY, plan_one
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Entry, Row, Rules, Successor
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import (
    SCOPELESS,
    WHATSAPP_WEBHOOK,
)

from tests.support.canned import Canned
from tests.support.entries import NUMBER, SECOND, URL, begun, failure

ALL = "/whatsapp/webhooks"
OWN, ELSEWHERE = (f"/whatsapp/phone_numbers/{number}/webhooks" for number in (NUMBER, SECOND))
OLD_AT = f"{ALL}/old"
WRITABLE = dict.fromkeys(field.name for field in WHATSAPP_WEBHOOK.writable)
OLD = {
    **WRITABLE,
    "id": "old",
    "url": URL,
    "kind": "kapso",
    "events": ["whatsapp.message.received"],
    "secret_key": "EXAMPLE-passphrase",
    "active": True,
    "phone_number_id": NUMBER,
}
PARTIAL = {name: OLD[name] for name in ("id", "url", "kind", "phone_number_id")}
LET = {"replace": True}
META = {"url": URL, "kind": "meta", "secret_key": "EXAMPLE-passphrase"}
BY_ID = Target(WHATSAPP_WEBHOOK, "old", META, parent_id=NUMBER, options=LET)
MATCHED = Target(
    WHATSAPP_WEBHOOK,
    None,
    {"url": f"{URL}/new", "kind": "meta"},
    parent_id=NUMBER,
    by_key=True,
    options={**LET, "match_url": "/wa$"},
)


def at_kapso(**answers: Any) -> Canned:
    """Return a client of one webhook of a number."""
    return Canned({OLD_AT: OLD, OWN: [OLD], ELSEWHERE: [], ALL: [OLD], **answers})


def plan(client: Canned, target: Target, rows: list[Any] | None = None) -> Outcome:
    """Return the plan of an object."""
    return plan_one(client, begun(target), rows)


@pytest.mark.parametrize(
    ("target", "rows", "asked"),
    [
        (BY_ID, None, [OLD_AT, OWN]),
        (BY_ID, [], [OLD_AT, OWN]),
        (BY_ID, [OLD], [OWN]),
        (BY_ID, [PARTIAL], [OLD_AT, OWN]),  # the new webhook takes over fields that the list does not show
        (MATCHED, None, [OWN, OWN]),
        (MATCHED, [OLD], [OWN]),
        (MATCHED, [PARTIAL], [OLD_AT, OWN]),
    ],
)
def test_another_kind_is_a_new_object_and_the_old_one_is_deleted_first(
    target: Target, rows: list[Any] | None, asked: list[str]
) -> None:
    client = at_kapso()

    outcome = plan(client, target, rows)

    assert (outcome.error, client.asked, client.sent) == (None, asked, [])
    assert (outcome.plan.action, outcome.changed, outcome.before) == ("create", True, {})
    assert outcome.plan.values == {**META, "url": target.desired["url"], "active": True}
    assert [row["id"] for row in outcome.others] == ["old"]
    assert (outcome.others_note, outcome.others_first) == ("webhook that is replaced", True)
    new = outcome.target
    assert (new.object_id, new.by_key, new.parent_id, new.has_no_parent) == (None, True, NUMBER, False)
    assert new.options == {"scope": None, "solo": None}


def test_an_object_of_another_scope_is_created_before_the_old_one_is_deleted() -> None:
    desired = {"url": URL, "kind": "kapso"}
    target = replace(BY_ID, desired=desired, parent_id=SECOND)

    outcome = plan(at_kapso(), target)
    project = plan(at_kapso(), replace(target, parent_id=None, has_no_parent=True, options={**LET, "scope": "project"}))

    assert (outcome.error, outcome.plan.action, outcome.others, outcome.others_first) == (None, "create", (OLD,), False)
    assert (outcome.target.parent_id, outcome.target.has_no_parent) == (SECOND, False)
    assert (project.error, project.plan.action, project.others) == (None, "create", (OLD,))
    assert (project.target.parent_id, project.target.has_no_parent) == (None, True)
    assert outcome.warnings == project.warnings == ()


def test_a_new_object_that_exists_already_is_updated_and_the_old_one_deleted() -> None:
    there = {**OLD, "id": "new", "phone_number_id": SECOND, "active": False}
    target = replace(BY_ID, desired={"url": URL, "kind": "kapso", "active": True}, parent_id=SECOND)

    outcome = plan(at_kapso(**{ELSEWHERE: [there]}), target)

    assert (outcome.plan.action, outcome.target.object_id, outcome.before) == ("update", "new", there)
    assert (outcome.others, outcome.changed) == ((OLD,), True)


def test_the_new_object_stays_where_the_old_one_is_unless_the_entry_says_otherwise() -> None:
    desired = {"url": f"{URL}/new", "kind": "kapso"}
    matched = replace(MATCHED, parent_id=None, has_no_parent=True, desired=desired)
    of_project = {**OLD, "phone_number_id": None, "kind": "meta"}

    at_project = plan(at_kapso(), matched, [of_project])

    assert (at_project.target.parent_id, at_project.target.has_no_parent) == (None, True)
    assert at_project.error is None


def test_an_object_that_fits_is_changed_and_one_that_does_not_exist_is_created() -> None:
    same = plan(at_kapso(), replace(BY_ID, desired={"url": URL, "active": False}))
    none = plan(at_kapso(**{OWN: []}), replace(MATCHED, desired=META))

    assert (same.plan.action, same.target.object_id, same.target.by_key, same.others) == ("update", "old", False, ())
    assert (none.plan.action, none.error, none.others) == ("create", None, ())


@pytest.mark.parametrize(
    ("target", "rows", "answers", "what", "advice", "attempts"),
    [
        (BY_ID, [PARTIAL], {OLD_AT: {**OLD, "kind": "meta"}}, TAKEN_AWAY, "run again", 1),
        (BY_ID, [PARTIAL], {OLD_AT: 403}, "refused", "wait", 1),
        (BY_ID, [{**OLD, "kind": "kapso"}], {OWN: 403}, "refused", "wait", 1),
        (
            BY_ID,
            None,
            {OLD_AT: {name: OLD[name] for name in OLD if name != "phone_number_id"}},
            SCOPELESS,
            "replace it by hand, or leave `replace` out",
            0,
        ),
        (
            replace(BY_ID, parent_id=None, has_no_parent=True),
            None,
            {},
            "only a phone number can have a webhook of kind meta: give phone_number_id",
            "correct the playbook",
            0,
        ),
    ],
)
def test_nothing_is_replaced_if_the_new_object_cannot_be_planned(
    target: Target, rows: Any, answers: Any, what: str, advice: str, attempts: int
) -> None:
    if target.has_no_parent:
        target = replace(target, options={**LET, "scope": "project"})

    outcome = plan(at_kapso(**answers), target, rows)

    assert failure(outcome) == (what, advice, "not_sent", attempts)
    assert (outcome.changed, outcome.others) == (False, ())


OF_PROJECT: dict[str, Any] = {"parent_id": None, "has_no_parent": True}


@pytest.mark.parametrize(
    ("target", "row", "lacks"),
    [
        (BY_ID, OLD, ""),
        (replace(BY_ID, parent_id=None), OLD, "phone_number_id"),
        (replace(BY_ID, parent_id=SECOND, desired={}), OLD, "url"),  # the kind is the usual one
        (replace(BY_ID, parent_id=SECOND, desired={}), {**OLD, "kind": "meta"}, "url, kind"),
        (replace(BY_ID, parent_id=SECOND, desired={"url": URL}), {**OLD, "kind": "meta"}, "kind"),
        (replace(BY_ID, desired={"kind": "meta"}), OLD, ""),
        (replace(BY_ID, desired={"kind": "kapso"}), {**OLD, "kind": "meta"}, "url"),
        (replace(BY_ID, parent_id=None, desired={"kind": "kapso"}), {**OLD, "kind": "meta"}, "phone_number_id, url"),
        (replace(BY_ID, **OF_PROJECT, desired={"url": URL}, options={**LET, "scope": "project"}), OLD, ""),
        (replace(MATCHED, desired={"url": URL, "kind": "meta"}), OLD, ""),
    ],
)
def test_an_entry_with_an_id_has_to_name_the_new_object_too(target: Target, row: Row, lacks: str) -> None:
    outcome = plan(at_kapso(), target, [row])

    if lacks:
        what = f"it would be replaced, and a later run would not find the new webhook without {lacks}"
        assert failure(outcome) == (what, f"add {lacks}", "not_sent", 0)
    else:
        assert (outcome.error, [other["id"] for other in outcome.others]) == (None, ["old"])


@pytest.mark.parametrize(
    ("row", "desired", "names"),
    [
        (OLD, META, ""),
        (OLD, {"url": URL, "kind": "meta"}, "secret_key"),
        ({**OLD, "headers": {"X-Key": "EXAMPLE-value"}}, {"url": URL, "kind": "meta"}, "secret_key and headers"),
        ({**OLD, "headers": {"X-Key": "EXAMPLE-value"}}, META, "headers"),
        ({**OLD, "headers": {"X-Key": "EXAMPLE-value"}}, {**META, "headers": {}}, ""),
        ({**OLD, "headers": {}}, META, ""),
    ],
)
def test_secrets_that_are_known_from_the_old_object_alone_are_at_risk_if_it_is_deleted_first(
    row: Row, desired: Any, names: str
) -> None:
    first = plan(at_kapso(), replace(BY_ID, desired=desired), [row])
    last = plan(at_kapso(), replace(BY_ID, desired={"url": URL, "kind": "kapso"}, parent_id=SECOND), [row])

    lost = f"the old webhook is deleted first, and its {names} would be lost if Kapso refused the new one"
    assert first.warnings == ((f"{lost}; declare {names} to keep them",) if names else ())
    assert last.warnings == ()


NEW = {**OLD, "id": "new", "kind": "meta"}
GONE = {OLD_AT: 404}


@pytest.mark.parametrize("rows", [None, []])
def test_an_object_that_an_earlier_run_has_replaced_is_found_by_its_key(rows: Any) -> None:
    client = at_kapso(**GONE, **{OWN: [NEW]})

    outcome = plan(client, replace(BY_ID, desired={**META, "active": False}), rows)

    assert (outcome.error, outcome.target.object_id, outcome.target.by_key) == (None, "new", True)
    assert (outcome.plan.action, outcome.others) == ("update", ())
    assert client.asked == [OLD_AT, "/proof", OWN]


def test_an_object_of_the_project_that_an_earlier_run_has_made_is_found_too() -> None:
    made = {**OLD, "id": "new", "phone_number_id": None}
    target = replace(BY_ID, **OF_PROJECT, desired={"url": URL}, options={**LET, "scope": "project"})

    assert plan(at_kapso(**GONE, **{ALL: [OLD, made]}), target).target.object_id == "new"


@pytest.mark.parametrize(
    ("target", "answers", "asked"),
    [
        (BY_ID, {OWN: []}, [OLD_AT, "/proof", OWN]),
        (replace(BY_ID, parent_id=None), {ALL: [NEW]}, [OLD_AT, "/proof"]),
        (replace(BY_ID, desired={"active": True}), {OWN: [NEW]}, [OLD_AT, "/proof"]),
    ],
)
def test_an_object_that_is_neither_there_nor_replaced_is_not_created(
    target: Target, answers: Any, asked: list[str]
) -> None:
    client = at_kapso(**GONE, **answers)

    outcome = plan(client, target)

    what = "Kapso has no such webhook in the project of this key, perhaps because a run replaced it"
    advice = "check the id and the key, or name the new one by phone_number_id and url and kind in place of webhook_id"
    assert failure(outcome) == (what, advice, "not_sent", 1)
    assert client.asked == asked


def test_several_objects_with_the_key_of_the_new_one_are_an_error() -> None:
    outcome = plan(at_kapso(**GONE, **{OWN: [NEW, {**NEW, "id": "newer"}]}), BY_ID)

    assert failure(outcome)[0] == f"2 webhooks have url {URL} and kind meta: new, newer"


def test_an_object_that_is_to_be_deleted_is_not_replaced() -> None:
    absent = plan(at_kapso(), replace(BY_ID, state="absent", desired={}))
    gone = plan(at_kapso(**GONE), replace(BY_ID, state="absent", desired={}))

    assert (absent.plan.action, absent.target.object_id, absent.others) == ("delete", "old", ())
    assert (gone.error, gone.absent, gone.changed) == (None, True, False)


class Renamed(Rules):
    """Replace a customer that has another name. It has no parent."""

    def successor(self, entry: Entry, row: Row) -> Successor | None:
        """Return a customer with the declared name."""
        return None if row["name"] == entry.desired["name"] else Successor(entry.desired, {})


def test_an_object_without_a_parent_is_replaced_by_one_without_a_parent() -> None:
    resource = replace(CUSTOMER, rules=Renamed(), replace_option="replace")
    target = Target(resource, "old", {"name": "New"}, given_key={"external_customer_id": "own"}, options=LET)
    row = {"id": "old", "name": "Old", "external_customer_id": "own"}
    answers = {"/customers/old": row, "/customers?external_customer_id=own": []}

    outcome = plan(Canned(answers), target)
    gone = plan(Canned(), target)

    assert (outcome.error, outcome.plan.action, outcome.others) == (None, "create", (row,))
    assert (outcome.target.parent_id, outcome.target.has_no_parent) == (None, False)
    in_its_place = "external_customer_id in place of customer_id"
    assert failure(gone)[1] == f"check the id and the key, or name the new one by {in_its_place}"
