# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the tests: change the code in one place at a time (a mutant), and see whether a test fails.

`make mutants` tries all files, or those in FILES="plan.py receipts.py". AGAIN=1 tries only the mutants that no test
noticed the last time. The exit status is 1 if tests/mutants.toml does not explain a mutant that no test notices, or
explains one that does not exist or that a test notices.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.collection import BUILD, ROOT, link_tree

KEPT = BUILD / "mutants"
VERDICTS = KEPT / "verdicts.json"
SUMMARY = KEPT / "summary.json"
EXPLAINED = ROOT / "tests" / "mutants.toml"
UNITS = tuple(
    f"tests/unit/test_{name}.py"
    for name in ("plan_answers", "plan_hidden", "plan_movement", "plan_readable", "receipts")
)
WIRE = tuple(
    f"tests/integration/wire/test_{name}.py"
    for name in (
        "any_fault",
        "bad_answers",
        "client",
        "convergence",
        "endless_lists",
        "rate_limit",
        "required_fields",
        "retries",
        "stop",
        "whose_answer",
    )
)
LIFE = tuple(
    f"tests/integration/{name}.py"
    for name in (
        "project/test_blast_radius",
        "life/test_creation",
        "life/test_unsettled_creation",
        "life/test_webhooks",
        "plans/test_plan_in",
        "receipts/test_hidden_fields",
    )
)
KINDS = (
    *(
        f"tests/integration/life/test_{name}.py"
        for name in (
            "creation",
            "customers",
            "deletion",
            "found_by_number",
            "made_up_resource",
            "phone_numbers",
            "setup_links",
            "unsettled_creation",
            "webhooks",
        )
    ),
    "tests/integration/wire/test_whose_answer.py",
)
LISTS = ("tests/integration/project/test_requests.py", "tests/integration/life/test_deletion.py")
# These have a test file of the same name.
BY_NAME = ("target", "outcome", "locate", "read", "undeclared", "owners", "family", "same", "worker_pool")
PROJECTS = tuple(f"tests/unit/test_project_{name}.py" for name in ("guards", "plan", "reads", "writes"))
REPORTS = tuple(f"tests/unit/test_summary_{name}.py" for name in ("collect", "markdown", "text", "wording"))
# Each file with its tests. A mutant that only other tests notice counts as unnoticed.
FILES = {
    "plan.py": UNITS,
    "verify.py": UNITS,
    "receipts.py": UNITS,
    "update.py": WIRE + LIFE,
    "delete.py": KINDS,
    "client.py": WIRE + LISTS,
    "create.py": (*KINDS, "tests/integration/project/test_several_lists.py"),
    "timestamps.py": ("tests/unit/test_instants.py", "tests/unit/test_plan_movement.py"),
    "bounds.py": ("tests/unit/test_project.py", "tests/integration/project/test_blast_radius.py"),
    **{f"{name}.py": (f"tests/unit/test_{name}.py",) for name in BY_NAME},
    "read_many.py": ("tests/unit/test_read_many.py", "tests/unit/test_project.py"),
    "progress.py": ("tests/unit/test_project.py",),
    "sensitive.py": ("tests/unit/test_sensitive.py", "tests/unit/test_masking.py"),
    "reconcile.py": tuple(f"tests/unit/test_{name}.py" for name in ("reconcile", "replacement", "apply")),
    "project.py": PROJECTS,
    "project_plan.py": PROJECTS,
    "saved_plan.py": ("tests/unit/test_plan_file.py",),
    "entry.py": REPORTS,
    "collect.py": REPORTS,
    "wording.py": REPORTS,
    "listing.py": REPORTS,
    "text.py": REPORTS,
    "markdown.py": REPORTS,
}

Verdicts = dict[str, str]  # by the key of the mutant: "noticed", "unnoticed" or "endless"


def try_mutants(name: str, keys: list[str] | None) -> Verdicts:
    """Try the mutants of one file, or only those with these keys. Print each unnoticed one at once."""
    verdicts: Verdicts = {}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.mutants.trial"],
        cwd=KEPT,  # Hypothesis writes its database there, apart from that of the tests
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        tests = [str(ROOT / test) for test in FILES[name]]
        process.stdin.write(json.dumps({"tests": tests, "file": name, "keys": keys}))
        process.stdin.close()
        for line in process.stdout:
            tried = json.loads(line)
            verdicts[tried["key"]] = tried["verdict"]
            if tried["verdict"] == "unnoticed":
                print(f"  {name} {tried['key']}", flush=True)
    if process.returncode:
        sys.exit(process.returncode)
    return verdicts


def explanations() -> dict[str, dict[str, str]]:
    """Return the reasons why some mutants cannot be noticed, by file and key."""
    with EXPLAINED.open("rb") as file:
        return {name: dict(table) for name, table in tomllib.load(file).items()}


def judged(name: str, tried: Verdicts, why: Mapping[str, str]) -> tuple[dict[str, int], list[str]]:
    """Return the counts for one file, and its complaints, a line each."""
    unnoticed = {key for key, verdict in tried.items() if verdict == "unnoticed"}
    counts = {
        "mutants": len(tried),
        "noticed": len(tried) - len(unnoticed),
        "explained": len(unnoticed & why.keys()),
        "unnoticed": len(unnoticed - why.keys()),
    }
    complaints = {
        "no test notices": unnoticed - why.keys(),
        "explained, and noticed": why.keys() & tried.keys() - unnoticed,
        "explained, and gone": why.keys() - tried.keys(),
    }
    return counts, [f"{name}: {what}: {key}" for what, keys in complaints.items() for key in sorted(keys)]


def read(path: Path) -> dict[str, Any]:
    """Return the data of earlier runs in a file, empty if there is none."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def add(path: Path, news: Mapping[str, Any]) -> None:
    """Write new data to a file. Keep the data of files that were not tried."""
    path.write_text(json.dumps({**read(path), **news}, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Mutation testing.")
    parser.add_argument("files", nargs="*", choices=[*FILES, []], metavar="file", help=f"of {', '.join(FILES)}")
    parser.add_argument("--again", action="store_true", help="only what went unnoticed the last time")
    chosen = parser.parse_args()
    link_tree()
    KEPT.mkdir(parents=True, exist_ok=True)
    why = explanations()
    table, complaints = [], []
    for name in chosen.files or FILES:
        start = time.monotonic()
        kept: Verdicts = read(VERDICTS).get(name, {}) if chosen.again else {}
        keys = [key for key, verdict in kept.items() if verdict == "unnoticed"] if chosen.again else None
        verdicts = {**kept, **try_mutants(name, keys)}
        counts, complained = judged(name, verdicts, why.get(name, {}))
        add(VERDICTS, {name: verdicts})
        add(SUMMARY, {f"mutants of {name}": counts})
        complaints += complained
        cells = "".join(f"{number:>10}" for number in counts.values())
        table.append(f"{name:<14}{cells}{time.monotonic() - start:>8.0f} s")
    print(*complaints, sep="\n")
    print(f"{'':<14}{'mutants':>10}{'noticed':>10}{'explained':>10}{'unnoticed':>10}", *table, sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
