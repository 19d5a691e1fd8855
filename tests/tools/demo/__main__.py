# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the main uses with an emulator of Kapso: one configuration, then a project with an object of each kind.

Each run ends with the report of the callback plugin kapso.whatsapp.report. After the runs, the demo shows the requests
of each. It also checks the output: the exit status is 1 if a run did not do what its heading says.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.collection import ansible_environment
from tests.emulator import Emulator
from tests.tools.demo.run import heading, show
from tests.tools.demo.scenes import AFTER, BEFORE, CONFIGURATION, DECLARED, PROJECT

API_VERSION = "omits"  # the newest, which returns neither the access token nor the two webhook fields


def main() -> int:
    """Run the demo; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="kapso-demo-") as scratch, Emulator.start(api_version=API_VERSION) as kapso:
        config_id = kapso.add(**BEFORE)
        environment = ansible_environment(Path(scratch), _where(kapso, config_id, Path(scratch)) | DECLARED)
        heading(f"an emulator of Kapso answers at {kapso.url}")
        complaints = show(CONFIGURATION, kapso, environment)
        state = kapso.get(config_id) or {}
        complaints += [f"{name} is not as declared at Kapso" for name in AFTER if state.get(name) != AFTER[name]]
        kapso.reset()
        complaints += show(PROJECT, kapso, environment)
    for words in complaints:
        print(f"NOT AS PROMISED: {words}", file=sys.stderr)
    return 1 if complaints else 0


def _where(kapso: Emulator, config_id: str, scratch: Path) -> dict[str, str]:
    """Return the environment variables for a run against the emulator."""
    where = {
        "KAPSO_API_URL": kapso.url,
        "KAPSO_PLATFORM_API_URL": kapso.platform_url,
        "KAPSO_API_KEY": kapso.key,
        "KAPSO_CONFIG_ID": config_id,
        "KAPSO_RECEIPTS": str(scratch / "receipts"),
        "ANSIBLE_CALLBACKS_ENABLED": "kapso.whatsapp.report",
    }
    return where | ({"ANSIBLE_FORCE_COLOR": "true"} if sys.stdout.isatty() else {})


if __name__ == "__main__":
    sys.exit(main())
