# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole files that a page quotes. In the page, a comment such as `<!-- recipes/a.yml as b.yml -->` is before each."""

from __future__ import annotations

import re

from tests.collection import ROOT

QUOTE = re.compile(r"(?m)^<!-- (recipes/\S+) as (\S+) -->\n+```yaml\n(?:.*\n)*?```$")
HEAD = "---\n# SPDX-License-Identifier: GPL-3.0-or-later\n"


def with_quotes(page: str) -> str:
    """Return the page with each file as it is now, below its name."""

    def quote(found: re.Match[str]) -> str:
        text = (ROOT / "docs" / found[1]).read_text(encoding="utf-8").removeprefix(HEAD)
        return f"<!-- {found[1]} as {found[2]} -->\n\n```yaml\n# {found[2]}\n{text}```"

    return QUOTE.sub(quote, page)
