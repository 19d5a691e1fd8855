# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the read of one object: a plan is never made from another object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError, NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import (
    UPDATED_AT_UNSTABLE,
    Change,
    WrongType,
    make_plan,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read import (
    NOT_LISTED,
    SET_AT_APPLY,
    UNREADABLE_TIME,
    Elsewhere,
    NotListed,
    check_key,
    other_object,
    plan_update,
    predicted,
    read,
    read_named,
    renewals,
    wrong_type,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Entry, Row
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK, SetupLinkRules
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.canned import URL as BASE
from tests.support.canned import Canned
from tests.support.entries import NUMBER, OTHER, URL, begun
from tests.support.simulation import EPOCH, ID, instant, signer

CONFIG = Target(WHATSAPP_CONFIG, ID, {"name": "Reception"})
CONFIG_PATH = f"/whatsapp_configs/{ID}"
LINK = Target(SETUP_LINK, ID, {}, parent_id=OTHER, by_key=True, options={"min_validity": "7d", "reconnect": False})
LINKS = f"/customers/{OTHER}/setup_links"
HOOK = Target(WHATSAPP_WEBHOOK, ID, {})


def told(error: ApiError | None) -> tuple[Any, ...]:
    """Return the parts of an error."""
    assert error is not None
    facts = error.facts
    return (error.what, error.advice, error.outcome, facts.method, facts.url, facts.status)


def test_an_object_is_read_by_its_id_alone() -> None:
    client = Canned({CONFIG_PATH: {"id": ID.upper(), "name": "A"}})

    assert read(client, CONFIG) == {"id": ID.upper(), "name": "A"}
    assert client.asked == [CONFIG_PATH]


@pytest.mark.parametrize(
    ("answer", "state", "is_it"),
    [
        ({"id": ID}, "present", True),
        ({"id": ID}, "absent", True),
        ({"name": "A"}, "present", True),
        ({"name": "A"}, "absent", False),
        ({"id": OTHER}, "present", False),
        ({"id": None}, "present", False),
        ({"id": OTHER}, "absent", False),
    ],
)
def test_an_answer_about_another_object_is_refused(answer: Any, state: str, is_it: bool) -> None:
    client = Canned({CONFIG_PATH: answer})

    if is_it:
        assert read_named(client, replace(CONFIG, state=state)) == answer
    else:
        with pytest.raises(NotSent) as error:
            read_named(client, replace(CONFIG, state=state))
        what = "the answer is about another object"
        assert told(error.value) == (what, client.check_url, "not_sent", "GET", BASE + CONFIG_PATH, 200)


def test_an_object_without_an_own_route_is_read_from_the_list_in_any_state() -> None:
    client = Canned({LINKS: [{"id": OTHER}, {"id": ID.upper(), "status": "used"}]})

    assert read(client, LINK) == {"id": ID.upper(), "status": "used"}
    with pytest.raises(NotListed) as error:
        read(Canned({LINKS: [{"id": OTHER}]}), LINK)
    assert told(error.value) == (NOT_LISTED, "run again", "not_sent", "GET", BASE + LINKS, 200)


NUMBER_OF = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {})
OWN = {"external_customer_id": "own"}
DELETE = "leave it out to delete this {}"
ANEW = "delete the number and create it again"
REPLACE = "set `replace: true` to create a new webhook in its place"


@pytest.mark.parametrize(
    ("target", "found", "what", "advice"),
    [
        (
            Target(CUSTOMER, ID, {}, given_key=OWN),
            {"external_customer_id": "other"},
            "external_customer_id of this object is 'other', but 'own' is declared",
            "correct external_customer_id, or customer_id",
        ),
        (
            Target(CUSTOMER, ID, {}, given_key=OWN),
            {"external_customer_id": None},
            "external_customer_id of this object is None, but 'own' is declared",
            "correct external_customer_id, or customer_id",
        ),
        (
            Target(CUSTOMER, ID, {}, given_key={"external_customer_id": None}),
            {"external_customer_id": "other"},
            "external_customer_id of this object is 'other', but None is declared",
            "correct external_customer_id, or customer_id",
        ),
        (
            replace(HOOK, given_key={"url": "https://u:canary@h.example/"}),
            {"url": "https://u:canary@i.example/"},
            "url of this object is 'https://(sensitive)@i.example/', but 'https://(sensitive)@h.example/' is declared",
            "correct url, or webhook_id",
        ),
        (
            replace(HOOK, desired={"kind": "meta"}, state="absent"),
            {"kind": "kapso"},
            "kind of this object is 'kapso', but 'meta' is declared",
            "correct kind, or webhook_id",
        ),
        (
            replace(NUMBER_OF, parent_id=ID),
            {"customer_id": OTHER},
            f"it belongs to customer {OTHER}, and cannot be moved",
            f"correct customer_id, or {ANEW}",
        ),
        (
            replace(NUMBER_OF, parent_id=ID, parent_key="own"),
            {"customer_id": OTHER},
            f"it belongs to customer {OTHER}, and cannot be moved",
            f"correct external_customer_id, or {ANEW}",
        ),
        (
            replace(NUMBER_OF, parent_id=ID),
            {"customer_id": None},
            "it belongs to no customer, and cannot be moved",
            f"correct customer_id, or {ANEW}",
        ),
        (
            replace(NUMBER_OF, parent_id=ID, state="absent"),
            {"customer_id": OTHER},
            f"it belongs to customer {OTHER}, and cannot be moved",
            f"correct customer_id, or {DELETE.format('number')}",
        ),
        (
            replace(HOOK, parent_id="1"),
            {"phone_number_id": "2"},
            "it belongs to number 2, and cannot be moved",
            f"correct phone_number_id, or {REPLACE}",
        ),
        (
            replace(HOOK, parent_id="1"),
            {"phone_number_id": None},
            "it belongs to no number, and cannot be moved",
            f"correct phone_number_id, or {REPLACE}",
        ),
        (
            replace(HOOK, has_no_parent=True),
            {"phone_number_id": "2"},
            "it belongs to number 2, and cannot be moved",
            f"correct scope, or {REPLACE}",
        ),
        (
            replace(HOOK, has_no_parent=True, state="absent"),
            {"phone_number_id": "2"},
            "it belongs to number 2, and cannot be moved",
            f"correct scope, or {DELETE.format('webhook')}",
        ),
    ],
)
def test_an_object_with_another_key_or_parent_is_another_one(
    target: Target, found: Any, what: str, advice: str
) -> None:
    with pytest.raises(NotSent) as error:
        check_key(target, found)

    assert (error.value.what, error.value.advice) == (what, advice)
    with pytest.raises(NotSent) as error:
        read(Canned({target.path: {"id": target.object_id, **found}}), target)
    assert error.value.what == what


def test_the_parent_of_an_object_that_belongs_elsewhere_is_told_by_its_name_if_that_is_known() -> None:
    with pytest.raises(Elsewhere) as raised:
        check_key(replace(NUMBER_OF, parent_id=ID), {"customer_id": OTHER})

    error = raised.value
    assert error.owner_id == OTHER
    assert error.named(None) is error
    named = error.named("Clinic")
    assert (named.advice, named.outcome) == (error.advice, "not_sent")
    assert named.what == error.what.replace(OTHER, f'"Clinic" ({OTHER})') != error.what


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (Target(CUSTOMER, ID, {}, given_key=OWN), {"external_customer_id": "own"}),
        (Target(CUSTOMER, ID, {}, given_key=OWN), {}),
        (replace(HOOK, desired={"kind": "meta"}), {"kind": "kapso"}),
        (replace(HOOK, desired={"kind": "meta"}, state="absent"), {}),
        (replace(HOOK, desired={"kind": "meta"}, state="absent"), {"kind": None}),
        (replace(HOOK, desired={"kind": None}, state="absent"), {"kind": "meta"}),
        (replace(HOOK, desired={"url": f"{URL}/new"}, state="absent"), {"url": URL}),
        (replace(HOOK, desired={"active": True}, state="absent"), {"active": False}),
        (replace(HOOK, parent_id="1"), {"phone_number_id": "1"}),
        (replace(HOOK, parent_id="1"), {}),
        (replace(HOOK, parent_id="1", by_key=True), {"phone_number_id": None}),
        (HOOK, {"phone_number_id": None}),
        (replace(HOOK, has_no_parent=True), {"phone_number_id": None}),
        (replace(CONFIG, parent_id=ID), {"customer_id": None}),
        (replace(NUMBER_OF, parent_id=ID), {}),
        (replace(NUMBER_OF, parent_id=ID), {"customer_id": ID.upper()}),
    ],
)
def test_an_object_that_may_be_the_one_is_taken_for_it(target: Target, found: Any) -> None:
    check_key(target, found)


@pytest.mark.parametrize("outcome", ["not_sent", "unknown"])
def test_invalid_answers_are_reported_with_their_request(outcome: str) -> None:
    client, field = Canned(), WHATSAPP_CONFIG.field("name")
    assert field is not None
    error = WrongType(field, 5)

    other, wrong = other_object(client, "POST", "/a", outcome), wrong_type(client, error, "PATCH", "/b", outcome)

    what = "the answer is about another object"
    assert told(other) == (what, client.check_url, outcome, "POST", f"{BASE}/a", 201)
    what = "the answer to PATCH has a wrong type: name is a number instead of a string"
    assert told(wrong) == (what, client.check_url, outcome, "PATCH", f"{BASE}/b", 200)
    assert wrong.facts.message == "name is a number instead of a string"


def test_an_object_that_was_read_is_not_read_again() -> None:
    client = Canned({CONFIG_PATH: {"id": ID, "name": "Old"}})

    given = plan_update(client, begun(CONFIG), {"id": ID, "name": "Reception"})
    assert (client.asked, given.changed, given.before) == ([], False, {"id": ID, "name": "Reception"})
    assert given.after is given.before
    own = plan_update(client, begun(CONFIG))
    assert (client.asked, own.changed, own.before["name"], own.after["name"]) == (
        [CONFIG_PATH],
        True,
        "Old",
        "Reception",
    )
    failed = plan_update(Canned({CONFIG_PATH: 403}), begun(CONFIG))
    assert (failed.before, failed.changed, told(failed.error)[0]) == ({}, False, "refused")


@pytest.mark.parametrize("send_write_only", ["when_changed", "always", "never"])
def test_the_plan_is_made_from_the_object_and_its_receipt(send_write_only: str) -> None:
    desired = {"name": "Reception", "access_token": "EXAMPLE-token"}
    target = replace(CONFIG, desired=desired, send_write_only=send_write_only)
    before = {"id": ID, "name": "Old", "updated_at": instant(0)}
    receipt = Receipt(signer()).recorded({"access_token": "EXAMPLE-token"}, before, before)

    start = begun(target, receipt)
    plan = make_plan(WHATSAPP_CONFIG, desired, before, receipt, send_write_only)

    outcome = plan_update(Canned(), start, before)

    assert outcome == replace(start, before=before).planned(plan, {**before, "name": "Reception"})


def test_a_field_of_a_wrong_type_is_an_error() -> None:
    client = Canned()

    outcome = plan_update(client, begun(CONFIG), {"id": ID, "name": 5})

    what = "the answer to GET has a wrong type: name is a number instead of a string"
    assert told(outcome.error) == (what, client.check_url, "not_sent", "GET", BASE + CONFIG_PATH, 200)
    assert (outcome.before, outcome.after) == ({"id": ID, "name": 5},) * 2


def test_the_object_is_read_once_more_if_the_plan_cannot_tell_who_moved_it() -> None:
    target = replace(CONFIG, desired={"access_token": "EXAMPLE-token"})
    first, moved, again = ({"id": ID, "updated_at": instant(seconds)} for seconds in (0, 600, 660))
    receipt = Receipt(signer()).recorded({"access_token": "EXAMPLE-token"}, first, first, True)

    client = Canned({CONFIG_PATH: again})
    assert plan_update(client, begun(target, receipt), moved).warnings == (UPDATED_AT_UNSTABLE,)
    assert client.asked == [CONFIG_PATH]
    failed = plan_update(Canned({CONFIG_PATH: 403}), begun(target, receipt), moved)
    assert (told(failed.error)[0], failed.before, failed.after) == ("refused", moved, moved)


def test_a_field_of_creations_cannot_change() -> None:
    target = replace(HOOK, desired={"kind": "meta"})
    outcome = plan_update(Canned(), begun(target), {"id": ID, "kind": "kapso"})

    what = "kind is kapso and cannot become meta: it is set when a webhook is created"
    assert told(outcome.error)[:3] == (what, f"correct the playbook, or {REPLACE}", "not_sent")
    assert outcome.before == outcome.after == {"id": ID, "kind": "kapso"}

    link = replace(LINK, desired={"meta_billing_mode": "customer_managed"})
    row = {"id": ID, "meta_billing_mode": "partner_managed", "expires_at": "2027-01-01T00:00:00Z"}
    replaced = plan_update(Canned(), begun(link), row)
    assert replaced.error is None
    assert [change.field.name for change in replaced.plan.immutable_changes] == ["meta_billing_mode"]
    number = replace(NUMBER_OF, desired={"kind": "sandbox", "phone_number_id": "2"})
    several = plan_update(Canned(), begun(number), {"id": NUMBER, "kind": "production", "phone_number_id": "1"})
    what = "phone_number_id is 1 and cannot become 2, kind is production and cannot become sandbox"
    what += ": it is set when a number is created"
    assert told(several.error)[:2] == (what, f"correct the playbook, or {ANEW}")


def at(moment: float = EPOCH.timestamp()) -> Canned:
    """Return a client of a server with that time."""
    client = Canned()
    client.time = moment
    return client


def test_an_object_that_ends_soon_is_extended() -> None:
    soon, late, never = (
        {"id": ID, "expires_at": end} for end in ("2026-01-07T00:00:00Z", "2026-01-09T00:00:00Z", None)
    )

    assert renewals(at(), LINK, soon) == {"expires_at": "2026-01-31T00:00:00Z"}
    assert (
        renewals(at(EPOCH.timestamp() + 86400), LINK, late)
        == renewals(at(), LINK, late)
        == renewals(at(), LINK, never)
        == {}
    )
    assert renewals(at(), CONFIG, {}) == {}
    outcome = plan_update(at(), begun(LINK), soon)
    (change,) = outcome.plan.changes
    assert (change.field.name, change.after, predicted(change)) == ("expires_at", "2026-01-31T00:00:00Z", SET_AT_APPLY)
    assert outcome.after == {**soon, "expires_at": "(set at apply)"}
    assert outcome.plan.note == "if Kapso does not extend it, a new setup link is created, which revokes this one"
    assert plan_update(at(), begun(LINK), late).plan.note == ""
    assert predicted(Change(CUSTOMER.identity, "update", "differs", "a", "b")) == "b"


class Asked(SetupLinkRules):
    """Record the arguments of rules."""

    def __init__(self) -> None:
        self.seen: list[tuple[Row, Mapping[str, float]]] = []

    def renew(self, entry: Entry, row: Row, left: Mapping[str, float]) -> Mapping[str, float]:
        """Record the row, and the seconds left."""
        self.seen.append((row, left))
        return super().renew(entry, row, left)


def test_an_end_that_cannot_be_read_counts_as_now_for_rules() -> None:
    rules, row = Asked(), {"id": ID, "expires_at": "tomorrow"}
    target = replace(LINK, resource=replace(SETUP_LINK, rules=rules))

    plan_update(at(), begun(target), row)

    assert rules.seen == [(row, {}), (row, {"expires_at": 0.0})]


@pytest.mark.parametrize(
    ("row", "warnings"),
    [
        ({"expires_at": "tomorrow"}, (UNREADABLE_TIME.format("expires_at"),)),
        ({"expires_at": None}, ()),
        ({}, ()),
        ({"expires_at": "2026-01-02T00:00:00Z"}, ()),
    ],
)
def test_an_end_that_cannot_be_read_is_a_warning(row: Any, warnings: tuple[str, ...]) -> None:
    alone = plan_update(at(), begun(LINK), {"id": ID, **row})
    beside = plan_update(at(), begun(replace(LINK, desired={"language": "en"})), {"id": ID, **row})

    assert alone.warnings == warnings
    assert beside.warnings[1:] == warnings  # the first warning says that the server does not confirm the language
    assert len(beside.warnings) == 1 + len(warnings)
