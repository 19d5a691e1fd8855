# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs: what may be a base URL, what may be any other URL, and which hosts are this machine."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, quote, unquote_plus, urlsplit

# Read with patience: a server may show anything. The user ends at the last @ before the path.
_PARTS = re.compile(
    r"(?P<scheme>(?:[A-Za-z][A-Za-z0-9+.-]*:(?=[/\\]))?[/\\]*)(?:(?P<user>[^/?#]*)@)?(?P<place>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
SHORTEST_SEGMENT = 8  # characters of the part that makes a URL secret
SHORTEST_PART = 5  # characters of a secret inside a URL that is looked for outside of it, too


class BadUrl(ValueError):
    """A URL that is refused. The text says why and never repeats the URL: it may hold a password."""


def _split(url: str) -> SplitResult:
    if any(character.isspace() or not character.isprintable() for character in url):
        raise BadUrl("contains white space or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port  # raises where it is none
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
    """Whether `host`, as urlsplit gives it, is this machine: decided by the address, never by how the text begins."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def base_url(url: str, allow_http: bool, ending: str, others: Mapping[str, str]) -> str:
    """Return the base URL in one spelling, without a trailing slash. Raises BadUrl.

    A host alone is completed by `ending`. `others` are the endings of other generations of the API, and what is said
    of each. The key travels with every request: no plain http beyond this machine unless allowed, and no secret in the
    URL itself.
    """
    parts = _split(url)
    host = (parts.hostname or "").lower()
    if "@" in parts.netloc:
        raise BadUrl("must not contain a user name or password")
    if "\\" in url or parts.query or parts.fragment:
        raise BadUrl("must be a plain base URL, without a query, a fragment or a backslash")
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise BadUrl(
            "must use https: the API key would travel in clear (`allow_http: true` permits it, for a test server)"
        )
    path = parts.path.rstrip("/") or ending
    if f"{path}/".startswith(f"{ending}/") and path != ending:
        raise BadUrl(f"goes on after {ending}, which ends the base URL")
    for other, meaning in others.items():
        if f"{other}/" in f"{path}/":
            raise BadUrl(meaning)
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = f"[{host}]" if ":" in host else host
    if parts.port not in (None, default):
        netloc = f"{netloc}:{parts.port}"
    return f"{parts.scheme}://{netloc}{path}"


def last_segment(url: str) -> set[str]:
    """Return the last segment of the path of a URL that is a secret as a whole: there is what makes it one."""
    last = _parts(url)["place"].rstrip("/").rpartition("/")[2]
    return {last} if len(last) >= SHORTEST_SEGMENT else set()


def segment(value: str) -> str:
    """`value` as one segment of a path: everything that could mean something in a URL is percent-encoded."""
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


def without_secrets(url: str, mask: str) -> str:
    """Return the URL with `mask` in the place of user and password, of each value in the query, and of the fragment."""
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
    """Yield what of the URL is secret, encoded and decoded: short parts only with what stands beside them."""
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
    """Yield name and value of each part of a query. What has no name may be the secret itself."""
    for part in filter(None, query.split("&")):
        name, equals, value = part.partition("=")
        yield (name, value) if equals else ("", part)
