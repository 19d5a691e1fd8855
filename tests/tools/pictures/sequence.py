# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw a sequence diagram: a lane for each participant, an arrow for each message, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.tools.pictures.svg import LABEL, NOTE, WIDTH, fits, line, picture, rectangle, tag, text

HEAD, STEP, EDGE = 44, 38, 10


@dataclass(frozen=True)
class Message:
    """Hold an arrow between two lanes, or a note in a box if both are the same. `style` is a class in svg.py."""

    start: int
    end: int
    words: str
    style: str = ""


def sequence(title: str, lanes: Sequence[tuple[str, str]], messages: Sequence[Message]) -> str:
    """Return the picture. Each lane has a name and a style."""
    room = (WIDTH - 2 * EDGE) / len(lanes)
    middles = [EDGE + room * (number + 0.5) for number in range(len(lanes))]
    height = HEAD + STEP * (len(messages) + 1)
    parts = []
    for (name, style), middle in zip(lanes, middles, strict=True):
        fits(name, LABEL, room - 8)
        parts.append(line((middle, HEAD), (middle, height - 12), "dash", arrow=False))
        parts.append(rectangle(middle - room / 2 + 4, 10, room - 8, HEAD - 14, f"box {style}"))
        parts.append(text(middle, 30, name, "", "middle"))
    for number, message in enumerate(messages, start=1):
        y = HEAD + STEP * number
        start, end = middles[message.start], middles[message.end]
        if start == end:
            width = len(message.words) * NOTE * 0.56 + 14
            left = min(max(start - width / 2, 4), WIDTH - width - 4)
            parts.append(rectangle(left, y - 17, width, 24, f"box {message.style}"))
            parts.append(text(left + width / 2, y - 1, message.words, "note", "middle"))
        else:
            parts.append(line((start, y), (end, y), message.style))
            parts.append(tag((start + end) / 2, y - 8, message.words))
    return picture(title, WIDTH, height, parts)
