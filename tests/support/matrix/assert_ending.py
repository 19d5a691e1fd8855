# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run comes to, and what the next runs make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils.info_task import INFO
from ansible_collections.kapso.whatsapp.plugins.module_utils.instants import moved
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt

from tests.emulator.journal import WRITES
from tests.support.examples import HIDDEN
from tests.support.matrix.assert_truth import assert_receipts_true, assert_true, receipt_of
from tests.support.matrix.faults import HARMLESS, MISLEADING, Fault
from tests.support.matrix.jobs import CUSTOMER, Goal, Job, Point
from tests.support.matrix.parts import parts_of
from tests.support.matrix.stage import Configs, Run, Stage


def must_succeed(point: Point, fault: Fault, *, always: bool) -> bool:
    """Whether the page promises that the run ends as well as one to which nothing happens."""
    promise = fault.promise(point.method)
    if point.job.fails or promise == MISLEADING:
        return False
    if promise == HARMLESS:
        return True
    if not always and promise in ("again", "wait", "look, then again", "again, then look"):
        return True
    return "look" in promise and fault.applied is True and _can_be_seen(point)


def _can_be_seen(point: Point) -> bool:
    """Whether a look tells that the write at this point took effect."""
    if point.method != "PATCH":
        return True
    name = point.label.split()[1]
    return all(not HIDDEN & goal.declared.keys() for goal in point.job.goals if goal.object_id in (None, name))


def assert_ended_well(run: Run) -> None:
    """It did."""
    assert not run.result.get("failed"), f"failed: {run.result.get('msg')}"


def assert_others_done(run: Run, point: Point, fault: Fault) -> None:
    """What happened to one object of a fleet left the others alone."""
    name = point.label.split()[1]
    goals = {str(goal.object_id or CUSTOMER) for goal in point.job.goals}
    if name not in goals or point.is_list or fault.stops_run or point.job.options.get("on_error") == "stop":
        return
    for part in parts_of(point.job, run):
        assert not part.failed or str(part.goal.object_id or CUSTOMER) == name, f"{part.goal} failed, too"


# The next runs.


def needed(stage: Stage, goal: Goal, configs: Configs) -> list[tuple[str, set[str]]]:
    """The writes that the next run has to send, as method and fields: the fewest that bring what was declared."""
    there = next(iter(goal.found_in(configs)), None)
    if goal.absent:
        return [] if there is None else [("DELETE", set())]
    if there is None:
        return [("POST", set(goal.declared))]
    receipt = receipt_of(stage, there["id"])
    shown = goal.declared.keys() - (HIDDEN - _echoed(stage.job))
    fields = {name for name in shown if there[name] != goal.declared[name]}
    fields |= {name for name in goal.declared.keys() - shown if not _vouched(receipt, name, goal, there, stage.job)}
    if not fields:
        return []
    meta = {"phone_number_id", "business_account_id", "access_token"}
    if not stage.job.settings.get("demand_meta_fields") or meta <= fields:
        return [("PATCH", fields)]
    fuller = ("PATCH", fields | (meta & goal.declared.keys()))
    return [fuller] if receipt.required_by_server else [("PATCH", fields), fuller]


def _echoed(job: Job) -> set[str]:
    """Hidden fields that this server shows all the same."""
    return {"webhook_verify_token", "webhook_destination_url"} if job.settings.get("vintage") == "echoes" else set()


def _vouched(receipt: Receipt, name: str, goal: Goal, there: Mapping[str, Any], job: Job) -> bool:
    """Whether a receipt says that the field need not be sent: the value is the same, and the object not touched."""
    if not receipt.remembers(name, goal.declared[name]):
        return False
    instant = receipt.entries[name].updated_at
    # Without the instant at which it was sent, nothing tells whether the object was touched since.
    return job.restless or (instant is not None and not moved(instant, there["updated_at"]))


def assert_converges(stage: Stage, run: Run) -> None:
    """The next run brings what was declared, with the fewest writes, and the one after that sends none."""
    writes = [needed(stage, goal, run.after) for goal in stage.job.goals]
    again = stage.run_clean()
    assert_true_clean(stage, again)
    if stage.job.module is not INFO:
        for part, expected in zip(parts_of(stage.job, again), writes, strict=True):
            sent = [(entry.method, set(entry.sent)) for entry in part.writes]
            assert stage.job.restless or sent == expected, f"the next run sends {sent}, and {expected} is needed"
            assert part.as_declared, "the next run does not bring it about"
    most = _reads(stage.job) + sum(map(len, writes))
    assert stage.job.restless or len(again.asked) <= most, f"the next run takes {again.labels}"
    last = again
    for _time in range(2 if stage.job.restless else 1):
        if last.result["changed"]:
            last = stage.run_clean()
            assert_true_clean(stage, last)
    assert not any(entry.method in WRITES for entry in last.journal), "a write after all was done"
    assert not last.result["changed"], "changed, and nothing was to be done"
    assert len(last.asked) <= _reads(stage.job), f"{last.labels} to see that all is well"


def assert_true_clean(stage: Stage, run: Run) -> None:
    """A run in whose way there is nothing ends well, and what it says is true."""
    assert_ended_well(run)
    real = stage.job if not stage.job.check else _for_real(stage.job)
    assert_true(real, run)
    assert_receipts_true(stage, run)


def _for_real(job: Job) -> Job:
    return Job(job.name, job.requests, job.goals, job.module)


def _reads(job: Job) -> int:
    """The most requests that a run makes that finds nothing to do."""
    return sum(label.split()[0] not in WRITES for label in job.sequence)
