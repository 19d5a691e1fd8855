# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a number, by a real playbook: from nothing to configured, edited, deleted, and gone for good."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, task
from tests.support.examples import DECLARED, NUMBER
from tests.support.runner import INFO, assert_repeats

CUSTOMER = "22222222-0000-4000-9000-000000000001"
TOKENS = {"access_token": "{{ token }}", "webhook_verify_token": "{{ verify }}"}
VARIABLES = {"token": "canary-token-declared", "verify": "canary-verify-declared", "rotated": "canary-token-rotated"}
NEW: dict[str, Any] = {**DECLARED, **TOKENS}
EDITED = {**NEW, "name": "Example clinic, front desk", "access_token": "{{ rotated }}"}


def steps() -> list[tuple[str, str, Data]]:
    """Name, state and fields of each step."""
    gone = {"phone_number_id": NUMBER}
    return [
        ("create", "present", NEW),
        ("again", "present", NEW),
        ("edit", "present", EDITED),
        ("delete", "absent", gone),
        ("delete again", "absent", gone),
    ]


WIRE = {
    "create": "GET POST",
    "again": "GET",
    "edit": "GET PATCH",
    "delete": "GET DELETE",
    "delete again": "GET",
}


@pytest.mark.parametrize("way", ["auto", "never"])
@pytest.mark.parametrize("vintage", ["omits", "nulls", "echoes"])
def test_from_nothing_to_configured_edited_deleted_and_gone(
    kapso: Emulator, controller: Controller, vintage: str, way: str
) -> None:
    kapso.settings(vintage=vintage)
    kapso.add_customer(id=CUSTOMER)
    tasks = []
    for name, state, fields in steps():
        args = {"customer_id": CUSTOMER, "state": state, "fields": fields, "run_in_process": way}
        tasks += [task(f"dry: {name}", {"check_mode": True}, **args), task(name, **args)]
        tasks.append({"name": f"list: {name}", INFO: {"customer_id": CUSTOMER, "run_in_process": way}})

    played = controller.play(*tasks, options=["--diff"], vars=VARIABLES).ok()

    for name, _state, _fields in steps():
        dry, real = played[f"dry: {name}"], played[name]
        assert dry.short(kapso) == "GET"
        assert real.short(kapso) == WIRE[name]
        assert_repeats(real.result, dry.result)
        assert real.changed is (not name.endswith("again"))
    config_id = played["create"].result["config_id"]
    assert [played[f"list: {name}"].result["configs"] != [] for name, _state, _fields in steps()] == [True] * 3 + [
        False
    ] * 2
    assert [set(entry.sent) for entry in played["edit"].sent(kapso) if entry.method == "PATCH"] == [
        {"name", "access_token"}
    ]
    assert played["edit"].result["config_id"] == played["dry: delete"].result["config_id"] == config_id
    assert kapso.configs() == []
    assert list(controller.receipts.iterdir()) == []
    assert "canary" not in played.shown + played.record
    assert DECLARED["name"] in played.stdout  # --diff
