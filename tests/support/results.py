# SPDX-License-Identifier: GPL-3.0-or-later
"""Make results of tasks by hand, in the form that the report reads."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Report

Result = dict[str, Any]


def change(field: str, before: Any, after: Any, reason: str = "declared", action: str = "update") -> Result:
    """Return an entry of `changes`."""
    return {"field": field, "action": action, "reason": reason, "before": before, "after": after}


def single(config_id: str | None, *changes: Result, **more: Any) -> Result:
    """Return the result of a task about one configuration, changed if there are changes."""
    address = {"resource": "whatsapp_config", "id": config_id, "key": None, "parent": None, "config_id": config_id}
    names = {"name": more.get("data", {}).get("name"), "parent_name": None}
    return {**address, **names, "changed": bool(changes), "data": {}, "changes": list(changes), **more}


def failure(config_id: str | None, *changes: Result, msg: str = "it failed", **more: Any) -> Result:
    """Return the result of a task that failed before any request."""
    return (
        single(config_id, *changes)
        | {"changed": False, "failed": True, "msg": msg, "error": {"outcome": "not_sent"}}
        | more
    )


def project(*rows: Result, **more: Any) -> Result:
    """Return the result of a task about many objects."""
    return {"changed": any(row["changed"] for row in rows), "results": list(rows), "summary": {}, **more}


def created(customer_id: str, number: str, name: str, config_id: str | None = None, **more: Any) -> Result:
    """Return the result of a creation, a planned one without `config_id`."""
    values = {"name": name, "phone_number_id": number}
    changes = [change(field, None, value, "not_found", "create") for field, value in values.items()]
    return single(config_id, *changes, data=values, key=number, parent=customer_id, **more)


def deleted(config_id: str, **more: Any) -> Result:
    """Return the result of a deletion."""
    return single(config_id, change("id", config_id, None, "state_absent", "delete"), **more)


def report(*results: Result, check: bool = False, **more: Any) -> Report:
    """Return the report of a run with these results, one for each task."""
    made = Report()
    for number, result in enumerate(results):
        add(made, result, check=check, task_id=str(number), **more)
    return made


def add(made: Report, result: Result, *, check: bool = False, **more: Any) -> None:
    """Add a result to a report."""
    told = {"task_id": "0", "task": "Task", "host": "localhost", "failed": bool(result.get("failed")), **more}
    made.add(result, check_mode=check, **told)


def sides(result: Result) -> tuple[Result, Result]:
    """Return both sides of a result's diff, parsed from JSON. An empty text is an empty dictionary."""
    before, after = (json.loads(result["diff"][side] or "{}") for side in ("before", "after"))
    return before, after
