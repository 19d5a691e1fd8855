# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the check of the style of pages: words, long sentences, and the readers in the first line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collection import ROOT
from tests.tools import checks, words

PAGE = """# A page

Code is free: `whilst`. So is struck-out text: ~~whilst~~, and a link's [target](whilst.md).

Two lines of one paragraph, with a word and with a code span in it: `whilst`
here,
Whilst a task runs.

| a | b |
|---|---|
| fine | is content |

```text
whilst
```
"""
SOURCE = """# At the
# most one comment, with meanwhilst and kapso_whilst in it.
key: whilst
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("page.md", PAGE, ["11: instead of 'is content' write succeeds", "7: instead of 'whilst' write while"]),
        ("tasks.yml", SOURCE, ["1: instead of 'at the most' write at most", "3: instead of 'whilst' write while"]),
    ],
)
def test_words_are_found_in_prose_with_the_line_and_the_word_to_write(
    tmp_path: Path, name: str, text: str, found: list[str]
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert sorted(words.complaints(path)) == found


def test_pages_roles_and_playbooks_are_read_and_lint_reads_them() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in words.files()}
    assert {"README.md", "docs/index.md", "roles/kapso_provision/tasks/main.yml", "playbooks/apply.yml"} <= names
    assert checks.tool("words") in checks.TEST["lint"].commands


def test_a_long_sentence_is_found_but_not_in_a_table(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "page.md"
    path.parent.mkdir()
    many = " ".join(["word"] * (words.LONGEST + 1))
    path.write_text(f"# A page\n\nShort. A `code {many}` span. One {many}.\n\n| {many} |\n|---|\n| {many} |\n", "utf-8")
    (found,) = words.too_long(path)
    assert found.startswith(f"3: {words.LONGEST + 2} words")


def test_a_page_begins_with_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "page.md"
    path.parent.mkdir()
    path.write_text("# A page\n\nFor anyone.\n", "utf-8")
    assert len(list(words.first_line(path))) == 1
    path.write_text("# A page\n\n*For anyone.* You get it.\n", "utf-8")
    assert list(words.first_line(path)) == []


def test_a_table_with_more_than_three_columns_is_found(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("# A page\n\n| a | b | c |\n|---|---|---|\n\n| a | b | c | d |\n|---|---|---|---|\n", "utf-8")
    assert [found.partition(":")[0] for found in words.too_wide(path)] == ["6"]


def test_a_wide_line_of_an_example_is_found_unless_no_blank_can_break_it(tmp_path: Path) -> None:
    page, plugin = tmp_path / "page.md", tmp_path / "plugin.py"
    words_of_five = "word " * 16
    block = f"ansible {'x ' * 30}\nkey: {'x' * 90}\nmsg: {words_of_five}\nok: 1\n"
    page.write_text(f"# A page\n\n```sh\n{block}```\n\n```text\n{block}```\n", "utf-8")
    plugin.write_text(f'X = 1\nEXAMPLES = r"""\n{block}"""\n', "utf-8")
    assert [line.partition(":")[0] for line in words.wide_examples(page)] == ["4", "6"]
    assert [line.partition(":")[0] for line in words.wide_examples(plugin)] == ["3", "5"]
