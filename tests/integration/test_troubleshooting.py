# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on troubleshooting quotes messages as they are, and leaves none out."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.connection.local import Connection
from ansible.template import Templar
from ansible_collections.kapso.whatsapp.plugins.module_utils import transport

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator
from tests.support import messages, proof

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
OTHERS = {"couldn't resolve module/action"}  # Ansible's own, shown further down
# Texts that are a part of a message which the page has, or of a plan's differences, which it need not list.
PARTS = {
    "(for the same reason as the one before)",
    "<>; nothing was sent",
    "api_url <>",
    "the file that plan_in names <>; plan again",
    "<>: would be <>, and is not in the plan",
    "<>: is to be <>, and would not be<>",
    "<> would be sent, and is not in the plan",
    "<> is to be sent, and would not be",
    "<> would be sent with another value",
}
ONE, TWO = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22"
CUSTOMER = "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22"


def quoted() -> list[str]:
    """The messages that the page quotes: what stands in code type at the beginning of a row of a table."""
    return re.findall(r"^\| (?:`` ?)?`?([^|]+?) ?`+ \|", PAGE, re.MULTILINE)


def comes_from(quote: str, template: str) -> bool:
    """Whether a quote is a part of a template, or holds the whole of one that says something."""
    part, whole = messages.normalized(quote), messages.normalized(template)
    return part in whole or (len(re.findall(r"\w{2,}", whole)) >= 2 and whole in part)


def pattern(quote: str) -> str:
    """A quote as a pattern for real messages."""
    return ".+".join(map(re.escape, re.split(r" ?<[^<>]+> ?", quote)))


def test_every_quote_comes_from_the_source() -> None:
    assert len(quoted()) > 100
    invented = [
        quote
        for quote in quoted()
        if quote not in OTHERS and not any(comes_from(quote, template) for template in messages.templates())
    ]
    assert invented == []
    proof.count("documentation", "messages that troubleshooting quotes", len(quoted()))


def test_every_message_of_the_source_is_on_the_page() -> None:
    silent = [text for text in messages.raised() - PARTS if not any(comes_from(quote, text) for quote in quoted())]
    assert silent == [], "describe these in docs/troubleshooting.md"


@dataclass(frozen=True)
class Case:
    """A message, and a task that meets it. `fault` is a rule of the emulator; `settings` are some of its settings."""

    quote: str
    options: Mapping[str, Any]
    module: str = "kapso_whatsapp_config"
    fault: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False


def one(**options: Any) -> dict[str, Any]:
    """Options of a task about a configuration that is there."""
    return {"config_id": ONE, "fields": {"name": "Front desk"}, **options}


def fleet(*ids: str, **options: Any) -> dict[str, Any]:
    """Options of a fleet that renames these configurations."""
    return {"configs": [{"config_id": object_id, "fields": {"name": "Renamed"}} for object_id in ids], **options}


def cases() -> Iterator[Case]:
    """A real task for the messages that most readers will meet."""
    created = {"customer_id": CUSTOMER, "fields": {"phone_number_id": "100000000000001", "name": "New"}}
    yield Case("there is no <option or field> <name>", one(fields={"acces_token": "canary"}))
    yield Case("config_id is required, or customer_id with fields.phone_number_id in its place", {"fields": {}})
    yield Case(
        "config_id says which configuration is meant, and customer_id says it otherwise: give one", one(**created)
    )
    yield Case("<option> must be an id at Kapso; blank, `.` and `..` are none", one(config_id=" "))
    yield Case("fields declares nothing: give at least one field a value", one(fields={}))
    yield Case("customer_id may mean to create the configuration, for which the API demands <fields> as well", created)
    empty = "fields.<field> is empty: leave it out, or set it to null, where it is not to be managed"
    yield Case(empty, one(fields={"access_token": ""}))
    yield Case("<option> must be a dictionary, and <is a text>", one(fields="canary"))
    yield Case("api_key is not set", one(api_key=None))
    yield Case("api_key contains white space or characters that no key has", one(api_key="EXAMPLE-KEY\n"))
    yield Case("must use https: the API key would travel in clear", one(api_url="http://kapso.example/api/v1"))
    yield Case("must begin with https:// or http://", one(fields={"webhook_destination_url": "hooks.example.org"}))
    yield Case("the API key was refused", one(api_key="EXAMPLE-WRONG-KEY"))
    yield Case("access was denied", one(), fault={"status": 403})
    yield Case("Kapso asks for a paid plan", one(), fault={"status": 402})
    yield Case("Kapso knows no such object under this API key", one(config_id="unknown"))
    yield Case("no connection to <host> (<cause>)", one(api_url="http://REFUSED/api/v1"))
    slow = {"delay": 2}
    yield Case("no answer from <host> within <seconds> s", one(timeout=0.2), fault=slow)
    yield Case("the connection to <host> was lost before an answer came", one(), fault={"drop": "before"})
    yield Case("the connection was lost in the middle of the answer", one(), fault={"drop": "during"})
    elsewhere = "the server redirects to <url>, which is not followed because the API key would travel along"
    yield Case(elsewhere, one(), fault={"redirect": "https://login.example.org/"})
    yield Case("the answer is not JSON (<content type>; <why>)", one(), fault={"status": 200, "html": True})
    yield Case("the answer is JSON and not an object", one(), fault={"status": 200, "json": []})
    yield Case("the answer holds no object under `data`", one(), fault={"status": 200, "json": {}})
    yield Case("the server failed", one(), fault={"status": 503})
    refused = {"method": "PATCH", "status": 422}
    yield Case("Kapso refused the values", one(), fault=refused)
    undone = "Kapso accepted the write and left a part of it undone: <fields>"
    yield Case(undone, one(), settings={"ignore_fields": ["name"]})
    yield Case("it is settled when a configuration is created", one(fields={"kind": "sandbox"}))
    limit = "the API's rate limit is used up and it asks to wait <seconds> s"
    yield Case(limit, one(rate_limit_timeout=0), fault={"status": 429})
    yield Case("whether the write took effect is not known", one(), fault={"method": "PATCH", "status": 500})
    yield Case("async is not supported", one(), check=False)
    many = "kapso_whatsapp_fleet"
    yield Case("configs names <configuration> more than once", fleet(ONE, ONE), many)
    yield Case("only names <id>, which configs does not have", fleet(ONE, only=[TWO]), many)
    bound = "<number> of <number> would change, and max_changes allows <bound>"
    yield Case(bound, fleet(ONE, TWO, max_changes="1"), many)
    yield Case("<number> of <number> failed", fleet(ONE, "unknown"), many)
    yield Case("a further run goes on from here", fleet(ONE, "unknown"), many)
    yield Case("the run was stopped: <why>", fleet(ONE, TWO, api_key="EXAMPLE-WRONG-KEY"), many)
    yield Case("nothing was written", fleet(ONE, TWO, max_changes="1"), many)
    yield Case("plan_out writes down what a dry run plans: run with --check", fleet(ONE, plan_out="new.plan"), many)
    yield Case("plan_in: <path> cannot be read (<why>)", fleet(ONE, plan_in="/no-such-plan"), many)
    yield Case("the file that plan_in names is damaged", fleet(ONE, plan_in="/dev/null"), many)
    yield Case("the receipts directory <path> cannot be used (<why>)", one(receipts="/dev/null/receipts"))
    yield Case("the Redis for receipts at <host> cannot be used (<why>)", one(receipts="redis://REFUSED/0"))
    yield Case("receipts must be a directory, or a URL with redis://, rediss:// or unix://", one(receipts="http://x"))
    listed = {"config_id": ONE, "name_contains": "desk"}
    filtered = "config_id names one configuration, and goes with no filter such as <filter>"
    yield Case(filtered, listed, "kapso_whatsapp_config_info")


def told(case: Case, common: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a case's task, by the action plugin in this process."""
    plugin = importlib.import_module(f"ansible_collections.kapso.whatsapp.plugins.action.{case.module}").ActionModule
    task = Task()
    task.name, task.action = "Test", plugin.job.module
    known = {name: value for name, value in common.items() if name in plugin.job.spec}
    task.args = {**known, **case.options}
    task.check_mode = case.check
    task.async_val = 60 if "async" in case.quote else 0
    loader = DataLoader()
    context = PlayContext()
    action = plugin(task, Connection(context, os.devnull), context, loader, Templar(loader=loader), None)
    result: dict[str, Any] = action.run(task_vars={})
    return result


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.quote)
def test_the_message_is_what_a_task_says(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    monkeypatch.setattr(transport, "_kept", {})  # to the plugins, a fresh process: no limit is remembered
    assert case.quote in quoted()
    kapso.settings(**case.settings)
    for object_id in (ONE, TWO):
        kapso.add(id=object_id)
    kapso.add_customer(id=CUSTOMER)
    if case.fault:
        kapso.fault(**case.fault)
    common = {"api_url": kapso.url, "api_key": kapso.key, "retries": 0, "receipts": str(tmp_path / "receipts")}
    place = urlsplit(kapso.refused_url()).netloc
    options = {
        name: value.replace("REFUSED", place) if isinstance(value, str) else value
        for name, value in case.options.items()
    }
    result = told(replace(case, options=options), common)
    assert result["failed"]
    assert re.search(pattern(case.quote), result["msg"]), result["msg"]
    assert "canary" not in str(result)


def test_the_message_of_ansible_itself(tmp_path: Path) -> None:
    playbook = tmp_path / "play.yml"
    playbook.write_text("- hosts: localhost\n  tasks:\n    - kapso.whatsapp.kapso_whatsapp_config:\n", encoding="utf-8")
    environment = ansible_environment(tmp_path / "home", {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path)})
    command = ["ansible-playbook", str(playbook)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    (own,) = OTHERS
    assert own in " ".join((done.stdout + done.stderr).split())
