# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the size of results: a task returns changed and failed objects within limits, and a file has all objects."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import bounded

from tests.emulator import Emulator
from tests.support.runner import Runner, each


def test_unchanged_objects_are_only_counted_unless_asked_for(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(20, name="Shop")
    configs = [*each(ids[:2], name="New"), *each(ids[2:], name="Shop")]

    result = operator.run(configs, check=True)

    assert [entry["id"] for entry in operator.returned["results"]] == ids[:2]
    assert all("data" not in entry for entry in operator.returned["results"])
    assert result["summary"]["unchanged"] == 18
    operator.run(configs, check=True, return_unchanged=True, return_data=True)
    assert [entry["id"] for entry in operator.returned["results"]] == ids
    assert all(entry["data"]["id"] == entry["id"] for entry in operator.returned["results"])
    assert "truncated" not in operator.returned


def test_a_failure_names_twenty_at_the_most_real_ones_first(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(60, name="Shop")
    kapso.fault(method="PATCH", path=ids[40], status=401)

    operator.run(each(ids, name="New"), concurrency=1)

    shown = operator.returned["results"]
    assert 5 < len(shown) <= bounded.FAILED
    assert shown[0]["id"] == ids[40]
    assert all("not tried" in entry["msg"] for entry in shown[1:])
    assert all("changes" not in entry for entry in shown)
    assert operator.returned["truncated"]
    assert len(json.dumps({**operator.returned, "diff": []})) < 7_000


def test_a_result_that_is_too_large_loses_details_and_then_entries(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(1500, name="Shop")

    result = operator.run(each(ids, name="New"), check=True)

    returned = operator.returned
    assert len(json.dumps(returned)) < 700_000
    assert 100 < len(returned["results"]) < 1500
    assert returned["truncated"]
    assert len(returned["diff"]) < 1500
    assert "more objects" in returned["diff"][-1]["prepared"]
    assert any("`results_path` writes all to a file" in warning for warning in returned["warnings"])
    assert len(result["results"]) == 1500  # the report gets all entries


def test_all_results_are_written_to_results_path(kapso: Emulator, operator: Runner, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    configs = each(kapso.add_many(3), name="New", access_token="canary-token")

    operator.run(configs, check=True, results_path=str(path))

    assert operator.returned["results_file"] == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text(encoding="utf-8"))["results"]) == 3
    assert "canary" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ["/no-such-directory/results.json", "/dev"])
def test_a_path_that_can_be_no_file_is_refused_before_any_request(kapso: Emulator, operator: Runner, path: str) -> None:
    result = operator.run(each(kapso.add_many(1), name="New"), results_path=path)

    assert "results_path" in result["msg"]
    assert kapso.journal() == []
