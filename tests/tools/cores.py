# SPDX-License-Identifier: GPL-3.0-or-later
"""List the supported versions of ansible-core, and run tests on them.

`python -m tests.tools.cores quick 2.17.14` runs a quick set of tests on one version, `sanity 2.17.14` its sanity tests,
and `list` prints the versions for the workflows. noxfile.py runs all tests on all versions. tests/requirements.txt has
the default version.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version as installed
from pathlib import Path

from tests.collection import BUILD, ROOT
from tests.tools import extra_venv

# The newest release of each series, with the Pythons that its controller and the tests support (3.11 or newer). Quick
# tests use the first one.
CORES = {
    "2.16.19": ("3.11", "3.12"),
    "2.17.14": ("3.11", "3.12"),
    "2.18.19": ("3.11", "3.12", "3.13"),
    "2.19.14": ("3.11", "3.12", "3.13"),
    "2.20.10": ("3.12", "3.13", "3.14"),
    "2.21.5": ("3.12", "3.13", "3.14"),
}
OLDEST, *_BETWEEN, NEWEST = CORES
BETWEEN = "2.19.14"  # the middle version of `three` if the oldest or the newest is installed here
# Tests whose result can depend on the version of Ansible: playbooks, both ways to run a module, projects, the role,
# plans, reports.
QUICK = (
    "tests/integration/ansible/test_both_ways.py",
    "tests/integration/ansible/test_converge.py",
    "tests/integration/ansible/test_keywords.py",
    "tests/integration/ansible/test_report.py",
    "tests/integration/project/test_playbook.py",
    "tests/integration/project/test_role.py",
    "tests/integration/plans/test_plan_out.py",
)
# Of test_both_ways, only the usual scenarios.
PART = ("-k", "not test_both_ways or usual")
TIMEOUT = 2400  # seconds for one core


def minor(core: str) -> str:
    """Return the first two numbers of a version, which names of checks and jobs contain."""
    return core.rpartition(".")[0]


def session(core: str, version: str) -> str:
    """Return the name of the nox session for a core and a Python."""
    return f"{minor(core)}-py{version}"


def requirements(core: str) -> tuple[str, ...]:
    """Return the packages for the tests on that core. With NEWEST=1 it is the newest release of its series."""
    version = f"~={minor(core)}.0" if os.environ.get("NEWEST") else f"=={core}"
    return ("-r", "tests/harness.txt", f"ansible-core{version}")


def find_python(*versions: str) -> str | None:
    """Return a working Python of the first of these versions, such as "3.12", that this machine has, None without one.

    Try each candidate, since a program on the PATH can be a shim of pyenv for an inactive version.
    """
    for version, candidate in ((wanted, found) for wanted in versions for found in _candidates(wanted)):
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
    # Not below $HOME, since the tests run with a home of their own.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python")))


def find_python_for(core: str) -> str | None:
    """Return the first Python of this machine on which a core runs, None if there is none."""
    (versions,) = (versions for known, versions in CORES.items() if minor(known) == minor(core))
    return find_python(*versions)


def programs(core: str, python: str) -> Path:
    """Return the directory of the programs of an environment with that core. Raise Unavailable."""
    return extra_venv.ready(f"core-{core}", requirements(core), python)


def three() -> tuple[str, str, str]:
    """Return the oldest core, one between, and the newest. The installed core takes the place of its series."""
    here = installed("ansible-core")
    series = {minor(core): core for core in (OLDEST, NEWEST)}
    oldest, newest = ({**series, minor(here): here}[name] for name in series)
    return oldest, BETWEEN if minor(here) in series else here, newest


def pairs() -> Iterator[tuple[str, str]]:
    """Yield each core with each of its Pythons."""
    return ((core, version) for core, versions in CORES.items() for version in versions)


def listing() -> Iterator[str]:
    """Yield the pairs for the workflows: `first` has each core with its first Python, `all` has all pairs."""
    first = [(core, versions[0]) for core, versions in CORES.items()]
    for name, chosen in (("first", first), ("all", list(pairs()))):
        found = [{"core": core, "python": version, "session": session(core, version)} for core, version in chosen]
        yield f"{name}={json.dumps(found)}"


def main() -> int:
    """Run the command line: `list` the versions, or run `quick` or `sanity` tests on cores."""
    what, *cores = sys.argv[1:]
    if what == "list":
        print(*listing(), sep="\n")
        return 0
    return max(_run(what, core) for core in cores)


def _run(what: str, core: str) -> int:
    python = find_python_for(core)
    if python is None:
        wanted = " or ".join(CORES[core])
        print(f"!!! NOT TESTED on ansible-core {core}: no Python {wanted} on this machine", flush=True)
        return 0
    try:
        place = programs(core, python)
    except extra_venv.Unavailable as problem:
        print(f"!!! NOT TESTED on ansible-core {core}: {problem}", flush=True)
        return 1
    print(f"--- ansible-core {core}, {python}", flush=True)
    report = BUILD / "reports" / f"core-{minor(core)}.xml"
    quick = ["pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", *QUICK, *PART]
    command = [str(place / "python"), "-m", *(quick if what == "quick" else ["tests.tools.sanity"])]
    done = subprocess.run(command, cwd=ROOT, env=extra_venv.environment(place), check=False, timeout=TIMEOUT)
    return int(done.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
