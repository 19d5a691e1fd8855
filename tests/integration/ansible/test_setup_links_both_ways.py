# SPDX-License-Identifier: GPL-3.0-or-later
"""Test a setup link in Ansible's process and shipped, at the highest verbosity: equal, and without its URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Played, at_server

MODULE, LIST = "kapso.whatsapp.kapso_setup_link", "kapso.whatsapp.kapso_setup_link_info"
WAYS = {"in process": "auto", "shipped": "never"}
KEY = {"external_customer_id": "clinic-7"}
HIDDEN: Data = {"no_log": True, "register": "link"}


def play(kapso: Emulator, home: Path, way: str) -> Played:
    """Run all tasks of a link's life, on a reset server."""
    kapso.reset(clock_runs=False)
    kapso.add_customer(**KEY)
    controller = Controller(home, kapso, {"run_in_process": way, "retries": 0})

    def task(name: str, **options: Any) -> Data:
        return {"name": name, MODULE: {**KEY, **options}, "ignore_errors": True}

    fields = {"language": "en"}
    tasks: list[Data] = [
        {**task("dry run", fields=fields), "check_mode": True},
        task("created", fields=fields),
        task("again", fields=fields),
        at_server(kapso, "refused", "fault", method="PATCH", status=422, echo=True, count=1),
        task("refused", fields={"language": "es"}),
        at_server(kapso, "a month passes", "advance", seconds=25 * 86_400),
        {**task("to be extended", fields=fields), "check_mode": True},
        task("extended", fields=fields),
        {**task("asked for", return_url=True), **HIDDEN},
        {"name": "used", "ansible.builtin.assert": {"that": "'/setup/' in link.data.url", "quiet": True}},
        {"name": "listed", LIST: KEY},
        {"name": "listed in clear", LIST: {**KEY, "return_url": True}, **HIDDEN},
        {"name": "used", "ansible.builtin.assert": {"that": "'/setup/' in link.setup_links[0].url", "quiet": True}},
        task("revoked", state="absent"),
        task("gone", state="absent"),
    ]
    return controller.play(*tasks, options=["-vvvvv", "--diff"])


@pytest.fixture(scope="module")
def ways(kapso_server: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Played, list[Any]]]:
    """Return the runs of both ways, with their requests."""
    kapso_server.up()
    found = {}
    for name, way in WAYS.items():
        played = play(kapso_server, tmp_path_factory.mktemp("home"), way).ok()
        requests = [(entry.method, entry.path, entry.status, entry.body) for entry in kapso_server.journal()]
        found[name] = played, requests
    kapso_server.reset()
    return found


def test_both_ways_do_and_return_the_same(ways: dict[str, tuple[Played, list[Any]]]) -> None:
    (here, asked), (shipped, also) = ways.values()

    assert asked == also
    assert [done.result for done in here.done] == [done.result for done in shipped.done]
    changed = [done.name for done in here.done if done.changed]
    assert changed == ["dry run", "created", "to be extended", "extended", "revoked"]
    assert here["to be extended"].result["changes"] == here["extended"].result["changes"]
    assert here["listed"].result["setup_links"][0]["url"] == "(sensitive)"


@pytest.mark.parametrize("name", WAYS)
def test_the_url_and_the_token_are_nowhere(ways: dict[str, tuple[Played, list[Any]]], name: str) -> None:
    played, _requests = ways[name]

    assert "clinic-7" in played.shown
    assert [line for line in (played.shown + played.record).splitlines() if "EXAMPLE-LINK" in line] == []
