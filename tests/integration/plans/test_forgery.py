# SPDX-License-Identifier: GPL-3.0-or-later
"""Test files that are no valid plan for this key and API: the run sends no request."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.plans import Planner
from tests.support.runner import PROJECT


def refuse(planner: Planner, said: str, **options: Any) -> None:
    """Assert that a dry run and a real run fail before their first request."""
    for check in (False, True):
        result = planner.apply(check=check, **options)
        assert (result["failed"], result.get("changed", False)) == (True, False)
        assert said in result["msg"]
        assert "nothing was sent" in result["msg"]
        assert planner.kapso.journal() == []
        assert "canary" not in json.dumps(result)


def test_a_missing_file(planner: Planner) -> None:
    refuse(planner, f"plan_in: {planner.file} cannot be read (No such file or directory)")


def test_a_directory(planner: Planner) -> None:
    planner.file.mkdir()

    refuse(planner, "cannot be read (it is not a regular file)")


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"[]", b"null", b"{", b"[" * 100_000, b"1" * 5000], ids=repr)
def test_no_plan_at_all(planner: Planner, content: bytes) -> None:
    planner.file.write_bytes(content)

    refuse(planner, "is damaged; plan again")


FORGED: dict[str, tuple[Callable[[str], str], str]] = {
    "truncated": (lambda text: text[: len(text) // 2], "is damaged"),
    "future": (lambda text: text.replace('"format": 3', '"format": 4'), "has a format that this version does not know"),
    "edited": (lambda text: text.replace("Back office", "Front office"), "was changed after it was made"),
    "another layout": (lambda text: json.dumps(json.loads(text)), "is damaged"),
}


@pytest.mark.parametrize(("change", "said"), FORGED.values(), ids=FORGED)
def test_a_plan_that_is_not_as_it_was_made(planner: Planner, change: Callable[[str], str], said: str) -> None:
    planner.plan()

    planner.file.write_text(change(planner.file.read_text(encoding="utf-8")), encoding="utf-8")

    refuse(planner, said)


def test_a_receipt_in_the_place_of_a_plan(planner: Planner) -> None:
    """An object can have any ID, also the one that the signature of a plan uses."""
    config_id = planner.kapso.add(id="plan")
    planner.run([{"config_id": config_id, "fields": {"name": "Plan"}}])
    (receipt,) = planner.receipts.glob("*.json")
    receipt.rename(planner.file)

    refuse(planner, "has a format that this version does not know")


def test_a_plan_of_another_api(planner: Planner, tmp_path: Path) -> None:
    with Emulator.start() as other:
        elsewhere = Planner(other, tmp_path / "receipts", PROJECT, configs=planner.configs)
        for config in planner.configs:
            other.add(id=config["config_id"])
        elsewhere.plan()

    refuse(planner, "was made for another API")


def test_a_plan_under_another_key(kapso: Emulator, planner: Planner) -> None:
    kapso.settings(keys={kapso.key: "project-1", "canary-other-key": "project-1"})
    planner.plan(api_key="canary-other-key")

    refuse(planner, "was changed after it was made, or made with another key")


def test_a_shared_key_for_receipts_is_the_key_of_plans_too(kapso: Emulator, planner: Planner) -> None:
    kapso.settings(keys={kapso.key: "project-1", "canary-other-key": "project-1"})
    planner.options["receipts_key"] = "canary-shared-key"
    planner.plan(api_key="canary-other-key")

    refuse(planner, "made with another key", receipts_key="canary-guessed-key")
    assert not planner.apply().get("failed")


def test_a_deployment_without_receipts_can_plan(planner: Planner) -> None:
    planner.options["receipts"] = "none"
    planner.plan()

    assert not planner.apply().get("failed")
