# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow the README and the first page of the site in an empty directory, and update the output of their commands.

``python -m tests.tools.readme`` writes the blocks of ``text`` in the README: each has the whole output of the commands
before it. It also draws the dry run of the first page as a terminal. An emulator replaces Kapso; its IDs and names are
always the same, and its URL is shown as Kapso's. The README also gets the report of a plan in the demo.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.collection import ROOT, build_artifact
from tests.emulator import Emulator
from tests.support.reader import Reader
from tests.tools.marks import as_code, with_marked
from tests.tools.pictures import PLACE
from tests.tools.pictures.terminal import report, terminal

README, INDEX = ROOT / "README.md", ROOT / "docs" / "index.md"
TERMINAL = PLACE / "terminal.svg"


def tidy(printed: str) -> str:
    """Return an output for a page: without blanks at the ends of lines, with single empty lines only."""
    lines = [line.rstrip() for line in printed.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or lines[number - 1]]
    return "\n".join(kept) + "\n"


def reader(kapso: Emulator, place: Path) -> Reader:
    """Return a reader with the collection archive and an empty directory in `place`."""
    for name in ("built", "reader"):
        (place / name).mkdir(parents=True)
    return Reader(kapso, place / "reader", build_artifact(place / "built"), redis_url="")


def written(kapso: Emulator, place: Path) -> str:
    """Return the README with its current outputs. Raise AssertionError if it cannot be followed."""
    lines = README.read_text(encoding="utf-8").splitlines(keepends=True)
    followed = reader(kapso, place).follow(README)
    before = zip(followed[1:], followed, strict=False)
    for (block, _nothing), (_commands, said) in reversed(list(before)):  # from the end: lines before do not move
        if block.language == "text":
            lines[block.line : block.line + len(block.text.splitlines())] = [tidy(said)]
    return "".join(lines)


def drawn(kapso: Emulator, place: Path) -> str:
    """Return the picture of the dry run of the first page. Raise AssertionError if the page cannot be followed."""
    (shown,) = (
        (block.text.splitlines()[-1], said)
        for block, said in reader(kapso, place).follow(INDEX)
        if block.language == "console" and "--check" in block.text
    )
    return terminal(shown[0], report(shown[1]))


def demonstrated() -> str:
    """Return the report of the first plan of a project in the demo. Raise ValueError if the demo has none."""
    demo = [sys.executable, "-m", "tests.tools.demo"]
    done = subprocess.run(demo, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True, timeout=300)
    begins = done.stdout.index("KAPSO PLAN", done.stdout.index("=== plan of a project"))
    return done.stdout[begins : done.stdout.index("\n===", begins)]


def main() -> None:
    """Write the README and the picture."""
    with tempfile.TemporaryDirectory(prefix="kapso-readme-") as place, Emulator.start() as kapso:
        README.write_text(with_marked(written(kapso, Path(place)), "demo", as_code(demonstrated())), encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="kapso-index-") as place, Emulator.start() as kapso:
        TERMINAL.write_text(drawn(kapso, Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
