# SPDX-License-Identifier: GPL-3.0-or-later
"""Show objects as answers do: times as text, and fields that settings remove or add."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from tests.emulator.settings import Settings
from tests.emulator.store import iso

Occasion = Literal["read", "write", "row"]
"""The answer that shows an object: a single read, a write, or a row of a list."""


def dressed(values: dict[str, Any], settings: Settings, occasion: Occasion) -> dict[str, Any]:
    """Return values in the form of an answer."""
    digits = _digits(settings, occasion)
    left_out = _left_out(settings, occasion)
    shown = {
        name: iso(value, digits) if isinstance(value, datetime) else value
        for name, value in values.items()
        if name not in left_out
    }
    return {**shown, **settings.extra_keys} if settings.extra_keys else shown


def masked(value: str | None) -> str | None:
    """Return a secret as answers show it under the setting ``mask_secrets``: its last four characters."""
    return None if value is None else f"****{str(value)[-4:]}"


def _digits(settings: Settings, occasion: Occasion) -> int:
    match settings.milliseconds:
        case "mixed":
            return 3 if occasion == "write" else 0
        case "mixed_list":
            return 0 if occasion == "row" else 3
        case "six":
            return 6
        case flag:
            return 3 if flag else 0


def _left_out(settings: Settings, occasion: Occasion) -> set[str]:
    names = set(settings.omit_fields)
    if settings.no_updated_at:
        names.add("updated_at")
    if occasion == "row":
        names.update(settings.list_omits)
    return names
