# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the site for its readers: titles of links, answers within two clicks, and pictures with a text."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it.token import Token

from tests.tools.docs import DOCS, menu, pages, tokens
from tests.tools.pictures import PLACE
from tests.tools.pictures.svg import fits

README, INDEX = DOCS.parent / "README.md", DOCS / "index.md"
# Questions of the first page, and a word of each answer. Only further reading needs a second click.
ANSWERS = {
    "How do I point one number at a webhook?": "kapso_whatsapp_webhook",
    "How do I rotate a token?": "rotate a token",
    "How do I run it in CI?": "kapso.whatsapp.plan",
    'What do I do after "HTTP 404"?': "HTTP 404",
}


def linked(page: Path) -> list[tuple[str, str]]:
    """Return the links of a page: text and target."""
    found = []
    for token in tokens(page):
        children: list[Token] = list(token.children or ())
        for number, child in enumerate(children):
            if child.type == "link_open":
                end = next(n for n in range(number, len(children)) if children[n].type == "link_close")
                words = "".join(part.content for part in children[number + 1 : end])
                found.append((words, str(child.attrs["href"])))
    return found


def title(page: Path) -> str:
    """Return the first heading of a page."""
    every = tokens(page)
    first = next(number for number, token in enumerate(every) if token.type == "heading_open")
    return "".join(child.content for child in every[first + 1].children or ())


def section(target: str) -> str:
    """Return the text at the target of a link: a page, or the section below a heading."""
    name, _, anchor = target.partition("#")
    text = (DOCS / name).read_text(encoding="utf-8")
    if not anchor:
        return text
    for found in re.finditer(r"(?m)^(##+) (.*)$", text):
        if re.sub(r"[^\w\- ]", "", found[2].lower()).replace(" ", "-") == anchor:
            below = text[found.end() :]
            return re.split(rf"(?m)^#{{2,{len(found[1])}}} ", below, maxsplit=1)[0]
    raise AssertionError(f"{name} has no heading #{anchor}")


def test_links_of_the_first_page_have_the_titles_of_their_pages() -> None:
    wrong = [(words, target) for words, target in linked(INDEX) if "#" not in target and title(DOCS / target) != words]
    assert wrong == []


def test_links_of_the_readme_to_pages_have_their_titles() -> None:
    text = README.read_text(encoding="utf-8")
    named = re.findall(r"\[([^\]]*)\]\((docs/[\w-]+\.md)\)", text[text.index("## Documentation") :])
    assert named
    wrong = [(words, target) for words, target in named if title(README.parent / target) != words.replace("`", "")]
    assert [pair for pair in wrong if pair[1] != "docs/index.md"] == []


def test_the_menu_has_each_page_once() -> None:
    named = [page for listed in menu(INDEX).values() for page in listed]
    assert "More" not in menu(INDEX)
    assert sorted(named) == sorted(page.stem for page in DOCS.glob("*.md") if page != INDEX)


@pytest.mark.parametrize("question", ANSWERS)
def test_the_first_page_leads_to_the_answer(question: str) -> None:
    (row,) = (line for line in INDEX.read_text("utf-8").splitlines() if line.startswith(f"| {question} |"))
    (target,) = re.findall(r"\]\((.*?)\)", row)
    assert ANSWERS[question] in section(target)


def test_every_picture_is_shown_with_its_own_words() -> None:
    shown = {
        (page.parent / target).resolve(): words
        for page in pages()
        for words, target in re.findall(r"!\[(.*?)\]\((.*?\.svg)\)", page.read_text(encoding="utf-8"))
    }
    titles = {path: ET.parse(path).getroot()[0].text for path in PLACE.glob("*.svg")}
    assert shown == titles


def test_a_text_wider_than_its_box_is_refused() -> None:
    fits("short", 14, 50)
    with pytest.raises(ValueError, match="does not fit"):
        fits("far too long for that", 14, 50)
