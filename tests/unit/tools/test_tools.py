# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the tools: menu, links and counts of the documentation, mutants, and the checkout as a collection."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import ROOT, ansible_environment, link_tree
from tests.mutants.mistakes import mutants
from tests.tools import reliability
from tests.tools.docs import Links, headings, menu, problem, variables
from tests.tools.mutants import FILES, judged

PAGE = """# Title

## What is it?
## `code` & more
## Twice
## Twice
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a page with headings."""
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_headings_have_the_anchors_that_forges_give_them(page: Path) -> None:
    assert headings(page) >= {"title", "what-is-it", "code--more", "twice", "twice-1"}


def test_broken_links_are_reported(page: Path) -> None:
    for link in ("page.md", "page.md#twice-1", "#title", "https://example.org/no-such-page"):
        assert problem(page, link, anchors_are_html=False) is None
    for link in ("other.md", "page.md#nowhere", "#nowhere", "../other.md"):
        assert link in (problem(page, link, anchors_are_html=False) or "")


def test_the_menu_is_that_of_the_index_and_leaves_no_page_out(page: Path) -> None:
    index = page.with_name("index.md")
    index.write_text(
        "# All\n\n## Begin\n\n- [Here](page.md): a page\n- [There](https://example.org)\n", encoding="utf-8"
    )
    page.with_name("forgotten.md").write_text("# Forgotten\n", encoding="utf-8")
    assert menu(index) == {"Begin": ["page"], "More": ["forgotten"]}


def test_the_variables_of_options_are_listed_once_with_the_modules_that_read_them() -> None:
    key = {"description": ["A key.", "Falls back to the environment variable E(KAPSO_API_KEY), read on the target."]}
    modules = {name: {"doc": {"options": {"api_key": key, "state": {"description": ["A state."]}}}} for name in "ba"}
    listed = variables(modules)
    assert listed.count(".. envvar:: ") == listed.count(".. envvar:: KAPSO_API_KEY\n") == 1
    assert "The option ``api_key`` of" in listed
    assert ":ansplugin:`a module <a#module>`, :ansplugin:`b module <b#module>`" in listed


def test_links_loads_and_anchors_of_a_page_are_collected(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<link href="a.css"><a href="b.html#c" id="d">x</a><img src="e.png"><script src="https://example.org/f.js"></script>'
    )
    found = Links(page)
    assert (found.links, found.loads, found.anchors) == (
        ["b.html#c"],
        ["a.css", "e.png", "https://example.org/f.js"],
        {"d"},
    )


def test_counts_replace_those_of_the_last_run_between_their_marks() -> None:
    old = "Words.\n<!-- begin counts -->\nold\n| fault matrix | 9 cells |\n<!-- end counts -->\nMore words.\n"
    page = reliability.written(old, {"fault matrix": {"cells": 1234, "requests": 5}, "any input": {"values": 7}})
    assert page == (
        "Words.\n<!-- begin counts -->\n"
        "\n| | in one run |\n| --- | --- |\n| fault matrix | 1,234 cells, 5 requests |\n| any input | 7 values |\n\n"
        "<!-- end counts -->\nMore words.\n"
    )
    real = reliability.PAGE.read_text(encoding="utf-8")
    more = reliability.written(real, {"made up": {"marks": 3}})
    assert more.replace("| made up | 3 marks |\n", "") == real


# `make mutants`. A mutant that does not reach the running process is unnoticed, and causes a complaint.

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


@pytest.mark.parametrize("name", FILES)
def test_each_file_of_the_mutants_has_tests_that_exist(name: str) -> None:
    assert [test for test in FILES[name] if not (ROOT / test).is_file()] == []


def test_mutants_are_made_in_constants_defaults_and_decorated_functions_and_not_in_texts() -> None:
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


def test_a_mutant_has_its_lines_and_a_name_without_line_numbers() -> None:
    here, there = list(mutants(TEXT)), list(mutants("# Something more.\n" + TEXT))
    assert [mutant.key for mutant in here] == [mutant.key for mutant in there]
    assert all(mutant.code != TEXT for mutant in here)
    assert [sorted(line + 1 for line in mutant.lines) for mutant in here] == [sorted(mutant.lines) for mutant in there]


def test_two_mutants_of_equal_lines_have_two_names() -> None:
    made = [mutant.key for mutant in mutants("def f(a):\n    if a:\n        return 1\n    return 1\n")]
    assert made == ["f: return 1 -> return 2", "f: return 1 -> return 2 (2)"]


def test_unnoticed_mutants_need_an_explanation_that_is_true() -> None:
    verdicts = {"a": "noticed", "b": "unnoticed", "c": "unnoticed", "d": "endless", "e": "noticed"}
    counts, complaints = judged("plan.py", verdicts, {"c": "why", "e": "why", "f": "why"})
    assert counts == {"mutants": 5, "noticed": 3, "explained": 1, "unnoticed": 1}
    assert complaints == [
        "plan.py: no test notices: b",
        "plan.py: explained, and noticed: e",
        "plan.py: explained, and gone: f",
    ]
    assert judged("plan.py", {"c": "unnoticed"}, {"c": "why"})[1] == []


# The checkout as a collection, and the environment in which Ansible does not use the user's home.


def test_the_link_leads_to_the_checkout() -> None:
    assert link_tree() == link_tree()
    assert (link_tree() / "ansible_collections" / "kapso" / "whatsapp").resolve() == ROOT


def test_no_setting_of_the_caller_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAPSO_API_KEY", "KAPSO_RECEIPTS", "ANSIBLE_VAULT_PASSWORD_FILE", "MOLECULE_DEBUG"):
        monkeypatch.setenv(name, "canary-of-the-caller")
    environment = ansible_environment(tmp_path, {"KAPSO_API_URL": "http://127.0.0.1:1/api/v1"})
    assert "canary-of-the-caller" not in environment.values()
    assert environment["KAPSO_API_URL"] == "http://127.0.0.1:1/api/v1"
    home_settings = ("HOME", "ANSIBLE_HOME", "ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP", "ANSIBLE_CONFIG")
    assert [name for name in home_settings if not environment[name].startswith(str(tmp_path))] == []
