# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a run of a project with its dry run, by the results and the journal."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ansible_collections.kapso.whatsapp.plugins.module_utils._api import transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.create import TO_COME
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import bounded

from tests.emulator import Emulator
from tests.emulator.journal import WRITES, Entry
from tests.support.definitions import PROJECT
from tests.support.made_up import KINDS, Data, Rows, rows_of
from tests.support.runner import act

METHODS = {"create": "POST", "update": "PATCH", "delete": "DELETE"}
HIDDEN = "(sensitive)"
GONE = 9  # exit status of a process that ended itself at a request
LONGEST = 60  # seconds until a process that did not is ended
SHOWN = ("changed", "changes", "key", "warnings", "error", "msg", "held_back")  # parts of an entry, equal in both runs


@dataclass(frozen=True)
class Run:
    """Hold the result of a run, its requests, and the objects before and after it."""

    result: Data
    journal: list[Entry]
    before: Rows
    after: Rows

    @property
    def writes(self) -> list[Entry]:
        """Return the writes, in order."""
        return [entry for entry in self.journal if entry.method in WRITES]

    @property
    def entries(self) -> list[Data]:
        """Return the entries of the result, one for each object."""
        entries: list[Data] = self.result.get("results", [])
        return entries

    @property
    def failed(self) -> bool:
        """Return whether the run failed."""
        return bool(self.result.get("failed"))


@dataclass(frozen=True)
class Step:
    """Hold one write, from a result or from the journal."""

    rank: int  # writes of a lower rank come first
    method: str
    path: str
    body: Mapping[str, Any]


class Operator:
    """Run projects against the emulator."""

    def __init__(self, kapso: Emulator, receipts: Path) -> None:
        self._kapso = kapso
        self._args = {
            "api_url": kapso.url,
            "platform_api_url": kapso.platform_url,
            "api_key": kapso.key,
            "receipts": str(receipts),
            "return_unchanged": True,
        }

    def run(self, lists: Mapping[str, list[Data]], options: Data, *, check: bool = False) -> Run:
        """Run a project without open connections, as a new process does, and return what it did."""
        transport.close_connections()
        before = rows_of(self._kapso)
        self._kapso.clear_journal()
        result = dict(bounded.read(act(PROJECT, {**self._args, **lists, **options}, check=check)))
        assert "canary" not in repr(result)
        return Run(result, self._kapso.journal(), before, rows_of(self._kapso))

    def run_until(self, lists: Mapping[str, list[Data]], options: Data, number: int, *, is_sent: bool) -> bool:
        """Run a project in a process that ends at request `number`; return whether the run reached it.

        `is_sent`: the process ends after the request has taken effect, before the run reads its answer.
        """
        transport.close_connections()
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST)
            with patch.object(transport.Transport, "send", _ending(number, is_sent)):
                act(PROJECT, {**self._args, **lists, **options, "concurrency": 1})
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == GONE


def _ending(number: int, is_sent: bool) -> Callable[..., Any]:
    """Return a replacement for `send` that ends the process at request `number`."""
    send, numbers = transport.Transport.send, count(1)

    def sending(*request: Any) -> Any:
        is_last = next(numbers) == number
        if is_last and not is_sent:
            os._exit(GONE)
        answer = send(*request)
        if is_last:
            os._exit(GONE)
        return answer

    return sending


def assert_followed(dry: Run, real: Run) -> None:
    """Assert that the run sent exactly the writes of its dry run, and that both report the same."""
    assert dry.writes == []
    assert dry.before == dry.after == real.before
    assert dry.result.get("failed") == real.result.get("failed"), (dry.result, real.result)
    if dry.failed:
        assert but_for_tense(dry) == but_for_tense(real)
        assert dry.result["error"] == real.result["error"]
    if "summary" not in dry.result:
        assert dry.result == real.result
        assert list(map(str, dry.journal)) == list(map(str, real.journal))
        assert real.writes == []
        return
    for name in ("changed", "diff", "undeclared", "warnings"):
        assert dry.result[name] == real.result[name], name
    requests = {"requests": dry.result["summary"]["requests"] + len(real.writes)}
    assert {**dry.result["summary"], **requests} == real.result["summary"]
    assert len(real.journal) == requests["requests"]
    assert len(dry.entries) == len(real.entries)
    for planned, done in zip(dry.entries, real.entries, strict=True):
        assert {name: planned.get(name) for name in SHOWN} == {name: done.get(name) for name in SHOWN}
    told = list(steps(dry.entries, [entry.get("parent") for entry in real.entries]))
    assert in_words(told) == in_words(list(map(sent, real.writes)))
    assert [entry.status for entry in real.writes if not 200 <= (entry.status or 0) < 300] == []
    ranks = {(step.method, step.path): step.rank for step in told}
    order = [ranks[entry.method, path_of(entry)] for entry in real.writes]
    assert order == sorted(order)


def but_for_tense(run: Run) -> str:
    """Return the message of a failed run without its last clause, which says whether anything was written."""
    return str(run.result["msg"]).replace("would be ", "").rpartition("; ")[0]


def steps(entries: list[Data], parents: list[str | None]) -> Iterator[Step]:
    """Yield the writes that a result predicts. `parents` has the parent IDs that were not known to the dry run."""
    depths = {resource.name: depth(resource) for resource in KINDS}
    for entry, parent_id in zip(entries, parents, strict=True):
        resource = RESOURCES[entry["resource"]]
        rank = depths[resource.name]
        if [change["action"] for change in entry["changes"]] == ["delete"]:
            rank = 100 - rank
        for step in entry["steps"] if entry["changed"] else ():
            after = {change["field"]: change["after"] for change in entry["changes"]}
            body = {} if step["action"] == "delete" else {name: after[name] for name in step["fields"]}
            owner = parent_id if entry["parent"] == TO_COME else entry["parent"]
            yield Step(rank, METHODS[step["action"]], place(resource, step, owner), hide(resource, body))


def depth(resource: Resource) -> int:
    """Return the number of ancestors of an object of this kind."""
    return 0 if resource.parent is None else 1 + depth(RESOURCES[resource.parent.resource])


def place(resource: Resource, step: Data, owner: str | None) -> str:
    """Return the path of a write."""
    if step["action"] != "create":
        return f"{resource.path}/{step['id']}"
    return resource.parent.path.format(parent=owner) if resource.parent and owner else resource.path


def sent(entry: Entry) -> Step:
    """Return a write as the journal shows it."""
    envelope = next(iter(entry.body)) if entry.body else ""
    resource = next((kind for kind in KINDS if kind.envelope == envelope), KINDS[0])
    return Step(0, entry.method, path_of(entry), hide(resource, entry.sent))


def path_of(entry: Entry) -> str:
    """Return the path of a request below its base URL."""
    return entry.path.removeprefix("/api/v1").removeprefix("/platform/v1")


def hide(resource: Resource, body: Mapping[str, Any]) -> Data:
    """Return a body with HIDDEN in place of secrets. A cleared secret stays None."""
    secrets = resource.secrets
    return {name: HIDDEN if name in secrets and value is not None else value for name, value in body.items()}


def in_words(told: list[Step]) -> Counter[str]:
    """Return the writes as texts, without their order."""
    return Counter(f"{step.method} {step.path} {sorted(step.body.items())}" for step in told)


def assert_quiet(real: Run, again: Run) -> None:
    """Assert that a second run sends no write except with reason `always`, and fails only if the first one did."""
    always = [change for entry in again.entries for change in entry["changes"] if change["reason"] != "always"]
    if again.writes:
        assert always == []
    assert real.failed or not again.failed, again.result


def assert_as_declared(lists: Mapping[str, list[Data]], options: Data, real: Run) -> None:
    """Assert that after a successful run the declared objects exist as declared, and absent ones do not exist."""
    if real.failed or "only" in options:
        return
    for resource in KINDS:
        for entry in lists.get(resource.plural, ()):
            found = list(found_in(real.after, resource, entry))
            if entry["state"] == "absent":
                assert found == [], entry
                continue
            assert len(found) == 1, entry
            for one, value in declared(resource, entry):
                if not one.write_only or options.get("send_write_only") is None:
                    assert one.same(found[0][one.name], value), (one.name, entry, found)


def declared(resource: Resource, entry: Data) -> Iterator[tuple[Field, Any]]:
    """Yield the fields that an entry declares or clears, each with its value."""
    given = {**dict.fromkeys(entry.get("clear", ())), **entry["fields"]}
    if resource.key_moves:
        given |= {name: entry[name] for name in resource.key if name in entry}
    yield from ((one, given[one.name]) for one in resource.fields if one.name in given)


def found_in(rows: Rows, resource: Resource, entry: Data) -> Iterator[Data]:
    """Yield the objects of an entry: the one with its ID if it exists, otherwise those with its key."""
    there = rows[resource.name]
    object_id = str(entry.get(resource.id_option))
    key = {**entry["fields"], **{name: entry[name] for name in resource.key if name in entry}}
    if object_id in there:
        yield there[object_id]
    elif resource.id_option not in entry or (entry.get(resource.replace_option) and entry["state"] == "present"):
        for row in there.values():
            if resource.key_of(row) == resource.key_of(key) and is_below(rows, resource, entry, row):
                yield row


def is_below(rows: Rows, resource: Resource, entry: Data, row: Data) -> bool:
    """Return whether an object belongs to the parent that an entry names."""
    parent = resource.parent
    if parent is None:
        return True
    owner_id, key = row[parent.row_field], entry.get(parent.key_option)
    if key is None:
        return bool(entry.get(parent.id_option) == owner_id)
    return key in (rows[parent.resource][owner_id].get(name) for name in RESOURCES[parent.resource].key)


def ends(real: Run) -> Iterator[str]:
    """Yield the end of a run in words, and the methods of its writes, for the counts of a proof."""
    if "summary" not in real.result:
        yield "refused"
    elif real.failed:
        yield "written in part" if real.writes else "stopped"
    else:
        yield "written" if real.writes else "nothing to do"
    yield from (entry.method for entry in real.writes)
