# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a project of a thousand numbers: the run follows its dry run exactly, with the fewest requests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tests.emulator import Emulator
from tests.integration.project.test_several_lists import customer, hook, kinds, phone
from tests.support.runner import PROJECT, Data, Runner
from tests.support.shared_time import SharedTime

CUSTOMERS, NUMBERS, WEBHOOKS = 200, 1000, 2000
PAGES = 2 + 10 + 20
DIFFERING = {"customers": range(3, 200, 20), "phone_numbers": range(7, 1000, 50), "webhooks": range(11, 2000, 100)}
LISTS = tuple(DIFFERING)


def declared() -> dict[str, list[Data]]:
    """Return all objects as entries, equal to those at Kapso."""
    return {
        "customers": [customer(number) for number in range(CUSTOMERS)],
        "phone_numbers": [phone(number, number % CUSTOMERS) for number in range(NUMBERS)],
        "webhooks": [hook(number % NUMBERS, f"/{number // NUMBERS}") for number in range(WEBHOOKS)],
    }


def there(entries: dict[str, list[Data]]) -> list[tuple[str, Data]]:
    """Return the commands that add these objects to Kapso."""
    customers, numbers, webhooks = (entries[name] for name in LISTS)
    own_ids = [entry["external_customer_id"] for entry in customers]
    ids = {own_id: f"33333333-0000-4000-8000-{place:012}" for place, own_id in enumerate(own_ids)}
    of_number = [{name: entry[name] for name in ("phone_number_id", "url")} for entry in webhooks]
    return [
        *(
            ("add_customer", {"id": ids[own_id], "external_customer_id": own_id} | entry["fields"])
            for own_id, entry in zip(own_ids, customers, strict=True)
        ),
        *(
            (
                "add",
                {"phone_number_id": entry["phone_number_id"], "customer_id": ids[entry["external_customer_id"]]}
                | entry["fields"],
            )
            for entry in numbers
        ),
        *(("add_webhook", key | entry["fields"]) for key, entry in zip(of_number, webhooks, strict=True)),
    ]


def test_the_run_follows_the_dry_run_of_a_large_project(
    kapso: Emulator, receipts: Path, shared_time: SharedTime
) -> None:
    operator = Runner(kapso, receipts, PROJECT, time=shared_time, platform_api_url=kapso.platform_url)
    entries: dict[str, Any] = declared()
    kapso.batch(*there(entries))
    assert not operator.run(**entries, send_write_only="adopt")["changed"]
    for name, places in DIFFERING.items():
        for place in places:
            fields = entries[name][place]["fields"]
            fields |= {"events": ["whatsapp.message.sent"]} if name == "webhooks" else {"name": f"Renamed {place}"}

    dry = operator.run(**entries, check=True)
    assert kapso.short() == " ".join(["GET"] * PAGES)

    real = operator.run(**entries)
    writes = kapso.writes()
    assert len(kapso.journal()) == PAGES + 50
    assert Counter(kinds(writes)) == {"PATCH customers": 10, "PATCH phone_numbers": 20, "PATCH webhooks": 20}

    steps = [step for entry in dry["results"] for step in entry.get("steps", ())]
    assert {(step["action"], step["id"], *step["fields"]) for step in steps} == {
        ("update", entry.path.rsplit("/", 1)[-1], *entry.sent) for entry in writes
    }
    for told in ("changed", "diff", "undeclared"):
        assert dry[told] == real[told], told
    assert [entry["changes"] for entry in dry["results"]] == [entry["changes"] for entry in real["results"]]
    assert dry["summary"] == {**real["summary"], "requests": PAGES}
    assert real["summary"]["requests"] == PAGES + 50

    again = operator.run(**entries)
    assert (again["changed"], len(kapso.journal()), kapso.writes()) == (False, PAGES, [])
