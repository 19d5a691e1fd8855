# SPDX-License-Identifier: GPL-3.0-or-later
"""`make mutants`: which mistakes are made, how one gets into a running process, and what is complained of."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutants.graft import graft
from tests.mutants.mistakes import mutants
from tests.mutants.witnesses import Witnesses
from tests.tools.mutants import judged

TEXT = '''
"""A text with a 1 in it."""
from dataclasses import dataclass
from functools import lru_cache

LIMIT = 1


def near(a: int = 2) -> bool:
    """Whether 3 is near."""
    return a == LIMIT


@lru_cache
def kept() -> float:
    return LIMIT


@dataclass(frozen=True)
class Point:
    x: int = 4

    @property
    def word(self) -> str:
        return "far" if self.x else "a text for people"
'''


def changed(before: str, after: str) -> str:
    assert before in TEXT
    return TEXT.replace(before, after)


def test_mistakes_are_made_in_constants_defaults_and_decorated_functions_and_in_nothing_that_is_only_words() -> None:
    made = {mutant.key for mutant in mutants(TEXT)}
    assert made == {
        ": LIMIT = 1 -> LIMIT = 2",
        ": LIMIT = 1 -> LIMIT = None",
        "near: def near(a: int = 2) -> bool: -> def near(a: int = 3) -> bool:",
        "near: return a == LIMIT -> return a != LIMIT",
        "Point: x: int = 4 -> x: int = 5",
        "Point: x: int = 4 -> x: int = None",
        *(
            f'Point.word: return "far" if self.x else "a text for people" -> return {mistaken} else "a text for people"'
            for mistaken in ('"XXfarXX" if self.x', '"far" if (self.x) and False', '"far" if (self.x) or True')
        ),
    }


def test_a_mistake_knows_where_it_is_and_has_the_same_name_wherever_that_is() -> None:
    here, there = list(mutants(TEXT)), list(mutants("# Something more.\n" + TEXT))
    assert [mutant.key for mutant in here] == [mutant.key for mutant in there]
    assert all(mutant.code != TEXT for mutant in here)
    assert [sorted(line + 1 for line in mutant.lines) for mutant in here] == [sorted(mutant.lines) for mutant in there]


def test_two_mistakes_of_the_same_words_have_two_names() -> None:
    made = [mutant.key for mutant in mutants("def f(a):\n    if a:\n        return 1\n    return 1\n")]
    assert made == ["f: return 1 -> return 2", "f: return 1 -> return 2 (2)"]


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of that text. `an_importer_of_it` has all that is in it."""
    (tmp_path / "an_example.py").write_text(TEXT, encoding="utf-8")
    (tmp_path / "an_importer_of_it.py").write_text(
        "from an_example import LIMIT, Point, kept, near\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("an_importer_of_it")
    yield sys.modules["an_example"]
    del sys.modules["an_example"], sys.modules["an_importer_of_it"]


def test_whoever_holds_a_function_a_class_or_a_constant_has_the_mistake(module: ModuleType) -> None:
    importer = sys.modules["an_importer_of_it"]
    point = importer.Point()
    assert importer.kept() == 1

    graft(module, changed("LIMIT = 1", "LIMIT = 7"))
    assert (importer.LIMIT, importer.near(7), importer.kept()) == (7, True, 7)
    graft(module, changed("a == LIMIT", "a != LIMIT"))
    assert importer.near(7)
    graft(module, changed("a: int = 2", "a: int = 1"))
    assert importer.near()
    graft(module, changed('"far"', '"near"'))
    assert point.word == "near"
    graft(module, changed("x: int = 4", "x: int = 5"))
    assert importer.Point().x == 5
    assert isinstance(importer.Point(), module.Point)


def test_a_text_that_cannot_be_run_is_a_mistake_that_shows(module: ModuleType) -> None:
    with pytest.raises(ZeroDivisionError):
        graft(module, TEXT + "LIMIT / 0\n")


def test_the_quickest_who_come_by_are_asked_as_long_as_there_is_time() -> None:
    witnesses = Witnesses({"slow": 3.0, "quick": 0.1, "middling": 1.0}, {"5": ["slow", "quick"], "6": []})
    assert witnesses.of([4, 5, 6], 9.0) == ["quick", "slow"]
    assert witnesses.of([5], 3.0) == ["quick"]
    cases = Witnesses({"a[1]": 1.0, "a[2]": 2.0, "b": 3.0}, {})
    assert cases.of([], 9.0) == ["a[1]", "b", "a[2]"]
    # Nobody comes by what is run on import.
    assert witnesses.of([6], 9.0) == ["quick", "middling", "slow"]


def test_what_nobody_notices_has_to_be_explained_and_an_explanation_has_to_hold() -> None:
    verdicts = {"a": "noticed", "b": "unnoticed", "c": "unnoticed", "d": "endless", "e": "noticed"}
    counts, complaints = judged("plan.py", verdicts, {"c": "why", "e": "why", "f": "why"})
    assert counts == {"mutants": 5, "noticed": 3, "explained": 1, "unnoticed": 1}
    assert complaints == [
        "plan.py: no test notices: b",
        "plan.py: explained, and noticed: e",
        "plan.py: explained, and gone: f",
    ]
    assert judged("plan.py", {"c": "unnoticed"}, {"c": "why"})[1] == []
