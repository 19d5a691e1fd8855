# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Masking: replace each secret in a text, in any spelling that a server or a library may use."""

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
HEAD = 8  # characters at most by which _Index groups the spellings
FEW = 40  # texts at most that _Index looks for one by one: for so few, that is faster than by first characters
TORN_ANYWHERE = 12  # first characters of a secret that are masked anywhere in a text
TORN_AT_END = 4  # first characters of a secret that are masked at the end of a text, or before dots

_PLAIN = re.compile(r"[A-Za-z0-9_.-]*")  # only base64 changes a text of these characters
_IN_HTML_SAFE_JSON = {ord(character): f"\\u{ord(character):04x}" for character in "&<>"}
_HEX_DIGITS = re.compile(r"%[0-9A-F]{2}|\\u[0-9a-f]{4}")
SHORTEST_BASE64 = 4  # characters; a shorter text would match by chance


def _spellings(secret: str) -> Iterator[str]:
    # The text of a YAML block ends with a line end, and servers strip texts.
    for text in dict.fromkeys((secret, secret.strip())):
        yield text
        if not _PLAIN.fullmatch(text):
            for spelling in _escaped(text):
                yield from (spelling, _HEX_DIGITS.sub(_in_the_other_case, spelling))
        yield from _in_base64(text.encode("utf-8", "surrogatepass"))


def _escaped(text: str) -> Iterator[str]:
    """Yield the spellings of a text in JSON, HTML, Python and URLs."""
    for ascii_only in (True, False):
        quoted = _in_json(text, ascii_only)
        yield from (quoted, quoted.replace("/", "\\/"), quoted.translate(_IN_HTML_SAFE_JSON))
        yield _in_json(quoted, ascii_only)  # a JSON text inside JSON
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
    """Yield the base64 of the bytes alone, and its three forms inside the base64 of a longer text."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(raw).decode()
        yield from (encoded, encoded.rstrip("="))
        for before in range(3):
            # Only the characters that depend on these bytes alone. Each stands for six bits.
            first, behind = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            inner = encode(bytes(before) + raw).decode()[first:behind]
            if len(inner) >= SHORTEST_BASE64:
                yield inner


@lru_cache(maxsize=32)  # the items of a loop share the API key and usually other secrets
def _all_spellings(secret: str) -> frozenset[str]:
    return frozenset(filter(None, _spellings(secret)))


class _Index:
    """Texts to look for, grouped by their first characters. Looking for thousands is as fast as for one."""

    def __init__(self, texts: Collection[str]) -> None:
        self._few = tuple(texts) if len(texts) <= FEW else ()
        self._length = min((HEAD, *map(len, texts)))
        self._by_head: dict[str, list[str]] = {}
        for text in texts:
            self._by_head.setdefault(text[: self._length], []).append(text)
        self._heads = frozenset(self._by_head)

    def found_in(self, text: str) -> Iterator[str]:
        """Yield the indexed texts that are in `text`."""
        if self._few:
            yield from (sought for sought in self._few if sought in text)
            return
        windows = zip(range(len(text)), range(self._length, len(text) + 1))
        for head in self._heads.intersection({text[start:end] for start, end in windows}):
            yield from (sought for sought in self._by_head[head] if sought in text)


class _Known:
    """A set of secrets. Their spellings are computed at the first use."""

    def __init__(self, secrets: frozenset[str]) -> None:
        self.secrets = secrets

    @cached_property
    def texts(self) -> frozenset[str]:
        """Return all spellings of all secrets."""
        return frozenset().union(*map(_all_spellings, self.secrets))

    @cached_property
    def index(self) -> _Index:
        """Return an index of the spellings."""
        return _Index(self.texts)

    @cached_property
    def starts(self) -> dict[str, list[str]]:
        """Return the spellings by their first TORN_AT_END characters."""
        starts: dict[str, list[str]] = {}
        for spelling in self.texts:
            starts.setdefault(spelling[:TORN_AT_END], []).append(spelling)
        return starts


def _nothing(_payload: Any) -> Iterable[str]:
    return ()


class Mask:
    """Replaces secrets in texts and in structures: the given secrets and those that it learns. Safe for threads.

    `secrets_in(payload)` yields the secrets in options or in a response. `keys` are the public keys of results and of
    Kapso's objects. They are not masked: a secret that equals the key `changed` must not remove it from the result.
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
        """Return the known secrets."""
        return self._known.secrets

    def learn(self, payload: Any) -> None:
        """Add the secrets in options, or in a response as soon as it is read."""
        with self._lock:
            more = frozenset(self._secrets_in(payload)) - self.secrets
            if more:
                self._known = _Known(self.secrets | more)

    def text(self, text: str) -> str:
        """Return the text with every secret replaced by MASKED."""
        # Longest first, so that a secret that contains another is masked whole.
        found = sorted(self._known.index.found_in(text), key=lambda spelling: (-len(spelling), spelling))
        if not found:
            return text
        # The lookahead also finds a secret that overlaps another.
        ahead = re.finditer(f"(?=({'|'.join(map(re.escape, found))}))", text)
        return _replaced(text, (match.span(1) for match in ahead))

    def torn(self, text: str) -> str:
        """Return the text with beginnings of secrets replaced: a server may cut the text that it repeats."""
        return _replaced(text, self._beginnings(text))

    def _beginnings(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of each place that looks like the beginning of a secret."""
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
        """Return a copy of a JSON-like structure with its texts, and its keys that are not public, masked.

        A number that equals a secret is masked, too, except directly under a public key: there it is a count or a code.
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
    """Return the text with MASKED in the given places, sorted by start. Overlapping places get one MASKED."""
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
    """Return the text on one line, masked and then cut to `limit` characters. A cut secret would not be found.

    Control characters become spaces, since they could control a terminal. Secrets in URLs are replaced, known or not.
    """
    line = " ".join(_CONTROL.sub(" ", mask.text(text)).split())
    line = escaped(mask.torn(urls.without_secrets_in(line, MASKED)[: 4 * limit]))
    return line if len(line) <= limit else line[: limit - 1] + "…"
