# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw a terminal with the report of a run."""

from __future__ import annotations

import re
import textwrap

from tests.tools.pictures.svg import picture, rectangle, text

COLUMN, ROW, EDGE, TOP = 7.3, 18, 16, 40  # for a monospaced font of 12 px; the bar at the top has three dots
COLUMNS = 70  # longer lines are wrapped, so that letters are readable on a phone
TITLE = (
    "A terminal with the report of a dry run. It names each object that would change, each field with the value before "
    "and after and the reason, and the totals. The token is masked."
)
COLORS = {"+": "green", "~": "yellow", "-": "red", "!": "red"}
REASON = re.compile(r"(.*?)(#.*)?")


def report(printed: str) -> list[str]:
    """Return the wrapped lines of the report in the output of a run. The heading is as wide as the longest line."""
    heading, *lines = printed[printed.index("KAPSO ") :].rstrip().splitlines()
    wrapped = [part for line in lines for part in _wrapped(line)]
    return [heading[: max(map(len, wrapped))], *wrapped]


def _wrapped(line: str) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    found = textwrap.wrap(line, COLUMNS, subsequent_indent=indent, drop_whitespace=False, break_on_hyphens=False)
    return [part.rstrip() for part in found] or [""]


def terminal(command: str, lines: list[str]) -> str:
    """Return the picture of a command and its output."""
    shown = [f"$ {command}", "", *lines]
    width = 2 * EDGE + COLUMN * max(map(len, shown))
    parts = [rectangle(0.5, 0.5, width - 1, TOP + ROW * len(shown) + 7, "box")]
    parts += [f'<circle cx="{EDGE + 6 + 18 * dot}" cy="18" r="5" class="rest"/>' for dot in range(3)]
    for number, line in enumerate(shown):
        color = COLORS.get(line.strip()[:1], "") if line.startswith(" ") else ""
        found = REASON.fullmatch(line)
        words, reason = found.groups("") if found else (line, "")
        y = TOP + ROW * number + 10
        if words.strip():
            parts.append(text(EDGE, y, words, f"mono {color}".strip()))
        if reason:
            parts.append(text(EDGE + COLUMN * len(words), y, reason, "mono note"))
    return picture(TITLE, width, TOP + ROW * len(shown) + 8, parts)
