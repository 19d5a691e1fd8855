# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any value in any option of any module: it is refused before any request, by name, or the task runs."""

from __future__ import annotations

import copy
from typing import Any

import hypothesis.strategies as st
import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from hypothesis import given

from tests.emulator import Emulator
from tests.support import proof
from tests.support.definitions import CONFIG, INFO, PROJECT
from tests.support.hypothesis_settings import throws
from tests.support.inputs import VALUES, Answered, Data, Place, answer, places, put, said

JOBS = {"config": CONFIG, "project": PROJECT, "info": INFO}
THROWS = throws(500, "KAPSO_PROOF_INPUTS")
READABLE = ("name", "phone_number_id", "business_account_id", "inbound_processing_enabled", "calls_enabled")
LONG = "x" * 2**20
# The other lists of a project use the checks of the modules of single objects, which have their own tests.
ELSEWHERE = {resource.plural for resource in PROJECT.resources if resource is not CONFIG.resources[0]}


def _places(job: ModuleDefinition) -> list[Place]:
    return [place for place in places(job.spec) if len(place) == 1 or place[0] not in ELSEWHERE]


def base(kapso: Emulator, job: ModuleDefinition, config_id: str) -> Data:
    """Return valid arguments, into which a test puts a value."""
    entry = {"config_id": config_id, "fields": {"name": "Reception", "access_token": "canary-token"}}
    own: Data = {} if job is INFO else {"configs": [entry]} if job is PROJECT else entry
    kept = {} if job is INFO else {"receipts": "kept"}
    return copy.deepcopy({**own, **kept, "api_url": kapso.url, "api_key": kapso.key, "retries": 0})


def assert_told(answered: Answered, place: Place, args: Data) -> None:
    """Assert that a task without requests failed with the name of the option, unless it had nothing to read."""
    if answered.sent:
        return
    if args.get("configs") == []:
        assert answered.result["changed"] is False
        return
    assert answered.result["failed"] is True
    assert said(place) in answered.result["msg"], answered.result["msg"]


def assert_held(kapso: Emulator, answered: Answered, fields: Data, config_id: str) -> None:
    """Assert that a successful run has applied the declared values."""
    state = kapso.get(config_id)
    if answered.result.get("failed") or state is None:
        return
    for name in READABLE:
        if isinstance(fields.get(name), str) and not name.endswith("_enabled"):
            assert state[name] == fields[name]


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_any_value_in_any_option(kapso: Emulator, job: ModuleDefinition) -> None:
    bystander = kapso.add(name="Bystander")
    config_id = kapso.add()
    before = kapso.get(bystander)
    for place in _places(job):
        for value in VALUES:
            args = base(kapso, job, config_id)
            put(args, place, copy.deepcopy(value))
            answered = answer(kapso, job, args, check=place[-1] == "plan_out")
            assert_told(answered, place, args)
            if place == ("fields", said(place)):
                assert_held(kapso, answered, args["fields"], config_id)
            proof.count("any input", "values in options")
            proof.count("any input", "refusals", answered.refused)
    assert kapso.get(bystander) == before


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.binary(max_size=8),
    st.dates(),
    st.datetimes(),
)
keys = st.one_of(st.text(max_size=8), st.integers(), st.none(), st.booleans(), st.sampled_from(["name", "fields"]))
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3), st.sets(st.integers(), max_size=2)
    ),
    max_leaves=8,
)


def test_anything_anywhere(kapso: Emulator) -> None:
    config_id = kapso.add()
    everywhere = [(name, place) for name, job in JOBS.items() for place in _places(job)]

    @THROWS
    @given(st.sampled_from(everywhere), anything, st.dictionaries(keys, anything, max_size=2), st.booleans())
    def tell(where: tuple[str, Place], value: Any, more: Data, check: bool) -> None:
        job, place = JOBS[where[0]], where[1]
        args = base(kapso, job, config_id)
        put(args, place, value)
        answered = answer(kapso, job, {**more, **args}, check=check)
        assert not (check and any(entry.method != "GET" for entry in answered.journal))
        if not more and not check:
            assert_told(answered, place, args)
        proof.count("any input", "made-up tasks")

    tell()


@pytest.mark.parametrize("name", ["name", "access_token", "webhook_verify_token"])
def test_a_text_of_a_megabyte_is_accepted(kapso: Emulator, name: str) -> None:
    config_id = kapso.add()
    answered = answer(kapso, CONFIG, {**base(kapso, CONFIG, config_id), "fields": {name: LONG}})
    assert not answered.result.get("failed"), answered.result["msg"]
    state = kapso.get(config_id)
    assert state is not None
    assert state[name] == LONG


def test_a_huge_concurrency_starts_no_more_threads_than_there_is_work(kapso: Emulator) -> None:
    args = {**base(kapso, PROJECT, kapso.add()), "concurrency": 10**12}
    assert answer(kapso, PROJECT, args).result["changed"] is True
