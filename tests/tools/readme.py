# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the README and the first page of the site in an empty directory, and put into them what their commands print.

``python -m tests.tools.readme`` writes the blocks of ``text`` in the README, each of which is the whole output of the
commands before it, and draws the dry run of the first page as a terminal. An emulator stands in for Kapso; ids and
names there are always the same, and its URL reads as Kapso's.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.collection import ROOT, build_artifact
from tests.emulator import Emulator
from tests.support.reader import Reader
from tests.tools.pictures import PLACE
from tests.tools.pictures.terminal import report, terminal

README, INDEX = ROOT / "README.md", ROOT / "docs" / "index.md"
TERMINAL = PLACE / "terminal.svg"


def tidy(printed: str) -> str:
    """An output as a page shows it: no blanks at the ends of lines, none but single empty lines."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"


def reader(kapso: Emulator, place: Path) -> Reader:
    """Return a reader with the artifact and an empty directory in `place`."""
    for name in ("built", "reader"):
        (place / name).mkdir(parents=True)
    return Reader(kapso, place / "reader", build_artifact(place / "built"), redis_url="")


def written(kapso: Emulator, place: Path) -> str:
    """The README with its outputs as they are now. Raises AssertionError where it cannot be followed."""
    lines = README.read_text(encoding="utf-8").splitlines(keepends=True)
    followed = reader(kapso, place).follow(README)
    before = zip(followed[1:], followed, strict=False)
    for (block, _nothing), (_commands, said) in reversed(list(before)):  # from the end: the lines before stay in place
        if block.language == "text":
            lines[block.line : block.line + len(block.text.splitlines())] = [tidy(said)]
    return "".join(lines)


def drawn(kapso: Emulator, place: Path) -> str:
    """Return the picture of the dry run of the first page. Raises AssertionError if that page cannot be followed."""
    (shown,) = (
        (block.text.splitlines()[-1], said)
        for block, said in reader(kapso, place).follow(INDEX)
        if block.language == "console" and "--check" in block.text
    )
    return terminal(shown[0], report(shown[1]))


def main() -> None:
    """Write the README and the picture."""
    with tempfile.TemporaryDirectory(prefix="kapso-readme-") as place, Emulator.start() as kapso:
        README.write_text(written(kapso, Path(place)), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="kapso-index-") as place, Emulator.start() as kapso:
        TERMINAL.write_text(drawn(kapso, Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
