# SPDX-License-Identifier: GPL-3.0-or-later
"""Any text as an id: refused, or one segment of the path, and never another object than the one of that id."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import hypothesis.strategies as st
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.formats import problem
from hypothesis import example, given

from tests.emulator import Emulator
from tests.support import proof
from tests.support.definitions import CONFIG, INFO, PROJECT
from tests.support.hypothesis_settings import throws
from tests.support.inputs import Answered, answer

THROWS = throws(250, "KAPSO_PROOF_INPUTS")
OTHERS = ("a", "b", "ab", "health", "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11")  # ids of objects that are there
PREFIX = "/api/v1/whatsapp_configs/"
LISTS = (PREFIX.removesuffix("/"), "/api/v1/customers")  # the second tells whether the base URL is right
FIELDS = {"name": "Changed"}

pieces = st.one_of(
    st.sampled_from([*OTHERS, *"/.?#%&=;:@\\+~!*'()[]{}|^` \u00e9\u4e2d\u202e\u200b\0\n\t\x7f\ud800"]),
    st.sampled_from(
        ["..", "../", "/..", "./", "//", "%2e%2e", "%2F", "%252F", "%00", "%", "?page=2", "#top", "http://"]
    ),
    st.text(st.characters(exclude_categories=()), max_size=3),
    st.sampled_from(["\uff0e\uff0e", "\u2024", "\uff0f", "\u2044", "\u2215", "a\u0308", "\u00e4", "\u212a"]),
)
ids = st.lists(pieces, min_size=1, max_size=6).map("".join)


def address(job: ModuleDefinition, way: str, text: str) -> dict[str, Any]:
    """Options of a task about the object of that id."""
    if job is INFO:
        return {"config_id": text}
    entry = {"config_id": text, "state": way, **({"fields": FIELDS} if way == "present" else {})}
    return {"configs": [entry]} if job is PROJECT else entry


def assert_only_that_one(answered: Answered, text: str) -> None:
    """It was refused by name, or every request was for exactly that id (or for a list, which has no id)."""
    if answered.refused:
        assert "config_id" in answered.result["msg"]
        return
    assert answered.journal
    for entry in answered.journal:
        if entry.path in LISTS:
            continue
        assert entry.path.startswith(PREFIX)
        assert "/" not in entry.path.removeprefix(PREFIX)
        assert unquote(entry.path.removeprefix(PREFIX)) == text
        assert entry.query == ""


def test_an_id_is_one_segment_or_refused(kapso: Emulator) -> None:
    @THROWS
    @given(
        text=ids,
        job=st.sampled_from([CONFIG, PROJECT, INFO]),
        way=st.sampled_from(["present", "absent"]),
        there=st.booleans(),
    )
    @example(text="../whatsapp_configs/a", job=CONFIG, way="absent", there=False)
    @example(text="a/", job=CONFIG, way="absent", there=False)
    @example(text="a?", job=CONFIG, way="absent", there=True)
    @example(text="x" * 255, job=CONFIG, way="present", there=True)
    @example(text="x" * 256, job=CONFIG, way="present", there=False)
    def tell(text: str, job: ModuleDefinition, way: str, there: bool) -> None:
        kapso.reset()
        for other in OTHERS:
            kapso.add(id=other)
        there = there and text not in (*OTHERS, "") and problem("kapso_id", text) is None
        if there:
            kapso.add(id=text)
        before = {config["id"]: config for config in kapso.configs()}

        options = {"api_url": kapso.url, "api_key": kapso.key, "retries": 0}
        kept = {} if job is INFO else {"receipts": "kept"}
        answered = answer(kapso, job, {**address(job, way, text), **options, **kept})

        assert_only_that_one(answered, text)
        after = {config["id"]: config for config in kapso.configs()}
        assert {key: after.get(key) for key in before if key != text} == {
            key: value for key, value in before.items() if key != text
        }
        if there and job is not INFO and not answered.refused:
            assert not answered.result.get("failed"), answered.result
            assert (text in after) == (way == "present")
        proof.count("any input", "ids")
        proof.count("any input", "ids refused", answered.refused)

    tell()
