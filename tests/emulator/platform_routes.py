# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect the routes of the platform API from the files of its resources."""

from __future__ import annotations

from tests.emulator import platform_customers, platform_links, platform_numbers, platform_webhooks

PLATFORM_ROUTES = (
    *platform_customers.ROUTES,
    *platform_numbers.ROUTES,
    *platform_webhooks.ROUTES,
    *platform_links.ROUTES,
)
