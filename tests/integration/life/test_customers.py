# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the special behavior of customers. Tests of a made-up resource and of configurations cover the rest."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.runner import CONFIG, INFO, Runner, reasons

CUSTOMER, CUSTOMERS = "kapso.whatsapp.kapso_customer", "kapso.whatsapp.kapso_customer_info"
KEY: dict[str, Any] = {"external_customer_id": "clinic-7"}


@pytest.fixture
def task(kapso: Emulator) -> Runner:
    """Return a runner of tasks about customers, without a receipt store."""
    return Runner(kapso, None, CUSTOMER, platform_api_url=kapso.platform_url)


def test_a_customer_is_created_by_its_key_renamed_and_left_alone(kapso: Emulator, task: Runner) -> None:
    dry = task.dry_run(**KEY, fields={"name": "Example Clinic"})
    made = task.run(**KEY, fields={"name": "Example Clinic"})

    assert (made["changed"], made["changes"]) == (True, dry["changes"])
    assert (made["resource"], made["key"], made["customer_id"]) == ("customer", "clinic-7", made["id"])
    (customer,) = kapso.customers()
    assert (customer["name"], customer["external_customer_id"]) == ("Example Clinic", "clinic-7")

    changed = task.run(**KEY, fields={"name": "Example Hospital"})
    assert (reasons(changed), task.kapso.short()) == ({"name": "differs"}, "GET PATCH")
    assert task.run(**KEY, fields={"name": " Example Hospital "})["changed"] is False
    assert "external_customer_id=clinic-7" in kapso.journal()[0].query


def test_without_fields_the_customer_must_exist(kapso: Emulator, task: Runner) -> None:
    for check in (True, False):
        result = task.run(**KEY, check=check)
        assert "customer clinic-7: it does not exist, and creating it needs fields.name" in result["msg"]
        assert kapso.writes() == []
    kapso.add_customer(**KEY)
    assert task.run(**KEY)["changed"] is False


def test_the_external_id_changes_only_with_the_id_at_kapso(kapso: Emulator, task: Runner) -> None:
    customer = kapso.add_customer(**KEY)
    new = {"external_customer_id": "clinic-8"}
    both: dict[str, Any] = {"customer_id": customer}

    for named in ({}, both):
        refused = task.run(**KEY, **named, fields=new)
        assert "fields.external_customer_id renames" in refused["msg"]
        assert kapso.journal() == []
    kapso.add_customer(external_customer_id="taken")
    taken = task.run(customer_id=customer, fields={"external_customer_id": "taken"})
    assert (taken["error"]["outcome"], taken["changed"], taken["key"]) == ("rejected", False, "clinic-7")
    assert task.run(customer_id=customer, fields=new)["changed"]
    assert kapso.customers()[0]["external_customer_id"] == "clinic-8"
    assert task.run(customer_id=customer, clear=["external_customer_id"])["changed"]
    assert kapso.customers()[0]["external_customer_id"] is None
    assert task.run(customer_id=customer, clear=["external_customer_id"])["changed"] is False


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (" clinic-7", "begins with white space"),
        ("clinic-7\n", "ends with a line end"),
        ("clinic\u200b-7", "holds an invisible character"),
        ("{{ clinic }}", "holds a template that was not rendered"),
        (" ", "is empty"),
    ],
)
def test_an_external_id_with_invisible_characters_is_refused(
    kapso: Emulator, task: Runner, value: str, problem: str
) -> None:
    """Otherwise a task with `state: absent` would succeed, and the customer would stay."""
    look = Runner(kapso, None, CUSTOMERS, platform_api_url=kapso.platform_url)

    for result in (task.run(external_customer_id=value, state="absent"), look.run(external_customer_id=value)):
        assert result["msg"].startswith(f"external_customer_id {problem}")
    assert kapso.journal() == []


def test_an_external_id_can_be_in_any_script_or_a_number(task: Runner) -> None:
    for value in ("Praxis Müller 7", 12):
        made = task.run(external_customer_id=value, fields={"name": "New"})
        assert (made["changed"], made["key"]) == (True, str(value))
        assert bool(made["warnings"]) == isinstance(value, int)
        assert task.run(external_customer_id=value, fields={"name": "New"})["changed"] is False


def test_both_ids_have_to_be_one_customer(kapso: Emulator, task: Runner) -> None:
    customer = kapso.add_customer(**KEY)

    assert task.run(customer_id=customer, **KEY, fields={"name": "New"})["changed"]
    result = task.run(customer_id=customer, external_customer_id="clinic-8", fields={"name": "Newer"})

    assert "external_customer_id of this object is 'clinic-7', but 'clinic-8' is declared" in result["msg"]
    assert kapso.writes() == []


@pytest.mark.parametrize("address", ["id", "key"])
def test_a_customer_with_numbers_is_deleted_only_if_that_is_forced(kapso: Emulator, task: Runner, address: str) -> None:
    customer = kapso.add_customer(**KEY, id="7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22")
    kapso.add(customer_id=kapso.add_customer())
    kapso.fault(method="GET", path="/whatsapp/phone_numbers", merge={"customer_id": customer.upper()}, count=1)
    numbers = [kapso.get(kapso.add(customer_id=customer)) or {} for _time in range(2)]
    gone: dict[str, Any] = {"state": "absent", **(KEY if address == "key" else {"customer_id": customer})}

    refused = task.run(**gone)
    assert (refused["changed"], kapso.writes()) == (False, [])
    assert "it has 2 numbers (" in refused["msg"]
    assert all(str(number["display_phone_number"]) in refused["msg"] for number in numbers)
    assert "`force: true`" in refused["msg"]

    dry = task.dry_run(**gone, force=True)
    forced = task.run(**gone, force=True)
    assert (forced["changed"], forced["steps"]) == (True, dry["steps"])
    assert forced["steps"][0]["note"].startswith("it has 2 numbers (")
    assert [(entry.method, entry.path.rsplit("/", 1)[-1]) for entry in kapso.writes()] == [("DELETE", customer)]
    assert task.run(**gone)["changed"] is False


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_list_that_cannot_be_read_does_not_prove_that_a_customer_is_absent(
    kapso: Emulator, task: Runner, status: int
) -> None:
    kapso.add_customer(**KEY)
    kapso.fault(method="GET", path="/customers", query="external_customer_id", status=status)

    result = task.run(state="absent", **KEY)

    assert (result["failed"], result["changed"], result["error"]["status"]) == (True, False, status)


def test_the_list_takes_the_filters_of_the_api(kapso: Emulator) -> None:
    ids = [kapso.add_customer(external_customer_id=f"clinic-{n}", name=f"Clinic {n}") for n in range(3)]
    look = Runner(kapso, None, CUSTOMERS, platform_api_url=kapso.platform_url)

    def found(**options: Any) -> list[str]:
        return [row["id"] for row in look.run(**options)["customers"]]

    assert sorted(found()) == sorted(ids)
    assert found(external_customer_id="clinic-1") == found(name_contains="clinic 1") == [ids[1]]
    assert found(customer_id=ids[2]) == [ids[2]]
    assert (
        found(customer_id="7d1e0c0a-5b0e-4f0e-8c55-2f1f0d9e7a22") == found(created_after="2999-01-01T00:00:00Z") == []
    )
    assert "external_customer_id is empty" in look.run(external_customer_id="")["msg"]


def test_a_base_url_of_the_other_generation_is_named_with_its_option_and_modules(kapso: Emulator) -> None:
    """Both APIs serve `/customers`, so the path of the base URL decides, and nothing is sent."""
    other = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
    customer = Runner(kapso, None, CUSTOMER, platform_api_url=kapso.url).run(**KEY, fields={"name": "New"})
    config = Runner(kapso, None, CONFIG).run(other, {"name": "New"}, api_url=kapso.platform_url)

    assert customer["msg"].startswith("platform_api_url is a base URL of the legacy API")
    assert "or use kapso_whatsapp_config" in customer["msg"]
    assert config["msg"].startswith("api_url is a base URL of the platform API")
    assert "correct it, or use kapso_customer, kapso_whatsapp_phone_number, kapso_whatsapp_webhook or" in config["msg"]
    assert kapso.journal() == []
    kapso.fault(drop="before", count=1)
    lost = Runner(kapso, None, CUSTOMERS, platform_api_url=kapso.platform_url).run(retries=0)
    assert "check platform_api_url, the network" in lost["msg"]
    host_alone = kapso.platform_url.removesuffix("/platform/v1")
    assert Runner(kapso, None, CUSTOMERS, platform_api_url=host_alone).run()["customers"] == []
    assert Runner(kapso, None, INFO, api_url=host_alone).run()["configs"] == []
