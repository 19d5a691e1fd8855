# SPDX-License-Identifier: GPL-3.0-or-later
"""Test IDs: which texts are valid, and which two are equal."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.ids import is_id, same_id

UUID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"


@pytest.mark.parametrize("value", [UUID, "100000000000001", "sandbox", "a/b?c=d", "a b", "...", "\xe4", "x" * 255])
def test_valid_ids(value: str) -> None:
    assert is_id(value)


@pytest.mark.parametrize(
    "value", [None, 5, True, [], "", " ", ".", "..", "a\n", "\ta", "a\x1b[2J", "a\u202e", "x" * 256, "\ud800"]
)
def test_invalid_ids(value: Any) -> None:
    assert not is_id(value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(UUID, UUID.upper(), True), (UUID, UUID[:-1] + "2", False), ("A", "a", False), ("a", "a", True), (5, 5, False)],
)
def test_uuids_are_the_same_without_regard_to_case(one: Any, other: Any, same: bool) -> None:
    assert same_id(one, other) == same_id(other, one) == same
