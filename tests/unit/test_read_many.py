# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the read of many objects: few requests, and no conclusions from rows that a list does not show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.responses import Page
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile import read_many
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.read_many import (
    Shown,
    list_project,
    read_list,
    shows_whole,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import Receipt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.canned import Canned
from tests.support.entries import OTHER, URL, begun
from tests.support.simulation import ID, instant, signer

Row = Mapping[str, Any]


# The list of a project


@pytest.mark.parametrize("status", [404, 405])
def test_without_a_list_of_all_those_of_the_parents_are_read(status: int) -> None:
    client = Canned(
        {
            "/whatsapp_configs?a=1": status,
            "/customers": [{"id": "a/b"}, {"id": "gone"}, {"id": "c"}],
            "/customers/a%2Fb/whatsapp_configs?a=1": [{"id": "1"}, {"id": "2"}],
            "/customers/c/whatsapp_configs?a=1": [{"id": "3"}],
        }
    )

    assert list_project(client, WHATSAPP_CONFIG, {"a": "1"}) == [{"id": "1"}, {"id": "2"}, {"id": "3"}]


@pytest.mark.parametrize(
    ("resource", "answers", "status"),
    [
        (WHATSAPP_CONFIG, {"/whatsapp_configs": 403}, 403),
        (WHATSAPP_CONFIG, {"/customers": [{"id": "a"}], "/customers/a/whatsapp_configs": 403}, 403),
        (WHATSAPP_CONFIG, {"/customers": 403}, 403),
        (WHATSAPP_WEBHOOK, {"/whatsapp/phone_numbers": []}, 404),
        (replace(CUSTOMER, may_lack_list=True), {}, 404),
    ],
)
def test_a_list_that_cannot_be_read_does_not_count_as_empty(resource: Resource, answers: Any, status: int) -> None:
    with pytest.raises(NotSent) as error:
        list_project(Canned(answers), resource)

    assert error.value.status == status


def test_a_list_of_all_is_enough() -> None:
    client = Canned({"/customers": [{"id": ID}], "/customers?a=1": [{"id": OTHER}]})

    assert list_project(client, CUSTOMER) == [{"id": ID}]
    assert list_project(client, CUSTOMER, {"a": "1"}) == [{"id": OTHER}]
    assert client.asked == ["/customers", "/customers?a=1"]


# The rows of a list


def hook(number: str, url: str = URL, of: str | None = "1", **more: Any) -> Row:
    """Return a webhook as a row of the list."""
    return {"id": number, "url": url, "phone_number_id": of, **more}


HOOK = Target(WHATSAPP_WEBHOOK, None, {"url": URL}, by_key=True, parent_id="1")
HOOKS = [hook("a"), hook("b", f"{URL}/b"), hook("c", of="2"), hook("d", of=None)]
OWN = Target(CUSTOMER, None, {}, given_key={"external_customer_id": "own"}, by_key=True)
PHONE = Target(WHATSAPP_PHONE_NUMBER, "100", {})
CONFIG = Target(WHATSAPP_CONFIG, None, {"phone_number_id": "7"}, by_key=True, parent_id=ID.upper())


def shown(resource: Resource, rows: Sequence[Row], is_whole: bool = True) -> Shown:
    """Return the rows that a list has shown."""
    return Shown(resource, {row["id"]: row for row in rows}, is_whole)


@pytest.mark.parametrize(
    ("target", "rows", "is_whole", "found"),
    [
        (Target(CUSTOMER, ID.upper(), {}), [{"id": OTHER}, {"id": ID}], True, [{"id": ID}]),
        (Target(CUSTOMER, ID, {}), [{"id": OTHER}], True, None),
        (Target(CUSTOMER, ID, {}, state="absent"), [{"id": OTHER}], True, []),
        (Target(CUSTOMER, ID, {}, state="absent"), [{"id": OTHER}], False, None),
        (Target(CUSTOMER, ID, {}), [{"id": ID}], False, [{"id": ID}]),
        (PHONE, [{"id": "101"}], True, []),
        (PHONE, [{"id": "101"}], False, None),
        (HOOK, HOOKS, False, None),
        (HOOK, HOOKS, True, HOOKS[:2]),
        (replace(HOOK, parent_id="3"), HOOKS, True, []),
        (replace(HOOK, parent_id=None, has_no_parent=True), HOOKS, True, HOOKS[3:]),
        (
            OWN,
            [
                {"id": "a", "external_customer_id": "own"},
                {"id": "b", "external_customer_id": "o"},
                {"id": "c", "external_customer_id": "own"},
            ],
            True,
            [{"id": "a", "external_customer_id": "own"}, {"id": "c", "external_customer_id": "own"}],
        ),
        (OWN, [{"id": "b", "external_customer_id": "o"}], True, []),
        (
            CONFIG,
            [{"id": "a", "customer_id": ID}, {"id": "b", "customer_id": OTHER}],
            True,
            [{"id": "a", "customer_id": ID}],
        ),
    ],
)
def test_among_which_rows_an_object_is(
    target: Target, rows: list[Row], is_whole: bool, found: list[Row] | None
) -> None:
    assert shown(target.resource, rows, is_whole).of(target) == found


def test_a_list_that_was_not_read_has_no_rows() -> None:
    nothing = Shown(CUSTOMER)

    assert (nothing.rows, nothing.is_whole) == ({}, False)


# The pages that are read


class Listed(Canned):
    """Serve a list with the given pages, or an HTTP error in place of a page."""

    def __init__(self, pages: Sequence[Page | int]) -> None:
        super().__init__()
        self._pages = pages
        self.read: list[int] = []

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """Return a page, the last one for any greater number."""
        assert (path in (CUSTOMER.path, WHATSAPP_WEBHOOK.path), not filters) == (True, True)
        self.read.append(number)
        found = self._pages[min(number, len(self._pages)) - 1]
        if isinstance(found, int):
            raise NotSent("refused", "", status=found)
        return found

    def each(self, read: Callable[[int], None], numbers: Sequence[int]) -> None:
        """Read several pages, the last one first."""
        assert len(numbers) > 1
        for number in reversed(numbers):
            read(number)


def rows_of(*numbers: int) -> list[Row]:
    """Return a hundred rows for each number, 99 for a negative one."""
    ids = [f"{abs(one)}-{row}" for one in numbers for row in range(100 if one > 0 else 99)]
    return [{"id": one, "external_customer_id": f"own-{one}"} for one in ids]


def pages(*numbers: int, says: bool = True, claims: int | None = None) -> list[Page]:
    """Return a list of so many rows, with or without their total."""
    told = (claims or len(numbers), len(rows_of(*numbers))) if says else (None, None)
    return [Page(rows_of(one), *told) for one in numbers]


SHORT = [Page(rows_of(1)[:1], 2, 2), Page(rows_of(2)[:1], 2, 2)]
MOVING = [Page(rows_of(1), 2, 199), Page(rows_of(2), 2, 199)]


def customers(*ids: str) -> list[Target]:
    """Return targets by their IDs."""
    return [Target(CUSTOMER, one, {}) for one in ids]


def own(*ids: str) -> list[Target]:
    """Return targets by their keys."""
    return [replace(OWN, given_key={"external_customer_id": f"own-{one}"}) for one in ids]


ALL = customers(*(row["id"] for row in rows_of(1, 2, 3)))


@pytest.mark.parametrize(
    ("targets", "there", "numbers", "is_whole", "counted"),
    [
        pytest.param([], pages(1), [], False, 0, id="nothing is wanted"),
        pytest.param(customers("1-0"), pages(-1), [], False, 0, id="one is read singly"),
        pytest.param(customers("1-0", "1-1"), pages(-1), [1], True, 2, id="two are on a page"),
        pytest.param(customers("1-0", "1-1", "2-0"), pages(1, 2), [1, 2], True, 3, id="one page more for one"),
        pytest.param(customers("1-0", "1-1", "2-0"), pages(1, 2, 3), [1], False, 2, id="not two for one"),
        pytest.param(customers("1-0", "2-0", "3-0"), pages(1, 2, 3), [1, 2, 3], True, 3, id="but for two"),
        pytest.param(customers("1-0", "1-1"), pages(1, 2), [1], False, 2, id="no page for none"),
        pytest.param(own("1-0", "b"), pages(1), [1], True, 1, id="two by their key"),
        pytest.param(own("a", "a"), pages(1), [], False, 0, id="the same by its key, twice"),
        pytest.param([*own("1-0"), *customers("x")], pages(1), [1], True, 1, id="one by key and one by id"),
        pytest.param(own("1-0", "1-1"), pages(1, 2), [1, 2], True, 2, id="a key may be on each page"),
        pytest.param(own("1-0", "1-1"), pages(1, 2, 3, 4), [1], False, 0, id="a part of the list tells of no key"),
        pytest.param(ALL, pages(1, 2, 3), [1, 3, 2], True, 300, id="all that is left at once"),
        pytest.param(ALL[:201], pages(1, 2, 3), [1, 3, 2], True, 201, id="all pages are sure to be wanted"),
        pytest.param(ALL[:200], pages(1, 2, 3), [1, 2], False, 200, id="only the next one is"),
        pytest.param([*ALL[:150], ALL[299]], pages(1, 2, 3), [1, 2, 3], True, 151, id="and then the last one"),
        pytest.param(ALL, pages(1, 2, -3, says=False), [1, 2, 3], True, 299, id="a page is not full"),
        pytest.param(ALL, pages(1, 2, says=False), [1, 2, 3], False, 200, id="a page comes again"),
        pytest.param(ALL, [Page(rows_of(1), 3, None)], [1, 3, 2], False, 100, id="pages that were only claimed"),
        pytest.param(ALL, [Page(rows_of(1), 2, None), Page(rows_of(2), 2, 200)], [1, 2], True, 200, id="told once"),
        pytest.param(own("1", "2", "3", "4"), MOVING, [1, 2], False, 0, id="it moves: two pages three times are more"),
        pytest.param(ALL, [Page(rows_of(1), 1, 99)], [1], False, 100, id="more rows than the list has"),
        pytest.param(ALL, [Page([{"id": "1-0"}], 1, 1)], [1], False, 1, id="a row that does not show its key"),
        pytest.param(ALL, [404], [1], False, 0, id="there is no such list"),
        pytest.param(ALL, [405], [1], False, 0, id="nor is it read"),
    ],
)
def test_how_far_a_list_is_read(
    targets: list[Target], there: list[Page | int], numbers: list[int], is_whole: bool, counted: int
) -> None:
    client = Listed(there)
    counts: list[int] = []

    found = read_list(client, CUSTOMER, targets, counts.append, client.each)

    assert client.read == numbers
    assert found.rows == {
        row["id"]: row
        for number in numbers
        if isinstance(page := there[min(number, len(there)) - 1], Page)
        for row in page.rows
    }
    assert (found.resource, found.is_whole, sum(counts)) == (CUSTOMER, is_whole, counted)


@pytest.mark.parametrize(
    ("there", "numbers", "is_whole"),
    [
        pytest.param(pages(1), [1], True, id="one page"),
        pytest.param(pages(1, 2, 3), [1, 3, 2], True, id="all that the first one tells of"),
        pytest.param(pages(-1, says=False), [1], True, id="one that is not full"),
        pytest.param(pages(1, 2, -3, says=False), [1, 2, 3], True, id="until one is not full"),
        pytest.param(pages(1, claims=3), [1, 3, 2, 1, 2], True, id="the same three times, and then as it is alone"),
        pytest.param([404], [1], False, id="there is no such list"),
        pytest.param(SHORT, [1, 2], True, id="a row a page"),
    ],
)
def test_a_list_that_is_wanted_as_a_whole(there: list[Page | int], numbers: list[int], is_whole: bool) -> None:
    client = Listed(there)

    found = read_list(client, CUSTOMER, [], lambda _count: None, client.each, whole=True)

    assert (client.read, found.is_whole) == (numbers, is_whole)


def test_a_server_that_reports_a_billion_pages_is_an_error() -> None:
    client = Listed(pages(1, claims=10**9))

    found = read_list(client, CUSTOMER, [], lambda _count: None, client.each, whole=True)

    assert (len(client.read), len(found.rows), found.is_whole) == (1 + 100, 100, False)


def test_no_list_is_longer_than_any_project_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_many, "MAX_PAGES", 2)
    client = Listed(pages(1, 2, 3, says=False))

    assert not read_list(client, CUSTOMER, ALL, lambda _count: None, client.each).is_whole
    assert client.read == [1, 2]


@pytest.mark.parametrize("there", [[403], [*pages(1, claims=2), 404]])
def test_a_page_that_cannot_be_read_is_an_error(there: list[Page | int]) -> None:
    client = Listed(there)

    with pytest.raises(NotSent, match="refused"):
        read_list(client, CUSTOMER, ALL, lambda _count: None, client.each)


@pytest.mark.parametrize(
    ("keys", "is_read_again"), [(["1-0", "1-1", "1-2"], False), (["1-0", "1-1", "1-2", "1-3"], True)]
)
def test_a_list_that_moves_is_read_again_if_that_is_cheaper(keys: list[str], is_read_again: bool) -> None:
    client = Listed([Page(rows_of(1), 1, 99), *pages(-2)])

    found = read_list(client, CUSTOMER, own(*keys), lambda _count: None, client.each)

    assert client.read == [1, *([1, 1, 1] if is_read_again else [])]
    assert found.is_whole is is_read_again


def test_objects_that_other_entries_name_are_read_and_not_counted() -> None:
    counts: list[int] = []
    client = Listed(pages(1))
    found = read_list(client, CUSTOMER, customers("1-0"), counts.append, client.each, [*own("1-1"), *customers("1-2")])

    assert (client.read, found.is_whole, sum(counts)) == ([1], True, 1)
    alone = Listed(pages(1))
    assert read_list(alone, CUSTOMER, [], counts.append, alone.each, customers("1-1", "1-2")).is_whole
    assert (alone.read, sum(counts)) == ([1], 1)


def test_those_of_one_parent_are_one_list() -> None:
    of_one, of_two = [HOOK, replace(HOOK, desired={"url": f"{URL}/b"})], [HOOK, replace(HOOK, parent_id="2")]
    for targets, numbers in ((of_one, []), (of_two, [1])):
        client = Listed([Page(HOOKS, 1, 4)])
        read_list(client, WHATSAPP_WEBHOOK, targets, lambda _count: None, client.each)
        assert client.read == numbers


def test_a_list_whose_rows_have_no_parent_is_not_complete() -> None:
    client = Listed([Page([{"id": "a", "url": URL}], 1, 1)])

    assert not read_list(client, WHATSAPP_WEBHOOK, [], lambda _count: None, client.each, whole=True).is_whole


@pytest.mark.parametrize(
    ("desired", "has_receipt", "row", "is_enough"),
    [
        ({}, True, {}, True),
        ({"name": "A"}, True, {"name": "B"}, True),
        ({"name": "A"}, True, {}, False),
        ({"access_token": "EXAMPLE"}, False, {}, True),
        ({"access_token": "EXAMPLE"}, True, {}, False),
        ({"access_token": "EXAMPLE"}, True, {"updated_at": instant(0)}, True),
        ({"name": "A", "access_token": "EXAMPLE"}, True, {"updated_at": instant(0)}, False),
        ({"kind": "sandbox"}, False, {}, False),
    ],
)
def test_a_row_is_enough_if_it_has_all_fields_of_the_plan(
    desired: Any, has_receipt: bool, row: Row, is_enough: bool
) -> None:
    receipt = Receipt(signer(), updated_at=instant(0) if has_receipt else None)
    outcome = begun(Target(WHATSAPP_CONFIG, ID, desired), receipt)

    assert shows_whole(outcome, row) is is_enough


@pytest.mark.parametrize(
    ("desired", "row", "is_enough"),
    [
        ({"kind": "meta"}, {}, True),  # the field cannot change, so a missing one has the default
        ({"max_buffer_size": 5}, {}, False),
        ({"max_buffer_size": 5}, {"max_buffer_size": None}, True),
    ],
)
def test_a_default_may_be_left_out_of_a_row_if_it_never_changes(desired: Any, row: Row, is_enough: bool) -> None:
    outcome = begun(Target(WHATSAPP_WEBHOOK, ID, desired))

    assert shows_whole(outcome, row) is is_enough
