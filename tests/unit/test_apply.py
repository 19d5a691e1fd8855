# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the planned writes of one object: their order, and what is told of those that took effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import CHECK_AND_REPORT
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import make_plan, plan_creation
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.reconcile import TAKEN_AWAY, apply, plan_one
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support.canned import URL as BASE
from tests.support.canned import Canned
from tests.support.entries import EMPTY, OTHER, begun
from tests.support.simulation import EPOCH, ID

THIRD = "2b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
CONFIG = Target(WHATSAPP_CONFIG, ID, {"name": "New"})
CONFIG_AT = f"/whatsapp_configs/{ID}"
OLD, NEW = {"id": ID, "name": "Old"}, {"id": ID, "name": "New"}
OTHERS = ({"id": OTHER}, {"id": THIRD})
DELETE_OTHERS: list[Any] = [("DELETE", f"/whatsapp_configs/{name}", {}) for name in (OTHER, THIRD)]
GOOD = {f"PATCH {CONFIG_AT}": NEW}
UPDATE = ("PATCH", CONFIG_AT, {"name": "New"})


def planned(target: Target, row: Any = OLD) -> Outcome:
    """Return the plan of an object that a list has shown."""
    client = Canned()
    client.time = EPOCH.timestamp()
    outcome = plan_one(client, begun(target), [row] if row else [])
    assert outcome.error is None
    return outcome


def told(outcome: Outcome) -> tuple[str, str]:
    """Return what happened, and its effect."""
    assert outcome.error is not None
    return outcome.error.what, outcome.error.outcome


def writes(client: Canned) -> list[str]:
    """Return method and path of each write."""
    return [f"{method} {path}" for method, path, _fields in client.sent]


ABSENT = replace(CONFIG, state="absent", desired={})
SAME = replace(CONFIG, desired={"name": "Old"})


@pytest.mark.parametrize(
    ("target", "own", "after"),
    [(CONFIG, [UPDATE], NEW), (ABSENT, [("DELETE", CONFIG_AT, {})], {}), (SAME, [], OLD)],
)
@pytest.mark.parametrize("first", [True, False])
def test_the_object_is_written_and_the_others_are_deleted_in_the_planned_order(
    target: Target, own: Any, after: Any, first: bool
) -> None:
    client = Canned(GOOD)

    outcome = apply(client, planned(target).deleting(OTHERS, "other", before_all=first))

    assert client.sent == ([*DELETE_OTHERS, *own] if first else [*own, *DELETE_OTHERS])
    assert (outcome.error, outcome.changed, outcome.write_attempted, outcome.after) == (None, True, True, after)


def test_an_object_is_created_with_its_planned_fields() -> None:
    target = Target(CUSTOMER, None, {"name": "New"}, given_key={"external_customer_id": "own"}, by_key=True)
    made = {"id": ID, "name": "New", "external_customer_id": "own", "updated_at": "2026-01-01T00:00:00Z"}
    client = Canned({"POST /customers": made})

    outcome = apply(client, planned(target, None))

    assert client.sent == [("POST", "/customers", {"name": "New", "external_customer_id": "own"})]
    assert (outcome.error, outcome.changed, outcome.after, outcome.target.object_id) == (None, True, made, ID)


@pytest.mark.parametrize("target", [CONFIG, ABSENT])
def test_the_others_stay_if_the_write_to_the_object_itself_fails(target: Target) -> None:
    client = Canned({**GOOD, f"PATCH {CONFIG_AT}": 403, f"DELETE {CONFIG_AT}": 403})

    outcome = apply(client, planned(target).deleting(OTHERS, "other"))

    assert (len(client.sent), outcome.changed, told(outcome)) == (1, False, ("refused", "rejected"))


@pytest.mark.parametrize("first", [True, False])
def test_only_a_deletion_counts_if_the_object_itself_stays(first: bool) -> None:
    outcome = apply(
        Canned({**GOOD, f"DELETE /whatsapp_configs/{OTHER}": 403}),
        planned(SAME).deleting(OTHERS, "other", before_all=first),
    )

    assert (outcome.changed, outcome.after) == (False, OLD if not first else outcome.after)
    assert told(outcome) == (f"deleting {OTHER} failed: refused", "rejected")


@pytest.mark.parametrize(
    ("answer", "what", "effect"),
    [
        (403, f"{OTHER}, {THIRD} is deleted, but refused", "applied"),
        (500, "refused", "unknown"),
    ],
)
def test_deletions_before_a_write_that_fails_count_as_a_change(answer: int, what: str, effect: str) -> None:
    client = Canned({**GOOD, f"PATCH {CONFIG_AT}": answer, CONFIG_AT: OLD})

    outcome = apply(client, planned(CONFIG).deleting(OTHERS, "other", before_all=True))

    assert writes(client) == [*(f"DELETE {path}" for _, path, _ in DELETE_OTHERS), f"PATCH {CONFIG_AT}"]
    assert (outcome.changed, told(outcome)) == (True, (what, effect))


def test_no_write_follows_a_deletion_before_it_that_fails() -> None:
    client = Canned({**GOOD, f"DELETE /whatsapp_configs/{OTHER}": 403})

    outcome = apply(client, planned(CONFIG).deleting(OTHERS, "other", before_all=True))

    assert client.sent == DELETE_OTHERS[:1]
    assert (outcome.changed, told(outcome)) == (False, (f"deleting {OTHER} failed: refused", "rejected"))


def test_a_fault_of_the_collection_during_a_write_loses_nothing_that_is_known() -> None:
    secret = replace(CONFIG, desired={"name": "New", "access_token": "EXAMPLE-token"})
    receipt = EMPTY.recorded({"access_token": "EXAMPLE-other", "webhook_verify_token": "EXAMPLE-x"}, OLD, OLD)
    plan = make_plan(WHATSAPP_CONFIG, secret.desired, OLD, receipt, "when_changed")
    outcome = replace(begun(secret).planned(plan, NEW, OLD), new_receipt=receipt)

    failed = apply(Canned({f"PATCH {CONFIG_AT}": KeyError("canary")}), outcome)

    error = failed.error
    assert error is not None
    assert error.what.startswith("the collection has a fault (KeyError in canned.py, line ")
    assert (error.advice, error.outcome, error.facts.attempts) == (CHECK_AND_REPORT, "unknown", 0)
    assert (failed.changed, failed.write_attempted, failed.after) == (True, True, OLD)
    assert failed.new_receipt == receipt.without(plan.values) != receipt


# A link that is extended, or replaced if Kapso does not extend it.

LINKS = f"/customers/{OTHER}/setup_links"
LINK_AT = f"{LINKS}/link-1"
OPTIONS = {"min_validity": "7d", "reconnect": False}
LINK = Target(SETUP_LINK, None, {}, parent_id=OTHER, by_key=True, options=OPTIONS)
SOON, LATE, FULL = "2026-01-02T00:00:00Z", "2026-01-20T00:00:00Z", "2026-01-31T00:00:00Z"
ROW = {"id": "link-1", "status": "active", "expires_at": SOON, "allowed_connection_types": ["coexistence"]}
NUMBERS = f"/whatsapp/phone_numbers?customer_id={OTHER}"
MADE = {"id": "link-2", "status": "active", "expires_at": FULL, "updated_at": SOON}
WITH = replace(LINK, desired={"success_redirect_url": "https://app.example.org/done"})
REDIRECT = {"success_redirect_url": "https://app.example.org/done"}


def extended(answer: Any, made: Any = 403, target: Target = LINK, later: float = 0) -> tuple[Outcome, Canned]:
    """Return the outcome of an extension that Kapso answers so, `later` seconds after the plan, and its client."""
    client = Canned({f"PATCH {LINK_AT}": answer, f"POST {LINKS}": made, f"{LINKS}?status=active": [ROW]})
    client.time = EPOCH.timestamp() + later
    row = {**ROW, **dict.fromkeys(target.desired)}
    return apply(client, planned(target, row)), client


@pytest.mark.parametrize(
    "answer",
    [
        {**ROW, "expires_at": FULL},
        {**ROW, "expires_at": f"{FULL[:-1]}.000Z"},
        {**ROW, "expires_at": LATE},  # less than was asked for, and enough
        {**ROW, "expires_at": None},
    ],
)
def test_a_link_that_kapso_extends_is_kept(answer: Any) -> None:
    outcome, client = extended(answer)

    assert client.sent == [("PATCH", LINK_AT, {"expires_at": FULL})]
    assert (outcome.error, outcome.changed, outcome.after, outcome.earlier) == (None, True, answer, None)


def test_a_link_that_ends_as_planned_is_kept_although_the_time_that_is_left_has_passed_meanwhile() -> None:
    target = replace(LINK, options={**OPTIONS, "min_validity": "30d"})

    outcome, client = extended({**ROW, "expires_at": FULL}, MADE, target, later=5)

    assert (outcome.error, outcome.target.object_id, len(client.sent)) == (None, "link-1", 1)


def test_a_link_that_kapso_does_not_extend_is_replaced() -> None:
    outcome, client = extended({**ROW, **REDIRECT}, {**MADE, **REDIRECT}, WITH)

    assert client.sent == [
        ("PATCH", LINK_AT, {**REDIRECT, "expires_at": FULL}),
        ("POST", LINKS, REDIRECT),
    ]
    assert (outcome.error, outcome.changed, outcome.target.object_id) == (None, True, "link-2")
    assert outcome.warnings == ("Kapso did not extend link-1: a new setup link was created in its place",)
    assert outcome.plan.note == "revokes setup link link-1"
    assert [(step.action, step.object_id) for step in outcome.steps] == [("update", "link-1"), ("create", "link-2")]


@pytest.mark.parametrize(
    ("target", "answer", "made", "effect", "changed"),
    [
        (LINK, ROW, 403, "rejected", False),
        (WITH, {**ROW, **REDIRECT}, 403, "applied", True),
        (LINK, ROW, 500, "unknown", True),
        (WITH, {**ROW, **REDIRECT}, 500, "unknown", True),
    ],
)
def test_a_link_that_can_neither_be_extended_nor_replaced(
    target: Target, answer: Any, made: int, effect: str, changed: bool
) -> None:
    outcome, _client = extended(answer, made, target)

    what = "Kapso did not extend it, and creating a new setup link in its place failed: refused"
    assert told(outcome)[0].startswith(what)
    assert (told(outcome)[1], outcome.changed) == (effect, changed)
    assert outcome.earlier is not None
    assert outcome.before == answer
    assert outcome.earlier.target.object_id == "link-1"


def test_a_link_that_was_revoked_meanwhile_is_not_replaced() -> None:
    outcome, client = extended({**ROW, "status": "revoked"}, MADE)

    error = outcome.error
    assert error is not None
    assert (error.what, error.advice, error.outcome) == (TAKEN_AWAY, "run again", "applied")
    assert (error.facts.method, error.facts.url, error.facts.status) == ("PATCH", BASE + LINK_AT, 200)
    assert len(client.sent) == 1


@pytest.mark.parametrize("answer", [403, {**ROW, "status": "revoked", **dict.fromkeys(REDIRECT)}])
def test_an_extension_that_fails_is_not_followed_by_another_write(answer: Any) -> None:
    outcome, client = extended(answer, MADE, WITH)

    assert writes(client) == [f"PATCH {LINK_AT}"]
    assert told(outcome)[0] != TAKEN_AWAY


# A creation whose answer is lost.

OWN = {"external_customer_id": "own"}
OWNER = Target(CUSTOMER, None, {"name": "New"}, given_key=OWN, by_key=True)
OWNERS = "/customers?external_customer_id=own"
FOUND = {"id": ID, "name": "New", **OWN}
LOST = "the answer to the creation was lost (refused); the object was found"


def lost(listed: Any, **answers: Any) -> tuple[Outcome, Canned]:
    """Return the outcome of a creation whose answer is lost, and its client."""
    begin = replace(planned(OWNER, None), warnings=("first",), others=OTHERS, others_note="note")
    client = Canned({"POST /customers": 500, OWNERS: listed, **answers})
    outcome = apply(client, replace(begin, planned_as="as planned"))
    return outcome, client


def test_an_object_whose_creation_was_not_answered_is_found() -> None:
    outcome, client = lost([FOUND])

    assert writes(client) == [
        "POST /customers",
        f"DELETE /customers/{OTHER}",
        f"DELETE /customers/{THIRD}",
    ]
    assert client.asked == [OWNERS]
    assert (outcome.error, outcome.changed, outcome.write_attempted) == (None, True, True)
    assert (outcome.target.object_id, outcome.before, outcome.after) == (ID, {}, FOUND)
    assert outcome.warnings == ("first", LOST)
    assert (outcome.plan.action, outcome.planned_as) == ("create", "as planned")
    assert (outcome.others, outcome.others_note) == (OTHERS, "note")


def test_an_object_that_is_found_with_other_values_is_updated() -> None:
    found = {**FOUND, "name": "Old"}
    outcome, client = lost([found], **{f"PATCH /customers/{ID}": FOUND})

    assert client.sent[1] == ("PATCH", f"/customers/{ID}", {"name": "New"})
    assert (outcome.changed, outcome.after, outcome.before) == (True, FOUND, {})
    assert outcome.plan.action == "create"


@pytest.mark.parametrize(
    ("answer", "effect"), [(403, "applied"), (500, "unknown"), ({**FOUND, "name": "Old"}, "applied")]
)
def test_a_found_object_that_cannot_be_updated_was_created_all_the_same(answer: Any, effect: str) -> None:
    found = {**FOUND, "name": "Old"}
    outcome, _client = lost([found], **{f"PATCH /customers/{ID}": answer, f"/customers/{ID}": found})

    assert (outcome.changed, told(outcome)[1]) == (True, effect)


def test_it_is_not_known_whether_a_found_object_that_cannot_be_read_is_the_created_one() -> None:
    outcome, client = lost([{"id": ID, **OWN}], **{f"/customers/{ID}": 403})

    assert (outcome.changed, outcome.write_attempted, told(outcome)) == (True, True, ("refused", "unknown"))
    assert writes(client) == ["POST /customers"]


def test_a_created_object_that_does_not_appear_is_an_error() -> None:
    outcome, client = lost([])

    assert told(outcome) == ("refused, and the object did not appear within 60 s", "unknown")
    assert (outcome.changed, sum(client.clock.slept), len(client.sent)) == (True, 60.0, 1)


def test_a_creation_that_kapso_refuses_is_not_looked_for() -> None:
    outcome, client = lost([FOUND], **{"POST /customers": 403})

    assert (told(outcome), outcome.changed, client.asked) == (("refused", "rejected"), False, [])


def test_a_found_object_that_cannot_become_as_declared_is_an_error() -> None:
    target = replace(LINK, desired={"meta_billing_mode": "customer_managed"})
    client = Canned(
        {
            f"POST {LINKS}": 500,
            NUMBERS: [],
            f"{LINKS}?status=active": [{**ROW, "expires_at": FULL, "meta_billing_mode": "partner_managed"}],
        }
    )

    outcome = apply(client, planned(target, None))

    assert told(outcome) == ("refused, and link-1, which was found, is not as declared", "unknown")
    assert (outcome.changed, len(client.sent)) == (True, 1)


def test_the_object_that_is_replaced_is_not_taken_for_the_created_one() -> None:
    target = replace(LINK, object_id=None, desired={})
    plan = plan_creation(SETUP_LINK, {}, EMPTY, "replaced")
    outcome = begun(target).planned(plan, {}, ROW)
    client = Canned({f"POST {LINKS}": 500, f"{LINKS}?status=active": iter([[ROW], [{**MADE, "created_at": FULL}]])})
    client.time = EPOCH.timestamp()

    done = apply(client, outcome)

    assert (done.error, done.target.object_id, done.changed) == (None, "link-2", True)
    assert done.warnings[-1] == LOST
