# SPDX-License-Identifier: GPL-3.0-or-later
"""Receipts that are lost, damaged, forged or brought from elsewhere: worth nothing, and nothing is wrong afterwards."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.action import Operator, assert_distrusted, reasons

TOKEN = "canary-access-token"
VERIFY = "canary-verify-token"
HOOK = "https://hooks.example.org/canary"
DECLARED: dict[str, Any] = {
    "name": "Example shop",
    "access_token": TOKEN,
    "webhook_verify_token": VERIFY,
    "webhook_destination_url": HOOK,
}
HIDDEN = {"access_token", "webhook_verify_token", "webhook_destination_url"}
NO_RECEIPT = dict.fromkeys(HIDDEN, "no_receipt")


@pytest.fixture
def file(operator: Operator, receipts: Path) -> Path:
    """The file with the operator's receipt, after a run."""
    assert operator.run(**DECLARED)["changed"]
    (file,) = receipts.iterdir()
    return file


def assert_sent_again(operator: Operator, problem: str | None) -> None:
    """The dry run says it, the run does it, and the next has nothing to do and nothing to say."""
    for result in (operator.dry_run(**DECLARED), operator.run(**DECLARED)):
        assert reasons(result) == NO_RECEIPT
        if problem is None:
            assert result["warnings"] == []
        else:
            assert_distrusted(result, problem)
    assert operator.sent == [HIDDEN]
    again = operator.run(**DECLARED)
    assert (again["changed"], again["warnings"], operator.kapso.short()) == (False, [], "GET")


def instead(other: bytes) -> Callable[[bytes], bytes]:
    """A way to spoil a receipt: something else stands there."""

    def spoil(_text: bytes) -> bytes:
        return other

    return spoil


def changed_document(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """A way to spoil a receipt: parse it, change it, write it as it was written."""

    def spoil(text: bytes) -> bytes:
        document = json.loads(text)
        change(document)
        return (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()

    return spoil


def signed_without_the_key(text: bytes) -> bytes:
    """A forgery by somebody who knows all but the key: well-formed, digests and seal made with an empty one."""
    document = json.loads(text)
    del document["mac"]
    for name, entry in document["fields"].items():
        entry["digest"] = hmac.new(b"", f"{name}{DECLARED[name]}".encode(), hashlib.sha256).hexdigest()
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    document["mac"] = hmac.new(b"", canonical, hashlib.sha256).hexdigest()
    return (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()


def test_the_file_is_lost(operator: Operator, file: Path) -> None:
    file.unlink()
    assert_sent_again(operator, None)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        pytest.param(instead(b""), "damaged", id="empty"),
        pytest.param(lambda text: text[: len(text) // 2], "damaged", id="cut in the middle"),
        pytest.param(lambda text: text[:-1], "damaged", id="without its last line end"),
        pytest.param(lambda text: text + b"\n", "damaged", id="with a line end more"),
        pytest.param(lambda text: b"\xef\xbb\xbf" + text, "damaged", id="with a byte order mark"),
        pytest.param(
            lambda text: text.replace(b"\n", b"\r\n"), "damaged", id="with other line ends, as Git makes them"
        ),
        pytest.param(instead(b"\xff" * 100), "damaged", id="no text"),
        pytest.param(instead(b"[" * 100_000), "damaged", id="nested too deeply"),
        pytest.param(instead(b"{}"), "unknown format", id="an empty document"),
        pytest.param(instead(b"[]"), "damaged", id="another shape"),
        pytest.param(changed_document(lambda receipt: receipt.update(format=2)), "unknown format", id="a later format"),
        pytest.param(changed_document(lambda receipt: receipt.pop("mac")), "foreign", id="no seal"),
        pytest.param(changed_document(lambda receipt: receipt.update(mac=None)), "foreign", id="an empty seal"),
        pytest.param(
            changed_document(lambda receipt: receipt.update(updated_at="2036-01-01T00:00:00Z")),
            "foreign",
            id="another time",
        ),
        pytest.param(
            changed_document(lambda receipt: receipt["fields"].pop("access_token")), "foreign", id="a field less"
        ),
        pytest.param(
            changed_document(lambda receipt: receipt["fields"]["access_token"].update(digest="0" * 64)),
            "foreign",
            id="another digest",
        ),
        pytest.param(signed_without_the_key, "foreign", id="signed without the key"),
    ],
)
def test_a_spoilt_receipt_counts_as_none(
    operator: Operator, file: Path, spoil: Callable[[bytes], bytes], problem: str
) -> None:
    file.write_bytes(spoil(file.read_bytes()))
    assert_sent_again(operator, problem)


def test_any_byte_changed_is_noticed(operator: Operator, receipts: Path) -> None:
    operator.run(access_token=TOKEN)
    (file,) = receipts.iterdir()
    text = file.read_bytes()
    unnoticed = []
    for place in range(len(text)):
        file.write_bytes(text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :])
        result = operator.dry_run(access_token=TOKEN)
        if reasons(result) != {"access_token": "no_receipt"} or len(result["warnings"]) != 1:
            unnoticed.append((place, text[place]))
    assert unnoticed == []


def test_the_receipt_of_another_object_is_foreign(operator: Operator, file: Path, receipts: Path) -> None:
    other = Operator(operator.kapso, receipts)
    other.run(**DECLARED)
    (theirs,) = set(receipts.iterdir()) - {file}
    mine = file.read_bytes()
    file.write_bytes(theirs.read_bytes())
    theirs.write_bytes(mine)
    assert_sent_again(operator, "foreign")
    assert_sent_again(other, "foreign")


def test_the_receipt_of_the_same_object_at_another_url_is_foreign(
    operator: Operator, file: Path, receipts: Path
) -> None:
    elsewhere = operator.kapso.url.replace("127.0.0.1", "localhost")
    other = Operator(operator.kapso, receipts, operator.config_id, api_url=elsewhere)
    assert reasons(other.dry_run(**DECLARED)) == NO_RECEIPT
    other.run(**DECLARED)
    (theirs,) = set(receipts.iterdir()) - {file}
    theirs.write_bytes(file.read_bytes())
    assert_sent_again(other, "foreign")


def test_a_trailing_slash_is_the_same_url(operator: Operator, file: Path) -> None:
    assert file.exists()
    assert not operator.run(**DECLARED, api_url=f"{operator.kapso.url}/")["changed"]


def test_a_receipt_made_with_another_key_is_foreign(operator: Operator, file: Path) -> None:
    assert file.exists()
    operator.kapso.settings(keys={operator.kapso.key: "project-1", "example-key-2": "project-1"})
    result = operator.run(**DECLARED, api_key="example-key-2")
    assert reasons(result) == NO_RECEIPT
    assert_distrusted(result, "foreign")
    assert not operator.run(**DECLARED, api_key="example-key-2")["changed"]
    assert_sent_again(operator, "foreign")


def test_a_receipt_that_nothing_depends_on_is_not_spoken_of(operator: Operator, file: Path) -> None:
    file.write_bytes(b"")
    for _run in range(2):
        result = operator.run(name=DECLARED["name"])
        assert (result["changed"], result["warnings"]) == (False, [])
    assert_sent_again(operator, "damaged")


def test_a_receipts_key_outlives_a_new_api_key(operator: Operator) -> None:
    operator.kapso.settings(keys={operator.kapso.key: "project-1", "example-key-2": "project-1"})
    operator.run(**DECLARED, receipts_key="canary-receipts-key")
    again = operator.run(**DECLARED, receipts_key="canary-receipts-key", api_key="example-key-2")
    assert (again["changed"], again["warnings"]) == (False, [])


def test_the_receipts_key_comes_from_the_environment(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    operator.run(**DECLARED, receipts_key="canary-receipts-key")
    monkeypatch.setenv("KAPSO_RECEIPTS_KEY", "canary-receipts-key")
    assert not operator.run(**DECLARED)["changed"]


def test_an_old_receipt_brought_back_is_overtaken(operator: Operator, file: Path) -> None:
    old = file.read_bytes()
    operator.kapso.advance(3600)
    operator.run(**{**DECLARED, "access_token": "canary-rotated"})
    file.write_bytes(old)
    result = operator.run(**DECLARED)
    assert reasons(result) == dict.fromkeys(HIDDEN, "modified_at_server")
    assert operator.state["access_token"] == TOKEN
    assert not operator.run(**DECLARED)["changed"]


def unkeyed(value: str) -> set[bytes]:
    """The value, and what anybody can make of it, as it would stand in a text."""
    found = {value.encode(), base64.b64encode(value.encode()), value.encode().hex().encode()}
    for name in hashlib.algorithms_guaranteed - {"shake_128", "shake_256"}:
        raw = hashlib.new(name, value.encode()).digest()
        found |= {
            raw.hex().encode(),
            base64.b64encode(raw),
            hmac.new(b"", value.encode(), "sha256").hexdigest().encode(),
        }
    return found


def test_no_receipt_holds_a_value_or_an_unkeyed_digest_of_one(kapso: Emulator, receipts: Path) -> None:
    kapso.settings(mask_secrets=True, lower_urls=True)
    operator = Operator(kapso, receipts, receipts_key="canary-receipts-key")
    values = [*DECLARED.values(), operator.kapso.key, "canary-receipts-key"]
    for fields in (DECLARED, {**DECLARED, "access_token": "canary-rotated"}):
        operator.run(**fields)
    (file,) = receipts.iterdir()
    text = file.read_bytes()
    assert [value for value in (*values, "canary-rotated") if any(form in text for form in unkeyed(value))] == []


def test_the_same_value_looks_different_in_each_field_object_and_receipt(kapso: Emulator, receipts: Path) -> None:
    for _object in range(2):
        Operator(kapso, receipts).run(access_token=TOKEN, webhook_verify_token=TOKEN)
    documents = [json.loads(file.read_text()) for file in receipts.iterdir()]
    digests = [entry["digest"] for document in documents for entry in document["fields"].values()]
    assert len(set(digests)) == len(digests) == 4
