# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a server that returns one page for all page numbers, or reports more pages than it has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import lists

from tests.emulator import Emulator
from tests.support.runner import INFO, PROJECT, Runner, each
from tests.support.shared_time import SharedTime

IDS = [f"config-{number}" for number in range(100)]
ROWS = [{"id": config_id, "name": "Shop"} for config_id in IDS]
CLAIMS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a billion pages": {"total_pages": 10**9},
    "the truth about the rows": {"total_pages": 2, "total_count": 100},
}


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize("module", [INFO, PROJECT])
def test_a_page_without_a_new_object_ends_the_list(
    kapso: Emulator, receipts: Path, shared_time: SharedTime, module: str, claim: str
) -> None:
    kapso.fault(method="GET", path="/whatsapp_configs", query="page=", json={"data": ROWS, "meta": CLAIMS[claim]})
    kapso.add_many(3)
    runner = Runner(kapso, receipts, module, time=shared_time)

    if module == INFO:
        assert [row["id"] for row in runner.run()["configs"]] == IDS
    else:
        configs = each([*IDS, *(config["id"] for config in kapso.configs())], name="Shop")
        assert len(runner.run(configs, check=True)["results"]) == 103
    assert runner.counts()["lists"] <= 2


def test_more_pages_than_any_project_has_are_an_error(
    kapso: Emulator, receipts: Path, shared_time: SharedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MAX_PAGES", 2)
    kapso.add_many(300)
    kapso.fault(method="GET", meta={"total_pages": 10**9})
    runner = Runner(kapso, receipts, INFO, time=shared_time)

    assert "the list has more than 2 pages" in runner.run()["msg"]
    assert runner.counts()["lists"] == 2


@pytest.mark.parametrize(
    ("pages", "says"),
    [(3, "but every page shows the same 100"), (1, "which is more than its pages can hold")],
)
def test_rows_that_the_list_has_and_never_shows_are_an_error(
    kapso: Emulator, receipts: Path, shared_time: SharedTime, pages: int, says: str
) -> None:
    kapso.fault(method="GET", json={"data": ROWS, "meta": {"total_pages": pages, "total_count": 250}})

    result = Runner(kapso, receipts, INFO, time=shared_time).run()

    assert f"counts 250 objects, {says}" in result["msg"]
    assert result["msg"].endswith("; nothing was changed; check that api_url is the base URL of the Kapso API.")
    assert (result["error"]["status"], result["error"]["message"]) == (200, "")
