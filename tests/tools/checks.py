# SPDX-License-Identifier: GPL-3.0-or-later
"""What is checked: by `make test`, by `make proof`, and by hand only. This file alone says what belongs where."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.collection import BUILD, ROOT
from tests.tools import cores, seconds

REPORTS = BUILD / "reports"
WORKERS = int(os.environ.get("WORKERS") or min(4, os.cpu_count() or 1))
# In another order each time, and in the same again with the number that pytest prints.
ORDER = ("--random-order-bucket=module", "--random-order-seed", os.environ.get("RANDOM_ORDER", ""))
# Pure, and the heart of it: nothing in here may go untested.
WHOLE = ",".join(
    f"plugins/module_utils/{name}.py" for name in ("_reconcile/plan", "_reconcile/verify", "_resources/whatsapp_config")
)
# The tests that `make test` leaves to `make proof`. It runs all others, so that every test is in one of the two.
LONG = (
    "tests/integration/ansible/test_arguments.py",
    "tests/integration/ansible/test_both_ways.py",
    "tests/integration/ansible/test_examples.py",
    "tests/integration/ansible/test_gate.py",
    "tests/integration/ansible/test_keywords.py",
    "tests/integration/ansible/test_targets.py",
    "tests/integration/bench",
    "tests/integration/ecosystem",
    "tests/integration/proof",
    "tests/integration/test_pages.py",
    "tests/integration/test_recipes.py",
    "tests/integration/test_troubleshooting.py",
)

Command = tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One thing that is checked, by one or more commands of the virtual environment, within a time in seconds."""

    about: str
    commands: tuple[Command, ...]
    timeout: int = 900
    parallel: bool = False  # it keeps all processors busy by itself


def tool(name: str, *arguments: str) -> Command:
    """The command that runs a module of tests/tools."""
    return ("python", "-m", f"tests.tools.{name}", *arguments)


def pytest(name: str, *arguments: str, program: Command = ("python", "-m")) -> Command:
    """The command that runs tests in parallel and leaves a report of that name."""
    # A worker that is done takes over half of what another has left.
    parallel = ("--numprocesses", str(WORKERS), "--dist", "worksteal")
    return (
        *program,
        "pytest",
        "-q",
        f"--junit-xml={REPORTS / name}.xml",
        *parallel,
        *(ORDER if ORDER[-1] else ()),
        *arguments,
    )


TEST = {
    "lint": Check(
        "style of Python and YAML, the changelog, words that the style guide avoids, and what make generate writes",
        (
            ("ruff", "check", "--output-format", "concise", "."),
            ("ruff", "format", "--check", "."),
            ("yamllint", "--strict", "."),
            ("antsibull-changelog", "lint"),
            tool("words"),
            tool("generate", "--check"),
        ),
    ),
    "types": Check("static types: mypy, strict", (("mypy",), ("mypy", "noxfile.py"))),
    "demo": Check("the demo keeps what it promises", (tool("demo"),)),
    "quick": Check(
        "units, requests to the emulator, and one playbook of each kind",
        (pytest("quick", *(f"--ignore={path}" for path in LONG)),),
        timeout=1800,
        parallel=True,
    ),
}
PROOF = {
    "artifact": Check(
        "ansible-lint, galaxy-importer, antsibull-docs and schemas check what users install and read",
        tuple(tool("linters", what) for what in ("content", "artifact", "reference", "recipes")),
    ),
    "sanity": Check("ansible-test sanity on the artifact, with no ignore file", (tool("sanity"),), timeout=1800),
    "floors": Check("the oldest Pythons, ansible-core and requests that the README promises", (tool("floors"),)),
    **{
        f"core-{cores.minor(core)}": Check(
            f"a quick set of playbooks on ansible-core {core}", (tool("cores", "quick", core),), timeout=2700
        )
        for core in (cores.OLDEST, cores.NEWEST)
    },
    "docs": Check("the documentation builds, and its links lead somewhere", (tool("docs"),)),
    "molecule": Check("the molecule scenarios: dry run, converge, idempotence, verify", (tool("scenario"),)),
    "coverage": Check(
        "the unit tests cover plan.py, verify.py and the table of configurations whole",
        (
            ("coverage", "erase"),
            pytest(
                "coverage",
                *("tests/unit", "--ignore=tests/unit/emulator", "--ignore=tests/unit/tools"),
                program=("coverage", "run", "-m"),
            ),
            ("coverage", "combine", "--quiet"),
            ("coverage", "html", "--quiet"),
            ("coverage", "report", f"--include={WHOLE}", "--fail-under=100"),
        ),
        parallel=True,
    ),
    "long": Check(
        "fault matrix, leak hunt, random inputs and sequences, all other playbooks, the pages, the ecosystem",
        (pytest("long", *LONG),),
        timeout=3000,
        parallel=True,
    ),
}
BY_HAND = {
    "units": Check("the unit tests alone", (pytest("units", "tests/unit"),), parallel=True),
    "playbooks": Check("all tests that send requests", (pytest("playbooks", "tests/integration"),), 3600, True),
}
CHECKS = {**TEST, **PROOF, **BY_HAND}


def long_files() -> list[str]:
    """The files of tests that `make test` leaves to `make proof`."""
    found = (path for name in LONG for path in [ROOT / name, *(ROOT / name).rglob("test_*.py")])
    return sorted({str(path.relative_to(ROOT)) for path in found if path.is_file()})


def shard(which: str, checks: Mapping[str, Check]) -> dict[str, Check]:
    """Return the part of the proof that "k/n" names: about as much processor time in each of n parts.

    The single check `long` is divided by files; all others stay whole.
    """
    number, parts = map(int, which.split("/"))
    if not 1 <= number <= parts:
        raise ValueError(f"SHARD={which}: the first number must be from 1 to {parts}")
    cost = seconds.measured()
    loads, mine = [0.0] * parts, set()
    units = [name for name in checks if name != "long"] + long_files()
    for unit in sorted(units, key=lambda unit: (-cost.get(unit, 5.0), unit)):
        lightest = loads.index(min(loads))
        loads[lightest] += cost.get(unit, 5.0)
        if lightest == number - 1:
            mine.add(unit)
    files = [name for name in long_files() if name in mine]
    rest = {name: check for name, check in checks.items() if name in mine}
    return {**rest, "long": replace(checks["long"], commands=(pytest("long", *files),))} if files else rest
