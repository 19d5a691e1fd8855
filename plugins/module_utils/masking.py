# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking: no secret leaves in a text, in whatever spelling a server or a library sent it back."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, quote_plus

from ansible_collections.kapso.whatsapp.plugins.module_utils.resources import WHATSAPP_CONFIG

MASKED = "(sensitive)"
HEAD = 8  # characters of a secret, at most, that are compared before all of it is

# The keys of results and of Kapso's objects are public words. A secret that is the same word must not rename them, or
# the result would lose its `changed`.
_RESULT_KEYS = (
    "changed failed skipped msg warnings data changes diff error results summary config_id field action reason before "
    "after before_header after_header status message method url attempts outcome total created deleted unchanged "
    "requests configs"
)
KEYS = frozenset([*_RESULT_KEYS.split(), *(field.name for field in WHATSAPP_CONFIG.fields)])

_IN_HTML_SAFE_JSON = {ord(character): f"\\u{ord(character):04x}" for character in "&<>"}


def _spellings(secret: str) -> Iterator[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    for ascii_only in (True, False):
        text = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield from (text, text.replace("/", "\\/"), text.translate(_IN_HTML_SAFE_JSON))
    yield from (html.escape(secret), html.escape(secret, quote=False))
    yield repr(secret)[1:-1]
    yield quote(raw, safe="")
    yield quote(raw)
    yield quote_plus(raw)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(raw).decode()
        yield from (encoded, encoded.rstrip("="))


class _Index:
    """Texts to look for, by how they begin: thousands of them are looked for as fast as one."""

    def __init__(self, texts: Collection[str]) -> None:
        self._length = min((HEAD, *map(len, texts)))
        self._by_head: dict[str, list[str]] = {}
        for text in texts:
            self._by_head.setdefault(text[: self._length], []).append(text)
        self._heads = frozenset(self._by_head)

    def found_in(self, text: str) -> Iterator[str]:
        """Those of the texts that are somewhere in this one."""
        windows = zip(range(len(text)), range(self._length, len(text) + 1))
        for head in self._heads.intersection({text[start:end] for start, end in windows}):
            yield from (sought for sought in self._by_head[head] if sought in text)


class Mask:
    """Replaces the given secrets in texts and in whole structures."""

    def __init__(self, secrets: Iterable[Any]) -> None:
        self.secrets = frozenset(str(secret) for secret in secrets if secret)

    @cached_property
    def _spellings(self) -> _Index:
        return _Index({spelling for secret in self.secrets for spelling in _spellings(secret) if spelling})

    def text(self, text: str) -> str:
        """The text with every secret replaced."""
        # Longest first, so that a secret that contains another is masked whole.
        found = sorted(self._spellings.found_in(text), key=lambda spelling: (-len(spelling), spelling))
        return re.sub("|".join(map(re.escape, found)), MASKED, text) if found else text

    def value(self, value: Any) -> Any:
        """A copy of a JSON-like structure with every text in it masked, and every key but the public KEYS."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key if key in KEYS else self.value(key): self.value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        return value


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def excerpt(text: str, mask: Mask, limit: int = 200) -> str:
    """The first `limit` characters on one line, masked before cut: a cut secret could no longer be recognised.

    Control characters, which could drive a terminal, become spaces.
    """
    line = " ".join(_CONTROL.sub(" ", mask.text(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
