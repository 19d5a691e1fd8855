# SPDX-License-Identifier: GPL-3.0-or-later
"""`make mutants`: which mistakes are made, and what is complained of.

One that did not get into the running process would go unnoticed, and be complained of.
"""

from __future__ import annotations

from tests.mutants.mistakes import mutants
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
