# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of the platform API's routes: each resource has its own."""

from __future__ import annotations

from tests.emulator import platform_customers, platform_links, platform_numbers, platform_webhooks

PLATFORM_ROUTES = (
    *platform_customers.ROUTES,
    *platform_numbers.ROUTES,
    *platform_webhooks.ROUTES,
    *platform_links.ROUTES,
)
