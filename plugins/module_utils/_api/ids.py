# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ids of objects at Kapso: what can be one, and when two texts are the same one."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 255  # characters

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
PROPER = {"kapso_id": UUID, "meta_id": re.compile(r"\d+", re.ASCII)}  # by format: what every server can parse


def is_id(value: Any) -> bool:
    """Return whether `value` can be an id, and so one segment of a path."""
    if not isinstance(value, str) or value in ("", ".", ".."):
        return False
    return len(value) <= LONGEST and value.isprintable() and value == value.strip()


def canonical_id(text: str) -> str:
    """Return the one spelling of an id that serves comparison: a UUID in lower case, anything else as it is."""
    return text.lower() if UUID.fullmatch(text) else text


def same_id(one: Any, other: Any) -> bool:
    """Return whether two values are the same id. What is no text is none."""
    return isinstance(one, str) and isinstance(other, str) and canonical_id(one) == canonical_id(other)
