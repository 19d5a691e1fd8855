# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

OWNER_ONLY = 0o600
LIKE_ANY_FILE = 0o666  # less what the umask takes away


def write(target: Path, content: bytes, *, mode: int = OWNER_ONLY, durable: bool = True, over: bool = True) -> None:
    """Write beside the file, then put it in its place: a reader sees the former content or the new one.

    `mode`: its permissions. `durable`: it is on the disk before it stands there, so that no power cut leaves it empty.
    `over`: a file that is there already is replaced; if not, that is a FileExistsError. Raises OSError.
    """
    beside = target.with_name(f".new-{uuid.uuid4().hex}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if over:
            beside.replace(target)
        else:
            os.link(beside, target)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
