# SPDX-License-Identifier: GPL-3.0-or-later
"""The versions of ansible-core that this collection supports, and running tests on them.

`python -m tests.tools.cores` runs a quick set of tests on the oldest and the newest; noxfile.py runs all on all. The
default version is in tests/requirements.txt.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.collection import ROOT
from tests.tools import extra_venv

# The newest release of each, and the Pythons that its controller runs on, as far as the tests do: from 3.11.
CORES = {
    "2.16.19": ("3.11", "3.12"),
    "2.18.19": ("3.11", "3.12", "3.13"),
    "2.19.14": ("3.11", "3.12", "3.13"),
    "2.20.10": ("3.12", "3.13", "3.14"),
    "2.21.5": ("3.12", "3.13", "3.14"),
}
OLDEST, *_BETWEEN, NEWEST = CORES
# Where Ansible's own versions could make a difference: real playbooks, both ways, the fleet, the role, plans, reports.
QUICK = (
    "tests/integration/ansible/test_both_ways.py",
    "tests/integration/ansible/test_converge.py",
    "tests/integration/ansible/test_keywords.py",
    "tests/integration/ansible/test_report.py",
    "tests/integration/fleet/test_playbook.py",
    "tests/integration/fleet/test_role.py",
    "tests/integration/plans/test_plan_out.py",
)
# The checks that need no more than one version.
ONCE = ("lint", "types", "docs", "content", "artifact", "reference", "demo", "molecule")
TIMEOUT = 1200  # seconds for the quick set on one core


def requirements(core: str) -> tuple[str, ...]:
    """What pip has to install for the tests on that version."""
    return ("-r", "tests/harness.txt", f"ansible-core=={core}")


def find_python(version: str) -> str | None:
    """A Python of that version, such as "3.12", that runs; None if this machine has none.

    A name on the PATH may be a mere shim for a version that is not switched on, so that each is tried.
    """
    for candidate in _candidates(version):
        probe = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
        try:
            said = subprocess.run(probe, capture_output=True, text=True, timeout=30, check=False).stdout
        except OSError:
            continue
        if said.strip() == version:
            return candidate
    return None


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        yield sys.executable
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield on_path
    yield from map(str, sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python")))


def pairs() -> Iterator[tuple[str, str]]:
    """Each core with each of its Pythons."""
    return ((core, version) for core, versions in CORES.items() for version in versions)


def main() -> int:
    """Run the quick set on the oldest and the newest; return 1 if a test fails on one of them."""
    return max(_quick(core) for core in (OLDEST, NEWEST))


def _quick(core: str) -> int:
    python = next(filter(None, map(find_python, CORES[core])), None)
    if python is None:
        wanted = " or ".join(CORES[core])
        print(f"!!! NOT TESTED on ansible-core {core}: no Python {wanted} on this machine", flush=True)
        return 0
    try:
        programs = extra_venv.ready(f"core-{core}", requirements(core), python)
    except extra_venv.Unavailable as problem:
        print(f"!!! NOT TESTED on ansible-core {core}: {problem}", flush=True)
        return 1
    print(f"--- ansible-core {core}, {python}", flush=True)
    command = [str(programs / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUICK]
    done = subprocess.run(command, cwd=ROOT, env=extra_venv.environment(programs), check=False, timeout=TIMEOUT)
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
