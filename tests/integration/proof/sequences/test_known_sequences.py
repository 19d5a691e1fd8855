# SPDX-License-Identifier: GPL-3.0-or-later
"""Test sequences that failed once, or that random tests rarely find."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import Emulator
from tests.support.runner import Data, Runner, reasons

HOUR = 3600
FIRST: Data = {"name": "Front desk", "access_token": "canary-access-1", "webhook_verify_token": "canary-verify-1"}


def test_a_read_without_updated_at_does_not_renew_a_receipt(kapso: Emulator, tmp_path: Path) -> None:
    operator = Runner(kapso, tmp_path, config_id=kapso.add(), **FIRST)
    operator.run()
    kapso.advance(HOUR)
    kapso.edit(operator.object_id, webhook_verify_token="canary-verify-theirs")
    kapso.advance(HOUR)

    kapso.fault(method="GET", count=1, omit=["updated_at"])
    assert reasons(operator.run(access_token="canary-access-2")) == {"access_token": "value_changed"}
    kapso.advance(HOUR)

    again = operator.run(access_token="canary-access-2")
    assert reasons(again) == {"webhook_verify_token": "modified_at_server"}
    assert operator.state["webhook_verify_token"] == "canary-verify-1"


def test_after_a_write_without_updated_at_later_runs_see_edits(kapso: Emulator, tmp_path: Path) -> None:
    operator = Runner(kapso, tmp_path, config_id=kapso.add(), **FIRST)
    kapso.fault(omit=["updated_at"])
    operator.run()
    kapso.clear_faults()
    kapso.advance(HOUR)
    kapso.edit(operator.object_id, webhook_verify_token="canary-verify-theirs")
    kapso.advance(HOUR)

    operator.run()
    assert operator.state["webhook_verify_token"] == "canary-verify-1"
    assert operator.run()["changes"] == []
