# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write report files, whole or not at all."""

from __future__ import annotations

from pathlib import Path

from . import whole_files


def write_whole(name: str, text: str) -> None:
    """Write the file, or leave the former one and raise OSError.

    The file gets the permissions of any new file: a report holds no secret.
    """
    target = Path(name).resolve()  # replace the file that a link points to, not the link
    if target.exists() and not target.is_file():
        raise OSError(f"{target} is not a file")
    content = text.encode("utf-8", "backslashreplace")
    whole_files.write(target, content, mode=whole_files.LIKE_ANY_FILE, durable=False)
