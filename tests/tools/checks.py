# SPDX-License-Identifier: GPL-3.0-or-later
"""List the checks of `make test`, of `make proof`, and those that are only run by hand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tests.collection import BUILD, ROOT
from tests.tools import cores, seconds

REPORTS = BUILD / "reports"
WORKERS = int(os.environ.get("WORKERS") or min(4, os.cpu_count() or 1))
# RANDOM_ORDER is the seed for a random order. Pytest prints the seed, so that an order can be repeated.
ORDER = ("--random-order-bucket=module", "--random-order-seed", os.environ.get("RANDOM_ORDER", ""))
# Pure code that decides about writes: unit tests must cover each line.
WHOLE = ",".join(
    f"plugins/module_utils/{name}.py" for name in ("_reconcile/plan", "_reconcile/verify", "_resources/whatsapp_config")
)
# The tests that only `make proof` runs. `make test` runs all others, so that each test is in one of the two.
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
    """Hold one check: commands of the virtual environment, and the longest time for each in seconds."""

    about: str
    commands: tuple[Command, ...]
    timeout: int = 900
    parallel: bool = False  # whether it uses all processors


def tool(name: str, *arguments: str) -> Command:
    """Return the command that runs a module of tests/tools."""
    return ("python", "-m", f"tests.tools.{name}", *arguments)


def pytest(name: str, *arguments: str, program: Command = ("python", "-m")) -> Command:
    """Return the command that runs tests in parallel and writes a report with that name."""
    # An idle worker takes half of the tests that another worker has left.
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
    "demo": Check("the demo, which fails if a run does not do what its heading says", (tool("demo"),)),
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
    "floors": Check(
        "the oldest Pythons, ansible-core and requests that the README promises, and each ansible-core between, once",
        (tool("floors"),),
    ),
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
    """Return the test files that only `make proof` runs."""
    found = (path for name in LONG for path in [ROOT / name, *(ROOT / name).rglob("test_*.py")])
    return sorted({str(path.relative_to(ROOT)) for path in found if path.is_file()})


def shard(which: str, checks: Mapping[str, Check]) -> dict[str, Check]:
    """Return part k of n of the proof, for the text "k/n". All parts need about the same processor time.

    The check `long` is divided by files. Other checks stay whole. Raise ValueError if k is not between 1 and n.
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
