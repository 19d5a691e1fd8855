# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are written whole or not at all, and read whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from pathlib import Path
from typing import Callable

OWNER_ONLY = 0o600
HALF_WRITTEN = ".new-"  # how the name of a file begins that is not in its place yet
LIKE_ANY_FILE = 0o666  # less what the umask takes away


class NoFile(OSError):
    """What is there is no regular file."""


def read(path: Path, most: int) -> bytes | None:
    """Return the content of a regular file, None if it has more than `most` bytes. Raises OSError, or NoFile.

    Nothing is waited for: a pipe has no end before somebody writes to it, a device perhaps never.
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
    """Write the file, or leave what was there. Raises OSError.

    `mode`: its permissions; `adapt` may change more of a file that is new and empty. `durable`: it is on the disk
    before it stands there, so that no power cut leaves it empty. `over`: a file that is there already is replaced, and
    a reader sees the former content or the new one; if not, that is a FileExistsError.
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
