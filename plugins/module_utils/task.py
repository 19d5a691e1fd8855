# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task, from validated options to a result: the same wherever it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils import receipts, urls
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import Refused
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import Client
from ansible_collections.kapso.whatsapp.plugins.module_utils.converge import Goal, converge
from ansible_collections.kapso.whatsapp.plugins.module_utils.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils.ratelimit import RateBudget
from ansible_collections.kapso.whatsapp.plugins.module_utils.report import failure, result
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import Field, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Settings, Transport, kept

Params = Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """The circumstances of a task."""

    check_mode: bool = False
    diff_mode: bool = False
    announce: Callable[[str], None] | None = None  # hears of waits as they begin


def secrets_of(resource: Resource, params: Params) -> list[str]:
    """Every secret value among the options."""
    fields = params.get("fields") or {}
    values = [params.get("api_key"), params.get("receipts_key"), *(fields.get(name) for name in resource.secrets)]
    return [str(value) for value in values if value]


def run(resource: Resource, params: Params, task: Task) -> dict[str, Any]:
    """Converge one object. Returns the module's result; `failed` is true in it where that did not end well."""
    mask = Mask(secrets_of(resource, params))
    try:
        settings = connection(params)
        goal = Goal(resource, _object_id(params["config_id"]), _desired(resource, params), params["send_write_only"])
    except Refused as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    client = make_client(settings, params, mask, task)
    seal = receipts.Seal(params.get("receipts_key") or settings.key, settings.url, resource.name, goal.object_id)
    receipt, problem = receipts.load(params.get("_receipt"), seal)
    outcome = converge(client, goal, receipt, task.check_mode)
    return result(outcome, mask, task.diff_mode, [*client.notes(), *_advice(params, problem)])


def connection(params: Params) -> Settings:
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
    return Settings(url, key, params["timeout"], params["validate_certs"], params["ca_path"])


def make_client(settings: Settings, params: Params, mask: Mask, task: Task) -> Client:
    """A client for this task, over the session and the rate budget that the process keeps."""
    return Client(
        kept(Transport, settings),
        kept(_budget, (settings.url, settings.key)),
        mask,
        params["retries"],
        params["rate_limit_timeout"],
        task.announce,
    )


def _budget(_shared_by: Any) -> RateBudget:
    return RateBudget()


def _object_id(value: str) -> str:
    if not value.strip() or value in (".", ".."):
        raise Refused("config_id must be the id of a configuration at Kapso; blank, `.` and `..` are none")
    return value


def _desired(resource: Resource, params: Params) -> dict[str, Any]:
    declared = resource.declared(params["fields"])
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


def _advice(params: Params, receipt_problem: str | None) -> list[str]:
    advice = []
    if not params["validate_certs"]:
        advice.append("validate_certs is false: whoever sits between here and the API can read and change everything")
    if receipt_problem:
        advice.append(f"a receipt is {receipt_problem} and counts as none, so that hidden fields are sent again")
    return advice
