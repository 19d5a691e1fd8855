# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All tables. A further resource is a table, and a line here."""

from __future__ import annotations

from .customer import CUSTOMER
from .model import Resource
from .setup_link import SETUP_LINK
from .whatsapp_config import WHATSAPP_CONFIG
from .whatsapp_phone_number import WHATSAPP_PHONE_NUMBER
from .whatsapp_webhook import WHATSAPP_WEBHOOK

RESOURCES: dict[str, Resource] = {
    resource.name: resource
    for resource in (CUSTOMER, WHATSAPP_CONFIG, WHATSAPP_PHONE_NUMBER, WHATSAPP_WEBHOOK, SETUP_LINK)
}
