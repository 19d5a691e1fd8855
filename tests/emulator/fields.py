# SPDX-License-Identifier: GPL-3.0-or-later
"""What a WhatsApp configuration consists of, and which version of the API knows what.

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

# What Meta says of a number: the platform API shows it, nobody can write it.
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
    """Return a field's name as the API writes it in a sentence.

    The one observed text, ``External customer has already been taken`` about ``external_customer_id``, shows the
    habit: no ``_id``, blanks for underscores, one capital.
    """
    return field.removesuffix("_id").replace("_", " ").capitalize()
