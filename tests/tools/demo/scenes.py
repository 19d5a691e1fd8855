# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of the demo: one configuration, then a whole project. All names and values are examples."""

from __future__ import annotations

from tests.collection import ROOT
from tests.emulator import Emulator
from tests.tools.demo.run import Run
from tests.tools.marks import from_code, marked

WAS_AS_DECLARED = "No changes. Kapso was as declared."

# One configuration: its values at Kapso before, and the declared values.
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


def _rename_configuration(kapso: Emulator) -> None:
    kapso.edit(kapso.configs()[0]["id"], name="Edited by hand")


def _rename_number(kapso: Emulator) -> None:
    kapso.edit(kapso.configs()[-1]["id"], name="Edited by hand")


def _one(*options: str) -> tuple[str, ...]:
    return ("ansible-playbook", "playbooks/whatsapp_config.yml", *options)


def _all(playbook: str) -> tuple[str, ...]:
    return ("ansible-playbook", f"kapso.whatsapp.{playbook}", "-e", "@tests/tools/demo/project.yml")


CONFIGURATION = (
    Run(
        "dry run",
        "says what would change, writes nothing",
        _one("--check", "--diff"),
        1,
        ("GET",),
        (DECLARED["KAPSO_WEBHOOK_URL"], "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed."),
    ),
    Run(
        "real run",
        "makes it so",
        _one("--diff"),
        1,
        ("GET", "PATCH"),
        ("Applied: 0 created, 1 updated, 0 deleted; 0 unchanged, 0 failed.",),
    ),
    Run("second run", "finds nothing to do", _one(), 0, ("GET",), (WAS_AS_DECLARED,)),
    Run(
        "later dry run",
        "the name was edited at Kapso meanwhile, and the playbook declares another account",
        _one("--check"),
        1,
        ("GET",),
        (
            '"Edited by hand" -> "Example shop"',
            "# changed at Kapso",
            '"200000000000001" -> "200000000000002"',
            "# changed in the playbook",
            "Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.",
        ),
        edit=_rename_configuration,
        declared={"KAPSO_BUSINESS_ACCOUNT_ID": "200000000000002"},
    ),
)
PROJECT = (
    Run(
        "plan of a project",
        "a customer, its number, and the webhook of the number, in one plan",
        _all("plan"),
        1,
        ("GET", "GET"),
        (
            "Plan: 3 to create, 0 to update, 0 to delete; 0 unchanged, 0 failed.",
            from_code(marked((ROOT / "README.md").read_text(encoding="utf-8"), "demo")),  # `make readme` writes it
        ),
    ),
    Run(
        "apply",
        "creates them, the customer first",
        _all("apply"),
        1,
        ("GET", "GET", "POST", "POST", "POST"),
        ("Applied: 3 created, 0 updated, 0 deleted; 0 unchanged, 0 failed.",),
    ),
    Run(
        "second plan",
        "finds nothing to do",
        _all("plan"),
        0,
        ("GET", "GET", "GET"),
        ("No changes. Kapso is as declared.",),
    ),
    Run(
        "drift check",
        "the number was renamed at Kapso meanwhile: the check fails",
        _all("drift"),
        1,
        ("GET", "GET", "GET"),
        ('"Edited by hand" -> "Front desk"', "1 drifted"),
        status=2,
        edit=_rename_number,
    ),
)
