# SPDX-License-Identifier: GPL-3.0-or-later
"""Test the special behavior of webhooks: they are found by URL, and several can have one URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.emulator import Emulator
from tests.support.runner import Runner, reasons
from tests.support.shared_time import SharedTime

MODULE = "kapso.whatsapp.kapso_whatsapp_webhook"
URL = "https://hooks.example.org/wa?token=canary-in-url"
OTHER = "https://tunnel-1.example.net/wa"
RECEIVED, SENT, READ = (f"whatsapp.message.{name}" for name in ("received", "sent", "read"))
FIELDS: dict[str, Any] = {
    "events": [RECEIVED, SENT],
    "secret_key": "canary secret",
    "headers": {"X-Tenant": "canary-header"},
}
Data = dict[str, Any]


class Hooks(Runner):
    """Run tasks about the webhooks of one number, and return those at the server."""

    def __init__(self, kapso: Emulator, receipts: Path, time: SharedTime, module: str = MODULE) -> None:
        config = kapso.get(kapso.add())
        assert config is not None
        self.number: str = config["phone_number_id"]
        super().__init__(
            kapso, receipts, module, time=time, platform_api_url=kapso.platform_url, phone_number_id=self.number
        )

    def have(self, url: str = URL, /, *, check: bool = False, **options: Any) -> Data:
        """Run the task that names the webhook by number and URL."""
        fields = {**FIELDS, **options.pop("fields", {})}
        return self.run(check=check, url=url, fields=fields, **options)

    def add(self, url: str = URL, **fields: Any) -> str:
        """Add a webhook of the number at the server, as another client does; return its ID."""
        return self.kapso.add_webhook(phone_number_id=self.number, url=url, **{"secret_key": "x", **fields})

    @property
    def ids(self) -> list[str]:
        """Return the IDs at the server, oldest first."""
        return [hook["id"] for hook in self.kapso.webhooks()]

    @property
    def hook(self) -> Data:
        """Return the only webhook at the server."""
        (hook,) = self.kapso.webhooks()
        return hook


@pytest.fixture
def hooks(kapso: Emulator, receipts: Path, shared_time: SharedTime) -> Hooks:
    """Return a number without webhooks."""
    return Hooks(kapso, receipts, shared_time)


def deeds(result: Data) -> list[tuple[str, Any]]:
    """Return the writes in a result."""
    return [(step["action"], step["id"]) for step in result["steps"]]


def test_a_webhook_is_created_and_then_left_alone_however_its_url_and_events_are_written(hooks: Hooks) -> None:
    dry = hooks.have(check=True)
    made = hooks.have()

    assert (made["changed"], made["changes"], made["diff"]) == (True, dry["changes"], dry["diff"])
    assert (made["webhook_id"], made["parent"]) == (hooks.hook["id"], hooks.number)
    assert hooks.kapso.short() == "GET POST"
    assert hooks.hook["url"] == URL
    for url in (URL, URL.replace("hooks.example.org", "HOOKS.example.org:443")):
        again = hooks.have(url, kind="kapso", fields={"events": [SENT, RECEIVED]})
        assert (again["changed"], again["webhook_id"], hooks.kapso.short()) == (False, made["id"], "GET")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("events", [RECEIVED, READ]),
        ("secret_key", "canary other"),
        ("headers", {"X-Tenant": "canary-other"}),
        ("headers", {}),
        ("active", False),
        ("buffer_enabled", True),
    ],
)
def test_only_fields_that_differ_at_kapso_are_sent(hooks: Hooks, field: str, value: Any) -> None:
    hooks.have()

    dry = hooks.have(check=True, fields={field: value})
    changed = hooks.have(fields={field: value})

    assert (changed["changes"], [*reasons(changed)]) == (dry["changes"], [field])
    (entry,) = hooks.kapso.writes()
    assert (entry.method, [*entry.sent], hooks.hook[field]) == ("PATCH", [field], value)
    assert hooks.have(fields={field: value})["changed"] is False
    hooks.kapso.edit(hooks.hook["id"], **{field: FIELDS.get(field, False) if field != "active" else True})
    assert [*reasons(hooks.have(check=True, fields={field: value}))] == [field]


@pytest.mark.parametrize("hidden", ["none", "list_omits", "omit_fields"])
def test_a_cleared_number_gets_kapsos_default_and_a_declared_one_is_sent_once(hooks: Hooks, hidden: str) -> None:
    fields = {"inactivity_minutes": 30}
    hooks.have(fields=fields)
    if hidden != "none":
        hooks.kapso.settings(**{hidden: [*fields]})
    assert hooks.have(fields=fields)["changed"] is False
    if hidden == "omit_fields":
        return
    assert [*reasons(hooks.have(clear=[*fields]))] == [*fields]
    assert hooks.hook["inactivity_minutes"] == 60
    assert hooks.have(clear=[*fields])["changed"] is False


def test_a_paused_webhook_is_reported_and_activated(hooks: Hooks) -> None:
    made = hooks.have()
    hooks.kapso.pause(made["id"])

    still = hooks.have()
    assert (still["changed"], hooks.ids) == (False, [made["id"]])
    assert any("it is paused, perhaps by Kapso" in warning for warning in still["warnings"])
    on = hooks.have(fields={"active": True})
    assert (deeds(on), "paused" in on["steps"][0]["note"], hooks.hook["active"]) == (
        [("update", made["id"])],
        True,
        True,
    )
    assert hooks.have(fields={"active": True})["warnings"] == []
    assert hooks.have(fields={"active": False})["warnings"] == []


def test_several_with_one_url_are_an_error_unless_one_is_to_be_kept_and_absent_deletes_them_all(hooks: Hooks) -> None:
    first, second, third = (hooks.add(active=active) for active in (False, True, True))
    hooks.add("https://hooks.example.org/else")
    hooks.kapso.add_webhook(url=URL, secret_key="x")

    several = hooks.have()
    assert (several["failed"], hooks.kapso.writes()) == (True, [])
    assert all(one in several["msg"] for one in (first, second, third))

    hooks.kapso.fault(method="PATCH", status=422)
    refused = hooks.have(solo=True)
    assert (refused["changed"], [entry.method for entry in hooks.kapso.writes()]) == (False, ["PATCH"])
    hooks.kapso.clear_faults()

    dry = hooks.have(check=True, solo=True)
    kept = hooks.have(solo=True)
    assert deeds(kept) == deeds(dry) == [("update", second), ("delete", third), ("delete", first)]
    assert (second in hooks.ids, len(hooks.ids)) == (True, 3)
    assert hooks.have(solo=True)["changed"] is False

    hooks.add()
    gone = hooks.run(url=URL, state="absent")
    assert ([action for action, _id in deeds(gone)], len(hooks.ids)) == (["delete", "delete"], 2)
    assert hooks.run(url=URL, state="absent")["changed"] is False


def test_a_moved_url_is_found_by_a_pattern_and_an_exact_one_wins(hooks: Hooks) -> None:
    made = hooks.have(OTHER)
    pattern = r"^https://tunnel-\d+\.example\.net/"
    new = "https://tunnel-2.example.net/wa"

    dry = hooks.have(new, check=True, match_url=pattern)
    moved = hooks.have(new, match_url=pattern)
    assert (moved["changes"], deeds(moved), [*reasons(moved)]) == (dry["changes"], [("update", made["id"])], ["url"])
    assert hooks.hook["url"] == new
    assert hooks.have(new, match_url=pattern)["changed"] is False

    hooks.add(OTHER)
    assert (hooks.have(new, match_url=pattern)["changed"], len(hooks.ids)) == (False, 2)
    ambiguous = hooks.have("https://tunnel-3.example.net/wa", match_url=pattern, solo=True)
    assert (ambiguous["failed"], hooks.kapso.writes()) == (True, [])
    hooks.add("https://tunnel-4.example.net/meta", kind="meta", events=[])
    assert (
        hooks.have("https://tunnel-5.example.net/wa", match_url="tunnel-4", check=True)["steps"][0]["action"]
        == "create"
    )
    assert deeds(hooks.have("https://tunnel-5.example.net/wa", match_url="tunnel-[24]")) == [("update", made["id"])]
    by_id = hooks.run(phone_number_id=None, webhook_id=made["id"], url="https://hooks.example.org/moved")
    assert (deeds(by_id), [*reasons(by_id)]) == ([("update", made["id"])], ["url"])


@pytest.mark.parametrize("scope", ["kind", "scope"])
def test_kind_and_scope_never_change_and_a_webhook_is_replaced_only_if_told_so(hooks: Hooks, scope: str) -> None:
    made = hooks.have()
    by_id: Data = {"webhook_id": made["id"], "phone_number_id": None, "fields": {}}
    other: Data = {"kind": "meta"} if scope == "kind" else {"scope": "project"}
    if scope == "scope":
        by_id["fields"] = {"events": ["whatsapp.phone_number.created"]}

    refused = hooks.run(**by_id, **other)
    assert (refused["failed"], hooks.kapso.writes(), "`replace: true`" in refused["msg"]) == (True, [], True)
    unnamed = hooks.run(**by_id, **other, replace=True)
    lacks = "phone_number_id" if scope == "kind" else "url"
    assert f"a later run would not find the new webhook without {lacks}; " in unnamed["msg"]
    assert (f"; add {lacks}" in unnamed["msg"], hooks.kapso.writes()) == (True, [])
    by_id |= {"phone_number_id": hooks.number} if scope == "kind" else {"url": URL}
    dry = hooks.run(check=True, **by_id, **other, replace=True)
    replaced = hooks.run(**by_id, **other, replace=True)

    order = (
        [("delete", made["id"]), ("create", None)] if scope == "kind" else [("create", None), ("delete", made["id"])]
    )
    assert [action for action, _id in deeds(dry)] == [action for action, _id in order]
    assert deeds(dry) == order
    assert (replaced["changes"], replaced["changed"]) == (dry["changes"], True)
    methods = [entry.method for entry in hooks.kapso.writes()]
    assert methods == (["DELETE", "POST"] if scope == "kind" else ["POST", "DELETE"])
    new = hooks.hook
    assert (new["secret_key"], new["headers"], new["url"]) == (FIELDS["secret_key"], FIELDS["headers"], URL)
    lost = "its secret_key and headers would be lost if Kapso refused the new one; declare secret_key and headers"
    assert [lost in warning for warning in dry["warnings"]] == [True] * (scope == "kind")
    assert (new["kind"], new["config_id"] is None) == (other.get("kind", "kapso"), scope == "scope")
    key = {"url": URL, **other, "fields": by_id["fields"] or {"active": True}}
    assert hooks.run(**{**key, "phone_number_id": hooks.number if scope == "kind" else None})["changed"] is False


def test_a_task_that_has_replaced_a_webhook_changes_nothing_when_it_runs_again(hooks: Hooks) -> None:
    """The ID in the task is that of the old webhook. Fields that the list leaves out are also copied."""
    hooks.kapso.settings(list_omits=["headers", "secret_key"])
    options: Data = {"kind": "meta", "replace": True, "fields": {}}
    made = hooks.have(OTHER)
    hooks.run(url=OTHER, match_url="tunnel", **options)
    assert (hooks.hook["kind"], hooks.hook["headers"]) == ("meta", FIELDS["headers"])

    again = hooks.run(webhook_id=made["id"], url=OTHER, **options)
    assert (again["changed"], again["id"], hooks.kapso.short()) == (False, hooks.hook["id"], "GET GET")
    for unknown in ({"kind": "kapso", "url": URL}, {"phone_number_id": None, "url": None}):
        refused = hooks.run(**{"webhook_id": made["id"], "url": OTHER, **options, **unknown})
        assert "perhaps because a run replaced it" in refused["msg"]
        assert hooks.kapso.writes() == []


def test_a_deletion_without_an_answer_is_verified_in_the_old_scope(hooks: Hooks) -> None:
    made = hooks.have()
    hooks.kapso.fault(method="DELETE", drop="before", count=1)
    fields = {"events": ["whatsapp.phone_number.created"]}

    moved = hooks.run(
        phone_number_id=None, webhook_id=made["id"], url=URL, scope="project", replace=True, fields=fields
    )

    assert (moved.get("failed"), hooks.ids) == (None, [moved["id"]])
    assert [*hooks.kept_receipts()] == [moved["id"]]


def test_a_replacement_never_deletes_without_a_possible_creation(hooks: Hooks) -> None:
    made = hooks.have()
    project = hooks.kapso.add_webhook(url=URL, secret_key="x", events=["whatsapp.phone_number.created"])
    by_id: Data = {"phone_number_id": None, "replace": True}

    refused = [
        hooks.run(**by_id, webhook_id=project, kind="meta"),
        *(hooks.run(webhook_id=project, state="absent", replace=replace) for replace in (True, False)),
        hooks.run(phone_number_id=None, webhook_id=made["id"], state="absent", kind="meta"),
    ]
    hooks.kapso.settings(omit_fields=["phone_number_id"])
    refused.append(hooks.run(**by_id, webhook_id=made["id"], kind="meta"))

    for result, said in zip(
        refused,
        (
            "only a phone number can have a webhook of kind meta",
            *["correct phone_number_id, or leave it out"] * 2,
            "kind of this object is 'kapso'",
            "does not show its phone number",
        ),
        strict=True,
    ):
        assert said in result["msg"]
    assert hooks.ids == [made["id"], project]


def test_a_number_has_one_webhook_of_kind_meta_whatever_its_url(hooks: Hooks) -> None:
    meta: Data = {"kind": "meta", "fields": {"secret_key": FIELDS["secret_key"]}}
    made = hooks.run(url=URL, **meta)
    moved = hooks.run(url=OTHER, **meta)
    assert (moved["id"], [*reasons(moved)], hooks.hook["url"]) == (made["id"], ["url"], OTHER)
    assert hooks.run(url=OTHER, **meta)["changed"] is False
    unfit = hooks.run(webhook_id=made["id"], phone_number_id=None, fields={"events": FIELDS["events"]})
    assert ("it is of kind meta, which has no events" in unfit["msg"], hooks.kapso.writes()) == (True, [])
    assert hooks.have(OTHER)["steps"][0]["action"] == "create"  # of the other kind, so that both deliver
    gone = hooks.run(kind="meta", state="absent")
    assert (deeds(gone), [hook["kind"] for hook in hooks.kapso.webhooks()]) == ([("delete", made["id"])], ["kapso"])


def test_one_of_the_project_is_another_one_than_that_of_a_number(hooks: Hooks) -> None:
    hooks.have()
    project: Data = {"phone_number_id": None, "scope": "project"}
    fields = {"events": ["whatsapp.phone_number.created"], "headers": None, "secret_key": None}

    made = hooks.have(**project, fields=fields)
    assert (deeds(made), len(hooks.ids)) == ([("create", made["id"])], 2)
    assert hooks.kapso.writes()[0].path.endswith("/platform/v1/whatsapp/webhooks")
    assert hooks.have(**project, fields=fields)["changed"] is False
    assert hooks.kapso.short() == "GET"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"phone_number_id": None}, "phone_number_id or scope: project"),
        ({"scope": "project"}, "give phone_number_id or scope: project, not both"),
        ({"url": None}, "also needs url and kind"),
        ({"match_url": "("}, "match_url is not a regular expression"),
        ({"match_url": "x", "state": "absent"}, "match_url is for state present only"),
        ({"match_url": "x", "webhook_id": "c2a4d6e8-0f11-4a22-9b33-445566778899"}, "give webhook_id or match_url"),
        ({"kind": "meta"}, "fields.events is not for a webhook of kind meta"),
        (
            {"kind": "meta", "scope": "project", "phone_number_id": None},
            "only a phone number can have a webhook of kind meta",
        ),
        ({"fields": {"headers": {" ": "canary-header"}}}, "fields.headers has an empty name"),
        ({"kind": "other"}, "kind must be one of kapso, meta"),
        ({"fields": {"secret_key": ""}}, "fields.secret_key is empty"),
        ({"fields": {"headers": {"X": "Bearer canary"}}}, "fields.headers.X begins with a word"),
        ({"clear": ["secret_key"]}, "item 1 of clear must be one of"),
    ],
)
def test_invalid_webhooks_are_refused_before_any_request(hooks: Hooks, options: Data, said: str) -> None:
    result = hooks.run(**{"url": URL, "fields": FIELDS, **options})

    assert (result["failed"], hooks.kapso.journal()) == (True, [])
    assert said in result["msg"]


def test_missing_fields_of_a_new_webhook_are_named_before_any_write(hooks: Hooks) -> None:
    lacks = hooks.run(url=URL, fields={"active": True})
    unknown = hooks.have(phone_number_id="700000000000009")

    assert "creating it needs fields.events, fields.secret_key" in lacks["msg"]
    assert (unknown["failed"], hooks.kapso.webhooks(), "700000000000009" in unknown["msg"]) == (True, [], True)
    assert hooks.run(url=URL, phone_number_id="700000000000009", state="absent")["changed"] is False


def test_a_url_that_kapso_writes_otherwise_is_an_error_that_names_the_one_to_declare(hooks: Hooks) -> None:
    theirs = "https://hooks.example.org/wa/"
    for method in ("POST", "PATCH"):
        hooks.kapso.fault(method=method, count=1, merge={"url": theirs})
        result = hooks.have("https://hooks.example.org/wa", match_url="tunnel")
        assert (result["failed"], result["changed"], result["error"]["outcome"]) == (True, True, "applied")
        assert f"url is '{theirs}'" in result["msg"]
        assert result["msg"].endswith("; declare these values.")  # a receipt store would not help
        hooks.kapso.edit(hooks.hook["id"], url=OTHER)


def test_a_secret_that_kapso_leaves_as_it_was_is_named_without_a_value(hooks: Hooks) -> None:
    hooks.have()
    hooks.kapso.settings(ignore_fields=["headers"])

    result = hooks.have(fields={"headers": {"X-Tenant": "canary-other"}})

    assert (result["changed"], result["error"]["message"]) == (True, "headers is still not the declared one")


def test_the_list_is_chosen_by_scope_state_and_twins(hooks: Hooks, receipts: Path, shared_time: SharedTime) -> None:
    one, twin = hooks.add(), hooks.add(active=False)
    other = hooks.add(OTHER, events=[READ])
    project = hooks.kapso.add_webhook(url=URL, secret_key="canary project")
    info = Runner(hooks.kapso, receipts, f"{MODULE}_info", time=shared_time, platform_api_url=hooks.kapso.platform_url)

    def listed(**options: Any) -> set[str]:
        return {row["id"] for row in info.run(**options)["webhooks"]}

    assert listed() == {one, twin, other, project}
    assert hooks.kapso.short() == "GET"
    assert listed(phone_number_id=hooks.number) == {one, twin, other}
    assert listed(scope="project") == {project}
    assert listed(scope="number", active=True) == {one, other}
    assert listed(only=["duplicates"]) == {one, twin}
    assert listed(only=["paused"]) == {twin}
    assert listed(kind="meta") == set()
    assert listed(url_contains="tunnel") == {other}
    assert listed(created_after="2099-01-01T00:00:00Z") == set()
    hooks.kapso.fault(method="GET", status=404, count=1)
    assert "Kapso has no such" in info.run(phone_number_id=hooks.number, url_contains="token=canary-in-url")["msg"]
    assert "created_after must be a date" in info.run(created_after="yesterday")["msg"]
    assert "give scope or phone_number_id, not both" in info.run(scope="project", phone_number_id=NUMBER)["msg"]


NUMBER = "700000000000009"
