# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that all modules share: how to reach the API, and where the module runs."""

from __future__ import annotations


class ModuleDocFragment:
    """Hold documentation that ansible-doc reads."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - API key of the Kapso project. Every task needs one. It has visible ASCII characters only, without white space.
      - Falls back to the environment variable E(KAPSO_API_KEY) of the host that runs the module.
    type: str
  api_url:
    description:
      - Base URL of the legacy API, which ends in C(/api/v1). The modules of the legacy API use it. Others ignore it.
      - You can give the host alone, such as V(https://kapso.example.org). A user name, a password, or a base URL of the
        platform API is refused.
      - Plain HTTP is refused, except to the same machine; see O(allow_http).
      - Falls back to the environment variable E(KAPSO_API_URL) of the host that runs the module.
    type: str
    default: https://app.kapso.ai/api/v1
  platform_api_url:
    description:
      - Base URL of the platform API, which ends in C(/platform/v1). The modules of the platform API use it. Others
        ignore it. The rules are those of O(api_url).
      - Falls back to the environment variable E(KAPSO_PLATFORM_API_URL) of the host that runs the module.
    type: str
    default: https://api.kapso.ai/platform/v1
  allow_http:
    description:
      - If V(true), accept plain HTTP to other machines, such as a test server in another container.
      - Anyone on the network path can then read the API key.
    type: bool
    default: false
  timeout:
    description:
      - Longest time for one request, in seconds. The limit is a day.
    type: float
    default: 30
  retries:
    description:
      - Retries for each request after a temporary failure, such as a lost connection or HTTP 503. Only requests that
        are safe to repeat are retried.
      - V(0) switches retries off.
    type: int
    default: 4
  rate_limit_timeout:
    description:
      - Longest time to wait for the rate limit of the API, in seconds. It starts again with each successful request.
      - With V(0) the task fails at the first HTTP 429.
    type: float
    default: 120
  validate_certs:
    description:
      - If V(true), check the certificate of the API. Set V(false) for a test server only.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a PEM file, or of a directory of hashed certificates, with the authorities to trust instead of the
        usual ones.
      - If you do not give it, the environment variable E(REQUESTS_CA_BUNDLE) applies.
    type: path
  run_in_process:
    description:
      - With V(auto), a task on the controller runs inside Ansible's own process, unless it has C(become) or
        C(environment). That is much faster in a loop. The result is the same.
      - With V(never), the module always runs as a separate process.
    type: str
    default: auto
    choices: [auto, never]
requirements:
  - Python 3.9 or newer where the module runs, on a target as well
  - requests >= 2.25 where the module runs
"""
