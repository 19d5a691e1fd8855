# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a page that commands write, between the comments ``begin NAME`` and ``end NAME``."""

from __future__ import annotations

import re
from textwrap import dedent, indent


def _between(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- begin {name} -->\n).*?(?=<!-- end {name} -->)", re.DOTALL)


def marked(page: str, name: str) -> str:
    """Return the text between the marks of that name. Raise ValueError unless the page has them once."""
    (found,) = _between(name).findall(page)
    return str(found)


def with_marked(page: str, name: str, text: str) -> str:
    """Return the page with another text between the marks. Raise ValueError unless the page has them once."""
    marked(page, name)
    return _between(name).sub(lambda _match: text, page)


def as_code(printed: str) -> str:
    """Return an output as a block of code that no reader takes for a command of the page."""
    return f"\n{indent(printed.strip(), '    ')}\n\n"


def from_code(block: str) -> str:
    """Return the output in a block of code."""
    return dedent(block).strip()
