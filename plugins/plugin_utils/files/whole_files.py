# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write files whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from pathlib import Path
from typing import Callable

OWNER_ONLY = 0o600
HALF_WRITTEN = ".new-"  # the start of the name of a file that is still being written
LIKE_ANY_FILE = 0o666  # the umask removes some of these rights


class NoFile(OSError):
    """Say that a path is not a regular file."""


def read(path: Path, most: int) -> bytes | None:
    """Return the content of a regular file, None if it has more than `most` bytes.

    Raise NoFile if it is not a regular file, OSError if it cannot be read. Never wait: a pipe or a device is refused,
    since reading one could wait forever.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise NoFile("it is not a regular file")
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoFile("it is not a regular file")
        content = file.read(most + 1) or b""
    return None if len(content) > most else content


def write(
    target: Path,
    content: bytes,
    *,
    mode: int = OWNER_ONLY,
    durable: bool = True,
    over: bool = True,
    adapt: Callable[[int], None] = lambda _descriptor: None,
) -> None:
    """Write the file, or leave the former one and raise OSError.

    `mode` has the permissions of the file. `adapt` gets the descriptor of the new, empty file, to change its owner or
    permissions. `durable`: sync the content to the disk before the file gets its name, so that a power cut leaves no
    empty file. `over`: replace an existing file, of which a reader sees the old or the new content; without `over`
    raise FileExistsError if the file exists.
    """
    place = target.with_name(f"{HALF_WRITTEN}{uuid.uuid4().hex}") if over else target
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            adapt(descriptor)
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if over:
            place.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            place.unlink()
        raise
