# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that tests declare. A text with `canary` is a secret, which no output may show."""

from __future__ import annotations

from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG

HIDDEN = WHATSAPP_CONFIG.write_only
SECRET = frozenset(WHATSAPP_CONFIG.secrets)
NUMBER = "700000000000007"  # the emulator makes no such example value
UNKNOWN = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"  # the ID of no object
HOUR = 3600  # seconds
DECLARED: dict[str, Any] = {
    "name": "Example clinic",
    "phone_number_id": NUMBER,
    "business_account_id": "200000000000001",
    "access_token": "canary-token-declared",
    "webhook_verify_token": "canary-verify-declared",
    "webhook_destination_url": "https://hooks.example.org/wa",
}
TOKEN = "canary-access-token"
ROTATED = "canary-rotated-token"
WRITE_ONLY: dict[str, Any] = {
    "access_token": TOKEN,
    "webhook_verify_token": "canary-verify-token",
    "webhook_destination_url": "https://hooks.example.org/wa",
}
