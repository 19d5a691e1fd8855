# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes of many objects as one Ansible result, which stays readable for a thousand of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from .._api.client import Object
from .._api.errors import ApiError
from .._api.masking import MASKED, Mask
from .._reconcile.outcome import Outcome, key_in_words
from .._resources import parent_of
from .._resources.model import Resource
from .result import COUNTS, listed, result, without_secrets

OTHERS = ("unchanged", "failed", "not_attempted")
WARNINGS = 10  # different warnings that are shown; the others are counted


def report(
    outcomes: Sequence[Outcome], kinds: Sequence[Resource], mask: Mask, return_unchanged: bool, diff_mode: bool
) -> dict[str, Any]:
    """Return the result for all outcomes, without the keys that only a failure has."""
    results = []
    diffs = []
    warnings: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for warning in outcome.warnings:
            warnings.setdefault(mask.text(warning), []).append(outcome)
        address = _address(outcome, mask)
        is_told = outcome.changed or outcome.held_back or outcome.error or outcome.warnings
        if not (is_told or return_unchanged):
            results.append({**address, "changed": False, "changes": []})
            continue
        entry = {**result(outcome, mask, diff_mode), **address, "parent_name": mask.value(outcome.parent_name)}
        own = [step.object_id == outcome.target.object_id for step in outcome.steps]
        entry["steps"] = [
            {**step, "id": address["id"]} if is_own else step for step, is_own in zip(entry["steps"], own)
        ]
        diff = entry.pop("diff", None)
        if diff is not None and (outcome.changed or outcome.held_back):
            diffs.append(diff)
        if not outcome.warnings:
            entry.pop("warnings")
        if not (outcome.changed or outcome.held_back or return_unchanged):
            entry.pop("data")
        results.append(entry)
    returned: dict[str, Any] = {
        "changed": any(outcome.changed for outcome in outcomes),
        "results": results,
        "summary": {**_summary(outcomes), "resources": {kind.plural: _summary(_of(kind, outcomes)) for kind in kinds}},
        "warnings": _grouped(warnings),
    }
    if diff_mode:
        returned["diff"] = diffs
    return returned


NameOf = Callable[[Optional[Resource], object], Optional[str]]


def undeclared(
    rows: Mapping[str, Sequence[Object]], kinds: Sequence[Resource], mask: Mask, name_of: NameOf
) -> list[dict[str, Any]]:
    """Return the undeclared objects, with the values by which they can be found and declared."""
    told = []
    for kind in kinds:
        for row in rows.get(kind.name, ()):
            shown = without_secrets(kind, row)
            key = key_in_words(kind, [row.get(name) for name in kind.key])
            parent = row.get(kind.parent.row_field) if kind.parent else None
            names = {"name": shown.get("name"), "parent_name": name_of(parent_of(kind), parent)}
            told.append({"resource": kind.name, "id": row["id"], "key": key, "parent": parent, **names})
    masked: list[dict[str, Any]] = mask.value(told)
    return masked


def _address(outcome: Outcome, mask: Mask) -> dict[str, Any]:
    """Return the values that identify an object. They are shown as given, even if they contain a secret.

    A value that is a secret itself is masked. So are secrets in values that only Kapso has given.
    """
    target, parent = outcome.target, outcome.target.resource.parent
    ids = {"id": target.object_id, target.resource.id_option: target.object_id}
    if parent is not None and target.parent_id is not None:
        ids[parent.id_option] = target.parent_id
    shown: dict[str, Any] = {name: MASKED if value in mask.secrets else value for name, value in ids.items()}
    for name, value, given in (
        ("key", outcome.key, " ".join(map(str, target.key))),
        ("parent", outcome.parent, target.parent_id),
    ):
        shown[name] = value if value == given and value not in mask.secrets else mask.value(value)
    return {"resource": target.resource.name, **shown}


def _grouped(warnings: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """Return each warning once, with the objects that it is about."""
    texts = []
    for warning, outcomes in list(warnings.items())[:WARNINGS]:
        more = len(outcomes) - 1
        others = f" and {more} other{'s' if more > 1 else ''}" if more else ""
        texts.append(f"{outcomes[0].target.subject}{others}: {warning}")
    if len(warnings) > WARNINGS:
        texts.append(f"{len(warnings) - WARNINGS} more warnings are in `results`")
    return texts


def _of(kind: Resource, outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.target.resource is kind]


def _summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    done = Counter(map(_count, outcomes))
    return {"total": len(outcomes), **{count: done[count] for count in (*COUNTS.values(), *OTHERS)}}


def _count(outcome: Outcome) -> str:
    """Return the name of the count to which an outcome belongs."""
    if outcome.error is not None or outcome.held_back:
        return "failed" if outcome.error is not None else "not_attempted"
    return COUNTS[outcome.plan.action or "update"] if outcome.changed else "unchanged"


def failures(
    outcomes: Sequence[Outcome], stopped: ApiError | None, is_guarded: bool, check_mode: bool
) -> dict[str, Any]:
    """Return the further keys of the result if an object failed or the run was stopped; otherwise an empty dict.

    `is_guarded`: the run was stopped after planning and before the first write.
    """
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    error = stopped or (failed[0].error if failed else None)
    if error is None:
        return {}
    held_back = sum(outcome.held_back for outcome in outcomes)
    if stopped is not None:
        what = error.what if is_guarded else f"the run was stopped: {error.what}"
    elif len(failed) == 1:
        what = f"1 of {len(outcomes)} failed, {failed[0].title}: {error.what}"
    else:
        what = f"{len(failed)} of {len(outcomes)} failed ({_named(failed)}), first cause: {error.what}"
    counted = _summary(outcomes)
    would_be = "would be " if check_mode else ""
    done = [f"{counted[count]} {would_be}{count}" for count in COUNTS.values() if counted[count]]
    left = [f"{len(failed)} not done ({_named(failed)})"] if stopped is not None and failed and not is_guarded else []
    left += [f"{held_back} not attempted"] if held_back else []
    end = (
        "the next run continues from here"
        if any(outcome.write_attempted for outcome in outcomes)
        else "nothing was written"
    )
    state = ", ".join([*done, f"{counted['unchanged']} unchanged", *left])
    failure = {"failed": True, "msg": f"{what}; {state}; {error.advice}; {end}.", "error": error.details()}
    return {**failure, "stopped": f"{error.what}; {error.advice}"} if is_guarded else failure


def _named(outcomes: Sequence[Outcome]) -> str:
    return listed([outcome.label for outcome in outcomes])
