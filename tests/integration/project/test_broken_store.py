# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a receipt store that fails during the writes of a project: the run stops and reports the lost receipts."""

from __future__ import annotations

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.store import address

from tests.emulator import Emulator
from tests.support.race_hooks import after_writing
from tests.support.runner import Runner, changed, each, failed

TOKEN = "EXAMPLE-ACCESS-TOKEN-{n}"


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_receipt_that_cannot_be_saved_ends_the_run(kapso: Emulator, operator: Runner, concurrency: int) -> None:
    ids = kapso.add_many(60)
    configs = each(ids, access_token=TOKEN)
    obstacle = operator.receipts / f"{address(kapso.url, 'whatsapp_config', ids[19])}.json"

    with after_writing(obstacle.mkdir):  # the check before the run would notice an earlier one
        result = operator.run(configs, concurrency=concurrency)

    written = [entry.path.rsplit("/", 1)[-1] for entry in kapso.writes()]
    assert ids[19] in written
    assert len(written) == 20 if concurrency == 1 else len(written) >= 20  # other threads finish their requests
    assert sorted(changed(result)) == sorted(written)
    # Objects without a saved receipt have failed, and so have objects that were not attempted.
    assert failed(result) == [config_id for config_id in ids if config_id not in written or config_id == ids[19]]
    assert result["failed"]
    assert result["changed"]
    assert "cannot be used" in result["results"][19]["msg"]
    assert "the sent fields took effect" in result["results"][19]["msg"]
    assert result["results"][19]["error"]["outcome"] == "applied"
    assert "the run was stopped: receipts cannot be saved" in result["msg"]
    assert f"receipts could not be saved for {ids[19]}; write-only fields will be sent again" in result["msg"]
    assert (result["error"]["outcome"], result["error"]["attempts"]) == ("applied", 0)
    assert result["summary"]["failed"] == len(failed(result))

    obstacle.rmdir()
    again = operator.run(configs)
    assert not again.get("failed")
    assert changed(again) == [config_id for config_id in ids if config_id not in written or config_id == ids[19]]
    assert not operator.run(configs)["changed"]


def test_a_store_that_cannot_be_used_is_noticed_before_the_first_request(kapso: Emulator, operator: Runner) -> None:
    operator.receipts.write_text("no directory", encoding="utf-8")

    result = operator.run(each(kapso.add_many(3), access_token=TOKEN))

    assert "nothing was sent" in result["msg"]
    assert kapso.journal() == []
