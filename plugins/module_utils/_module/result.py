# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of one object as an Ansible result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api.errors import ApiError
from .._api.masking import Mask
from .._api.texts import as_json, escaped
from .._reconcile.outcome import Outcome
from .._reconcile.plan import Change
from .._reconcile.read import predicted
from .._reconcile.sensitive import SENSITIVE_NEW, shown, shown_change
from .._resources.model import Field, Resource

UNKNOWN, AS_LAST_SENT = "unknown", "as last sent"
COUNTS = {"create": "created", "update": "changed", "delete": "deleted"}  # names of the counts in a summary
NAMED = 5  # objects that a sentence names; the others are counted


def failure(msg: str) -> dict[str, Any]:
    """Return the result of a task that was refused before any request."""
    return {"failed": True, "changed": False, "msg": msg, "error": no_request("", "not_sent")}


def api_failure(error: ApiError, subject: str) -> dict[str, Any]:
    """Return the keys of a result for a failed request, or a failed sequence of requests."""
    return {"failed": True, "msg": error.sentence(subject), "error": error.details()}


def no_request(message: str, outcome: str) -> dict[str, Any]:
    """Return the structured error of a failure without a request."""
    return {"status": None, "message": message, "method": None, "url": None, "attempts": 0, "outcome": outcome}


def fail_too(returned: dict[str, Any], problem: str, sent: bool = False) -> None:
    """Add a further failure to a result, which keeps its other keys. `sent`: the writes have taken effect."""
    before = "the sent fields took effect, but " if sent else ""
    if returned.get("msg"):
        before = f"{returned['msg']} Also, "
    returned.update(failed=True, msg=f"{before}{problem}")
    returned.setdefault("error", no_request(problem, "applied" if sent else "not_sent"))


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: the first ones, and how many more there are."""
    more = len(names) - NAMED
    said = [*map(escaped, names[:NAMED]), *([f"{more} other{'s' if more > 1 else ''}"] if more > 0 else [])]
    return " and ".join(filter(None, (", ".join(said[:-1]), said[-1])))


def result(outcome: Outcome, mask: Mask, diff_mode: bool) -> dict[str, Any]:
    """Return the result of the task for one object."""
    resource = outcome.target.resource
    plan = outcome.plan
    returned: dict[str, Any] = {
        "resource": resource.name,
        "id": outcome.target.object_id,
        **({resource.id_option: outcome.target.object_id} if resource.id_option else {}),
        "key": outcome.key,
        "parent": outcome.parent,
        "name": outcome.name,
        "changed": outcome.changed,
        "data": without_secrets(resource, outcome.after),
        "changes": [_change(change) for change in plan.changes],
        "steps": [
            {
                "action": step.action,
                "id": step.object_id,
                "fields": [change.field.name for change in step.changes],
                "note": step.note,
            }
            for step in outcome.steps
        ],
        **({"held_back": True} if outcome.held_back else {}),
        "warnings": [f"{outcome.target.subject}: {warning}" for warning in outcome.warnings],
    }
    if diff_mode:
        returned["diff"] = _diff(outcome, mask)
    if outcome.error is not None:
        returned.update(api_failure(outcome.error, outcome.target.subject))
    masked: dict[str, Any] = mask.value(returned)
    masked["data"].update(revealed(resource, outcome.target.options, outcome.after))
    return masked


def revealed(resource: Resource, options: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the secrets of an object that the options ask for, not masked."""
    asked = [field.name for field in resource.fields if field.reveal and options.get(field.reveal)]
    return {name: data[name] for name in asked if name in data}


def without_secrets(resource: Resource, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object of the API with its secrets masked."""
    fields = {name: resource.field(name) for name in data}
    return {name: value if (field := fields[name]) is None else shown(field, value) for name, value in data.items()}


def _change(change: Change) -> dict[str, Any]:
    """Return one change for the result, with secrets masked."""
    before, after = shown_change(change.field, change.before, predicted(change))
    return {
        "field": change.field.name,
        "action": change.action,
        "reason": change.reason,
        "before": before,
        "after": after,
    }


def _diff(outcome: Outcome, mask: Mask) -> dict[str, str]:
    """Return the two sides of a diff as texts. Ansible would print the names in a dictionary as ASCII."""
    sides = {"create": _creation, "delete": _deletion}.get(outcome.plan.action or "", _comparison)
    before, after = sides(outcome) if not outcome.absent or outcome.changed else ({}, {})
    # Check mode does not know the ID of a new object. The run after it uses the same header.
    header = outcome.planned_as or outcome.target.subject
    texts = [f"{as_json(mask.value(side), indent=4)}\n" if side else "" for side in (before, after)]
    return {"before": texts[0], "after": texts[1], "before_header": header, "after_header": header}


Sides = tuple[dict[str, Any], dict[str, Any]]


def _creation(outcome: Outcome) -> Sides:
    sent = [(change.field, change.after) for change in outcome.plan.changes]
    return {}, {field.name: _new(field, value, shown(field, value)) for field, value in sent}


def _deletion(outcome: Outcome) -> Sides:
    there = [(field, value) for field, value in outcome.target.resource.declared(outcome.before) if value is not None]
    return {field.name: shown(field, value) for field, value in there}, {}


def _comparison(outcome: Outcome) -> Sides:
    """Return the two sides of the diff of an update: the declared fields before and after it."""
    plan = outcome.plan
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field, value in outcome.target.resource.declared(outcome.target.desired):
        sent = next((change for change in plan.changes if change.field is field), None)
        old, new = shown_change(field, outcome.before.get(field.name), value)
        if field.name in plan.not_shown:
            known = field.name in outcome.receipt.entries and (sent is None or sent.reason != "modified_at_server")
            then = AS_LAST_SENT if known else UNKNOWN
            old, new = f"(sensitive, {then})" if field.secret else f"({then})", shown(field, value)
        before[field.name] = old
        after[field.name] = old if sent is None else _new(field, value, new)
    times = [change for change in plan.changes if change.at_apply]
    before.update((change.field.name, change.before) for change in times)
    after.update((change.field.name, predicted(change)) for change in times)
    return before, after


def _new(field: Field, value: Any, readable: Any) -> Any:
    """Return a new value for the diff: a secret is shown as a new one, unless it is cleared."""
    return shown(field, value, SENSITIVE_NEW) if field.secret else readable
