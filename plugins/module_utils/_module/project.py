# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module of a project's many objects: from validated options to a result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Callable

from .._api.errors import ApiError, NotSent
from .._api.masking import Mask
from .._reconcile import receipts, saved_plan
from .._reconcile.outcome import Outcome
from .._reconcile.project import Bounds, MaxChanges, Progress, Project
from .._reconcile.target import Target
from .._resources.model import Resource
from .argument_spec import project_spec
from .arguments import InvalidArguments
from .definition import ModuleDefinition
from .desired import parse_target
from .project_result import failures, report
from .result import failure
from .session import Params, RunContext, Session, mask_of


def with_defaults(resource: Resource, params: Params) -> Params:
    """Return the arguments with `defaults` laid under the fields of each entry, and no `defaults` any more.

    For the controller: a module that was shipped is told null for every field that is not there, and can no longer tell
    that from one that the entry sets to null to take it out of the defaults.
    """
    defaults = params.get("defaults") or {}
    entries = [{**entry, "fields": _fields(defaults, entry)} for entry in params[resource.plural]]
    return {**{name: value for name, value in params.items() if name != "defaults"}, resource.plural: entries}


def _fields(defaults: Params, entry: Params) -> dict[str, Any]:
    cleared = entry.get("clear") or ()
    under = {name: value for name, value in defaults.items() if name not in cleared}
    return {**under, **(entry.get("fields") or {})}


def run(resource: Resource, params: Params, context: RunContext) -> dict[str, Any]:
    """Make all objects what their entries say. The entries have their defaults already.

    Returns the module's result; `failed` is true in it if one object failed.
    """
    mask = mask_of(resource, params)
    try:
        bounds = _bounds(resource, params)
        targets = _targets(resource, params, strict_plan=context.plan is not None)
        session = Session(resource, params, context, mask, connections=min(bounds.concurrency, max(len(targets), 1)))
        approve = _approval(context, session, mask)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    progress = Progress(len(targets), context.announce, session.clock.now)
    begun = [Outcome.begin(target, session.receipt) for target in targets]
    project = Project(session.client, begun, bounds, session.save, progress, approve)
    project.run(context.check_mode)
    outcomes = project.outcomes
    returned = report(outcomes, mask, params["return_unchanged"], context.diff_mode)
    returned["summary"]["requests"] = session.client.requests
    returned["warnings"].extend(session.notes(outcomes))
    returned.update(session.pending_receipts())
    failed = failures(outcomes, project.stopped, context.check_mode)
    if context.plan_wanted and not failed:
        returned["_plan"] = receipts.encode(saved_plan.dump(outcomes, session.signer, mask))
    returned.update(mask.value(failed))
    return returned


Approve = Callable[[Sequence[Outcome]], "ApiError | None"]


def _approval(context: RunContext, session: Session, mask: Mask) -> Approve | None:
    """Return what holds the run to the plan file that it was given, None if none. Raises InvalidArguments."""
    if context.plan is None:
        return None
    try:
        planned = saved_plan.load(context.plan, session.signer)
    except saved_plan.BadPlan as error:
        raise InvalidArguments(f"the file that plan_in names {error}; plan again") from None

    def approve(outcomes: Sequence[Outcome]) -> ApiError | None:
        lines = saved_plan.differences(planned, outcomes, session.signer, mask)
        return _plan_broken(lines) if lines else None

    return approve


def _plan_broken(lines: Sequence[str]) -> ApiError:
    """Return the error for a run that would send something else than was planned."""
    more = f", and {len(lines) - 3} more" if len(lines) > 3 else ""
    return NotSent(
        f"what would be sent is not what the plan says: {'; '.join(lines[:3])}{more}",
        "plan again, and have that plan approved",
        message="\n".join(lines),
        attempts=0,
    )


def _bounds(resource: Resource, params: Params) -> Bounds:
    if params["concurrency"] < 1:
        raise InvalidArguments("concurrency must be at least 1")
    return Bounds(params["concurrency"], _max_changes(resource, params["max_changes"]), params["on_error"] == "stop")


def _max_changes(resource: Resource, text: str | None) -> MaxChanges | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+)|(\d+(?:\.\d+)?)\s*%", text.strip(), re.ASCII)
    if match is None:
        raise InvalidArguments(f"max_changes must be a number of {resource.noun}s, or a percentage such as 10%")
    return MaxChanges(float(match[1] or match[2]), match[1] is None)


def _targets(resource: Resource, params: Params, strict_plan: bool) -> list[Target]:
    plural = resource.plural
    targets = [_parse(resource, params, number, entry) for number, entry in enumerate(params[plural])]
    if strict_plan:
        targets = [replace(target, strict_plan=True) for target in targets]
    twice = [address for address, count in Counter(target.address for target in targets).items() if count > 1]
    if twice:
        subject = next(target.subject for target in targets if target.address == twice[0])
        others = f", and {len(twice) - 1} others" if twice[1:] else ""
        raise InvalidArguments(f"{plural} names {subject} more than once{others}")
    if params.get("only") is None:
        return targets
    names = [{target.object_id or " ".join(map(str, target.key))} for target in targets]
    known = set().union(*names)
    for number, name in enumerate(params["only"]):
        if name not in known:  # and is not repeated: a secret may stand there by mistake
            raise InvalidArguments(f"only[{number}] names no entry of {plural}: correct it")
    return [target for target, name in zip(targets, names) if name.intersection(params["only"])]


def _parse(resource: Resource, params: Params, number: int, entry: Params) -> Target:
    try:
        return parse_target(resource, entry, entry["fields"], params["send_write_only"])
    except InvalidArguments as refusal:
        raise InvalidArguments(f"{resource.plural}[{number}]: {refusal}") from None


def _entries(resource: Resource, params: Params) -> list[Params]:
    return list(params[resource.plural])


def project_module(module: str, resource: Resource) -> ModuleDefinition:
    """Return what the module of that name does."""
    return ModuleDefinition(
        module=f"kapso.whatsapp.{module}",
        resource=resource,
        spec=project_spec(resource),
        run=run,
        objects=_entries,
        prepare=with_defaults,
    )
