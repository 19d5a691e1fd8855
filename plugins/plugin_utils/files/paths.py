# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths on the controller, from texts that users write."""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 1024  # characters; about the limit of the strictest systems
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def local_path(text: str) -> Path:
    """Return a text as an absolute path: `~` is a home, and a relative path starts in the working directory.

    Raise ValueError if it is no usable path. The text of the error completes a sentence that begins with the option.
    """
    try:
        path = Path(text).expanduser().absolute()
        str(path).encode()
    except RuntimeError:
        raise ValueError("is in the home of an unknown user") from None
    except FileNotFoundError:
        raise ValueError("is relative, and the working directory is gone") from None
    except UnicodeError:
        raise ValueError("has characters that no file name can have") from None
    # Messages show the path: without control characters it stays on one line and cannot control the terminal.
    if _CONTROL.search(str(path)) or len(str(path)) > LONGEST:
        raise ValueError("is too long for a path, or has control characters")
    return path
