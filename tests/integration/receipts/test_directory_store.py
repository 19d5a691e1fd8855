# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of receipts: who may read it, and what happens if it cannot be used."""

from __future__ import annotations

import os
import resource
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.stores import DirectoryStore, StoreError

from tests.emulator import Emulator
from tests.integration.receipts.conftest import Unprivileged, refused
from tests.support.examples import ROTATED, TOKEN
from tests.support.race_hooks import after_writing, in_seconds
from tests.support.runner import Runner, assert_distrusted, reasons

ADDRESS = "0" * 64
DEFAULT = Path(".ansible", "kapso", "receipts")
NO_RECEIPT = {"access_token": "no_receipt"}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def tree(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_only_the_owner_may_read_receipts(operator: Runner, receipts: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        for token in (TOKEN, ROTATED):
            assert operator.run(access_token=token)["changed"]
    finally:
        os.umask(before)
    (file,) = receipts.iterdir()
    assert (mode(receipts), mode(file), file.suffix) == (0o700, 0o600, ".json")


def test_a_directory_that_is_there_keeps_its_permissions(operator: Runner, receipts: Path) -> None:
    receipts.mkdir()
    receipts.chmod(0o750)
    assert operator.run(access_token=TOKEN)["changed"]
    assert mode(receipts) == 0o750


def test_the_place_is_the_option_else_of_the_environment_else_the_default(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Runner(kapso, None, config_id=kapso.add())
    for home in (tmp_path / "home", tmp_path / "another"):  # whose it was before plays no part
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        assert reasons(operator.run(access_token=TOKEN)) == NO_RECEIPT
        assert len(tree(home / DEFAULT)) == 1
    monkeypatch.setenv("KAPSO_RECEIPTS", str(tmp_path / "named"))
    assert reasons(operator.run(access_token=TOKEN)) == NO_RECEIPT
    assert reasons(operator.run(access_token=TOKEN, receipts="~/a/b/c")) == NO_RECEIPT
    assert len(tree(tmp_path / "named")) == len(tree(home / "a" / "b" / "c")) == 1


def test_a_dry_run_creates_nothing_and_changes_nothing(operator: Runner, receipts: Path) -> None:
    assert operator.dry_run(access_token=TOKEN)["changed"]
    assert not receipts.exists()
    operator.run(access_token=TOKEN)
    before, stamp = tree(receipts), receipts.stat().st_mtime_ns
    operator.kapso.advance(3600)
    operator.kapso.edit(operator.object_id, access_token="canary-of-another")
    assert reasons(operator.dry_run(access_token=TOKEN)) == {"access_token": "modified_at_server"}
    assert not operator.dry_run(access_token=TOKEN, send_write_only="adopt")["changed"]
    assert (tree(receipts), receipts.stat().st_mtime_ns) == (before, stamp)


def test_a_run_with_nothing_to_do_leaves_the_receipt_alone(operator: Runner, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    inode = file.stat().st_ino
    assert not operator.run(access_token=TOKEN)["changed"]
    assert file.stat().st_ino == inode


def test_a_full_disk_is_noticed_before_the_first_request(operator: Runner, receipts: Path) -> None:
    with largest_file(512):
        result = operator.run(access_token=TOKEN)
    assert f"the receipts directory {receipts} cannot be used (File too large)" in refused(result, operator.kapso)
    assert tree(receipts) == {}
    assert operator.run(access_token=TOKEN)["changed"]


def test_a_receipt_that_finds_no_room_leaves_the_old_one_and_no_rest(receipts: Path) -> None:
    store = DirectoryStore(str(receipts))
    store.put(ADDRESS, "old")
    with largest_file(512), pytest.raises(StoreError, match="File too large"):
        store.put(ADDRESS, "new" * 1000)
    assert store.get(ADDRESS) == "old"
    assert len(tree(receipts)) == 1


def test_a_file_in_the_place_of_the_directory(operator: Runner, receipts: Path) -> None:
    receipts.write_text("mine")
    assert "cannot be used (File exists)" in refused(operator.run(access_token=TOKEN), operator.kapso)
    assert receipts.read_text() == "mine"


def test_a_directory_in_the_place_of_the_file(operator: Runner, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.unlink()
    file.mkdir()
    assert f"{file.name} in it is a directory" in refused(operator.run(access_token=TOKEN), operator.kapso)


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
def test_what_is_no_file_is_not_waited_for_and_counts_as_none(
    operator: Runner, receipts: Path, monkeypatch: pytest.MonkeyPatch, kind: str
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
    assert reasons(result) == NO_RECEIPT
    assert_distrusted(result, "damaged")
    assert (again["changed"], again["warnings"]) == (False, [])
    assert stat.S_ISREG(file.lstat().st_mode)


@pytest.mark.parametrize("place", ["receipts", "new/receipts"])
def test_a_place_that_may_only_be_read_is_refused_before_the_first_request(
    kapso: Emulator, reachable: Path, unprivileged: Unprivileged, place: str
) -> None:
    operator = Runner(kapso, reachable / "closed" / place, config_id=kapso.add())
    with unprivileged():
        (reachable / "closed" / "receipts").mkdir(parents=True)
        for directory in (reachable / "closed" / "receipts", reachable / "closed"):
            directory.chmod(0o500)
        assert reasons(operator.dry_run(access_token=TOKEN)) == NO_RECEIPT
        result = operator.run(access_token=TOKEN)
        (reachable / "closed").chmod(0o700)
    assert "cannot be used (Permission denied)" in refused(result, kapso)


def test_a_file_that_cannot_be_read_counts_as_none(
    kapso: Emulator, reachable: Path, unprivileged: Unprivileged
) -> None:
    operator = Runner(kapso, reachable / "receipts", config_id=kapso.add())
    with unprivileged():
        operator.run(access_token=TOKEN)
        (file,) = (reachable / "receipts").iterdir()
        file.chmod(0)
        result = operator.run(access_token=TOKEN)
        again = operator.run(access_token=TOKEN)
    assert reasons(result) == NO_RECEIPT
    assert_distrusted(result, "damaged")
    assert (again["changed"], again["warnings"]) == (False, [])


def test_a_directory_that_is_gone_when_the_receipt_is_to_be_kept(operator: Runner, receipts: Path) -> None:
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
    assert reasons(operator.run(name="New", access_token=TOKEN)) == NO_RECEIPT
    assert not operator.run(name="New", access_token=TOKEN)["changed"]
