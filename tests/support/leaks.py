# SPDX-License-Identifier: GPL-3.0-or-later
"""Put canaries in place of secrets, and search for them in the output and the files of a run.

A canary begins with one word and ends with another, both of plain letters. No escaping hides these words, and one half
of a truncated canary is enough to find it.
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
LINK = "EXAMPLE-LINK"  # in the URL and token of every setup link that the emulator creates
AROUND = 40  # bytes that are shown on either side of a match


def canary(name: str, odd: str = "") -> str:
    """Return a secret with that name. `odd` has characters that encoders escape."""
    return f"{BEGIN}-{name}{odd and '-'}{odd}-{END}"


def _in_base64(word: bytes) -> Iterator[bytes]:
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + word)
        # Keep the characters that depend on this word alone.
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


TRACE = re.compile(
    b"|".join(re.escape(text) for word in (BEGIN, END, LINK) for text in _spellings(word)), re.IGNORECASE
)


@dataclass
class Hunt:
    """Search for canaries, and count the places and bytes searched.

    Text that `left_alone` matches is not searched: the documentation says that Ansible itself shows it.
    """

    left_alone: re.Pattern[bytes] | None = None
    places: int = 0
    searched: int = 0  # bytes
    found: list[str] = field(default_factory=list)  # the place of each match, and the text around it

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
        """Search all files below a directory, their names, and the targets of links."""
        for path in sorted(root.rglob("*")):
            inside = f"{place}/{path.relative_to(root)}"
            if TRACE.search(os.fsencode(path.relative_to(root))):
                self.found.append(f"{inside}: the name")
            if path.is_symlink():
                self.text(inside, os.fsencode(path.readlink()))
            elif path.is_file():
                self.text(inside, path.read_bytes())


def _layers(raw: bytes) -> Iterator[bytes]:
    """Yield a content, and the content of an archive or compressed file in it."""
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
