# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the parents of a run's objects: each is found once, and its errors are reported for its children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.owners import (
    Owners,
    Resolved,
    names_of,
    taken_along,
    wanted_by_key,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import Plan
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read_many import Shown
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import parent_of
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.canned import Canned
from tests.support.entries import EMPTY, NUMBER, OTHER, entry, told
from tests.support.simulation import ID

OWN = "/customers?external_customer_id=own"


def owners(
    outcomes: Mapping[int, Outcome] | None = None,
    rows: Sequence[Mapping[str, Any]] = (),
    is_whole: bool = False,
    resource: Resource = CUSTOMER,
) -> Owners:
    """Return the owners of a run."""
    return Owners(resource, outcomes or {}, Shown(resource, {row["id"]: row for row in rows}, is_whole))


PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {}, parent_key="own")
BY_ID = replace(PHONE, parent_key=None, parent_id=ID.upper())
CREATED = Plan(EMPTY, creates=True)
ENTRY = entry(CUSTOMER, None, given_key={"external_customer_id": "own"}, by_key=True, plan=CREATED, changed=True)
THERE = entry(CUSTOMER, ID, before={"id": ID, "name": "Clinic", "external_customer_id": "own"})


# By its key or its id, among the entries of the run


def test_a_parent_that_the_run_creates_is_awaited() -> None:
    client = Canned()

    assert owners({7: ENTRY}).resolve(client, PHONE) == Resolved(replace(PHONE, parent_is_sure=True), awaits=7)
    assert client.asked == []


@pytest.mark.parametrize(
    "outcomes",
    [
        {7: THERE},
        {7: entry(CUSTOMER, ID, given_key={"external_customer_id": "own"})},
        {7: entry(CUSTOMER, ID, before={"external_customer_id": "own"})},
        {7: THERE, 8: replace(THERE, target=replace(THERE.target, object_id=OTHER))},
    ],
)
def test_a_parent_that_is_an_entry_is_not_asked_for(outcomes: Mapping[int, Outcome]) -> None:
    client = Canned()

    found = owners(outcomes).resolve(client, PHONE)

    assert found == Resolved(replace(PHONE, parent_id=ID, parent_is_sure=True))
    assert client.asked == []


def test_an_id_keeps_its_spelling() -> None:
    assert owners({7: THERE}).resolve(Canned(), BY_ID) == Resolved(replace(BY_ID, parent_is_sure=True))


def test_a_number_appears_as_a_configuration_by_its_key() -> None:
    hook = Target(WHATSAPP_WEBHOOK, None, {}, parent_id=NUMBER)
    config = entry(WHATSAPP_CONFIG, None, desired={"phone_number_id": NUMBER}, by_key=True, plan=CREATED, changed=True)
    own = entry(WHATSAPP_PHONE_NUMBER, NUMBER, given_key={"phone_number_id": NUMBER})

    known = owners({1: config}, resource=WHATSAPP_PHONE_NUMBER)
    assert known.resolve(Canned(), hook).awaits == 1
    known = owners({0: own, 1: config}, resource=WHATSAPP_PHONE_NUMBER)
    assert known.resolve(Canned(), hook) == Resolved(replace(hook, parent_is_sure=True))
    config = replace(config, target=replace(config.target, object_id=ID))
    assert owners({1: config}, resource=WHATSAPP_PHONE_NUMBER).resolve(Canned(), replace(hook, parent_id=ID)) == (
        Resolved(replace(hook, parent_id=ID))
    )


ERROR = NotSent("it is not there", "add name", attempts=3)


@pytest.mark.parametrize(
    ("owner", "what"),
    [
        (replace(ENTRY, error=ERROR), "not tried, because customer own could not be planned: it is not there"),
        (replace(THERE, error=ERROR), None),
        (
            replace(THERE, error=ERROR, absent=True),
            f"not tried, because customer {ID} could not be planned: it is not there",
        ),
        (
            replace(THERE, target=replace(THERE.target, state="absent")),
            f"customer {ID}, which it belongs to, is declared absent in the same run",
        ),
    ],
)
def test_errors_of_parents_that_failed_or_are_absent(owner: Outcome, what: str | None) -> None:
    resolved = owners({7: owner}).resolve(Canned(), PHONE)

    if what is None:
        assert resolved == Resolved(replace(PHONE, parent_id=ID, parent_is_sure=True))
    else:
        assert (resolved.target, resolved.awaits) == (PHONE, None)
        assert told(resolved.error)[0] == what


def test_errors_of_a_parent_need_no_request() -> None:
    failed = owners({7: replace(ENTRY, error=ERROR)}).resolve(Canned(), PHONE)
    assert told(failed.error)[1:] == ("add name", 0)
    assert told(taken_along(THERE))[1:] == ("declare both absent, or both present", 0)


def test_an_object_that_is_deleted_with_its_parent_is_accepted() -> None:
    gone = replace(THERE, target=replace(THERE.target, state="absent"))
    child = replace(PHONE, state="absent")

    assert owners({7: gone}).resolve(Canned(), child) == Resolved(replace(child, parent_id=ID, parent_is_sure=True))


def test_a_creation_that_failed_is_not_awaited() -> None:
    failed = replace(THERE, plan=CREATED, error=ERROR)

    assert owners({7: failed}).resolve(Canned(), PHONE).awaits is None


# By its key, at the server


@pytest.mark.parametrize("outcomes", [{}, {7: entry(CUSTOMER, OTHER, before={"external_customer_id": "another"})}])
def test_a_parent_without_an_entry_is_asked_for_once(outcomes: Mapping[int, Outcome]) -> None:
    client, known = Canned({OWN: [{"id": ID, "external_customer_id": "own"}]}), owners(outcomes)

    for _time in range(2):
        assert known.resolve(client, PHONE) == Resolved(replace(PHONE, parent_id=ID, parent_is_sure=True))
    assert client.asked == [OWN]
    lacking = replace(PHONE, parent_key="o")
    client.answers["/customers?external_customer_id=o"] = []
    resolved = known.resolve(client, lacking)
    assert (resolved.target, told(resolved.error)[0]) == (lacking, "no customer has external_customer_id o")
    gone = replace(lacking, state="absent")
    assert known.resolve(client, gone) == Resolved(gone)


def test_a_list_that_is_whole_tells_of_every_key() -> None:
    client = Canned()
    rows = [
        {"id": OTHER, "external_customer_id": "o"},
        {"id": ID, "external_customer_id": "own"},
        {"id": "x", "external_customer_id": "two"},
        {"id": "y", "external_customer_id": "two"},
    ]
    known = owners(rows=rows, is_whole=True)

    assert known.resolve(client, PHONE).target.parent_id == ID
    for key, what in (
        ("two", "2 customers have external_customer_id two"),
        ("z", "no customer has external_customer_id z"),
    ):
        assert told(known.resolve(client, replace(PHONE, parent_key=key)).error)[0] == what
    assert client.asked == []
    assert owners(rows=rows).resolve(client, PHONE).error is not None
    assert client.asked == [OWN]


# By its id, at the server


def test_an_id_in_a_list_is_not_read_again() -> None:
    rows = [{"id": ID}]

    assert owners(rows=rows).resolve(Canned(), BY_ID) == Resolved(replace(BY_ID, parent_is_sure=True))
    sure = replace(BY_ID, parent_is_sure=True)
    assert owners(rows=[{"id": OTHER}]).resolve(Canned(), sure) == Resolved(BY_ID)
    none = replace(BY_ID, parent_id=None)
    assert owners({7: entry(CUSTOMER, "XXXX")}, [{"id": "XXXX"}]).resolve(Canned(), none) == Resolved(none)


def test_kinds_without_a_key_are_known_by_their_id() -> None:
    known = owners({7: entry(SETUP_LINK, ID)}, [{"id": OTHER}], resource=SETUP_LINK)

    assert known.resolve(Canned(), replace(PHONE, parent_key=None, parent_id=ID)).target.parent_is_sure
    assert known.resolve(Canned(), replace(PHONE, parent_key=None, parent_id=OTHER)).target.parent_is_sure


def test_each_parent_is_checked_once() -> None:
    client, known = Canned({f"/customers/{ID}": {"id": ID}, f"/customers/{OTHER}": 403}), owners()
    there, other = replace(BY_ID, parent_id=ID), replace(BY_ID, parent_id=OTHER)

    assert known.check(client, there) == replace(there, parent_is_sure=True)
    assert known.check(client, BY_ID) == replace(BY_ID, parent_is_sure=True)
    for _time in range(2):
        with pytest.raises(NotSent, match="refused"):
            known.check(client, other)
    assert client.asked == [f"/customers/{ID}", f"/customers/{OTHER}"]


# Names


@pytest.mark.parametrize(
    ("outcomes", "rows", "name"),
    [
        ({7: THERE}, [{"id": ID, "name": "Shown"}], "Clinic"),
        ({7: entry(CUSTOMER, ID.upper())}, [{"id": ID, "name": "Shown"}], "Shown"),
        ({}, [{"id": ID, "name": "Shown"}], "Shown"),
        ({}, [{"id": ID, "name": 5}], None),
        ({}, [{"id": ID}], None),
        ({}, [], None),
    ],
)
def test_the_name_of_a_parent(outcomes: Mapping[int, Outcome], rows: list[Any], name: str | None) -> None:
    assert owners(outcomes, rows).name(ID.upper()) == name


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        (ENTRY, {"own"}),
        (entry(CUSTOMER, ID), set()),
        (
            entry(CUSTOMER, ID, before={"external_customer_id": "old"}, desired={"external_customer_id": "new"}),
            {"old", "new"},
        ),
        (entry(CUSTOMER, ID, before={"external_customer_id": "old"}, desired={"external_customer_id": None}), {"old"}),
        (
            entry(CUSTOMER, ID, given_key={"external_customer_id": "a"}, desired={"external_customer_id": "b"}),
            {"a", "b"},
        ),
        (entry(WHATSAPP_WEBHOOK, ID, desired={"url": "a", "kind": "meta"}), {"a"}),
        (entry(SETUP_LINK, ID, before={"": "x", "XXXX": "y"}), set()),
    ],
)
def test_by_which_keys_others_may_call_an_object(outcome: Outcome, names: set[str]) -> None:
    assert names_of(outcome) == names


@pytest.mark.parametrize(
    ("desired", "what", "advice"),
    [
        ({}, None, None),
        ({"name": "A"}, None, None),
        ({"external_customer_id": "own"}, None, None),
        (
            {"external_customer_id": "new\n"},
            "from own to new\\n",
            f"give external_customer_id new\\n, or customer_id {ID}",
        ),
        ({"external_customer_id": None}, "from own to none", f"give customer_id {ID}"),
    ],
)
def test_a_key_that_the_run_changes_names_no_parent(desired: Any, what: str | None, advice: str | None) -> None:
    resolved = owners({7: replace(THERE, target=replace(THERE.target, desired=desired))}).resolve(Canned(), PHONE)

    if what is None:
        assert resolved == Resolved(replace(PHONE, parent_id=ID, parent_is_sure=True))
    else:
        changes = f"customer {ID} changes its external_customer_id {what} in the same run, "
        later = "and a later run would find no customer own"
        assert (resolved.target, told(resolved.error)) == (PHONE, (changes + later, advice, 0))


def test_a_parent_that_is_named_by_its_id_may_change_its_key() -> None:
    renamed = replace(THERE, target=replace(THERE.target, desired={"external_customer_id": "new"}))

    assert owners({7: renamed}).resolve(Canned(), BY_ID).error is None


def test_the_parents_that_are_named_by_their_key_are_wanted_once_each() -> None:
    targets = [
        PHONE,
        replace(PHONE, object_id="2"),
        replace(PHONE, parent_key="other"),
        BY_ID,
        Target(WHATSAPP_WEBHOOK, None, {}, parent_key="not a customer"),
        Target(CUSTOMER, None, {}, parent_key="no parent"),
    ]

    assert wanted_by_key(CUSTOMER, targets) == [
        Target(CUSTOMER, None, {}, given_key={"external_customer_id": key}, by_key=True) for key in ("own", "other")
    ]


def test_to_which_kind_objects_belong() -> None:
    parent = WHATSAPP_WEBHOOK.parent
    assert parent is not None
    assert parent_of(WHATSAPP_WEBHOOK) is WHATSAPP_PHONE_NUMBER
    assert parent_of(CUSTOMER) is None
    assert parent_of(replace(WHATSAPP_WEBHOOK, parent=parent._replace(resource="nothing of ours"))) is None
