# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the receipts directory: its permissions, and errors if it cannot be used."""

from __future__ import annotations

import os
import resource
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.directory import DirectoryStore
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.store import StoreError

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


def assert_foreseen(result: dict[str, Any], problem: str) -> None:
    """Assert that the dry run warned of the error of the real run."""
    assert not result.get("failed"), result
    (warning,) = (text for text in result["warnings"] if text.startswith("without check mode the task would fail: "))
    assert problem in warning


def tree(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Limit files to `size` bytes inside the block, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_only_the_owner_can_read_receipts_and_new_directories(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    operator = Runner(kapso, None, config_id=kapso.add())
    before = os.umask(umask)
    try:
        for token in (TOKEN, ROTATED):
            assert operator.run(access_token=token)["changed"]
    finally:
        os.umask(before)
    (file,) = (tmp_path / DEFAULT).iterdir()
    assert (mode(file), file.suffix) == (0o600, ".json")
    assert {mode(tmp_path / made) for made in (DEFAULT, *DEFAULT.parents[:2])} == {0o700}


def test_a_directory_that_is_there_keeps_its_permissions(operator: Runner, receipts: Path) -> None:
    receipts.mkdir()
    receipts.chmod(0o750)
    assert operator.run(access_token=TOKEN)["changed"]
    assert mode(receipts) == 0o750


def test_the_place_is_the_option_or_the_environment_or_the_default(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Runner(kapso, None, config_id=kapso.add())
    for home in (tmp_path / "home", tmp_path / "another"):  # independent of an earlier home
        home.mkdir()
        monkeypatch.setenv("HOME", str(home))
        assert reasons(operator.run(access_token=TOKEN)) == NO_RECEIPT
        assert len(tree(home / DEFAULT)) == 1
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "moved"))
    assert reasons(operator.run(access_token=TOKEN)) == NO_RECEIPT
    assert len(tree(tmp_path / "moved" / "kapso" / "receipts")) == 1
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


def test_a_receipt_that_cannot_be_written_leaves_the_old_one_and_no_other_file(receipts: Path) -> None:
    store = DirectoryStore(str(receipts))
    store.put(ADDRESS, "old")
    with largest_file(512), pytest.raises(StoreError, match="File too large"):
        store.put(ADDRESS, "new" * 1000)
    assert store.get(ADDRESS) == "old"
    assert len(tree(receipts)) == 1


def test_a_file_in_the_place_of_the_directory(operator: Runner, receipts: Path) -> None:
    receipts.write_text("mine")
    assert_foreseen(operator.dry_run(access_token=TOKEN), "is not a directory")
    assert "cannot be used (File exists)" in refused(operator.run(access_token=TOKEN), operator.kapso)
    assert receipts.read_text() == "mine"


def test_a_directory_in_the_place_of_the_file(operator: Runner, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.unlink()
    file.mkdir()
    assert_foreseen(operator.dry_run(access_token=TOKEN), f"{file.name} in it is a directory")
    assert f"{file.name} in it is a directory" in refused(operator.run(access_token=TOKEN), operator.kapso)


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
def test_a_path_that_is_no_regular_file_counts_as_no_receipt(
    operator: Runner, receipts: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    file.unlink()
    with socket.socket(socket.AF_UNIX) as server, in_seconds():
        if kind == "a pipe":
            os.mkfifo(file)
        elif kind == "a device":
            file.symlink_to("/dev/zero")
        else:
            monkeypatch.chdir(receipts)  # a socket needs a short path
            server.bind(file.name)
        result = operator.run(access_token=TOKEN)
        again = operator.run(access_token=TOKEN)
    assert reasons(result) == NO_RECEIPT
    assert_distrusted(result, "damaged")
    assert (again["changed"], again["warnings"]) == (False, [])
    assert stat.S_ISREG(file.lstat().st_mode)


@pytest.mark.parametrize(("place", "rights"), [("receipts", 0o500), ("receipts", 0o300), ("new/receipts", 0o500)])
def test_a_place_that_may_only_be_read_is_refused_before_the_first_request(
    kapso: Emulator, reachable: Path, unprivileged: Unprivileged, place: str, rights: int
) -> None:
    operator = Runner(kapso, reachable / "closed" / place, config_id=kapso.add())
    with unprivileged():
        (reachable / "closed" / "receipts").mkdir(parents=True)
        for directory in (reachable / "closed" / "receipts", reachable / "closed"):
            directory.chmod(rights)
        foreseen = operator.dry_run(access_token=TOKEN)
        result = operator.run(access_token=TOKEN)
        (reachable / "closed").chmod(0o700)
    assert reasons(foreseen) == NO_RECEIPT
    assert_foreseen(foreseen, "may not be written to")
    message = refused(result, kapso)
    assert "cannot be used (Permission denied): repair it, or name another in receipts or KAPSO_RECEIPTS" in message


@pytest.mark.parametrize(("fault", "why"), [("no right", "Permission denied"), ("a bad disk", "Input/output error")])
def test_a_receipt_that_cannot_be_read_is_not_taken_for_damaged(
    kapso: Emulator, reachable: Path, unprivileged: Unprivileged, fault: str, why: str
) -> None:
    operator = Runner(kapso, reachable / "receipts", config_id=kapso.add())
    with unprivileged() if fault == "no right" else nullcontext():
        operator.run(access_token=TOKEN)
        (file,) = (reachable / "receipts").iterdir()
        if fault == "no right":
            file.chmod(0)
        else:
            file.unlink()
            file.symlink_to("/proc/self/mem")  # a regular file whose first byte cannot be read
        for check in (True, False):
            message = refused(operator.run(access_token=TOKEN, check=check), kapso)
            assert f"receipts: {file} cannot be read ({why}): let this user read it, or remove it" in message


def test_half_written_files_are_removed_after_a_day(operator: Runner, receipts: Path) -> None:
    receipts.mkdir()
    old, young, directory, other = (receipts / name for name in (".new-1", ".new-2", ".new-3", "old.json"))
    directory.mkdir()
    for file in (old, young, other):
        file.touch()
    two_days_ago = time.time() - 2 * 24 * 3600
    for path in (old, directory, other):
        os.utime(path, (two_days_ago, two_days_ago))
    operator.dry_run(name="New")
    assert old.exists()
    operator.run(name="New")
    assert [path for path in (old, young, directory, other) if not path.exists()] == [old]


@dataclass
class User:
    """Hold the user ID and group ID of a user of this machine."""

    number: int
    groups: tuple[int, ...] = ()

    def run(self, operator: Runner, **options: Any) -> dict[str, Any]:
        """Return the result of a run in a process of that user with a strict umask."""
        context = get_context("fork")
        ours, theirs = context.Pipe()

        def child() -> None:
            os.umask(0o077)
            os.setgroups(self.groups)
            os.setgid(self.number)
            os.setuid(self.number)
            theirs.send(operator.run(**options))

        process = context.Process(target=child)
        process.start()
        assert ours.poll(60), "the other user's process has not answered"
        result: dict[str, Any] = ours.recv()
        process.join()
        return result


ROOT = User(0)
ANNA, BERT = (User(number, (60_000,)) for number in (60_001, 60_002))


@pytest.mark.parametrize(
    ("owner", "rights", "users", "problem"),
    [
        pytest.param(ROOT, 0o2770, (ANNA, BERT), None, id="of their group"),
        pytest.param(ANNA, 0o770, (ANNA, BERT), None, id="of one, open to their group"),
        pytest.param(ANNA, 0o700, (ROOT, ANNA), None, id="of one, where root ran first"),
        pytest.param(ROOT, 0o3770, (ANNA, BERT), "its sticky bit is set", id="of their group, with the sticky bit"),
        pytest.param(ANNA, 0o755, (ANNA, BERT), "Permission denied", id="of one, closed to the other"),
        pytest.param(ROOT, 0o777, (ANNA, BERT), "Permission denied", id="everybody's"),
        pytest.param(ROOT, 0o1777, (ANNA, BERT), "Permission denied", id="everybody's, with the sticky bit"),
    ],
)
def test_two_users_share_a_directory_or_the_second_is_refused_in_words(
    kapso: Emulator, reachable: Path, owner: User, rights: int, users: tuple[User, User], problem: str | None
) -> None:
    if os.geteuid() != 0:
        return  # the summary of the test run reports that
    reachable.chmod(0o755)
    receipts = reachable / "receipts"
    receipts.mkdir()
    os.chown(receipts, owner.number, 60_000)
    receipts.chmod(rights)
    operator = Runner(kapso, receipts, config_id=kapso.add())
    first, second = users

    assert first.run(operator, access_token=TOKEN)["changed"]
    result = second.run(operator, access_token=TOKEN)
    if problem is None:
        assert (result["changed"], result.get("warnings")) == (False, [])
        assert second.run(operator, access_token=ROTATED)["changed"]
        assert not first.run(operator, access_token=ROTATED)["changed"]
        assert {mode(file) for file in receipts.iterdir()} == {0o600 | rights & 0o060}
    else:
        assert problem in refused(result, kapso)
        assert not first.run(operator, access_token=TOKEN)["changed"]


def test_a_directory_that_is_removed_before_the_receipt_is_saved(operator: Runner, receipts: Path) -> None:
    def replace_directory() -> None:
        receipts.rmdir()
        receipts.write_text("")

    with after_writing(replace_directory):
        result = operator.run(name="New", access_token=TOKEN)
    assert (result["failed"], result["changed"]) == (True, True)
    assert "the sent fields took effect" in result["msg"]
    assert str(receipts) in result["msg"]
    assert operator.state["access_token"] == TOKEN
    receipts.unlink()
    assert reasons(operator.run(name="New", access_token=TOKEN)) == NO_RECEIPT
    assert not operator.run(name="New", access_token=TOKEN)["changed"]
