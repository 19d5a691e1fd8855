# SPDX-License-Identifier: GPL-3.0-or-later
"""Test aliases: they find a receipt before the object's ID is known, and a forged one has no effect."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support.examples import DECLARED, HIDDEN
from tests.support.runner import Runner


@pytest.fixture
def config_id(owner: Runner) -> str:
    """Return the ID of an object that the owner has created by its number."""
    made: str = owner.run()["config_id"]
    return made


def alias_file(owner: Runner) -> Path:
    """Return the path of the only alias."""
    (path,) = (path for path in owner.receipts.glob("*.json") if '"fields"' not in path.read_text(encoding="utf-8"))
    return path


def assert_resent_and_healed(owner: Runner, config_id: str) -> None:
    """Assert that the next run sends the write-only fields again, and the one after it sends nothing."""
    dry = owner.dry_run()
    real = owner.run()
    assert owner.wire == "LIST PATCH"
    assert [set(entry.sent) for entry in owner.kapso.writes()] == [HIDDEN]
    assert real["changes"] == dry["changes"]
    assert {change["reason"] for change in real["changes"]} == {"no_receipt"}
    assert real["config_id"] == config_id
    assert owner.kept_aliases() == [config_id]
    assert not owner.run()["changed"]


def test_a_uuid_has_one_alias_and_one_receipt_in_either_case(kapso: Emulator, owner: Runner) -> None:
    config_id = owner.add(id="0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11")
    owner.run()
    kapso.fault(merge={"id": config_id.upper()})
    assert not owner.run()["changed"]
    assert not owner.run(customer_id=None, config_id=config_id.upper())["changed"]
    assert (list(owner.kept_receipts()), owner.kept_aliases()) == ([config_id], [config_id])


def test_an_alias_holds_neither_customer_nor_number_nor_secret(owner: Runner, config_id: str) -> None:
    path = alias_file(owner)
    assert json.loads(path.read_text(encoding="utf-8")) == {"format": 1, "id": config_id}
    assert path.stat().st_mode & 0o777 == 0o600
    assert DECLARED["phone_number_id"] not in path.name


def test_a_receipt_by_id_is_found_by_number_after_one_resend(owner: Runner) -> None:
    config_id = owner.add()
    owner.run(customer_id=None, config_id=config_id)
    assert not owner.run(customer_id=None, config_id=config_id)["changed"]
    assert_resent_and_healed(owner, config_id)
    assert not owner.run(customer_id=None, config_id=config_id)["changed"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"',
        "[" * 100_000,
        "{}",
        '{"format": 1}',
        '{"format": 1, "id": null}',
        '{"format": 1, "id": 7}',
        '{"format": 1, "id": ["x"]}',
        '{"format": 2, "id": "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"}',
        '{"format": 1, "id": "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"}',
        '{"format": 1, "id": "../../x"}',
        '{"format": 1, "id": ""}',
        '{"format": 2, "id": "OWN"}',
    ],
    ids=lambda text: text[:40],
)
def test_a_damaged_or_forged_alias_has_no_effect_but_a_resend(owner: Runner, config_id: str, text: str) -> None:
    alias_file(owner).write_text(text.replace("OWN", config_id), encoding="utf-8")
    assert owner.run(check=True)["warnings"] == []
    assert_resent_and_healed(owner, config_id)


def test_an_alias_to_another_object_vouches_for_nothing(kapso: Emulator, owner: Runner, config_id: str) -> None:
    other = kapso.add(customer_id=owner.customer_id)
    alias = alias_file(owner)
    everything = {name: value for name, value in DECLARED.items() if name != "phone_number_id"}
    owner.run(customer_id=None, config_id=other, phone_number_id=None, **everything)
    alias.write_text(json.dumps({"format": 1, "id": other}), encoding="utf-8")
    before = kapso.get(other)
    assert_resent_and_healed(owner, config_id)
    assert kapso.get(other) == before
    assert set(owner.kept_receipts()) == {config_id, other}


def test_the_receipt_of_another_object_in_the_place_of_this_one_is_foreign(
    kapso: Emulator, owner: Runner, config_id: str
) -> None:
    other = kapso.add(customer_id=owner.customer_id)
    places = set(owner.receipts.glob("*.json"))
    owner.run(customer_id=None, config_id=other, phone_number_id=None)
    (foreign,) = set(owner.receipts.glob("*.json")) - places
    (own,) = (path for path in places if f'"{config_id}"' in path.read_text() and path != alias_file(owner))
    shutil.copy(foreign, own)
    (warning,) = owner.dry_run()["warnings"]
    assert "foreign" in warning
    assert_resent_and_healed(owner, config_id)


def test_an_alias_that_is_lost_costs_one_sending(owner: Runner, config_id: str) -> None:
    alias_file(owner).unlink()
    assert_resent_and_healed(owner, config_id)


def test_aliases_are_those_of_one_customer_and_one_number(kapso: Emulator, owner: Runner, config_id: str) -> None:
    kapso.settings(unique_numbers=False)
    other = kapso.add_customer()
    second = owner.run(customer_id=other)["config_id"]
    third = owner.run(phone_number_id="700000000000008")["config_id"]
    assert sorted(owner.kept_aliases()) == sorted([config_id, second, third])
    assert not owner.run()["changed"]
    assert not owner.run(customer_id=other)["changed"]
    assert not owner.run(phone_number_id="700000000000008")["changed"]


def test_a_dry_run_touches_no_alias(owner: Runner) -> None:
    owner.run()
    alias_file(owner).write_text("{", encoding="utf-8")
    owner.dry_run()
    owner.dry_run(state="absent")
    assert [path.read_text(encoding="utf-8") for path in owner.receipts.glob("*.json")].count("{") == 1


def test_a_number_that_became_another_object_gets_a_new_alias(kapso: Emulator, owner: Runner, config_id: str) -> None:
    kapso.edit(config_id, phone_number_id="700000000000009")
    second = owner.run()["config_id"]
    assert second != config_id
    assert owner.kept_aliases() == [second]
    assert not owner.run()["changed"]
