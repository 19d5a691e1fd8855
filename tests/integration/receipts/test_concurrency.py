# SPDX-License-Identifier: GPL-3.0-or-later
"""Test many forks and parallel runs on the same objects: receipts stay valid and true."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import ReceiptSigner, load
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.directory import DirectoryStore
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.locations import open_store
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.receipts.store import Store

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Played, task
from tests.support.race_hooks import after_reading
from tests.support.runner import Runner, reasons

ADDRESS = "0" * 64
OBJECTS = 12
ROUNDS = 60
TEXTS = tuple(f"{letter * 20_000}\n" for letter in "abc")
TOKEN = "canary-access-token"


def write_again_and_again(place: str, text: str) -> None:
    """Write the receipt of one object repeatedly, in a process."""
    store = open_store(place)
    for _round in range(ROUNDS):
        store.put(ADDRESS, text)


def read_again_and_again(store: Store, enough: Callable[[], bool]) -> set[str | None]:
    """Read the receipt repeatedly; return all texts that were read."""
    read: set[str | None] = set()
    while not enough():
        read.add(store.get(ADDRESS))
    return read


def test_a_reader_sees_one_text_or_another_never_a_mixture(place: str) -> None:
    context = multiprocessing.get_context("spawn")
    store = open_store(place)
    store.put(ADDRESS, TEXTS[0])
    writers = [context.Process(target=write_again_and_again, args=(place, text)) for text in TEXTS]
    for writer in writers:
        writer.start()
    read = read_again_and_again(store, lambda: not any(writer.is_alive() for writer in writers))
    assert [writer.exitcode for writer in writers] == [0] * len(writers)
    assert read <= set(TEXTS)
    if isinstance(store, DirectoryStore):
        assert [file.suffix for file in Path(place).iterdir()] == [".json"]


def test_a_run_between_read_and_write_of_another_leaves_no_receipt(kapso: Emulator, place: str) -> None:
    mine, theirs = (Runner(kapso, place, config_id=config_id) for config_id in [kapso.add()] * 2)
    mine.run(name="Mine", access_token=TOKEN)

    # Between the read and the write of one run, another run sends another token. The first run has read the old one.
    with after_reading(lambda: theirs.run(name="Theirs", access_token="canary-of-theirs")):
        mine.run(name="Newer", access_token=TOKEN)

    assert mine.state["access_token"] == "canary-of-theirs"
    assert "access_token" in reasons(mine.dry_run(name="Newer", access_token=TOKEN))
    mine.run(name="Newer", access_token=TOKEN)
    assert mine.state["access_token"] == TOKEN
    assert not mine.run(name="Newer", access_token=TOKEN)["changed"]


def test_after_two_equal_runs_at_the_same_time_nothing_is_sent(kapso: Emulator, place: str) -> None:
    mine, theirs = (Runner(kapso, place, config_id=config_id) for config_id in [kapso.add()] * 2)
    with after_reading(lambda: theirs.run(name="New", access_token=TOKEN)):
        mine.run(name="New", access_token=TOKEN)
    again = mine.run(name="New", access_token=TOKEN)
    assert (again["changed"], again["warnings"]) == (False, [])


# Whole plays


def play(controller: Controller, ids: list[str], owner: str, **keywords: Any) -> Played:
    """Run one task for many hosts, with as many forks as hosts. Each object gets its own token."""
    hosts = {f"host{number}": {"config_id": config_id} for number, config_id in enumerate(ids)}
    return controller.play(
        task(
            "Converge",
            config_id="{{ config_id }}",
            fields={"name": owner, "access_token": f"canary-{owner}-{{{{ config_id }}}}"},
        ),
        inventory={"all": {"hosts": hosts, "vars": {"ansible_connection": "local"}}},
        hosts="all",
        options=["--forks", str(len(ids))],
        **keywords,
    )


def controllers(kapso: Emulator, tmp_path: Path, count: int) -> list[Controller]:
    """Return users with their own homes and a shared receipts directory."""
    return [
        Controller(tmp_path / f"home{number}", kapso, {"receipts": str(tmp_path / "receipts")})
        for number in range(count)
    ]


def assert_whole(kapso: Emulator, receipts: Path, ids: list[str]) -> None:
    """Assert that there is one valid receipt for each of these objects, and no other file."""
    files = list(receipts.iterdir())
    texts = [file.read_text() for file in files]
    assert {file.suffix for file in files} <= {".json"}
    for text in texts:
        good = [
            load(text, ReceiptSigner(kapso.key, kapso.url, "whatsapp_config", config_id))[1] is None
            for config_id in ids
        ]
        assert good.count(True) == 1


def assert_held(kapso: Emulator, ids: list[str], owner: str) -> None:
    """Assert that each object has its own token of that owner."""
    held = {config_id: (kapso.get(config_id) or {})["access_token"] for config_id in ids}
    assert held == {config_id: f"canary-{owner}-{config_id}" for config_id in ids}


def test_many_forks_keep_each_receipt_apart(kapso: Emulator, tmp_path: Path) -> None:
    ids = kapso.add_many(OBJECTS)
    (user,) = controllers(kapso, tmp_path, 1)
    assert all(done.changed for done in play(user, ids, "one").ok().done)
    assert len(list((tmp_path / "receipts").iterdir())) == OBJECTS
    assert_whole(kapso, tmp_path / "receipts", ids)
    assert not any(done.changed for done in play(user, ids, "one").ok().done)
    assert_held(kapso, ids, "one")


def test_two_playbooks_at_once_on_the_same_objects(kapso: Emulator, tmp_path: Path) -> None:
    ids = kapso.add_many(OBJECTS)
    users = controllers(kapso, tmp_path, 2)
    with ThreadPoolExecutor(2) as pool:
        for played in pool.map(lambda user, owner: play(user, ids, owner), users, ("one", "two")):
            played.ok()
    assert_whole(kapso, tmp_path / "receipts", ids)
    for user, owner in zip(users, ("one", "two"), strict=True):
        play(user, ids, owner).ok()
        assert_held(kapso, ids, owner)
    assert not any(done.changed for done in play(users[1], ids, "two").ok().done)
