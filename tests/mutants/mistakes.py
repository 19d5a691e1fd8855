# SPDX-License-Identifier: GPL-3.0-or-later
"""Make all mutants of one file, with the operators of mutmut.

These are left out: texts for people (strings with a space, of which tests assert important parts only), the case of
letters in a string (another mutant puts characters around it), annotations and decorators.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators


@dataclass(frozen=True)
class Mutant:
    """Hold one mutant. Its `key` has no line number, so that it stays the same if other lines change."""

    key: str  # function: old line -> new line, with a number if the function has several such lines
    code: str  # of the whole file
    lines: frozenset[int]  # a test must run one of these lines to notice the mutant


def mutants(code: str) -> Iterator[Mutant]:
    """Yield all mutants of the text of a file."""
    wrapper = MetadataWrapper(cst.parse_module(code))
    finder = _Finder()
    wrapper.visit(finder)
    times: Counter[str] = Counter()
    for place in finder.places:
        for replacement in place.replacements:
            # deep_replace keeps the formatting, and returns a node of the type of the root.
            mutated = cst.ensure_type(wrapper.module.deep_replace(place.node, replacement), cst.Module).code
            if mutated != code:
                key = f"{place.function}: {_difference(code, mutated)}"
                times[key] += 1
                yield Mutant(key if times[key] == 1 else f"{key} ({times[key]})", mutated, place.lines)


@dataclass(frozen=True)
class _Place:
    node: cst.CSTNode
    replacements: Sequence[cst.CSTNode]
    function: str
    lines: frozenset[int]


class _Finder(cst.CSTVisitor):
    """Visit a file and collect the places for mutants."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.places: list[_Place] = []
        self._names: list[str] = []  # names of the enclosing classes and functions
        self._statement: frozenset[int] = frozenset()

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect the mutants at this node. Return whether to visit its children."""
        if isinstance(node, (cst.Annotation, cst.Decorator)) or _is_docstring(node):
            return False
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            self._names.append(node.name.value)
        if isinstance(node, cst.SimpleStatementLine):
            self._statement = self._lines(node)
        replacements = [
            new for kind, operator in mutation_operators if isinstance(node, kind) for new in operator(node)
        ]
        if isinstance(node, cst.SimpleString):
            replacements = [] if " " in node.value else replacements[:1]
        if replacements:
            lines = self._lines(node)
            around = self._statement if lines & self._statement else frozenset()
            self.places.append(_Place(node, replacements, ".".join(self._names), lines | around))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Remove the name of a class or function that ends."""
        if isinstance(original_node, (cst.FunctionDef, cst.ClassDef)):
            self._names.pop()

    def _lines(self, node: cst.CSTNode) -> frozenset[int]:
        position = self.get_metadata(PositionProvider, node, None)
        return frozenset() if position is None else frozenset(range(position.start.line, position.end.line + 1))


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString)


def _difference(before: str, after: str) -> str:
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    old, new = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return f"{old} -> {new}"
