# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How to reach the API, and where from: the same for every module."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key of the Kapso project. Every task needs one. Visible ASCII characters, without white space.
      - Falls back to the environment variable E(KAPSO_API_KEY), read where the module runs.
    type: str
  api_url:
    description:
      - Base URL of the legacy API, which ends in C(/api/v1). Modules whose objects live there use it; the others ignore
        it.
      - A host alone is completed, and a trailing slash is fine. A user name or password in it is refused, and so is a
        base URL of the platform API.
      - Plain http is accepted for this machine only, see O(allow_http).
      - Falls back to the environment variable E(KAPSO_API_URL), read where the module runs.
    type: str
    default: https://app.kapso.ai/api/v1
  platform_api_url:
    description:
      - Base URL of the platform API, which ends in C(/platform/v1). Modules whose objects live there use it; the others
        ignore it. The rules of O(api_url) apply.
      - Falls back to the environment variable E(KAPSO_PLATFORM_API_URL), read where the module runs.
    type: str
    default: https://api.kapso.ai/platform/v1
  allow_http:
    description:
      - Accept plain http to other hosts than this machine too, as for a test server in another container.
      - The API key then travels in clear.
    type: bool
    default: false
  timeout:
    description:
      - Seconds that one request may take as a whole, a day at most.
    type: float
    default: 30
  retries:
    description:
      - How many further attempts may follow after failures that may be tried again, such as a lost connection or an
        HTTP 503. A change is sent again only where doing it twice is doing it once.
    type: int
    default: 4
  rate_limit_timeout:
    description:
      - The longest time, in seconds, to wait for the rate limit of the API without one request getting through.
      - With V(0) the task fails at the first HTTP 429.
    type: float
    default: 120
  validate_certs:
    description:
      - Check the certificate of the API. Turn this off for a test server only.
    type: bool
    default: true
  ca_path:
    description:
      - Path of a PEM file, or of a directory of hashed certificates, with the authorities to trust instead of the
        usual ones.
      - Where it is not given, E(REQUESTS_CA_BUNDLE) is honoured.
    type: path
  run_in_process:
    description:
      - With V(auto), a task on the controller itself, without C(become) and C(environment), is done in the process that
        Ansible has for it, which is much faster in a loop. The result is the same.
      - With V(never), the module is always shipped to the target.
    type: str
    default: auto
    choices: [auto, never]
requirements:
  - Python 3.9 or newer where the module runs, on a target as well
  - requests >= 2.25 where the module runs
"""
