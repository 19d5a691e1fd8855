# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the matrix itself: it has all requests and all faults, and it detects a broken promise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import Response
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import create, update
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt

from tests.emulator.faults import Fault as Rule
from tests.integration.proof.matrix.conftest import Stages
from tests.support.matrix.assertions import problem
from tests.support.matrix.faults import METHODS, REFUSED, faults, faults_of, promises
from tests.support.matrix.scenario import Point, Scenario
from tests.support.matrix.scenarios import POINTS, SCENARIOS, cells
from tests.support.matrix.subjects import CONFIGS, SUBJECTS, Subject

# The keys of a rule that select requests.
MATCHING = {"name", "method", "path", "path_regex", "query", "after", "count", "apply"}


ALL = faults(CONFIGS.resource)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_a_run_makes_the_requests_of_its_scenario(stages: Stages, scenario: Scenario) -> None:
    with stages(scenario) as stage:
        run = stage.run()

    expected = [label.rstrip("*") for label in scenario.sequence]
    asked = (run.labels, expected) if scenario.in_turn else (sorted(run.labels), sorted(expected))
    assert asked[0] == asked[1]
    assert bool(run.result.get("failed")) == scenario.fails
    assert run.took < 70


EVERY = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=[*SUBJECTS])


@EVERY
def test_every_kind_of_request_is_met_and_every_module(subject: Subject) -> None:
    mine = [point for point in POINTS if point.scenario.subject is subject]
    read = "GET" if subject.resource.reads == "item" else "LIST"
    remove = "DELETE" if subject.resource.removal is None else "PATCH"
    assert {point.kind for point in mine} == {"LIST", "PATCH", "POST", read, remove}
    assert {point.kind for point in mine if point.looks} >= {read, remove}
    assert any(point.label.endswith(" 2") for point in mine)
    modules = {module.module for module in (subject.one, subject.info, subject.many) if module is not None}
    assert {scenario.module.module for scenario in SCENARIOS if scenario.subject is subject} == modules


@EVERY
def test_a_part_of_the_matrix_holds_every_request_and_every_fault_of_each_kind(subject: Subject) -> None:
    played = {point: list(cells(point)) for point in POINTS if point.scenario.subject is subject}
    assert all(played.values())
    for point in played:
        met = {fault for other in played if other.kind == point.kind for fault, _always in played[other]}
        assert met == set(point.faults())


def test_the_matrix_uses_all_faults_of_the_emulator() -> None:
    keys = {field.alias or name for name, field in Rule.model_fields.items()} - MATCHING

    assert {key for fault in ALL for key in fault.made()} - {"apply"} == keys
    assert {fault.rule["drop"] for fault in ALL if "drop" in fault.rule} == {"before", "after", "during"}
    assert any(fault.rule is REFUSED for fault in ALL)


@pytest.mark.parametrize("method", METHODS)
def test_every_line_of_the_page_is_met_by_every_method_and_names_are_unique(method: str) -> None:
    for is_list in (False, method == "GET"):
        met = faults_of(CONFIGS.resource, method, is_list)
        assert {fault.row for fault in met} >= promises().keys()
        assert len({fault.name for fault in met}) == len(met)


# Promises that are broken on purpose. The named cell must detect each.

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
    patches.setattr(Response, "nothing", lambda _answer: None)


def _calls_it_refused(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(Response, "outcome", property(lambda _answer: "rejected"))


def _does_not_look_for_creations(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(create, "LOOK_UP", ())


def _takes_any_answer(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(
        update, "_refetch_if_partial", lambda _client, _parse, plan, before, _answer: {**before, **plan.values}
    )
    patches.setattr(Response, "object", lambda _answer: {"name": "Front desk"})


def _names_any_status(patches: pytest.MonkeyPatch) -> None:
    patches.setattr(client.Client, "status_of", lambda _client, _method: 203)


BROKEN: list[tuple[Break, str, str]] = [
    (_repeats_creations, "configuration, a creation: POST acme", "503, and it took no effect"),
    (_gives_up_reading, "configuration, a change of secrets: GET one", "502"),
    (_repeats_what_has_failed, "configuration, a change of secrets: PATCH one", "500, and it took effect"),
    (_remembers_what_is_in_doubt, "configuration, a change of secrets: PATCH one", "500, and it took no effect"),
    (_believes_any_success, "configuration, a deletion: DELETE one", "HTML, and it took no effect"),
    (_calls_it_refused, "configuration, a change of secrets: PATCH one", "HTML, and it took effect"),
    (_does_not_look_for_creations, "configuration, a creation: POST acme", "dropped after the effect"),
    (_names_any_status, "configuration, a change of secrets: PATCH one", "of another object"),
    (_takes_any_answer, "configuration, a change of secrets: PATCH one", "HTML, and it took no effect"),
]


@pytest.mark.parametrize(("broken", "where", "what"), BROKEN)
def test_a_broken_promise_is_detected(
    stages: Stages, monkeypatch: pytest.MonkeyPatch, broken: Break, where: str, what: str
) -> None:
    (point,) = (point for point in POINTS if str(point) == where)
    assert _problem(stages, point, what) is None

    broken(monkeypatch)

    assert _problem(stages, point, what) is not None


def _problem(stages: Stages, point: Point, name: str) -> str | None:
    (fault,) = (fault for fault in point.faults() if fault.name == name)
    with stages(point.scenario) as stage:
        return problem(stage, point, fault, always=False)
