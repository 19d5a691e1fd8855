# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths on the controller, from texts that users have written."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 1024  # characters; about what the strictest systems allow
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def local_path(text: str) -> Path:
    """Return the absolute path that a text means: `~` is a home, and a relative path begins in the working directory.

    Raises ValueError, whose text completes a sentence.
    """
    try:
        path = Path(text).expanduser().absolute()
        str(path).encode()
    except RuntimeError:
        raise ValueError("is in the home of a user that is not there") from None
    except FileNotFoundError:
        raise ValueError("is relative, and the working directory is gone") from None
    except UnicodeError:
        raise ValueError("has characters that no file system takes") from None
    # A message that names the path stays one line, which drives no terminal.
    if _CONTROL.search(str(path)) or len(str(path)) > LONGEST:
        raise ValueError("is too long for a path, or has control characters")
    return path
