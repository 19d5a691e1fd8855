# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw boxes and arrows. An arrow is a straight line from the edge of one box to the edge of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.tools.pictures.svg import LABEL, NOTE, WIDTH, fits, line, picture, rectangle, tag, text


@dataclass(frozen=True)
class Box:
    """Hold a box with a label and notes. Styles are classes in svg.py: you, kapso, store, stop."""

    name: str
    style: str
    place: tuple[int, int, int, int]  # x, y, width, height
    label: str
    notes: Sequence[str] = ()

    def __str__(self) -> str:
        x, y, width, height = self.place
        rows = [(self.label, "", LABEL), *((note, "note", NOTE) for note in self.notes)]
        top = y + height / 2 - 9 * len(rows) + 13
        parts = [rectangle(x, y, width, height, f"box {self.style}".strip())]
        for number, (words, style, size) in enumerate(rows):
            fits(words, size, width - 8)
            parts.append(text(x + width / 2, top + 18 * number, words, style, "middle"))
        return "\n".join(parts)


@dataclass(frozen=True)
class Arrow:
    """Hold an arrow between two boxes."""

    start: str
    end: str
    label: str = ""
    style: str = ""


def _shared(first: tuple[int, int], second: tuple[int, int]) -> float | None:
    """Return the middle of the overlap of two spans, each a place and a length; None if there is no overlap."""
    low, high = max(first[0], second[0]), min(sum(first), sum(second))
    return (low + high) / 2 if low < high else None


def _arrow(arrow: Arrow, boxes: dict[str, Box]) -> str:
    (x, y, w, h), (to_x, to_y, to_w, to_h) = boxes[arrow.start].place, boxes[arrow.end].place
    if (across := _shared((x, w), (to_x, to_w))) is not None:
        start = (across, float(y + h if to_y > y else y))
        end = (across, float(to_y if to_y > y else to_y + to_h))
    elif (down := _shared((y, h), (to_y, to_h))) is not None:
        start = (float(x + w if to_x > x else x), down)
        end = (float(to_x if to_x > x else to_x + to_w), down)
    else:
        raise ValueError(f"{arrow.start} and {arrow.end} are neither above nor beside each other")
    drawn = line(start, end, arrow.style)
    return drawn + (tag((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 3, arrow.label) if arrow.label else "")


def diagram(title: str, height: int, boxes: Sequence[Box], arrows: Sequence[Arrow], notes: Sequence[str] = ()) -> str:
    """Return a diagram, with `notes` as lines at its bottom."""
    named = {box.name: box for box in boxes}
    parts = [*map(str, boxes), *(_arrow(arrow, named) for arrow in arrows)]
    for number, note in enumerate(notes):
        fits(note, NOTE, WIDTH - 20)
        parts.append(text(12, height - 12 - 18 * (len(notes) - 1 - number), note, "note"))
    return picture(title, WIDTH, height, parts)
