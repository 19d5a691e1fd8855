# SPDX-License-Identifier: GPL-3.0-or-later
"""The two steps of measuring coverage that ``coverage`` itself does not offer.

``python -m tests.tools.measure clear`` forgets earlier measurements, before the tests; ``… complete`` adds the files
that no test so much as imported, and removes what processes that tests kill have left half written, after ``coverage
combine`` has added up the parts. These come from pytest, from ansible-playbook and the workers it forks, and from
modules that ran from inside the zip file they were shipped in.
"""

from __future__ import annotations

import shutil
import sys

from coverage import CoverageData

from tests.collection import BUILD, ROOT

PLACE = BUILD / "coverage"


def clear() -> None:
    """Forget earlier measurements."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)


def complete() -> None:
    """Add the files of plugins/ that no test imported, and remove the parts that were no use to anybody."""
    data = CoverageData(str(PLACE / "data"))
    data.read()
    plugins = {str(path) for path in (ROOT / "plugins").rglob("*.py")}
    data.touch_files(plugins - data.measured_files())
    for part in PLACE.glob("data.*"):
        part.unlink()


if __name__ == "__main__":
    {"clear": clear, "complete": complete}[sys.argv[1]]()
