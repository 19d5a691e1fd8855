# SPDX-License-Identifier: GPL-3.0-or-later
"""Show a configuration as an API version does, with the fields that settings remove or add."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.emulator.fields import SECRETS, SHOWN, WEBHOOK_FIELDS
from tests.emulator.settings import Settings
from tests.emulator.store import Stored, iso
from tests.emulator.view import Occasion, dressed, masked


def show(item: Stored, settings: Settings, occasion: Occasion) -> dict[str, Any]:
    """Return a configuration in the form of an answer."""
    values = {**item.values, **derived(item)}
    shown = {name: values[name] for name in SHOWN[settings.api_version]}
    if settings.api_version == "nulls":
        shown |= dict.fromkeys(WEBHOOK_FIELDS)
    if settings.mask_secrets:
        shown |= {name: masked(values[name]) for name in SECRETS}
    return dressed(shown, settings, occasion)


def meta_id(item: Stored) -> str:
    """Return the Meta phone number ID, ``sandbox`` for a number without one."""
    return str(item.values["phone_number_id"] or "sandbox")


def derived(item: Stored) -> dict[str, str]:
    """Return the fields that the API derives from a number's name and phone number."""
    digits = "".join(filter(str.isdigit, item.values["display_phone_number"] or ""))
    return {
        "display_name": f"{item.values['name']} (+{digits})",
        "display_phone_number_normalized": digits,
    }


def health(item: Stored, now: datetime) -> dict[str, Any]:
    """Return the health report, which has no envelope. The status of its answer is always 200."""
    verified = item.values["webhook_verified_at"]
    details = {"id": item.values["phone_number_id"], "quality_rating": "GREEN"}
    return {
        "status": "healthy" if verified else "degraded",
        "timestamp": iso(now),
        "checks": {
            "phone_number_access": {"passed": True, "details": details},
            "messaging_health": {"passed": True, "overall_status": "AVAILABLE", "details": {"entities": []}},
            "webhook_subscription": {"passed": True, "details": {"subscribed_fields": ["messages"]}},
            "webhook_verified": {
                "passed": verified is not None,
                "details": {"verified_at": iso(verified) if verified else None},
            },
        },
    }
