# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the main job against an emulator of Kapso: a dry run, a run, the same run again, and a dry run after changes.

Each ends with the report of the callback plugin kapso.whatsapp.report, and at the end stands what each of them sent.

What is shown is checked, too: the exit status is 1 if a run did not do what its heading says.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator

API_VERSION = "omits"  # the newest: it shows neither the access token nor the two webhook fields
PLAYBOOK = "playbooks/whatsapp_config.yml"
TIMEOUT = 120  # seconds for one run

# What stands at the server before, and what the playbook is given to declare: invented, as is everything here.
BEFORE = {
    "name": "Example shop",
    "phone_number_id": "100000000000001",
    "business_account_id": "200000000000001",
    "webhook_destination_url": "https://old.example.org/whatsapp",
    "webhook_verify_token": "EXAMPLE-OLD-VERIFY-TOKEN",
    "access_token": "EXAMPLE-OLD-ACCESS-TOKEN",
}
DECLARED = {
    "KAPSO_NAME": "Example shop",
    "KAPSO_PHONE_NUMBER_ID": "100000000000001",
    "KAPSO_BUSINESS_ACCOUNT_ID": "200000000000001",
    "KAPSO_WEBHOOK_URL": "https://hooks.example.org/whatsapp",
    "KAPSO_WEBHOOK_VERIFY_TOKEN": "EXAMPLE-NEW-VERIFY-TOKEN",
    "KAPSO_ACCESS_TOKEN": "EXAMPLE-NEW-ACCESS-TOKEN",
}
AFTER = {
    "webhook_destination_url": DECLARED["KAPSO_WEBHOOK_URL"],
    "webhook_verify_token": DECLARED["KAPSO_WEBHOOK_VERIFY_TOKEN"],
    "access_token": DECLARED["KAPSO_ACCESS_TOKEN"],
}
SECRETS = [values[name] for values in (BEFORE, AFTER) for name in ("webhook_verify_token", "access_token")]


@dataclass(frozen=True)
class Run:
    """One run of the playbook, and what it promises."""

    name: str
    promise: str
    options: tuple[str, ...]
    changed: int
    requests: list[str]
    shown: tuple[str, ...]  # parts of its output
    edited: dict[str, Any] = field(default_factory=dict)  # at Kapso, by somebody, before it
    declared: dict[str, str] = field(default_factory=dict)  # by the playbook from now on


RUNS = (
    Run(
        "dry run",
        "says what would change, writes nothing",
        ("--check", "--diff"),
        1,
        ["GET"],
        (
            DECLARED["KAPSO_WEBHOOK_URL"],
            "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed.",
        ),
    ),
    Run(
        "real run",
        "makes it so",
        ("--diff",),
        1,
        ["GET", "PATCH"],
        ("Applied: 0 created, 1 updated, 0 deleted; 0 unchanged, 0 failed.",),
    ),
    Run(
        "second run",
        "finds nothing to do",
        (),
        0,
        ["GET"],
        ("Applied: 0 created, 0 updated, 0 deleted; 1 unchanged, 0 failed.",),
    ),
    Run(
        "later dry run",
        "the name was edited at Kapso meanwhile, and the playbook declares another account",
        ("--check",),
        1,
        ["GET"],
        (
            '"Edited by hand" -> "Example shop"',
            "# changed at Kapso",
            '"200000000000001" -> "200000000000002"',
            "# changed in the playbook",
            "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.",
        ),
        edited={"name": "Edited by hand"},
        declared={"KAPSO_BUSINESS_ACCOUNT_ID": "200000000000002"},
    ),
)


def heading(text: str) -> None:
    """Print a heading that stands out in Ansible's output."""
    print(f"\n\033[1m=== {text}\033[0m" if sys.stdout.isatty() else f"\n=== {text}", flush=True)


def play(run: Run, environment: dict[str, str]) -> list[str]:
    """Run the playbook, show its output, and return what was not as promised, in words."""
    heading(f"{run.name}: {run.promise}")
    command = ["ansible-playbook", PLAYBOOK, *run.options]
    print(f"$ {' '.join(command)}", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT,
    )
    print(done.stdout.strip(), flush=True)
    complaints = []
    if done.returncode != 0:
        complaints.append(f"ansible-playbook ended with {done.returncode}")
    recap = re.search(r"changed=(\d+)", done.stdout)
    if recap is None or int(recap[1]) != run.changed:
        complaints.append(f"changed={run.changed} was promised")
    complaints += [f"it does not show {words}" for words in run.shown if words not in done.stdout]
    if any(secret in done.stdout for secret in SECRETS):
        complaints.append("a secret was printed")
    return complaints


def main() -> int:
    """Run the demo; return the exit status."""
    complaints = []
    sent = []
    with tempfile.TemporaryDirectory(prefix="kapso-demo-") as scratch, Emulator.start(api_version=API_VERSION) as kapso:
        config_id = kapso.add(**BEFORE)
        where = {
            "KAPSO_API_URL": kapso.url,
            "KAPSO_API_KEY": kapso.key,
            "KAPSO_CONFIG_ID": config_id,
            "KAPSO_RECEIPTS": str(Path(scratch) / "receipts"),
            "ANSIBLE_CALLBACKS_ENABLED": "kapso.whatsapp.report",
        }
        if sys.stdout.isatty():
            where["ANSIBLE_FORCE_COLOR"] = "true"
        environment = ansible_environment(Path(scratch), where | DECLARED)
        heading(f"an emulator of Kapso answers at {kapso.url}")
        for run in RUNS:
            if run.edited:
                kapso.edit(config_id, **run.edited)
            environment |= run.declared
            kapso.clear_journal()
            complaints += [f"{run.name}: {words}" for words in play(run, environment)]
            sent.append((run, kapso.journal()))
        state = kapso.get(config_id) or {}
    for run, journal in sent:
        heading(f"sent by the {run.name}: {' '.join(run.requests)}")
        print(*journal, sep="\n", flush=True)
        if [entry.method for entry in journal] != run.requests:
            complaints.append(f"{run.name}: other requests were promised")
    complaints += [f"{name} is not as declared at the server" for name in AFTER if state.get(name) != AFTER[name]]
    for words in complaints:
        print(f"NOT AS PROMISED: {words}", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
