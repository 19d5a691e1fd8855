# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation's menu, its links and the counts in it, as the tools that write them see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import reliability
from tests.tools.docs import Links, headings, menu, problem

PAGE = """# Title

## What is it?
## `code` & more
## Twice
## Twice
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page with headings."""
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_headings_have_the_anchors_that_forges_give_them(page: Path) -> None:
    assert headings(page) >= {"title", "what-is-it", "code--more", "twice", "twice-1"}


def test_links_lead_somewhere_or_are_told(page: Path) -> None:
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


def test_what_a_page_of_the_site_links_to_loads_and_can_be_linked_to(tmp_path: Path) -> None:
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
    old = "Words.\n<!-- begin counts -->\nold\n<!-- end counts -->\nMore words.\n"
    page = reliability.written(old, {"fault matrix": {"cells": 1234, "requests": 5}, "any input": {"values": 7}})
    assert page == (
        "Words.\n<!-- begin counts -->\n"
        "\n| | in one run |\n| --- | --- |\n| fault matrix | 1,234 cells, 5 requests |\n| any input | 7 values |\n\n"
        "<!-- end counts -->\nMore words.\n"
    )
    real = reliability.PAGE.read_text(encoding="utf-8")
    assert "| made up | 3 marks |" in reliability.written(real, {"made up": {"marks": 3}})
