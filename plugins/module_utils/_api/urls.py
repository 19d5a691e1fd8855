# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs: check base URLs and other URLs, and find and mask the secrets in them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, quote, unquote_plus, urlsplit

# Matches any text, since a server may return anything. The user name ends at the last @ before the path.
_PARTS = re.compile(
    r"(?P<scheme>(?:[A-Za-z][A-Za-z0-9+.-]*:(?=[/\\]))?[/\\]*)(?:(?P<user>[^/?#]*)@)?(?P<place>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
SHORTEST_SEGMENT = 8  # characters; a shorter last segment is not a secret
SHORTEST_PART = 5  # characters; a shorter part of a URL is masked only together with the text beside it


class BadUrl(ValueError):
    """A URL that is refused. The text gives the reason and never repeats the URL, which may hold a password."""


def _split(url: str) -> SplitResult:
    """Return the parts of an http or https URL. Raise BadUrl."""
    if " " in url or not url.isprintable():  # no other white space is printable
        raise BadUrl("contains white space or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError if it is no number
    except ValueError:
        raise BadUrl("is not a URL") from None
    if parts.scheme not in ("http", "https"):
        raise BadUrl("must begin with https:// or http://")
    if not parts.hostname or port == 0:
        raise BadUrl("names no host")
    return parts


def check_http_url(url: str) -> None:
    """Raise BadUrl unless `url` is an http or https URL with a host."""
    _split(url)


def is_loopback(host: str) -> bool:
    """Return whether `host`, as urlsplit returns it, is this machine. Its address decides, not its first characters."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def base_url(url: str, allow_http: bool, ending: str, others: Mapping[str, str]) -> str:
    """Return the base URL in one spelling, without a trailing slash. Raise BadUrl.

    A host alone is completed by `ending`. `others` maps the ending of each other API to the message about it. The API
    key goes out with every request: http is refused except to this machine or with `allow_http`. A user name, a
    password, a query or a fragment in the URL is refused.
    """
    parts = _split(url)
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc:
        raise BadUrl("must not contain a user name or password")
    if "\\" in url or parts.query or parts.fragment:
        raise BadUrl("must be a plain base URL, without a query, a fragment or a backslash")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise BadUrl("must use https, to keep the API key secret (`allow_http: true` permits http, for a test server)")
    path = parts.path.rstrip("/") or ending
    if f"{path}/".startswith(f"{ending}/") and path != ending:
        raise BadUrl(f"must end in {ending}: remove the rest")
    for other, meaning in others.items():
        if f"{other}/" in f"{path}/":
            raise BadUrl(meaning)
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = f"[{host}]" if ":" in host else host
    if parts.port not in (None, default):
        netloc = f"{netloc}:{parts.port}"
    return f"{parts.scheme}://{netloc}{path}"


def last_segment(url: str) -> set[str]:
    """Return the last segment of the path, as a set; an empty one if it is short. It makes the URL a secret."""
    last = _parts(url)["place"].rstrip("/").rpartition("/")[2]
    return {last} if len(last) >= SHORTEST_SEGMENT else set()


def segment(value: str) -> str:
    """Return `value` as one segment of a path: each character with a meaning in URLs is percent-encoded."""
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def without_secrets(url: str, mask: str) -> str:
    """Return the URL with `mask` in place of user and password, each value in the query, and the fragment."""
    parts = _parts(url)
    query = "&".join(f"{name}={mask if value else ''}" if name else mask for name, value in _pairs(parts["query"]))
    return "".join(
        (
            parts["scheme"],
            f"{mask}@" if parts["user"] else "",
            parts["place"],
            f"?{query}" if parts["query"] else "",
            f"#{mask}" if parts["fragment"] else "",
        )
    )


def without_secrets_in(text: str, mask: str) -> str:
    """Return the text with the secrets of each URL in it replaced by `mask`."""
    return _IN_TEXT.sub(lambda match: without_secrets(match[0], mask), text)


def secrets_in(url: str) -> Iterator[str]:
    """Yield the secrets in a URL, encoded and decoded. A short one is yielded with the text beside it."""
    parts = _parts(url)
    user, _colon, password = parts["user"].partition(":")
    found = [(parts["user"], user), (parts["user"], password), (parts["fragment"], parts["fragment"])]
    found += ((f"{name}={value}", value) for name, value in _pairs(parts["query"]))
    for whole, part in found:
        secret = part if len(part) >= SHORTEST_PART or not part else whole
        yield from (text for text in (secret, unquote_plus(secret)) if len(text) >= SHORTEST_PART)


def _parts(url: str) -> dict[str, str]:
    return next(_PARTS.finditer(url)).groupdict("")  # any text matches


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    """Yield the name and value of each part of a query. A part without a name may be the secret itself."""
    for part in filter(None, query.split("&")):
        name, equals, value = part.partition("=")
        yield (name, value) if equals else ("", part)
