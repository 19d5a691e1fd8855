# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to a change is held against what was sent: ignored and normalised values, each with the run after it."""

from __future__ import annotations

import pytest

from tests.emulator import Emulator
from tests.support.wire import Wire


@pytest.fixture
def config_id(kapso: Emulator) -> str:
    return kapso.add(name="Front desk", calls_enabled=False)


def test_an_ignored_value_is_a_failure_that_names_it_and_so_is_the_next_run(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(ignore_fields=["calls_enabled"])
    fields = {"name": "Reception", "calls_enabled": True}

    result = wire.run(config_id, fields)

    assert (result["changed"], result["failed"], result["error"]["outcome"]) == (True, True, "applied")
    assert "calls_enabled is still False" in result["msg"]
    assert "name" not in result["error"]["message"]
    assert result["data"]["name"] == "Reception"
    assert kapso.short() == "GET PATCH"

    kapso.clear_journal()
    again = wire.run(config_id, fields)
    assert (again["changed"], again["error"]["outcome"]) == (True, "applied")
    assert [entry.sent for entry in kapso.writes()] == [{"calls_enabled": True}]

    kapso.settings(ignore_fields=[])
    assert not wire.run(config_id, fields).get("failed")
    assert not wire.run(config_id, fields)["changed"]


def test_a_secret_sent_along_with_an_ignored_value_is_remembered(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.settings(ignore_fields=["calls_enabled"])
    fields = {"calls_enabled": True, "access_token": "canary-token"}
    assert wire.run(config_id, fields)["failed"]
    kapso.clear_journal()

    wire.run(config_id, fields)

    assert [set(entry.sent) for entry in kapso.writes()] == [{"calls_enabled"}]


def test_a_normalised_value_is_told_once_and_then_there_is_nothing_to_do(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(trim_values=True)

    result = wire.run(config_id, {"name": " Reception "})

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert result["data"]["name"] == "Reception"
    (warning,) = result["warnings"]
    assert "made 'Reception' of the name ' Reception '" in warning

    kapso.clear_journal()
    for check in (True, False):
        again = wire.run(config_id, {"name": " Reception "}, check=check)
        assert (again["changed"], again["warnings"]) == (False, [])
    assert kapso.short() == "GET GET"


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        pytest.param({"name": " Lobby "}, {"name": " Lobby "}, id="another value is declared"),
        pytest.param({"name": "Reception"}, None, id="the value is declared as the server has it"),
    ],
)
def test_a_normalised_value_does_not_hide_a_change_of_the_playbook(
    kapso: Emulator, wire: Wire, config_id: str, fields: dict[str, str], sent: dict[str, str] | None
) -> None:
    kapso.settings(trim_values=True)
    wire.run(config_id, {"name": " Reception "})
    kapso.clear_journal()

    wire.run(config_id, fields)

    assert [entry.sent for entry in kapso.writes()] == ([] if sent is None else [sent])


def test_a_normalised_value_does_not_hide_a_change_at_the_server(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.settings(trim_values=True)
    wire.run(config_id, {"name": " Reception "})
    kapso.edit(config_id, name="Lobby")
    kapso.clear_journal()

    assert wire.run(config_id, {"name": " Reception "})["changed"]
    assert [entry.sent for entry in kapso.writes()] == [{"name": " Reception "}]


def test_a_normalised_url_that_the_server_shows(kapso: Emulator, wire: Wire) -> None:
    kapso.reset(vintage="echoes", lower_urls=True)
    config_id = kapso.add()
    fields = {"webhook_destination_url": "https://HOOKS.example.org/wa/new"}

    result = wire.run(config_id, fields)

    assert result["data"]["webhook_destination_url"] == "https://hooks.example.org/wa/new"
    assert len(result["warnings"]) == 1
    assert not wire.run(config_id, fields)["changed"]


def test_a_value_normalised_to_what_it_was_cannot_be_told_from_an_ignored_one(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(trim_values=True)

    result = wire.run(config_id, {"name": " Front desk "})

    assert (result["changed"], result["error"]["outcome"]) == (True, "applied")
    assert "makes this of the value declared" in result["msg"]


def test_a_normalised_value_whose_answer_was_lost_is_not_taken_for_ours(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.settings(trim_values=True)
    kapso.fault(method="PATCH", drop="after")

    result = wire.run(config_id, {"name": " Reception "}, retries=0)

    assert (result["failed"], result["error"]["outcome"]) == (True, "unknown")


def test_a_field_that_the_answer_leaves_out_is_not_held_against_it(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.fault(method="PATCH", omit=["name"])

    result = wire.run(config_id, {"name": "Reception"})

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert not wire.run(config_id, {"name": "Reception"})["changed"]


def test_null_in_the_answer_is_an_ignored_value_for_a_field_that_is_never_hidden(
    kapso: Emulator, wire: Wire, config_id: str
) -> None:
    kapso.fault(method="PATCH", merge={"name": None})

    result = wire.run(config_id, {"name": "Reception"})

    # A third value, neither the old nor the new one. The next run reads what is true.
    assert "made None of the name 'Reception'" in result["warnings"][0]
    assert not wire.run(config_id, {"name": "Reception"})["changed"]


def test_a_masked_secret_is_taken_as_sent(kapso: Emulator, wire: Wire, config_id: str) -> None:
    kapso.settings(mask_secrets=True)
    fields = {"access_token": "canary-token-1234"}

    result = wire.run(config_id, fields)

    assert (result["changed"], result.get("failed", False)) == (True, False)
    assert result["data"]["access_token"] == "(sensitive)"
    assert not wire.run(config_id, fields)["changed"]
