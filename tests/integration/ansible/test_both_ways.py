# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that a module in Ansible's process and a shipped one behave the same, in all scenarios on equal servers.

Both plays run at the highest verbosity, so that the same runs prove that no secret is shown, whatever fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.integration.ansible.playbook import Controller, Data, Played, at_server
from tests.integration.ansible.scenarios import CUSTOMER, VARIABLES, Scenario
from tests.integration.ansible.scenarios import GROUPS as OF_CONFIGS
from tests.integration.ansible.tables import LIVES, SECRETS, Life
from tests.support import proof

GROUPS: dict[str, Sequence[Scenario | Life]] = {**OF_CONFIGS, "one life of each resource": LIVES}
WAYS = {"in process": "auto", "shipped": "never"}

# The complete list of differences between the two ways.
ALLOWED = {
    ("data", "updated_at"),  # depends on the server's clock
    ("data", "created_at"),
    ("data", "expires_at"),
    ("results_file",),  # in a directory of the run
}


@dataclass(frozen=True)
class Way:
    """Hold the run of the scenarios of one group in one way."""

    scenarios: Sequence[Scenario | Life]
    played: Played
    requests: dict[str, list[Any]]  # method, path, status and body of each, by the task's name
    state: dict[str, Data]  # objects at the server by ID
    home: Path

    @property
    def results(self) -> dict[str, Data]:
        """Return the results by the tasks' names."""
        return {done.name: {"status": done.status, **done.result} for done in self.played.done}


def run(kapso: Emulator, home: Path, way: str, scenarios: Sequence[Scenario | Life]) -> Way:
    """Run these scenarios in one play, on a reset server."""
    kapso.reset()
    controller = Controller(home, kapso)
    controller.defaults["api_key"] = "{{ key }}"
    variables = {
        **VARIABLES,
        **SECRETS,
        "key": kapso.key,
        "refused": REFUSED,
    }
    kapso.add_customer(id=CUSTOMER)
    tasks: list[Data] = []
    usual = kapso.settings()
    for number, scenario in enumerate(scenarios):
        config_id = identifier(number)
        scenario.prepare(kapso, config_id)
        if scenario.settings:
            tasks.append(at_server(kapso, "server", "settings", **scenario.settings))
        tasks.extend(scenario.tasks(kapso, config_id, way))
        if scenario.settings:
            tasks.append(at_server(kapso, "server", "settings", **{name: usual[name] for name in scenario.settings}))
    secrets = controller.file("secrets.yml", variables)
    played = controller.play(
        *tasks,
        options=["-vvvvv", "--diff", f"--extra-vars=@{secrets}"],
        environment={"ANSIBLE_PIPELINING": "true"},  # faster, since many modules are shipped
    )
    secrets.unlink()
    journal = kapso.journal()  # fetch it once; `Done.sent` would fetch it for each task
    requests = {
        done.name: [
            (entry.method, entry.path, entry.status, entry.body)
            for entry in journal
            if done.begun <= entry.at <= done.ended
        ]
        for done in played.done
    }
    assert kapso.crashes() == []
    state = {
        item["id"]: item for item in (*kapso.configs(), *kapso.customers(), *kapso.webhooks(), *kapso.setup_links())
    }
    return Way(scenarios, played, requests, state, home)


REFUSED = "http://127.0.0.1:1/api/v1"  # no program listens at this port


def identifier(number: int) -> str:
    """Return the ID of a scenario's object."""
    return f"11111111-0000-4000-8000-{number:012}"


@pytest.fixture(scope="module", params=GROUPS)
def ways(
    request: pytest.FixtureRequest, kapso_server: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Way]:
    """Return the runs of the scenarios of one group in both ways."""
    kapso_server.up()
    homes = {name: tmp_path_factory.mktemp("home") for name in WAYS}
    return {name: run(kapso_server, homes[name], way, GROUPS[request.param]) for name, way in WAYS.items()}


def differences(one: Any, other: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Yield each place at which the two differ, with both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differences(one.get(key, "(absent)"), other.get(key, "(absent)"), (*where, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (item, its_other) in enumerate(zip(one, other, strict=True)):
            yield from differences(item, its_other, (*where, number))
    elif one != other:
        yield where, one, other


def steps(way: Way, scenario: Scenario | Life) -> list[str]:
    """Return the names of a scenario's tasks, and assert that all have run."""
    names = [f"{scenario.name}: {step.title}" for step in scenario.steps]
    assert [name for name in names if name not in way.results] == []
    return names


@pytest.mark.parametrize(
    ("ways", "scenario"),
    [pytest.param(name, each, id=f"{name}: {each.name}") for name, group in GROUPS.items() for each in group],
    indirect=["ways"],
    scope="module",
)
def test_both_ways_ask_the_same_and_return_the_same(ways: dict[str, Way], scenario: Scenario | Life) -> None:
    here, shipped = ways.values()
    for name in steps(here, scenario):
        assert here.requests[name] == shipped.requests[name], name
        found = [
            difference
            for difference in differences(here.results[name], shipped.results[name])
            if difference[0][-2:] not in ALLOWED
        ]
        assert found == [], name
        proof.count("both ways", "tasks in process and shipped")
        if isinstance(scenario, Life):
            proof.count("both ways", f"of them with {scenario.name}")


def test_both_ways_leave_the_same_behind(ways: dict[str, Way]) -> None:
    here, shipped = (
        {
            config_id: {**item, **dict.fromkeys(("updated_at", "created_at", "expires_at"))}
            for config_id, item in way.state.items()
        }
        for way in ways.values()
    )
    assert list(differences(here, shipped)) == []
    assert len({len(list(way.home.glob(".ansible/kapso/receipts/*"))) for way in ways.values()}) == 1


@pytest.mark.parametrize("name", WAYS)
def test_every_failure_is_one_sentence_and_a_structured_error(ways: dict[str, Way], name: str) -> None:
    failed = [done for done in ways[name].played.done if done.status == "failed"]
    assert failed
    for done in failed:
        message, error = done.result["msg"], done.result["error"]
        assert "\n" not in message
        assert error.keys() == {"status", "message", "method", "url", "attempts", "outcome"}
        assert error["outcome"] in {"not_sent", "rejected", "applied", "unknown"}
        if "results" not in done.result:  # the result is about one object
            assert done.changed == (error["outcome"] in {"applied", "unknown"}), done.name
    assert "Traceback" not in ways[name].played.shown


@pytest.mark.parametrize("name", WAYS)
def test_changed_means_that_a_write_was_not_refused_and_a_dry_run_sends_none(ways: dict[str, Way], name: str) -> None:
    way = ways[name]
    for scenario in way.scenarios:
        for step in scenario.steps:
            title = f"{scenario.name}: {step.title}"
            written = [method for method, *_rest in way.requests[title] if method != "GET"]
            if step.check:
                assert written == []
            else:
                refused = way.results[title].get("error", {}).get("outcome") == "rejected"
                assert way.results[title]["changed"] == (bool(written) and not refused), title


@pytest.mark.parametrize("name", WAYS)
def test_no_secret_is_shown(ways: dict[str, Way], name: str) -> None:
    way = ways[name]
    assert leaks(way.played.shown) == []
    assert leaks(way.played.record) == []
    left = [path for path in way.home.rglob("*") if path.is_file() and leaks(path.read_text("utf-8", "replace"))]
    assert left == []


def leaks(text: str) -> list[str]:
    """Return the lines of a text with a secret, without those that print a command of the emulator."""
    return [line for line in text.splitlines() if "canary" in line and "canary-by-hand" not in line]


def test_in_process_nothing_is_shipped_and_the_other_way_everything_is(ways: dict[str, Way]) -> None:
    here, shipped = ways.values()
    asked = [name for name, requests in shipped.requests.items() if requests]
    assert shipped.played.stdout.count(" EXEC ") >= len(asked)
    assert here.played.stdout.count(" EXEC ") == 0
