# SPDX-License-Identifier: GPL-3.0-or-later
"""Test any text as an ID: it is refused, or it is one segment of the path, and never names another object."""

from __future__ import annotations

from urllib.parse import unquote

import hypothesis.strategies as st
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.definition import ModuleDefinition
from ansible_collections.kapso.whatsapp.plugins.module_utils._module.formats import problem
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.apis import APIS
from hypothesis import example, given

from tests.emulator import Emulator
from tests.support import proof
from tests.support.definitions import CONFIG, INFO, INFOS, PROJECT, SINGLES
from tests.support.hypothesis_settings import throws
from tests.support.inputs import Answered, Data, answer
from tests.support.matrix.subjects import CONFIGS, SUBJECTS, Subject

THROWS = throws(250, "KAPSO_PROOF_INPUTS")
OTHERS = ("a", "b", "ab", "health", "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11")  # IDs of existing objects
JOBS = [(CONFIGS, PROJECT)]
JOBS += [(subject, job[name]) for name, subject in SUBJECTS.items() for job in (SINGLES, INFOS)]

pieces = st.one_of(
    st.sampled_from(
        [*OTHERS, "100000000000001", *"/.?#%&=;:@\\+~!*'()[]{}|^` \u00e9\u4e2d\u202e\u200b\0\n\t\x7f\ud800"]
    ),
    st.sampled_from(
        ["..", "../", "/..", "./", "//", "%2e%2e", "%2F", "%252F", "%00", "%", "?page=2", "#top", "http://"]
    ),
    st.text(st.characters(exclude_categories=()), max_size=3),
    st.sampled_from(["\uff0e\uff0e", "\u2024", "\uff0f", "\u2044", "\u2215", "a\u0308", "\u00e4", "\u212a"]),
)
ids = st.lists(pieces, min_size=1, max_size=6).map("".join)


def address(subject: Subject, job: ModuleDefinition, way: str, text: str) -> Data:
    """Return the options of a task about the object with that ID."""
    option = subject.id_option
    if job in INFOS.values():
        return {option: text}
    fields = subject.values("new", lambda field: field.name == "name" or field.type == "bool")
    entry = {option: text, "state": way, **({"fields": fields} if way == "present" else {})}
    return {subject.resource.plural: [entry]} if job is subject.many else entry


def assert_only_that_one(answered: Answered, subject: Subject, text: str) -> None:
    """Assert that the message names the option, or that each request was for that ID or for a list."""
    resource = subject.resource
    if answered.refused:
        assert subject.id_option in answered.result["msg"]
        return
    assert answered.journal
    base = APIS[resource.api].path
    for entry in answered.journal:
        # The path of the object, or of the only list with it: the parts before and after the ID.
        before, after = (base + subject.id_path).split("{id}")
        # The list of customers verifies the base URL, and the list of numbers shows whether a customer has any.
        if entry.path in {base + resource.path, f"{base}/customers", *(base + one for one in subject.needed_lists)}:
            continue
        assert entry.path.startswith(before)
        own, slash, rest = entry.path.removeprefix(before).partition("/")
        assert f"{slash}{rest}".startswith(after)
        assert f"{slash}{rest}".removeprefix(after).count("/") <= subject.is_by_parent  # an ID from a list
        assert unquote(own) == text
        assert entry.query == "" or subject.is_by_parent


def test_an_id_is_one_segment_or_refused(kapso: Emulator) -> None:
    @THROWS
    @given(text=ids, job=st.sampled_from(JOBS), way=st.sampled_from(["present", "absent"]), there=st.booleans())
    @example(text="../whatsapp_configs/a", job=(CONFIGS, CONFIG), way="absent", there=False)
    @example(text="a/", job=(CONFIGS, CONFIG), way="absent", there=False)
    @example(text="a?", job=(CONFIGS, CONFIG), way="absent", there=True)
    @example(text="x" * 255, job=(CONFIGS, CONFIG), way="present", there=True)
    @example(text="x" * 256, job=(CONFIGS, INFO), way="present", there=False)
    def tell(text: str, job: tuple[Subject, ModuleDefinition], way: str, there: bool) -> None:
        subject, definition = job
        kapso.reset()
        there = (
            there
            and text not in (*OTHERS, "")
            and problem(subject.resource.id_formats[subject.id_option], text) is None
        )
        kapso.batch(
            *subject.first, *(put for one in (*OTHERS, *([text] if there else [])) for put in _adding(subject, one))
        )
        before = _state(kapso, subject)

        urls = {"api_url": kapso.url, "platform_api_url": kapso.platform_url}
        kept = {} if definition in INFOS.values() else {"receipts": "kept"}
        options = {**address(subject, definition, way, text), **urls, **kept, "api_key": kapso.key, "retries": 0}
        answered = answer(kapso, definition, options)

        assert_only_that_one(answered, subject, text)
        after = _state(kapso, subject)
        assert {key: after.get(key) for key in before if key != text} == {
            key: value for key, value in before.items() if key != text
        }
        if there and definition not in INFOS.values() and not answered.refused:
            assert not answered.result.get("failed"), answered.result
            assert (text in after) == (way == "present")
        proof.count("any input", "ids")
        proof.count("any input", f"ids of {subject.resource.plural}")
        proof.count("any input", "ids refused", answered.refused)

    tell()


def _adding(subject: Subject, text: str) -> list[tuple[str, Data]]:
    """Return the commands that add the object with that ID."""
    if subject.is_by_parent:
        (name, parent), *_rest = subject.first
        owned = dict.fromkeys(subject.owned, text)
        return [(name, {**parent, "id": text, "external_customer_id": None}), (subject.add, owned)]
    command, values = subject.adding({"id": text})
    return [(command, {**values, **({"phone_number_id": text} if subject.resource.key_is_id else {})})]


def _state(kapso: Emulator, subject: Subject) -> dict[str, Data]:
    """Return the existing objects that an entry can identify, by ID."""
    (rows,) = kapso.batch((subject.shelf, {}))
    name = next(iter(subject.owned)) if subject.is_by_parent else "id"
    return {row[name]: row for row in map(subject.seen, rows) if subject.as_meant.items() <= row.items()}
