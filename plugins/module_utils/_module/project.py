# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that manages many objects of a Kapso project: from checked options to a result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Callable

from .._api.errors import ApiError, NotSent
from .._api.masking import Mask
from .._reconcile import receipts, saved_plan
from .._reconcile.bounds import Bounds, MaxChanges
from .._reconcile.outcome import Outcome
from .._reconcile.progress import Progress
from .._reconcile.project import Project
from .._reconcile.target import Target
from .._resources import parent_of
from .._resources.model import Resource
from .argument_spec import PROJECT, object_spec, project_spec
from .arguments import InvalidArguments, entry_name
from .chosen import NoSuchEntry, choose
from .definition import ModuleDefinition
from .desired import parse_target
from .project_result import failures, report, undeclared
from .result import api_failure, failure
from .session import Params, RunContext, Session, mask_of


def with_defaults(resources: Sequence[Resource], params: Params) -> Params:
    """Return the arguments with `defaults` merged under the fields of each entry, and without `defaults`.

    The controller calls this. A module on a remote host gets null for every missing field. It cannot tell that from the
    null with which an entry takes a field out of the defaults.
    """
    defaults = params.get("defaults") or {}
    lists = {
        kind.plural: [{**entry, "fields": _fields(defaults.get(kind.plural) or {}, entry)} for entry in given]
        for kind in resources
        if (given := params.get(kind.plural)) is not None
    }
    return {**{name: value for name, value in params.items() if name != "defaults"}, **lists}


def _fields(defaults: Params, entry: Params) -> dict[str, Any]:
    cleared = entry.get("clear") or ()
    under = {name: value for name, value in defaults.items() if name not in cleared}
    return {**under, **(entry.get("fields") or {})}


def run(resources: Sequence[Resource], params: Params, context: RunContext) -> dict[str, Any]:
    """Reconcile the objects of all entries, which already include their defaults. Return the result of the module.

    `failed` is true in it if one object failed.
    """
    mask = mask_of(resources, params, context.secrets)
    try:
        kinds = _declared(resources, params)
        bounds = _bounds(kinds, params)
        targets = _targets(kinds, params, strict_plan=context.plan is not None)
        session = Session(kinds, params, context, mask, connections=min(bounds.concurrency, max(len(targets), 1)))
        approve = _approval(context, session, mask)
        if params.get("only") is not None:
            targets = choose(targets, params["only"], session.clients)
    except InvalidArguments as refusal:
        return failure(mask.text(f"{refusal}; nothing was sent"))
    except NoSuchEntry as refusal:
        return failure(mask.text(f"{refusal}; nothing was written"))
    except ApiError as error:
        told: dict[str, Any] = mask.value({"changed": False, **api_failure(error, "The project")})
        return told
    progress = Progress(len(targets), context.announce, session.clock)
    session.on_wait = progress.wait
    receipts_of = {kind.name: session.receipts_of(kind) for kind in kinds}

    def begin(target: Target) -> Outcome:
        return Outcome.begin(target, receipts_of[target.resource.name])

    project = Project(session.clients, [*map(begin, targets)], bounds, session.save, progress, begin, approve)
    project.run(context.check_mode)
    outcomes = sorted(project.outcomes, key=lambda outcome: kinds.index(outcome.target.resource))
    returned = report(outcomes, kinds, mask, params["return_unchanged"], context.diff_mode)
    returned["undeclared"] = undeclared(project.undeclared, kinds, mask, project.name_of)
    returned["summary"]["undeclared"] = {
        kind.plural: len(project.undeclared[kind.name]) for kind in kinds if kind.name in project.undeclared
    }
    returned["summary"]["requests"] = sum(client.requests for client in session.clients.values())
    returned["warnings"].extend(session.notes(outcomes))
    returned.update(session.pending_receipts())
    failed = failures(outcomes, project.stopped, project.is_guarded, context.check_mode)
    if context.plan_wanted and not failed:
        returned["_plan"] = receipts.encode(saved_plan.dump(outcomes, session.plan_signer, mask))
    returned.update(mask.value(failed))
    return returned


Approve = Callable[[Sequence[Outcome]], "ApiError | None"]


def _approval(context: RunContext, session: Session, mask: Mask) -> Approve | None:
    """Return the check against the plan file that limits this run. None: no plan file. Raise InvalidArguments."""
    if context.plan is None:
        return None
    try:
        planned = saved_plan.load(context.plan, session.plan_signer)
    except saved_plan.BadPlan as error:
        raise InvalidArguments(f"the file that plan_in names {error}; plan again") from None

    def approve(outcomes: Sequence[Outcome]) -> ApiError | None:
        lines = saved_plan.differences(planned, outcomes, session.plan_signer, mask)
        return _plan_broken(lines) if lines else None

    return approve


def _plan_broken(lines: Sequence[str]) -> ApiError:
    """Return the error for a run that would send other writes than the planned ones."""
    more = f", and {len(lines) - 3} more" if len(lines) > 3 else ""
    return NotSent(
        f"the changes differ from the plan: {'; '.join(lines[:3])}{more}",
        "plan again, and have that plan approved",
        message="\n".join(lines),
        attempts=0,
    )


def _bounds(kinds: Sequence[Resource], params: Params) -> Bounds:
    """Return the limits and the scope that the options give. Raise InvalidArguments."""
    if params["concurrency"] < 1:
        raise InvalidArguments("concurrency must be at least 1")
    within_owners = params["undeclared"] not in (None, PROJECT)
    prune = _pruned(kinds, params)
    is_part = params.get("only") is not None
    whole = [*prune, *(kinds if params["undeclared"] is not None and not is_part else ())]
    for kind in whole if within_owners else ():  # the list grows: the parents show to whom an object belongs
        owner = parent_of(kind)
        if owner is not None and owner.parent is not None:
            whole.append(owner)
    return Bounds(
        params["concurrency"],
        _limit("max_changes", params["max_changes"]),
        params["on_error"],
        _limit("max_deletions", params["max_deletions"]),
        frozenset(kind.name for kind in prune),
        frozenset(kind.name for kind in whole),
        within_owners,
        is_part,
    )


def _pruned(kinds: Sequence[Resource], params: Params) -> list[Resource]:
    """Return the resources to prune. Raise InvalidArguments if `prune` would delete more than can be intended."""
    names = params["prune"] or ()
    if names and params.get("only") is not None:
        raise InvalidArguments("give only or prune, not both")
    pruned = [kind for kind in kinds if kind.plural in names]
    empty = [name for name in names if name not in [kind.plural for kind in pruned if params[kind.plural]]]
    if empty:
        raise InvalidArguments(
            f"prune would delete all {empty[0]}, because that list is missing or empty: remove it from prune"
        )
    return pruned


def _limit(option: str, text: str | None) -> MaxChanges | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+)|(\d+(?:\.\d+)?)\s*%", text.strip(), re.ASCII)
    if match is None:
        raise InvalidArguments(f"{option} must be a number of objects, or a percentage such as 10%")
    return MaxChanges(float(match[1] or match[2]), match[1] is None)


def _declared(resources: Sequence[Resource], params: Params) -> list[Resource]:
    """Return the resources whose lists are given. Raise InvalidArguments if there is no list."""
    kinds = [kind for kind in resources if params.get(kind.plural) is not None]
    if not kinds:
        names = ", ".join(kind.plural for kind in resources)
        raise InvalidArguments(f"nothing is declared: give at least one of {names}; an empty list counts")
    return kinds


def _targets(kinds: Sequence[Resource], params: Params, strict_plan: bool) -> list[Target]:
    """Return the targets of all entries. Raise InvalidArguments, also if two entries name one object."""
    targets = [
        _parse(kind, params, number, strict_plan) for kind in kinds for number in range(len(params[kind.plural]))
    ]
    addresses = Counter((target.resource.name, target.address) for target in targets)
    twice = [address for address, count in addresses.items() if count > 1]
    if twice:
        first = next(target for target in targets if (target.resource.name, target.address) == twice[0])
        others = f", and {len(twice) - 1} others" if twice[1:] else ""
        raise InvalidArguments(f"{first.resource.plural} names {first.subject} more than once{others}")
    return targets


def _parse(kind: Resource, params: Params, number: int, strict_plan: bool) -> Target:
    entries = params[kind.plural]
    entry = entries[number]
    try:
        return parse_target(kind, entry, entry["fields"], params["send_write_only"], strict_plan)
    except InvalidArguments as refusal:
        named = entry_name(entries, number, object_spec(kind))
        raise InvalidArguments(f"{kind.plural}[{named}]: {refusal}") from None


def _entries(resources: Sequence[Resource], params: Params) -> list[tuple[Resource, Params]]:
    return [(kind, entry) for kind in resources for entry in params.get(kind.plural) or ()]


def project_module(module: str, resources: Sequence[Resource]) -> ModuleDefinition:
    """Return the definition of the module of that name, which has a list for each of these resources."""
    return ModuleDefinition(
        module=f"kapso.whatsapp.{module}",
        resources=tuple(resources),
        spec=project_spec(resources),
        run=partial(run, resources),
        objects=partial(_entries, resources),
        prepare=partial(with_defaults, resources),
    )
