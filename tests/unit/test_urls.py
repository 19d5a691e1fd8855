# SPDX-License-Identifier: GPL-3.0-or-later
"""Test URLs: the hosts to which the API key may be sent, and IDs in a path."""

from __future__ import annotations

from functools import partial
from urllib.parse import unquote, urlsplit

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._api.urls import (
    BadUrl,
    check_http_url,
    is_loopback,
    segment,
)
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import session
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.apis import LEGACY
from hypothesis import given
from hypothesis import strategies as st

base_url = partial(session.base_url, LEGACY)

LOOPBACK = [
    *("http://localhost", "http://LOCALHOST:8080", "http://localhost.", "http://127.0.0.1"),
    *("http://127.0.0.1:3000/api/v1", "http://127.255.255.254", "http://[::1]", "http://[::1]:8080"),
    "http://[0:0:0:0:0:0:0:1]",
]

ELSEWHERE = [
    *("http://kapso.example", "http://127.0.0.1.example", "http://127.0.0.1.", "http://localhost.example"),
    *("http://notlocalhost", "http://example-localhost", "http://127.1", "http://2130706433", "http://0x7f000001"),
    *("http://0177.0.0.1", "http://0.0.0.0", "http://128.0.0.1", "http://10.0.0.1", "http://[::2]", "http://[::]"),
    *("http://[::ffff:10.0.0.1]", "http://\uff1127.0.0.1", "http://127.0.0.1%00.example"),
    "http://127.0.0.1%2eexample",
]


@pytest.mark.parametrize("url", LOOPBACK)
def test_plain_http_may_go_to_this_machine(url: str) -> None:
    assert base_url(url, allow_http=False).startswith("http://")


@pytest.mark.parametrize("url", ELSEWHERE)
def test_plain_http_to_other_hosts_needs_allow_http(url: str) -> None:
    assert not is_loopback(urlsplit(url).hostname or "")
    with pytest.raises(BadUrl, match="must use https, to keep the API key secret"):
        base_url(url, allow_http=False)
    assert base_url(url, allow_http=True).startswith("http://")
    assert base_url(url.replace("http:", "https:"), allow_http=False).startswith("https://")


@pytest.mark.parametrize("allow_http", [False, True])
@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        pytest.param("http://127.0.0.1@kapso.example", "user name", id="a host that is a user"),
        pytest.param("https://user@kapso.example", "user name", id="a user"),
        pytest.param("https://user:canary@kapso.example", "user name", id="a user and a password"),
        pytest.param("https://:canary@kapso.example", "user name", id="a password"),
        pytest.param("https://@kapso.example", "user name", id="an empty user"),
        pytest.param("https://user%40x:canary@kapso.example", "user name", id="an encoded user"),
        pytest.param("http://127.0.0.1\\@kapso.example", "user name", id="a backslash before a user"),
        pytest.param("http://127.0.0.1\\.kapso.example", "backslash", id="a backslash in the host"),
        pytest.param("https://kapso.example/api\\v1", "backslash", id="a backslash in the path"),
        pytest.param("https://kapso.example/?key=canary", "query", id="a query"),
        pytest.param("https://kapso.example/#canary", "fragment", id="a fragment"),
        pytest.param("https://", "names no host", id="nothing after the scheme"),
        pytest.param("https:///api/v1", "names no host", id="no host before the path"),
        pytest.param("https://:8080", "names no host", id="a port without a host"),
        pytest.param("https://kapso.example/api/v1/whatsapp_configs", "must end in /api/v1", id="of a list"),
        pytest.param("https://kapso.example/platform/v1/x", "platform API", id="of a list of the platform API"),
        pytest.param("https://kapso.example/platform/v1", "platform API", id="the platform API"),
        pytest.param("https://kapso.example/at/platform/v1/", "platform API", id="the platform API elsewhere"),
        pytest.param("https://kapso.example:0", "names no host", id="port 0"),
        pytest.param("https://kapso.example:65536", "is not a URL", id="a port that is too high"),
        pytest.param("https://kapso.example:canary", "is not a URL", id="a port that is a text"),
        pytest.param("https://kapso.example:-1", "is not a URL", id="a port below 0"),
        pytest.param("https://[::1", "is not a URL", id="half a bracket"),
        pytest.param("https://[canary]", "is not a URL", id="brackets around no address"),
        pytest.param("kapso.example/api/v1", "must begin with", id="no scheme"),
        pytest.param("//kapso.example", "must begin with", id="an empty scheme"),
        pytest.param("", "must begin with", id="nothing"),
        pytest.param("ftp://kapso.example", "must begin with", id="ftp"),
        pytest.param("file:///etc/passwd", "must begin with", id="a file"),
        pytest.param("javascript:alert(1)", "must begin with", id="a script"),
        pytest.param("https://kapso.example/a b", "white space", id="a blank"),
        pytest.param(" https://kapso.example", "white space", id="a blank before"),
        pytest.param("https://kapso.example\n", "white space", id="a line end"),
        pytest.param("https://kapso\texample", "white space", id="a tab that urlsplit would drop"),
        pytest.param("https://kapso.example/\x00", "control characters", id="a zero byte"),
        pytest.param("https://kapso.example/\x1b[2J", "control characters", id="an escape"),
        pytest.param("https://kapso.example/\u200b", "control characters", id="a blank of no width"),
        pytest.param("https://kapso.example/\u202e", "control characters", id="a change of direction"),
    ],
)
def test_an_invalid_base_url_is_refused_without_being_repeated(url: str, refusal: str, allow_http: bool) -> None:
    with pytest.raises(BadUrl, match=refusal) as caught:
        base_url(url, allow_http)
    assert "canary" not in str(caught.value)
    assert "example" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://app.kapso.ai/api/v1", "https://app.kapso.ai/api/v1"),
        ("https://app.kapso.ai/api/v1/", "https://app.kapso.ai/api/v1"),
        ("https://app.kapso.ai/api/v1///", "https://app.kapso.ai/api/v1"),
        ("https://app.kapso.ai/", "https://app.kapso.ai/api/v1"),
        ("https://app.kapso.ai", "https://app.kapso.ai/api/v1"),
        ("HTTPS://App.Kapso.AI/Api", "https://app.kapso.ai/Api"),
        ("https://kapso.example:443/x", "https://kapso.example/x"),
        ("http://localhost:80", "http://localhost/api/v1"),
        ("http://localhost:443", "http://localhost:443/api/v1"),
        ("https://kapso.example:8443/", "https://kapso.example:8443/api/v1"),
        ("https://kapso.example:", "https://kapso.example/api/v1"),
        ("http://[::1]:8080/", "http://[::1]:8080/api/v1"),
        ("https://b\xfccher.example/v1", "https://b\xfccher.example/v1"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example/api/v1"),
    ],
)
def test_a_base_url_has_one_spelling(url: str, spelling: str) -> None:
    assert base_url(url, allow_http=False) == spelling
    assert base_url(spelling, allow_http=False) == spelling


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example.org", "http://hooks.example.org/wa?token=x#y", "https://user:x@hooks.example.org:8443/"],
)
def test_a_webhook_may_be_at_any_http_url_with_a_host(url: str) -> None:
    check_http_url(url)


@pytest.mark.parametrize("url", ["hooks.example.org", "https://", "mailto:canary@example.org", "https://a b", ""])
def test_other_urls_of_webhooks_are_refused(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        check_http_url(url)
    assert "canary" not in str(caught.value)


@given(st.text(), st.booleans())
def test_any_text_raises_only_bad_url(text: str, allow_http: bool) -> None:
    for url in (text, f"https://{text}", f"http://{text}/x"):
        try:
            spelling = base_url(url, allow_http)
        except BadUrl:
            continue
        parts = urlsplit(spelling)
        assert parts.scheme == "https" or allow_http or is_loopback(parts.hostname or "")
        assert parts.username is None
        assert parts.password is None


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11", "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"),
        ("a/b", "a%2Fb"),
        ("../customers", "..%2Fcustomers"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b", "a%20b"),
        ("a+b&c=d;e", "a%2Bb%26c%3Dd%3Be"),
        ("a\\b", "a%5Cb"),
        ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("\xe4\U0001f600", "%C3%A4%F0%9F%98%80"),
        ("\ud800", "%ED%A0%80"),
    ],
)
def test_a_segment_stays_one_segment(value: str, encoded: str) -> None:
    assert segment(value) == encoded


@given(st.text())
def test_any_text_can_be_decoded_from_its_segment(value: str) -> None:
    encoded = segment(value)
    assert unquote(encoded) == value
    assert encoded.isascii()
    assert not set(encoded) & set("/?#\\ &=+;")
