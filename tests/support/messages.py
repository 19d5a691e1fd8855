# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages that the code can produce, read off its source, as templates: what differs each time is ``<>``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.collection import ROOT

# What takes a message, and where among its arguments.
TAKERS = {
    "Refused": 0,
    "ApiError": 0,
    "Failure": 0,
    "StoreError": 0,
    "BadPlan": 0,
    "BadUrl": 0,
    "failure": 0,
    "error": 0,
    "_error": 1,
    "warning": 0,
    "append": 0,
}
GAP = "<>"
# Variables that hold one, advice aside; and what tells a sentence, or a half of one, from a list of names.
HOLDERS = re.compile(r"what|(?!CHECK_|DOCUMENTATION|EXAMPLES)[A-Z_]+")
SENTENCE = re.compile(r"\b(is|are|was|were|be|has|the|of|must|cannot|names?) ")


def normalized(text: str) -> str:
    """A text with what differs each time, `<name>` on a page and `{0}` in a format, as ``<>`` without blanks."""
    return re.sub(r" ?(<[^<>]*>|\{\w*\}) ?", GAP, text)


def _template(node: ast.expr) -> str | None:
    """The text of a literal, or None where it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
        return "".join(map(str, parts))
    return None


def _literals(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of source, each once; docstrings and parts of f-strings are none."""
    for child in ast.iter_child_nodes(node):
        text = _template(child) if isinstance(child, ast.expr) else None
        if text is not None:
            yield text
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from _literals(child)


def _trees() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "plugins").glob("*/*.py")):
        if path.parent.name not in ("modules", "doc_fragments"):
            yield ast.parse(path.read_text(encoding="utf-8"))


@cache
def templates() -> frozenset[str]:
    """Every text in the source."""
    return frozenset(text for tree in _trees() for text in _literals(tree))


@cache
def raised() -> frozenset[str]:
    """The texts that are certainly messages.

    What is given to an exception, a failure or a list of warnings, what a variable `what` holds on the way there, and
    the constants that are sentences.
    """
    found: set[str | None] = set()
    for tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = TAKERS.get(name)
                found.update(map(_template, node.args[place : place + 1] if place is not None else ()))
            elif isinstance(node, ast.Assign) and HOLDERS.fullmatch(getattr(node.targets[0], "id", "")):
                found.add(_template(node.value))
    return frozenset(text for text in found if text is not None and SENTENCE.search(text))
