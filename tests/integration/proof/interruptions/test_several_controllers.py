# SPDX-License-Identifier: GPL-3.0-or-later
"""Test several controllers that run at the same time on one project and one receipt store, with own declarations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.support import proof
from tests.support.ended_runs import start
from tests.support.runner import PROJECT, Data, Runner

OBJECTS, CONCURRENCY = 8, 4
WITHIN = 120.0  # seconds for each wait


def declared(owner: str, *, with_webhooks: bool = True) -> Data:
    """Return lists of the same objects, with the owner's values."""
    ids = [(f"shop-{number}", f"70000000000000{number}") for number in range(OBJECTS)]
    fields = {"name": owner, "business_account_id": "200000000000001", "access_token": f"EXAMPLE-TOKEN-OF-{owner}"}
    secret = {"events": ["whatsapp.message.received"], "secret_key": f"EXAMPLE-SECRET-OF-{owner}"}
    webhooks = [
        {"phone_number_id": number, "url": "https://hooks.example.org/wa", "fields": secret} for _shop, number in ids
    ]
    return {
        "customers": [{"external_customer_id": shop, "fields": {"name": owner}} for shop, _number in ids],
        "phone_numbers": [
            {"phone_number_id": number, "external_customer_id": shop, "fields": fields} for shop, number in ids
        ],
        **({"webhooks": webhooks} if with_webhooks else {}),
    }


def run_at_once(tmp_path: Path, options: Data, declarations: list[Data]) -> list[int]:
    """Start runs at the same time; return their exit statuses."""
    runs = []
    for number, declaration in enumerate(declarations):
        home = tmp_path / f"home{number}"
        home.mkdir(exist_ok=True)
        runs.append(start(home, [{"name": "Project", PROJECT: {**options, **declaration}}]))
    try:
        return [run.wait(WITHIN) for run in runs]
    finally:
        for run in runs:
            run.kill()
            run.wait()


def owners(kapso: Emulator) -> list[set[str]]:
    """Return the owners of the values of each number and webhook: one owner each, if no writes were mixed."""
    numbers = [{row["name"], row["access_token"].rpartition("-")[2]} for row in kapso.configs()]
    return [*numbers, *({row["secret_key"].rpartition("-")[2]} for row in kapso.webhooks())]


@pytest.mark.parametrize("count", [2, 4])
def test_each_object_is_as_one_of_them_declares_and_receipts_stay_good(
    kapso: Emulator, tmp_path: Path, place: str, count: int
) -> None:
    options: Data = {"receipts": place, "platform_api_url": kapso.platform_url, "api_key": kapso.key}
    options["concurrency"] = CONCURRENCY
    operator = Runner(kapso, place, PROJECT, platform_api_url=kapso.platform_url)
    operator.run(**declared("nobody"))
    users = [f"user{number}" for number in range(count)]

    assert run_at_once(tmp_path, options, [declared(user) for user in users]) == [0] * count

    assert all(len(names) == 1 and names < {*users} for names in owners(kapso))
    for user in users:
        result = operator.run(**declared(user))
        assert not result.get("failed"), result
        assert not any("was ignored" in warning for warning in result["warnings"]), result["warnings"]
        assert owners(kapso) == [{user}] * (2 * OBJECTS)
    again = operator.run(**declared(users[-1]))
    assert (again["changed"], kapso.writes()) == (False, [])
    proof.count("interruptions", "controllers at once", count)


def test_an_object_that_all_create_at_the_same_time_exists_once(kapso: Emulator, tmp_path: Path, place: str) -> None:
    options = {"receipts": place, "platform_api_url": kapso.platform_url, "api_key": kapso.key}
    same = declared("all", with_webhooks=False)  # Kapso accepts a second webhook with the same URL

    run_at_once(tmp_path, options, [same] * 4)  # Kapso rejects one of two creations of the same object

    operator = Runner(kapso, place, PROJECT, platform_api_url=kapso.platform_url)
    assert not operator.run(**same).get("failed")
    assert (len(kapso.customers()), len(kapso.configs())) == (OBJECTS, OBJECTS)
    again = operator.run(**same)
    assert (again["changed"], again["warnings"], kapso.writes()) == (False, [], [])
