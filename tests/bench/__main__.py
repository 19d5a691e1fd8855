# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure everything with `python -m tests.bench`, print it, and write it to a page.

The exit status is 1 if a run made other requests than expected, or could not run. It does not depend on the speed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench import page
from tests.bench.chapters import CHAPTERS, SIZES
from tests.bench.processes import Failed
from tests.collection import BUILD, ROOT
from tests.emulator import Emulator
from tests.tools.extra_venv import Unavailable

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> int:
    """Run the benchmarks; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure the collection.")
    parser.add_argument("chapters", nargs="*", choices=[*CHAPTERS, []], metavar="chapter", help=", ".join(CHAPTERS))
    parser.add_argument("--size", choices=list(SIZES), default="full", help="how much is measured")
    parser.add_argument("--page", type=Path, help="where to write it; without: docs, if all is measured in full")
    options = parser.parse_args()
    is_whole = options.size == "full" and not options.chapters
    target: Path = options.page or (PAGE if is_whole else BUILD / "bench" / PAGE.name)
    try:
        parts, problems = _measure(options.chapters or list(CHAPTERS), options.size)
    except (Failed, Unavailable) as failed:
        print(f"Not measured: {failed}", file=sys.stderr)
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(f"\nWritten to {target}", file=sys.stderr)
    for problem in problems:
        print(f"NOT AS EXPECTED: {problem}", file=sys.stderr)
    return 1 if problems else 0


def _measure(names: list[str], size: str) -> tuple[list[str], list[str]]:
    """Print each part of the page when it is done. Return all parts, and the differences from what was expected."""
    parts, problems = [page.heading(size, SIZES[size].rounds)], []
    print(parts[0], flush=True)
    with tempfile.TemporaryDirectory(prefix="kapso-bench-") as place, Emulator.start() as kapso:
        for chapter_name in names:
            print(f"Measuring: {chapter_name}", file=sys.stderr, flush=True)
            chapter = CHAPTERS[chapter_name](kapso, Path(place) / chapter_name, SIZES[size])
            parts.append(str(chapter))
            problems += chapter.problems
            print(f"\n{chapter}\n", flush=True)
    return parts, problems


if __name__ == "__main__":
    sys.exit(main())
