# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of this collection from the controller: check its options, load receipts, do the work, save receipts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

from ..module_utils._api import urls
from ..module_utils._api.masking import Mask
from ..module_utils._module import argument_spec, session
from ..module_utils._module.arguments import InvalidArguments, check_shape
from ..module_utils._module.definition import ModuleDefinition
from ..module_utils._module.result import fail_too, failure
from ..module_utils._module.session import RunContext, mask_of
from ..module_utils._reconcile import receipts
from ..module_utils._resources.apis import APIS
from ..module_utils._resources.model import Resource
from . import bounded, in_process, remote
from .files import plan_files
from .receipts.locations import NoStore, open_store
from .receipts.manager import ReceiptManager
from .receipts.store import Store, StoreError

Result = dict[str, Any]

SHORTEST_SECRET = 8  # characters

ASYNC = (
    "async is not supported, because it loses the receipts of the sent fields; remove it, and for many objects use the "
    "module that takes lists, with `concurrency`"
)


BUILTIN = (str, int, float, bool, type(None))


def to_builtin(value: Any) -> Any:
    """Return `value` as Python's own types: without the tags of core 2.19 and newer, with vaulted texts decrypted."""
    if type(value) in BUILTIN:
        return value
    if isinstance(value, Mapping):
        return {key if isinstance(key, tuple) else to_builtin(key): to_builtin(item) for key, item in value.items()}
    if hasattr(value, "__ENCRYPTED__"):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_builtin(item) for item in value]
    for kind in (str, int, float):
        if isinstance(value, kind) and not isinstance(value, bool):
            # On core 2.16, `str(value)` returns an unsafe text unchanged.
            return str.__str__(value) if kind is str else kind(value)
    return value


def without_nulls(value: Any) -> Any:
    """Return the options without those that are null: Ansible rejects null for an option with choices."""
    if isinstance(value, Mapping):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def default_receipts() -> str:
    """Return the default of `receipts`: a directory in Ansible's home, which ANSIBLE_HOME or ansible.cfg may move."""
    home, origin = constants.config.get_config_value_and_origin("ANSIBLE_HOME")
    return argument_spec.DEFAULT_RECEIPTS if origin == "default" else f"{home}/{argument_spec.RECEIPTS_IN_HOME}"


def _host_of_several(task_vars: Mapping[str, Any]) -> str:
    """Return the start of a progress line: the host in brackets if the play has several hosts, otherwise nothing."""
    several = len(task_vars.get("ansible_play_hosts_all") or ()) > 1
    return f"[{task_vars['inventory_hostname']}] " if several else ""


def _hide_entries(result: Result) -> None:
    """Mark each entry of `results` as hidden: core 2.19 treats them as items of a loop and checks each."""
    for entry in result.get("results", ()):
        entry["_ansible_no_log"] = True


class KapsoAction(ActionBase):
    """Base class of the action plugins. A subclass sets `definition`."""

    definition: ModuleDefinition
    _host = ""  # the start of a progress line about this host
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: Mapping[str, Any] | None = None) -> Result:
        """Run the task and return its result. A bad argument or receipt store fails the task before any request."""
        if self._task.async_val:
            return failure(ASYNC)
        in_process.spare_the_collector()
        super().run(tmp, task_vars)
        self._host = _host_of_several(task_vars or {})
        try:
            checked, warnings = check_shape(to_builtin(self._task.args), self.definition.spec)
        except InvalidArguments as refusal:
            return failure(f"{self._without_secrets(str(refusal))}; nothing was sent")
        mask = mask_of(self.definition.resources, checked)
        try:
            args: Result = without_nulls(self.definition.prepare(checked))
            store = self._store(args)
            objects = self.definition.objects(args) if store.keeps else []
            manager = ReceiptManager(store, lambda kind: self._url(kind, args), objects)
            found = manager.load() if store.keeps else None
            plan, plan_out = plan_files.take(args, self._task.check_mode)
            results_path = bounded.take(args, self._task.no_log)
            if self._task.check_mode:
                warnings = [*warnings, *manager.check_read_only()]
            else:
                manager.check()
            context = RunContext(
                self._task.check_mode,
                self._task.diff,
                found,
                plan,
                plan_out is not None,
                self._announce,
                manager.save,
                manager.save_alias,
                secrets=mask.secrets,
            )
            result = self._execute(args, context, task_vars or {})
        except (InvalidArguments, StoreError) as refusal:  # a user may have given a secret in place of a path
            return failure(mask.text(f"{refusal}; nothing was sent"))
        self._save(result, manager)
        self._save_plan(result, plan_out, mask)
        # A new list: on core 2.21 the list of a shipped module can be Ansible's own object.
        result["warnings"] = [*result.get("warnings", ()), *warnings]
        result.pop("invocation", None)
        bounded.finish(result, args, results_path, self._task.no_log)
        if self._task.no_log:
            _hide_entries(result)
        return result

    def _without_secrets(self, text: str) -> str:
        """Return a text with secrets masked that have SHORTEST_SECRET characters or more.

        The text names an entry, and a user may have written a secret there by mistake. A shorter one could mask words.
        """
        known = mask_of(self.definition.resources, to_builtin(self._task.args)).secrets
        return Mask([secret for secret in known if len(secret) >= SHORTEST_SECRET]).text(text)

    def _save(self, result: Result, manager: ReceiptManager) -> None:
        """Save the receipts and aliases that a shipped module returned, and add errors of the store to the result."""
        for place, receipt in (result.pop("_receipts", None) or {}).items():
            manager.save(place, None if receipt is None else receipts.decode(receipt))
        for place, object_id in (result.pop("_aliases", None) or {}).items():
            manager.save_alias(place, object_id)
        manager.report_errors(result)

    def _save_plan(self, result: Result, path: Path | None, mask: Mask) -> None:
        """Write the plan file that was asked for, and say if that fails."""
        planned = result.pop("_plan", None)
        problem = plan_files.put(path, planned) if path is not None and planned is not None else None
        if problem is not None:
            fail_too(result, mask.text(problem))

    def _execute(self, args: Result, context: RunContext, task_vars: Mapping[str, Any]) -> Result:
        if args.get("ca_path") and self._connection.transport == "local":
            # A module that runs on the controller as a separate process starts in the directory of the playbook.
            args["ca_path"] = str(Path(args["ca_path"]).absolute())
        if args.get("run_in_process") != "never" and in_process.is_possible(self._connection, self._task):
            return in_process.run(self.definition, args, context)
        remote.send_through_a_pipe(self._connection)
        # Ansible logs the options on the remote host as Python spells them. It masks no secret with a line end or a
        # quote there, because the spelling differs.
        unlogged = {**task_vars, "ansible_no_target_syslog": True}
        shipped: Result = self._execute_module(
            module_name=self.definition.module, module_args=_shipped(args, context), task_vars=unlogged
        )
        python = (self._used_interpreter or "").lstrip("#!")
        with_environment = self._connection.transport == "local" and any(self._task.environment or ())
        return remote.explained(shipped, python, with_environment, self._output)

    def _output(self, command: str) -> str:
        """Run a shell command on the remote host and return its standard output."""
        return str(self._low_level_execute_command(command).get("stdout", ""))

    def _announce(self, text: str) -> None:
        self._display.display(f"{self._host}{text}", stderr=True)

    def _environ(self, name: str) -> Any:
        """Return an environment variable of the task, otherwise of the controller; None if neither sets it."""
        told: Result = {}
        if any(self._task.environment or ()):
            self._compute_environment_string(told)
        return to_builtin(told.get(name)) or os.environ.get(name)

    def _store(self, args: Result) -> Store:
        """Return the store of this task. Remove `receipts` from the options, since it may hold a password."""
        given = args.pop("receipts", None)
        if not self.definition.keeps_receipts:
            return NoStore()
        named = given or self._environ("KAPSO_RECEIPTS") or default_receipts()
        store = open_store(named)
        if not store.keeps and args.get("send_write_only") == "adopt":
            raise InvalidArguments("send_write_only: adopt needs a place for receipts, and receipts is none")
        return store

    def _url(self, kind: Resource, args: Result) -> str:
        """Return the base URL that the controller sees: the option, the environment variable or the default.

        The URL is part of the address of a receipt. A wrong one finds no receipt; it cannot make one valid, since the
        receipt itself is signed.
        """
        api = APIS[kind.api]
        named = args.get(api.option) or self._environ(api.environment) or api.default
        try:
            return session.base_url(api, named, allow_http=True)
        except urls.BadUrl:
            return str(named)


def _shipped(args: Result, context: RunContext) -> Result:
    """Return the options of a shipped module. `receipts` and `plan_in` hold encoded documents in place of paths.

    An empty set of receipts is encoded, too: Ansible masks the value of this option everywhere in the result.
    """
    handed = {"receipts": receipts.encode(json.dumps(context.receipts))}
    if context.plan is not None:
        handed["plan_in"] = receipts.encode(context.plan)
    if context.plan_wanted:
        handed["plan_out"] = "wanted"
    return {**args, **handed}
