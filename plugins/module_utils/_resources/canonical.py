# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which texts are compared. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def readable_text(text: str) -> str:
    """Return a text without white space at its ends, in one Unicode form."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFC", text).strip()


@lru_cache(maxsize=2**14)  # each declared webhook is compared with each row of its phone number
def url(text: str) -> str:
    """Return a URL with scheme and host in lower case, no default port, and `/` for an empty path.

    A text that is no URL is returned in the form of `readable_text`.
    """
    text = readable_text(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return text
    if not host:
        return text
    user, at, _place = parts.netloc.rpartition("@")
    place = f"[{host}]" if ":" in host else host
    place = place if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{place}:{port}"
    return parts._replace(netloc=f"{user}{at}{place}", path=parts.path or "/").geturl()
