# SPDX-License-Identifier: GPL-3.0-or-later
"""Draw the parts of all pictures: colors, texts, lines, and the file."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

WIDTH = 520  # of each diagram; a phone shows it at three quarters of its size
LABEL, NOTE = 14, 12  # sizes of text
FONT = 0.56  # the width of a usual letter divided by its size, rounded up

# Each picture has its own background, since a page can be dark on a system in light mode.
STYLE = """
svg { --paper: #fff; --ink: #1f2328; --soft: #59636e; --fill: #f2f4f7; --blue: #0860c4; --green: #1a7f37;
  --red: #c02030; --yellow: #8a5a00; font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif }
@media (prefers-color-scheme: dark) {
  svg { --paper: #161b22; --ink: #e6edf3; --soft: #a0abb6; --fill: #262d36; --blue: #6cb0ff; --green: #56d364;
    --red: #ff8e86; --yellow: #e3b341 }
}
text { fill: var(--ink); font-size: 14px }
.note { fill: var(--soft); font-size: 12px }
.mono { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; white-space: pre }
.paper { fill: var(--paper) }
.box { fill: var(--fill); stroke: var(--soft) }
.you { stroke: var(--blue); stroke-width: 2 }
.kapso { stroke: var(--green); stroke-width: 2 }
.stop { stroke: var(--red); stroke-width: 2 }
.store { stroke-dasharray: 5 4 }
.line { fill: none; stroke: var(--soft); stroke-width: 1.5 }
.dash { stroke-dasharray: 5 4 }
.bar { fill: var(--blue) } .rest { fill: var(--soft) }
.blue { fill: var(--blue) } .green { fill: var(--green) } .red { fill: var(--red) } .yellow { fill: var(--yellow) }
"""
ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0 8 4 0 8z" style="fill: var(--soft)"/></marker>'
)


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    """Return one line of text with its base line at `y`."""
    kind = f" class={quoteattr(style)}" if style else ""
    return f'<text x="{x:g}" y="{y:g}"{kind} text-anchor="{anchor}">{escape(words)}</text>'


def fits(words: str, size: int, width: float) -> None:
    """Raise ValueError if a text is wider than `width`."""
    if len(words) * size * FONT > width:
        raise ValueError(f"{words!r} does not fit into {width:g}")


def rectangle(x: float, y: float, width: float, height: float, style: str) -> str:
    """Return a rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="5" class="{style}"/>'


def line(start: tuple[float, float], end: tuple[float, float], style: str = "", arrow: bool = True) -> str:
    """Return a line, with an arrow at its end if `arrow`."""
    kind = f"line {style}".strip()
    head = ' marker-end="url(#arrow)"' if arrow else ""
    return f'<path d="M{start[0]:g} {start[1]:g} {end[0]:g} {end[1]:g}" class="{kind}"{head}/>'


def tag(x: float, y: float, words: str, size: int = NOTE) -> str:
    """Return a text on a line, with its own background."""
    width = len(words) * size * FONT + 6
    back = rectangle(x - width / 2, y - size + 1, width, size + 4, "paper")
    return back + text(x, y + 1, words, "note", "middle")


def picture(title: str, width: float, height: float, parts: list[str]) -> str:
    """Return the text of the SVG file."""
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title)}>'
    mark = "<!-- SPDX-License-Identifier: GPL-3.0-or-later. Drawn by tests/tools/pictures: do not edit. -->"
    body = [f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", f"<defs>{ARROW}</defs>"]
    return "\n".join([head, mark, *body, rectangle(0, 0, width, height, "paper"), *parts, "</svg>", ""])
