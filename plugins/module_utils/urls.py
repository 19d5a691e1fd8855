# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""URLs: what may be a base URL, what may be a webhook URL, and which hosts are this machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, quote, urlsplit


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


def base_url(url: str, allow_http: bool) -> str:
    """The base URL in one spelling, without a trailing slash. Raises BadUrl.

    The key travels with every request: no plain http beyond this machine unless allowed, and nothing in the URL that is
    a secret itself.
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
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = f"[{host}]" if ":" in host else host
    if parts.port not in (None, default):
        netloc = f"{netloc}:{parts.port}"
    return f"{parts.scheme}://{netloc}{parts.path.rstrip('/')}"


def segment(value: str) -> str:
    """`value` as one segment of a path: everything that could mean something in a URL is percent-encoded."""
    return quote(value.encode("utf-8", "surrogatepass"), safe="")
