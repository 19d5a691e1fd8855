# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that the page on troubleshooting quotes all messages exactly."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import transport

from tests.collection import ROOT, ansible_environment
from tests.emulator import Emulator
from tests.support import proof
from tests.support.race_hooks import out_of_time
from tests.support.runner import CONFIG, INFO, PROJECT, act, definition_of

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
OTHERS = {"couldn't resolve module/action"}  # a message of Ansible, tested below
# Parts of a message that the page has, and differences of a plan, which the page does not list.
PARTS = {
    "the same reason as above",
    "not tried: <>",
    "<>; nothing was sent",
    "api_url <>",
    "the file that plan_in names <>; plan again",
    "<>: would be <>, but is not in the plan",
    "<>: is <> in the plan, but would not be now<>",
    "<> would be sent, but is not in the plan",
    "<> is in the plan, but would not be sent",
    "<> would be sent with another value",
}
ONE, TWO = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "5d2e9a10-77c4-4b1f-8f3e-2a6b1c9d0e22"
CUSTOMER = "7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22"


# Functions that take a message, and the position of that argument.
TAKERS = {
    "InvalidArguments": 0,
    "NotSent": 0,
    "Applied": 0,
    "OutcomeUnknown": 0,
    "wrong_answer": 0,
    "Verdict": 0,
    "TransportError": 0,
    "StoreError": 0,
    "BadPlan": 0,
    "BadUrl": 0,
    "failure": 0,
    "error": 0,
    "_error": 1,
    "warning": 0,
    "append": 0,
}
GAP = "<>"
# Variables that hold a message, without advice; and a pattern that matches sentences and not lists of names.
HOLDERS = re.compile(r"what|(?!CHECK_|DOCUMENTATION|EXAMPLES|RETURNED_)[A-Z_]+")
SENTENCE = re.compile(r"\b(is|are|was|were|be|has|the|of|must|cannot|names?) ")


def normalized(text: str) -> str:
    """Return a text with ``<>`` for each variable part (`<name>` on a page, `{0}` in a format), without blanks."""
    return re.sub(r" ?(<[^<>]*>|\{\w*\}) ?", GAP, text)


def _template(node: ast.expr) -> str | None:
    """Return the text of a literal, None if it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
        return "".join(map(str, parts))
    return None


def _literals(node: ast.AST) -> Iterator[str]:
    """Yield the texts in a piece of source once, without docstrings and parts of f-strings."""
    for child in ast.iter_child_nodes(node):
        text = _template(child) if isinstance(child, ast.expr) else None
        if text is not None:
            yield text
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _literals(child)


def _trees() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        if path.parent.name not in ("modules", "doc_fragments", "filter"):
            yield ast.parse(path.read_text(encoding="utf-8"))


@cache
def templates() -> frozenset[str]:
    """Return all texts in the source, with ``<>`` for each variable part."""
    return frozenset(text for tree in _trees() for text in _literals(tree))


@cache
def raised() -> frozenset[str]:
    """Return the texts that are messages.

    These are arguments of exceptions, failures and warnings, values of variables that hold a message, and constants
    that are sentences.
    """
    found: set[str | None] = set()
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = TAKERS.get(name)
                found.update(map(_template, node.args[place : place + 1] if place is not None else ()))
            elif isinstance(node, ast.Assign) and HOLDERS.fullmatch(getattr(node.targets[0], "id", "")):
                found.add(_template(node.value))
    return frozenset(text for text in found if text is not None and SENTENCE.search(text))


def quoted() -> list[str]:
    """Return the messages that the page quotes: the code at the start of each row of a table."""
    return re.findall(r"^\| (?:`` ?)?`?([^|]+?) ?`+ \|", PAGE, re.MULTILINE)


def comes_from(quote: str, template: str) -> bool:
    """Return whether a quote is a part of a template, or contains a whole template with words."""
    part, whole = normalized(quote), normalized(template)
    return part in whole or (len(re.findall(r"\w{2,}", whole)) >= 2 and whole in part)


def pattern(quote: str) -> str:
    """Return a quote as a pattern for real messages."""
    return ".+".join(map(re.escape, re.split(r" ?<[^<>]+> ?", quote)))


def test_every_quote_comes_from_the_source() -> None:
    assert len(quoted()) > 100
    invented = [
        quote
        for quote in quoted()
        if quote not in OTHERS and not any(comes_from(quote, template) for template in templates())
    ]
    assert invented == []
    proof.count("documentation", "messages that troubleshooting quotes", len(quoted()))


def test_every_message_of_the_source_is_on_the_page() -> None:
    silent = [text for text in raised() - PARTS if not any(comes_from(quote, text) for quote in quoted())]
    assert silent == [], "describe these in docs/troubleshooting.md"


@dataclass(frozen=True)
class Case:
    """Hold a message that no other test produces, and a task with a fault or settings that produces it."""

    quote: str
    options: Mapping[str, Any]
    module: str = CONFIG
    fault: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def one(**options: Any) -> dict[str, Any]:
    """Return the options of a task about an existing configuration."""
    return {"config_id": ONE, "fields": {"name": "Front desk"}, **options}


def project(*ids: str, **options: Any) -> dict[str, Any]:
    """Return the options of a project that renames these configurations."""
    return {"configs": [{"config_id": object_id, "fields": {"name": "Renamed"}} for object_id in ids], **options}


CASES = (
    Case(
        "it does not exist, and creating it needs <fields>",
        {"customer_id": CUSTOMER, "fields": {"phone_number_id": "100000000000001", "name": "New"}},
    ),
    Case("no answer from <host> within <seconds> s", one(), fault={"delay": 2}),
    Case(
        "Kapso accepted the write, but did not change every field: <fields>",
        one(),
        settings={"ignore_fields": ["name"]},
    ),
    Case("it is set when a <object> is created", one(fields={"kind": "sandbox"})),
    Case(
        "the rate limit is used up, and Kapso asks to wait <seconds> s",
        one(rate_limit_timeout=0),
        fault={"status": 429},
    ),
    Case("only: <name> names no entry of the lists", project(ONE, only=[TWO]), PROJECT),
    Case("<number> of <number> failed", project(ONE, "unknown", on_error="continue"), PROJECT),
    Case("plan_out works in check mode only: run with --check", project(ONE, plan_out="new.plan"), PROJECT),
    Case("plan_in: <path> cannot be read (<why>)", project(ONE, plan_in="/no-such-plan"), PROJECT),
    Case("the file that plan_in names is damaged", project(ONE, plan_in=str(ROOT / "galaxy.yml")), PROJECT),
    Case(
        "give <id option> or a filter such as <filter>, not both",
        {"config_id": ONE, "name_contains": "desk"},
        INFO,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.quote)
def test_the_message_is_that_of_a_task(
    kapso: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    monkeypatch.setattr(transport, "_kept", {})  # as in a new process, without the state of a rate limit
    assert case.quote in quoted()
    kapso.settings(**case.settings)
    for object_id in (ONE, TWO):
        kapso.add(id=object_id)
    kapso.add_customer(id=CUSTOMER)
    if case.fault:
        kapso.fault(**case.fault)
    common = {"api_url": kapso.url, "api_key": kapso.key, "retries": 0, "receipts": str(tmp_path / "receipts")}
    job = definition_of(case.module)
    known = {name: value for name, value in common.items() if name in job.spec}
    with out_of_time(kapso) if "delay" in case.fault else nullcontext():
        result = act(job, {**known, **case.options})
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
