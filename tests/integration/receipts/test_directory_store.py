# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of receipts: who may read it, and what happens where it cannot be used."""

from __future__ import annotations

import os
import resource
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.stores import DirectoryStore, StoreError

from tests.emulator import Emulator
from tests.integration.receipts.conftest import Unprivileged
from tests.support.action import Operator, assert_distrusted, reasons
from tests.support.meanwhile import after_writing

TOKEN = "canary-access-token"
ADDRESS = "0" * 64


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tree(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def refused(result: dict[str, Any], operator: Operator) -> str:
    """The message of a run that was refused before any request."""
    assert result["failed"]
    assert not result["changed"]
    assert result["error"]["outcome"] == "not_sent"
    assert operator.kapso.journal() == []
    return str(result["msg"])


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes meanwhile: a disk as good as full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def in_seconds(seconds: float) -> Iterator[None]:
    """What happens meanwhile must not take longer: a failure, where it would hang."""

    def too_late(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"not done within {seconds} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_receipts(operator: Operator, receipts: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert operator.run(access_token=TOKEN)["changed"]
        assert operator.run(access_token=f"{TOKEN}-2")["changed"]
    finally:
        os.umask(before)
    assert mode(receipts) == 0o700
    (file,) = receipts.iterdir()
    assert mode(file) == 0o600
    assert file.suffix == ".json"


def test_a_directory_that_is_there_keeps_its_permissions(operator: Operator, receipts: Path) -> None:
    receipts.mkdir()
    receipts.chmod(0o750)
    assert operator.run(access_token=TOKEN)["changed"]
    assert mode(receipts) == 0o750


def test_missing_parents_and_the_home_of_the_user(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Operator(kapso, "~/a/b/c").run(access_token=TOKEN)["changed"]
    assert len(tree(tmp_path / "a" / "b" / "c")) == 1


def test_the_place_comes_from_the_environment_else_it_is_the_default(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Operator(kapso, None)
    for home in (tmp_path / "home", tmp_path / "another"):  # whose it was before plays no part
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        operator.run(access_token=TOKEN)
        assert len(tree(home / ".ansible" / "kapso" / "receipts")) == 1
    monkeypatch.setenv("KAPSO_RECEIPTS", str(tmp_path / "named"))
    assert reasons(operator.run(access_token=TOKEN)) == {"access_token": "no_receipt"}
    assert len(tree(tmp_path / "named")) == 1


def test_a_dry_run_creates_nothing_and_changes_nothing(operator: Operator, receipts: Path) -> None:
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert not receipts.exists()
    operator.run(access_token=TOKEN)
    before, stamp = tree(receipts), receipts.stat().st_mtime_ns
    operator.kapso.advance(3600)
    operator.kapso.edit(operator.config_id, access_token="canary-of-another")
    assert reasons(operator.dry_run(access_token=TOKEN)) == {"access_token": "modified_at_server"}
    assert not operator.dry_run(access_token=TOKEN, send_write_only="adopt")["changed"]
    assert (tree(receipts), receipts.stat().st_mtime_ns) == (before, stamp)


def test_a_run_with_nothing_to_do_leaves_the_receipt_alone(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    inode = file.stat().st_ino
    assert not operator.run(access_token=TOKEN)["changed"]
    assert file.stat().st_ino == inode


def test_a_full_disk_is_noticed_before_the_first_request(operator: Operator, receipts: Path) -> None:
    with largest_file(512):
        result = operator.run(access_token=TOKEN)
    assert f"the receipts directory {receipts} cannot be used (File too large)" in refused(result, operator)
    assert tree(receipts) == {}
    assert operator.run(access_token=TOKEN)["changed"]


def test_a_receipt_that_finds_no_room_leaves_the_old_one_and_no_rest(receipts: Path) -> None:
    store = DirectoryStore(str(receipts))
    store.put(ADDRESS, "old")
    with largest_file(512), pytest.raises(StoreError, match="File too large"):
        store.put(ADDRESS, "new" * 1000)
    assert store.get(ADDRESS) == "old"
    assert len(tree(receipts)) == 1


def test_a_file_in_the_place_of_the_directory(operator: Operator, receipts: Path) -> None:
    receipts.write_text("mine")
    assert "cannot be used (File exists)" in refused(operator.run(access_token=TOKEN), operator)
    assert receipts.read_text() == "mine"


def test_a_directory_in_the_place_of_the_file(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.unlink()
    file.mkdir()
    assert f"{file.name} in it is a directory" in refused(operator.run(access_token=TOKEN), operator)


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
def test_what_is_no_file_is_not_waited_for_and_counts_as_none(
    operator: Operator, receipts: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.unlink()
    with socket.socket(socket.AF_UNIX) as server, in_seconds(10):
        if kind == "a pipe":
            os.mkfifo(file)
        elif kind == "a device":
            file.symlink_to("/dev/zero")
        else:
            monkeypatch.chdir(receipts)  # the path of a socket must be short
            server.bind(file.name)
        result = operator.run(access_token=TOKEN)
        again = operator.run(access_token=TOKEN)
    assert reasons(result) == {"access_token": "no_receipt"}
    assert_distrusted(result, "damaged")
    assert (again["changed"], again["warnings"]) == (False, [])
    assert stat.S_ISREG(file.lstat().st_mode)


def test_a_directory_that_is_read_only(kapso: Emulator, reachable: Path, unprivileged: Unprivileged) -> None:
    operator = Operator(kapso, reachable / "receipts")
    with unprivileged():
        operator.run(access_token=TOKEN)
        (reachable / "receipts").chmod(0o500)
        dry = operator.dry_run(access_token=f"{TOKEN}-2")
        result = operator.run(access_token=f"{TOKEN}-2")
    assert reasons(dry) == {"access_token": "value_changed"}
    assert "cannot be used (Permission denied)" in refused(result, operator)
    assert operator.state["access_token"] == TOKEN


def test_a_place_that_cannot_be_made(kapso: Emulator, reachable: Path, unprivileged: Unprivileged) -> None:
    operator = Operator(kapso, reachable / "closed" / "receipts")
    with unprivileged():
        (reachable / "closed").mkdir(mode=0o500)
        assert operator.dry_run(access_token=TOKEN)["changed"]
        result = operator.run(access_token=TOKEN)
    assert "cannot be used (Permission denied)" in refused(result, operator)


def test_a_file_that_cannot_be_read_counts_as_none(
    kapso: Emulator, reachable: Path, unprivileged: Unprivileged
) -> None:
    operator = Operator(kapso, reachable / "receipts")
    with unprivileged():
        operator.run(access_token=TOKEN)
        (file,) = (reachable / "receipts").iterdir()
        file.chmod(0)
        result = operator.run(access_token=TOKEN)
        again = operator.run(access_token=TOKEN)
    assert reasons(result) == {"access_token": "no_receipt"}
    assert_distrusted(result, "damaged")
    assert (again["changed"], again["warnings"]) == (False, [])


def test_a_directory_that_is_gone_when_the_receipt_is_to_be_kept(operator: Operator, receipts: Path) -> None:
    def replace_directory() -> None:
        receipts.rmdir()
        receipts.write_text("")

    with after_writing(replace_directory):
        result = operator.run(name="New", access_token=TOKEN)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "what was sent took effect" in result["msg"]
    assert str(receipts) in result["msg"]
    assert operator.state["access_token"] == TOKEN
    receipts.unlink()
    assert reasons(operator.run(name="New", access_token=TOKEN)) == {"access_token": "no_receipt"}
    assert not operator.run(name="New", access_token=TOKEN)["changed"]
