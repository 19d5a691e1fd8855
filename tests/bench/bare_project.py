# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the requests of a project from a bare `requests` script, without checks, receipts or limits.

Usage: `bare_project.py pages FILE THREADS`. FILE is JSON: the lists of `kapso_project`, and `defaults`. The script
writes the readable fields that differ. It uses no code of this project, as a user's own script.
"""

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

URL = os.environ["KAPSO_PLATFORM_API_URL"]
Object = dict[str, Any]
Key = Callable[[Object], Any]

# Each list has its path, the envelope of a write, and a function that returns the key of an object or an entry.
KINDS: dict[str, tuple[str, str, Key]] = {
    "customers": ("/customers", "customer", lambda row: row["external_customer_id"]),
    "phone_numbers": ("/whatsapp/phone_numbers", "whatsapp_phone_number", lambda row: row["phone_number_id"]),
    "webhooks": ("/whatsapp/webhooks", "whatsapp_webhook", lambda row: (row["phone_number_id"], row["url"])),
}
ITEM = {"phone_numbers": "phone_number_id"}  # the last part of the path of an object, if it is not the ID


def rows(session: requests.Session, path: str) -> list[Object]:
    """GET all pages of a list."""
    found: list[Object] = []
    number, total = 0, 1
    while number < total:
        number += 1
        page = session.get(URL + path, params={"page": number, "per_page": 100}, timeout=30).json()
        found += page["data"]
        total = page["meta"]["total_pages"]
    return found


def changes(kind: str, declared: Object, current: list[Object]) -> list[tuple[str, Object]]:
    """Return the necessary writes: the path and the body of each."""
    path, envelope, key = KINDS[kind]
    by_key = {key(row): row for row in current}
    wanted = []
    for entry in declared[kind]:
        row = by_key[key(entry)]
        fields = declared["defaults"].get(kind, {}) | entry.get("fields", {})
        change = {name: value for name, value in fields.items() if row.get(name, value) != value}
        if change:
            wanted.append((f"{path}/{row[ITEM.get(kind, 'id')]}", {envelope: change}))
    return wanted


def main() -> None:
    """Run the command line."""
    _how, file, threads = sys.argv[1:]
    declared = json.loads(Path(file).read_text(encoding="utf-8"))
    with requests.Session() as session:
        session.headers["X-API-Key"] = os.environ["KAPSO_API_KEY"]
        current = {kind: rows(session, path) for kind, (path, _envelope, _key) in KINDS.items()}
        wanted = [change for kind, found in current.items() for change in changes(kind, declared, found)]

        def write(change: tuple[str, Object]) -> None:
            session.patch(URL + change[0], json=change[1], timeout=30).raise_for_status()

        with ThreadPoolExecutor(int(threads)) as pool:
            list(pool.map(write, wanted))


if __name__ == "__main__":
    main()
