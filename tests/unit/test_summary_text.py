# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for people: on a terminal as wide as it and harmless to it, and as Markdown that is nothing but text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Report
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.markdown import LIMIT, code, markdown
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.text import columns, text
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.support.results import Result, add, change, created, deleted, failure, project, report, single

ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
TOKEN = change("access_token", "(sensitive)", "(sensitive)", "value_changed", "send")
URL = change("webhook_destination_url", None, "https://hooks.example.org/whatsapp", "modified_at_server", "send")
NAME = change("name", "Desk (edited)", "Front desk", "drifted")
DESK = single(ID, NAME, change("business_account_id", "200000000000001", "200000000000002"), TOKEN, URL) | {
    "data": {"name": "Front desk"}
}


def shown(made: Report, width: int = 79, *, planned: bool = True) -> str:
    """The planned section, or the applied one, without colors."""
    section, name = (made.planned, "planned") if planned else (made.applied, "applied")
    return text(section, name, width, lambda _tone, words: words)


def test_at_80_columns_the_reasons_go_below_what_leaves_no_room() -> None:
    expected = """
  ~ "Front desk" (0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11) will be updated
      ~ name                    = "Desk (edited)" -> "Front desk"
                                  # changed at Kapso
      ~ business_account_id     = "200000000000001" -> "200000000000002"
                                  # changed in the playbook
      ~ access_token            = (sensitive)  # value changed since last sent
      ~ webhook_destination_url = (write-only)
                               -> "https://hooks.example.org/whatsapp"
                                  # object modified at Kapso since

Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.
"""
    assert shown(report(DESK, check=True)) == expected.strip("\n")


def test_at_160_columns_the_reasons_stand_in_a_column() -> None:
    expected = """
  ~ "Front desk" (0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11) will be updated
      ~ name                = "Desk (edited)" -> "Front desk"         # changed at Kapso
      ~ business_account_id = "200000000000001" -> "200000000000002"  # changed in the playbook
      ~ access_token        = (sensitive)                             # value changed since last sent

Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.
"""
    without_url = DESK | {"changes": DESK["changes"][:-1]}
    assert shown(report(without_url, check=True), 159) == expected.strip("\n")


def test_creations_deletions_and_failures() -> None:
    new = created("c", "100000000000007", "Example clinic")
    refused = {"failed": True, "msg": "there is no field nam in fields; did you mean name?; nothing was sent"}
    made = report(
        new,
        deleted(ID) | {"steps": [{"note": "it has 2 numbers"}]},
        failure("b", msg="WhatsApp configuration b: it is " + "long " * 20),
        refused,
        check=True,
    )
    expected = f"""
  + "Example clinic" (100000000000007) will be created  # not at Kapso yet
      + name            = "Example clinic"
      + phone_number_id = "100000000000007"

  - {ID} will be deleted  # declared absent
    # it has 2 numbers

  ! b failed
      it is long long long long long long long long long long long long long
      long long long long long long long

  ! task "Task" on localhost failed
      there is no field nam in fields; did you mean name?; nothing was sent

Plan: 1 to create, 0 to update, 1 to delete; 0 unchanged, 2 failed.
"""
    assert shown(made) == expected.strip("\n")


def test_a_real_run_says_what_was_done() -> None:
    made = report(single("a", NAME), created("c", "1", "New", "n"), deleted("b"), single("same"))
    said = shown(made, planned=False)
    assert "  ~ a will" not in said
    assert '  ~ "Front desk" (a) was updated' in said
    assert '  + "New" (n) was created' in said
    assert "  - b was deleted" in said
    assert said.splitlines()[-1] == "Applied: 1 created, 1 updated, 1 deleted; 1 unchanged, 0 failed. 1 drifted."


def test_a_creation_that_sends_no_field_is_one_and_is_called_by_its_parent() -> None:
    step: Result = {"action": "create", "id": None, "fields": [], "note": ""}
    new = {**single(None), "resource": "setup_link", "parent": "c1", "changed": True, "steps": [step]}

    said = shown(report(new, check=True))

    assert "  + setup link of c1 will be created" in said
    assert said.splitlines()[-1] == "Plan: 1 to create, 0 to update, 0 to delete; 0 unchanged, 0 failed."


def test_where_nothing_changes_it_says_so() -> None:
    assert shown(report(single("a"), check=True)) == (
        "No changes. Kapso is as declared.\nPlan: 0 to create, 0 to update, 0 to delete; 1 unchanged, 0 failed."
    )
    assert shown(report(single("a")), planned=False).startswith(
        "No changes. Kapso was as declared.\nApplied: 0 created"
    )


WANTED_ALONG = change("phone_number_id", "1", "1", "required_by_server", "send")
UNHEARD_OF = change("calls_enabled", None, True, "new_reason")  # of a later version
REFUSED = [failure(one, msg=f"WhatsApp configuration {one}: not tried, because of this; end.") for one in "abc"]


@pytest.mark.parametrize(
    ("results", "times", "words"),
    [
        (
            [{"censored": ""}],
            1,
            "Warning: 1 task ran under no_log and cannot be seen: the totals are incomplete.\nPlan",
        ),
        ([{"censored": ""}] * 2, 1, "Warning: 2 tasks ran under no_log"),
        ([project(*REFUSED, failed=True)], 1, "not tried, because of this; end."),
        ([project(*REFUSED, failed=True)], 2, "(for the same reason as the one before)"),
        ([single("a", WANTED_ALONG)], 1, '~ phone_number_id = "1"  # wanted with every write'),
        ([single("a", UNHEARD_OF)], 1, "~ calls_enabled = null -> true  # new_reason"),
    ],
)
def test_it_says_each_thing_as_often_as_it_is_of_use(results: list[Result], times: int, words: str) -> None:
    assert shown(report(*results, check=True)).count(words) == times


@given(st.text(), st.text(), st.text(min_size=1), st.text(min_size=1), st.integers(40, 200))
def test_nothing_that_a_value_holds_reaches_the_terminal_as_a_command(
    name: str, value: str, config_id: str, msg: str, width: int
) -> None:
    made = report(single(config_id, change("name", value, name), data={"name": name}), check=True)
    add(made, failure(None, msg=msg), check=True, task=name, host=value)
    said = shown(made, width)
    assert all(one.isprintable() or one in "\n\u200c\u200d" for one in said)
    said.encode()
    assert said.splitlines()[-1].startswith("Plan: 0 to create, 1 to update")


def test_wide_letters_are_counted_as_a_terminal_shows_them() -> None:
    names = {"診療所": 6, "é": 1, "e\u0301": 1, "👩\u200d👧": 4, "plain": 5}
    assert {name: columns(name) for name in names} == names
    made = report(single("a", change("name", "診療所", "x"), change("kind", "aaaaaa", "x")), check=True)
    edges = {columns(line.partition("#")[0]) for line in shown(made).splitlines() if "#" in line}
    assert len(edges) == 1


def test_colors_mark_signs_and_reasons_and_do_not_move_anything() -> None:
    made = report(DESK, failure("b"), deleted("c"), created("c", "1", "N"), check=True)
    tones = set()

    def paint(tone: str, words: str) -> str:
        tones.add(tone)
        return f"\033[1m{words}\033[0m"

    painted = text(made.planned, "planned", 79, paint)
    assert tones == {"create", "update", "delete", "failed", "why"}
    assert painted.replace("\033[1m", "").replace("\033[0m", "") == shown(made)


# As Markdown, read by a Markdown parser.

HOSTILE = "a|b `c` ``d`` \n# e <script>x</script> **f** [g](https://example.org) @someone \\| \x1b[31m"


class Page(HTMLParser):
    """The tags of a page, and the texts of its cells."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self._in_cell = False
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        assert all(name == "open" for name, _value in attrs)
        self.tags.append(tag)
        self._in_cell = self._in_cell or tag == "td"
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a cell."""
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        """Note the text of a cell."""
        if self._in_cell:
            self.cells[-1] += data


def test_it_has_the_totals_and_a_table_for_each_object() -> None:
    desk = single("a", change("name", "A", "B", "drifted"), change("calls_enabled", False, True), data={"name": "B"})
    assert markdown(report(desk, check=True)) == (
        "### Kapso plan\n\n"
        "**Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.**\n\n"
        "<details open>\n\n"
        "<summary>1 entry</summary>\n\n"
        '`~` **`"B" (a)` will be updated**\n\n'
        "| field | before | after | why |\n"
        "|---|---|---|---|\n"
        '| `name` | `"A"` | `"B"` | changed at Kapso |\n'
        "| `calls_enabled` | `false` | `true` | changed in the playbook |\n\n"
        "</details>\n"
    )


def test_planned_and_applied_failures_deletions_and_what_cannot_be_seen() -> None:
    made = report(deleted("a"), failure("b", msg="refused `it`"), check=True)
    add(made, {"censored": ""})
    said = markdown(made)
    assert "`-` **`a` will be deleted**: `declared absent`" in said
    assert "`!` **`b` failed**\n\n> `` refused `it` ``" in said
    assert "### Kapso: applied" in said
    assert "> **Warning:** 1 task ran under `no_log` and cannot be seen: the totals are incomplete." in said


def test_where_nothing_of_ours_ran_or_nothing_changes_it_says_so() -> None:
    assert "No task of `kapso.whatsapp` ran." in markdown(Report())
    assert "No changes. Kapso is as declared." in markdown(report(single("a"), check=True))


@pytest.mark.parametrize("number", [1, 20, 21, 1000])
def test_many_objects_are_folded_and_what_is_too_much_for_a_comment_is_counted(number: int) -> None:
    rows = [single(str(one), change("name", "x" * 50, "y" * 50), data={"name": "y"}) for one in range(number)]
    said = markdown(report(project(*rows), check=True))
    assert len(said) < LIMIT + 1000
    assert ("<details open>" in said) == (number <= 20)
    left = number - said.count("will be updated")
    assert (f"And {left} more," in said) == (left > 0)
    assert (left > 0) == (number == 1000)


def test_nothing_in_names_and_values_is_markdown_or_html() -> None:
    made = report(
        single(HOSTILE, change("name", HOSTILE, "y"), data={"name": HOSTILE}), failure("b", msg=HOSTILE), check=True
    )
    page = Page(markdown(made))
    table, around = {"table", "thead", "tbody", "tr", "th", "td"}, {"h3", "p", "details", "summary", "blockquote"}
    assert set(page.tags) <= {*table, *around, "strong", "code"}
    assert len(page.cells) == 4
    assert page.cells[1].endswith('\\\\| \\u001b[31m"')
    assert "a|b `c` ``d`` \\n# e <script>" in page.cells[1]


@given(st.text(), st.text())
def test_a_table_keeps_its_columns_whatever_the_values_are(before: str, after: str) -> None:
    made = report(single("a", change("name", before, after + "x"), data={"name": before}), check=True)
    page = Page(markdown(made))
    assert len(page.cells) == 4
    assert page.tags.count("table") == 1


@given(st.text(min_size=1).filter(str.strip))
def test_a_text_is_one_code_span(text: str) -> None:
    page = Page(f"before {code(text)} after")
    assert page.tags == ["p", "code"]
