# SPDX-License-Identifier: GPL-3.0-or-later
"""How a configuration is shown: by API version, and with what the switches take away or add."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from tests.emulator.fields import SECRETS, SHOWN, WEBHOOK_FIELDS
from tests.emulator.settings import Settings
from tests.emulator.store import Stored, iso

Occasion = Literal["read", "write", "row"]
"""In which answer an object is shown: that of a single read, that of a write, a row of a list."""


def show(item: Stored, settings: Settings, occasion: Occasion) -> dict[str, Any]:
    """Return a configuration as an answer shows it."""
    values = item.values
    digits = "".join(filter(str.isdigit, values["display_phone_number"] or ""))
    derived = {
        "display_name": f"{values['name']} (+{digits})",
        "display_phone_number_normalized": digits,
    }
    milliseconds = _milliseconds(settings, occasion)
    shown: dict[str, Any] = {}
    for name in SHOWN[settings.api_version]:
        value = derived[name] if name in derived else values[name]
        shown[name] = iso(value, milliseconds=milliseconds) if isinstance(value, datetime) else value
    if settings.api_version == "nulls":
        shown |= dict.fromkeys(WEBHOOK_FIELDS)
    if settings.mask_secrets:
        shown |= {name: _mask(values[name]) for name in SECRETS}
    for name in _left_out(settings, occasion):
        shown.pop(name, None)
    return {**shown, **settings.extra_keys} if settings.extra_keys else shown


def health(item: Stored, now: datetime) -> dict[str, Any]:
    """Return the health report: not in an envelope, 200 whatever it says."""
    verified = item.values["webhook_verified_at"]
    details = {"id": item.values["phone_number_id"], "quality_rating": "GREEN"}
    return {
        "status": "healthy" if verified else "degraded",
        "timestamp": iso(now, milliseconds=False),
        "checks": {
            "phone_number_access": {"passed": True, "details": details},
            "messaging_health": {"passed": True, "overall_status": "AVAILABLE", "details": {"entities": []}},
            "webhook_subscription": {"passed": True, "details": {"subscribed_fields": ["messages"]}},
            "webhook_verified": {
                "passed": verified is not None,
                "details": {"verified_at": iso(verified, milliseconds=False) if verified else None},
            },
        },
    }


def _milliseconds(settings: Settings, occasion: Occasion) -> bool:
    match settings.milliseconds:
        case "mixed":
            return occasion == "write"
        case "mixed_list":
            return occasion != "row"
        case flag:
            return flag


def _left_out(settings: Settings, occasion: Occasion) -> list[str]:
    names = list(settings.omit_fields)
    if settings.no_updated_at:
        names.append("updated_at")
    if occasion == "row":
        names += settings.list_omits
    return names


def _mask(value: str | None) -> str | None:
    return None if value is None else f"****{str(value)[-4:]}"
