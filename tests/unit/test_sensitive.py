# SPDX-License-Identifier: GPL-3.0-or-later
"""Test which values are secret by the tables, and how they are shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.sensitive import (
    KEYS,
    SENSITIVE_NEW,
    secrets_in,
    shown,
    shown_change,
    shown_key,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources import RESOURCES

HOOK, CONFIG, LINK = (RESOURCES[name] for name in ("whatsapp_webhook", "whatsapp_config", "setup_link"))
URL, OTHER = "https://hooks.example.org/wa?t=canary-1", "https://hooks.example.org/wa?t=canary-2"
SHOWN = f"https://hooks.example.org/wa?t={MASKED}"
FIELDS = {field.name: field for resource in (LINK, HOOK, CONFIG) for field in resource.fields}


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("name", URL, URL),
        ("name", "Front desk", "Front desk"),
        ("access_token", "canary", MASKED),
        ("access_token", None, None),
        ("webhook_destination_url", URL, SHOWN),
        ("webhook_destination_url", 5, 5),
    ],
)
def test_a_secret_is_masked_also_inside_a_url(name: str, value: Any, seen: Any) -> None:
    assert shown(FIELDS[name], value) == seen


def test_a_key_is_shown_without_its_secrets() -> None:
    assert shown_key(HOOK, (URL, "meta")) == (SHOWN, "meta")


@pytest.mark.parametrize(
    ("name", "before", "after", "seen"),
    [
        ("name", "Old", "New", ("Old", "New")),
        ("name", "Old", "Old", ("Old", "Old")),
        ("access_token", "canary-1", "canary-2", (MASKED, MASKED)),
        ("access_token", "canary-1", None, (MASKED, None)),
        ("access_token", None, "canary-2", (MASKED, MASKED)),
        ("webhook_destination_url", URL, URL, (SHOWN, SHOWN)),
        ("webhook_destination_url", URL, OTHER, (SHOWN, SHOWN.replace(MASKED, SENSITIVE_NEW))),
        ("webhook_destination_url", URL, None, (SHOWN, None)),
    ],
)
def test_a_change_shows_that_something_differs_and_never_the_secret(
    name: str, before: Any, after: Any, seen: tuple[Any, Any]
) -> None:
    assert shown_change(FIELDS[name], before, after) == seen


@pytest.mark.parametrize(
    ("payload", "secrets"),
    [
        ({"access_token": "canary"}, {"canary"}),
        ({"access_token": "canary/canary-segment"}, {"canary/canary-segment"}),
        ({"access_token": 12345678}, {"12345678"}),
        ({"access_token": True}, set()),
        ({"access_token": " "}, set()),
        ({"data": [{"access_token": "canary"}, ({"webhook_verify_token": "canary-2"},)]}, {"canary", "canary-2"}),
        ({"access_token": {"name": "canary", "more": ["canary-2"]}}, {"canary", "canary-2"}),
        ({"name": {"access_token": "canary"}}, {"canary"}),
        ({"name": "canary"}, set()),
        ({"webhook_destination_url": URL}, {"canary-1"}),
        ({"webhook_destination_url": URL, "name": "canary-1"}, set()),
        ({"webhook_destination_url": URL, "some_id": "canary-1"}, set()),
        ({"webhook_destination_url": URL, "remark": "canary-1"}, {"canary-1"}),
        ({"webhook_destination_url": URL, "access_token": "canary-1", "name": "canary-1"}, {"canary-1"}),
    ],
)
def test_secrets_are_found_at_any_depth_under_the_names_of_the_tables(payload: Any, secrets: set[str]) -> None:
    assert secrets_in([CONFIG], payload) == secrets


def test_a_field_that_is_secret_in_one_table_is_secret_in_all() -> None:
    url = "https://setup.example.org/begin/canary-segment"

    for resources in ([HOOK, LINK], [LINK, HOOK]):
        assert secrets_in(resources, {"url": url}) == {url, "canary-segment"}
    assert secrets_in([HOOK], {"url": url}) == set()


@pytest.mark.parametrize(
    "word",
    ["create", "update", "delete", "unknown", "not_sent", "sandbox", "config_id", "customers", "held_back"],
)
def test_a_word_of_results_in_the_query_of_a_url_is_no_secret(word: str) -> None:
    assert secrets_in([CONFIG], {"webhook_destination_url": f"https://hooks.example.org/?a={word}"}) == set()


def test_the_keys_of_results_are_names() -> None:
    assert {"config_id", "webhook_id", "customers", "access_token", "results_file"} <= KEYS
    assert all(KEYS)
