# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IDs of objects at Kapso: validity and comparison."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 255  # characters

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
UUID_LENGTH = 36  # characters
PROPER = {"kapso_id": UUID, "meta_id": re.compile(r"\d+", re.ASCII)}  # by format: IDs that every server can parse


def is_id(value: Any) -> bool:
    """Return whether `value` can be an ID, and so a segment of a URL path."""
    if not isinstance(value, str) or value in ("", ".", ".."):
        return False
    return len(value) <= LONGEST and value.isprintable() and value == value.strip()


def canonical_id(text: str) -> str:
    """Return the spelling of an ID for comparison: a UUID in lower case, any other ID unchanged."""
    return text.lower() if len(text) == UUID_LENGTH and UUID.fullmatch(text) else text


def same_id(one: Any, other: Any) -> bool:
    """Return whether both values are texts and stand for the same ID."""
    return isinstance(one, str) and isinstance(other, str) and canonical_id(one) == canonical_id(other)
