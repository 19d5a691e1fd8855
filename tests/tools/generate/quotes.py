# SPDX-License-Identifier: GPL-3.0-or-later
"""Quote whole files in a page, each after a comment such as `<!-- recipes/a.yml as b.yml -->`."""

from __future__ import annotations

import re

from tests.collection import ROOT

QUOTE = re.compile(r"(?m)^<!-- (recipes/\S+) as (\S+) -->\n+```yaml\n(?:.*\n)*?```$")
HEAD = "---\n# SPDX-License-Identifier: GPL-3.0-or-later\n"


def with_quotes(page: str) -> str:
    """Return the page with the current text of each quoted file."""

    def quote(found: re.Match[str]) -> str:
        text = (ROOT / "docs" / found[1]).read_text(encoding="utf-8").removeprefix(HEAD)
        return f"<!-- {found[1]} as {found[2]} -->\n\n```yaml\n# {found[2]}\n{text}```"

    return QUOTE.sub(quote, page)
