# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts in a directory of the controller, one file for each object."""

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

LARGEST = 1024 * 1024  # bytes that a receipt may have; ours have a few thousand
DAY = 24 * 60 * 60  # seconds


class DirectoryStore(Store):
    """One file for each object. Made when first written to, for its owner only.

    A directory in which a group may write is shared: its files belong to the group, with the rights that it has there.
    """

    def __init__(self, path: str) -> None:
        try:
            self._directory = local_path(path)
        except ValueError as error:
            raise StoreError(f"the receipts directory {error}: name another in receipts or KAPSO_RECEIPTS") from None

    def _file(self, address: str) -> Path:
        return self._directory / f"{address}.json"

    def get(self, address: str) -> str | None:
        """The text kept there. What can be no receipt, a pipe for one, comes back as an empty text."""
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
        """Write beside the file, then rename: a reader sees the old text or the new one."""
        try:
            self._write(text, self._file(address))
        except OSError as error:
            raise self._failure(error) from None

    def replace(self, address: str, former: str | None, text: str) -> None:
        """Look and write under a lock of the directory."""
        try:
            with self._alone():
                if self.get(address) in (former, text):
                    self._write(text, self._file(address))
                else:
                    self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def delete(self, address: str) -> None:
        """Remove the file."""
        try:
            self._file(address).unlink(missing_ok=True)
        except OSError as error:
            raise self._failure(error) from None

    def check(self, addresses: Collection[str]) -> None:
        """Make the directory, and write a file in it that goes away again; so do those that were left half-written."""
        try:
            with self._alone():
                trial = self._directory / f"{whole_files.HALF_WRITTEN}{uuid.uuid4().hex}"
                self._write(" " * 4096, trial, durable=False)
                trial.unlink()
                self._look_at(addresses)
                per_process(_tidy, self._directory)  # a loop's items would each list the whole directory
        except OSError as error:
            raise self._failure(error) from None

    def check_read_only(self, addresses: Collection[str]) -> None:
        """Look at the directory, or at the one that it would be made in, and at the files."""
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
        """Raise OSError if one of the files is there and cannot be replaced."""
        for file in map(self._file, addresses):
            try:
                found = file.lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue
            if stat.S_ISDIR(found.st_mode):
                raise IsADirectoryError(f"{file.name} in it is a directory")
            if self._sticks(found.st_uid):
                raise PermissionError(f"{file.name} in it is another user's, and its sticky bit is set")

    def _sticks(self, owner: int) -> bool:
        """Return whether the sticky bit keeps this user from replacing a file of that owner."""
        directory = self._directory.stat()
        return bool(directory.st_mode & stat.S_ISVTX) and os.geteuid() not in (0, owner, directory.st_uid)

    def _make(self) -> None:
        """Make the directory and its parents, for their owner only; `mkdir` would leave the parents to the umask."""
        for directory in (*reversed(self._directory.parents), self._directory):
            if not directory.is_dir():
                directory.mkdir(mode=0o700, exist_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self._make()
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            # Some network file systems have no locks. Only the moment between the look and the write is then open.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, text: str, target: Path, durable: bool = True) -> None:
        self._make()
        whole_files.write(target, text.encode(), durable=durable, adapt=self._hand_over)

    def _hand_over(self, descriptor: int) -> None:
        """Let a new file belong to whom the directory belongs, as far as this user may do that.

        What everybody may write to is nobody's to share: a file in it stays its owner's.
        """
        directory = self._directory.stat()
        shared = directory.st_mode & (stat.S_IWGRP | stat.S_ISGID) and not directory.st_mode & stat.S_IWOTH
        owner = -1 if os.geteuid() else directory.st_uid
        with contextlib.suppress(OSError):  # this user is not in the group: the file stays theirs alone
            os.fchown(descriptor, owner, directory.st_gid if shared else -1)
            os.fchmod(descriptor, whole_files.OWNER_ONLY | (directory.st_mode & 0o060 if shared else 0))

    def _failure(self, error: OSError) -> StoreError:
        why = error.strerror or error
        return StoreError(
            f"the receipts directory {self._directory} cannot be used ({why}): "
            "mend that, or name another in receipts or KAPSO_RECEIPTS"
        )


def _tidy(directory: Path) -> None:
    """Remove what runs that were interrupted have left half-written, if it is older than a day."""
    for left in directory.glob(f"{whole_files.HALF_WRITTEN}*"):
        with contextlib.suppress(OSError):  # another user's, or gone by now
            found = left.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_mtime < time.time() - DAY:
                left.unlink()
