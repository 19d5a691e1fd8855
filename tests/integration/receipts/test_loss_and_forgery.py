# SPDX-License-Identifier: GPL-3.0-or-later
"""Test receipts that are lost, damaged, forged or copied from elsewhere: they are ignored, and fields are sent again.

tests/unit/test_receipts.py tests all ways to change the text of a receipt.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.examples import HIDDEN, WRITE_ONLY
from tests.support.runner import Runner, assert_distrusted, reasons

DECLARED: dict[str, Any] = {"name": "Example shop", **WRITE_ONLY}
NO_RECEIPT = dict.fromkeys(HIDDEN, "no_receipt")


@pytest.fixture
def file(operator: Runner, receipts: Path) -> Path:
    """Run once, and return the file of the operator's receipt."""
    assert operator.run(**DECLARED)["changed"]
    (file,) = receipts.iterdir()
    return file


def assert_sent_again(operator: Runner, problem: str | None) -> None:
    """Assert that the dry run predicts the write, the run sends it, and the next one has no write and no warning."""
    for result in (operator.dry_run(**DECLARED), operator.run(**DECLARED)):
        assert reasons(result) == NO_RECEIPT
        if problem is None:
            assert result["warnings"] == []
        else:
            assert_distrusted(result, problem)
    assert operator.sent == [HIDDEN]
    again = operator.run(**DECLARED)
    assert (again["changed"], again["warnings"], operator.kapso.short()) == (False, [], "GET")


def with_another_digest(text: bytes) -> bytes:
    """Return a receipt with another digest, in the layout of a receipt."""
    document = json.loads(text)
    document["fields"]["access_token"]["digest"] = "0" * 64
    return (json.dumps(document, sort_keys=True, indent=2) + "\n").encode()


SPOILT: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _text: b"", "damaged"),
    "cut in the middle": (lambda text: text[: len(text) // 2], "damaged"),
    "with a byte order mark": (lambda text: b"\xef\xbb\xbf" + text, "damaged"),
    "with other line ends, as Git makes them": (lambda text: text.replace(b"\n", b"\r\n"), "damaged"),
    "with marks of a merge conflict": (lambda text: b"<<<<<<< ours\n" + text + b"=======\n>>>>>>> theirs\n", "damaged"),
    "no text": (lambda _text: b"\xff" * 100, "damaged"),
    "nested too deeply": (lambda _text: b"[" * 100_000, "damaged"),
    "an empty document": (lambda _text: b"{}", "unknown format"),
    "another digest": (with_another_digest, "foreign"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_damaged_receipt_is_ignored(operator: Runner, file: Path, spoilt: str) -> None:
    spoil, problem = SPOILT[spoilt]
    file.write_bytes(spoil(file.read_bytes()))
    result = operator.run(name=DECLARED["name"])
    assert (result["changed"], result["warnings"]) == (False, [])  # the run does not need the receipt
    assert_sent_again(operator, problem)


def test_without_a_receipt_fields_are_sent_again(operator: Runner, file: Path) -> None:
    file.unlink()
    assert_sent_again(operator, None)


@pytest.mark.parametrize("elsewhere", ["another object", "another URL"])
def test_a_receipt_copied_from_another_object_or_url_is_ignored(
    operator: Runner, file: Path, receipts: Path, elsewhere: str
) -> None:
    if elsewhere == "another object":
        other = Runner(operator.kapso, receipts, config_id=operator.kapso.add())
    else:
        url = operator.kapso.url.replace("127.0.0.1", "localhost")
        other = Runner(operator.kapso, receipts, config_id=operator.object_id, api_url=url)
    assert NO_RECEIPT.items() <= reasons(other.run(**DECLARED)).items()
    (theirs,) = set(receipts.iterdir()) - {file}
    theirs.write_bytes(file.read_bytes())
    assert_sent_again(other, "foreign")


def test_a_receipt_made_with_another_key_is_ignored(operator: Runner, file: Path) -> None:
    assert file.exists()
    operator.kapso.settings(keys={operator.kapso.key: "project-1", "example-key-2": "project-1"})
    result = operator.run(**DECLARED, api_key="example-key-2")
    assert reasons(result) == NO_RECEIPT
    assert_distrusted(result, "foreign")
    assert_sent_again(operator, "foreign")


def test_a_receipts_key_outlives_a_new_api_key_and_may_come_from_the_environment(
    operator: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.kapso.settings(keys={operator.kapso.key: "project-1", "example-key-2": "project-1"})
    operator.run(**DECLARED, receipts_key="canary-receipts-key")
    monkeypatch.setenv("KAPSO_RECEIPTS_KEY", "canary-receipts-key")
    again = operator.run(**DECLARED, api_key="example-key-2")
    assert (again["changed"], again["warnings"]) == (False, [])


def test_a_trailing_slash_is_the_same_url(operator: Runner) -> None:
    operator.run(**DECLARED)
    assert not operator.run(**DECLARED, api_url=f"{operator.kapso.url}/")["changed"]
