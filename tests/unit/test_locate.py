# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the search for an object by its key, among the objects of its parent or of the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.errors import ApiError, NotSent
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.locate import (
    ambiguous,
    check_parent,
    find,
    find_by_id,
    is_as_meant,
    is_unknown,
    matching,
    of_parent,
    with_parent,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.target import Target
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.customer import CUSTOMER
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.setup_link import SETUP_LINK
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_config import WHATSAPP_CONFIG
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_phone_number import (
    WHATSAPP_PHONE_NUMBER,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.whatsapp_webhook import WHATSAPP_WEBHOOK

from tests.support.canned import URL as BASE
from tests.support.canned import Canned
from tests.support.entries import NUMBER, URL

ID, OTHER = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "1b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
HOOK = Target(WHATSAPP_WEBHOOK, None, {"url": URL}, by_key=True, parent_id=NUMBER)
GONE = replace(HOOK, state="absent")
PROJECTS = replace(HOOK, has_no_parent=True, parent_id=None)
HOOKS = f"/whatsapp/phone_numbers/{NUMBER}/webhooks"
LINK = Target(SETUP_LINK, None, {}, by_key=True, parent_key="own")
LINKS = f"/customers/{ID}/setup_links?status=active"
PHONE = Target(WHATSAPP_PHONE_NUMBER, NUMBER, {})
OWNERS = "/customers?external_customer_id=own"
OWNER = {"id": ID, "external_customer_id": "own"}


def refusal(call: Callable[[], object]) -> ApiError | None:
    """Return the error of a call, None if there is none."""
    try:
        call()
    except ApiError as error:
        return error
    return None


def hook(number: int, **more: Any) -> dict[str, Any]:
    """Return a webhook as a row of a list."""
    return {"id": f"hook-{number}", "url": URL, "phone_number_id": NUMBER, **more}


@pytest.mark.parametrize(
    ("status", "form", "object_id", "is_so"),
    [
        (404, "kapso_id", ID, True),
        (404, "kapso_id", "x", True),
        (400, "kapso_id", ID, False),
        (400, "kapso_id", f"{ID}-more", True),
        (422, "kapso_id", "x", True),
        (422, "meta_id", "1", False),
        (422, "meta_id", "1a", True),
        (403, "kapso_id", "x", False),
        (500, "kapso_id", ID, False),
    ],
)
def test_which_answers_say_that_nothing_has_that_id(status: int, form: str, object_id: str, is_so: bool) -> None:
    assert is_unknown(NotSent("refused", "", status=status), form, object_id) is is_so


@pytest.mark.parametrize(
    "target",
    [
        Target(CUSTOMER, None, {}, parent_key="own"),
        replace(LINK, parent_key=None),
        replace(LINK, parent_id=OTHER),
        replace(LINK, parent_is_sure=True),
    ],
)
def test_a_parent_that_needs_no_search_is_not_looked_for(target: Target) -> None:
    client = Canned()

    assert with_parent(client, target) is target
    assert client.asked == []


def test_a_parent_is_found_by_its_key_among_other_rows() -> None:
    client = Canned({OWNERS: [{"id": OTHER, "external_customer_id": "Own"}, OWNER, {"id": "x"}]})

    assert with_parent(client, LINK) == replace(LINK, parent_id=ID)
    assert client.asked == [OWNERS]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([], "no customer has external_customer_id own"),
        ([{"id": OTHER, "external_customer_id": "other"}], "no customer has external_customer_id own"),
        ([OWNER, {**OWNER, "id": OTHER}], "2 customers have external_customer_id own"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_parent_that_does_not_exist_exactly_once_is_an_error(rows: list[Any], what: str, state: str) -> None:
    number = replace(PHONE, parent_key="own", state=state)
    client = Canned({f"/whatsapp/phone_numbers/{NUMBER}": {"id": NUMBER}})

    with pytest.raises(NotSent) as error:
        of_parent(client, number, rows)

    assert (error.value.what, error.value.advice) == (
        what,
        "correct external_customer_id, or give customer_id in its place",
    )


def test_an_absent_object_does_not_need_its_parent() -> None:
    number, link = replace(PHONE, parent_key="own", state="absent"), replace(LINK, state="absent")

    assert of_parent(Canned(), number, []) is number
    assert of_parent(Canned(), link, []) is link
    assert with_parent(Canned({OWNERS: []}), number) is number
    with pytest.raises(NotSent, match="2 customers have"):
        of_parent(Canned(), number, [OWNER, OWNER])
    with pytest.raises(NotSent, match="no customer has"):
        of_parent(Canned(), replace(number, state="present"), [])


@pytest.mark.parametrize(
    "target",
    [
        PHONE,
        replace(PHONE, parent_id=ID, parent_is_sure=True),
        replace(PHONE, parent_id=ID, parent_key="own"),
        HOOK,
        Target(CUSTOMER, ID, {}, parent_id=ID),
    ],
)
def test_a_parent_is_not_read_if_another_answer_proves_that_it_exists(target: Target) -> None:
    client = Canned()

    check_parent(client, target)

    assert client.asked == []


@pytest.mark.parametrize(
    ("parent_id", "answer", "what"),
    [
        (ID, {"id": ID}, None),
        (ID, 404, f"there is no customer {ID} (HTTP 404)"),
        ("x", 422, "there is no customer x (HTTP 422)"),
        (ID, 422, "refused"),
        (ID, 403, "refused"),
    ],
)
def test_a_parent_that_is_named_by_its_id_has_to_be_there(parent_id: str, answer: Any, what: str | None) -> None:
    client = Canned({f"/customers/{parent_id}": answer})

    error = refusal(lambda: check_parent(client, replace(PHONE, parent_id=parent_id)))

    if what is None:
        assert error is None
    else:
        advice = "wait" if what == "refused" else "correct customer_id, or check the key: it may be in another project"
        assert error is not None
        assert (error.what, error.advice, error.status) == (what, advice, answer)
    assert client.asked == [f"/customers/{parent_id}"]


def test_the_id_of_a_parent_is_one_segment_of_the_path() -> None:
    check_parent(Canned({"/customers/a%2Fb": {"id": "a/b"}}), replace(PHONE, parent_id="a/b"))


def test_an_object_is_searched_for_in_its_list() -> None:
    rows = [hook(1), hook(2, url=f"{URL}/other"), hook(3, phone_number_id="2")]

    assert find(Canned({HOOKS: rows}), HOOK) == rows[:1]
    assert find(Canned(), LINK) == []
    assert find(Canned({LINKS: [{"id": "a"}]}), replace(LINK, parent_id=ID)) == [{"id": "a"}]
    assert find(Canned({f"/whatsapp/phone_numbers/{NUMBER}": {"id": NUMBER}}), PHONE) == [{"id": NUMBER}]
    assert find(Canned(), PHONE) == []


@pytest.mark.parametrize(
    ("target", "path", "status", "what"),
    [
        (HOOK, HOOKS, 404, f"there is no number {NUMBER} (HTTP 404)"),
        (replace(HOOK, parent_id="x"), "/whatsapp/phone_numbers/x/webhooks", 422, "there is no number x (HTTP 422)"),
        (HOOK, HOOKS, 422, "refused"),
        (replace(HOOK, parent_id=None), "/whatsapp/webhooks", 404, "refused"),
        (Target(CUSTOMER, None, {}, given_key={"external_customer_id": "own"}), OWNERS, 404, "refused"),
        (GONE, HOOKS, 404, None),
        (GONE, HOOKS, 500, "refused"),
    ],
)
def test_a_list_that_cannot_be_read(target: Target, path: str, status: int, what: str | None) -> None:
    error = refusal(lambda: find(Canned({path: status}), target))

    assert (error.what if error else None) == what
    assert error is None or error.status == status
    if what is None:
        assert find(Canned({path: status}), target) == []


def test_an_object_that_an_id_names_is_there_or_not() -> None:
    path = f"/whatsapp/phone_numbers/{NUMBER}"
    client = Canned()

    assert find_by_id(Canned({path: {"id": NUMBER}}), PHONE) == [{"id": NUMBER}]
    assert find_by_id(client, PHONE) == []
    assert client.asked == [path, "/proof"]
    assert find_by_id(Canned({"/whatsapp/phone_numbers/x": 422}), replace(PHONE, object_id="x")) == []
    with pytest.raises(NotSent, match="refused"):
        find_by_id(Canned({path: 422}), PHONE)
    with pytest.raises(NotSent, match="is not the base URL of the Kapso API"):
        find_by_id(Canned({"/proof": 404}), PHONE)


@pytest.mark.parametrize(
    ("target", "rows", "names"),
    [
        (HOOK, [{"id": "a", "phone_number_id": NUMBER}], "url and kind and phone_number_id"),
        (PROJECTS, [{"id": "a", "url": URL}], "url and kind and phone_number_id"),
        (Target(CUSTOMER, None, {}), [{"id": "a"}], "external_customer_id"),
    ],
)
def test_a_row_without_a_key_may_be_the_object(target: Target, rows: list[Any], names: str) -> None:
    with pytest.raises(NotSent) as raised:
        matching(Canned(), target, rows)
    with pytest.raises(NotSent, match="which may be the declared object"):
        find(Canned({HOOKS: rows, "/whatsapp/webhooks": rows, "/customers?external_customer_id=None": rows}), target)

    error = raised.value
    assert error.what == f"the list does not show {names} of a, which may be the declared object"
    assert error.advice.startswith(f"give {target.resource.id_option}, or ")
    assert "api_url" in error.advice
    assert (error.facts.method, error.facts.url, error.outcome) == ("GET", BASE + target.collection_path, "not_sent")


def test_rows_are_matched_by_rule_or_by_key_and_by_id_if_there_is_one() -> None:
    rows = [hook(1, url=f"{URL}/a"), hook(2, url=f"{URL}/b"), hook(3, url=f"{URL}/b", phone_number_id="2")]
    pattern = replace(HOOK, options={"match_url": "/b$"})

    assert matching(Canned(), pattern, rows) == [rows[1]]
    assert matching(Canned(), replace(pattern, object_id="hook-1"), rows) == [rows[0]]
    assert matching(Canned(), replace(HOOK, desired={"url": f"{URL}/a"}), rows) == [rows[0]]
    own = [{"id": "a", "external_customer_id": "own"}, {"id": "b", "external_customer_id": "other"}]
    assert matching(Canned(), Target(CUSTOMER, None, {}, given_key={"external_customer_id": "own"}), own) == own[:1]
    assert matching(Canned(), HOOK, [hook(1, phone_number_id=None)]) == [hook(1, phone_number_id=None)]


@pytest.mark.parametrize(
    ("target", "status", "is_well", "asks"),
    [
        (GONE, 404, True, True),
        (HOOK, 404, False, True),
        (GONE, 422, False, False),
        (replace(GONE, parent_id="x"), 422, True, True),
        (GONE, 500, False, False),
        (replace(GONE, parent_id=None), 404, False, False),
        (replace(GONE, parent_key="own"), 404, False, False),
        (replace(GONE, object_id=ID), 404, True, True),
        (replace(GONE, object_id=ID, parent_id="x"), 422, False, False),
        (replace(GONE, object_id="x"), 422, True, True),
        (Target(CUSTOMER, ID, {}, state="absent"), 404, True, True),
        (Target(CUSTOMER, "x", {}, state="absent"), 400, True, True),
        (Target(CUSTOMER, ID, {}, state="absent"), 400, False, False),
    ],
)
def test_which_errors_mean_that_an_absent_object_does_not_exist(
    target: Target, status: int, is_well: bool, asks: bool
) -> None:
    client = Canned()

    assert is_as_meant(client, target, NotSent("refused", "", status=status)) is is_well
    assert client.asked == (["/proof"] if asks else [])


def test_a_404_of_a_base_url_without_the_api_is_an_error() -> None:
    with pytest.raises(NotSent, match="is not the base URL of the Kapso API"):
        is_as_meant(Canned({"/proof": 404}), GONE, NotSent("refused", "", status=404))


@pytest.mark.parametrize(
    ("target", "rows", "what", "advice"),
    [
        (
            HOOK,
            [hook(2), hook(1)],
            f"2 webhooks have url {URL}: hook-1, hook-2",
            "give webhook_id of one, or `solo: true` to keep one and delete the others",
        ),
        (
            replace(HOOK, desired={"url": URL, "kind": "kapso"}),
            [hook(2), hook(1)],
            f"2 webhooks have url {URL} and kind kapso: hook-1, hook-2",
            "give webhook_id of one, or `solo: true` to keep one and delete the others",
        ),
        (
            HOOK,
            [hook(1), hook(2, url=f"{URL}/b")],
            "2 webhooks have a key that matches: hook-1, hook-2",
            "give webhook_id of one",
        ),
        (
            Target(WHATSAPP_CONFIG, None, {"phone_number_id": "1"}),
            [{"id": "b", "phone_number_id": "1"}, {"id": "a", "phone_number_id": "1"}],
            "2 configurations have phone_number_id 1: a, b",
            "give config_id of one",
        ),
        (
            Target(WHATSAPP_WEBHOOK, None, {"url": "https://u:canary@h.example/"}),
            [hook(1, url="https://u:canary@h.example/")] * 2,
            "2 webhooks have url https://(sensitive)@h.example/: hook-1, hook-1",
            "give webhook_id of one, or `solo: true` to keep one and delete the others",
        ),
    ],
)
def test_several_objects_with_one_key_are_named(target: Target, rows: list[Any], what: str, advice: str) -> None:
    error = ambiguous(target, rows)

    assert (error.what, error.advice, error.outcome) == (what, advice, "not_sent")
    assert ambiguous(target, rows, "unknown").outcome == "unknown"
