# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the same requests from a bare `requests` script, without checks, receipts, retries or limits.

Usage: `bare.py one-by-one FILE` reads each object with a request; `bare.py pages FILE THREADS` reads the list. FILE is
JSON: `{"defaults": {...}, "configs": [{"config_id": ..., "fields": {...}}, ...]}`. If a readable field of an object
differs, the script writes the fields that differ and the write-only ones. It uses no code of this project, as a
user's own script.
"""

import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import requests

URL = os.environ["KAPSO_API_URL"] + "/whatsapp_configs"
Object = dict[str, Any]


def one_by_one(session: requests.Session, wanted: Iterable[Object]) -> None:
    """GET each object, PATCH it if it differs."""
    for entry in wanted:
        current = session.get(f"{URL}/{entry['config_id']}", timeout=30).json()["data"]
        converge(session, entry, current)


def pages(session: requests.Session, wanted: Iterable[Object], threads: int) -> None:
    """GET all pages, then PATCH the objects that differ, in several threads."""
    rows: dict[str, Object] = {}
    number, total = 0, 1
    while number < total:
        number += 1
        page = session.get(URL, params={"page": number, "per_page": 100}, timeout=30).json()
        rows.update((row["id"], row) for row in page["data"])
        total = page["meta"]["total_pages"]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda entry: converge(session, entry, rows[entry["config_id"]]), wanted))


def converge(session: requests.Session, entry: Object, current: Object) -> None:
    """PATCH an object if a readable field differs."""
    fields = entry["fields"]
    if any(current.get(name, value) != value for name, value in fields.items()):
        change = {name: value for name, value in fields.items() if current.get(name) != value}
        answer = session.patch(f"{URL}/{entry['config_id']}", json={"whatsapp_config": change}, timeout=30)
        answer.raise_for_status()


def main() -> None:
    """Run the command line."""
    how, file, *threads = sys.argv[1:]
    declared = json.loads(Path(file).read_text(encoding="utf-8"))
    wanted = [{**entry, "fields": declared["defaults"] | entry["fields"]} for entry in declared["configs"]]
    with requests.Session() as session:
        session.headers["X-API-Key"] = os.environ["KAPSO_API_KEY"]
        if how == "pages":
            pages(session, wanted, int(threads[0]))
        else:
            one_by_one(session, wanted)


if __name__ == "__main__":
    main()
