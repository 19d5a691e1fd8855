# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading a list may cost, whatever is wanted and wherever it stands: a property over projects of all sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible_collections.kapso.whatsapp.plugins.module_utils import receipts
from ansible_collections.kapso.whatsapp.plugins.module_utils.answers import Page
from ansible_collections.kapso.whatsapp.plugins.module_utils.client import PER_PAGE, Client
from ansible_collections.kapso.whatsapp.plugins.module_utils.listing import read_list
from ansible_collections.kapso.whatsapp.plugins.module_utils.masking import Mask
from ansible_collections.kapso.whatsapp.plugins.module_utils.outcome import Goal, Outcome
from ansible_collections.kapso.whatsapp.plugins.module_utils.ratelimit import RateBudget
from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils.transport import Settings, Transport
from hypothesis import given
from hypothesis import strategies as st

URL, KEY = "https://kapso.example/api/v1", "EXAMPLE-KEY"


class Project(Client):
    """A project's list, a hundred rows a page; it may or may not say how many pages there are."""

    def __init__(self, ids: list[str], tells: bool) -> None:
        super().__init__(Transport(Settings(URL, KEY)), RateBudget(), Mask([]))
        self._rows: list[Mapping[str, Any]] = [{"id": config_id, "name": "Shop"} for config_id in ids]
        self._tells = tells
        self.pages = max(-(-len(ids) // PER_PAGE), 1)
        self.read: list[int] = []

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """One of its pages, each of which is asked for once."""
        assert (path, filters) == ("/whatsapp_configs", None)
        assert number not in self.read
        self.read.append(number)
        rows = self._rows[(number - 1) * PER_PAGE : number * PER_PAGE]
        return Page(rows, self.pages, len(self._rows)) if self._tells else Page(rows, None, None)


def wanted(ids: list[str]) -> list[Outcome]:
    """Outcomes of which nothing is known yet."""
    return [
        Outcome(
            Goal(WHATSAPP_CONFIG, config_id, {"name": "Shop"}),
            lambda object_id: receipts.Receipt(receipts.Seal(KEY, URL, WHATSAPP_CONFIG.name, object_id)),
        )
        for config_id in ids
    ]


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

    outcomes = wanted([*chosen, *(f"nobody-{number}" for number in range(strangers))])
    found = read_list(project, outcomes, counted.append, last_first)

    assert sorted(project.read) == list(range(1, len(project.read) + 1))
    single = len(chosen) + strangers - len(found)
    cost = len(project.read) + single
    assert set(found) <= set(chosen)
    assert sum(counted) == len(found)
    assert len(project.read) <= project.pages + (not tells)
    if tells:
        assert cost <= project.pages + strangers + 1
    if tells and not strangers:
        assert cost <= len(chosen) + 1  # the first page may turn out to have been in vain
