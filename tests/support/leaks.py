# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in the place of secrets, and the hunt for them in all that a run shows and leaves behind.

Every canary begins with one word and ends with another, both of plain letters, so that no escaping hides them, and a
canary that was cut somewhere is found by the half that is left.
"""

from __future__ import annotations

import base64
import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BEGIN, END = "canary", "yranac"
AROUND = 40  # bytes that are shown on either side of a find


def canary(name: str, odd: str = "") -> str:
    """A secret by that name. `odd` is what a real one might hold and an encoder would escape."""
    return f"{BEGIN}-{name}{odd and '-'}{odd}-{END}"


def _in_base64(word: bytes) -> Iterator[bytes]:
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + word)
        # The characters that this word alone decides.
        yield encoded[-(-before * 8 // 6) : (before + len(word)) * 8 // 6]


def _spellings(word: str) -> Iterator[bytes]:
    raw = word.encode()
    yield raw
    yield from _in_base64(raw)
    yield raw.hex().encode()
    yield "".join(f"%{byte:02x}" for byte in raw).encode()
    yield "".join(f"\\u{byte:04x}" for byte in raw).encode()
    yield "".join(f"&#{byte};" for byte in raw).encode()
    yield from (word.encode("utf-16-le"), word.encode("utf-16-be"))


TRACE = re.compile(b"|".join(re.escape(text) for word in (BEGIN, END) for text in _spellings(word)), re.IGNORECASE)


@dataclass
class Hunt:
    """One hunt, and how much of the world it has been through.

    What `left_alone` matches is not searched: it is what the documentation says of Ansible itself.
    """

    left_alone: re.Pattern[bytes] | None = None
    places: int = 0
    searched: int = 0  # bytes
    found: list[str] = field(default_factory=list)  # where, and what stands around it

    def text(self, place: str, content: str | bytes) -> None:
        """Search a text."""
        raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        if self.left_alone is not None:
            raw = self.left_alone.sub(b"", raw)
        self.places += 1
        for layer in _layers(raw):
            self.searched += len(layer)
            for match in TRACE.finditer(layer):
                start = max(match.start() - AROUND, 0)
                self.found.append(f"{place}: {layer[start : match.end() + AROUND].decode('utf-8', 'replace')!r}")

    def tree(self, place: str, root: Path) -> None:
        """Search all files below a directory, their names and where links lead."""
        for path in sorted(root.rglob("*")):
            inside = f"{place}/{path.relative_to(root)}"
            if TRACE.search(os.fsencode(path.relative_to(root))):
                self.found.append(f"{inside}: the name")
            if path.is_symlink():
                self.text(inside, os.fsencode(path.readlink()))
            elif path.is_file():
                self.text(inside, path.read_bytes())


def _layers(raw: bytes) -> Iterator[bytes]:
    """A content, and what is packed in it."""
    yield raw
    if raw.startswith(b"\x1f\x8b"):
        try:
            yield gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            return
    elif zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield from (name.encode(), archive.read(name))
