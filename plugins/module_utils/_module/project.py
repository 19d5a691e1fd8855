# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module of many objects: from validated options to a result, reconciled as a single one is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Callable

from .._api.errors import ApiError
from .._api.masking import Mask
from .._reconcile import receipts, saved_plan
from .._reconcile.outcome import NUMBER, Outcome, Target
from .._reconcile.project import Bounds, MaxChanges, Progress, Project
from .._resources.whatsapp_config import WHATSAPP_CONFIG, Resource
from . import argument_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import parse_target
from .project_result import failures, report
from .result import failure
from .session import Params, RunContext, Session, mask_of


def with_defaults(params: Params) -> Params:
    """The arguments with `defaults` laid under the fields of each entry, and no `defaults` any more.

    For the controller: a module that was shipped is told null for every field that is not there, and can no longer tell
    that from one that the entry sets to null to take it out of the defaults.
    """
    defaults = params.get("defaults") or {}
    entries = [{**entry, "fields": {**defaults, **(entry.get("fields") or {})}} for entry in params["configs"]]
    return {**{name: value for name, value in params.items() if name != "defaults"}, "configs": entries}


def run(resource: Resource, params: Params, task: RunContext) -> dict[str, Any]:
    """Reconcile all objects, whose entries have their defaults already.

    Returns the module's result; `failed` is true in it where one object did not end well.
    """
    mask = mask_of(resource, params)
    try:
        bounds = _bounds(params)
        targets = _targets(resource, params)
        session = Session(resource, params, task, mask, connections=min(bounds.concurrency, max(len(targets), 1)))
        approve = _approval(params, session, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    outcomes = [Outcome(target, session.receipt) for target in targets]
    progress = Progress(len(outcomes), task.announce, session.clock.now)
    project = Project(session.client, outcomes, bounds, session.save, progress, approve)
    project.run(task.check_mode)
    returned = report(outcomes, mask, params["return_unchanged"], task.diff_mode)
    returned["summary"]["requests"] = session.client.requests
    returned["warnings"].extend(session.notes(outcomes))
    returned.update(session.pending_receipts())
    failed = failures(outcomes, project.stopped, task.check_mode)
    if params.get("_plan_wanted") and not failed:
        returned["_plan"] = receipts.encode(saved_plan.dump(outcomes, session.signer, mask))
    returned.update(mask.value(failed))
    return returned


def _approval(params: Params, session: Session, mask: Mask) -> Callable[[Sequence[Outcome]], ApiError | None] | None:
    """What holds the run to the plan file that it was given, None where it was given none. Raises InvalidArguments."""
    if params.get("_plan") is None:
        return None
    try:
        planned = saved_plan.load(receipts.decode(params["_plan"]), session.signer)
    except saved_plan.BadPlan as error:
        raise InvalidArguments(f"the file that plan_in names {error}; plan again") from None

    def approve(outcomes: Sequence[Outcome]) -> ApiError | None:
        lines = saved_plan.differences(planned, outcomes, session.signer, mask)
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
        raise InvalidArguments("concurrency must be at least 1")
    return Bounds(params["concurrency"], _max_changes(params["max_changes"]), params["on_error"] == "stop")


def _max_changes(text: str | None) -> MaxChanges | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+)|(\d+(?:\.\d+)?)\s*%", text.strip(), re.ASCII)
    if match is None:
        raise InvalidArguments("max_changes must be a number of configurations, or a percentage such as 10%")
    return MaxChanges(float(match[1] or match[2]), match[1] is None)


def _targets(resource: Resource, params: Params) -> list[Target]:
    targets = [_parse(resource, params, number, entry) for number, entry in enumerate(params["configs"])]
    twice = [key for key, count in Counter(target.key for target in targets).items() if count > 1]
    if twice:
        subject = next(target.subject for target in targets if target.key == twice[0])
        raise InvalidArguments(
            f"configs names {subject} more than once{f', and {len(twice) - 1} others' if twice[1:] else ''}"
        )
    if params.get("only") is None:
        return targets
    names = [{target.object_id or target.desired[NUMBER]} for target in targets]
    known = set().union(*names)
    for number, name in enumerate(params["only"]):
        if name not in known:  # and is not repeated: a secret may stand there by mistake
            raise InvalidArguments(f"only[{number}] names no entry of configs: correct it")
    return [target for target, name in zip(targets, names) if name.intersection(params["only"])]


def _parse(resource: Resource, params: Params, number: int, entry: Params) -> Target:
    try:
        target = parse_target(resource, entry, entry["fields"], params["send_write_only"])
    except InvalidArguments as refusal:
        raise InvalidArguments(f"configs[{number}]: {refusal}") from None
    return replace(target, strict_plan=params.get("_plan") is not None)


FLEET = ModuleDefinition(
    module="kapso.whatsapp.kapso_whatsapp_fleet",
    resource=WHATSAPP_CONFIG,
    spec=argument_spec.fleet_spec(WHATSAPP_CONFIG),
    run=run,
    objects=lambda params: params["configs"],
    prepare=with_defaults,
)
