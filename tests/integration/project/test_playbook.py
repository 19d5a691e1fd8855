# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the output of a real ``ansible-playbook`` for a project of a thousand objects."""

from __future__ import annotations

import json
import re
import textwrap
import time
from typing import Any

import pytest
import yaml
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.progress import PROGRESS_EVERY

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller
from tests.support.race_hooks import held_back
from tests.support.runner import PROJECT, Data, each


def project(name: str, configs: list[Data], **args: Any) -> Data:
    """Return a task with a project."""
    return {"name": name, PROJECT: {"configs": configs, **args}}


def a_thousand(kapso: Emulator, differing: int) -> tuple[list[str], list[Data]]:
    """Return the IDs of the objects that differ, and the entries of a thousand objects."""
    ids = kapso.add_many(1000, name="Shop")
    return ids[:differing], [*each(ids[:differing], name="New"), *each(ids[differing:], name="Shop")]


def widest(text: str) -> int:
    """Return the number of characters of the longest line."""
    return max(map(len, text.splitlines()))


def test_the_output_for_a_thousand_objects_is_as_long_as_for_one(kapso: Emulator, controller: Controller) -> None:
    _ids, configs = a_thousand(kapso, 5)

    played = controller.play(project("Project", configs)).ok()

    assert played.stderr == ""
    assert "changed: [localhost]" in played.stdout
    assert len(played.stdout.splitlines()) < 15
    assert widest(played.stdout) <= 120
    assert not controller.play(project("Project", configs)).ok()["Project"].changed


def test_a_diff_shows_only_objects_that_change(kapso: Emulator, controller: Controller) -> None:
    ids, configs = a_thousand(kapso, 5)

    dry = controller.play(project("Project", configs), options=["--check", "--diff"]).ok()
    wet = controller.play(project("Project", configs), options=["--diff"]).ok()

    assert dry.stdout == wet.stdout
    assert re.findall(r"^\+\+\+ after: WhatsApp configuration (\S+)$", wet.stdout, re.MULTILINE) == ids
    assert wet.stdout.count('+    "name": "New"') == 5
    assert len(wet.stdout.splitlines()) < 15 + 5 * 10
    assert widest(wet.stdout) <= 120


def test_the_message_of_a_failure_begins_with_the_most_important_facts(kapso: Emulator, controller: Controller) -> None:
    ids, configs = a_thousand(kapso, 5)
    kapso.fault(method="PATCH", path=ids[2], status=422)

    played = controller.play(project("Project", configs))

    assert played.returncode == 2
    number = (kapso.get(ids[2]) or {})["phone_number_id"]
    msg = played["Project"].result["msg"]
    assert msg == (
        f'1 of 1000 failed, WhatsApp configuration "Shop" ({number}): Kapso rejected the values (HTTP 422: Validation '
        "failed); "
        "4 changed, 995 unchanged; correct the values and run again; the next run continues from here."
    )
    assert json.dumps(msg, ensure_ascii=False) in played.stdout[:1500]


@pytest.mark.parametrize(
    ("callback", "form", "way"),
    [
        ("default", "json", "auto"),
        ("default", "json", "never"),
        ("default", "yaml", "auto"),
        ("minimal", "json", "auto"),
    ],
)
def test_output_for_programs_can_be_parsed(
    kapso: Emulator, controller: Controller, callback: str, form: str, way: str
) -> None:
    _ids, configs = a_thousand(kapso, 5)
    settings = {"ANSIBLE_STDOUT_CALLBACK": callback, "ANSIBLE_CALLBACK_RESULT_FORMAT": form}

    task = project("Project", configs, run_in_process=way)
    shown = controller.play(task, options=["--check", "-v"], environment=settings).ok().stdout

    printed = shown[shown.index("=>") + 2 :].split("PLAY RECAP")[0]
    told = yaml.safe_load(textwrap.dedent(printed)) if form == "yaml" else json.loads(printed)
    assert (len(told["results"]), told["summary"]["changed"]) == (5, 5)


@pytest.mark.parametrize(("hosts", "prefix"), [(["localhost"], ""), (["shop-1", "shop-2"], r"\[shop-1\] ")])
def test_a_long_run_prints_its_progress(kapso: Emulator, controller: Controller, hosts: list[str], prefix: str) -> None:
    ids = kapso.add_many(60, name="Shop")
    repoint = {**project("Repoint all", each(ids, name="New"), concurrency=2), "run_once": True}
    inventory = {"all": {"hosts": {host: {"ansible_connection": "local"} for host in hosts}}}

    with held_back(kapso, 1, lambda: time.sleep(PROGRESS_EVERY)):
        played = controller.play(repoint, inventory=inventory, hosts="all").ok()

    done = played["Repoint all"]
    lines = played.stderr.splitlines()
    assert 1 <= len(lines) <= (done.ended - done.begun) / 5
    for line in lines:
        line_of = prefix + r"(?:Plan: \d+ of 60 read|Apply: \d+ of 60 written), 0 failed(; about .* left)?"
        assert re.fullmatch(line_of, line), line
    assert "written" not in played.stdout
