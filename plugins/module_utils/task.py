# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task, from validated options to a result: the same wherever it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils import receipts, urls
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import Refused
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils.converge import Goal, Outcome, converge
from ansible_collections.kapso.whatsapp.plugins.module_utils.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils.ratelimit import RateBudget
from ansible_collections.kapso.whatsapp.plugins.module_utils.report import failure, result
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Settings, Transport, kept

Params = Mapping[str, Any]

NO_CERTS = "validate_certs is false: whoever sits between here and the API can read and change everything"


@dataclass(frozen=True)
class Task:
    """The circumstances of a task."""

    check_mode: bool = False
    diff_mode: bool = False
    announce: Callable[[str], None] | None = None  # hears of waits as they begin
    keep: Callable[[str, str], bool] | None = None  # takes an id and its receipt; false where it could not be kept


class Work:
    """What the objects of a task share: the client, and the receipts. Raises Refused where the options are no good."""

    def __init__(self, resource: Resource, params: Params, task: Task, mask: Mask, connections: int = 1) -> None:
        self.task = task
        self._resource = resource
        self._settings = connection(params, connections)
        self._receipts_key = params.get("receipts_key") or self._settings.key
        self._found: Mapping[str, str] = params.get("_receipts") or {}
        self._problems: Counter[str] = Counter()
        self._advice = [] if params["validate_certs"] else [NO_CERTS]
        self.client = Client(
            kept(Transport, self._settings),
            kept(_budget, (self._settings.url, self._settings.key)),
            mask,
            params["retries"],
            params["rate_limit_timeout"],
            task.announce,
        )
        self.unkept: dict[str, str] = {}  # receipts that the controller is to keep, wrapped, by id

    def receipt(self, object_id: str) -> receipts.Receipt:
        """The receipt that was found for this object, an empty one if none."""
        seal = receipts.Seal(self._receipts_key, self._settings.url, self._resource.name, object_id)
        receipt, problem = receipts.load(self._found.get(object_id), seal)
        if problem is not None:
            self._problems[problem] += 1
        return receipt

    def keep(self, outcome: Outcome) -> bool:
        """Have the receipt kept, if it is another than before. False where that failed."""
        if self.task.check_mode or outcome.kept == outcome.receipt:
            return True
        object_id, text = outcome.goal.object_id, outcome.kept.dump()
        if self.task.keep is not None:
            return self.task.keep(object_id, text)
        self.unkept[object_id] = receipts.wrap(text)
        return True

    def notes(self) -> list[str]:
        """Warnings that are about the task as a whole."""
        found = [
            f"a receipt is {problem} and counts as none: hidden fields are sent again" for problem in self._problems
        ]
        return [*self.client.notes(), *self._advice, *found]


def common_secrets(params: Params) -> list[str]:
    """The secret values among the options that every module has."""
    return [value for value in (params.get("api_key"), params.get("receipts_key")) if value]


def field_secrets(resource: Resource, values: Params) -> list[str]:
    """The secret values among the fields of one object."""
    return [str(values[name]) for name in resource.secrets if values.get(name)]


def run(resource: Resource, params: Params, task: Task) -> dict[str, Any]:
    """Converge one object. Returns the module's result; `failed` is true in it where that did not end well.

    `_receipts` in it are those that the controller is still to keep, wrapped, by id.
    """
    mask = Mask([*common_secrets(params), *field_secrets(resource, params["fields"])])
    try:
        object_id = checked_id(params["config_id"])
        goal = Goal(resource, object_id, checked_fields(resource, params["fields"]), params["send_write_only"])
        work = Work(resource, params, task, mask)
    except Refused as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcome = converge(work.client, goal, work.receipt(object_id), task.check_mode)
    work.keep(outcome)
    returned = result(outcome, mask, task.diff_mode)
    returned["warnings"].extend(work.notes())
    returned["_receipts"] = work.unkept
    return returned


def connection(params: Params, connections: int) -> Settings:
    """The settings of the session that the options describe. Raises Refused."""
    key = params.get("api_key")
    if not key:
        raise Refused("api_key is not set: give the option, or KAPSO_API_KEY in the environment where the module runs")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise Refused("api_key contains white space or characters that no key has, perhaps a line end")
    try:
        url = urls.base_url(params["api_url"], params["allow_http"])
    except urls.BadUrl as error:
        raise Refused(f"api_url {error}") from None
    for name, least in (("timeout", 0.001), ("retries", 0), ("rate_limit_timeout", 0)):
        if params[name] < least:
            raise Refused(f"{name} must be {'at least 0' if least == 0 else 'more than 0'}")
    return Settings(url, key, params["timeout"], params["validate_certs"], params["ca_path"], connections)


def _budget(_shared_by: Any) -> RateBudget:
    return RateBudget()


def checked_id(value: str, name: str = "config_id") -> str:
    """The id as it is. Raises Refused where it can be none."""
    if not value.strip() or value in (".", ".."):
        raise Refused(f"{name} must be an id at Kapso; blank, `.` and `..` are none")
    return value


def checked_fields(resource: Resource, values: Params) -> dict[str, Any]:
    """The declared fields. Raises Refused where there is none, or where one has a value that cannot be meant."""
    declared = resource.declared(values)
    if not declared:
        raise Refused("fields declares nothing: give at least one field a value")
    for field, value in declared:
        problem = _problem(field, value)
        if problem:
            raise Refused(f"fields.{field.name} {problem}")
    return {field.name: value for field, value in declared}


def _problem(field: Field, value: Any) -> str | None:
    if field.type == "str" and not value.strip() and not (field.may_be_empty and value == ""):
        return "is empty: leave it out, or set it to null, where it is not to be managed"
    if field.form == "url":
        try:
            urls.check_http_url(value)
        except urls.BadUrl as error:
            return str(error)
    return None
