# SPDX-License-Identifier: GPL-3.0-or-later
"""List the fields of a WhatsApp configuration, and the fields that each API version reads and writes.

Source: docs.kapso.ai/api-reference/whatsapp-configs (first and later captures), docs.kapso.ai/api/legacy/whatsapp.
"""

from __future__ import annotations

from typing import Final, Literal

ApiVersion = Literal["omits", "nulls", "echoes"]

META_FIELDS: Final = ("phone_number_id", "business_account_id", "access_token")
SECRETS: Final = ("access_token", "webhook_verify_token")
WEBHOOK_FIELDS: Final = ("webhook_verify_token", "webhook_destination_url")
KINDS: Final = ("production", "sandbox")

_OLDEST_WRITABLE = ("name", *META_FIELDS, *WEBHOOK_FIELDS)
_WRITABLE = (*_OLDEST_WRITABLE, "kind", "inbound_processing_enabled", "calls_enabled")

FLAGS: Final = ("inbound_processing_enabled", "calls_enabled")
WRITABLE: Final[dict[ApiVersion, tuple[str, ...]]] = {
    "omits": _WRITABLE,
    "nulls": _WRITABLE,
    "echoes": _OLDEST_WRITABLE,
}

_OLDEST_SHOWN = ("id", "name", "display_name", "phone_number_id", "business_account_id", "customer_id")
_LATER_SHOWN = (
    *_OLDEST_SHOWN,
    "display_phone_number",
    "display_phone_number_normalized",
    "inbound_processing_enabled",
    "calls_enabled",
)
_STAMPS = ("created_at", "updated_at")

# Data from Meta about a number: the platform API shows it, and no request can change it.
OF_META: Final = {
    "verified_name": None,
    "code_verification_status": "VERIFIED",
    "name_status": "APPROVED",
    "status": "CONNECTED",
    "quality_rating": "GREEN",
    "throughput_tier": None,
    "whatsapp_business_manager_messaging_limit": "TIER_1K",
    "is_official_business_account": False,
    "is_pin_enabled": None,
}

SHOWN: Final[dict[ApiVersion, tuple[str, ...]]] = {
    "echoes": (*_OLDEST_SHOWN, *WEBHOOK_FIELDS, *_STAMPS),
    "nulls": (*_LATER_SHOWN, *WEBHOOK_FIELDS, *_STAMPS),
    "omits": (*_LATER_SHOWN, "kind", "is_coexistence", "webhook_verified_at", *_STAMPS),
}


def human(field: str) -> str:
    """Return the name of a field as the API writes it in a sentence.

    This follows the only text observed, ``External customer has already been taken`` for ``external_customer_id``:
    without ``_id``, blanks for underscores, the first letter a capital.
    """
    return field.removesuffix("_id").replace("_", " ").capitalize()
