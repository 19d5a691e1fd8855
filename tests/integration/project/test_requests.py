# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the number of requests of a project, counted by the emulator."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.race_hooks import until
from tests.support.runner import Runner, changed, each, failed

TOKEN = "EXAMPLE-ACCESS-TOKEN-{n}"


def test_a_thousand_of_which_fifty_differ(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(1000, name="Shop {n}")
    differing = ids[7::20]
    configs = each(ids, name="Shop {n}")
    for config in configs:
        if config["config_id"] in differing:
            config["fields"]["name"] += " (new)"

    predicted = operator.run(configs, check=True)
    assert operator.counts() == {"lists": 10, "reads": 0, "writes": 0}

    first = operator.run(configs)
    assert operator.counts() == {"lists": 10, "reads": 0, "writes": 50}
    assert sorted(entry.path.rsplit("/", 1)[-1] for entry in kapso.writes()) == sorted(differing)
    assert all(list(entry.sent) == ["name"] for entry in kapso.writes())

    second = operator.run(configs)
    assert operator.counts() == {"lists": 10, "reads": 0, "writes": 0}

    assert changed(predicted) == changed(first) == differing
    assert predicted["diff"] == first["diff"]
    assert (predicted["changed"], first["changed"], second["changed"]) == (True, True, False)
    assert [result["summary"]["requests"] for result in (predicted, first, second)] == [10, 60, 10]
    assert {kapso_config["name"] for kapso_config in kapso.configs()} == {
        config["fields"]["name"] for config in configs
    }


@pytest.mark.parametrize(
    ("wanted", "there", "lists", "reads"),
    [
        pytest.param(1, 1, 0, 1, id="one is read by itself"),
        pytest.param(1, 5000, 0, 1, id="one of many as well"),
        pytest.param(2, 2, 1, 0, id="two of two are a page"),
        pytest.param(2, 5000, 1, 2, id="two of many: the first page says that it is not worth going on"),
        pytest.param(3, 5000, 1, 3, id="three of many"),
        pytest.param(100, 100, 1, 0, id="a full page"),
        pytest.param(101, 101, 2, 0, id="one row more than a page"),
        pytest.param(40, 5000, 1, 40, id="fewer than there are pages"),
        pytest.param(60, 5000, 50, 0, id="more than there are pages"),
    ],
)
def test_pages_or_single_reads_whichever_are_fewer(
    kapso: Emulator, operator: Runner, wanted: int, there: int, lists: int, reads: int
) -> None:
    # Lists are newest first, so that the oldest objects are on the last page.
    ids = kapso.add_many(there, name="Shop")[:wanted]

    result = operator.run(each(ids, name="Shop"))

    assert not result["changed"]
    assert operator.counts() == {"lists": lists, "reads": reads, "writes": 0}


def test_reading_ends_with_the_last_object_that_is_wanted(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(1000, name="Shop")

    operator.run(each(ids[-150:], name="Shop"))

    assert operator.counts() == {"lists": 2, "reads": 0, "writes": 0}


def test_the_last_few_objects_are_read_one_by_one(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(1000, name="Shop")

    operator.run(each([*ids[-95:], *ids[:5]], name="Shop"))

    assert operator.counts() == {"lists": 1, "reads": 5, "writes": 0}


def test_an_empty_project_tries_the_key_and_asks_no_more(kapso: Emulator, operator: Runner) -> None:
    result = operator.run([])

    assert (result["changed"], result["results"], result["summary"]["total"]) == (False, [], 0)
    assert [entry.path for entry in kapso.journal()] == ["/api/v1/customers"]


def test_an_entry_that_the_whole_list_does_not_show_is_absent_already(kapso: Emulator, operator: Runner) -> None:
    configs = each(kapso.add_many(3, name="Shop"), name="Shop")
    configs.append({"config_id": "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "state": "absent"})

    result = operator.run(configs)

    assert (result["changed"], failed(result)) == (False, [])
    assert operator.counts() == {"lists": 1, "reads": 0, "writes": 0}


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("shift", ["miss", "repeat", "add"])
def test_rows_that_move_between_pages_are_found_all_the_same(
    kapso: Emulator, operator: Runner, shift: str, order: str
) -> None:
    ids = kapso.add_many(500, name="Shop")
    kapso.settings(list_shift=shift, list_order=order)

    for concurrency in (4, 1):
        result = operator.run(each(ids, name="New"), check=True, concurrency=concurrency)
        assert (failed(result), changed(result)) == ([], ids)
    # Read in order, each page moves by a row, which hides one row, and a new object may be first on a page. With pages
    # read in parallel, the number of hidden rows depends on the order in which the server answers.
    sent = operator.counts()
    assert sent["lists"] <= 6
    assert sent["reads"] <= sent["lists"]


@pytest.mark.parametrize("settings", [{"api_version": "echoes"}, {"has_list": False}], ids=["echoes", "no list"])
def test_a_server_without_the_list_gets_single_reads(
    kapso: Emulator, operator: Runner, settings: dict[str, Any]
) -> None:
    kapso.settings(**settings)
    ids = kapso.add_many(120, name="Shop")

    result = operator.run(each(ids, name="New"))

    assert changed(result) == ids
    assert operator.counts() == {"lists": 1, "reads": 120, "writes": 120}
    assert kapso.journal()[0].status == 404


def test_an_object_whose_row_lacks_a_declared_field_is_read(kapso: Emulator, operator: Runner) -> None:
    kapso.settings(list_omits=["calls_enabled"])
    ids = kapso.add_many(30, name="Shop", calls_enabled=True)
    configs = [*each(ids[:20], name="Shop"), *each(ids[20:], calls_enabled=True)]

    result = operator.run(configs)

    assert not result["changed"]
    assert operator.counts() == {"lists": 1, "reads": 10, "writes": 0}


def test_a_field_that_the_object_lacks_too_is_write_only_with_a_warning(kapso: Emulator, operator: Runner) -> None:
    kapso.settings(omit_fields=["calls_enabled"])
    configs = each(kapso.add_many(3), calls_enabled=True)

    first = operator.run(configs)
    assert operator.counts() == {"lists": 1, "reads": 3, "writes": 3}
    assert [change["action"] for entry in first["results"] for change in entry["changes"]] == ["send"] * 3
    assert not operator.run(configs)["changed"]


def test_a_row_without_its_updated_at_does_not_vouch_for_a_receipt(kapso: Emulator, operator: Runner) -> None:
    kapso.settings(list_omits=["updated_at"])
    ids = kapso.add_many(10, name="Shop")
    configs = [*each(ids[:6], name="Shop"), *each(ids[6:], access_token=TOKEN)]
    operator.run(configs)
    assert operator.counts() == {"lists": 1, "reads": 0, "writes": 4}

    kapso.edit(ids[7], access_token="EXAMPLE-SOMEBODY-ELSES")
    result = operator.run(configs)

    assert changed(result) == [ids[7]]
    assert operator.counts() == {"lists": 1, "reads": 4, "writes": 1}


def test_a_server_without_updated_at_is_decided_by_value(kapso: Emulator, operator: Runner) -> None:
    kapso.settings(no_updated_at=True)
    configs = each(kapso.add_many(10), access_token=TOKEN)
    operator.run(configs)

    assert not operator.run(configs)["changed"]
    assert operator.counts() == {"lists": 1, "reads": 0, "writes": 0}


@pytest.mark.parametrize("milliseconds", [True, "mixed", "mixed_list"])
def test_instants_in_rows_and_answers_may_differ_in_form(
    kapso: Emulator, operator: Runner, milliseconds: bool | str
) -> None:
    kapso.settings(milliseconds=milliseconds)
    configs = each(kapso.add_many(10), access_token=TOKEN)
    operator.run(configs)

    assert not operator.run(configs)["changed"]
    assert operator.counts() == {"lists": 1, "reads": 0, "writes": 0}


def test_one_connection_for_each_thread(kapso: Emulator, operator: Runner) -> None:
    operator.run(each(kapso.add_many(60), name="New"), concurrency=3)

    assert kapso.connections() <= 3


def test_pages_that_are_sure_to_be_wanted_are_read_at_once(kapso: Emulator, operator: Runner) -> None:
    ids = kapso.add_many(1000, name="Shop")
    kapso.settings(latency=1)

    def arrived(requests: int) -> bool:
        return len(kapso.journal()) == requests

    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(operator.run, each(ids, name="Shop"), concurrency=3)
        for under_way in (1, 4, 7, 10):  # the first page has the number of pages
            until(partial(arrived, under_way), f"{under_way} lists")
            kapso.advance(1)
        running.result()

    assert operator.counts() == {"lists": 10, "reads": 0, "writes": 0}
