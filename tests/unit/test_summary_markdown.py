# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the Markdown report with a Markdown parser: values are text only, and it fits in a comment."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary import markdown as summary_markdown
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Report
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.markdown import LIMIT, code, markdown
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.support.results import add, change, created, deleted, failure, project, report, single

HOSTILE = "a|b `c` ``d`` \n# e <script>x</script> **f** [g](https://example.org) @someone \\| \x1b[31m"


class Page(HTMLParser):
    """Collect the tags of a page, and the texts of its cells."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self._in_cell = False
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the tag."""
        assert all(name == "open" for name, _value in attrs)
        self.tags.append(tag)
        self._in_cell = self._in_cell or tag == "td"
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """Collect the end of a cell."""
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        """Collect the text of a cell."""
        if self._in_cell:
            self.cells[-1] += data


def test_it_has_the_totals_and_a_table_for_each_object() -> None:
    desk = single("a", change("name", "A", "B", "drifted"), change("calls_enabled", False, True), data={"name": "B"})
    assert markdown(report(desk, check=True)) == (
        "### Kapso plan\n\n"
        "**Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.**\n\n"
        "| | update | drifted |\n|---|---|---|\n| configs | 1 | 1 |\n\n"
        "<details open>\n\n"
        "<summary>configs: 1</summary>\n\n"
        '`~` **`configuration "B" (a)` will be updated**\n\n'
        "| field | before | after | why |\n"
        "|---|---|---|---|\n"
        '| `name` | `"A"` | `"B"` | changed at Kapso |\n'
        "| `calls_enabled` | `false` | `true` | changed in the playbook |\n\n"
        "</details>\n"
    )


def test_planned_and_applied_failures_deletions_and_no_log_tasks() -> None:
    made = report(deleted("a"), failure("b", msg="refused `it`"), check=True)
    add(made, {"censored": ""})
    said = markdown(made)
    assert "`-` **`configuration a` will be deleted**: `declared absent`" in said
    assert "`!` **`configuration b` failed**\n\n> `` refused `it` ``" in said
    assert "### Kapso: applied" in said
    assert "> **Warning:** 1 task ran under `no_log` and cannot be seen: the totals are incomplete." in said


def test_a_report_without_tasks_or_changes_says_so() -> None:
    assert "No task of `kapso.whatsapp` ran." in markdown(Report())
    assert "No changes. Kapso is as declared." in markdown(report(single("a"), check=True))


@pytest.mark.parametrize("number", [1, 20, 21, 400])
def test_many_objects_are_folded_and_those_beyond_the_limit_are_counted(number: int) -> None:
    rows = [single(str(one), change("name", "x" * 150, f"{one} {'y' * 150}")) for one in range(number)]
    said = markdown(report(project(*rows), check=True))
    assert len(said) <= LIMIT
    assert ("<details open>\n" in said, "<details>\n" in said) == (number <= 20, number > 20)
    left = number - said.count("will be updated")
    assert (f"</details>\n\nAnd {left} more, which this comment has no room for.\n" in said) == (left > 0)
    assert (left > 0) == (number == 400)


def test_the_report_fills_its_room_and_is_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = {"resource": "whatsapp_webhook", "id": "w", "key": "u", "parent": "1", "name": None, "parent_name": None}
    rows = [single("a", change("name", "A", "B")), *(deleted(str(one)) for one in range(8))]
    made = report(project(*rows, undeclared=[{**hook, "id": one} for one in "wxyz"]), host="clinic-1")
    add(made, failure("c"), host="clinic-2")
    add(made, single("d", change("name", "A", "B" * 2000)), check=True)
    whole = markdown(made)
    unused, left = set(), set()
    for limit in [*range(585, 600), len(whole) + 101]:
        monkeypatch.setattr(summary_markdown, "LIMIT", limit)
        said = markdown(made)
        assert len(said) < limit
        unused.add(limit - len(said))
        left.update(re.findall(r"And (\d+) more,", said))
    assert min(unused) == 1
    assert said == whole
    assert left == {"1", "13", "14"}


def test_failures_that_are_left_out_are_counted() -> None:
    many = [failure(str(one), msg=f"it has reason {one}") for one in range(23)]
    said = markdown(report(project(*many)))
    assert "<summary>configs: 23</summary>" in said
    assert said.endswith("</details>\n\nAnd 3 more, which this comment has no room for.\n")


def test_with_many_groups_it_still_is_no_longer_than_a_comment() -> None:
    made = Report()
    for host in range(400):
        row = single(f"{host}", change("name", "x" * 400, f"{host}"))
        add(made, project(row, deleted(f"{host}-gone"), failed=True, stopped=f"y{host}" * 2000), host=f"clinic-{host}")
    said = markdown(made)
    assert len(said) <= LIMIT
    first = ("Y0" + "y0" * 500)[:990]
    assert f"> `clinic-0: {first}`\n>\n> `clinic-1: Y" in said
    assert " more, which this comment has no room for." in said


def test_a_table_has_the_values_of_a_new_object_and_removed_and_added_items() -> None:
    events = change("events", ["a", "b"], ["b", "c", "d"])
    said = markdown(report(created("c", "1", "N"), single("a", events), check=True))
    assert '\n\n| field | value |\n|---|---|\n| `name` | `"N"` |\n| `phone_number_id` | `"1"` |\n\n' in said
    assert "\n|---|---|---|---|\n| `events` | `- a` | `+ c` `+ d` | changed in the playbook |\n" in said


def test_the_totals_of_each_kind_are_a_table_without_empty_columns() -> None:
    number = {"resource": "whatsapp_phone_number", "id": "n", "key": None, "parent": None, "name": None}
    held_back = single("a", change("name", "A", "B"), changed=False, held_back=True)
    said = markdown(report(project(held_back, undeclared=[number], failed=True, stopped="x")))
    assert (
        "| | not attempted | not declared |\n|---|---|---|\n| phone numbers | 0 | 1 |\n| configs | 1 | 0 |\n" in said
        or "| | not attempted | not declared |\n|---|---|---|\n| configs | 1 | 0 |\n| phone numbers | 0 | 1 |\n" in said
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [("a", "`a`"), ("`a", "`` `a ``"), ("a`", "`` a` ``"), ("a`b``c", "```a`b``c```"), ("", "` `"), ("a\nb", "`a b`")],
)
def test_the_fence_of_a_code_span_is_longer_than_any_in_it(text: str, span: str) -> None:
    assert code(text) == span


def test_names_and_values_are_never_markdown_or_html() -> None:
    made = report(
        single(HOSTILE, change("name", HOSTILE, "y"), data={"name": HOSTILE}), failure("b", msg=HOSTILE), check=True
    )
    page = Page(markdown(made))
    table, around = {"table", "thead", "tbody", "tr", "th", "td"}, {"h3", "p", "details", "summary", "blockquote"}
    assert set(page.tags) <= {*table, *around, "strong", "code"}
    assert len(page.cells) == 3 + 4
    assert page.cells[4].endswith('\\\\| \\u001b[31m"')
    assert "a|b `c` ``d`` \\n# e <script>" in page.cells[4]


@given(st.text(), st.text())
def test_a_table_keeps_its_columns_whatever_the_values_are(before: str, after: str) -> None:
    made = report(single("a", change("name", before, after + "x"), data={"name": before}), check=True)
    page = Page(markdown(made))
    assert len(page.cells[2:]) == 4
    assert page.tags.count("table") == 2


@given(st.text(min_size=1).filter(str.strip))
def test_a_text_is_one_code_span(text: str) -> None:
    page = Page(f"before {code(text)} after")
    assert page.tags == ["p", "code"]
