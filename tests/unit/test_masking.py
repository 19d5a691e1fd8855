# SPDX-License-Identifier: GPL-3.0-or-later
"""Test masking: no secret stays, in any spelling, place or truncation, and other text stays unchanged."""

from __future__ import annotations

import base64
import html
import json
import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.masking import MASKED, Mask, excerpt
from ansible_collections.kapso.whatsapp.plugins.module_utils._reconcile.sensitive import KEYS
from hypothesis import assume, given
from hypothesis import strategies as st


def upper(digits: re.Match[str]) -> str:
    """Return an escape of JSON with its digits in upper case."""
    return "u" + digits[1].upper()


ODD = "canary/+ä&<\"'\\\n\u2028😀 %=end"


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(ODD, id="as it is"),
        pytest.param(json.dumps(ODD), id="JSON in ASCII"),
        pytest.param(json.dumps(ODD, ensure_ascii=False), id="JSON"),
        pytest.param(json.dumps(ODD).replace("/", "\\/"), id="JSON with its slashes escaped"),
        pytest.param(json.dumps(ODD).replace("&", "\\u0026").replace("<", "\\u003c"), id="JSON that is safe in HTML"),
        pytest.param(repr(ODD), id="as Python shows it"),
        pytest.param(html.escape(ODD), id="HTML"),
        pytest.param(html.escape(ODD, quote=False), id="HTML with its quotes"),
        pytest.param(quote(ODD), id="in a path"),
        pytest.param(quote(ODD, safe=""), id="in a segment of a path"),
        pytest.param(quote_plus(ODD), id="in a form"),
        pytest.param(urlencode({"token": ODD}), id="in a query"),
        pytest.param(base64.b64encode(ODD.encode()).decode(), id="base64"),
        pytest.param(base64.b64encode(ODD.encode()).decode().rstrip("="), id="base64 without its padding"),
        pytest.param(base64.urlsafe_b64encode(ODD.encode()).decode(), id="base64 for URLs"),
        pytest.param(re.sub("%..", lambda digits: digits[0].lower(), quote(ODD)), id="in a path, in lower case"),
        pytest.param(re.sub(r"u([0-9a-f]{4})", upper, json.dumps(ODD)), id="JSON in upper case"),
        pytest.param(json.dumps(json.dumps(ODD)[1:-1]), id="JSON as a text in JSON"),
        pytest.param(html.escape(ODD).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"), id="HTML by numbers"),
        pytest.param(html.escape(ODD).replace("&#x27;", "&#39;"), id="HTML as Rails has it"),
    ],
)
def test_a_secret_is_found_in_every_spelling(spelled: str) -> None:
    masked = Mask([ODD]).text(f"before {spelled} after")
    around = ("{}", '"{}"', "'{}'", "token={}")  # text around the secret
    assert masked in [f"before {form.format(MASKED)} after" for form in around]


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_found_within_a_longer_text_in_base64(
    before: int, after: int, encode: Callable[[bytes], bytes]
) -> None:
    secret = "canary-\u00fc?>~-token"
    encoded = encode(b"k" * before + secret.encode() + b"z" * after).decode()
    masked = Mask([secret]).text(f"user {encoded}!")
    assert MASKED in masked
    # The rest holds at most the bits that the secret shares with its neighbors in one character.
    assert len(masked.replace(MASKED, "")) <= len("user !") + len(encoded) - len(secret.encode()) * 8 // 6 + 3


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        pytest.param(["abc"], "words, W0FiY10", "words, W0FiY10", id="the base64 of a short one takes no text away"),
        pytest.param(["canary\n"], "token canary is bad", f"token {MASKED} is bad", id="what a server strips"),
        pytest.param(["canary-ab", "ab-token", "ken"], "x canary-ab-token y", f"x {MASKED} y", id="overlapping"),
        pytest.param(
            ["canary", "canary-long", "long"], "canary-long, canary, long", ", ".join([MASKED] * 3), id="one in another"
        ),
        pytest.param(["canary"], "nothing here", "nothing here", id="a text without"),
        pytest.param([], "canary", "canary", id="none"),
        pytest.param(["", None], "canary", "canary", id="empty ones"),
        pytest.param([123456], "it was 123456", f"it was {MASKED}", id="a number by its digits"),
    ],
)
def test_all_of_a_secret_is_masked_and_no_other_text(secrets: list[Any], text: str, shown: str) -> None:
    assert Mask(secrets).text(text) == shown


def test_a_number_that_is_a_secret_is_masked_but_for_counts_and_codes() -> None:
    structure = {"status": 4220, "data": {"remark": 4220, "more": [4220, 42200, True, 0.5]}}
    assert Mask(["4220"], keys=KEYS).value(structure) == {
        "status": 4220,
        "data": {"remark": MASKED, "more": [MASKED, 42200, True, 0.5]},
    }


def test_half_a_surrogate_pair_is_masked_like_any_other() -> None:
    secret = "\ud800canary\udc80"
    assert Mask([secret]).text(f"a {secret}, {json.dumps(secret)}") == f'a {MASKED}, "{MASKED}"'


def test_a_structure_is_masked_to_its_leaves_and_copied() -> None:
    structure = {"a": ["canary", {"canary": ("x canary", 5, None, True)}]}
    assert Mask(["canary"]).value(structure) == {"a": [MASKED, {MASKED: [f"x {MASKED}", 5, None, True]}]}
    assert structure == {"a": ["canary", {"canary": ("x canary", 5, None, True)}]}


@pytest.mark.parametrize("secret", ["changed", "data", "access_token", "e", "name"])
def test_a_secret_that_is_a_public_word_renames_no_key_of_a_result(secret: str) -> None:
    result = {"changed": True, "data": {"access_token": "x", "name": secret}, "changes": []}
    masked = Mask([secret], keys=KEYS).value(result)
    assert masked["changed"] is True
    assert set(masked["data"]) == {"access_token", "name"}
    assert masked["data"]["name"] == MASKED


secrets = st.text(st.characters(), min_size=4).filter(lambda secret: secret not in MASKED and secret not in KEYS)


@given(st.data(), secrets)
def test_no_secret_survives_in_any_structure(data: st.DataObject, secret: str) -> None:
    around = st.text(string.ascii_uppercase, max_size=5)
    spoilt = st.builds(lambda before, after: before + secret + after, around, around)
    leaves = spoilt | around | st.none() | st.booleans()
    structure = data.draw(
        st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(spoilt | around, inner), max_leaves=8)
    )
    assert not any(secret in text for text in texts(Mask([secret], keys=KEYS).value(structure)))


def texts(value: Any) -> list[str]:
    """Return all texts in a structure."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@given(st.lists(secrets, min_size=1, max_size=4), st.text(string.ascii_uppercase + " ", max_size=300))
def test_no_secret_survives_an_excerpt(found: list[str], filler: str) -> None:
    assume(not any(secret in filler for secret in found))
    cut = excerpt(filler + "".join(found), Mask(found))
    assert len(cut) <= 200
    assert not any(secret in cut for secret in found)


# Excerpts.


def test_a_secret_is_masked_before_it_is_cut() -> None:
    secret = "canary" * 10
    for before in range(150, 201):
        assert "canary" not in excerpt("x" * before + secret + "y" * 50, Mask([secret]))


@pytest.mark.parametrize("secret", ["canary-0123456789-token", 'canary"/\u00fc 0123456789 token'])
@pytest.mark.parametrize("spell", [str, quote, lambda text: json.dumps(text)[1:-1]])
def test_a_secret_that_the_server_has_truncated_is_masked(secret: str, spell: Callable[[str], str]) -> None:
    spelled = spell(secret)
    for length in range(4, len(spelled)):
        torn = spelled[:length]
        for end in ("", " ...", "\u2026 is no token", *([" is no token"] if length >= 12 else [])):
            shown = excerpt(f"Token {torn}{end}", Mask([secret]))
            assert shown.startswith(f"Token {MASKED}"), shown
            assert shown.removeprefix(f"Token {MASKED}").strip() in ("", end.strip())


def test_words_that_only_begin_like_a_secret_stay() -> None:
    assert excerpt("webhook_url is bad", Mask(["webhook-secret"])) == "webhook_url is bad"


def test_an_excerpt_ends_with_dots_only_if_text_was_cut() -> None:
    assert excerpt("x" * 200, Mask([])) == "x" * 200
    assert excerpt("x" * 201, Mask([])) == "x" * 199 + "…"
    assert excerpt("xxxx", Mask([]), limit=3) == "xx…"


def test_an_excerpt_is_one_line_without_control_characters() -> None:
    assert excerpt(" \x1b[31mred\x1b[0m\r\n\tand\x00\x07\x7f\x9b2J\u2028more ", Mask([])) == "[31mred [0m and 2J more"


def test_a_secret_with_control_characters_is_masked_before_they_are_removed() -> None:
    assert excerpt("x canary\x1b\ncanary y", Mask(["canary\x1b\ncanary"])) == f"x {MASKED} y"
