# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of a number, by a real playbook: from nothing to configured, edited, deleted, and gone for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Done, task
from tests.support.examples import DECLARED, NUMBER

CUSTOMER = "22222222-0000-4000-9000-000000000001"
TOKENS = {"access_token": "{{ token }}", "webhook_verify_token": "{{ verify }}"}
VARIABLES = {"token": "canary-token-declared", "verify": "canary-verify-declared", "rotated": "canary-token-rotated"}
NEW: dict[str, Any] = {**DECLARED, **TOKENS}
EDITED = {**NEW, "name": "Example clinic, front desk", "access_token": "{{ rotated }}"}
FLEET = "kapso.whatsapp.kapso_whatsapp_fleet"
INFO = "kapso.whatsapp.kapso_whatsapp_config_info"


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


@pytest.fixture
def controller(kapso: Emulator, tmp_path: Path) -> Controller:
    """A user's machine, as good as new, and a customer without numbers at Kapso."""
    kapso.add_customer(id=CUSTOMER)
    return Controller(tmp_path / "home", kapso)


def assert_alike(dry: Data, real: Data) -> None:
    """The real run repeats what the dry run has said."""
    assert dry.keys() == real.keys()
    for key in ("changed", "changes", "diff"):
        assert real[key] == dry[key], key


@pytest.mark.parametrize("way", ["auto", "never"])
@pytest.mark.parametrize("vintage", ["omits", "nulls", "echoes"])
def test_from_nothing_to_configured_edited_deleted_and_gone(
    kapso: Emulator, controller: Controller, vintage: str, way: str
) -> None:
    kapso.settings(vintage=vintage)
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
        assert_alike(dry.result, real.result)
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


def entry_of(done: Done) -> Data:
    """What a fleet of one returns for it."""
    (entry,) = done.result["results"]
    return {**entry, "diff": done.result["diff"]}


@pytest.mark.parametrize("way", ["auto", "never"])
def test_a_fleet_tells_the_same_story(kapso: Emulator, controller: Controller, way: str) -> None:
    tasks: list[Data] = []
    for name, state, fields in steps():
        configs = [{"customer_id": CUSTOMER, "state": state, "fields": fields}]
        args = {"configs": configs, "run_in_process": way}
        tasks += [{"name": f"dry: {name}", FLEET: args, "check_mode": True}, {"name": name, FLEET: args}]

    played = controller.play(*tasks, options=["--diff"], vars=VARIABLES).ok()

    for name, _state, _fields in steps():
        dry, real = played[f"dry: {name}"], played[name]
        assert entry_of(real)["changes"] == entry_of(dry)["changes"]
        assert entry_of(real)["diff"] == entry_of(dry)["diff"]
        assert real.changed is dry.changed is (not name.endswith("again"))
        assert real.short(kapso) == WIRE[name]
    counts = [played[name].result["summary"] for name, _state, _fields in steps()]
    assert [(one["created"], one["changed"], one["deleted"], one["unchanged"]) for one in counts] == [
        (1, 0, 0, 0),
        (0, 0, 0, 1),
        (0, 1, 0, 0),
        (0, 0, 1, 0),
        (0, 0, 0, 1),
    ]
    assert kapso.configs() == []
    assert list(controller.receipts.iterdir()) == []
    assert "canary" not in played.shown + played.record


@pytest.mark.parametrize("way", ["auto", "never"])
def test_a_creation_that_is_lost_ends_as_well_on_either_way(kapso: Emulator, controller: Controller, way: str) -> None:
    kapso.fault(method="POST", drop="after", count=1)
    args = {"customer_id": CUSTOMER, "fields": NEW, "run_in_process": way}
    played = controller.play(task("create", **args), task("again", **args), options=["--diff"], vars=VARIABLES).ok()
    assert played["create"].short(kapso) == "GET POST GET PATCH"
    assert [played[name].changed for name in ("create", "again")] == [True, False]
    assert any("the object was found" in warning for warning in played["create"].result["warnings"])
    assert len(kapso.configs()) == 1
    assert "canary" not in played.shown + played.record
