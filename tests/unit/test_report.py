# SPDX-License-Identifier: GPL-3.0-or-later
"""Test results: equal keys in a dry run and a real run, no secret in any of them, and the texts of the diff."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ERRORS
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED, Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.result import failure, no_request, result
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.outcome import Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import plan_creation, plan_deletion
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.sensitive import KEYS as PUBLIC
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support.results import sides
from tests.support.simulation import ID, Controller, Server, Values, signer

TOKEN = "canary-token-1"
ROTATED = "canary-token-2"
VERIFY = "canary-verify-1"
HIDDEN = {
    "access_token": TOKEN,
    "webhook_verify_token": VERIFY,
    "webhook_destination_url": "https://hooks.example.org/1",
}
ALL = {"name": "Reception", "calls_enabled": False, **HIDDEN}
MASK = Mask([TOKEN, ROTATED, VERIFY], keys=PUBLIC)
KEYS = {
    *("resource", "id", "config_id", "key", "parent", "name"),
    *("changed", "data", "changes", "steps", "warnings", "diff"),
}
SUBJECT = f"WhatsApp configuration {ID}"
Result = dict[str, Any]


class Person(Controller):
    """Run tasks against a server, with `--diff`."""

    def result(self, declared: Values, send_write_only: str = "when_changed", *, check: bool = False) -> Result:
        """Return the result of a task."""
        returned = result(self.reconcile(declared, send_write_only, check=check), MASK, diff_mode=True)
        assert "canary" not in repr(returned)
        return returned


def hiding(**state: Any) -> Person:
    """Return a person whose server returns no write-only field."""
    return Person(Server({"id": ID, "name": "Old", "calls_enabled": False, **state}, omits=tuple(HIDDEN)))


def echoing(masks: tuple[str, ...] = (), **state: Any) -> Person:
    """Return a person whose server returns all fields, or asterisks for some."""
    return Person(Server({"id": ID, **ALL, **state}, masks=masks))


@pytest.mark.parametrize(
    ("person", "send_write_only"),
    [
        pytest.param(hiding(), "when_changed", id="a first run"),
        pytest.param(hiding(name="Reception"), "always", id="write-only fields only"),
        pytest.param(hiding(name="Reception"), "never", id="nothing to do"),
        pytest.param(hiding(), "adopt", id="adopting"),
        pytest.param(echoing(access_token=ROTATED, calls_enabled=True), "when_changed", id="all is shown"),
        pytest.param(echoing(WHATSAPP_CONFIG.secrets, access_token="x"), "when_changed", id="masked"),
    ],
)
def test_a_dry_run_has_the_result_of_the_real_run(person: Person, send_write_only: str) -> None:
    dry = person.result(ALL, send_write_only, check=True)
    assert person.server.writes == []
    real = person.result(ALL, send_write_only)
    assert set(dry) == set(real) == KEYS
    for key in ("changed", "changes", "diff"):
        assert dry[key] == real[key]
    shown = {"name", "calls_enabled"}
    assert {name: dry["data"][name] for name in shown} == {name: real["data"][name] for name in shown}
    assert real["changed"] == bool(person.server.writes)


def test_a_dry_run_predicts_the_form_that_the_server_gave_a_value_that_is_only_sent_along() -> None:
    person = Person(Server({"id": ID, "name": "Old"}, omits=("access_token",), form=str.strip, demanding=True))
    declared = {"access_token": TOKEN, "phone_number_id": "1 ", "business_account_id": "2 ", "name": "Reception"}
    person.stored = Receipt(signer(), required_by_server=True).dump()
    person.result(declared)
    dry = person.result({**declared, "name": "Kitchen"}, check=True)
    real = person.result({**declared, "name": "Kitchen"})
    assert (dry["changed"], dry["changes"], dry["diff"]) == (True, real["changes"], real["diff"])
    assert dry["data"]["phone_number_id"] == real["data"]["phone_number_id"] == "1"


def test_there_is_a_diff_only_in_diff_mode() -> None:
    assert "diff" not in result(hiding().reconcile(ALL, check=True), MASK, diff_mode=False)


# The texts of the diff.


def diff(returned: Result, name: str) -> tuple[Any, Any]:
    """Return the values before and after of one field."""
    before, after = sides(returned)
    return before[name], after[name]


def test_only_declared_readable_fields_are_shown() -> None:
    returned = hiding(phone_number_id="1").result({"name": "Reception", "calls_enabled": False})
    assert sides(returned) == ({"name": "Old", "calls_enabled": False}, {"name": "Reception", "calls_enabled": False})
    assert {returned["diff"][header] for header in ("before_header", "after_header")} == {SUBJECT}


def test_an_unknown_value_is_shown_as_unknown() -> None:
    returned = hiding().result(ALL)
    assert diff(returned, "access_token") == ("(sensitive, unknown)", "(sensitive, new value)")
    assert diff(returned, "webhook_destination_url") == ("(unknown)", "https://hooks.example.org/1")
    held_back = hiding().result(ALL, "never")
    assert diff(held_back, "access_token") == ("(sensitive, unknown)", "(sensitive, unknown)")
    assert diff(held_back, "webhook_destination_url") == ("(unknown)", "(unknown)")


def test_a_write_only_value_is_shown_as_last_sent() -> None:
    person = hiding()
    person.result(ALL)
    rebase = person.result(ALL)
    assert rebase["changed"] is False
    assert rebase["diff"]["before"] == rebase["diff"]["after"]
    assert diff(rebase, "access_token")[0] == "(sensitive, as last sent)"
    assert diff(rebase, "webhook_destination_url")[0] == "(as last sent)"
    rotated = person.result({**ALL, "access_token": ROTATED})
    assert diff(rotated, "access_token") == ("(sensitive, as last sent)", "(sensitive, new value)")


def test_a_value_that_may_have_been_edited_is_shown_as_unknown() -> None:
    person = hiding()
    person.result(ALL)
    person.server.edit(access_token="canary-foreign")
    assert diff(person.result(ALL), "access_token") == ("(sensitive, unknown)", "(sensitive, new value)")


def test_a_secret_that_the_server_returns_is_masked() -> None:
    person = echoing()
    assert diff(person.result(ALL), "access_token") == (MASKED, MASKED)
    returned = person.result({**ALL, "access_token": ROTATED})
    assert diff(returned, "access_token") == (MASKED, "(sensitive, new value)")
    assert returned["data"]["access_token"] == MASKED
    assert returned["changes"] == [
        {"field": "access_token", "action": "update", "reason": "differs", "before": MASKED, "after": MASKED}
    ]


def test_a_creation_has_no_before_and_a_deletion_has_no_after() -> None:
    begun = Outcome.begin(Target(WHATSAPP_CONFIG, ID, ALL), lambda _id: Receipt(signer()))
    made = result(begun.planned(plan_creation(WHATSAPP_CONFIG, ALL, begun.receipt), {}), MASK, diff_mode=True)
    new = "(sensitive, new value)"
    assert sides(made) == ({}, {**ALL, "access_token": new, "webhook_verify_token": new})
    there = replace(begun, before={"id": ID, **ALL, "webhook_destination_url": None})
    gone = result(there.planned(plan_deletion(WHATSAPP_CONFIG, ID, begun.receipt), {}), MASK, diff_mode=True)
    readable = {"name": "Reception", "calls_enabled": False}
    assert sides(gone) == ({**readable, "access_token": MASKED, "webhook_verify_token": MASKED}, {})


# Changes, data and failures.


def test_changes_name_field_action_reason_and_both_values() -> None:
    sent = {"action": "send", "reason": "no_receipt"}
    assert hiding().result(ALL)["changes"] == [
        {"field": "name", "action": "update", "reason": "differs", "before": "Old", "after": "Reception"},
        {"field": "access_token", **sent, "before": MASKED, "after": MASKED},
        {"field": "webhook_verify_token", **sent, "before": MASKED, "after": MASKED},
        {"field": "webhook_destination_url", **sent, "before": None, "after": "https://hooks.example.org/1"},
    ]


def test_a_secret_is_masked_wherever_the_server_repeats_it() -> None:
    person = hiding(display_name=f"Old ({TOKEN})", note={VERIFY: [ROTATED]}, webhook_verify_token=None)
    person.server.omits = ()
    person.server.state["access_token"] = None
    data = person.result({"name": "Reception"})["data"]
    assert data["display_name"] == f"Old ({MASKED})"
    assert data["note"] == {MASKED: [MASKED]}
    assert data["access_token"] is None


def test_a_secret_in_a_readable_field_is_masked_in_every_part() -> None:
    returned = echoing(name=TOKEN).result({"name": ROTATED})
    assert returned["changes"][0]["before"] == returned["changes"][0]["after"] == MASKED
    assert diff(returned, "name") == (MASKED, MASKED)


@pytest.mark.parametrize(("outcome", "changed"), [("not_sent", False), ("rejected", True), ("unknown", True)])
def test_a_failure_has_all_keys_and_tells_whether_a_write_was_sent(outcome: str, changed: bool) -> None:
    refused = hiding().reconcile(ALL, check=True)
    error = ERRORS[outcome](
        f"Kapso rejected the values ({TOKEN})",
        "correct them",
        url=f"https://kapso.example/{VERIFY}",
        message=f"bad {TOKEN}",
    )
    returned = result(replace(refused, changed=changed).failed(error), MASK, diff_mode=True)
    assert set(returned) == KEYS | {"failed", "msg", "error"}
    assert (returned["failed"], returned["changed"]) == (True, changed)
    assert returned["msg"].startswith(f"{SUBJECT}: Kapso rejected the values ({MASKED})")
    assert returned["error"]["message"] == f"bad {MASKED}"
    assert returned["error"]["url"] == f"https://kapso.example/{MASKED}"
    assert set(returned["error"]) == set(no_request("x", "not_sent"))


def test_warnings_name_the_object() -> None:
    person = hiding()
    person.server.omits = (*HIDDEN, "name")
    (warning,) = person.result({"name": "Reception"})["warnings"]
    assert warning.startswith(f"{SUBJECT}: this server does not return name")


def test_a_refusal_before_any_request_has_the_same_structure() -> None:
    assert failure("Example.") == {
        "failed": True,
        "changed": False,
        "msg": "Example.",
        "error": {
            "status": None,
            "message": "",
            "method": None,
            "url": None,
            "attempts": 0,
            "outcome": "not_sent",
        },
    }
