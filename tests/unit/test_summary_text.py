# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the report on a terminal: its width, its length, and that no value controls the terminal."""

from __future__ import annotations

import pytest
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.collect import Report
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.markdown import markdown
from ansible_collections.kapso.whatsapp.plugins.plugin_utils.summary.text import columns, text
from hypothesis import given
from hypothesis import strategies as st

from tests.support.results import Result, add, change, created, deleted, failure, project, report, single

ID = "0b7c1f52-3a7e-4c55-9d10-6f2f8f0a1c11"
TOKEN = change("access_token", "(sensitive)", "(sensitive)", "value_changed", "send")
URL = change("webhook_destination_url", None, "https://hooks.example.org/whatsapp", "modified_at_server", "send")
NAME = change("name", "Desk (edited)", "Front desk", "drifted")
DESK = single(ID, NAME, change("business_account_id", "200000000000001", "200000000000002"), TOKEN, URL) | {
    "name": "Front desk",
    "key": "100000000000001",
}


def shown(made: Report, width: int = 79, *, planned: bool = True) -> str:
    """Return the planned or the applied section, without colors."""
    section, name = (made.planned, "planned") if planned else (made.applied, "applied")
    return text(section, name, width, lambda _tone, words: words)


def test_at_80_columns_reasons_without_room_are_below() -> None:
    expected = """
  ~ configuration "Front desk" (100000000000001) will be updated
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


def test_at_160_columns_reasons_are_in_a_column() -> None:
    expected = """
  ~ configuration "Front desk" (100000000000001) will be updated
      ~ name                = "Desk (edited)" -> "Front desk"         # changed at Kapso
      ~ business_account_id = "200000000000001" -> "200000000000002"  # changed in the playbook
      ~ access_token        = (sensitive)                             # value changed since last sent

Plan: 0 to create, 1 to update, 0 to delete; 0 unchanged, 0 failed. 1 drifted.
"""
    without_url = DESK | {"changes": DESK["changes"][:-1]}
    assert shown(report(without_url, check=True), 159) == expected.strip("\n")


def test_creations_deletions_and_failures() -> None:
    new = created("c", "100000000000007", "Example clinic")
    refused = {"failed": True, "msg": "there is no field nam in fields (did you mean name?); nothing was sent"}
    made = report(
        new,
        deleted(ID, resource="customer", name="Old clinic", key="clinic-7") | {"steps": [{"note": "it has 2 numbers"}]},
        failure("b", msg="WhatsApp configuration b: it is " + "long " * 20),
        refused,
        check=True,
    )
    expected = """
  - customer "Old clinic" (clinic-7) will be deleted  # declared absent
    # it has 2 numbers

  + configuration "Example clinic" (100000000000007) will be created
      + name            = "Example clinic"
      + phone_number_id = "100000000000007"

  ! configuration b failed
      it is long long long long long long long long long long long long long
      long long long long long long long

  ! task "Task" on localhost failed
      there is no field nam in fields (did you mean name?); nothing was sent

Plan: 1 to create, 0 to update, 1 to delete; 0 unchanged, 2 failed.
"""
    assert shown(made) == expected.strip("\n")


def test_the_report_of_a_real_run_is_in_the_past_tense() -> None:
    made = report(single("a", NAME, name="Front desk"), created("c", "1", "New", "n"), deleted("b"), single("same"))
    said = shown(made, planned=False)
    assert "  ~ a will" not in said
    assert '  ~ configuration "Front desk" (a) was updated' in said
    assert '  + configuration "New" (1) was created' in said
    assert "  - configuration b was deleted" in said
    assert said.splitlines()[-1] == "Applied: 1 created, 1 updated, 1 deleted; 1 unchanged, 0 failed. 1 drifted."


def test_a_creation_that_sends_no_field_is_one_and_is_called_by_its_parent() -> None:
    step: Result = {"action": "create", "id": None, "fields": [], "note": ""}
    new = {**single(None), "resource": "setup_link", "parent": "c1", "changed": True, "steps": [step]}

    said = shown(report(new, check=True))

    assert "  + setup link of customer c1 will be created" in said
    assert said.splitlines()[-1] == "Plan: 1 to create, 0 to update, 0 to delete; 0 unchanged, 0 failed."


def test_a_report_without_changes_says_so() -> None:
    assert shown(report(single("a"), check=True)) == (
        "No changes. Kapso is as declared.\nPlan: 0 to create, 0 to update, 0 to delete; 1 unchanged, 0 failed."
    )
    assert shown(report(single("a")), planned=False).startswith(
        "No changes. Kapso was as declared.\nApplied: 0 created"
    )


WANTED_ALONG = change("phone_number_id", "1", "1", "required_by_server", "send")
UNHEARD_OF = change("calls_enabled", None, True, "new_reason")  # a reason of a later version
REFUSED = [failure(one, msg=f"WhatsApp configuration {one}: not tried, because of this; end.") for one in "abcd"]


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
        *(
            ([project(*REFUSED[:number], failed=True)], 1, f"! {number} configs failed\n{' ' * 6}{said}\n")
            for number, names in ((2, "a, b"), (3, "a, b, c"), (4, "a, b, c and 1 more"))
            for said in [f"not tried, because of this; end.\n      {names}"]
        ),
        ([single("a", WANTED_ALONG)], 1, '~ phone_number_id = "1"  # required with every write'),
        ([single("a", UNHEARD_OF)], 1, "~ calls_enabled = null -> true  # new_reason"),
    ],
)
def test_repeated_texts_are_shown_once(results: list[Result], times: int, words: str) -> None:
    assert shown(report(*results, check=True)).count(words) == times


HOOK = {"resource": "whatsapp_webhook", "key": "https://hooks.example.org/wa", "parent": "100000000000001"}
EVENTS = change("events", ["a", "b"], ["b", "c"])


def test_an_object_without_a_name_is_named_by_its_parent_and_a_list_shows_its_items() -> None:
    known = single("w", EVENTS, **HOOK, parent_name="Front desk")
    of_all = single("v", EVENTS, **{**HOOK, "parent": None})
    unknown = single("u", EVENTS, **HOOK | {"key": "https://hooks.example.org/other"})
    said = shown(report(known, of_all, unknown, check=True))
    assert said.startswith(
        """
  ~ webhook https://hooks.example.org/wa of "Front desk" (100000000000001) will be updated
      ~ events = - a, + c  # changed in the playbook

  ~ webhook https://hooks.example.org/wa of the project will be updated
      ~ events = - a, + c  # changed in the playbook

  ~ webhook https://hooks.example.org/other of number 100000000000001 will be updated
""".strip("\n")
    )


def test_a_list_that_is_too_wide_takes_a_line_for_each_item() -> None:
    events = [f"whatsapp.conversation.number-{one}" for one in range(3)]
    new = change("events", None, events, "not_found", "create")
    made = report(single("a", change("events", [], events)), single("b", change("events", None, events)), check=True)
    add(made, single(None, new, key="c"), check=True)
    assert shown(made).startswith(
        """
  ~ configuration a will be updated
      ~ events = + whatsapp.conversation.number-0
                 + whatsapp.conversation.number-1
                 + whatsapp.conversation.number-2
                 # changed in the playbook

  ~ configuration b will be updated
      ~ events = null
              -> ["whatsapp.conversation.number-0", "whatsapp.conversation.number-1", "whatsapp.conversation.number-2"]
                 # changed in the playbook

  + configuration c will be created
      + events = + "whatsapp.conversation.number-0"
                 + "whatsapp.conversation.number-1"
                 + "whatsapp.conversation.number-2"
""".strip("\n")
    )


def test_equal_changes_of_many_objects_are_shown_once() -> None:
    url = [
        change("webhook_destination_url", f"https://old.example.org/{one}", "https://new.example.org/")
        for one in range(25)
    ]
    calls = change("calls_enabled", False, True)
    rows = [single(str(one), url[one], calls) for one in range(25)]
    rows[7]["changes"].append(change("name", "A", "B"))
    rows[0]["steps"] = [{"action": "update", "note": "see to it"}]
    said = shown(report(project(*rows, *(single(f"n{one}", NAME) for one in range(21))), check=True))
    assert (
        said
        == """
  ~ 25 configs will be updated
      ~ webhook_destination_url = "https://new.example.org/"
                                  # changed in the playbook
      ~ calls_enabled           = false -> true  # changed in the playbook
      0, 1, 2 and 22 more

  ~ 21 configs will be updated
      ~ name = "Desk (edited)" -> "Front desk"  # changed at Kapso
      n0, n1, n2 and 18 more

  ~ configuration 0 will be updated
    # see to it

  ~ configuration 7 will be updated
      ~ name = "A" -> "B"  # changed in the playbook

Plan: 0 to create, 46 to update, 0 to delete; 0 unchanged, 0 failed. 21 drifted.
""".strip("\n")
    )
    assert shown(report(project(*rows[:20]), check=True)).count("calls_enabled") == 20
    page = markdown(report(project(*rows)))
    assert "<summary>configs: 25</summary>\n\n`~` **`25 configs` were updated**\n\n| field |" in page
    assert "| changed in the playbook |\n\n`0`, `1`, `2` and 22 more\n\n`~` **" in page
    assert "`~` **`configuration 0` was updated**\n\n> `see to it`\n\n`~` **`configuration 7`" in page
    assert "  ~ 25 configs were updated\n" in shown(report(project(*rows)), planned=False)


@pytest.mark.parametrize(
    "other",
    [
        {"changed": False, "held_back": True},
        {"steps": [{"action": "create"}], "changes": [change("calls_enabled", False, True, action="create")]},
        *({"changes": [change("calls_enabled", False, True) | {name: "x"}]} for name in ("field", "reason", "after")),
        {"changes": [change("calls_enabled", False, True, action="send")]},
    ],
)
def test_changes_that_differ_in_anything_but_the_value_before_are_not_equal(other: Result) -> None:
    calls = change("calls_enabled", False, True)
    rows = [single(str(one), calls) for one in range(21)]
    assert "  ~ 21 configs " in shown(report(project(*rows), check=True))
    rows[20] |= other
    assert " configs " not in shown(report(project(*rows), check=True))


def test_several_hosts_are_named() -> None:
    made = report(single("a", NAME), check=True, host="clinic-1")
    assert "[clinic-1]" not in shown(made)
    add(made, single("b", NAME), check=True, host="clinic-2")
    # Two projects can have customers with equal external IDs: these are two creations.
    for host in ("clinic-1", "clinic-2"):
        new = single(None, change("name", None, "N", "not_found", "create"), resource="customer", key="c", changed=True)
        add(made, new, check=True, host=host)
    said = shown(made)
    assert [line for line in said.splitlines() if line and line[0] == "["] == ["[clinic-1]", "[clinic-2]"]
    assert said.index("customer c will be created") < said.index("configuration a") < said.index("[clinic-2]")
    assert said.splitlines()[-1].startswith("Plan: 2 to create, 2 to update")
    assert "<summary>clinic-2, configs: 1</summary>" in markdown(made)


STOPPED = "2 of 9 would change, and max_changes allows 1; check the plan; raise max_changes if you want these changes"


@pytest.mark.parametrize("check", [True, False])
def test_the_report_of_a_stopped_run_has_its_plan_and_its_reason_in_one_line(check: bool) -> None:
    rows = [single(one, NAME, changed=False, held_back=True) for one in "ab"]
    made = report(project(*rows, single("c"), failed=True, msg="x", stopped=STOPPED), check=check)
    said = shown(made, 200, planned=check)
    assert said.count("  ~ configuration") == said.count("would be updated") == 2
    assert said.splitlines()[-3:] == [
        "Plan: 0 to create, 2 to update, 0 to delete; 1 unchanged, 0 failed. 2 drifted.",
        f"{STOPPED}.",
        "Nothing was written.",
    ]
    page = markdown(made)
    assert page.startswith("### Kapso plan\n")
    assert f"> `{STOPPED}.`\n>\n> **Nothing was written.**" in page
    add(made, single("d", NAME), check=check)
    assert shown(made, 200, planned=check).splitlines()[-1] == "The stopped task wrote nothing."


def test_undeclared_objects_are_listed_unless_another_task_declares_them() -> None:
    found = [{**HOOK, "id": str(one), "name": None, "parent_name": "Front desk"} for one in range(30)]
    hook = 'webhook https://hooks.example.org/wa of "Front desk" (100000000000001)'
    for number, listed, more in ((21, 20, 0), (22, 20, 1), (30, 20, 9)):
        made = report(project(single("a"), undeclared=found[:number]), single("3", **HOOK), check=True)
        said, page = shown(made), markdown(made)
        lines = f"  ? {hook} is not declared\n" * listed + (f"  ? and {more} more webhooks\n" if more else "")
        assert said.startswith(f"{lines}\nNo changes.")
        assert said.endswith(f" {number - 1} at Kapso are not declared.")
        parts = [*[f"`?` **`{hook}` is not declared**"] * listed, f"`?` and {more} more that are not declared"]
        assert "\n\n".join([f"webhooks: {number - 1}</summary>", *parts[: None if more else -1], "</details>"]) in page
        document = made.document()["planned"]
        count = document["resources"]["whatsapp_webhook"]["undeclared"]
        assert len(document["undeclared"]) == count == number - 1


def test_failures_take_a_screen_at_most_and_those_for_one_reason_a_few_lines() -> None:
    def of_reasons(number: int) -> str:
        """Return the text about failures with different reasons, and about nine with one reason."""
        why = [f"configuration {one}: reason {min(number, one)}; end." for one in range(number + 9)]
        rows = [failure(str(one), change("name", "A", "B"), msg=msg) for one, msg in enumerate(why)]
        return shown(report(project(*rows, failed=True)), planned=False)

    assert "more failed" not in of_reasons(19)
    assert of_reasons(19).count("      ~ name = ") == 19
    assert "  ! 9 configs failed\n      reason 19; end.\n      19, 20, 21 and 6 more\n" in of_reasons(19)
    assert "  ! configuration 19 failed\n" in of_reasons(20)
    assert "  ! and 9 more failed\n" in of_reasons(20)
    assert "  ! and 14 more failed\n" in of_reasons(25)


def test_a_reason_is_given_once_in_the_report() -> None:
    reasons = [
        ("a", "the key is wrong."),
        ("a", "not tried, because the key is wrong."),
        ("b", "not tried, because it is late."),
        ("b", "the key is wrong."),
        ("c", "it is late."),
    ]
    made = Report()
    for number, (host, why) in enumerate(reasons):
        add(made, failure(str(number), msg=f"configuration {number}: {why}"), host=host)
    said = shown(made, planned=False)
    expected = """
[a]

  ! configuration 0 failed
      the key is wrong.

  ! configuration 1 failed
      not tried: the same reason as above

[b]

  ! configuration 2 failed
      not tried, because it is late.

  ! configuration 3 failed
      the same reason as above

[c]

  ! configuration 4 failed
      the same reason as above

Applied"""
    assert said.startswith(expected.strip("\n"))


@given(st.text(), st.text(), st.text(min_size=1), st.text(min_size=1), st.integers(40, 200))
def test_no_value_controls_the_terminal(name: str, value: str, config_id: str, msg: str, width: int) -> None:
    made = report(single(config_id, change("name", value, name), data={"name": name}), check=True)
    add(made, failure(None, msg=msg), check=True, task=name, host=value)
    said = shown(made, width)
    assert all(one.isprintable() or one in "\n\u200c\u200d" for one in said)
    said.encode()
    assert said.splitlines()[-1].startswith("Plan: 0 to create, 1 to update")


def test_wide_letters_are_counted_as_a_terminal_shows_them() -> None:
    # The last ones are a full-width letter, and marks above and around others, of no combining class.
    names = {"診療所": 6, "é": 1, "e\u0301": 1, "👩\u200d👧": 4, "plain": 5, "\uff21": 2, "\u0901": 0, "\u20dd": 0}
    assert {name: columns(name) for name in names} == names
    made = report(single("a", change("name", "診療所", "x"), change("kind", "aaaaaa", "x")), check=True)
    edges = {columns(line.partition("#")[0]) for line in shown(made).splitlines() if "#" in line}
    assert len(edges) == 1


def test_colors_mark_signs_and_reasons_and_do_not_move_anything() -> None:
    found = {**HOOK, "id": "w", "name": None}
    gone = deleted("c", steps=[{"note": "see to it"}])
    many = [failure(str(one), msg=f"it has reason {one}") for one in range(21)]
    made = report(DESK, gone, created("c", "1", "N"), project(*many, undeclared=[found]), check=True)
    add(made, {"censored": ""}, check=True)
    add(made, project(failed=True, stopped="too many"), check=True)
    tones: dict[str, set[str]] = {}

    def paint(tone: str, words: str) -> str:
        tones.setdefault(tone, set()).add(words)
        return f"\033[1m{words}\033[0m"

    painted = text(made.planned, "planned", 79, paint)
    warning = "Warning: 1 task ran under no_log and cannot be seen: the totals are incomplete."
    assert {tone: words for tone, words in tones.items() if tone != "why"} == {
        "create": {"+"},
        "update": {"~"},
        "delete": {"-"},
        "undeclared": {"?"},
        "failed": {"!", warning, "Too many.", "The stopped task wrote nothing."},
    }
    assert {"# see to it", "# declared absent", "# changed at Kapso"} <= tones["why"]
    assert "\033[1m!\033[0m and 1 more failed" in painted
    assert painted.replace("\033[1m", "").replace("\033[0m", "") == shown(made)


@pytest.mark.parametrize(
    ("made", "lines"),
    [
        (report(deleted("a"), check=True), ["  - configuration a will be deleted  # declared absent"]),
        (
            report(single("a", change("name", "A", "B", "both"), change("kind", "A", "BB")), check=True),
            [
                '      ~ name = "A" -> "B"   # changed in the playbook and at Kapso',
                '      ~ kind = "A" -> "BB"  # changed in the playbook',
            ],
        ),
        (report(single("a", change("name", "A", "B", "x")), check=True), ['      ~ name = "A" -> "B"  # x']),
        (
            report(single("a", change("events", None, ["a", "b"], "not_found", "create")), check=True),
            ['      + events = ["a", "b"]'],
        ),
    ],
)
def test_a_line_is_as_wide_as_the_terminal_and_no_wider(made: Report, lines: list[str]) -> None:
    needed = max(map(len, lines))
    wide, narrow = shown(made, needed).splitlines(), shown(made, needed - 1).splitlines()
    assert [line for line in lines if line in wide] == lines
    assert [line for line in lines if line in narrow] != lines


def test_a_word_that_is_too_long_is_not_broken() -> None:
    address = f"https://hooks.example.org/{'x' * 80}"
    made = report(failure("a", msg=f"see {address}"), project(failed=True, stopped=f"see {address}"), check=True)
    said = shown(made, 60)
    assert f"\n      see\n      {address}\n" in said
    assert f"\nSee\n{address}.\n" in said
