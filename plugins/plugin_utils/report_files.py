# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report files, written whole or not at all."""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path


def write_whole(name: str, text: str) -> None:
    """Write beside the file, then rename: a reader sees the former text or the new one. Raises OSError.

    The file gets the permissions that any new file gets; there is no secret in a report.
    """
    target = Path(name).resolve()  # a link stays one
    if target.exists() and not target.is_file():
        raise OSError(f"{target} is not a file")
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        beside.replace(target)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
