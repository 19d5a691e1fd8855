# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking: no secret leaves in a text, in whatever spelling a server or a library sent it back."""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import product, takewhile
from typing import Any, Callable
from urllib.parse import quote, quote_plus

from . import urls
from .texts import as_text, escaped

MASKED = "(sensitive)"
HEAD = 8  # characters of a secret, at most, that are compared before all of it is
TORN_ANYWHERE = 12  # characters that are taken for the beginning of a secret wherever they are
TORN_AT_END = 4  # and where a text ends, or is cut by dots

# The keys of results and of Kapso's objects are public words. A secret that is the same word must not rename them, or
# the result would lose its `changed`.
_PLAIN = re.compile(r"[A-Za-z0-9_.-]*")  # no spelling but base64 changes a text of these
_IN_HTML_SAFE_JSON = {ord(character): f"\\u{ord(character):04x}" for character in "&<>"}
_HEX_DIGITS = re.compile(r"%[0-9A-F]{2}|\\u[0-9a-f]{4}")
SHORTEST_BASE64 = 4  # characters: fewer would be found by chance


def _spellings(secret: str) -> Iterator[str]:
    # Servers strip texts, and that of a YAML block ends with a line end.
    for text in dict.fromkeys((secret, secret.strip())):
        yield text
        if not _PLAIN.fullmatch(text):
            for spelling in _escaped(text):
                yield from (spelling, _HEX_DIGITS.sub(_in_the_other_case, spelling))
        yield from _in_base64(text.encode("utf-8", "surrogatepass"))


def _escaped(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        quoted = _in_json(text, ascii_only)
        yield from (quoted, quoted.replace("/", "\\/"), quoted.translate(_IN_HTML_SAFE_JSON))
        yield _in_json(quoted, ascii_only)  # JSON as a text within JSON
    in_html = html.escape(text, quote=False)
    for double, single in product(('"', "&quot;", "&#34;"), ("'", "&#x27;", "&#39;", "&#039;")):
        yield in_html.replace('"', double).replace("'", single)
    yield repr(text)[1:-1]
    raw = text.encode("utf-8", "surrogatepass")
    yield from (quote(raw, safe=""), quote(raw), quote_plus(raw))


def _in_json(text: str, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


def _in_the_other_case(match: re.Match[str]) -> str:
    digits = match[0]
    return digits.lower() if digits[0] == "%" else digits[:2] + digits[2:].upper()


def _in_base64(raw: bytes) -> Iterator[str]:
    """By itself, and as a part of something longer: there it looks otherwise after 1, 2 and 3 bytes."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(raw).decode()
        yield from (encoded, encoded.rstrip("="))
        for before in range(3):
            # The characters that these bytes alone decide: six bits each.
            first, behind = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            inner = encode(bytes(before) + raw).decode()[first:behind]
            if len(inner) >= SHORTEST_BASE64:
                yield inner


@lru_cache(maxsize=32)  # the items of a loop share the API key, and most of them more than that
def _all_spellings(secret: str) -> frozenset[str]:
    return frozenset(filter(None, _spellings(secret)))


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


class _Known:
    """A set of secrets, prepared to be looked for when that is first needed."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.secrets = secrets

    @cached_property
    def texts(self) -> frozenset[str]:
        """All spellings of all secrets."""
        return frozenset().union(*map(_all_spellings, self.secrets))

    @cached_property
    def index(self) -> _Index:
        """The spellings, to find those in a text."""
        return _Index(self.texts)

    @cached_property
    def starts(self) -> dict[str, list[str]]:
        """The spellings by how they begin."""
        starts: dict[str, list[str]] = {}
        for spelling in self.texts:
            starts.setdefault(spelling[:TORN_AT_END], []).append(spelling)
        return starts


def _nothing(_payload: Any) -> Iterable[str]:
    return ()


class Mask:
    """Replaces secrets in texts and in whole structures: the given ones, and those that it learns.

    `secrets_in` finds the secrets in options and in answers. `keys` are names in results, which are public. A mask is
    safe for threads.
    """

    def __init__(
        self,
        secrets: Iterable[Any],
        secrets_in: Callable[[Any], Iterable[str]] = _nothing,
        keys: Collection[str] = frozenset(),
    ) -> None:
        self._known = _Known(frozenset(as_text(secret) for secret in secrets if secret) - {""})
        self._secrets_in = secrets_in
        self._keys = keys
        self._lock = threading.Lock()

    @property
    def secrets(self) -> frozenset[str]:
        """The secrets known by now."""
        return self._known.secrets

    def learn(self, payload: Any) -> None:
        """Take in the secrets in options, or in an answer the moment it is read."""
        with self._lock:
            more = frozenset(self._secrets_in(payload)) - self.secrets
            if more:
                self._known = _Known(self.secrets | more)

    def text(self, text: str) -> str:
        """The text with every secret replaced."""
        # Longest first, so that a secret that contains another is masked whole.
        found = sorted(self._known.index.found_in(text), key=lambda spelling: (-len(spelling), spelling))
        if not found:
            return text
        # Found at every place, so that of two that overlap nothing stays.
        ahead = re.finditer(f"(?=({'|'.join(map(re.escape, found))}))", text)
        return _replaced(text, (match.span(1) for match in ahead))

    def torn(self, text: str) -> str:
        """The text with beginnings of secrets replaced, too: a server may cut what it repeats."""
        return _replaced(text, self._beginnings(text))

    def _beginnings(self, text: str) -> Iterator[tuple[int, int]]:
        starts = self._known.starts
        for start in range(len(text) - TORN_AT_END + 1):
            least = start + TORN_AT_END
            for spelling in starts.get(text[start:least], ()):
                whole = start + len(spelling)
                same = takewhile(lambda pair: pair[0] == pair[1], zip(spelling, text[start:whole]))
                end = start + sum(1 for _pair in same)
                if end - start >= TORN_ANYWHERE or _CUT.match(text, end):
                    yield start, end

    def value(self, value: Any) -> Any:
        """A copy of a JSON-like structure with every text in it masked, and every key that is not public.

        So is a number that is a secret, but for the counts and codes under these keys.
        """
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key if key in self._keys else self.value(key): self._item(key, item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) in self.secrets:
            return MASKED
        return value

    def _item(self, key: Any, item: Any) -> Any:
        return item if key in self._keys and isinstance(item, (int, float)) else self.value(item)


def _replaced(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with MASKED in each of these places, given in the order of their beginnings; once where they overlap."""
    parts: list[str] = []
    done = 0
    for start, end in places:
        if start >= done:
            parts += [text[done:start], MASKED]
        done = max(done, end)
    return "".join([*parts, text[done:]])


_CUT = re.compile(r"\s*(?:\Z|\.{2}|…)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def excerpt(text: str, mask: Mask, limit: int = 200) -> str:
    """The first `limit` characters on one line, masked before cut: a cut secret could no longer be recognised.

    Control characters, which could drive a terminal, become spaces. Of URLs, known or not, no secret is repeated.
    """
    line = " ".join(_CONTROL.sub(" ", mask.text(text)).split())
    line = escaped(mask.torn(urls.without_secrets_in(line, MASKED)[: 4 * limit]))
    return line if len(line) <= limit else line[: limit - 1] + "…"
