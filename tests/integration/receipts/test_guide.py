# SPDX-License-Identifier: GPL-3.0-or-later
"""The guide shows receipts as they are, and its commands do what it says."""

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
from tests.support.action import Operator, reasons
from tests.support.redis_server import RedisServer

GUIDE = (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")
OPTIONS = ("when_changed", "when_value_changed", "adopt", "never", "always")
TOKEN = "canary-access-token"


def shape(value: Any) -> Any:
    """A document with its texts replaced by what they look like."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return re.sub(r"[0-9a-f]", "x", value) if isinstance(value, str) else value


def commands(beginning: str) -> list[str]:
    """The commands of the guide that begin so, as a shell takes them."""
    quoted = re.findall(rf"`({re.escape(beginning)}[^`]*)`", GUIDE)
    return [command.replace(r"\|", "|") for command in quoted]


def shell(command: str, home: Path) -> None:
    """Run a command of the guide in a home of its own."""
    bash = shutil.which("sh") or "sh"
    subprocess.run([bash, "-euc", command], check=True, env={"HOME": str(home), "PATH": "/usr/bin:/bin"}, timeout=30)


def test_the_receipt_in_the_guide_looks_like_one(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    (block,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    shown, real = json.loads(block), json.loads(file.read_text())
    for document in (shown, real):
        document["url"] = ""
    assert shape(shown) == shape(real)
    assert block == json.dumps(json.loads(block), sort_keys=True, indent=2) + "\n"


@pytest.mark.parametrize("option", OPTIONS)
def test_every_choice_is_advised_upon(option: str) -> None:
    assert f"\n| `{option}` |" in GUIDE


def test_one_object_is_forgotten_by_the_command_in_the_guide(kapso: Emulator, tmp_path: Path) -> None:
    place = tmp_path / ".ansible" / "kapso" / "receipts"
    one, other = Operator(kapso, place), Operator(kapso, place)
    for operator in (one, other):
        operator.run(access_token=TOKEN)
    (command,) = commands("grep -l ")
    shell(re.sub(r"0b7c1f52\S+", one.config_id, command), tmp_path)
    assert reasons(one.dry_run(access_token=TOKEN)) == {"access_token": "no_receipt"}
    assert not other.dry_run(access_token=TOKEN)["changed"]


def test_all_is_forgotten_by_the_command_in_the_guide(kapso: Emulator, tmp_path: Path) -> None:
    operator = Operator(kapso, tmp_path / ".ansible" / "kapso" / "receipts")
    operator.run(access_token=TOKEN)
    (command,) = commands("rm -r ")
    shell(command, tmp_path)
    assert reasons(operator.dry_run(access_token=TOKEN)) == {"access_token": "no_receipt"}


def test_the_pattern_for_redis_matches_receipts_and_nothing_else(kapso: Emulator, redis_server: RedisServer) -> None:
    operator = Operator(kapso, redis_server.url)
    operator.run(access_token=TOKEN)
    redis_server.tell("SET", "kapso:of-somebody-else", "1")
    (command,) = commands("redis-cli ")
    pattern = re.search(r"--pattern '([^']*)'", command)
    assert pattern is not None
    with redis_server.client() as client:
        client.delete(*client.scan_iter(pattern[1]))
    assert redis_server.contents() == {"kapso:of-somebody-else": "1"}
    assert reasons(operator.dry_run(access_token=TOKEN)) == {"access_token": "no_receipt"}


def test_adopting_under_a_new_key_renews_receipts_without_sending(operator: Operator) -> None:
    operator.run(access_token=TOKEN, receipts_key="canary-old-key")
    operator.run(access_token=TOKEN, receipts_key="canary-new-key", send_write_only="adopt")
    assert operator.sent == []
    again = operator.run(access_token=TOKEN, receipts_key="canary-new-key")
    assert (again["changed"], again["warnings"]) == (False, [])


def test_always_once_sends_all_and_renews(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    next(receipts.iterdir()).write_text("damaged")
    operator.run(access_token=TOKEN, send_write_only="always")
    assert operator.sent == [{"access_token"}]
    again = operator.run(access_token=TOKEN)
    assert (again["changed"], again["warnings"]) == (False, [])


def test_a_receipt_with_marks_of_a_merge_conflict_counts_as_none(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.write_text("<<<<<<< ours\n" + file.read_text() + "=======\n>>>>>>> theirs\n")
    assert reasons(operator.run(access_token=TOKEN)) == {"access_token": "no_receipt"}
    assert not operator.run(access_token=TOKEN)["changed"]
