# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that the tests declare. A canary is a secret: no output may show one."""

from __future__ import annotations

from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

HIDDEN = WHATSAPP_CONFIG.hideable
TOKEN = "canary-access-token"
ROTATED = "canary-rotated-token"
WRITE_ONLY: dict[str, Any] = {
    "access_token": TOKEN,
    "webhook_verify_token": "canary-verify-token",
    "webhook_destination_url": "https://hooks.example.org/canary",
}
