# SPDX-License-Identifier: GPL-3.0-or-later
"""Test parts of a project without a server: `max_changes`, the progress, names in messages, the cost of reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.client import PER_PAGE, Client
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.rate_limit import RateLimiter
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import Page
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.transport import Settings, Transport
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.project import with_defaults
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.result import listed
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.bounds import MaxChanges
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.progress import Progress, about, waiting
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read_many import Shown, read_list
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.undeclared import Undeclared
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.support.shared_time import StillClock


@pytest.mark.parametrize(
    ("limit", "changes", "total", "allowed", "text"),
    [
        (MaxChanges(3, False), 3, 1000, True, "3"),
        (MaxChanges(3, False), 4, 1000, False, "3"),
        (MaxChanges(0, False), 0, 0, True, "0"),
        (MaxChanges(10, True), 10, 100, True, "10%"),
        (MaxChanges(10, True), 11, 100, False, "10%"),
        (MaxChanges(10, True), 1, 9, False, "10%"),
        (MaxChanges(0.1, True), 1, 1000, True, "0.1%"),
        (MaxChanges(0.1, True), 1, 999, False, "0.1%"),
        (MaxChanges(33.3, True), 333, 1000, True, "33.3%"),
        (MaxChanges(100, True), 7, 7, True, "100%"),
    ],
)
def test_how_many_changes_are_allowed(limit: MaxChanges, changes: int, total: int, allowed: bool, text: str) -> None:
    assert limit.allows(changes, total) is allowed
    assert str(limit) == text


class Told:
    """Hold a clock that the test sets, and the announcements."""

    def __init__(self, total: int) -> None:
        self.clock = StillClock()
        self.lines: list[str] = []
        self.progress = Progress(total, self.lines.append, self.clock)

    def after(self, seconds: float, count: Callable[[], None]) -> list[str]:
        """Return the announcements after an event, some seconds later."""
        self.clock.time += seconds
        said = len(self.lines)
        count()
        return self.lines[said:]


def test_a_run_of_less_than_five_seconds_prints_no_progress() -> None:
    told = Told(1000)

    for _time in range(1000):
        told.after(0.0049, told.progress.count)

    assert told.lines == []


def test_progress_is_printed_at_most_every_five_seconds() -> None:
    told = Told(100)

    assert told.after(4.9, told.progress.count) == []
    assert told.after(0.1, told.progress.count) == ["Plan: 2 of 100 read, 0 failed; about 4 min left"]
    assert told.after(4.9, told.progress.count) == []
    assert told.after(60, lambda: told.progress.count(40)) == ["Plan: 43 of 100 read, 0 failed; about 2 min left"]


def test_the_count_starts_again_for_writes_and_keeps_failures() -> None:
    told = Told(100)
    told.progress.count(99)
    told.progress.count(failed=True)

    told.progress.begin("Apply", "written", 20)

    assert told.after(5, told.progress.count) == ["Apply: 1 of 20 written, 1 failed; about 2 min left"]
    assert told.after(5, lambda: told.progress.count(failed=True)) == [
        "Apply: 2 of 20 written, 2 failed; about 2 min left"
    ]


def test_threads_count_correctly_and_print_each_line_once() -> None:
    told = Told(800)
    told.clock.time += 5

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _number: told.progress.count(), range(799)))

    assert len(told.lines) == 1
    assert told.after(5, told.progress.count) == ["Plan: 800 of 800 read, 0 failed"]


def test_a_number_that_does_not_say_which_configuration_it_is_counts_all_the_same() -> None:
    row = {"id": "100000000000001", "internal_id": None}
    shown = Shown(WHATSAPP_PHONE_NUMBER, {"100000000000001": row}, is_whole=True)

    assert Undeclared([], {WHATSAPP_PHONE_NUMBER.name: shown}, within_owners=False).of(WHATSAPP_PHONE_NUMBER) == [row]


def test_without_a_listener_no_progress_is_printed() -> None:
    clock = StillClock()
    progress = Progress(1, None, clock)
    clock.time += 60

    progress.count()
    progress.wait("rate limit reached", 60)


def test_a_wait_is_announced_with_the_count_its_end_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "localtime", time.gmtime)
    told = Told(250)
    monkeypatch.setattr(told.clock, "date", lambda: 86_400.0 + 22 * 3600 + 56 * 60 + 7)
    told.progress.begin("Apply", "written", 250)
    said = told.after(0, lambda: told.progress.wait("rate limit reached", 55))
    assert said == ["Apply: 0 of 250 written, 0 failed; rate limit reached, next requests at 22:57:02 (in 55 s)"]
    told.progress.count(98)
    said = told.after(4, lambda: told.progress.wait("rate limit reached", 55))
    assert said == [
        "Apply: 98 of 250 written, 0 failed; rate limit reached, next requests at 22:57:02 (about 2 min left)"
    ]
    assert told.after(4.9, told.progress.count) == []
    asked = waiting("the server asks to wait", 55.4, told.clock)
    assert asked == "the server asks to wait, next requests at 22:57:02 (in 55 s)"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "5 s"), (44, "45 s"), (45, "1 min"), (89, "1 min"), (91, "2 min"), (5399, "90 min"), (5400, "2 h")],
)
def test_a_duration_is_printed_in_rounded_units(seconds: float, words: str) -> None:
    assert about(seconds) == f"about {words}"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcde"), "a, b, c, d and e"),
        (list("abcdef"), "a, b, c, d, e and 1 other"),
        (list("abcdefg"), "a, b, c, d, e and 2 others"),
    ],
)
def test_a_sentence_names_a_few_and_counts_the_others(names: list[str], text: str) -> None:
    assert listed(names) == text


def test_defaults_lie_under_the_fields_of_each_entry() -> None:
    given = {
        "defaults": {"configs": {"name": "Default", "calls_enabled": True}},
        "only": ["a"],
        "configs": [
            {"config_id": "a"},
            {"config_id": "b", "fields": None},
            {"config_id": "c", "fields": {"name": None, "calls_enabled": False}},
        ],
    }

    assert with_defaults([WHATSAPP_CONFIG], given) == {
        "only": ["a"],
        "configs": [
            {"config_id": "a", "fields": {"name": "Default", "calls_enabled": True}},
            {"config_id": "b", "fields": {"name": "Default", "calls_enabled": True}},
            {"config_id": "c", "fields": {"name": None, "calls_enabled": False}},
        ],
    }
    assert with_defaults([WHATSAPP_CONFIG], {"configs": [{"config_id": "a"}]}) == {
        "configs": [{"config_id": "a", "fields": {}}]
    }


# The cost of reading a list, for any wanted objects at any place: a property for projects of all sizes.

URL, KEY = "https://kapso.example/api/v1", "EXAMPLE-KEY"


class Project(Client):
    """Serve the list of a project, a hundred rows on a page, with or without the number of pages."""

    def __init__(self, ids: list[str], tells: bool) -> None:
        super().__init__(Transport(Settings(URL, KEY)), RateLimiter(), Mask([]))
        self._rows: list[Mapping[str, Any]] = [{"id": config_id, "name": "Shop"} for config_id in ids]
        self._tells = tells
        self.pages = max(-(-len(ids) // PER_PAGE), 1)
        self.read: list[int] = []

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """Return a page, and assert that it is read once."""
        assert (path, filters) == ("/whatsapp_configs", None)
        assert number not in self.read
        self.read.append(number)
        rows = self._rows[(number - 1) * PER_PAGE : number * PER_PAGE]
        return Page(rows, self.pages, len(self._rows)) if self._tells else Page(rows, None, None)


@given(
    there=st.integers(0, 1200), data=st.data(), strangers=st.integers(0, 30), tells=st.booleans(), spread=st.booleans()
)
def test_reading_takes_no_more_than_pages_or_single_reads_would(
    there: int, data: st.DataObject, strangers: int, tells: bool, spread: bool
) -> None:
    ids = [f"config-{number}" for number in range(there)]
    first = data.draw(st.integers(0, there))
    chosen = ids[:: first + 1] if spread else ids[first:]
    project = Project(ids, tells)
    counted: list[int] = []

    def last_first(read: Callable[[int], None], numbers: Sequence[int]) -> None:
        for number in reversed(numbers):
            read(number)

    wanted = [Target(WHATSAPP_CONFIG, name, {}) for name in (*chosen, *(f"nobody-{n}" for n in range(strangers)))]
    shown = read_list(project, WHATSAPP_CONFIG, wanted, counted.append, last_first)
    found = [target.object_id for target in wanted if shown.of(target)]

    assert sorted(project.read) == list(range(1, len(project.read) + 1))
    single = len(chosen) + strangers - len(found)
    cost = len(project.read) + single
    assert set(found) <= set(chosen)
    assert sum(counted) == len(found)
    assert len(project.read) <= project.pages + (not tells)
    if tells:
        assert cost <= project.pages + strangers + 1
    if tells and not strangers:
        assert cost <= len(chosen) + 1  # the first page may have no wanted object
