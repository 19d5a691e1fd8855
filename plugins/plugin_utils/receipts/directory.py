# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep receipts in a directory on the controller, one file for each object."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
import uuid
from collections.abc import Collection, Iterator
from pathlib import Path

from ...module_utils._api.transport import per_process
from ..files import whole_files
from ..files.paths import local_path
from .store import Store, StoreError

LARGEST = 1024 * 1024  # bytes of a file that is read; a receipt has a few thousand
DAY = 24 * 60 * 60  # seconds


class DirectoryStore(Store):
    """Keep receipts in a directory, which the first write creates for its owner only.

    A directory that its group may write in, or with the setgid bit, is shared: its files belong to the group, with the
    group's rights on the directory. A directory that every user may write in is not shared.
    """

    def __init__(self, path: str) -> None:
        try:
            self._directory = local_path(path)
        except ValueError as error:
            raise StoreError(f"the receipts directory {error}: name another in receipts or KAPSO_RECEIPTS") from None

    def _file(self, address: str) -> Path:
        return self._directory / f"{address}.json"

    def get(self, address: str) -> str | None:
        """Return the text kept there, None if there is none, an empty text if it is no regular file or too large."""
        file = self._file(address)
        try:
            return (whole_files.read(file, LARGEST) or b"").decode("utf-8", "replace")
        except (FileNotFoundError, NotADirectoryError):
            return None
        except whole_files.NoFile:
            return ""
        except OSError as error:
            why = f"{error.strerror or error}): let this user read it, or remove it"
            raise StoreError(f"receipts: {file} cannot be read ({why}") from None

    def put(self, address: str, text: str) -> None:
        """Write a new file, then rename it: a reader sees the old text or the new one."""
        try:
            self._write(text, self._file(address))
        except OSError as error:
            raise self._failure(error) from None

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Compare and write under a lock on the directory."""
        try:
            with self._alone():
                if self.get(address) in (former, text):
                    self._write(text, self._file(address))
                else:
                    self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def delete(self, address: str) -> None:
        """Remove the file, if it exists."""
        try:
            self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def check(self, addresses: Collection[str]) -> None:
        """Make the directory, write and remove a test file, and remove half-written files that are older than a day."""
        try:
            with self._alone():
                trial = self._directory / f"{whole_files.HALF_WRITTEN}{uuid.uuid4().hex}"
                self._write(" " * 4096, trial, durable=False)
                trial.unlink()
                self._look_at(addresses)
                per_process(_tidy, self._directory)  # once, and not for each item of a loop
        except OSError as error:
            raise self._failure(error) from None

    def check_read_only(self, addresses: Collection[str]) -> None:
        """Check the directory, or the parent in which it would be made, and the files, without a write."""
        place = self._directory
        while not os.path.lexists(place) and place != place.parent:
            place = place.parent
        effective = os.access in os.supports_effective_ids
        try:
            if not place.is_dir():
                raise NotADirectoryError(f"{place} is not a directory")
            if not os.access(place, os.R_OK | os.W_OK | os.X_OK, effective_ids=effective):
                raise PermissionError(f"{place} may not be written to")
            self._look_at(addresses)
        except OSError as error:
            raise self._failure(error) from None

    def _look_at(self, addresses: Collection[str]) -> None:
        """Raise OSError if one of the files exists and cannot be replaced."""
        try:
            directory = self._directory.stat()
        except FileNotFoundError:
            return
        # The sticky bit stops a user from replacing the files of others, unless the directory is theirs.
        may_replace_all = not directory.st_mode & stat.S_ISVTX or os.geteuid() in (0, directory.st_uid)
        for file in map(self._file, addresses):
            try:
                found = file.lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError(f"{file.name} in it is a directory")
            if not may_replace_all and found.st_uid != os.geteuid():
                raise PermissionError(f"{file.name} in it is another user's, and its sticky bit is set")

    def _make(self) -> None:
        """Make the directory and its parents with mode 0700; `mkdir(parents=True)` gives parents the umask's rights."""
        for directory in (*reversed(self._directory.parents), self._directory):
            if not directory.is_dir():
                directory.mkdir(mode=0o700, exist_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._make()
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            # Some network file systems have no locks. Then another run could write between the read and the write.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, text: str, target: Path, durable: bool = True) -> None:
        self._make()
        whole_files.write(target, text.encode(), durable=durable, adapt=self._hand_over)

    def _hand_over(self, descriptor: int) -> None:
        """Give a new file the group and the group's rights of a shared directory, and, as root, the directory's owner.

        Ignore a change that this user may not make.
        """
        directory = self._directory.stat()
        shared = directory.st_mode & (stat.S_IWGRP | stat.S_ISGID) and not directory.st_mode & stat.S_IWOTH
        owner = -1 if os.geteuid() else directory.st_uid
        with contextlib.suppress(OSError):  # a user outside the group keeps the file for themselves
            os.fchown(descriptor, owner, directory.st_gid if shared else -1)
            os.fchmod(descriptor, whole_files.OWNER_ONLY | (directory.st_mode & 0o060 if shared else 0))

    def _failure(self, error: OSError) -> StoreError:
        why = error.strerror or error
        return StoreError(
            f"the receipts directory {self._directory} cannot be used ({why}): "
            "repair it, or name another in receipts or KAPSO_RECEIPTS"
        )


def _tidy(directory: Path) -> None:
    """Remove half-written files of interrupted runs that are older than a day."""
    for left in directory.glob(f"{whole_files.HALF_WRITTEN}*"):
        with contextlib.suppress(OSError):  # the file is another user's, or already removed
            found = left.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_mtime < time.time() - DAY:
                left.unlink()
