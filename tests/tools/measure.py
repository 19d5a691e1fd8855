# SPDX-License-Identifier: GPL-3.0-or-later
"""Start a measurement of coverage, or add up and report one: ``python -m tests.tools.measure clear | report``.

The parts come from pytest, from ansible-playbook and the workers it forks, and from modules that ran from inside the
zip file they were shipped in.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from coverage import Coverage

from tests.collection import BUILD, ROOT

PLACE = BUILD / "coverage"
PLUGINS = ROOT / "plugins"
# Pure, and the heart of it: nothing in here may go untested.
WHOLE = ("plugins/module_utils/plan.py", "plugins/module_utils/resources.py")


def clear() -> int:
    """Forget earlier measurements."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    return 0


def add_unseen(coverage: Coverage) -> None:
    """Count the files that no test so much as imported."""
    data = coverage.get_data()
    seen = {Path(name) for name in data.measured_files()}
    data.touch_files([str(path) for path in sorted(PLUGINS.rglob("*.py")) if path not in seen])


def report() -> int:
    """Print the coverage of plugins/; fail if a file that must be covered whole is not."""
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.combine([str(PLACE)])
    add_unseen(coverage)
    coverage.report()
    coverage.html_report(directory=str(PLACE / "html"))
    lacking = [name for name in WHOLE if not (ROOT / name).exists() or coverage.report(include=[name], file=None) < 100]
    for name in lacking:
        print(f"{name} must be covered to 100 %")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit({"clear": clear, "report": report}[sys.argv[1]]())
