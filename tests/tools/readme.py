# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the README in an empty directory, and put into it what its commands print.

``python -m tests.tools.readme`` writes the blocks of ``text``, each of which is the whole output of the commands before
it. An emulator stands in for Kapso; ids and names there are always the same, and its URL reads as Kapso's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.collection import ROOT, build_artifact
from tests.emulator import Emulator
from tests.support.reader import Reader

README = ROOT / "README.md"


def tidy(printed: str) -> str:
    """An output as a page shows it: no blanks at the ends of lines, none but single empty lines."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"


def written(kapso: Emulator, place: Path) -> str:
    """The README with its outputs as they are now. Raises AssertionError where it cannot be followed."""
    for name in ("built", "reader"):
        (place / name).mkdir()
    reader = Reader(kapso, place / "reader", build_artifact(place / "built"), redis_url="")
    lines = README.read_text(encoding="utf-8").splitlines(keepends=True)
    followed = reader.follow(README)
    before = zip(followed[1:], followed, strict=False)
    for (block, _nothing), (_commands, said) in reversed(list(before)):  # from the end: the lines before stay in place
        if block.language == "text":
            lines[block.line : block.line + len(block.text.splitlines())] = [tidy(said)]
    return "".join(lines)


def main() -> None:
    """Write the README."""
    with tempfile.TemporaryDirectory(prefix="kapso-readme-") as place, Emulator.start() as kapso:
        README.write_text(written(kapso, Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
