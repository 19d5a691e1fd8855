# SPDX-License-Identifier: GPL-3.0-or-later
"""Test receipts as texts: `load` accepts the output of `dump` and nothing else, and they contain no value."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from ansible.module_utils.common.parameters import remove_values
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.receipts import (
    FORMAT,
    Entry,
    Receipt,
    ReceiptSigner,
    decode,
    encode,
    load,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.support.simulation import ID, KEY, URL, instant, signer

VALUES = {
    "access_token": "canary-token-1",
    "webhook_verify_token": "canary-verify-1",
    "name": " canary name ",
    "calls_enabled": True,
}


def full() -> Receipt:
    """Return a receipt that uses all its parts."""
    receipt = Receipt(signer(), required_by_server=True, updated_at_unstable=instant(0))
    return receipt.recorded(
        VALUES, {}, {"updated_at": instant(60.5), "name": "canary name"}, last_write_was_resend=True
    )


TEXT = full().dump()


def same(one: Receipt, other: Receipt) -> bool:
    """Return whether two receipts have equal content, with any signer."""
    return {**vars(one), "signer": None} == {**vars(other), "signer": None}


def assert_refused(text: str, problem: str, by: ReceiptSigner | None = None) -> None:
    receipt, said = load(text, by or signer())
    assert said == problem
    assert same(receipt, Receipt(signer()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [(TEXT, full()), (Receipt(signer()).dump(), Receipt(signer())), (None, Receipt(signer()))],
    ids=["full", "empty", "none"],
)
def test_a_receipt_that_was_dumped_is_loaded_and_none_is_an_empty_one(text: str | None, expected: Receipt) -> None:
    receipt, problem = load(text, signer())
    assert problem is None
    assert same(receipt, expected)
    assert text in (None, receipt.dump())


@pytest.mark.parametrize("text", [TEXT, None, "damaged"])
@pytest.mark.parametrize("lasts", [True, False])
def test_a_loaded_receipt_says_whether_it_is_stored_for_the_next_run(text: str | None, lasts: bool) -> None:
    assert load(text, signer(), lasts)[0].lasts is lasts
    assert load(text, signer())[0].lasts is True


# The exact text of an old receipt, which later versions must accept, too.
KEPT = (
    '{"fields":{"access_token":{"digest":"41bf09f1584b6bce881cc01b7d7e6a1d53b2a05358013ee5818a7b9dce18175a",'
    '"shown":null,"updated_at":"2026-02-03T04:05:06.789Z"},'
    '"name":{"digest":"2e9946bbbe6cd7ac64bea07067f130d14fed229478d4815b483f2d6582a89c09",'
    '"shown":"e79ef748faf1124a1ca9738a633f2db58db16d0c6eab482ef80352300b7de4ec","updated_at":"2026-02-03T04:05:06.789Z"}},'
    '"format":1,"id":"EXAMPLE-id","mac":"19da31dd9b4888ef15cc2f73ecc7df8ab826b92790f7002ca1dfe0c28c9d736c",'
    '"required_by_server":true,"resent":true,"resource":"whatsapp_config","restless":"2026-02-03T04:05:06.789Z",'
    '"updated_at":"2026-02-03T04:05:06.789Z","url":"https://kapso.example/api/v1"}\n'
)


def test_an_old_receipt_stays_valid() -> None:
    by = ReceiptSigner("EXAMPLE-kept-key", "https://kapso.example/api/v1", "whatsapp_config", "EXAMPLE-id")
    receipt, problem = load(KEPT, by)
    assert problem is None
    assert receipt.remembers("access_token", "EXAMPLE-token")
    assert receipt.remembers("name", " A ")
    assert receipt.shows("name", "A")
    assert receipt.dump() == KEPT


def test_a_new_receipt_is_empty() -> None:
    nothing: dict[str, Any] = {
        "fields": {},
        "updated_at": None,
        "required_by_server": False,
        "resent": False,
        "restless": None,
    }
    said = json.loads(Receipt(signer()).dump())
    assert {key: said[key] for key in nothing} == nothing
    assert vars(Entry("0" * 64)) == {"digest": "0" * 64, "updated_at": None, "shown": None}
    assert not Receipt(signer()).recorded({"name": "A"}, {}, {}).last_write_was_resend


def test_a_digest_is_of_the_form_that_counts_for_its_field() -> None:
    assert signer().digest("name", " A ") == signer().digest("name", "A")
    assert signer().digest("access_token", " A ") != signer().digest("access_token", "A")


def test_a_secret_with_invalid_unicode_can_be_signed() -> None:
    assert load(Receipt(signer("\udc80")).dump(), signer("\udc80"))[1] is None
    assert signer("\udc80").digest("name", "A") != signer("\udc81").digest("name", "A")


instants = st.none() | st.floats(0, 1e9).map(lambda seconds: instant(round(seconds, 3)))
values = st.text() | st.booleans()


@given(
    st.dictionaries(st.text(), values),
    st.dictionaries(st.text(), values),
    instants,
    st.booleans(),
    st.text(min_size=1),
)
def test_any_receipt_survives_its_text(
    sent: dict[str, Any], answer: dict[str, Any], stamp: str | None, flag: bool, key: str
) -> None:
    by = signer(key)
    before = Receipt(by, required_by_server=flag).recorded(sent, {}, {**answer, "updated_at": stamp}, flag)
    after, problem = load(before.dump(), by)
    assert problem is None
    assert after == before
    assert all(after.remembers(name, value) for name, value in sent.items())


# Loss and forgery.


def test_a_change_of_any_single_byte_makes_it_no_receipt() -> None:
    raw = TEXT.encode()
    for place in range(len(raw)):
        for bit in (0x01, 0x04, 0x20, 0x80):
            changed = bytearray(raw)
            changed[place] ^= bit
            receipt, problem = load(changed.decode("utf-8", "replace"), signer())
            assert problem in ("damaged", "foreign", "of an unknown format"), (place, bit)
            assert not receipt.entries


def test_a_text_cut_anywhere_is_no_receipt() -> None:
    for length in range(len(TEXT)):
        assert_refused(TEXT[:length], "damaged")


@given(st.integers(0, len(TEXT)), st.text(min_size=1))
def test_a_text_with_something_put_in_is_no_receipt(place: int, more: str) -> None:
    receipt, problem = load(TEXT[:place] + more + TEXT[place:], signer())
    assert problem is not None
    assert not receipt.entries


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.text(), json_values, json_values)
def test_no_text_and_no_json_at_all_raises(text: str, value: Any, mac: Any) -> None:
    assert load(text, signer())[1] is not None
    assert load(json.dumps(value), signer())[1] is not None
    assert load(json.dumps({"format": FORMAT, "fields": value, "mac": mac}), signer())[1] == "foreign"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(signer(key="EXAMPLE-another-key"), id="another key"),
        pytest.param(signer(url="https://other.example/api/v1"), id="another URL"),
        pytest.param(signer(resource="whatsapp_phone_number"), id="another resource"),
        pytest.param(signer(object_id=ID[:-1] + "2"), id="another id"),
    ],
)
def test_a_receipt_is_invalid_for_another_object_url_or_key(other: ReceiptSigner) -> None:
    assert_refused(TEXT, "foreign", other)
    assert_refused(Receipt(other).recorded(VALUES, {}, {}).dump(), "foreign")


FORMATS: tuple[Any, ...] = (FORMAT + 1, "1", None, {"a": []})


def forged(**changes: Any) -> str:
    """Return the receipt with changed content, in the layout of `dump`."""
    return json.dumps({**json.loads(TEXT), **changes}, sort_keys=True, separators=(",", ":")) + "\n"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        *(
            ({name: value}, "foreign")
            for name, value in (
                ("url", "https://other.example/api/v1"),
                ("id", "another"),
                ("updated_at", instant(120)),
                ("updated_at", None),
                ("required_by_server", False),
                ("fields", {}),
                ("colour", "red"),
                ("mac", None),
                ("mac", ""),
                ("mac", "\ud800"),
                ("mac", "ä" * 64),
                ("mac", 5),
                ("format", True),
            )
        ),
        *(({"format": other}, "of an unknown format") for other in FORMATS),
    ],
)
def test_edited_content_is_refused(changes: dict[str, Any], problem: str) -> None:
    assert forged() == TEXT  # the layout is that of a real receipt
    assert_refused(forged(**changes), problem)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TEXT.rstrip("\n"), id="without its line end"),
        pytest.param(TEXT + "\n", id="with another line end"),
        pytest.param(" " + TEXT, id="with a blank before"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="with other line ends"),
        pytest.param(json.dumps(json.loads(TEXT), sort_keys=True, indent=2) + "\n", id="laid out by someone"),
        pytest.param(TEXT.replace('"format":1', '"format":1,"format":1'), id="with a key twice"),
        pytest.param(TEXT.replace('"format"', '"\\u0066ormat"'), id="with an escape"),
    ],
)
def test_the_same_content_in_other_letters_is_damage(text: str) -> None:
    assert_refused(text, "damaged")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "null", "[]", '""', "5", "true", "NaN", "{", "\0", "\ufeff{}", "9" * 10_000, "[" * 100_000],
    ids=lambda text: repr(text[:4]),
)
def test_other_texts_are_damage(text: str) -> None:
    assert_refused(text, "damaged")
    assert_refused("{}", "of an unknown format")


def test_nesting_of_any_depth_is_refused_and_never_raises() -> None:
    for depth in (1, 10, *range(900, 1100), 10_000, 200_000):
        text = f'{{"format": {FORMAT}, "mac": "x", "fields": {"[" * depth}{"]" * depth}}}'
        assert load(text, signer())[1] in ("damaged", "foreign")


# Information in a receipt.


def test_no_value_and_no_digest_that_can_be_made_without_the_key_is_in_the_text() -> None:
    texts = [KEY, *(value for value in VALUES.values() if isinstance(value, str))]
    contents = {spelled for text in texts for spelled in (text, text.strip(), json.dumps(text))}
    for content in contents:
        raw = content.encode()
        guesses = [hashlib.new(name, raw).digest() for name in ("md5", "sha1", "sha224", "sha256", "sha512")]
        guesses += [hmac.new(b"", raw, name).digest() for name in ("md5", "sha1", "sha256", "sha512")]
        assert content not in TEXT
        for given_away in (raw, *guesses):
            assert given_away.hex() not in TEXT
            assert base64.b64encode(given_away).decode().rstrip("=") not in TEXT


def test_a_digest_made_with_an_empty_key_or_the_bare_secret_is_another() -> None:
    name, value = "access_token", VALUES["access_token"]
    digest = signer().digest(name, value)
    assert digest != signer("").digest(name, value)
    content = json.dumps(
        ["field", {"url": URL, "resource": "whatsapp_config", "id": ID}, [name, value]],
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    assert digest != hmac.new(KEY.encode(), content, hashlib.sha256).hexdigest()


def test_digests_differ_by_key_url_resource_id_field_and_value() -> None:
    signers = [
        signer(),
        signer(key="EXAMPLE-another-key"),
        signer(url="https://other.example/api/v1"),
        signer(resource="another"),
        signer(object_id="another"),
    ]
    names, contents = ("access_token", "webhook_verify_token"), ("1", "2", True, "true", None, "")
    digests = [by.digest(name, value) for by in signers for name in names for value in contents]
    digests += [signer().digest("ab", "c"), signer().digest("a", "bc")]
    assert len(set(digests)) == len(digests) == 2 + len(signers) * len(names) * len(contents)
    assert all(len(digest) == 64 and set(digest) <= set("0123456789abcdef") for digest in digests)


def test_a_digest_of_a_field_is_no_signature_of_a_document() -> None:
    assert signer().digest("access_token", "x") != signer().mac({"access_token": "x"})


# The content of a receipt after a run.


def test_a_receipt_has_the_sent_value_and_the_shown_one() -> None:
    receipt = Receipt(signer()).recorded({"name": "a"}, {}, {"name": "A"})
    assert receipt.remembers("name", "a")
    assert receipt.shows("name", "A")
    assert not receipt.remembers("name", "A")
    assert not receipt.shows("name", "a")
    assert not receipt.remembers("other", "a")
    assert not receipt.shows("other", "A")


def test_a_receipt_has_no_shown_value_if_the_answer_has_the_sent_one_or_none() -> None:
    for answer in ({"name": "A"}, {}):
        assert not Receipt(signer()).recorded({"name": "A"}, {}, answer).shows("name", "A")


def test_forgetting_removes_only_the_named_fields() -> None:
    receipt = full().without(["access_token", "unheard_of"])
    assert set(receipt.entries) == set(VALUES) - {"access_token"}
    assert receipt.last_write_was_resend is False


def test_a_confirmed_field_is_valid_from_the_time_of_its_read() -> None:
    receipt = Receipt(signer()).confirmed({"name": "A"}, {"updated_at": instant(60)})
    assert receipt.remembers("name", "A")
    assert receipt.entries["name"].updated_at == instant(60)
    # Until another value is read, the receipt keeps its time stamp.
    assert receipt.confirmed({"name": "A"}, {"updated_at": instant(120)}) == receipt


def test_rebase_renews_only_fields_that_the_last_write_confirmed() -> None:
    stale = Entry("0" * 64, instant(0))
    receipt = full()
    receipt = Receipt(
        signer(),
        {**receipt.entries, "stale": stale},
        receipt.updated_at,
        last_write_was_resend=True,
        updated_at_unstable=instant(0),
    )
    rebase = receipt.rebase(instant(180))
    assert rebase.entries["stale"] == stale
    assert {entry.updated_at for name, entry in rebase.entries.items() if name != "stale"} == {instant(180)}
    assert (rebase.updated_at, rebase.last_write_was_resend, rebase.updated_at_unstable) == (instant(180), False, None)


def test_an_encoded_receipt_survives_ansibles_masking_of_any_word() -> None:
    words = ["whatsapp", "kapso", "fields", "digest", "access_token", "null", "y", "1", "="]
    assert remove_values({"_receipts": TEXT}, words) != {"_receipts": TEXT}
    assert decode(remove_values(encode(TEXT), words)) == TEXT
