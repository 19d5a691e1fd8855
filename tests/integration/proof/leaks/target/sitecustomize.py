# SPDX-License-Identifier: GPL-3.0-or-later
"""The system log of a target, as a file: what a module would write there goes into the one that SYSTEM_LOG names."""

from __future__ import annotations

import os
import syslog
from pathlib import Path


def _write(*words: object) -> None:
    with Path(os.environ["SYSTEM_LOG"]).open("a", encoding="utf-8", errors="surrogateescape") as log:
        log.write(f"{words[-1]}\n")


vars(syslog)["syslog"] = _write
