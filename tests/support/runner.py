# SPDX-License-Identifier: GPL-3.0-or-later
"""Run tasks in the process of the test: any module of the collection, against the emulator.

This does the work of `ansible-playbook` after templating, without a second for its start: the real action plugin runs
with Ansible's own task and local connection.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.connection.local import Connection
from ansible.template import Templar
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.plugin_utils import bounded
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.action import KapsoAction

from tests.emulator import Emulator
from tests.support.examples import DECLARED
from tests.support.shared_time import SharedTime

COLLECTION = "kapso.whatsapp"
CONFIG = f"{COLLECTION}.kapso_whatsapp_config"
INFO = f"{COLLECTION}.kapso_whatsapp_config_info"
PROJECT = f"{COLLECTION}.kapso_project"
ABOUT = {CONFIG: "config_id", PROJECT: "configs"}  # the option that `Runner.run` takes without its name

Data = dict[str, Any]
Hear = Callable[[str], None]


def definition_of(module: str) -> ModuleDefinition:
    """Return the definition of a module of the collection, by its full name."""
    short = module.removeprefix(f"{COLLECTION}.")
    plugin = import_module(f"ansible_collections.{COLLECTION}.plugins.action.{short}")
    definition: ModuleDefinition = plugin.ActionModule.definition
    return definition


def act(
    definition: ModuleDefinition,
    args: Mapping[str, Any],
    *,
    check: bool = False,
    diff: bool = True,
    hear: Hear = lambda _text: None,
) -> Data:
    """Run the action plugin of that definition and return its result. `hear` gets its lines of progress."""
    task = Task()
    task.name = "Test"
    task.action = definition.module
    task.args = dict(args)
    task.check_mode = check
    task.diff = diff
    context, loader = PlayContext(), DataLoader()
    plugin = type(
        "ActionModule", (KapsoAction,), {"definition": definition, "_announce": lambda _self, text: hear(text)}
    )(task, Connection(context, "/dev/null"), context, loader, Templar(loader=loader), None)
    result: Data = plugin.run(task_vars={})
    return result


class Runner:
    """Run tasks of one module, one after the other, with a few options that differ between runs.

    `receipts` is the place of the store, None for the default. `options` are the options of each task.
    """

    def __init__(
        self,
        kapso: Emulator,
        receipts: object,
        module: str = CONFIG,
        *,
        time: SharedTime | None = None,
        **options: Any,
    ) -> None:
        self.kapso = kapso
        self.receipts = Path(str(receipts))
        self.definition = definition_of(module)
        self.time = time or SharedTime(kapso)
        self.options: Data = {
            "api_url": kapso.url,
            "api_key": kapso.key,
            "receipts": None if receipts is None else str(receipts),
            **options,
        }
        self.returned: Data = {}
        self.announced: list[str] = []  # lines of progress on standard error
        self.at_a_word: Callable[[], None] = lambda: None  # called with each announcement

    def run(
        self,
        about: object = None,
        fields: Mapping[str, Any] | None = None,
        /,
        *,
        check: bool = False,
        diff: bool = True,
        **options: Any,
    ) -> Data:
        """Run the task with further options, and return its result. The journal then holds this run only.

        For a project, return all entries, as the report reads them; `returned` has the result of the task itself.
        `about` is the ID of the object, or the entries of a project. Options with the names of fields go into
        `fields`, and None removes an option. Assert that no secret is in the result.
        """
        chosen = {**self.options, **options}
        if about is not None:
            chosen[ABOUT[self.definition.module]] = about
        spec = self.definition.spec
        names = {field.name for field in self.definition.resources[0].writable if "fields" in spec} - spec.keys()
        declared = {name: chosen.pop(name) for name in tuple(chosen) if name in names} | dict(fields or {})
        if "fields" in spec:
            chosen.setdefault("fields", declared)
        self.kapso.clear_journal()
        args = {name: value for name, value in chosen.items() if value is not None}
        result = act(self.definition, args, check=check, diff=diff, hear=self._hear)
        assert "canary" not in repr(result)
        self.returned = dict(result)
        if "results_file" in result:
            result.update(bounded.read(result))
            assert "canary" not in repr(result)
        return result

    def dry_run(self, *about: Any, **options: Any) -> Data:
        """Run the task in check mode, and assert that it sent no write."""
        result = self.run(*about, check=True, **options)
        assert self.kapso.writes() == []
        return result

    def _hear(self, text: str) -> None:
        self.announced.append(text)
        self.at_a_word()

    def client(self, **options: Any) -> Client:
        """Return a client like that of a task, with options of `Client`, and `timeout` in seconds."""
        settings = Settings(self.kapso.url, self.kapso.key, options.pop("timeout", 30.0))
        return Client(Transport(settings), RateLimiter(self.time), Mask([self.kapso.key]), **options)

    # The last run in the journal

    @property
    def wire(self) -> str:
        """Return the requests of the last run: ``GET`` is a read, ``LIST`` a page of a list, others are writes."""
        paths = tuple(resource.path for resource in self.definition.resources)
        return " ".join(
            "LIST" if entry.method == "GET" and entry.path.endswith(paths) else entry.method
            for entry in self.kapso.journal()
        )

    def counts(self) -> dict[str, int]:
        """Return the number of lists, single reads and writes of the last run."""
        words = self.wire.split()
        lists, reads = words.count("LIST"), words.count("GET")
        return {"lists": lists, "reads": reads, "writes": len(words) - lists - reads}

    @property
    def sent(self) -> list[set[str]]:
        """Return the names of the fields in each write of the last run."""
        return [set(entry.sent) for entry in self.kapso.writes()]

    # The object and its receipts

    @property
    def object_id(self) -> str:
        """Return the ID of the object that each task is about."""
        return str(self.options[ABOUT[self.definition.module]])

    @property
    def customer_id(self) -> str:
        """Return the ID of the customer of the object that each task is about."""
        return str(self.options["customer_id"])

    def add(self, **fields: Any) -> str:
        """Add an object of the customer, with the declared values except these fields; return its ID."""
        return self.kapso.add(**{**DECLARED, "customer_id": self.customer_id, **fields})

    def objects(self) -> list[Data]:
        """Return the customer's configurations at the server, with write-only fields in clear."""
        return [config for config in self.kapso.configs() if config["customer_id"] == self.customer_id]

    @property
    def state(self) -> Data:
        """Return the object at the server, with write-only fields in clear."""
        return self.kapso.get(self.object_id) or {}

    def stored(self) -> list[Data]:
        """Return the documents in a receipts directory."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self.receipts.glob("*.json"))]

    def kept_receipts(self) -> dict[str, set[str]]:
        """Return the names of the fields in each receipt, by the ID of its object."""
        return {document["id"]: set(document["fields"]) for document in self.stored() if "fields" in document}

    def kept_aliases(self) -> list[str]:
        """Return the IDs in aliases."""
        return [document["id"] for document in self.stored() if "fields" not in document]


# Parts of results


def reasons(result: Mapping[str, Any]) -> dict[str, str]:
    """Return the reason for each field in the changes of a result."""
    return {change["field"]: change["reason"] for change in result["changes"]}


def actions(result: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return each pair of action and reason in the changes of a result."""
    return {(change["action"], change["reason"]) for change in result["changes"]}


def failed(result: Data) -> list[str]:
    """Return the IDs of the failed entries of a result, in order."""
    return [entry["config_id"] for entry in result["results"] if entry.get("failed")]


def changed(result: Data) -> list[str]:
    """Return the IDs of the changed entries of a result, in order."""
    return [entry["config_id"] for entry in result["results"] if entry["changed"]]


def assert_repeats(real: Mapping[str, Any], dry: Mapping[str, Any]) -> None:
    """Assert that the real run did what the dry run predicted."""
    assert real.keys() == dry.keys()
    for key in ("changed", "changes", "diff"):
        assert real[key] == dry[key], key


def assert_distrusted(result: Mapping[str, Any], problem: str) -> None:
    """Assert that the only warning is about the ignored receipt, and names the problem."""
    (warning,) = result["warnings"]
    assert problem in warning
    assert "ignored" in warning


def each(ids: Iterable[str], **fields: Any) -> list[Data]:
    """Return entries that declare the same fields. In a text, ``{n}`` is the number of the object, from 1."""
    return [
        {
            "config_id": config_id,
            "fields": {
                name: value.replace("{n}", str(number)) if isinstance(value, str) else value
                for name, value in fields.items()
            },
        }
        for number, config_id in enumerate(ids, 1)
    ]
