# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that the receipts in the guide match real ones, and that its commands work."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.support.examples import TOKEN
from tests.support.redis_server import RedisServer
from tests.support.runner import Runner, reasons

GUIDE = (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")
NO_RECEIPT = {"access_token": "no_receipt"}


def shape(value: Any) -> Any:
    """Return a document with its texts replaced by their form."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return re.sub(r"[0-9a-f]", "x", value) if isinstance(value, str) else value


def command(beginning: str) -> str:
    """Return the shell command of the guide that begins with this text."""
    (quoted,) = re.findall(rf"`({re.escape(beginning)}[^`]*)`", GUIDE)
    return str(quoted).replace(r"\|", "|")


def test_the_receipt_in_the_guide_looks_like_one(operator: Runner, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    (block,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    shown, real = json.loads(block), json.loads(file.read_text())
    for document in (shown, real):
        document["url"] = ""
    assert shape(shown) == shape(real)
    assert block == json.dumps(json.loads(block), sort_keys=True, indent=2) + "\n"


def test_the_guide_has_advice_for_every_choice() -> None:
    choices = ("when_changed", "when_value_changed", "adopt", "never", "always")
    assert [choice for choice in choices if f"\n| `{choice}` |" not in GUIDE] == []


@pytest.mark.parametrize(("beginning", "forgotten"), [("grep -l ", [True, False]), ("rm -r ", [True, True])])
def test_the_commands_of_the_guide_remove_one_receipt_or_all(
    kapso: Emulator, tmp_path: Path, beginning: str, forgotten: list[bool]
) -> None:
    operators = [
        Runner(kapso, tmp_path / ".ansible" / "kapso" / "receipts", config_id=kapso.add()) for _object in range(2)
    ]
    for operator in operators:
        operator.run(access_token=TOKEN)
    line = re.sub(r"0b7c1f52\S+", operators[0].object_id, command(beginning))
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run([shutil.which("sh") or "sh", "-euc", line], check=True, env=environment, timeout=30)
    assert [reasons(operator.dry_run(access_token=TOKEN)) == NO_RECEIPT for operator in operators] == forgotten


def test_the_pattern_for_redis_matches_receipts_and_nothing_else(kapso: Emulator, redis_server: RedisServer) -> None:
    operator = Runner(kapso, redis_server.url, config_id=kapso.add())
    operator.run(access_token=TOKEN)
    pattern = re.search(r"--pattern '([^']*)'", command("redis-cli "))
    assert pattern is not None
    with redis_server.client() as client:
        client.set("kapso:of-somebody-else", "1")
        client.delete(*client.scan_iter(pattern[1]))
    assert redis_server.contents() == {"kapso:of-somebody-else": "1"}
    assert reasons(operator.dry_run(access_token=TOKEN)) == NO_RECEIPT


def test_adopting_under_a_new_key_renews_receipts_without_sending(operator: Runner) -> None:
    operator.run(access_token=TOKEN, receipts_key="canary-old-key")
    operator.run(access_token=TOKEN, receipts_key="canary-new-key", send_write_only="adopt")
    assert operator.sent == []
    again = operator.run(access_token=TOKEN, receipts_key="canary-new-key")
    assert (again["changed"], again["warnings"]) == (False, [])
