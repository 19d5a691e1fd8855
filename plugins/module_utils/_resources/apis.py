# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The generations of the Kapso API, and how a base URL shows which one it serves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Api:
    """One generation of the API."""

    name: str
    option: str  # that gives its base URL
    environment: str  # the variable in its place
    default: str  # base URL
    path: str  # how the base URL ends
    proof: str  # the path of a list that every version of it has


# docs.kapso.ai/api-reference/introduction and docs.kapso.ai/api/introduction
LEGACY = Api("legacy", "api_url", "KAPSO_API_URL", "https://app.kapso.ai/api/v1", "/api/v1", "/customers")
PLATFORM = Api(
    "platform",
    "platform_api_url",
    "KAPSO_PLATFORM_API_URL",
    "https://api.kapso.ai/platform/v1",
    "/platform/v1",
    "/customers",
)
APIS = {api.name: api for api in (LEGACY, PLATFORM)}
