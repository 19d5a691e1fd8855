# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix is whole, and it would tell: every request and every fault is in it, and a broken promise shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils import client, converge, life
from ansible_collections.kapso.whatsapp.plugins.module_utils.answers import Answer
from ansible_collections.kapso.whatsapp.plugins.module_utils.config_task import CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils.fleet_task import FLEET
from ansible_collections.kapso.whatsapp.plugins.module_utils.info_task import INFO
from ansible_collections.kapso.whatsapp.plugins.module_utils.receipts import Receipt

from tests.emulator.faults import Fault as Rule
from tests.integration.proof.matrix.conftest import Stages
from tests.support.matrix import oracle
from tests.support.matrix.faults import ALL, METHODS, REFUSED, faults_of, promises
from tests.support.matrix.jobs import JOBS, Job, Point

# What a rule is to match, and not what it does.
MATCHING = {"name", "method", "path", "path_regex", "query", "after", "count", "apply"}


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_a_run_makes_the_requests_that_the_matrix_says_it_makes(stages: Stages, job: Job) -> None:
    with stages(job) as stage:
        run = stage.run()

    expected = [label.rstrip("*") for label in job.sequence]
    in_turn = job.options.get("concurrency", 1) == 1 and job.module is not FLEET
    assert run.labels == expected if in_turn else sorted(run.labels) == sorted(expected)
    assert bool(run.result.get("failed")) == job.fails
    assert run.took < 70


def test_every_kind_of_request_is_met() -> None:
    met = {point.label.split()[0] for job in JOBS for point in job.points}
    again = {point.label.split()[0] for job in JOBS for point in job.points if point.looks}

    assert met == {"LIST", "GET", "PATCH", "POST", "DELETE"}
    assert again >= {"LIST", "GET", "PATCH", "DELETE"}
    assert any(point.label.endswith(" 2") for job in JOBS for point in job.points)
    assert {job.module.module for job in JOBS} == {CONFIG.module, FLEET.module, INFO.module}


def test_everything_that_the_emulator_can_do_to_a_request_is_done() -> None:
    keys = {field.alias or name for name, field in Rule.model_fields.items()} - MATCHING

    assert {key for fault in ALL for key in fault.made()} - {"apply"} == keys
    assert {fault.rule["drop"] for fault in ALL if "drop" in fault.rule} == {"before", "after", "during"}
    assert any(fault.rule is REFUSED for fault in ALL)


def test_every_line_of_the_page_is_met_by_every_method() -> None:
    for method in METHODS:
        assert {fault.row for fault in faults_of(method, is_list=method == "GET")} >= promises().keys()


def test_no_two_faults_of_a_request_have_the_same_name() -> None:
    for method in METHODS:
        for is_list in (False, True):
            names = [fault.name for fault in faults_of(method, is_list)]
            assert len(set(names)) == len(names)


# Promises broken on purpose. Each must show in the cell that is named beside it.

Break = Callable[[pytest.MonkeyPatch], None]


def _repeats_creations(patches: pytest.MonkeyPatch) -> None:
    patches.setitem(client.RETRIED_STATUS, "POST", (503,))


def _gives_up_reading(patches: pytest.MonkeyPatch) -> None:
    patches.setitem(client.RETRIED_STATUS, "GET", ())


def _repeats_what_has_failed(patches: pytest.MonkeyPatch) -> None:
    patches.setitem(client.RETRIED_STATUS, "PATCH", (500, 502, 503, 504))


def _remembers_what_is_in_doubt(patches: pytest.MonkeyPatch) -> None:
    def all_the_same(receipt: Receipt, names: Any) -> Receipt:
        return receipt.recorded(dict.fromkeys(names, "anything"), {}, {})

    patches.setattr(Receipt, "without", all_the_same)


def _believes_any_success(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(Answer, "nothing", lambda _answer: None)


def _calls_it_refused(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(Answer, "outcome", property(lambda _answer: "rejected"))


def _does_not_look_for_creations(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(life, "LOOK_UP", ())


def _takes_any_answer(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(converge, "_completed", lambda _client, _goal, plan, before, _answer: {**before, **plan.values})
    patches.setattr(Answer, "object", lambda _answer: {"name": "Front desk"})


BROKEN: list[tuple[Break, str, str]] = [
    (_repeats_creations, "a creation: POST acme", "503, and it took no effect"),
    (_gives_up_reading, "a change of secrets: GET one", "502"),
    (_repeats_what_has_failed, "a change of secrets: PATCH one", "500, and it took effect"),
    (_remembers_what_is_in_doubt, "a change of secrets: PATCH one", "500, and it took no effect"),
    (_believes_any_success, "a deletion: DELETE one", "HTML, and it took no effect"),
    (_calls_it_refused, "a change of secrets: PATCH one", "HTML, and it took effect"),
    (_does_not_look_for_creations, "a creation: POST acme", "dropped after the effect"),
    (_takes_any_answer, "a change of secrets: PATCH one", "HTML, and it took no effect"),
]


@pytest.mark.parametrize(("broken", "where", "what"), BROKEN)
def test_a_broken_promise_shows(
    stages: Stages, monkeypatch: pytest.MonkeyPatch, broken: Break, where: str, what: str
) -> None:
    (point,) = (point for job in JOBS for point in job.points if str(point) == where)
    assert _problem(stages, point, what) is None

    broken(monkeypatch)

    assert _problem(stages, point, what) is not None


def _problem(stages: Stages, point: Point, name: str) -> str | None:
    (fault,) = (fault for fault in point.faults() if fault.name == name)
    with stages(point.job) as stage:
        return oracle.problem(stage, point, fault, always=False)
