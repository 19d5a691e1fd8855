# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that each resource is a part of each proof: fault matrix, leak hunt, random inputs, both ways to run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES, of_a_project

from tests.integration.ansible.tables import LIVES
from tests.integration.proof.inputs import test_any_id
from tests.integration.proof.inputs.test_any_value_of_the_platform import ENTRIES
from tests.integration.proof.leaks.projects import PARTS
from tests.integration.proof.leaks.scenes import CONFIG
from tests.integration.proof.leaks.tables import KINDS
from tests.support.made_up import OWNERS
from tests.support.matrix.faults import promises
from tests.support.matrix.scenarios import SCENARIOS
from tests.support.matrix.subjects import CONFIGS

OF_CONFIGS = CONFIGS.resource.name  # its scenes and its scenarios of both ways are written by hand
PROOFS: dict[str, Callable[[], set[str]]] = {
    "fault matrix": lambda: {scenario.subject.resource.name for scenario in SCENARIOS},
    "leak hunt": lambda: {subject.resource.name for subject in KINDS} | {CONFIG.rpartition(".kapso_")[2]},
    "leak hunt of a project": lambda: {part.resource.name for part in PARTS},
    "any id": lambda: {subject.resource.name for subject, _job in test_any_id.JOBS},
    "any value": lambda: {*ENTRIES, OF_CONFIGS},
    "any project": lambda: set(OWNERS),
    "both ways": lambda: {life.subject.resource.name for life in LIVES} | {OF_CONFIGS},
}
# Where a proof cannot apply: a project takes no other objects.
NOT_OF_A_PROJECT = RESOURCES.keys() - {resource.name for resource in of_a_project()}
WITHOUT = dict.fromkeys(("any project", "leak hunt of a project"), NOT_OF_A_PROJECT)


@pytest.mark.parametrize("proof", PROOFS)
def test_every_resource_has_its_part_in_each_proof(proof: str) -> None:
    assert PROOFS[proof]() == RESOURCES.keys() - WITHOUT.get(proof, set())


def test_the_page_has_a_promise_for_each_fault_of_the_matrix() -> None:
    assert all(promises().values())
