# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any value in any option that declares an object of the platform API, or filters a list."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.argument_spec import connection_spec, receipt_spec
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.info import info_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.single import object_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES

from tests.emulator import Emulator
from tests.support import proof
from tests.support.inputs import VALUES, Data, answer, places, put, said

CUSTOMER, NUMBER = "clinic-7", "700000000000007"
# Valid options of a task, into which a test puts a value.
ENTRIES: dict[str, Data] = {
    "customer": {"external_customer_id": CUSTOMER, "fields": {"name": "Example Clinic"}},
    "whatsapp_phone_number": {"phone_number_id": NUMBER, "fields": {"name": "Front desk", "calls_enabled": True}},
    "whatsapp_webhook": {"phone_number_id": NUMBER, "url": "https://hooks.example.org/wa", "fields": {"active": True}},
    "setup_link": {"external_customer_id": CUSTOMER, "fields": {"language": "en"}},
}
CHOSEN: dict[str, Data] = {name: {} for name in ENTRIES} | {"setup_link": {"external_customer_id": CUSTOMER}}
JOBS = {
    job.module.rpartition(".")[2]: (job, options)
    for name in ENTRIES
    for job, options in (
        (object_module(RESOURCES[name]), ENTRIES[name]),
        (info_module(RESOURCES[name]), CHOSEN[name]),
    )
}
SAMPLED = 1 if proof.WHOLE else 6  # one value of so many at each place, the next one at the next place


def test_no_resource_of_the_platform_is_left_out() -> None:
    assert ENTRIES.keys() == {name for name, resource in RESOURCES.items() if resource.api == "platform"}


@pytest.mark.parametrize("name", JOBS)
def test_any_value_is_refused_by_name_or_run(kapso: Emulator, name: str) -> None:
    job, options = JOBS[name]
    owner = kapso.add_customer(external_customer_id=CUSTOMER)
    kapso.add(customer_id=owner, phone_number_id=NUMBER)
    kapso.add_webhook(phone_number_id=NUMBER, url="https://hooks.example.org/wa")
    common = {"platform_api_url": kapso.platform_url, "api_key": kapso.key, "receipts": "kept", "retries": 0}
    own = {option: rule for option, rule in job.spec.items() if option not in {**connection_spec(), **receipt_spec()}}

    for number, place in enumerate(places(own)):
        for value in _some(number):
            args = {**common, **copy.deepcopy(options)}
            put(args, place, copy.deepcopy(value))
            answered = answer(kapso, job, args)
            if not answered.sent:
                assert answered.result["failed"] is True
                assert said(place) in answered.result["msg"], answered.result["msg"]
            proof.count("any input", "values in options")
            proof.count("any input", "refusals", answered.refused)


def _some(number: int) -> Iterator[Any]:
    yield from VALUES[number % SAMPLED :: SAMPLED]
