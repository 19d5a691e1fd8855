# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets by a real ``ansible-playbook``: what a person sees of a thousand, and the same behaviour both ways."""

from __future__ import annotations

import json
import re
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet import PROGRESS_EVERY

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Played
from tests.support.race_hooks import held_back
from tests.support.runner import FLEET, Data, each

SHARED, OWN = "canary-shared-token", "canary-own-token"
NO_ID = "99999999-9999-4999-8999-999999999999"
CUSTOMER = "22222222-0000-4000-9000-000000000001"


def fleet(name: str, configs: list[Data], keywords: Data | None = None, **args: Any) -> Data:
    """A task with a fleet; `keywords` are those of the task."""
    return {"name": name, FLEET: {"configs": configs, **args}, **(keywords or {})}


def a_thousand(kapso: Emulator, differing: int) -> tuple[list[str], list[Data]]:
    """The ids of those that differ, and the configs of a thousand objects."""
    ids = kapso.add_many(1000, name="Shop")
    return ids[:differing], [*each(ids[:differing], name="New"), *each(ids[differing:], name="Shop")]


def widest(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, text.splitlines()))


def test_a_thousand_take_as_many_lines_as_a_single_one(kapso: Emulator, controller: Controller) -> None:
    _ids, configs = a_thousand(kapso, 5)

    played = controller.play(fleet("Fleet", configs)).ok()

    assert played.stderr == ""
    assert "changed: [localhost]" in played.stdout
    assert len(played.stdout.splitlines()) < 15
    assert widest(played.stdout) <= 120
    assert not controller.play(fleet("Fleet", configs)).ok()["Fleet"].changed


def test_a_diff_shows_those_that_change_and_no_other(kapso: Emulator, controller: Controller) -> None:
    ids, configs = a_thousand(kapso, 5)

    dry = controller.play(fleet("Fleet", configs), options=["--check", "--diff"]).ok()
    wet = controller.play(fleet("Fleet", configs), options=["--diff"]).ok()

    assert dry.stdout == wet.stdout
    assert re.findall(r"^\+\+\+ after: WhatsApp configuration (\S+)$", wet.stdout, re.MULTILINE) == ids
    assert wet.stdout.count('+    "name": "New"') == 5
    assert len(wet.stdout.splitlines()) < 15 + 5 * 10
    assert widest(wet.stdout) <= 120


def test_a_failure_says_first_what_a_person_must_know(kapso: Emulator, controller: Controller) -> None:
    ids, configs = a_thousand(kapso, 5)
    kapso.fault(method="PATCH", path=ids[2], status=422)

    played = controller.play(fleet("Fleet", configs))

    assert played.returncode == 2
    msg = played["Fleet"].result["msg"]
    assert msg == (
        f"1 of 1000 failed, WhatsApp configuration {ids[2]}: Kapso refused the values (HTTP 422: Validation failed); "
        "4 changed, 995 unchanged; correct what it names and run again; a further run goes on from here."
    )
    assert msg in played.stdout[:1500]


@pytest.mark.parametrize(
    ("callback", "form", "way"),
    [
        ("default", "json", "auto"),
        ("default", "json", "never"),
        ("default", "yaml", "auto"),
        ("minimal", "json", "auto"),
    ],
)
def test_what_is_printed_for_programs_can_be_parsed(
    kapso: Emulator, controller: Controller, callback: str, form: str, way: str
) -> None:
    _ids, configs = a_thousand(kapso, 5)
    settings = {"ANSIBLE_STDOUT_CALLBACK": callback, "ANSIBLE_CALLBACK_RESULT_FORMAT": form}

    task = fleet("Fleet", configs, run_in_process=way)
    shown = controller.play(task, options=["--check", "-v"], environment=settings).ok().stdout

    printed = shown[shown.index("=>") + 2 :].split("PLAY RECAP")[0]
    told = yaml.safe_load(textwrap.dedent(printed)) if form == "yaml" else json.loads(printed)
    assert (len(told["results"]), told["summary"]["changed"]) == (1000, 5)


def test_a_long_run_says_how_it_is_getting_on(kapso: Emulator, controller: Controller) -> None:
    ids = kapso.add_many(60, name="Shop")

    with held_back(kapso, 1, lambda: time.sleep(PROGRESS_EVERY)):
        played = controller.play(fleet("Repoint all", each(ids, name="New"), concurrency=2)).ok()

    done = played["Repoint all"]
    lines = played.stderr.splitlines()
    assert 1 <= len(lines) <= (done.ended - done.begun) / 5
    for line in lines:
        told = re.fullmatch(r"Repoint all: (?:read|written) (\d+) of 60, (\d+) left, 0 failed", line)
        assert told is not None, line
        assert int(told[1]) + int(told[2]) == 60
    assert "written" not in played.stdout


@pytest.fixture
def twin(kapso: Emulator) -> Iterator[Emulator]:
    """A second Kapso."""
    assert kapso.process is not None
    with Emulator.start() as server:
        yield server
        assert server.crashes() == []


def fleets(kapso: Emulator) -> list[Data]:
    """Tasks with fleets in which everything happens that can happen."""
    kapso.add_customer(id=CUSTOMER)
    ids = kapso.add_many(8, name="Shop", calls_enabled=False)
    kapso.fault(method="PATCH", path=ids[7], echo=True)
    ignore, dry = {"ignore_errors": True}, {"check_mode": True}
    defaults = {"name": "Default", "calls_enabled": True, "access_token": SHARED}
    configs: list[Data] = [
        {"config_id": ids[0]},
        {"config_id": ids[1], "fields": {"name": "Own", "access_token": OWN}},
        {"config_id": ids[2], "fields": {"calls_enabled": False, "access_token": None}},
        {"config_id": ids[3], "fields": None},
    ]
    number = {"phone_number_id": "100000000009999", "business_account_id": "200000000009999", "name": "New"}
    new = {"customer_id": CUSTOMER, "fields": {**number, "access_token": OWN, "webhook_verify_token": SHARED}}
    absent = {"config_id": ids[4], "state": "absent"}
    failing = [*each([ids[0], NO_ID, ids[7]], name="Late", access_token=OWN)]
    return [
        fleet("dry run", configs, dry, defaults=defaults),
        fleet("run", configs, defaults=defaults),
        fleet("again", configs, defaults=defaults),
        fleet("again, all shown", configs, defaults=defaults, return_unchanged=True),
        fleet("create and delete, dry", [new, absent], dry),
        fleet("create and delete", [new, absent]),
        fleet("some fail", failing, ignore),
        fleet("some fail, stop", each([ids[5], NO_ID], name="Late"), ignore, on_error="stop"),
        fleet("too many", each(ids[5:7], name="Late"), ignore, max_changes=1),
        fleet("only one", each(ids[5:7], name="Late"), only=[ids[6]]),
        fleet("adopt", each(ids[5:7], access_token=OWN), send_write_only="adopt"),
        fleet("always", each(ids[5:7], access_token=OWN), send_write_only="always"),
        fleet("wrong key", each(ids[5:7], name="Later"), ignore, api_key="canary-wrong-key"),
        fleet("twice", each([ids[5], ids[5]], name="Later"), ignore),
        fleet("nothing declared", [{"config_id": ids[5], "fields": {"name": None}}], ignore, defaults={"name": "x"}),
        fleet("mistyped", each(ids[5:6], acess_token=OWN), ignore),
        fleet("no store", each(ids[5:6], access_token=OWN), ignore, receipts="/dev/null/no"),
    ]


def outcome(played: Played, kapso: Emulator) -> Data:
    """All that a run came to, but for the server's name and clock and the traceback that newer cores leave out."""
    results = {}
    for done in played.done:
        text = json.dumps(done.result, sort_keys=True).replace(str(urlsplit(kapso.url).port), "PORT")
        text = re.sub(r'"(updated|created)_at": "[^"]*"', r'"\1_at": ""', text)
        results[done.name] = json.loads(text) | {"status": done.status, "exception": None}
    entries = [(entry.method, entry.path, json.dumps(entry.body, sort_keys=True)) for entry in kapso.journal()]
    state = [{name: value for name, value in config.items() if not name.endswith("_at")} for config in kapso.configs()]
    return {"results": results, "requests": sorted(entries), "state": state}


def test_both_ways_come_to_the_same(kapso: Emulator, twin: Emulator, tmp_path: Path) -> None:
    ways = {"auto": kapso, "never": twin}
    outcomes = {}
    for way, server in ways.items():
        controller = Controller(tmp_path / way, server, {"run_in_process": way})
        played = controller.play(*fleets(server), options=["-vvvvv", "--diff"])
        outcomes[way] = outcome(played.ok(), server)
        for canary in (SHARED, OWN, "canary-wrong-key"):
            # Newer cores quote the lines of the playbook at which a task failed.
            shown = [line for line in played.shown.splitlines() if not re.match(r"\s*\d+ |\s*\^", line)]
            assert not [line for line in shown if canary in line]
            assert canary not in played.record

    for name, result in outcomes["auto"]["results"].items():
        assert outcomes["never"]["results"][name] == result, name
    assert outcomes["never"]["requests"] == outcomes["auto"]["requests"]
    assert outcomes["never"]["state"] == outcomes["auto"]["state"]
    statuses = {name: result["status"] for name, result in outcomes["auto"]["results"].items()}
    assert [name for name, status in statuses.items() if status == "failed"] == [
        "some fail", "some fail, stop", "too many", "wrong key", "twice", "nothing declared", "mistyped", "no store",
    ]  # fmt: skip
