# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two generations of the Kapso API, and how to recognize them by their base URLs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Api:
    """One generation of the API."""

    name: str
    option: str  # the option for its base URL
    environment: str  # the environment variable for that option
    default: str  # the base URL that Kapso documents
    path: str  # the path with which its base URLs end
    proof: str  # path of a list that every version of it has


# The values are from docs.kapso.ai/api-reference/introduction and docs.kapso.ai/api/introduction.
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
