# SPDX-License-Identifier: GPL-3.0-or-later
"""Test errors after which no request would succeed, and a similar error that is about one object."""

from __future__ import annotations

from functools import partial

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api import client as client_module
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError

from tests.emulator import Emulator
from tests.support.runner import Runner


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk")


@pytest.mark.parametrize("method", ["GET", "PATCH"])
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "Kapso rejected the API key (HTTP 401: Invalid or missing API key)"),
        (402, "Kapso asks for a paid plan (HTTP 402: This feature requires a paid plan)"),
        (403, "Kapso denied access (HTTP 403: Active sandbox session required to send messages)"),
    ],
)
def test_these_errors_end_the_run_at_the_first_request(
    kapso: Emulator, wire: Runner, config_id: str, method: str, status: int, said: str
) -> None:
    kapso.fault(method=method, status=status)
    client = wire.client()
    path = f"/whatsapp_configs/{config_id}"
    ask = partial(client.get, path) if method == "GET" else partial(client.write, method, path, {})

    with pytest.raises(ApiError) as caught:
        ask()

    assert caught.value.stops_run
    assert caught.value.what == said
    assert kapso.short() == method


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_these_answers_are_about_one_object_only(kapso: Emulator, wire: Runner, config_id: str, status: int) -> None:
    kapso.fault(method="GET", status=status)

    with pytest.raises(ApiError) as caught:
        wire.client(retries=0).get(f"/whatsapp_configs/{config_id}")

    assert not caught.value.stops_run


def test_a_wrong_key_is_reported_with_the_advice_to_check_it(kapso: Emulator, wire: Runner, config_id: str) -> None:
    result = wire.run(config_id, {"name": "Reception"}, api_key="canary-wrong-key")

    assert result["msg"] == (
        f"WhatsApp configuration {config_id}: Kapso rejected the API key (HTTP 401: Invalid or missing API key); "
        "nothing was changed; check api_key (or KAPSO_API_KEY), and that it is the key of the right project."
    )
    assert "canary" not in str(result)
    assert kapso.short() == "GET"


@pytest.mark.parametrize("where", ["unknown", "of another project"])
def test_an_id_that_is_not_there_and_one_of_another_project_read_the_same(
    kapso: Emulator, wire: Runner, where: str
) -> None:
    config_id = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
    if where == "of another project":
        kapso.settings(keys={kapso.key: "project-1", "example-key-of-another": "project-2"})
        kapso.add(id=config_id, project="project-2")

    result = wire.run(config_id, {"name": "Reception"})

    assert result["msg"] == (
        f"WhatsApp configuration {config_id}: Kapso has no such object in the project of this API key "
        "(HTTP 404: WhatsApp configuration not found); nothing was changed; "
        "check the id and the key: the object may be in another project."
    )
    assert kapso.short() == "GET"


def test_a_worker_whose_controller_was_killed_sends_nothing_more(
    kapso: Emulator, wire: Runner, config_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tests/integration/project/test_interrupted.py ends a real controller."""
    client, path = wire.client(), f"/whatsapp_configs/{config_id}"
    client.get(path)
    monkeypatch.setattr(client_module, "is_orphan", lambda: True)

    with pytest.raises(ApiError) as caught:
        client.get(path)

    error = caught.value
    assert error.sentence("It") == "It: the Ansible run was ended; nothing was changed; run again."
    assert (error.facts.method, error.facts.attempts, error.stops_run) == ("GET", 0, True)
    assert kapso.short() == "GET"


def test_five_connection_failures_in_a_row_end_it_whatever_retries_allow(
    kapso: Emulator, wire: Runner, config_id: str
) -> None:
    kapso.fault(drop="before")

    with pytest.raises(ApiError) as caught:
        wire.client(retries=20).get(f"/whatsapp_configs/{config_id}")

    assert caught.value.stops_run
    assert kapso.short() == "GET GET GET GET GET"


def test_the_five_are_counted_over_all_requests_of_a_task(kapso: Emulator, wire: Runner) -> None:
    kapso.down()
    client = wire.client(retries=1)

    errors = []
    for config_id in ("one", "two", "three"):
        with pytest.raises(ApiError) as caught:
            client.get(f"/whatsapp_configs/{config_id}")
        errors.append(caught.value)

    assert [error.stops_run for error in errors] == [False, False, True]
    assert [error.facts.attempts for error in errors] == [2, 2, 1]


def test_any_answer_resets_the_count(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(drop="before", count=4)
    kapso.fault(status=503, count=1)
    kapso.fault(drop="before", count=4)

    assert wire.client(retries=9).get(f"/whatsapp_configs/{config_id}")["name"] == "Front desk"
    assert len(kapso.journal()) == 10


def test_lost_changes_with_readings_in_between_are_not_in_a_row(kapso: Emulator, wire: Runner, config_id: str) -> None:
    kapso.fault(method="PATCH", drop="before", count=6)

    assert not wire.run(config_id, {"name": "Reception"}, retries=6).get("failed")
    assert len(kapso.writes()) == 7
