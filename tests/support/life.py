# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who looks after the number of a customer, from before it is at Kapso until it is gone again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.emulator import Emulator
from tests.support.action import FIELDS, Result, act

NUMBER = "700000000000007"  # none of those that the emulator makes up
DECLARED: dict[str, Any] = {
    "name": "Example clinic",
    "phone_number_id": NUMBER,
    "business_account_id": "200000000000001",
    "access_token": "canary-token-declared",
    "webhook_verify_token": "canary-verify-declared",
    "webhook_destination_url": "https://hooks.example.org/wa",
}
HIDDEN = {"access_token", "webhook_verify_token", "webhook_destination_url"}


class Owner:
    """Runs the same task for one number of one customer, with changes from run to run. Waiting takes no time."""

    def __init__(self, kapso: Emulator, receipts: Path) -> None:
        self.kapso = kapso
        self.receipts = receipts
        self.customer_id = kapso.add_customer()

    def run(self, *, check: bool = False, **options: Any) -> Result:
        """Run the task. Names of fields among the options go into `fields`, and None takes an option out.

        The journal then holds this run alone. No secret is in what it returns.
        """
        chosen = {"customer_id": self.customer_id, "receipts": str(self.receipts), **options}
        fields = {**DECLARED, **{name: chosen.pop(name) for name in tuple(chosen) if name in FIELDS}}
        address = {"api_url": self.kapso.url, "api_key": self.kapso.key}
        args = {"fields": fields, **address, **chosen}
        self.kapso.clear_journal()
        result = act({name: value for name, value in args.items() if value is not None}, check)
        assert "canary" not in repr(result)
        return result

    def dry_run(self, **options: Any) -> Result:
        """Run it in check mode; nothing was written."""
        result = self.run(check=True, **options)
        assert self.kapso.writes() == []
        return result

    def add(self, **fields: Any) -> str:
        """Let the object be there already, as declared but for these fields."""
        return self.kapso.add(**{**DECLARED, "customer_id": self.customer_id, **fields})

    def objects(self) -> list[dict[str, Any]]:
        """What the customer has at the server, hidden values in clear."""
        return [config for config in self.kapso.configs() if config["customer_id"] == self.customer_id]

    @property
    def wire(self) -> str:
        """The requests of the last run: ``GET`` for a read, ``LIST`` for a page of a list, and the writes."""
        return " ".join(
            "LIST" if entry.method == "GET" and entry.path.endswith("/whatsapp_configs") else entry.method
            for entry in self.kapso.journal()
        )

    def stored(self) -> list[dict[str, Any]]:
        """The documents in the store of receipts."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.receipts.glob("*.json"))]

    def kept_receipts(self) -> dict[str, set[str]]:
        """The names of the fields in each receipt, by the id that it is for."""
        return {document["id"]: set(document["fields"]) for document in self.stored() if "fields" in document}

    def kept_aliases(self) -> list[str]:
        """The ids that aliases stand for."""
        return [document["id"] for document in self.stored() if "fields" not in document]

    def alias_file(self) -> Path:
        """Where the one alias is."""
        (path,) = (
            path
            for path in self.receipts.glob("*.json")
            if "fields" not in json.loads(path.read_text(encoding="utf-8"))
        )
        return path


def assert_repeats(real: Mapping[str, Any], dry: Mapping[str, Any]) -> None:
    """The real run did what the dry run had said."""
    assert real.keys() == dry.keys()
    for key in ("changed", "changes", "diff"):
        assert real[key] == dry[key], key


def actions(result: Mapping[str, Any]) -> set[tuple[str, str]]:
    """What was done and why, each pair once."""
    return {(change["action"], change["reason"]) for change in result["changes"]}
