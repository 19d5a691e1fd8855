# Copyright (c) 2026, The kapso.whatsapp maintainers
# GNU General Public License v3.0-or-later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts for output: readable in any script, without characters that could control a terminal."""

from __future__ import annotations

import json
from typing import Any

JOINERS = "\u200c\u200d"  # zero-width joiners are parts of letters and emoji, and safe on a terminal


def escaped(text: str) -> str:
    """Return the text with every character that cannot be printed escaped as in JSON, line ends included."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in JOINERS else _escape(one) for one in text)


def _escape(character: str) -> str:
    return "\\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def escaped_lines(text: str) -> str:
    """Return the text with every character that cannot be printed escaped, except for its line ends."""
    return "\n".join(map(escaped, text.split("\n")))


def as_json(value: Any, indent: int | None = None) -> str:
    """Return the value as JSON that a person can read: names in any script stay as they are."""
    return escaped_lines(json.dumps(value, ensure_ascii=False, indent=indent, default=str))


def as_text(value: object) -> str:
    """Return a value as text. A number with more digits than Python converts becomes an empty text."""
    try:
        return str(value)
    except ValueError:
        return ""
