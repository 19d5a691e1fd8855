# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run repeats, waits for and takes: as docs/rate-limits.md says, and no more."""

from __future__ import annotations

from itertools import pairwise, takewhile

from ansible_collections.kapso.whatsapp.plugins.module_utils.config_task import CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet_task import FLEET

from tests.emulator.journal import WRITES, Entry
from tests.support.matrix.faults import BROKEN, Fault
from tests.support.matrix.jobs import Job, Point
from tests.support.matrix.stage import OPTIONS, Asked, Run

LOOKS = 7  # for a creation that was not answered
LOOKING = 60.0  # seconds, for the same
SLACK = 5.0  # seconds that a busy machine may add; a guard against hanging, no more


def assert_repeats(run: Run) -> None:
    """No write was repeated but where that is safe."""
    paths = {entry.path for entry in run.journal}
    for path in paths:
        conversation = [entry for entry in run.journal if entry.path == path]
        for method in WRITES:
            places = [place for place, entry in enumerate(conversation) if entry.method == method]
            for first, second in pairwise(places):
                between = conversation[first + 1 : second]
                _assert_safe(conversation[first], conversation[second], looked=any(e.method == "GET" for e in between))


def _assert_safe(first: Entry, second: Entry, *, looked: bool) -> None:
    what = f"{first.method} was sent again after {first.status or 'no answer'}"
    if first.status == 429:
        return
    assert first.method != "POST", what
    if first.status == 422:
        assert set(second.sent) > set(first.sent), what
    elif first.status is None:
        assert looked, f"{what}, without a look"
    else:
        assert first.status in (502, 503, 504), what


def assert_kept_at_it(run: Run, point: Point, fault: Fault, *, always: bool) -> None:
    """What may be tried again was, as often as it may be; what may not was not. Waits were waited."""
    _assert_waits(run, point.job, fault)
    promise = fault.promise(point.method)
    sequence = point.job.sequence
    if sequence[point.place + 1 : point.place + 2] == [point.label] or (point.looks and point.is_list):
        return  # the same is asked for again in any case
    first = [asked for asked in run.asked if asked.label == point.label][point.earlier]
    tries = _tries(run, first)
    spent = sum(label == f"{point.label}*" for label in sequence[: point.place])
    most = 1 + {**OPTIONS, **point.job.options}["retries"] - spent
    if promise.startswith("again") and not (fault.row == BROKEN and first.status is not None):  # a 404, say
        assert tries == (most if always else 2), f"{tries} tries"
    elif promise == "no":
        assert tries == 1, f"{tries} tries"


def _tries(run: Run, first: Asked) -> int:
    """How often a request was made in a row, other requests to other objects aside."""
    place = run.asked.index(first)
    there = [asked for asked in run.asked[place:] if asked.path == first.path]
    return len(list(takewhile(lambda asked: asked.label == first.label, there)))


def _assert_waits(run: Run, job: Job, fault: Fault) -> None:
    alone = job.options.get("concurrency", 1) == 1 and job.module is not FLEET
    for place, asked in enumerate(run.asked):
        if asked.status in (429, 503):
            any_other = alone and asked.status == 429
            later = [other for other in run.asked[place + 1 :] if any_other or other.label == asked.label]
            assert all(other.at - asked.at >= fault.asked for other in later[:1]), "not waited"


def assert_bounded(run: Run, job: Job) -> None:
    """The run ended within what the page says, in requests and in seconds."""
    options = {**OPTIONS, **job.options}
    retries, timeout, patience = options["retries"], options["timeout"], options["rate_limit_timeout"]
    most = _most_requests(job, retries)
    limited = sum(asked.status == 429 for asked in run.asked)
    assert len(run.asked) <= most * (1 + retries) + limited, f"{len(run.asked)} requests"
    request = (1 + retries) * (timeout + patience + timeout) + sum(min(30.0, 0.5 * 2.0**r) for r in range(retries))
    looking = LOOKING if "POST" in job.requests else 0.0
    assert run.took <= most * request + looking + SLACK, f"{run.took} s"


def _most_requests(job: Job, retries: int) -> int:
    """How many requests there may be, each counted with its retries as one."""
    if len(job.goals) == 1 and job.goals[0].object_id is not None and job.module is CONFIG:
        return 5 + retries
    lists = job.requests.count("LIST") * 3  # a list that moves is read three times
    writes = sum(job.requests.count(method) for method in ("PATCH", "DELETE"))
    looks = LOOKS * 3 + 5 + retries if "POST" in job.requests else 0
    return lists + job.requests.count("GET") + len(job.goals) * 2 + writes * (3 + 2 * retries) + looks
