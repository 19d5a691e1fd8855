# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the plan after answers to a write that ignore, change or mask a value, or require more fields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.plan import (
    ADOPTED,
    HOLD_BACK,
    SEND_WRITE_ONLY,
    UNEQUAL,
    Change,
    Plan,
    make_plan,
    plan_creation,
    with_required_fields,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.verify import verify
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

from tests.support.simulation import Controller, Server, Step, edit, holds, rests, runs, sends, server, signer, tell

TOKEN = {"access_token": "EXAMPLE-token-1"}
ROTATED = {"access_token": "EXAMPLE-token-2"}
RECEPTION = {"name": "Reception"}
NOTHING = Receipt(signer())
IDS = {"phone_number_id": "100000000000001", "business_account_id": "200000000000001"}


def plus(value: str) -> str:
    """Return another form of a phone number, as a server could return it."""
    return f"+{value}"


# Ignored.


@pytest.mark.parametrize(
    ("name", "held", "declared"),
    [
        pytest.param("name", "Old", "Reception", id="a text"),
        pytest.param("name", None, "Reception", id="a text that is null"),
        pytest.param("calls_enabled", True, False, id="a boolean"),
        pytest.param("webhook_destination_url", "https://example.org/1", "https://example.org/2", id="a URL"),
    ],
)
def test_a_readable_field_that_still_has_its_old_value_was_ignored_and_is_tried_again(
    name: str, held: Any, declared: Any
) -> None:
    controller = Controller(Server({name: held}, ignores=(name,)))
    for _time in range(2):
        run = controller.run({name: declared})
        assert (run.sent, run.ignored) == ({name: "differs"}, (name,))
    assert controller.receipt.entries == {}


def test_a_field_that_was_accepted_with_an_ignored_one_is_recorded() -> None:
    controller = Controller(Server({"name": "Old"}, omits=tuple(TOKEN), ignores=("name",)))
    assert controller.run(TOKEN | RECEPTION).ignored == ("name",)
    assert controller.run(TOKEN | RECEPTION).sent == {"name": "differs"}


def test_a_field_after_one_that_was_accepted_is_looked_at_too() -> None:
    controller = Controller(Server({"name": "Old", "calls_enabled": True}, ignores=("calls_enabled",)))
    assert controller.run(RECEPTION | {"calls_enabled": False}).ignored == ("calls_enabled",)


def test_a_field_after_one_that_has_its_known_form_is_looked_at_too() -> None:
    controller = Controller(Server({"calls_enabled": True}, form=plus, ignores=("calls_enabled",), demanding=True))
    controller.run(TOKEN | IDS)
    run = controller.run(TOKEN | IDS | {"calls_enabled": False})
    assert (set(run.sent), run.ignored, run.warnings) == ({*TOKEN, *IDS, "calls_enabled"}, ("calls_enabled",), ())


@pytest.mark.parametrize(
    ("plan", "before", "after"),
    [
        pytest.param(
            make_plan(WHATSAPP_CONFIG, {"calls_enabled": True}, {"calls_enabled": None}, NOTHING, "when_changed"),
            {"calls_enabled": None},
            {"calls_enabled": False},
            id="a boolean that was null",
        ),
        pytest.param(
            plan_creation(WHATSAPP_CONFIG, {"kind": "sandbox"}, NOTHING), {}, {"kind": "production"}, id="one of a few"
        ),
    ],
)
def test_flags_and_choices_have_no_other_form(plan: Plan, before: dict[str, Any], after: dict[str, Any]) -> None:
    verdict = verify(plan, before, after)
    assert [field.name for field in verdict.ignored] == list(after)
    assert verdict.warnings == ()


def test_a_hidden_field_cannot_be_seen_to_be_ignored() -> None:
    controller = Controller(Server(dict(ROTATED), omits=tuple(TOKEN), ignores=tuple(TOKEN)))
    run = controller.run(TOKEN)
    assert (run.ignored, run.warnings) == ((), ())


def test_a_masked_secret_that_did_not_change_is_a_warning_and_no_failure() -> None:
    doubt = "Kapso accepted access_token, but still shows the old value or a mask"
    controller = Controller(Server({"access_token": "********-1"}, ignores=tuple(TOKEN)))
    tell(controller, sends(TOKEN, "differs", says=[doubt]), rests(TOKEN))


# Changed to another form.


@pytest.mark.parametrize(
    ("form", "name", "declared", "shown"),
    [
        pytest.param(str.upper, "name", "Reception", "RECEPTION", id="upper case"),
        pytest.param(
            str.lower,
            "webhook_destination_url",
            "https://HOOKS.example.org/",
            "https://hooks.example.org/",
            id="lower case",
        ),
    ],
)
def test_a_third_value_counts_as_the_declared_one_in_later_runs(
    form: Any, name: str, declared: str, shown: str
) -> None:
    said = f"Kapso stored {shown!r} for {name} {declared!r}; later runs accept both"
    controller = Controller(Server({name: "https://old.example.org/"}, form=form))
    tell(controller, sends({name: declared}, "differs", says=[said]), rests({name: declared}))


TAKEN = "Kapso stored {!r} for name {!r}; later runs accept both"
NEXT = {"name": "Kitchen"}
NORMALISED: dict[str, tuple[Step, ...]] = {
    "a pair holds for these two values only": (
        rests({"name": "RECEPTION"}),
        sends(NEXT, "declared", says=[TAKEN.format("KITCHEN", "Kitchen")]),
        edit(name="Somebody else's"),
        sends(NEXT, "drifted"),
        rests(NEXT),
    ),
    "a change of the playbook alone is told as one": (
        sends(NEXT, "declared", says=[TAKEN.format("KITCHEN", "Kitchen")]),
    ),
    "a pair outlives other writes": (
        sends(RECEPTION | {"calls_enabled": True}, "differs", "calls_enabled"),
        rests(RECEPTION),
    ),
    "a value that turns hidden is known to have been sent": (
        server(omits=("name",)),
        rests(RECEPTION, says=["this server does not return name: the task treats it as a write-only field"]),
    ),
}


@pytest.mark.parametrize("steps", NORMALISED.values(), ids=NORMALISED)
def test_a_normalized_value(steps: Sequence[Step]) -> None:
    tell(Controller(Server({"name": "Old", "calls_enabled": False}, form=str.upper)), runs(RECEPTION), *steps)


def test_another_form_of_a_url_that_finds_the_object_is_never_taken_for_the_declared_one() -> None:
    field = replace(WHATSAPP_CONFIG.writable[0], compare="url")
    resource = replace(WHATSAPP_CONFIG, fields=(field,))
    old, declared, made = ({"name": f"https://{host}.example/a"} for host in ("old", "declared", "made"))
    for receipt in (NOTHING, NOTHING.recorded(declared, old, made)):
        plan = make_plan(resource, declared, old, receipt, "when_changed")
        verdict = verify(plan, old, made)
        assert ([each.name for each in verdict.altered], verdict.warnings) == (["name"], ())
        assert make_plan(resource, declared, made, receipt, "when_changed").values == declared


def test_a_value_whose_stored_form_equals_the_old_one_counts_as_ignored() -> None:
    controller = Controller(Server({"name": "Old"}, form=str.upper))
    controller.run(RECEPTION)
    assert controller.run({"name": "reception"}).ignored == ("name",)


def test_a_new_form_of_a_value_is_reported_again() -> None:
    controller = Controller(Server({}, form=plus, demanding=True, omits=tuple(TOKEN)))
    controller.run(TOKEN | IDS)
    controller.server.form = "00{}".format
    run = controller.run(IDS | ROTATED)
    assert [warning.partition(" for ")[2].split()[0] for warning in run.warnings] == list(IDS)


# Masked: asterisks and the last two characters of a token are shown.

MASKED: dict[str, tuple[Step, ...]] = {
    "a secret is sent once and then recognised by its mask": (
        sends(TOKEN, "differs"),
        rests(TOKEN),
        sends(ROTATED, "value_changed"),
        rests(ROTATED),
    ),
    "another mask and an edit that the mask does not show are both undone": (
        runs(TOKEN),
        edit(access_token="EXAMPLE-token-3"),
        sends(TOKEN, "drifted"),
        edit(access_token="EXAMPLE-foreign-1"),
        sends(TOKEN, "modified_at_server"),
        holds(**TOKEN),
        rests(TOKEN),
    ),
    "a secret is adopted by its mask": (
        rests(TOKEN, "adopt", says=[UNEQUAL.format("access_token", "adopt"), ADOPTED.format("access_token")]),
        rests(TOKEN),
        sends(ROTATED, "value_changed"),
    ),
    "a secret is always sent where that is asked for": (
        sends(TOKEN, "differs", by="always"),
        sends(TOKEN, "always", by="always"),
    ),
}


@pytest.mark.parametrize("steps", MASKED.values(), ids=MASKED)
def test_a_masked_value(steps: Sequence[Step]) -> None:
    tell(Controller(Server({"access_token": "EXAMPLE-token-0"}, masks=tuple(TOKEN))), *steps)


def test_an_echoed_secret_is_compared_as_it_is() -> None:
    controller = Controller(Server(dict(TOKEN)))
    tell(controller, rests(TOKEN), sends(ROTATED, "differs"), rests(ROTATED))
    assert controller.receipt.entries["access_token"].shown is None


# Required by the server.


def demanding(*, masks: bool = False) -> Controller:
    """Return a controller whose server rejects a write without Meta IDs and token, and omits or masks the token."""
    omitted, masked = tuple(TOKEN) * (not masks), tuple(TOKEN) * masks
    return Controller(Server(IDS | {"name": "Old"}, omits=omitted, masks=masked, demanding=True))


@pytest.mark.parametrize("masks", [False, True], ids=["omitted", "masked"])
def test_fields_that_the_server_requires_are_added_remembered_and_predicted(masks: bool) -> None:
    controller = demanding(masks=masks)
    declared = TOKEN | IDS | RECEPTION
    run = controller.run(declared)
    assert run.sent == {
        "name": "differs",
        "phone_number_id": "required_by_server",
        "business_account_id": "required_by_server",
        "access_token": "no_receipt",
    }
    assert controller.run(declared).sent == {}
    predicted = controller.reconcile(declared | {"name": "Kitchen"}, check=True).plan
    assert [(change.field.name, change.action, change.reason) for change in predicted.changes] == [
        ("name", "update", "declared"),
        ("phone_number_id", "send", "required_by_server"),
        ("business_account_id", "send", "required_by_server"),
        ("access_token", "send", "required_by_server"),
    ]
    assert [change.before for change in predicted.changes] == ["Reception", *IDS.values(), None]
    assert controller.run(declared | {"name": "Kitchen"}).plan.changes == predicted.changes
    assert controller.run(declared | {"name": "Kitchen"}).sent == {}


def test_sending_required_fields_renews_their_receipt() -> None:
    controller = demanding()
    controller.run(TOKEN | IDS | RECEPTION)
    controller.server.edit(access_token="EXAMPLE-foreign")
    controller.run(TOKEN | IDS | {"name": "Kitchen"})
    assert controller.server.state["access_token"] == TOKEN["access_token"]
    assert controller.run(TOKEN | IDS | {"name": "Kitchen"}).sent == {}


@pytest.mark.parametrize("send_write_only", SEND_WRITE_ONLY)
def test_required_fields_are_added_unless_nothing_is_sent_or_they_are_held_back(send_write_only: str) -> None:
    declared = IDS | RECEPTION
    current = IDS | {"name": "Old"}
    known = Receipt(signer(), required_by_server=True)
    nothing = make_plan(WHATSAPP_CONFIG, declared, declared, known, send_write_only)
    assert nothing.changes == ()
    assert with_required_fields(WHATSAPP_CONFIG, nothing, declared, declared, send_write_only) is nothing
    plan = make_plan(WHATSAPP_CONFIG, declared, current, known, send_write_only)
    added = [] if send_write_only in HOLD_BACK else list(IDS)
    assert [change.field.name for change in plan.changes] == ["name", *added]


def test_only_declared_fields_are_added() -> None:
    current = IDS | {"name": "Old"}
    plan = make_plan(WHATSAPP_CONFIG, RECEPTION, current, Receipt(signer(), required_by_server=True), "when_changed")
    assert plan.values == RECEPTION


def test_a_normalised_value_that_is_sent_along_was_not_ignored() -> None:
    controller = Controller(Server({"calls_enabled": True}, form=plus, omits=tuple(TOKEN), demanding=True))
    controller.run(TOKEN | IDS)
    run = controller.run(TOKEN | IDS | {"calls_enabled": False})
    assert run.sent["phone_number_id"] == "required_by_server"
    assert (run.ignored, run.warnings) == ((), ())
    assert controller.run(TOKEN | IDS | {"calls_enabled": False}).sent == {}


# Receipts that are not reliable.


def test_a_text_in_the_place_of_the_instant_is_not_remembered() -> None:
    receipt = Receipt(signer()).recorded(TOKEN, {}, {"updated_at": TOKEN["access_token"]})
    assert receipt.updated_at is None
    assert TOKEN["access_token"] not in receipt.dump()


@pytest.mark.parametrize(
    ("reasons", "last_write_was_resend"),
    [
        ((), False),
        (("modified_at_server",), True),
        (("modified_at_server", "modified_at_server"), True),
        (("modified_at_server", "required_by_server"), True),
        (("required_by_server",), False),
        (("modified_at_server", "value_changed"), False),
        (("modified_at_server", "differs"), False),
    ],
)
def test_a_plan_sends_again_when_it_has_no_better_reason(reasons: tuple[str, ...], last_write_was_resend: bool) -> None:
    fields = WHATSAPP_CONFIG.writable
    changes = tuple(Change(field, "send", reason, None, "x") for field, reason in zip(fields, reasons, strict=False))
    assert Plan(Receipt(signer()), changes).last_write_was_resend is last_write_was_resend


def test_a_field_that_the_answer_leaves_out_counts_as_accepted() -> None:
    plan = make_plan(WHATSAPP_CONFIG, RECEPTION, {"name": "Old"}, Receipt(signer()), "when_changed")
    verdict = verify(plan, {"name": "Old"}, {})
    assert (verdict.ignored, verdict.warnings) == ((), ())


@pytest.mark.parametrize(
    ("secret", "lasts", "altered", "said"),
    [
        (False, True, [], ["Kapso stored 'RECEPTION' for name 'Reception'; later runs accept both"]),
        (True, True, [], ["Kapso stored another name than the declared one; later runs accept both"]),
        (True, False, ["name"], []),
    ],
)
def test_a_changed_text_is_reported_and_only_a_receipt_can_accept_it(
    secret: bool, lasts: bool, altered: list[str], said: list[str]
) -> None:
    field = replace(WHATSAPP_CONFIG.writable[0], secret=secret)
    plan = Plan(replace(NOTHING, lasts=lasts), (Change(field, "send", "differs", "Old", "Reception"),))
    verdict = verify(plan, {"name": "Old"}, {"name": "RECEPTION"})
    assert ([each.name for each in verdict.altered], list(verdict.warnings)) == (altered, said)
