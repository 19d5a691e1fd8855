# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the bar charts of docs/benchmarks.md, one for each of its tables with a column of medians."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.tools.pictures.svg import WIDTH, picture, rectangle, text

ROW, TOP, WORDS, FIGURES = 26, 44, 236, 66
OURS = re.compile(r"our|project|the task")  # the names of this collection's contenders
LINK = re.compile(r"!\[.*?\]\(pictures/.*?\)\n\n")


@dataclass(frozen=True)
class Chart:
    """Hold a chart of seconds: the name of its file, its title, and its bars with labels."""

    name: str
    title: str
    bars: Sequence[tuple[str, float]]

    @property
    def link(self) -> str:
        """Return the Markdown that shows the picture in a page."""
        return f"![{self.title}](pictures/{self.name}.svg)"

    def __str__(self) -> str:
        longest = max(seconds for _, seconds in self.bars)
        room = WIDTH - WORDS - FIGURES
        parts = [text(12, 26, self.title)]
        for number, (words, seconds) in enumerate(self.bars):
            y = TOP + ROW * number
            parts.append(text(WORDS - 8, y + 14, words, "note", "end"))
            width = max(room * seconds / longest, 1)
            parts.append(rectangle(WORDS, y, width, ROW - 8, "bar" if OURS.match(words) else "rest"))
            parts.append(text(WORDS + width + 6, y + 14, f"{seconds:.2f} s", "note"))
        return picture(self.title, WIDTH, TOP + ROW * len(self.bars) + 8, parts)


def charts(page: str) -> Iterator[Chart]:
    """Yield the charts of a page, in the order of its tables."""
    heading = label = ""
    rows: list[list[str]] = []
    for line in [*page.splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows and "median" in rows[0]:
            title = f"{heading}, {label}" if label[:1].isdigit() else heading
            column = rows[0].index("median")
            bars = [(row[0], float(row[column].removesuffix(" s"))) for row in rows[2:]]
            yield Chart("bench-" + re.sub(r"\W+", "-", title.lower()), f"{title}: seconds of a whole run", bars)
        rows = []
        heading = line.removeprefix("## ") if line.startswith("## ") else heading
        label = line.removesuffix(":") if line.endswith(":") else label


def with_charts(page: str) -> str:
    """Return the page with its charts, each before the introduction of its table."""
    page = LINK.sub("", page)
    found = iter(list(charts(page)))
    return re.sub(r"(?m)^.*:\n\n\|[^\n]*\bmedian\b", lambda match: f"{next(found).link}\n\n{match[0]}", page)
