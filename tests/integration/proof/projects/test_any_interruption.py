# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a run that ends at any request: the next run finishes the work without duplicates, the third sends nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.emulator import Emulator
from tests.integration.project.test_several_lists import HOOK, customer, gone, hook, phone
from tests.support import proof
from tests.support.followed import Operator, assert_as_declared, assert_quiet
from tests.support.hypothesis_settings import throws
from tests.support.made_up import rows_of
from tests.support.projects import at_kapso, projects, task_options
from tests.support.shared_time import shared_time

THROWS = throws(500 if proof.WHOLE else 60, "KAPSO_PROOF_PROJECTS")
GUARDS = ("max_changes", "max_deletions", "only", "send_write_only")
OWNER = "13333333-0000-4000-8000-000000000009"
REPLACED = "43333333-0000-4000-8000-000000000009"


def an_entry(made: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a present entry with these options."""
    return {"state": "present", **made, **more}


def whole_project() -> dict[str, list[dict[str, Any]]]:
    """Return lists with a creation and other writes of each kind, as a new customer, its number and webhook."""
    fields = {"business_account_id": "200000000000001", "access_token": "canary-token", "name": "Legacy"}
    return {
        "customers": [an_entry(customer(1)), an_entry(customer(2, fields={"name": "Renamed"})), gone(customer(3))],
        "phone_numbers": [an_entry(phone(1, 1)), an_entry(phone(2, 2)), gone(phone(3, 2))],
        "configs": [
            an_entry({"customer_id": OWNER, "fields": {**fields, "phone_number_id": "100000000004"}}),
        ],
        "webhooks": [
            an_entry(hook(1)),
            an_entry(hook(4)),
            an_entry(hook(2, "/kept")),
            gone(hook(2, "/gone")),
            an_entry(hook(2, "/moved", fields={}), webhook_id=REPLACED, replace=True),
        ],
    }


def put_there(kapso: Emulator) -> None:
    """Add the objects that the project changes and deletes, and the webhook that moves to another number."""
    number: dict[str, Any] = {"customer_id": OWNER}
    secret = {"secret_key": "canary-secret"}
    kapso.batch(
        ("reset", {}),
        ("add_customer", {"id": OWNER, "external_customer_id": "clinic-2"}),
        ("add_customer", {"external_customer_id": "clinic-3"}),
        *(("add", {**number, "phone_number_id": f"10000000000{place}"}) for place in (2, 3, 5)),
        ("add_webhook", {"phone_number_id": "100000000002", "url": f"{HOOK}/kept", **secret}),
        ("add_webhook", {"phone_number_id": "100000000002", "url": f"{HOOK}/gone", **secret}),
        (
            "add_webhook",
            {"id": REPLACED, "phone_number_id": "100000000005", "url": f"{HOOK}/moved", **secret},
        ),
    )


@pytest.mark.parametrize("is_sent", [False, True], ids=["before it is sent", "before its answer"])
def test_a_run_that_is_gone_at_each_of_its_requests(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_sent: bool
) -> None:
    shared_time(kapso, monkeypatch)
    lists: Any = {name: [{"fields": {}, **entry} for entry in entries] for name, entries in whole_project().items()}
    number, was_cut = 0, True
    while was_cut:
        number += 1
        put_there(kapso)
        operator = Operator(kapso, tmp_path / f"receipts-{number}")
        was_cut = operator.run_until(lists, {}, number, is_sent=is_sent)
        finished, again = operator.run(lists, {}), operator.run(lists, {})
        assert not finished.failed, (number, finished.result["msg"])
        assert_as_declared(lists, {}, finished)
        assert_quiet(finished, again)
        counts = {name: len(rows) for name, rows in again.after.items()}
        assert counts == {"customer": 2, "whatsapp_phone_number": 4, "whatsapp_config": 4, "whatsapp_webhook": 4}
        proof.count("any project", "requests at which a run was ended", was_cut)
    assert number > 18


def test_any_run_that_is_gone_is_finished_by_the_next(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_time(kapso, monkeypatch)
    places = (tmp_path / f"receipts-{number}" for number in range(10**6))

    @THROWS
    @given(st.data())
    def finish(data: st.DataObject) -> None:
        operator = Operator(kapso, next(places))
        kapso.batch(("reset", {}), *data.draw(at_kapso(), "at Kapso"))
        lists = data.draw(projects(rows_of(kapso)), "lists")
        drawn = data.draw(task_options(lists), "options")
        options = {name: value for name, value in drawn.items() if name not in GUARDS}
        options |= {"max_deletions": "20"} if "prune" in options else {}
        dry = operator.run(lists, options, check=True)
        if dry.failed or any(_deletes_first(entry) for entry in dry.entries):
            return
        number = data.draw(st.integers(1, len(dry.journal) + dry.result["summary"]["total"]), "request")
        was_cut = operator.run_until(lists, options, number, is_sent=data.draw(st.booleans(), "is sent"))
        finished, again = operator.run(lists, options), operator.run(lists, options)
        assert not finished.failed
        assert_as_declared(lists, options, finished)
        assert_quiet(finished, again)
        proof.count("any project", "requests at which a run was ended", was_cut)

    finish()


def _deletes_first(entry: dict[str, Any]) -> bool:
    """Return whether a replacement deletes the old object first. If the run ends then, copied fields are lost."""
    actions = [step["action"] for step in entry.get("steps", ())]
    return actions[:1] == ["delete"] and len(actions) > 1
