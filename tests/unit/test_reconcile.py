# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan of one object: which requests find it, what is planned, and how the rules of its resource judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.reconcile import (
    judged,
    plan_one,
    read_and_plan,
    reconcile,
    unplanned,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Entry, Need, Related, Row, Rules
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Verdict as Decision
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import PAUSED, WHATSAPP_WEBHOOK

from tests.support.canned import Canned
from tests.support.entries import EMPTY, NUMBER, OTHER, URL, begun, failure
from tests.support.simulation import EPOCH, ID

CONFIG = Target(WHATSAPP_CONFIG, ID, {"name": "New"})
CONFIG_AT = f"/whatsapp_configs/{ID}"
CONFIG_ROW = {"id": ID, "name": "Old"}
PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {"name": "New"}, parent_id=OTHER)
PHONE_AT = f"/whatsapp/phone_numbers/{NUMBER}"
PHONE_ROW = {"id": NUMBER, "phone_number_id": NUMBER, "customer_id": OTHER, "calls_enabled": True}
WHOLE_PHONE = {"name": "New", "business_account_id": "1", "access_token": "EXAMPLE-token"}
HOOK = Target(WHATSAPP_WEBHOOK, None, {"url": URL, "active": True}, by_key=True, parent_id=NUMBER)
HOOKS = f"{PHONE_AT}/webhooks"
HOOK_AT = "/whatsapp/webhooks/hook-1"
HOOK_ROW = {"id": "hook-1", "url": URL, "phone_number_id": NUMBER, "active": False}
CREATED = {"events": ["whatsapp.message.received"], "secret_key": "EXAMPLE-passphrase"}
OPTIONS = {"min_validity": "7d", "reconnect": False}
LINK = Target(SETUP_LINK, None, {"language": "en"}, parent_id=OTHER, by_key=True, options=OPTIONS)
LINKS = f"/customers/{OTHER}/setup_links?status=active"
LATE = "2026-01-30T00:00:00Z"
LINK_ROW = {"id": "link-1", "status": "active", "expires_at": LATE}
NUMBERS = f"/whatsapp/phone_numbers?customer_id={OTHER}"
OWNER = Target(CUSTOMER, OTHER, {}, state="absent")
WORLD = {
    CONFIG_AT: CONFIG_ROW,
    PHONE_AT: {**PHONE_ROW, "name": "Old"},
    HOOKS: [HOOK_ROW],
    HOOK_AT: HOOK_ROW,
    LINKS: [LINK_ROW],
    f"/customers/{OTHER}": {"id": OTHER},
    "/customers?external_customer_id=own": [{"id": OTHER, "external_customer_id": "own"}],
    NUMBERS: [],
}


def at_kapso(**answers: Any) -> Canned:
    """Return a client of the usual objects, with other answers at some paths."""
    client = Canned({**WORLD, **answers})
    client.time = EPOCH.timestamp()
    return client


def asking(target: Target) -> tuple[Outcome, list[str]]:
    """Return the first outcome of an entry, and the list of the IDs whose receipts are asked for."""
    asked: list[str] = []

    def receipt_of(object_id: str) -> Receipt:
        asked.append(object_id)
        return EMPTY

    return Outcome.begin(target, receipt_of), asked


def gone(target: Target) -> Target:
    """Return the target with `state: absent`."""
    return replace(target, state="absent", desired={"url": URL} if target.resource is WHATSAPP_WEBHOOK else {})


@pytest.mark.parametrize(
    ("target", "rows", "asked", "action"),
    [
        (CONFIG, None, [CONFIG_AT], "update"),
        (CONFIG, [CONFIG_ROW], [], "update"),
        (CONFIG, [{**CONFIG_ROW, "id": ID.upper()}], [], "update"),
        (CONFIG, [{"id": ID}], [CONFIG_AT], "update"),  # the list does not show the name
        (CONFIG, [], [CONFIG_AT], "update"),
        (gone(CONFIG), None, [CONFIG_AT], "delete"),
        (gone(CONFIG), [{"id": ID}], [], "delete"),
        (gone(CONFIG), [], [], None),
        (PHONE, None, [PHONE_AT], "update"),
        (replace(PHONE, desired={"calls_enabled": True, "kind": "production"}), None, [PHONE_AT], None),
        (PHONE, [PHONE_ROW], [PHONE_AT], "update"),
        (PHONE, [{**PHONE_ROW, "name": "Old"}], [], "update"),
        (replace(PHONE, desired=WHOLE_PHONE), [], [f"/customers/{OTHER}"], "create"),
        (gone(PHONE), None, [PHONE_AT], "delete"),
        (gone(PHONE), [], [], None),
        (HOOK, None, [HOOKS], "update"),
        (HOOK, [HOOK_ROW], [], "update"),
        (HOOK, [{"id": "hook-1", "url": URL, "phone_number_id": NUMBER}], [HOOK_AT], "update"),
        (replace(HOOK, desired={"url": URL, **CREATED}), [], [], "create"),
        (gone(HOOK), None, [HOOKS], "delete"),
        (gone(HOOK), [], [], None),
        (LINK, None, [LINKS], "update"),  # the list of links is the only one that shows a link
        (replace(LINK, desired={"allowed_connection_types": ["dedicated"]}), [LINK_ROW], [], "update"),
        (replace(LINK, desired={}), [LINK_ROW], [], None),
        (gone(LINK), None, [LINKS], "delete"),
    ],
)
def test_an_object_is_read_once_and_only_if_no_list_has_shown_it(
    target: Target, rows: Sequence[Row] | None, asked: list[str], action: str | None
) -> None:
    client = at_kapso()

    outcome = plan_one(client, begun(target), rows)

    assert (outcome.error, outcome.plan.action, outcome.changed) == (None, action, action is not None)
    assert (client.asked, client.sent) == (asked, [])
    assert outcome.absent is (action is None and target.state == "absent")
    assert outcome.target.by_key is target.by_key


def test_an_object_that_a_key_names_gets_its_id_and_the_receipt_of_that_id() -> None:
    begin, asked = asking(HOOK)

    outcome = plan_one(at_kapso(), begin)

    assert (outcome.target.object_id, outcome.target.by_key, asked) == ("hook-1", True, ["", "hook-1"])
    assert (outcome.before, outcome.after) == (HOOK_ROW, {**HOOK_ROW, "active": True})


def test_an_object_that_an_id_names_keeps_that_id_and_its_receipt() -> None:
    begin, asked = asking(replace(CONFIG, object_id=ID.upper()))

    outcome = plan_one(at_kapso(), begin, [CONFIG_ROW])

    assert (outcome.target.object_id, asked, outcome.plan.action) == (ID.upper(), [ID.upper()], "update")


def test_the_parent_is_found_by_its_key() -> None:
    client = at_kapso()

    outcome = plan_one(client, begun(replace(LINK, parent_id=None, parent_key="own", desired={})))

    assert client.asked == ["/customers?external_customer_id=own", LINKS]
    assert (outcome.target.parent_id, outcome.target.object_id, outcome.error) == (OTHER, "link-1", None)


@pytest.mark.parametrize(
    ("target", "answers"),
    [
        (CONFIG, {CONFIG_AT: 403}),
        (gone(CONFIG), {CONFIG_AT: 403}),
        (PHONE, {PHONE_AT: 403}),
        (HOOK, {HOOKS: 403}),
        (replace(LINK, parent_id=None, parent_key="own"), {"/customers?external_customer_id=own": 403}),
    ],
)
def test_a_read_that_fails_is_the_error_of_the_object(target: Target, answers: Any) -> None:
    outcome = plan_one(at_kapso(**answers), begun(target))

    assert failure(outcome)[0] == "refused"
    assert (outcome.changed, outcome.before) == (False, {})


def test_a_row_of_another_owner_or_key_is_not_taken_for_the_object() -> None:
    elsewhere = plan_one(at_kapso(), begun(PHONE), [{**PHONE_ROW, "customer_id": ID}])
    unclear = plan_one(at_kapso(), begun(HOOK), [{"id": "hook-1", "phone_number_id": NUMBER}])

    assert failure(elsewhere)[0] == f"it belongs to customer {ID}, and cannot be moved"
    assert failure(unclear)[0].startswith("the list does not show url and kind and phone_number_id of hook-1")


SECOND = {**HOOK_ROW, "id": "hook-2", "created_at": "2026-01-01T00:00:00Z"}
SOLO = replace(HOOK, desired={"url": URL, "active": False}, options={"solo": True})


@pytest.mark.parametrize("listed", [True, False])
def test_of_several_objects_with_one_key_the_rules_say_which_are_deleted(listed: bool) -> None:
    client, rows = at_kapso(**{HOOKS: [HOOK_ROW, SECOND]}), [HOOK_ROW, SECOND] if listed else None

    solo = plan_one(client, begun(SOLO), rows)
    absent = plan_one(client, begun(gone(HOOK)), rows)
    neither = plan_one(client, begun(HOOK), rows)

    assert (solo.target.object_id, solo.plan.action, solo.others, solo.changed) == ("hook-2", None, (HOOK_ROW,), True)
    assert solo.others_note == absent.others_note == "another webhook with the same key"
    assert (solo.others_first, absent.others_first) == (False, False)
    assert (absent.target.object_id, absent.plan.action, absent.others) == ("hook-2", "delete", (HOOK_ROW,))
    assert failure(neither)[0] == f"2 webhooks have url {URL}: hook-1, hook-2"


def test_no_other_object_is_deleted_if_the_first_one_cannot_be_read() -> None:
    rows = [{"id": name, "url": URL, "phone_number_id": NUMBER} for name in ("hook-1", "hook-2")]

    outcome = plan_one(at_kapso(**{HOOK_AT: 403}), begun(SOLO), rows)

    assert failure(outcome)[0] == "refused"
    assert (outcome.others, outcome.changed) == ((), False)


LONELY = replace(WHATSAPP_PHONE_NUMBER, parent=None)
assert WHATSAPP_PHONE_NUMBER.parent is not None
BY_ID_ONLY = replace(WHATSAPP_PHONE_NUMBER, parent=WHATSAPP_PHONE_NUMBER.parent._replace(key_option=""))
NO_PARENT = replace(PHONE, parent_id=None)


@pytest.mark.parametrize(
    ("target", "lacks"),
    [
        (PHONE, "fields.business_account_id, fields.access_token"),
        (NO_PARENT, "customer_id or external_customer_id, fields.business_account_id, fields.access_token"),
        (replace(NO_PARENT, desired=WHOLE_PHONE), "customer_id or external_customer_id"),
        (replace(NO_PARENT, desired=WHOLE_PHONE, resource=BY_ID_ONLY), "customer_id"),
        (replace(NO_PARENT, desired=WHOLE_PHONE, parent_is_sure=True), ""),
        (replace(NO_PARENT, desired=WHOLE_PHONE, resource=LONELY), ""),
        (replace(PHONE, desired=WHOLE_PHONE), ""),
        (replace(HOOK, desired={}), "url, fields.events, fields.secret_key"),
        (HOOK, "fields.events, fields.secret_key"),
        (replace(HOOK, desired={"url": URL, "kind": "meta"}), "fields.secret_key"),
        (replace(HOOK, options={"scope": "project"}), "fields.events"),
        (replace(HOOK, options={"url": URL}, desired=CREATED), ""),
        (replace(LINK, desired={}), ""),
        (Target(CUSTOMER, None, {}, given_key={"external_customer_id": "own"}), "fields.name"),
        (Target(CUSTOMER, None, {"name": "Own"}, given_key={"external_customer_id": "own"}), ""),
    ],
)
def test_a_creation_names_what_it_lacks_before_any_write(target: Target, lacks: str) -> None:
    outcome = plan_one(at_kapso(), begun(target), [])

    if lacks:
        assert failure(outcome) == (f"it does not exist, and creating it needs {lacks}", f"add {lacks}", "not_sent", 0)
    else:
        assert (outcome.error, outcome.plan.action, outcome.changed) == (None, "create", True)


def test_an_object_is_not_created_for_a_parent_that_does_not_exist() -> None:
    outcome = plan_one(at_kapso(**{f"/customers/{OTHER}": 404}), begun(replace(PHONE, desired=WHOLE_PHONE)), [])

    assert failure(outcome)[0] == f"there is no customer {OTHER} (HTTP 404)"
    assert (outcome.plan.action, outcome.changed) == (None, False)


def test_a_field_that_a_new_object_alone_can_have_is_planned_as_a_new_object() -> None:
    row = {**LINK_ROW, "meta_billing_mode": "partner_managed"}
    outcome = plan_one(at_kapso(), begun(replace(LINK, desired={"meta_billing_mode": "customer_managed"})), [row])

    assert (outcome.plan.action, outcome.target.object_id, outcome.before) == ("create", None, row)
    assert outcome.plan.note == "revokes setup link link-1"


@pytest.mark.parametrize(
    ("name", "check_mode", "sent"),
    [("Old", False, []), ("New", True, []), ("New", False, [("PATCH", CONFIG_AT, {"name": "New"})])],
)
def test_only_a_planned_write_is_sent_and_none_in_check_mode(name: str, check_mode: bool, sent: list[Any]) -> None:
    client = at_kapso(**{f"PATCH {CONFIG_AT}": {"id": ID, "name": "New"}})

    outcome = reconcile(client, replace(CONFIG, desired={"name": name}), lambda _object_id: EMPTY, check_mode)

    assert (client.sent, outcome.write_attempted) == (sent, bool(sent))
    assert (outcome.error, outcome.changed, outcome.after["name"]) == (None, name == "New", name)


def test_the_rules_judge_what_was_planned() -> None:
    client = at_kapso(**{NUMBERS: [{"id": "1", "customer_id": OTHER}]})

    alone = read_and_plan(client, begun(OWNER))
    listed = read_and_plan(client, begun(OWNER), [{"id": OTHER}])

    assert failure(alone) == failure(listed)
    assert failure(listed)[:2] == (
        "it has 1 number (1)",
        "delete them first, or set `force: true` to delete them with the customer",
    )
    assert client.asked == [f"/customers/{OTHER}", NUMBERS, NUMBERS]


class Judge(Rules):
    """Return one verdict, and record what the rule was asked."""

    def __init__(self, verdict: Decision, needs: tuple[Need, ...] = ()) -> None:
        self.verdict, self.need = verdict, needs
        self.seen: list[tuple[Entry, Row, Related]] = []

    def needs(self, entry: Entry) -> tuple[Need, ...]:
        """Return the prepared needs."""
        del entry
        return self.need

    def judge(self, entry: Entry, row: Row, related: Related) -> Decision:
        """Return the prepared verdict."""
        self.seen.append((entry, row, related))
        return self.verdict


OF_CUSTOMER = Need("whatsapp_phone_number", {"customer_id": OTHER})


def planned(verdict: Decision, name: str = "New", needs: tuple[Need, ...] = (OF_CUSTOMER,)) -> tuple[Outcome, Judge]:
    """Return the plan for a configuration, with a note and a warning of its own, and the rules that judge it."""
    rules = Judge(verdict, needs)
    target = replace(CONFIG, resource=replace(WHATSAPP_CONFIG, rules=rules), desired={"name": name})
    outcome = plan_one(at_kapso(), begun(target), [CONFIG_ROW])
    return replace(outcome, plan=replace(outcome.plan, note="own"), warnings=("first",)), rules


@pytest.mark.parametrize("given", [True, False])
def test_a_rule_gets_the_entry_its_object_and_the_rows_that_it_needs(given: bool) -> None:
    outcome, rules = planned(Decision())
    client, asked = at_kapso(**{NUMBERS: [PHONE_ROW]}), []

    def rows_of(need: Need) -> list[Row]:
        asked.append(need)
        return [PHONE_ROW]

    assert judged(client, outcome, rows_of if given else None) is outcome
    assert rules.seen == [(outcome.target.entry, CONFIG_ROW, {"whatsapp_phone_number": [PHONE_ROW]})]
    assert (client.asked, asked) == (([], [OF_CUSTOMER]) if given else ([NUMBERS], []))


def test_an_object_as_declared_is_judged_without_other_rows() -> None:
    outcome, rules = planned(Decision(warning="second"), "Old")
    client = at_kapso()

    assert judged(client, outcome).warnings == ("first", "second")
    assert (client.asked, rules.seen[0][1:]) == ([], (CONFIG_ROW, {}))


@pytest.mark.parametrize("rows", [[], [CONFIG_ROW]])
def test_a_failed_or_absent_object_is_not_judged(rows: list[Row]) -> None:
    rules = Judge(Decision("no"))
    target = replace(CONFIG, resource=replace(WHATSAPP_CONFIG, rules=rules), state="absent")
    outcome = plan_one(at_kapso(), begun(target), rows)
    failed = outcome.failed(NotSent("refused", "wait"))

    assert judged(at_kapso(), failed) is failed
    assert rows or judged(at_kapso(), outcome) is outcome
    assert rules.seen == []


def test_an_object_that_is_created_has_no_values_for_a_rule() -> None:
    rules = Judge(Decision(note="new"))
    target = replace(LINK, resource=replace(SETUP_LINK, rules=rules), desired={})
    created = judged(at_kapso(), replace(plan_one(at_kapso(), begun(target), []), before=LINK_ROW))

    assert (rules.seen[0][1], created.plan.note, created.plan.action) == ({}, "new", "create")


@pytest.mark.parametrize(
    ("verdict", "what"), [(Decision("no", "say yes"), "no"), (Decision(leave=True), None), (None, "refused")]
)
def test_a_plan_that_a_rule_refuses_or_leaves_is_dropped(verdict: Decision | None, what: str | None) -> None:
    outcome, _rules = planned(verdict or Decision())
    outcome = outcome.deleting([SECOND], "other")

    dropped = judged(at_kapso(**{NUMBERS: 403 if verdict is None else []}), outcome)

    assert (dropped.changed, dropped.plan.action, dropped.plan.note, dropped.others) == (False, None, "", ())
    assert dropped.before == dropped.after == CONFIG_ROW
    assert (failure(dropped)[0] if what else dropped.error) == what
    if verdict is not None and what:
        assert failure(dropped)[1:] == ("say yes", "not_sent", 0)
    assert dropped.warnings == ("first",)


def test_a_warning_of_a_rule_is_told_whatever_it_decides() -> None:
    for verdict in (Decision(warning="w"), Decision("no", warning="w"), Decision(leave=True, warning="w")):
        assert judged(at_kapso(), planned(verdict)[0]).warnings == ("first", "w")


def test_a_plan_that_is_dropped_leaves_the_object_and_its_receipt() -> None:
    new = replace(EMPTY, updated_at="2026-01-01T00:00:00Z")
    target = replace(CONFIG, object_id=None)
    created = replace(
        begun(target), plan=replace(begun(target).plan, creates=True), before={"id": ID}, new_receipt=new, changed=True
    )

    dropped = unplanned(created)

    assert (dropped.target.object_id, dropped.plan, dropped.new_receipt) == (ID, begun(target).plan, EMPTY)
    assert (unplanned(begun(target)).target.object_id, unplanned(begun(CONFIG)).target.object_id) == (None, ID)
    other = replace(created, target=CONFIG, before={"id": OTHER})
    assert unplanned(other).target.object_id == ID


@pytest.mark.parametrize(("note", "shown"), [("", "own"), ("new", "new")])
@pytest.mark.parametrize("creates", [True, False])
def test_a_rule_adds_fields_to_a_creation_alone(note: str, shown: str, creates: bool) -> None:
    verdict = Decision(at_creation={"phone_number_id": "1"}, note=note)
    outcome, _rules = planned(verdict)
    if creates:
        outcome = replace(outcome, plan=replace(outcome.plan, creates=True))

    decided = judged(at_kapso(), outcome)

    sent = {"phone_number_id": "1", "name": "New"} if creates else {"name": "New"}
    assert (dict(decided.plan.values), decided.plan.note) == (sent, shown)
    assert decided.target.at_creation == {"phone_number_id": "1"}
    assert decided.plan.action == ("create" if creates else "update")
    assert decided.target.desired == {"name": "New"}


def test_a_note_of_a_rule_replaces_that_of_the_plan() -> None:
    outcome, _rules = planned(Decision(note=PAUSED))

    assert judged(at_kapso(), outcome) == replace(outcome, plan=replace(outcome.plan, note=PAUSED))
