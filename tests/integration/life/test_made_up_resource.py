# SPDX-License-Identifier: GPL-3.0-or-later
"""Test that a table alone makes a resource, with a table of this file and the emulator's routes of webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.kapso.whatsapp.plugins.module_utils._module import info, project, single
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.model import Field, Option, Parent, Resource
from ansible_collections.kapso.whatsapp.plugins.module_utils._resources.rules import Entry, Match, Row, Rules

from tests.emulator import Emulator
from tests.support.results import sides
from tests.support.runner import act, reasons

HOOK = Resource(
    name="hook",
    title="example hook",
    noun="hook",
    plural="hooks",
    api="platform",
    envelope="whatsapp_webhook",
    id_option="hook_id",
    path="/whatsapp/webhooks",
    key=("url",),
    key_phrase="{url}",
    key_as_option=True,
    parent=Parent(
        "line",
        "line_id",
        "phone_number_id",
        "/whatsapp/phone_numbers/{parent}/webhooks",
        "/whatsapp/phone_numbers",
        id_format="meta_id",
    ),
    fields=(
        Field("url", format="url", required="create"),
        Field("secret_key", format="passphrase", secret=True, required="create", nullable=True),
        Field("events", "list", compare="set"),
        Field("headers", "dict", format="token", secret=True, compare="map"),
        Field("active", "bool"),
        Field("mode", access="create", choices=("one", "two")),
        Field("max_buffer_size", "int", nullable=True),
        Field("id", access="ro"),
        Field("phone_number_id", access="ro"),
        Field("updated_at", access="ro"),
    ),
)
Data = dict[str, Any]


class Seen(Rules):
    """Record the options of each entry."""

    def __init__(self) -> None:
        self.options: list[Data] = []

    def check(self, entry: Entry) -> str:
        """Record the options."""
        self.options.append(dict(entry.options))
        return ""


URL = "https://hooks.example.org/wa"
FIELDS: Data = {
    "secret_key": "canary secret",
    "events": ["whatsapp.message.received", "whatsapp.message.sent"],
    "headers": {"X-Tenant": "canary-header"},
}
ONE, MANY, LIST = single.object_module(HOOK), project.project_module("kapso_hooks", [HOOK]), info.info_module(HOOK)


class Hooks:
    """Run tasks about the hooks of one line."""

    def __init__(self, kapso: Emulator) -> None:
        self.kapso = kapso
        config = kapso.get(kapso.add())
        assert config is not None
        self.line: str = config["phone_number_id"]

    def run(self, definition: Any = ONE, /, *, check: bool = False, **options: Any) -> Data:
        """Run a task. The journal then holds its requests."""
        self.kapso.clear_journal()
        connection = {"platform_api_url": self.kapso.platform_url, "api_key": self.kapso.key}
        result = act(definition, {**connection, **options}, check=check)
        assert "canary" not in repr(result)
        return result

    def declare(self, *, check: bool = False, **fields: Any) -> Data:
        """Run the task that names the hook by line and URL."""
        more = {name: fields.pop(name) for name in ("state", "clear") if name in fields}
        return self.run(check=check, line_id=self.line, url=URL, fields={**FIELDS, **fields}, **more)

    @property
    def stored(self) -> Data:
        """Return the only hook at the server."""
        (hook,) = self.kapso.webhooks()
        return hook


@pytest.fixture
def hooks(kapso: Emulator) -> Hooks:
    """Return a line without hooks."""
    return Hooks(kapso)


def test_it_is_created_found_by_its_key_and_then_left_alone(hooks: Hooks) -> None:
    dry = hooks.declare(check=True)
    assert (dry["changed"], hooks.kapso.writes(), hooks.kapso.webhooks()) == (True, [], [])

    made = hooks.declare()

    assert (made["changed"], made["changes"], made["diff"]) == (True, dry["changes"], dry["diff"])
    assert (made["resource"], made["hook_id"], made["key"], made["parent"]) == ("hook", made["id"], URL, hooks.line)
    assert [step["action"] for step in made["steps"]] == ["create"]
    (entry,) = hooks.kapso.writes()
    assert entry.path.endswith(f"/whatsapp/phone_numbers/{hooks.line}/webhooks")
    assert set(entry.sent) == {"url", *FIELDS}

    again = hooks.declare(events=list(reversed(FIELDS["events"])))
    assert (again["changed"], hooks.kapso.short(), again["id"]) == (False, "GET", made["id"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("secret_key", "canary other"),
        ("events", ["whatsapp.message.received"]),
        ("headers", {"X-Tenant": "canary-other"}),
        ("headers", {}),
        ("active", False),
        ("max_buffer_size", 7),
    ],
)
def test_only_differences_are_sent_also_of_secrets_sets_and_maps(hooks: Hooks, field: str, value: Any) -> None:
    hooks.declare()

    changed = hooks.declare(**{field: value})

    assert reasons(changed) == {field: "differs"}
    (entry,) = hooks.kapso.writes()
    assert (entry.method, set(entry.sent)) == ("PATCH", {field})
    assert hooks.stored[field] == value
    assert hooks.declare(**{field: value})["changed"] is False


def test_a_null_declares_nothing_and_an_empty_text_is_refused_at_any_depth(hooks: Hooks) -> None:
    nothing = {"max_buffer_size": None, "mode": None}
    made = hooks.run(line_id=hooks.line, url=URL, fields={**FIELDS, **nothing}, clear=None)
    assert (made["changed"], set(hooks.kapso.writes()[0].sent)) == (True, {"url", *FIELDS})

    for fields, name in (
        ({"headers": {"X-A\n": ""}}, "fields.headers.X-A\\n"),
        ({"events": ["", "x"]}, "item 1 of fields.events"),
    ):
        assert f"{name} is empty" in hooks.declare(**fields)["msg"]
        assert hooks.kapso.journal() == []


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("events", [{"name": "x"}], "events has an element that is not a string"),
        ("events", "x", "events is a string instead of a list"),
        ("headers", ["x"], "headers is a list instead of an object"),
        ("max_buffer_size", True, "max_buffer_size is a boolean instead of a number"),
    ],
)
def test_an_answer_with_a_field_of_another_type_is_refused(hooks: Hooks, field: str, value: Any, what: str) -> None:
    hooks.declare()
    hooks.kapso.fault(method="GET", path="/webhooks", merge={field: value})

    result = hooks.declare(max_buffer_size=7)

    assert f"the answer to GET has a wrong type: {what}" in result["msg"].replace("(sensitive)", "x")
    assert hooks.kapso.writes() == []


def test_a_field_is_cleared_once_and_an_undeclared_one_is_not(hooks: Hooks) -> None:
    hooks.declare(max_buffer_size=7)
    assert hooks.declare(max_buffer_size=None)["changed"] is False

    dry = hooks.declare(clear=["max_buffer_size"], check=True)
    cleared = hooks.declare(clear=["max_buffer_size"])

    assert cleared["changes"] == dry["changes"]
    assert [(change["field"], change["before"], change["after"]) for change in cleared["changes"]] == [
        ("max_buffer_size", 7, None)
    ]
    assert sides(cleared)[1]["max_buffer_size"] is None
    assert hooks.stored["max_buffer_size"] is None
    assert hooks.declare(clear=["max_buffer_size"])["changed"] is False
    refused = hooks.declare(clear=["max_buffer_size"], max_buffer_size=7)
    assert "max_buffer_size is in fields and in clear" in refused["msg"]
    assert hooks.kapso.journal() == []


def test_that_a_secret_is_cleared_is_shown(hooks: Hooks) -> None:
    hooks.declare()

    dry = hooks.run(line_id=hooks.line, url=URL, clear=["secret_key"], check=True)
    cleared = hooks.run(line_id=hooks.line, url=URL, clear=["secret_key"])

    for result in (dry, cleared):
        (change,) = result["changes"]
        assert (change["before"], change["after"]) == ("(sensitive)", None)
        assert [side["secret_key"] for side in sides(result)] == ["(sensitive)", None]
    assert hooks.stored["secret_key"] is None


def test_it_is_addressed_by_its_id_and_deleted_by_id_or_key(hooks: Hooks) -> None:
    for by_key in (True, False):
        hook_id = hooks.declare()["id"]
        address: Data = {"line_id": hooks.line, "url": URL} if by_key else {"hook_id": hook_id}
        assert hooks.run(hook_id=hook_id, fields={"active": False})["changed"]
        gone = hooks.run(state="absent", **address)
        assert (gone["changed"], [step["action"] for step in gone["steps"]]) == (True, ["delete"])
        assert hooks.kapso.webhooks() == []
        assert hooks.run(state="absent", **address)["changed"] is False


def test_a_key_is_not_changed_in_the_task_that_uses_it(hooks: Hooks) -> None:
    hook_id = hooks.declare()["id"]
    for named in ({"line_id": hooks.line}, {"hook_id": hook_id}):
        refused = hooks.run(**named, url=URL, fields={**FIELDS, "url": f"{URL}/new"})
        assert "give url or fields.url, not both" in refused["msg"]
        assert hooks.kapso.journal() == []


def test_a_secret_in_a_key_is_in_no_result_and_no_plan(hooks: Hooks, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    entries = [
        {"line_id": hooks.line, "url": f"{URL}?key=canary-{name}&t=abc", "fields": FIELDS} for name in ("one", "two")
    ]
    shown = f"{URL}?key=(sensitive)&t=(sensitive)"

    planned = hooks.run(MANY, check=True, hooks=entries, plan_out=str(plan))
    made = hooks.run(MANY, hooks=entries, plan_in=str(plan))

    assert "canary" not in plan.read_text(encoding="utf-8")
    assert [entry["key"] for result in (planned, made) for entry in result["results"]] == [shown] * 4
    assert made["summary"]["created"] == 2
    again = hooks.run(hook_id=made["results"][0]["id"], url=entries[1]["url"], fields={"active": True})
    assert f"is '{shown}', but '{shown}' is declared" in again["msg"]


def test_two_objects_of_one_key_are_an_error_that_names_them(hooks: Hooks) -> None:
    ids = [hooks.kapso.add_webhook(phone_number_id=hooks.line, url=URL) for _time in range(2)]

    result = hooks.declare()

    assert (result["failed"], hooks.kapso.writes()) == (True, [])
    assert all(hook_id in result["msg"] for hook_id in ids)


def test_an_option_has_its_default_in_a_task_and_in_an_entry(hooks: Hooks) -> None:
    rules = Seen()
    options = (Option("force", default=False), Option("patience", "str", "7d"))
    hook = replace(HOOK, rules=rules, options=options)
    entry: Data = {"line_id": hooks.line, "url": URL, "fields": FIELDS}

    hooks.run(single.object_module(hook), check=True, **entry)
    hooks.run(project.project_module("kapso_hooks", [hook]), check=True, hooks=[entry])

    assert rules.options == [{"force": False, "patience": "7d"}] * 2


class OnlyOne(Rules):
    """Keep the oldest of several hooks with one key, or delete all."""

    def match(self, entry: Entry, rows: Sequence[Row]) -> Match:
        """Return the oldest hook, with the others as duplicates."""
        del entry
        oldest, *others = sorted(rows, key=lambda row: str(row["id"]))
        return Match(oldest, tuple(others))


@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_entry_may_be_several_writes(hooks: Hooks, state: str) -> None:
    ids = [hooks.kapso.add_webhook(phone_number_id=hooks.line, url=URL, active=False) for _time in range(3)]
    solo = single.object_module(replace(HOOK, rules=OnlyOne()))
    options: Data = {"line_id": hooks.line, "url": URL, "state": state, "fields": {"active": True}}
    first = "update" if state == "present" else "delete"

    dry = hooks.run(solo, check=True, **options)
    assert [(step["action"], step["id"]) for step in dry["steps"]] == [
        (first, ids[0]),
        ("delete", ids[1]),
        ("delete", ids[2]),
    ]
    hooks.kapso.fault(method="DELETE", path=ids[2], status=422, json={"error": "no"}, count=1)
    result = hooks.run(solo, **options)

    assert (result["steps"], result["changed"], result["error"]["outcome"]) == (dry["steps"], True, "applied")
    assert f"deleting {ids[2]} failed" in result["msg"]
    left = [ids[0], ids[2]] if state == "present" else [ids[2]]
    assert [hook["id"] for hook in hooks.kapso.webhooks()] == left
    again = hooks.run(solo, **options)
    assert (again["changed"], [step["id"] for step in again["steps"]]) == (True, [ids[2]])
    assert hooks.run(solo, **options)["changed"] is False


@pytest.mark.parametrize(
    ("method", "fault", "outcome"),
    [
        ("PATCH", {"status": 422}, "rejected"),
        ("DELETE", {"status": 422}, "rejected"),
        ("DELETE", {"status": 300}, "unknown"),
    ],
)
def test_after_the_first_failed_write_of_an_entry_no_other_is_sent(
    hooks: Hooks, method: str, fault: Data, outcome: str
) -> None:
    ids = [hooks.kapso.add_webhook(phone_number_id=hooks.line, url=URL, active=method == "DELETE") for _time in "12"]
    solo = single.object_module(replace(HOOK, rules=OnlyOne()))
    hooks.kapso.fault(method=method, **fault)

    result = hooks.run(solo, line_id=hooks.line, url=URL, fields={"active": True})

    assert (result["changed"], result["error"]["outcome"]) == (outcome == "unknown", outcome)
    assert [hook["id"] for hook in hooks.kapso.webhooks()] == ids
    assert [entry.method for entry in hooks.kapso.writes()] == [method]


@pytest.mark.parametrize(
    ("gone", "said"), [(0, ": "), (1, ": {1} is deleted, but "), (2, ": {1} and {2} are deleted, but ")]
)
def test_deleted_objects_are_named_if_a_later_deletion_fails(hooks: Hooks, gone: int, said: str) -> None:
    ids = [hooks.kapso.add_webhook(phone_number_id=hooks.line, url=URL, active=True) for _time in range(4)]
    stays = ids[gone + 1]
    hooks.kapso.fault(method="DELETE", path=stays, status=422, json={"error": "no"})

    result = hooks.run(single.object_module(replace(HOOK, rules=OnlyOne())), line_id=hooks.line, url=URL)

    assert f"{said.format(*ids)}deleting {stays} failed: " in result["msg"]


def test_many_are_planned_from_one_list(hooks: Hooks) -> None:
    ids = [hooks.kapso.add_webhook(phone_number_id=hooks.line, url=f"{URL}/{number}") for number in range(20)]
    entries = [{"hook_id": hook_id, "fields": {"active": True}} for hook_id in ids]
    entries[3]["fields"] = {"active": False}

    new: Data = {"line_id": hooks.line, "url": URL, "fields": FIELDS}
    result = hooks.run(MANY, hooks=[*entries, new], return_unchanged=True)

    assert [entry["id"] for entry in result["results"] if entry["changed"]] == [ids[3], result["results"][20]["id"]]
    assert sorted(hooks.kapso.short().split()) == ["GET", "PATCH", "POST"]  # one list has all objects
    assert {row["id"] for row in hooks.run(LIST, line_id=hooks.line)["hooks"]} == {
        entry["id"] for entry in result["results"]
    }
    part = {"headers": {"X-Part": ids[0][9:18]}}  # a part of each ID
    (entry,) = hooks.run(MANY, hooks=[{"hook_id": ids[0], "fields": part}])["results"]
    assert (entry["id"], entry["steps"][0]["id"]) == (ids[0], ids[0])
