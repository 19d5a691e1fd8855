# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task of a fleet: from validated options to a result, over the same converge as the single object's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Callable

from ansible_collections.kapso.whatsapp.plugins.module_utils import options, plan_file, receipts
from ansible_collections.kapso.whatsapp.plugins.module_utils.arguments import Refused
from ansible_collections.kapso.whatsapp.plugins.module_utils.errors import ApiError
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet import Bounds, Fleet, MaxChanges, Progress
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet_report import failures, report
from ansible_collections.kapso.whatsapp.plugins.module_utils.goals import make_goal
from ansible_collections.kapso.whatsapp.plugins.module_utils.job import Job
from ansible_collections.kapso.whatsapp.plugins.module_utils.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import NUMBER, Goal, Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils.report import failure
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils.task import Params, Task, Work, mask_of


def with_defaults(params: Params) -> Params:
    """The arguments with `defaults` laid under the fields of each entry, and no `defaults` any more.

    For the controller: a module that was shipped is told null for every field that is not there, and can no longer tell
    that from one that the entry sets to null to take it out of the defaults.
    """
    defaults = params.get("defaults") or {}
    entries = [{**entry, "fields": {**defaults, **(entry.get("fields") or {})}} for entry in params["configs"]]
    return {**{name: value for name, value in params.items() if name != "defaults"}, "configs": entries}


def run(resource: Resource, params: Params, task: Task) -> dict[str, Any]:
    """Converge the fleet, whose entries have their defaults already.

    Returns the module's result; `failed` is true in it where one object did not end well.
    """
    mask = mask_of(resource, params)
    try:
        bounds = _bounds(params)
        goals = _goals(resource, params)
        work = Work(resource, params, task, mask, connections=min(bounds.concurrency, max(len(goals), 1)))
        approve = _approval(params, work, mask)
    except Refused as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcomes = [Outcome(goal, work.receipt) for goal in goals]
    progress = Progress(len(outcomes), task.announce, work.clock.now)
    fleet = Fleet(work.client, outcomes, bounds, work.keep, progress, approve)
    fleet.run(task.check_mode)
    returned = report(outcomes, mask, params["return_unchanged"], task.diff_mode)
    returned["summary"]["requests"] = work.client.requests
    returned["warnings"].extend(work.notes(outcomes))
    returned.update(work.unkept())
    failed = failures(outcomes, fleet.stopped, task.check_mode)
    if params.get("_plan_wanted") and not failed:
        returned["_plan"] = receipts.wrap(plan_file.dump(outcomes, work.seal, mask))
    returned.update(mask.value(failed))
    return returned


def _approval(params: Params, work: Work, mask: Mask) -> Callable[[Sequence[Outcome]], ApiError | None] | None:
    """What holds the run to the plan file that it was given, None where it was given none. Raises Refused."""
    if params.get("_plan") is None:
        return None
    try:
        planned = plan_file.load(receipts.unwrap(params["_plan"]), work.seal)
    except plan_file.BadPlan as error:
        raise Refused(f"the file that plan_in names {error}; plan again") from None

    def approve(outcomes: Sequence[Outcome]) -> ApiError | None:
        lines = plan_file.differences(planned, outcomes, work.seal, mask)
        return PlanBroken(lines) if lines else None

    return approve


class PlanBroken(ApiError):
    """What would be sent now is not what was planned."""

    def __init__(self, lines: Sequence[str]) -> None:
        more = f", and {len(lines) - 3} more" if len(lines) > 3 else ""
        super().__init__(
            f"what would be sent is not what the plan says: {'; '.join(lines[:3])}{more}",
            "plan again, and have that plan approved",
            message="\n".join(lines),
            attempts=0,
        )


def _bounds(params: Params) -> Bounds:
    if params["concurrency"] < 1:
        raise Refused("concurrency must be at least 1")
    return Bounds(params["concurrency"], _max_changes(params["max_changes"]), params["on_error"] == "stop")


def _max_changes(text: str | None) -> MaxChanges | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+)|(\d+(?:\.\d+)?)\s*%", text.strip(), re.ASCII)
    if match is None:
        raise Refused("max_changes must be a number of configurations, or a percentage such as 10%")
    return MaxChanges(float(match[1] or match[2]), match[1] is None)


def _goals(resource: Resource, params: Params) -> list[Goal]:
    goals = [_goal(resource, params, number, entry) for number, entry in enumerate(params["configs"])]
    twice = [key for key, count in Counter(goal.key for goal in goals).items() if count > 1]
    if twice:
        subject = next(goal.subject for goal in goals if goal.key == twice[0])
        raise Refused(f"configs names {subject} more than once{f', and {len(twice) - 1} others' if twice[1:] else ''}")
    if params.get("only") is None:
        return goals
    names = [{goal.object_id or goal.desired[NUMBER]} for goal in goals]
    known = set().union(*names)
    for number, name in enumerate(params["only"]):
        if name not in known:  # and is not repeated: a secret may stand there by mistake
            raise Refused(f"only[{number}] names no entry of configs: correct it")
    return [goal for goal, name in zip(goals, names) if name.intersection(params["only"])]


def _goal(resource: Resource, params: Params, number: int, entry: Params) -> Goal:
    try:
        goal = make_goal(resource, entry, entry["fields"], params["send_write_only"])
    except Refused as refusal:
        raise Refused(f"configs[{number}]: {refusal}") from None
    return replace(goal, exactly=params.get("_plan") is not None)


FLEET = Job(
    module="kapso.whatsapp.kapso_whatsapp_fleet",
    resource=WHATSAPP_CONFIG,
    spec=options.fleet_spec(WHATSAPP_CONFIG),
    run=run,
    objects=lambda params: params["configs"],
    prepare=with_defaults,
)
